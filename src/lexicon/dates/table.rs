//! The table of date words, loaded once from text.
//!
//! In: `generated.txt` and `supplement.txt`, both compiled in. Out: senses of a folded phrase, numeric order of a
//! locale. The keys of the generated file are not read at loading: they stand in buckets, one a line, and a question
//! looks into one of them. The supplement goes into a map before it. docs/measurements.md has the times.

use super::fold::fold_phrase_into;
use super::keys::{BUCKETS, Filter, KEYS_MARK, KeyHasher, bucket_of, mixed};
use super::sense::Sense;
use super::set::LanguageSet;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::OnceLock;

const GENERATED: &str = include_str!("generated.txt");
const SUPPLEMENT: &str = include_str!("supplement.txt");

/// One sense of a word and the languages that give it this sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordSense {
    /// What it says.
    pub sense: Sense,
    /// Number of the language set, for [`Table::languages`].
    pub set: u16,
}

/// What the table knows about one key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) start: u32,
    pub(super) len: u16,
    /// True when longer phrases begin with this key.
    pub(super) continues: bool,
}

type Keys<V> = HashMap<V, Entry, BuildHasherDefault<KeyHasher>>;

/// The table of date words.
#[derive(Debug)]
pub struct Table {
    /// Keys of the supplement, with what the generated file says of them.
    keys: Keys<&'static str>,
    /// The lines of keys of the generated file.
    lines: &'static str,
    /// Where each of them begins, and where the last ends.
    starts: Vec<u32>,
    filter: Filter,
    /// First sense of each list that several keys share or that has more than one.
    lists: Vec<Entry>,
    senses: Vec<WordSense>,
    sets: Vec<LanguageSet>,
    languages: Vec<&'static str>,
    language_index: HashMap<&'static str, usize>,
    orders: HashMap<&'static str, &'static str>,
    /// First character of the keys of unspaced scripts -> length in characters of the longest.
    longest: HashMap<char, usize, BuildHasherDefault<KeyHasher>>,
}

/// Scripts that put no spaces between words begin here; their words are found by the longest match.
pub const FIRST_UNSPACED: char = '\u{E00}';

/// Where each line begins, and where the last ends.
fn line_starts(lines: &str) -> Vec<u32> {
    let mut starts = Vec::with_capacity(BUCKETS + 1);
    starts.push(0);
    starts.extend(memchr::memchr_iter(b'\n', lines.as_bytes()).filter_map(|end| u32::try_from(end + 1).ok()));
    starts
}

/// The keys of all lines.
fn filter(lines: &str) -> Filter {
    let mut filter = Filter::new();
    let (mut start, mut is_key) = (0, true);
    for end in memchr::memchr2_iter(b'\t', b'\n', lines.as_bytes()) {
        if is_key && end > start {
            filter.insert(mixed(&lines.as_bytes()[start..end]));
        }
        is_key = !is_key || lines.as_bytes()[end] == b'\n';
        start = end + 1;
    }
    filter
}

/// The numbers of a line of our own file, parted by spaces.
fn numbers(line: &str) -> impl Iterator<Item = usize> {
    line.as_bytes().split(|byte| *byte == b' ').filter(|number| !number.is_empty()).map(digits)
}

/// A number of our own file: digits only. By hand, because it runs tens of thousands of times before the first date.
fn digits(number: &[u8]) -> usize {
    number.iter().fold(0, |value, digit| value * 10 + usize::from(digit & 15))
}

/// The table, loaded at the first call.
#[must_use]
pub fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(Table::compiled_in)
}

impl Table {
    /// Loads the compiled-in table anew; [`table`] does it once.
    #[must_use]
    pub fn compiled_in() -> Self {
        Self::load(GENERATED, SUPPLEMENT)
    }

    /// Loads a table from its two text forms. Lines that are no table lines are left out; a test holds that there are none.
    #[must_use]
    pub fn load(generated: &'static str, supplement: &'static str) -> Self {
        let (head, lines) = generated.split_once(KEYS_MARK).unwrap_or((generated, ""));
        let mut table = Self {
            keys: Keys::with_capacity_and_hasher(supplement.len() / 8, BuildHasherDefault::default()),
            lines,
            starts: line_starts(lines),
            filter: filter(lines),
            lists: Vec::new(),
            senses: Vec::with_capacity(supplement.len() / 2),
            sets: Vec::with_capacity(head.len() / 256),
            languages: Vec::new(),
            language_index: HashMap::new(),
            orders: HashMap::new(),
            longest: HashMap::default(),
        };
        for line in head.lines() {
            if let Some(rest) = line.strip_prefix('!') {
                table.read_head(rest);
            }
        }
        let mut known_sets = HashMap::new();
        for line in supplement.lines() {
            table.read_supplement(line, &mut known_sets);
        }
        table
    }

    /// Reads a line of the head.
    fn read_head(&mut self, line: &'static str) {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        match name {
            "languages" => {
                self.languages = rest.split(' ').collect();
                self.language_index = self.languages.iter().enumerate().map(|(i, l)| (*l, i)).collect();
            }
            "order" => {
                let (order, locales) = rest.split_once(' ').unwrap_or_default();
                self.orders.extend(locales.split(' ').map(|locale| (locale, order)));
            }
            "set" => {
                let mut set = LanguageSet::default();
                numbers(rest).for_each(|language| set.insert(language));
                self.sets.push(set);
            }
            // Keys name these senses by their number: they come before all others.
            "sense" => {
                let (code, sets) = rest.split_once(' ').unwrap_or_default();
                let Some(sense) = Sense::of(code) else { return };
                let sets = numbers(sets).filter_map(|set| u16::try_from(set).ok());
                self.senses.extend(sets.map(|set| WordSense { sense, set }));
            }
            "list" => {
                let start = self.senses.len();
                let listed: Vec<_> = numbers(rest).filter_map(|number| self.senses.get(number).copied()).collect();
                self.senses.extend(listed);
                self.lists.extend(self.entry_from(start, false));
            }
            "longest" => {
                let mut characters = rest.chars();
                while let (Some(first), Some(length)) = (characters.next(), characters.next()) {
                    self.longest.insert(first, length as usize - '0' as usize);
                }
            }
            _ => {}
        }
    }

    fn set_of(&self, languages: impl Iterator<Item = &'static str>) -> LanguageSet {
        let mut set = LanguageSet::default();
        for language in languages {
            if language == "*" {
                return LanguageSet::ALL;
            }
            if let Some(index) = self.language_index.get(language) {
                set.insert(*index);
            }
        }
        set
    }

    /// The entry of all senses from `start` on.
    fn entry_from(&self, start: usize, continues: bool) -> Option<Entry> {
        let len = u16::try_from(self.senses.len() - start).ok()?;
        Some(Entry { start: u32::try_from(start).ok()?, len, continues })
    }

    fn insert(&mut self, key: &'static str, start: usize, continues: bool) {
        if let Some(entry) = self.entry_from(start, continues) {
            self.put(key, entry);
        }
        if let Some(first) = key.chars().next().filter(|c| *c >= FIRST_UNSPACED) {
            let longest = self.longest.entry(first).or_default();
            *longest = (*longest).max(key.chars().count());
        }
    }

    /// `de,lb Ud tage; tagen` — languages (or `*`), code, phrases.
    fn read_supplement(&mut self, line: &'static str, known_sets: &mut HashMap<&'static str, u16>) {
        let mut parts = line.splitn(3, ' ');
        let (Some(languages), Some(code), Some(phrases)) = (parts.next(), parts.next(), parts.next()) else { return };
        let Some(sense) = Sense::of(code).filter(|_| !line.starts_with('#')) else { return };
        let set = *known_sets.entry(languages).or_insert_with(|| {
            let set = self.set_of(languages.split(','));
            self.sets.push(set);
            u16::try_from(self.sets.len() - 1).unwrap_or(u16::MAX)
        });
        let mut key = String::with_capacity(64);
        for phrase in phrases.split(';') {
            key.clear();
            fold_phrase_into(phrase, &mut key);
            self.add(&key, WordSense { sense, set });
        }
    }

    /// Adds a sense to a key that may have some already. The supplement is small and lives as long as the program.
    fn add(&mut self, key: &str, sense: WordSense) {
        let old = self.entry(key).unwrap_or_default();
        let start = self.senses.len();
        // A hand-kept sense comes first: it was added because the generated ones were wrong.
        self.senses.push(sense);
        for index in old.start as usize..old.start as usize + old.len as usize {
            self.senses.push(self.senses[index]);
        }
        let known = self.keys.get_key_value(key).map(|(key, _)| *key);
        let key: &'static str = known.unwrap_or_else(|| String::leak(key.to_owned()));
        self.insert(key, start, old.continues);
        for (index, _) in key.match_indices(' ') {
            let prefix = &key[..index];
            let entry = Entry { continues: true, ..self.entry(prefix).unwrap_or_default() };
            self.put(prefix, entry);
        }
    }

    fn put(&mut self, key: &'static str, entry: Entry) {
        self.keys.insert(key, entry);
        self.filter.insert(mixed(key.as_bytes()));
    }

    pub(super) fn entry(&self, key: &str) -> Option<Entry> {
        if !self.filter.may_hold(mixed(key.as_bytes())) {
            return None;
        }
        self.keys.get(key).copied().or_else(|| self.generated(key))
    }

    /// Looks into the key's bucket: `key`, tab, `+` when longer phrases begin with it, number of its sense or, after a
    /// `*`, of its list; tab, the next key.
    fn generated(&self, key: &str) -> Option<Entry> {
        let bucket = bucket_of(key);
        let (start, end) = (*self.starts.get(bucket)? as usize, *self.starts.get(bucket + 1)? as usize);
        let mut line = self.lines.as_bytes().get(start..end)?;
        loop {
            let is_key = line.get(key.len()) == Some(&b'\t') && line.starts_with(key.as_bytes());
            let value = &line[memchr::memchr(b'\t', line)? + 1..];
            let value_end = value.iter().position(|byte| matches!(byte, b'\t' | b'\n'))?;
            if is_key {
                return self.described(&value[..value_end]);
            }
            line = &value[value_end + 1..];
        }
    }

    /// The entry that the value of a key describes.
    fn described(&self, value: &[u8]) -> Option<Entry> {
        let (continues, value) = value.strip_prefix(b"+").map_or((false, value), |rest| (true, rest));
        if let Some(list) = value.strip_prefix(b"*") {
            return self.lists.get(digits(list)).map(|entry| Entry { continues, ..*entry });
        }
        let len = u16::from(!value.is_empty());
        Some(Entry { start: u32::try_from(digits(value)).ok()?, len, continues })
    }

    /// Keys of the supplement with a sense that `want` takes. Numbers stand there alone.
    pub(super) fn own_keys(&self, want: impl Fn(Sense) -> bool) -> impl Iterator<Item = &'static str> {
        let wanted = move |entry: &Entry| self.senses(entry.start, entry.len).iter().any(|sense| want(sense.sense));
        self.keys.iter().filter(move |(_, entry)| wanted(entry)).map(|(key, _)| *key)
    }

    pub(super) fn longest_from(&self, first: char) -> usize {
        self.longest.get(&first).copied().unwrap_or(0)
    }

    /// The senses behind a token.
    #[must_use]
    pub fn senses(&self, start: u32, len: u16) -> &[WordSense] {
        self.senses.get(start as usize..start as usize + len as usize).unwrap_or_default()
    }

    /// The languages of a sense.
    #[must_use]
    pub fn languages(&self, set: u16) -> LanguageSet {
        self.sets.get(set as usize).copied().unwrap_or_default()
    }

    /// The set that holds only the language of a BCP 47 tag; `None` when the table does not know it.
    #[must_use]
    pub fn language(&self, tag: &str) -> Option<LanguageSet> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        let mut lower = [0_u8; 3];
        let bytes = lower.get_mut(..primary.len())?;
        bytes.copy_from_slice(primary.as_bytes());
        bytes.make_ascii_lowercase();
        let name = match std::str::from_utf8(bytes).ok()? {
            "nb" | "nn" => "no",
            "tl" => "fil",
            "iw" => "he",
            "in" => "id",
            "mo" => "ro",
            "sh" => "sr",
            other => other,
        };
        let mut set = LanguageSet::default();
        set.insert(*self.language_index.get(name)?);
        Some(set)
    }

    /// BCP 47 tag of the first language of a set.
    #[must_use]
    pub fn name_of(&self, set: LanguageSet) -> Option<&'static str> {
        self.languages.get(set.first()?).copied()
    }

    /// Order of the parts of a numeric date in the locale of a BCP 47 tag: "DMY", "MDY", "YMD".
    #[must_use]
    pub fn order(&self, tag: &str) -> Option<&'static str> {
        let mut tag = tag;
        loop {
            if let Some(order) = self.orders.get(tag) {
                return Some(order);
            }
            tag = &tag[..tag.rfind(['-', '_'])?];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BUCKETS, GENERATED, KEYS_MARK, SUPPLEMENT, bucket_of, table};
    use crate::lexicon::dates::Sense;

    #[test]
    fn every_generated_key_is_found_in_its_bucket() {
        let (head, keys) = GENERATED.split_once(KEYS_MARK).expect("a head and keys");
        let codes =
            head.lines().filter_map(|line| line.strip_prefix("!sense ")).filter_map(|line| line.split(' ').next());
        let senses: Vec<Option<Sense>> = codes.map(Sense::of).collect();
        assert!(senses.iter().all(Option::is_some), "keys name senses by their number");
        assert!(!senses.iter().any(|sense| matches!(sense, Some(Sense::Number(_)))), "numbers stand in the supplement");
        let mut found = 0;
        for (bucket, line) in keys.lines().enumerate() {
            let fields: Vec<&str> = if line.is_empty() { Vec::new() } else { line.split('\t').collect() };
            for pair in fields.chunks(2) {
                assert_eq!(bucket_of(pair[0]), bucket, "`{}`", pair[0]);
                let entry = table().entry(pair[0]).expect(pair[0]);
                assert!(entry.continues || !table().senses(entry.start, entry.len).is_empty(), "`{}`", pair[0]);
                found += 1;
            }
        }
        assert_eq!(keys.lines().count(), BUCKETS);
        assert!(found > 25_000, "{found}");
    }

    #[test]
    fn every_line_of_the_supplement_says_something() {
        for line in SUPPLEMENT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut parts = line.splitn(3, ' ');
            let (languages, code, phrases) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
            assert!(code.and_then(Sense::of).is_some() && !phrases.is_empty(), "`{line}`");
            for language in languages.unwrap_or_default().split(',').filter(|language| *language != "*") {
                assert!(table().language_index.contains_key(language), "`{language}` in `{line}`");
            }
        }
    }
}
