//! Page text to plain text: white space collapsed, no control or bidi characters.

/// Cleans text of a field: white space runs become one space, control and bidi characters go.
///
/// Out: `None` when nothing is left.
#[must_use]
pub fn clean(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    for word in raw.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !c.is_control() && !is_invisible(*c)));
    }
    (!out.is_empty()).then_some(out)
}

/// Bidi controls, zero-width spaces and the byte order mark: they change what a reader sees, not what is said.
/// Zero-width joiners stay: Persian and Indic words need them.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
}
