//! Text to the form that identity compares: what editors and dumps vary without meaning is gone.
//!
//! In: any text. Out: folded text; folding twice is folding once. Does not touch words, numbers or their order, and
//! not accents: they carry meaning in most languages.

use super::clean::is_invisible;
use crate::lexicon::phrases::trailing_read_more;
use unicode_normalization::UnicodeNormalization;

/// Counts up whenever [`fold`] gives another result for any text: keys and fingerprints made by another version must
/// be made again.
pub const FOLD_VERSION: u32 = 1;

/// Folds Unicode form (NFKC), case, quotes, dashes, white space, and a trailing ellipsis or "Read more".
///
/// Cost: linear in `text`.
#[must_use]
pub fn fold(text: &str) -> String {
    let lowered = text.nfkc().flat_map(char::to_lowercase).nfkc().map(fold_char);
    let mut out = String::with_capacity(text.len());
    for c in lowered {
        // Control characters separate words like white space does (tabs, line separators).
        let c = if c.is_control() { ' ' } else { c };
        let doubled = (c == ' ' || c == '-') && out.ends_with(c);
        if is_invisible(c) || doubled || c == ' ' && out.is_empty() {
            continue;
        }
        out.push(c);
    }
    cut_tail(&mut out);
    out
}

/// One spelling for the quotes, dashes and spaces that typography varies.
const fn fold_char(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | 'ʼ' | '`' | '´' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '〝' | '〞' | '＂' => '"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹘' | '﹣' | '－' => '-',
        'ς' => 'σ',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Cuts trailing ellipses and "Read more" chips; never all of the text.
fn cut_tail(out: &mut String) {
    loop {
        let trimmed = out.trim_end();
        let mut end = trimmed.len();
        for dots in ["[...]", "(...)", "...", ".."] {
            if let Some(rest) = trimmed.strip_suffix(dots) {
                end = rest.trim_end().len();
                break;
            }
        }
        if end == trimmed.len()
            && let Some(at) = trailing_read_more(trimmed)
        {
            end = trimmed[..at].trim_end_matches([' ', '[', '(']).len();
        }
        if end == 0 || end == out.len() {
            break;
        }
        out.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_varies_without_meaning_is_gone() {
        for (a, b) in [
            ("“Peace” – at last", "\"peace\" - AT LAST"),
            ("l’été  est là", "L'été est là"),
            ("The river rose…", "the river rose"),
            ("The river rose [...]", "the river rose"),
            ("The river rose… Read more »", "the river rose"),
            ("ﬁnal Ⅳ", "final iv"),
            ("a\u{a0}b\u{200b}c", "a bc"),
            ("one—two -- three", "one-two - three"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} / {b}");
        }
    }

    #[test]
    fn what_carries_meaning_stays() {
        assert_ne!(fold("Round 3"), fold("Round 4"));
        assert_ne!(fold("resume"), fold("résumé"));
        assert_eq!(fold("Read more"), "read more");
        assert_eq!(fold("..."), "...");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*|[a-z .…»\\[\\]()\u{200b}\u{fb01}Ⅳ-]{0,40}|(read more|weiterlesen|…|\\.\\.\\.| ){1,6}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
