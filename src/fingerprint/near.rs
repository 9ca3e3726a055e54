//! Near-duplicates: the same story under another URL or in another source.
//!
//! In: the texts of two records. Out: whether they tell the same story, why, and how close they are. Two texts are
//! compared only when they share a key: the title without what names the source, or the beginning of the excerpt.
//! Both keys hold the numbers, months, weekdays and quarters of the title, written in digits or words of any language:
//! "Round 3" never meets "Round 4", and since that is an equality, no chain of links can join them either.
//!
//! Method: keys instead of `MinHash` bands, because titles of eight words leave bands too little to hash; character
//! runs instead of words, because many scripts have no spaces. A wrong link costs more than a missed one.
//!
//! # Not supported
//!
//! The same story with another headline and another beginning: only its body would prove it.

use super::shingles::{letters, runs, similarity, weight};
use crate::lexicon::dates::{Sense, TokenKind, table, tokenize};
use crate::model::{NearLink, NearText};
use crate::text::fold;
use sha2::{Digest as _, Sha256};
use std::cell::OnceCell;
use std::collections::HashSet;

/// A title with less to say (letters, CJK characters counted as three) may head many stories: "Opinion", "Regular meeting".
const DISTINCT_TITLE: usize = 24;
/// Letters of the excerpt that must agree at its beginning: some eight words.
const BEGINNING: usize = 40;
/// A shorter excerpt proves nothing by its beginning.
const MIN_BEGINNING: usize = 20;
/// Equal titles over excerpts that begin differently: only the very same text counts, an appended byline does not.
const SAME_TEXT: f64 = 0.97;
/// Equal beginnings under different titles: close to the same excerpt, and a title that shares some of its words …
const CLOSE_EXCERPT: f64 = 0.9;
/// … or an edited excerpt under an edited title.
const EDITED_EXCERPT: f64 = 0.5;
const RELATED_TITLE: f64 = 0.4;
const EDITED_TITLE: f64 = 0.6;
/// Stated dates further apart are two stories, or two meetings: three days in milliseconds.
const MAX_APART: i64 = 3 * 24 * 60 * 60 * 1_000;
/// Words that may name the source at the end of a title: "| The Morning Gazette Online".
const MAX_SUFFIX_WORDS: usize = 4;

/// Keys of one record; records that share one are candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// Of the title; `None` without one.
    pub title: Option<i64>,
    /// Of the beginning of the excerpt; `None` when it is too short.
    pub beginning: Option<i64>,
}

/// How many records share a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Few: the title may name one story.
    Few,
    /// Many: it names a series, and proves nothing alone.
    Many,
}

/// A text made ready to be compared.
#[derive(Debug)]
pub struct Prepared {
    source: i64,
    title: String,
    /// What was taken off the title as the name of a source, folded.
    suffix: Option<String>,
    /// The folded title without the suffix.
    head: String,
    excerpt: String,
    /// Runs of letters of title and excerpt: few texts come to a comparison.
    title_runs: OnceCell<Vec<u128>>,
    excerpt_runs: OnceCell<Vec<u128>>,
    signature: Vec<(u8, u64)>,
    published: Option<(i64, i64)>,
}

impl Prepared {
    /// Prepares a text.
    #[must_use]
    pub fn new(text: &NearText) -> Self {
        let folded = fold(text.title.as_deref().unwrap_or_default());
        let (head, suffix) = without_suffix(&folded);
        Self {
            source: text.source,
            title: letters(head),
            suffix: suffix.map(str::to_owned),
            head: head.to_owned(),
            title_runs: OnceCell::new(),
            excerpt_runs: OnceCell::new(),
            excerpt: letters(&fold(text.excerpt.as_deref().unwrap_or_default())),
            signature: signature(&folded),
            published: text.published,
        }
    }

    /// The keys to find candidates by.
    #[must_use]
    pub fn keys(&self) -> Keys {
        let beginning = beginning(&self.excerpt);
        Keys {
            title: (!self.title.is_empty()).then(|| self.key("title", &self.title)),
            beginning: beginning.map(|beginning| self.key("beginning", beginning)),
        }
    }

    fn words(&self) -> HashSet<&str> {
        self.head.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect()
    }

    fn title_runs(&self) -> &[u128] {
        self.title_runs.get_or_init(|| runs(&self.title))
    }

    fn excerpt_runs(&self) -> &[u128] {
        self.excerpt_runs.get_or_init(|| runs(&self.excerpt))
    }

    fn key(&self, kind: &str, text: &str) -> i64 {
        let mut hasher = Sha256::new();
        hasher.update(kind);
        for (what, value) in &self.signature {
            hasher.update([*what]);
            hasher.update(value.to_be_bytes());
        }
        hasher.update(text);
        let digest: [u8; 32] = hasher.finalize().into();
        let (start, _) = digest.split_first_chunk().expect("32 bytes are more than 8");
        i64::from_be_bytes(*start)
    }
}

/// Do two records tell the same story? `crowd` says how many others have this title. Symmetric.
#[must_use]
pub fn compare(one: &Prepared, other: &Prepared, crowd: Crowd) -> Option<NearLink> {
    if one.signature != other.signature || !dates_agree(one.published, other.published) {
        return None;
    }
    let (begins, also) = (beginning(&one.excerpt), beginning(&other.excerpt));
    let same_beginning = begins.is_some() && begins == also;
    if one.title == other.title && !one.title.is_empty() {
        // "Week in review | North" and "| South" of one source are two pages.
        if one.source == other.source && one.suffix.is_some() && other.suffix.is_some() && one.suffix != other.suffix {
            return None;
        }
        if begins.is_none() || also.is_none() {
            let is_distinct = weight(&one.title) >= DISTINCT_TITLE && crowd == Crowd::Few;
            return is_distinct.then_some(NearLink { reason: "same_title", similarity: 1.0 });
        }
        let close = similarity(one.excerpt_runs(), other.excerpt_runs());
        return if same_beginning {
            Some(NearLink { reason: "same_title_and_beginning", similarity: close })
        } else {
            (close >= SAME_TEXT).then_some(NearLink { reason: "same_title_and_excerpt", similarity: close })
        };
    }
    if !same_beginning {
        return None;
    }
    let excerpts = similarity(one.excerpt_runs(), other.excerpt_runs());
    if one.title.is_empty() || other.title.is_empty() {
        return (excerpts >= CLOSE_EXCERPT).then_some(NearLink { reason: "same_excerpt", similarity: excerpts });
    }
    let titles = similarity(one.title_runs(), other.title_runs());
    if excerpts >= CLOSE_EXCERPT && titles >= RELATED_TITLE {
        return Some(NearLink { reason: "same_excerpt", similarity: excerpts.min(1.0) });
    }
    let is_edited = titles >= EDITED_TITLE || contains_all(&one.words(), &other.words());
    (excerpts >= EDITED_EXCERPT && is_edited)
        .then_some(NearLink { reason: "close_title_and_excerpt", similarity: f64::midpoint(excerpts, titles) })
}

/// True when all words of one title stand in the other: "Rust 1.52" and "Announcing Rust 1.52".
fn contains_all(one: &HashSet<&str>, other: &HashSet<&str>) -> bool {
    one.len().min(other.len()) >= 2 && (one.is_subset(other) || other.is_subset(one))
}

fn beginning(excerpt: &str) -> Option<&str> {
    let mut weight_left = BEGINNING;
    let mut end = 0;
    for (at, c) in excerpt.char_indices() {
        if weight_left == 0 {
            break;
        }
        weight_left = weight_left.saturating_sub(if super::shingles::is_wide(c) { 3 } else { 1 });
        end = at + c.len_utf8();
    }
    (BEGINNING - weight_left >= MIN_BEGINNING).then_some(&excerpt[..end])
}

fn dates_agree(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> bool {
    match (one, other) {
        (Some((from, to)), Some((also_from, also_to))) => {
            also_from.saturating_sub(to) <= MAX_APART && from.saturating_sub(also_to) <= MAX_APART
        }
        _ => true,
    }
}

/// A folded title without what may name its source, and that name.
fn without_suffix(title: &str) -> (&str, Option<&str>) {
    for separator in [" | ", " - ", " :: ", " · ", " • ", " / "] {
        let Some((head, tail)) = title.rsplit_once(separator) else { continue };
        let is_name = !tail.is_empty()
            && tail.split_whitespace().count() <= MAX_SUFFIX_WORDS
            && !tail.contains(|c: char| c.is_numeric());
        let weighs = |text: &str| weight(&letters(text));
        if is_name && weighs(head) >= DISTINCT_TITLE / 2 && weighs(head) > weighs(tail) {
            return (head, Some(tail));
        }
    }
    (title, None)
}

/// Numbers, months, weekdays and quarters of a title, sorted.
fn signature(folded: &str) -> Vec<(u8, u64)> {
    // Character references of damaged texts ("&#8217;") are no numbers.
    let cleaned = folded.replace("&amp;", "&");
    let mut tokens = Vec::new();
    tokenize(&cleaned, &mut tokens);
    let mut signature: Vec<(u8, u64)> = tokens
        .iter()
        .filter(|token| !cleaned[..token.start as usize].ends_with("&#"))
        .filter_map(|token| match token.kind {
            TokenKind::Number { value, .. } => Some((b'n', value)),
            TokenKind::Word { start, len } => table()
                .senses(start, len)
                .iter()
                .find_map(|sense| stated(sense.sense))
                .or_else(|| ordinal(&cleaned[token.start as usize..token.end as usize])),
            TokenKind::Unknown(_) => {
                let word = &cleaned[token.start as usize..token.end as usize];
                roman(word).or_else(|| ordinal(word))
            }
            TokenKind::Punctuation(_) => None,
        })
        .collect();
    signature.sort_unstable();
    signature
}

fn stated(sense: Sense) -> Option<(u8, u64)> {
    match sense {
        // "One" is the article of many languages: it comes and goes without meaning. Beside "two" it still differs.
        Sense::Number(value) => (value > 1).then_some((b'n', value.into())),
        Sense::Month(month) => Some((b'm', month.into())),
        Sense::Weekday(day) => Some((b'w', day.into())),
        Sense::Quarter(quarter) => Some((b'q', quarter.into())),
        _ => None,
    }
}

/// Ordinals of the languages that most news is written in, by their number.
const ORDINALS: &[(u64, &[&str])] = &[
    (2, &["second", "zweite", "zweiter", "zweites", "zweiten", "deuxième", "segundo", "segunda", "secondo", "seconda"]),
    (
        3,
        &[
            "third",
            "dritte",
            "dritter",
            "drittes",
            "dritten",
            "troisième",
            "tercero",
            "tercer",
            "tercera",
            "terzo",
            "terza",
            "terceiro",
        ],
    ),
    (4, &["fourth", "vierte", "vierter", "viertes", "vierten", "quatrième", "cuarto", "cuarta", "quarto", "quarta"]),
    (5, &["fifth", "fünfte", "fünfter", "fünftes", "fünften", "cinquième", "quinto", "quinta"]),
    (6, &["sixth", "sechste", "sechster", "sechstes", "sechsten", "sixième", "sexto", "sexta", "sesto", "sesta"]),
    (7, &["seventh"]),
    (8, &["eighth"]),
    (9, &["ninth"]),
    (10, &["tenth"]),
];

fn ordinal(word: &str) -> Option<(u8, u64)> {
    ORDINALS.iter().find(|(_, words)| words.contains(&word)).map(|(value, _)| (b'n', *value))
}

/// II to XXXIX: "Part II" is "Part 2". Single letters and real words stay words.
fn roman(word: &str) -> Option<(u8, u64)> {
    if word.len() < 2 || word.len() > 7 || !word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')) {
        return None;
    }
    let value = |byte| match byte {
        b'i' => 1_u64,
        b'v' => 5,
        _ => 10,
    };
    let digits: Vec<u64> = word.bytes().map(value).collect();
    let mut total = 0_u64;
    for (at, digit) in digits.iter().enumerate() {
        let is_taken_off = digits.get(at + 1).is_some_and(|next| next > digit);
        total = if is_taken_off { total.saturating_sub(*digit) } else { total + digit };
    }
    Some((b'n', total))
}

#[cfg(test)]
mod tests {
    use super::{Crowd, Prepared, compare};
    use crate::model::NearText;

    const TEXT: &str = "The council voted late on Tuesday to keep the old bridge open for another year.";

    fn text(source: i64, title: &str, excerpt: &str) -> Prepared {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Prepared::new(&NearText { record: 0, source, title: some(title), excerpt: some(excerpt), published: None })
    }

    fn reason(one: (&str, &str), other: (&str, &str)) -> Option<&'static str> {
        let (one, other) = (text(1, one.0, one.1), text(2, other.0, other.1));
        let link = compare(&one, &other, Crowd::Few);
        assert_eq!(link, compare(&other, &one, Crowd::Few), "symmetric");
        let (a, b) = (one.keys(), other.keys());
        let meet = (a.title.is_some() && a.title == b.title) || (a.beginning.is_some() && a.beginning == b.beginning);
        assert!(link.is_none() || meet, "what is linked is found by a key");
        link.map(|link| link.reason)
    }

    #[test]
    fn the_same_story_elsewhere() {
        let edited = TEXT.replace("another year", "two more years");
        for (one, other) in [
            (("Old bridge stays open", TEXT), ("Old bridge stays open", TEXT)),
            (("Old bridge stays open", TEXT), ("“Old Bridge Stays Open” | Morning Gazette", TEXT)),
            (("Old bridge stays open", TEXT), ("Council: old bridge stays open", edited.as_str())),
            (("The old bridge across the river stays open", ""), ("The old bridge across the river stays open", TEXT)),
            (("河上的旧桥将再开放一年", ""), ("河上的旧桥将再开放一年", "")),
        ] {
            assert!(reason(one, other).is_some(), "{one:?} {other:?}");
        }
    }

    #[test]
    fn not_the_same_story() {
        for (one, other) in [
            (("Round 3 of the talks on the old bridge", TEXT), ("Round 4 of the talks on the old bridge", TEXT)),
            (("Four favorite bridges of the county", TEXT), ("Five favorite bridges of the county", TEXT)),
            (("Bridge report, part II of the series", TEXT), ("Bridge report, part III of the series", TEXT)),
            (("Bridge committee: June meeting notes", TEXT), ("Bridge committee: July meeting notes", TEXT)),
            (("Bridge 1.74.0 released to the public", TEXT), ("Bridge 1.74.1 released to the public", TEXT)),
            (("Opinion", ""), ("Opinion", "")),
            (("Old bridge stays open", TEXT), ("School gets a new roof", TEXT)),
        ] {
            assert_eq!(reason(one, other), None, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_written_number_is_the_number() {
        assert_eq!(
            reason(("Four bridges of the county stay open", TEXT), ("4 bridges of the county stay open", TEXT)),
            Some("same_excerpt")
        );
    }
}
