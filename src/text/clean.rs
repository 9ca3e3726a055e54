//! Page text to plain text: white space collapsed, no control or bidi characters.

use super::ascii;

/// Cleans text of a field: white space runs become one space, control and bidi characters go.
///
/// Out: `None` when nothing is left. Cleaning twice is cleaning once. Cost: linear in `raw`.
#[must_use]
pub fn clean(raw: &str) -> Option<String> {
    let out = ascii::collapsed(raw, &CLEANED, |byte| byte).unwrap_or_else(|| cleaned(raw));
    (!out.is_empty()).then_some(out)
}

fn cleaned(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut gap = false;
    for c in raw.chars() {
        if c.is_whitespace() || matches!(c, '\u{1C}'..='\u{1F}') {
            gap = true;
        } else if !c.is_control() && !is_invisible(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

/// What [`cleaned`] does to ASCII.
const CLEANED: ascii::Map = {
    let mut map = [0; 128];
    let mut byte: u8 = 0;
    while byte < 128 {
        map[byte as usize] = match byte {
            b'\t'..=b'\r' | b' ' | 0x1c..=0x1f => b' ',
            0..0x20 | 0x7f => 0,
            _ => byte,
        };
        byte += 1;
    }
    map
};

/// Bidi controls, zero-width spaces, the byte order mark, tags and interlinear marks: they change what a reader sees,
/// not what is said. Zero-width joiners stay: Persian and Indic words need them.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_collapses_and_invisible_characters_go() {
        assert_eq!(clean(" a\u{a0}\n b\u{202e}c\u{7}\u{ad}d ").as_deref(), Some("a bcd"));
        assert_eq!(clean(" \u{200b}\u{feff} "), None);
        assert_eq!(clean("نمی\u{200c}خواهم").as_deref(), Some("نمی\u{200c}خواهم"));
    }

    proptest! {
        #[test]
        fn ascii_is_cleaned_like_any_text(text in "[\\x00-\\x7f]{0,40}|[A-z~. ]{0,40}") {
            prop_assert_eq!(ascii::collapsed(&text, &CLEANED, |byte| byte), Some(cleaned(&text)));
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>()) {
            if let Some(once) = clean(&text) {
                prop_assert_eq!(clean(&once), Some(once.clone()));
                prop_assert!(!once.chars().any(|c| c.is_control() || is_invisible(c)));
            }
        }
    }
}
