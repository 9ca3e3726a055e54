//! The tokens of one text with the languages that its words agree on.
//!
//! In: tokens and the page language, a prior. Out: answers to "is the word at `i` a month here?". Where a word means
//! several things, the sense of the language that all words share wins, then the prior, then the language of most news.

use crate::lexicon::dates::{LanguageSet, Sense, Table, Token, TokenKind, Votes, WordSense, table};

#[cfg(test)]
thread_local! {
    /// Questions about tokens on this thread: what reading costs, without a clock.
    pub(super) static QUESTIONS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Tokens of a text, ready to be asked.
pub(super) struct Words<'a> {
    pub(super) tokens: &'a [Token],
    table: &'static Table,
    /// Languages that the words agree on, narrowed to the prior where it is among them.
    pub(super) languages: LanguageSet,
    /// Of these, the one that most news is written in.
    first: LanguageSet,
    prior: Option<LanguageSet>,
    /// True when any word has told a language.
    spoken: bool,
    /// True when two or more words agree on a language: then small languages count too.
    agreed: bool,
    /// True when the text is running text: words that are of no date stand in it.
    prose: bool,
}

/// So many unknown words make running text.
const PROSE_WORDS: usize = 2;
/// Unknown words shorter than this may be endings, zones or initials.
const PROSE_LETTERS: u16 = 3;
/// Longer words of another language than the page's are quoted, not mistaken.
const STRAY_BYTES: u32 = 5;

/// A date line has fewer words; in a longer text the first ones tell the language.
const MAX_VOTERS: usize = 60;
/// "out" and "tra" are months of one language and other words of the next.
const SHORT_BYTES: u32 = 3;
/// Votes are counted up to here.
const MAX_COUNT: u32 = 15;

/// The languages that most words speak: the prior where it has at least half of the votes of the best, then those of
/// most news.
fn choose(votes: &Votes, prior: Option<LanguageSet>) -> (LanguageSet, u32) {
    let (best, count) = votes.most(LanguageSet::ALL);
    if count == 0 {
        return (LanguageSet::ALL, 0);
    }
    if let Some(prior) = prior {
        let (own, of_prior) = votes.most(prior);
        if of_prior > 0 && of_prior * 2 >= count {
            return (own, of_prior);
        }
    }
    let (news, of_news) = votes.most(LanguageSet::NEWS);
    if of_news == count { (news, count) } else { (best, count) }
}

impl<'a> Words<'a> {
    pub(super) fn new(tokens: &'a [Token], prior: Option<LanguageSet>) -> Self {
        let table = table();
        let mut votes = Votes::default();
        let (mut known, mut unknown) = (0, 0);
        for token in tokens.iter().take(MAX_VOTERS) {
            let TokenKind::Word { start, len } = token.kind else {
                unknown += usize::from(matches!(token.kind, TokenKind::Unknown(PROSE_LETTERS..)));
                continue;
            };
            let mut union = LanguageSet::default();
            for sense in table.senses(start, len) {
                union = union.union(table.languages(sense.set));
            }
            votes.add(union);
            known += 1;
        }
        let (languages, count) = choose(&votes, prior);
        Self {
            tokens,
            table,
            languages,
            first: if count == 0 { LanguageSet::ALL } else { languages.only_first() },
            prior,
            spoken: count > 1 || count == 1 && prior.is_some_and(|prior| prior.intersects(languages)),
            agreed: count > 1 && count >= known.min(MAX_COUNT),
            prose: unknown >= PROSE_WORDS,
        }
    }

    pub(super) fn kind(&self, i: usize) -> Option<TokenKind> {
        #[cfg(test)]
        QUESTIONS.set(QUESTIONS.get() + 1);
        self.tokens.get(i).map(|token| token.kind)
    }

    pub(super) fn number(&self, i: usize) -> Option<(u64, u8)> {
        match self.kind(i)? {
            TokenKind::Number { value, digits } => Some((value, digits)),
            _ => None,
        }
    }

    pub(super) fn punctuation(&self, i: usize) -> Option<char> {
        match self.kind(i)? {
            TokenKind::Punctuation(c) => Some(c),
            _ => None,
        }
    }

    /// True when no white space stands before token `i`.
    pub(super) fn glued(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|token| !token.spaced)
    }

    /// The best sense of word `i` that `want` takes.
    pub(super) fn sense<T>(&self, i: usize, want: impl Fn(Sense) -> Option<T>) -> Option<T> {
        let TokenKind::Word { start, len } = self.kind(i)? else { return None };
        let senses = self.table.senses(start, len);
        let at_home = self.speaks(senses, self.languages);
        // A short word that says something else in the first language is no month's name of another ("out", "tra").
        let narrow = self.bytes(i) <= SHORT_BYTES && self.speaks(senses, self.first);
        let mut best: Option<(usize, T)> = None;
        for sense in senses {
            let Some(value) = want(sense.sense) else { continue };
            let set = self.table.languages(sense.set);
            let is_name = matches!(sense.sense, Sense::Month(_) | Sense::Weekday(_));
            let home = match (at_home, is_name && narrow) {
                (true, true) => self.first,
                (true, false) => self.languages,
                // A weekday of another language is an accident; a month's name may be quoted.
                (false, _) if self.spoken && matches!(sense.sense, Sense::Weekday(_)) => continue,
                (false, _) if self.spoken && is_name && self.is_stray(i, set, true) => continue,
                (false, _) => LanguageSet::ALL,
            };
            if is_name && !self.spoken && self.is_stray(i, set, false) {
                continue;
            }
            let Some(news) = set.intersection(home).first() else { continue };
            if best.as_ref().is_none_or(|(n, _)| news < *n) {
                best = Some((news, value));
            }
        }
        best.map(|(_, value)| value)
    }

    /// In running text, or beside words of another language, a short word that says something in a language that neither
    /// the page nor its other words speak: "du" is November in Breton, and "here" a month of some language of the world.
    fn is_stray(&self, i: usize, set: LanguageSet, others_differ: bool) -> bool {
        let is_foreign = self.prior.is_none_or(|prior| !set.intersects(prior));
        let is_surrounded =
            if set.has_news() { self.prose && self.prior.is_some() } else { self.prose || others_differ };
        self.bytes(i) <= STRAY_BYTES && is_foreign && is_surrounded
    }

    /// The first sense that `want` takes, in whatever language: for places that leave no doubt.
    pub(super) fn any_sense<T>(&self, i: usize, want: impl Fn(Sense) -> Option<T>) -> Option<T> {
        let TokenKind::Word { start, len } = self.kind(i)? else { return None };
        self.table.senses(start, len).iter().find_map(|sense| want(sense.sense))
    }

    /// True when a word says something in one of these languages; what all languages share tells none.
    fn speaks(&self, senses: &[WordSense], languages: LanguageSet) -> bool {
        senses.iter().map(|sense| self.table.languages(sense.set)).any(|set| !set.is_all() && set.intersects(languages))
    }

    /// Like [`Self::sense`], only for languages that the text or the page gives a reason for: a three-letter word means
    /// "tomorrow" in some language of the world.
    pub(super) fn sense_with_reason<T>(&self, i: usize, want: impl Fn(Sense) -> Option<T>) -> Option<T> {
        let TokenKind::Word { start, len } = self.kind(i)? else { return None };
        let senses = self.table.senses(start, len);
        let mut best: Option<(usize, T)> = None;
        for sense in senses {
            let Some(value) = want(sense.sense) else { continue };
            // "more" is tomorrow in Afrikaans, and nothing of the kind in English.
            let is_name = matches!(sense.sense, Sense::Relative(..)) && self.bytes(i) <= SHORT_BYTES + 1;
            let home = if is_name && self.speaks(senses, self.first) { self.first } else { self.languages };
            let set = self.table.languages(sense.set).intersection(home);
            if matches!(sense.sense, Sense::Relative(..)) && self.is_stray(i, set, false) {
                continue;
            }
            let by_prior = self.prior.is_some_and(|prior| set.intersects(prior));
            if set.is_empty() || !(by_prior || set.has_news() || self.agreed || self.is_long(i)) {
                continue;
            }
            let news = set.first().unwrap_or(usize::MAX);
            if best.as_ref().is_none_or(|(n, _)| news < *n) {
                best = Some((news, value));
            }
        }
        best.map(|(_, value)| value)
    }

    /// Long words are no accident.
    fn is_long(&self, i: usize) -> bool {
        const LONG_BYTES: u32 = 6;
        const LONG_ALONE_BYTES: u32 = 5;
        self.bytes(i) >= if self.tokens.len() == 1 { LONG_ALONE_BYTES } else { LONG_BYTES }
    }

    pub(super) fn is(&self, i: usize, sense: Sense) -> bool {
        self.sense(i, |s| (s == sense).then_some(())).is_some()
    }

    /// True when the page states a language and the words speak it, or it states none.
    pub(super) fn fits_prior(&self) -> bool {
        self.prior.is_none_or(|prior| prior.intersects(self.languages))
    }

    /// Length of token `i` in bytes.
    pub(super) fn bytes(&self, i: usize) -> u32 {
        self.tokens.get(i).map_or(0, |token| token.end - token.start)
    }

    /// True when a number touches word `i`, as in "A1B2".
    pub(super) fn touches_number(&self, i: usize) -> bool {
        let before = i.checked_sub(1).is_some_and(|before| self.glued(i) && self.number(before).is_some());
        before || self.glued(i + 1) && self.number(i + 1).is_some()
    }

    pub(super) fn is_word(&self, i: usize) -> bool {
        matches!(self.kind(i), Some(TokenKind::Word { .. }))
    }

    /// Two-letter tag of the language that the words agree on, when it is only one or the prior is among them.
    pub(super) fn language(&self) -> Option<&'static str> {
        (self.languages != LanguageSet::ALL).then(|| self.table.name_of(self.languages)).flatten()
    }
}
