//! Text to the form that identity compares: what editors and dumps vary without meaning is gone.

use super::ascii;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

/// What a cut-off text ends with, folded (a guillemet is a quote by then, and stands apart from the words). Longest first, so that the end of one is not the whole of another.
const CUT_MARKS: &[&str] = &[
    " '",
    "continue reading",
    "read the full story",
    "read full story",
    "read full article",
    "read the rest",
    "read more",
    "learn more",
    "full story",
    "lire la suite",
    "en savoir plus",
    "lire plus",
    "weiterlesen",
    "mehr lesen",
    "mehr dazu",
    "leer más",
    "seguir leyendo",
    "leia mais",
    "continua a leggere",
    "leggi tutto",
    "lees meer",
    "läs mer",
    "les mer",
    "læs mere",
    "czytaj więcej",
    "czytaj dalej",
    "читать далее",
    "читати далі",
    "devamını oku",
    "続きを読む",
    "阅读全文",
    "查看更多",
    "더 보기",
    "اقرأ المزيد",
    "[...]",
    "(...)",
    "...",
    "›",
    "→",
    ">>",
];

/// Folds Unicode form, case, quotes, dashes and white space, and takes off a trailing ellipsis or "Read more".
///
/// Ids are made from it: a change of what it returns is a new version of every id without a URL.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = ascii::collapsed(text, &FOLDED, folded_printable).unwrap_or_else(|| {
        let mut folded = String::with_capacity(text.len());
        if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
            push_folded(&mut folded, text.chars());
        } else {
            push_folded(&mut folded, text.nfkc());
        }
        folded
    });
    let kept = without_cut_mark(&folded).len();
    folded.truncate(kept);
    folded
}

fn push_folded(folded: &mut String, chars: impl Iterator<Item = char>) {
    let mut gap = false;
    for c in chars {
        if c.is_whitespace() {
            gap = !folded.is_empty();
        } else if !is_ignorable(c) {
            if gap {
                folded.push(' ');
                gap = false;
            }
            match plain(c) {
                // The final form of sigma depends on the place in the word, not on the word.
                'ς' => folded.push('σ'),
                c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
                c => folded.extend(c.to_lowercase()),
            }
        }
    }
}

/// What [`push_folded`] does to ASCII.
const FOLDED: ascii::Map = {
    let mut map = [0; 128];
    let mut byte: u8 = 0;
    while byte < 128 {
        map[byte as usize] = match byte {
            b'\t'..=b'\r' | b' ' => b' ',
            0..0x20 | 0x7f => 0,
            _ => folded_printable(byte),
        };
        byte += 1;
    }
    map
};

const fn folded_printable(byte: u8) -> u8 {
    if byte == b'"' || byte == b'`' { b'\'' } else { byte.to_ascii_lowercase() }
}

/// Quotes of all shapes become one, dashes another.
const fn plain(c: char) -> char {
    match c {
        '"' | '`' | '´' | '‘'..='‟' | '′' | '″' | '‹' | '«' | '»' | '「'..='』' | '〝'..='〟' | '＂' | '＇' => {
            '\''
        }
        '‐'..='―' | '−' | '﹘' | '﹣' | '－' => '-',
        other => other,
    }
}

/// Soft hyphens, zero-width marks, bidi controls and variation selectors: they change how a text looks.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
        || c.is_control()
}

/// The text before its cut marks; a text that is nothing but a mark stays as it is.
fn without_cut_mark(folded: &str) -> &str {
    let mut rest = folded;
    while let Some(last) = rest.as_bytes().last() {
        let mut marks = CUT_MARKS.iter().filter(|mark| mark.as_bytes().last() == Some(last));
        let Some(shorter) = marks.find_map(|mark| before_mark(rest, mark)) else { break };
        rest = shorter;
    }
    rest
}

fn before_mark<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let before = text.strip_suffix(mark)?;
    let is_word = mark.chars().next().is_some_and(char::is_alphabetic) && mark.is_ascii();
    // "thread more" ends with "read more" and is not cut off.
    let stands_alone = !is_word || before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    let before = before.trim_end();
    (stands_alone && !before.is_empty()).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::{ascii, fold, push_folded};
    use proptest::prelude::*;

    #[test]
    fn meaningless_differences_go() {
        for (text, folded) in [
            ("  Two   WORDS\u{a0}here ", "two words here"),
            ("“Quoted” — it’s", "'quoted' - it's"),
            ("Cafe\u{301} ﬁne", "café fine"),
            ("The story goes on…", "the story goes on"),
            ("The story goes on [...] Read more »", "the story goes on"),
            ("A thread more", "a thread more"),
            ("Read more", "read more"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδόσ"),
            ("soft\u{ad}hyphen", "softhyphen"),
            ("Round 3 ", "round 3"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn ascii_is_folded_like_any_text(text in "[\\x00-\\x7f]{0,40}|[A-z\"'`. ]{0,40}") {
            let mut folded = String::new();
            push_folded(&mut folded, text.chars());
            prop_assert_eq!(ascii::collapsed(&text, &super::FOLDED, super::folded_printable), Some(folded));
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
