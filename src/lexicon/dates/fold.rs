//! Characters to the form that the date table compares: case, width and optional marks are gone.
//!
//! In: one character of a page. Out: the character the table knows it by, or what class of separator it is. Marks that
//! change a vowel (Indic, Thai, kana) stay; marks that writers leave out (Latin accents, Arabic and Hebrew points) go.

use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What one character is to the tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// Part of a word, folded.
    Letter(char),
    /// Part of a word in a script that does not put spaces between words, folded.
    Unspaced(char),
    /// A decimal digit of any script.
    Digit(u8),
    /// White space.
    Space,
    /// Shows nothing: format characters, dropped marks.
    Nothing,
    /// Everything else, folded to its plainest form.
    Punctuation(char),
}

/// First characters of the runs of ten decimal digits (general category Nd) of the scripts that write dates.
const DIGIT_RUNS: [u32; 34] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xABF0, 0xFF10,
];

/// Characters below this are folded by a table; the others one by one.
const TABLE_END: u32 = 0x3000;

/// Folds one character.
#[must_use]
pub fn fold(c: char) -> Folded {
    static TABLE: OnceLock<Vec<Folded>> = OnceLock::new();
    let table = TABLE
        .get_or_init(|| (0..TABLE_END).map(|code| char::from_u32(code).map_or(Folded::Nothing, compute)).collect());
    match table.get(c as usize) {
        Some(folded) => *folded,
        None => compute(c),
    }
}

/// [`fold`] of an ASCII character, which most are; other bytes are not looked at.
pub(super) const fn fold_ascii(byte: u8) -> Folded {
    match byte {
        b'0'..=b'9' => Folded::Digit(byte - b'0'),
        b'a'..=b'z' | b'A'..=b'Z' => Folded::Letter(byte.to_ascii_lowercase() as char),
        b' ' | b'\t'..=b'\r' => Folded::Space,
        0..b' ' | 0x7F => Folded::Nothing,
        _ => Folded::Punctuation(byte as char),
    }
}

fn compute(c: char) -> Folded {
    if let Ok(byte) = u8::try_from(c)
        && byte.is_ascii()
    {
        return fold_ascii(byte);
    }
    if let Some(digit) = digit(c) {
        return Folded::Digit(digit);
    }
    if is_invisible(c) || is_optional_mark(c) {
        return Folded::Nothing;
    }
    if c.is_whitespace() {
        return Folded::Space;
    }
    if is_unspaced(c) {
        return Folded::Unspaced(c);
    }
    if !c.is_alphabetic() && !is_combining_mark(c) || matches!(c, '\u{2B0}'..='\u{2FF}' | 'ª' | 'º') {
        return Folded::Punctuation(plain_punctuation(c));
    }
    Folded::Letter(base_letter(c))
}

/// The value of a decimal digit of any script, superscripts and subscripts included.
#[must_use]
pub fn digit(c: char) -> Option<u8> {
    let code = c as u32;
    if let Some(start) = DIGIT_RUNS.iter().rev().find(|start| **start <= code)
        && code < start + 10
    {
        return u8::try_from(code - start).ok();
    }
    Some(match c {
        '⁰' => 0,
        '¹' => 1,
        '²' => 2,
        '³' => 3,
        '⁴'..='⁹' => u8::try_from(code - 0x2070).ok()?,
        '₀'..='₉' => u8::try_from(code - 0x2080).ok()?,
        _ => return None,
    })
}

/// Scripts whose words are found by the longest match, because no space parts them.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{0F00}'..='\u{0FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{A000}'..='\u{A4CF}')
}

/// Marks that writers leave out without changing the word.
const fn is_optional_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}'..='\u{5C7}'
        | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}'
        | '\u{6DF}'..='\u{6E8}' | '\u{6EA}'..='\u{6ED}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}' | '\u{FE00}'..='\u{FE0F}')
}

const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{80}'..='\u{9F}')
}

fn plain_punctuation(c: char) -> char {
    match c {
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' | '－' | '־' => '-',
        '’' | '‘' | '´' | 'ʻ' | 'ʼ' | 'ʹ' | '′' | '＇' | '׳' => '\'',
        '⁄' | '∕' | '／' => '/',
        '॰' | '．' | '。' | '․' | '｡' | '।' | '۔' => '.',
        '，' | '、' | '،' | '､' | '؍' | '٫' => ',',
        '：' | '∶' => ':',
        '＋' => '+',
        '（' => '(',
        '）' => ')',
        '•' | '∙' | '‧' | '・' => '·',
        '｜' | '¦' | '│' => '|',
        other => other,
    }
}

fn base_letter(c: char) -> char {
    let lower = c.to_lowercase().next().unwrap_or(c);
    match lower {
        'ı' => 'i',
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ɖ' => 'd',
        'ى' | 'ي' | 'ې' => 'ی',
        'ك' => 'ک',
        'ة' => 'ه',
        'ς' => 'σ',
        // Only scripts whose marks are optional; Indic letters keep theirs.
        '\u{C0}'..='\u{6FF}'
        | '\u{1E00}'..='\u{1FFF}'
        | '\u{FF00}'..='\u{FFEF}'
        | '\u{FB00}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFE}' => {
            let base = std::iter::once(lower).nfkd().next().unwrap_or(lower);
            if base == lower { base } else { base_letter(base) }
        }
        other => other,
    }
}

/// Folds a phrase of the table: words parted by one space, digits and punctuation as parting.
///
/// Every character of a script without spaces stays as it is, so that `token` finds it by longest match.
#[must_use]
pub fn fold_phrase(phrase: &str) -> String {
    let mut out = String::with_capacity(phrase.len());
    fold_phrase_into(phrase, &mut out);
    out
}

/// [`fold_phrase`], appended to `out`.
pub fn fold_phrase_into(phrase: &str, out: &mut String) {
    let mut gap = false;
    for c in phrase.chars() {
        match fold(c) {
            Folded::Letter(folded) | Folded::Unspaced(folded) => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(folded);
            }
            Folded::Nothing => {}
            Folded::Digit(_) | Folded::Space | Folded::Punctuation(_) => gap = true,
        }
    }
}

/// A folded phrase without its remaining marks: what is left after "accents" were stripped from any script.
#[must_use]
pub fn strip_marks(folded: &str) -> String {
    folded.nfd().filter(|c| !is_combining_mark(*c) || !is_nonspacing(*c)).nfc().collect()
}

/// Marks without a width of their own, which careless normalizers strip; spacing vowel signs stay.
fn is_nonspacing(c: char) -> bool {
    // Spacing marks (general category Mc) are alphabetic and take part in line width; the ranges below are the ones of
    // the scripts in the table.
    !matches!(c as u32,
        0x0903 | 0x093B | 0x093E..=0x0940 | 0x0949..=0x094C | 0x094E..=0x094F | 0x0982..=0x0983 | 0x09BE..=0x09C0
        | 0x09C7..=0x09C8 | 0x09CB..=0x09CC | 0x09D7 | 0x0A03 | 0x0A3E..=0x0A40 | 0x0A83 | 0x0ABE..=0x0AC0 | 0x0AC9
        | 0x0ACB..=0x0ACC | 0x0B02..=0x0B03 | 0x0B3E | 0x0B40 | 0x0B47..=0x0B48 | 0x0B4B..=0x0B4C | 0x0B57
        | 0x0BBE..=0x0BBF | 0x0BC1..=0x0BC2 | 0x0BC6..=0x0BC8 | 0x0BCA..=0x0BCC | 0x0BD7 | 0x0C01..=0x0C03
        | 0x0C41..=0x0C44 | 0x0C82..=0x0C83 | 0x0CBE | 0x0CC0..=0x0CC4 | 0x0CC7..=0x0CC8 | 0x0CCA..=0x0CCB
        | 0x0CD5..=0x0CD6 | 0x0D02..=0x0D03 | 0x0D3E..=0x0D40 | 0x0D46..=0x0D48 | 0x0D4A..=0x0D4C | 0x0D57
        | 0x0D82..=0x0D83 | 0x0DCF..=0x0DD1 | 0x0DD8..=0x0DDF | 0x0DF2..=0x0DF3 | 0x0F3E..=0x0F3F | 0x0F7F
        | 0x102B..=0x102C | 0x1031 | 0x1038 | 0x103B..=0x103C | 0x1056..=0x1057 | 0x17B6 | 0x17BE..=0x17C5
        | 0x17C7..=0x17C8)
}

#[cfg(test)]
mod tests {
    use super::fold_phrase;

    #[test]
    fn folds_what_writers_vary() {
        for (written, folded) in [
            ("Décembre", "decembre"),
            ("a.m.", "a m"),
            ("d’octubre", "d octubre"),
            ("Перед", "перед"),
            ("پنج‌شنبه", "پنجشنبه"),
            ("กันยายน", "กันยายน"),
            ("ＯＣＴ", "oct"),
            ("ＩＩ", "ii"),
            ("يناير", "ینایر"),
            ("Ağustos", "agustos"),
            ("Αύγουστος", "αυγουστοσ"),
        ] {
            assert_eq!(fold_phrase(written), folded, "{written}");
        }
    }
}
