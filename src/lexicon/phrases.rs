//! Short phrases of listing pages by language: "read more" chips, bylines, calls to action, menu entries.
//!
//! In: folded text (see [`text::fold`](crate::text::fold)). Out: what the text may be. Weak hints, never verdicts:
//! callers combine them with position and repetition. The words stand in `phrases/*.txt`, one file a language; a new
//! language is a new file and a line in `FILES`.

use foldhash::HashSet;
use std::sync::LazyLock;

/// The data files, embedded.
const FILES: [&str; 19] = [
    include_str!("phrases/ar.txt"),
    include_str!("phrases/bg.txt"),
    include_str!("phrases/de.txt"),
    include_str!("phrases/en.txt"),
    include_str!("phrases/es.txt"),
    include_str!("phrases/fr.txt"),
    include_str!("phrases/hi.txt"),
    include_str!("phrases/id.txt"),
    include_str!("phrases/it.txt"),
    include_str!("phrases/ja.txt"),
    include_str!("phrases/ko.txt"),
    include_str!("phrases/nl.txt"),
    include_str!("phrases/pl.txt"),
    include_str!("phrases/pt.txt"),
    include_str!("phrases/ru.txt"),
    include_str!("phrases/sv.txt"),
    include_str!("phrases/tr.txt"),
    include_str!("phrases/vi.txt"),
    include_str!("phrases/zh.txt"),
];

/// A chip is short; longer text that starts like one is a sentence.
const MAX_CHIP_CHARS: usize = 40;

/// A name in a byline with more words than this is a sentence.
const MAX_BYLINE_WORDS: usize = 8;

#[derive(Default)]
struct Phrases {
    read_more: HashSet<&'static str>,
    byline: HashSet<&'static str>,
    action: Vec<&'static str>,
    menu: HashSet<&'static str>,
    heading: HashSet<&'static str>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut all = Phrases::default();
    for file in FILES {
        let mut section = "";
        for line in file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            match (section, line) {
                (_, "[read_more]" | "[byline]" | "[action]" | "[menu]" | "[heading]") => section = line,
                ("[read_more]", phrase) => drop(all.read_more.insert(phrase)),
                ("[byline]", phrase) => drop(all.byline.insert(phrase)),
                ("[action]", phrase) => all.action.push(phrase),
                ("[menu]", phrase) => drop(all.menu.insert(phrase)),
                (_, phrase) => drop(all.heading.insert(phrase)),
            }
        }
    }
    all
});

/// Text without what surrounds words on buttons: arrows, brackets, dots, bullets.
fn bare(folded: &str) -> &str {
    folded.trim_matches(|c: char| !c.is_alphanumeric())
}

/// True when the whole text is a "read more" chip, arrows and brackets aside.
#[must_use]
pub fn is_read_more(folded: &str) -> bool {
    folded.len() <= MAX_CHIP_CHARS * 4 && PHRASES.read_more.contains(bare(folded))
}

/// The "read more" chip at the end of a text: where it begins, in bytes. The chip must be set off by punctuation or
/// an arrow, so that a sentence that ends with these words keeps them.
#[must_use]
pub fn trailing_read_more(folded: &str) -> Option<usize> {
    let end = folded.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    let marked = folded[end..].contains(['»', '→', '>', '›', ']', '"', '…']);
    let starts = folded[..end].char_indices().rev().take(MAX_CHIP_CHARS);
    starts.map(|(at, _)| at).find(|&at| {
        let before = folded[..at].trim_end();
        let free = before.len() < at || before.ends_with(['[', '(', '.', '…']);
        let set_off = marked || before.ends_with(['.', '…', '!', '?', '[', '(', ']', ')', ':', '|']);
        !before.is_empty() && free && set_off && PHRASES.read_more.contains(&folded[at..end])
    })
}

/// The name after a byline word ("by", "von", "door"): where it begins, in bytes.
#[must_use]
pub fn byline_name(folded: &str) -> Option<usize> {
    let mut ends =
        folded.char_indices().filter(|(_, c)| *c == ' ' || *c == ':' || *c == '：').take(5).map(|(at, _)| at);
    let at = ends.find(|&at| PHRASES.byline.contains(&folded[..at])).or_else(|| glued_byline(folded))?;
    let name_at = at + folded[at..].find(|c: char| c.is_alphanumeric())?;
    (folded[name_at..].split_whitespace().count() <= MAX_BYLINE_WORDS).then_some(name_at)
}

/// True for a byline word without a name ("by", "von").
#[must_use]
pub fn is_byline_word(folded: &str) -> bool {
    PHRASES.byline.contains(folded.trim_end_matches([' ', ':', '：']))
}

/// Byline phrases of several words.
static GLUED_BYLINES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| PHRASES.byline.iter().copied().filter(|p| p.contains(' ')).collect());

/// A byline phrase of several words that lost the space before the name: alternative texts of portraits do.
fn glued_byline(folded: &str) -> Option<usize> {
    GLUED_BYLINES.iter().find(|p| folded.starts_with(**p)).map(|p| p.len())
}

/// True when the text speaks words of a call to action (sign up, donate, subscribe).
#[must_use]
pub fn calls_to_action(folded: &str) -> bool {
    PHRASES.action.iter().any(|phrase| contains_words(folded, phrase))
}

/// True when the whole text is an entry that menus and footers of most sites have.
#[must_use]
pub fn is_menu_entry(folded: &str) -> bool {
    PHRASES.menu.contains(bare(folded))
}

/// True when the whole text is the heading of a box beside the list ("recent posts", "most read").
#[must_use]
pub fn is_side_heading(folded: &str) -> bool {
    PHRASES.heading.contains(bare(folded))
}

/// True when `phrase` stands in `text` as whole words; scripts without spaces need no word border.
fn contains_words(text: &str, phrase: &str) -> bool {
    let spaced = phrase.chars().next().is_some_and(|c| c < '\u{2E80}');
    text.match_indices(phrase).any(|(at, _)| {
        let border = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        !spaced || border(text[..at].chars().next_back()) && border(text[at + phrase.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_are_recognised_with_their_arrows() {
        for chip in ["read more", "continue reading →", "[閱讀全文]", "weiterlesen »", "* full story"] {
            assert!(is_read_more(chip), "{chip}");
        }
        assert!(!is_read_more("read more books this year"));
    }

    #[test]
    fn a_trailing_chip_needs_to_be_set_off() {
        let cut = |text: &'static str| trailing_read_more(text).map(|at| text[..at].trim_end());
        assert_eq!(cut("the river rose… read more"), Some("the river rose…"));
        assert_eq!(cut("the river rose. weiterlesen »"), Some("the river rose."));
        assert_eq!(cut("why children should read more"), None);
        assert_eq!(cut("read more"), None);
    }

    #[test]
    fn bylines_give_the_place_of_the_name() {
        let name = |text: &'static str| byline_name(text).map(|at| &text[at..]);
        assert_eq!(name("by ann lee"), Some("ann lee"));
        assert_eq!(name("作者：王伟"), Some("王伟"));
        assert_eq!(name("ein kommentar von ute berg"), Some("ute berg"));
        assert_eq!(name("bypass opened"), None);
    }

    #[test]
    fn actions_are_whole_words() {
        assert!(calls_to_action("sign up for our letter"));
        assert!(!calls_to_action("the design upset many"));
    }
}
