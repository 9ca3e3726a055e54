//! Sets of languages, and votes for them.

/// Words for 64-bit sets: room for 384 languages; CLDR 48 has 330.
const SET_WORDS: usize = 6;

/// The generator puts the languages of news first; this many of them.
const NEWS_LANGUAGES: usize = 96;

/// A set of languages, by their place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LanguageSet([u64; SET_WORDS]);

impl LanguageSet {
    /// Every language.
    pub const ALL: Self = Self([u64::MAX; SET_WORDS]);

    pub(super) fn insert(&mut self, index: usize) {
        if let Some(word) = self.0.get_mut(index / 64) {
            *word |= 1 << (index % 64);
        }
    }

    /// What both hold.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    /// What either holds.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// True when no language is left.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// True for the set of every language.
    #[must_use]
    pub fn is_all(self) -> bool {
        self.0.iter().all(|word| *word == u64::MAX)
    }

    /// True when both share a language.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    /// The languages that most news is written in.
    pub const NEWS: Self = {
        let mut words = [0; SET_WORDS];
        words[0] = u64::MAX;
        words[1] = (1 << (NEWS_LANGUAGES - 64)) - 1;
        Self(words)
    };

    /// True when one of the languages that most news is written in is among them: the first ones of the table.
    #[must_use]
    pub fn has_news(self) -> bool {
        self.first().is_some_and(|first| first < NEWS_LANGUAGES)
    }

    /// The set of only the first language.
    #[must_use]
    pub fn only_first(self) -> Self {
        let mut set = Self::default();
        if let Some(first) = self.first() {
            set.insert(first);
        }
        set
    }

    /// Place of the language that most news is written in; `None` when empty.
    #[must_use]
    pub fn first(self) -> Option<usize> {
        self.0.iter().position(|word| *word != 0).map(|i| i * 64 + self.0[i].trailing_zeros() as usize)
    }
}

/// Counts how many words each language claims: bit-sliced counters, so that a vote for hundreds of languages costs as
/// much as one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Votes([LanguageSet; 4]);

impl Votes {
    /// Adds one vote for each language of the set; a count stops at 15.
    pub fn add(&mut self, set: LanguageSet) {
        let mut carry = set;
        for plane in &mut self.0 {
            let next = plane.intersection(carry);
            *plane = Self::differ(*plane, carry);
            carry = next;
        }
        for plane in &mut self.0 {
            *plane = plane.union(carry);
        }
    }

    fn differ(a: LanguageSet, b: LanguageSet) -> LanguageSet {
        LanguageSet(std::array::from_fn(|i| a.0[i] ^ b.0[i]))
    }

    /// The languages with the most votes among `within`, and how many they have.
    #[must_use]
    pub fn most(&self, within: LanguageSet) -> (LanguageSet, u32) {
        let mut best = within;
        let mut count = 0;
        for (bit, plane) in self.0.iter().enumerate().rev() {
            let narrower = best.intersection(*plane);
            if !narrower.is_empty() {
                best = narrower;
                count += 1 << bit;
            }
        }
        (best, count)
    }
}
