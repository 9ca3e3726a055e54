//! How much of a text is a date? Recognition only; `dates` reads it.

use crate::lexicon::dates::{Token, TokenKind, tokenize};
use crate::lexicon::names_a_day;
pub(crate) use crate::lexicon::{MAX_DATE_CHARS as MAX_CHARS, looks_like_date, words_beside_date};

/// Words of up to this many letters ("at", "um", "h") do not count as words beside a date.
const SMALL_WORD: u16 = 2;
/// Words beside a date that still leave the line a date line: "Published by the editor on …".
const FEW_WORDS: usize = 2;

/// Letters of scripts without spaces in a date line: year, month, day, weekday, a label.
const FEW_UNSPACED: usize = 8;
/// Of these, such as are in no date word: a label. More, and no fewer than there are numbers and date words, are what the
/// line is about: "2024-05 京都大阪旅行".
const FEW_STRANGE: usize = 2;
/// "Yesterday" is a date line without a digit; longer ones are sentences.
const SHORT_CHARS: usize = 12;

/// True when a text is a date and nothing else.
pub(crate) fn is_date_alone(text: &str) -> bool {
    // The cheap questions first: this is asked of every title.
    (text.bytes().any(|b| b.is_ascii_digit())
        || text.chars().count() <= SHORT_CHARS
        || !text.is_ascii() && text.chars().any(char::is_numeric))
        && unspaced(text) <= FEW_UNSPACED
        && words_beside_date(text) == Some(0)
        && !speaks_without_spaces(text)
}

/// True when the letters of a script without spaces say more than a date and its label.
fn speaks_without_spaces(text: &str) -> bool {
    if unspaced(text) <= FEW_STRANGE {
        return false;
    }
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    let is_strange = |token: &&Token| {
        matches!(token.kind, TokenKind::Unknown(_))
            && text.get(token.start as usize..token.end as usize).is_some_and(|word| unspaced(word) > 0)
    };
    let is_known = |token: &&Token| matches!(token.kind, TokenKind::Number { .. } | TokenKind::Word { .. });
    let strange = tokens.iter().filter(is_strange).count();
    strange > FEW_STRANGE && strange >= tokens.iter().filter(is_known).count()
}

/// True when a text is a date with at most a label beside it.
pub(crate) fn is_date_line(text: &str) -> bool {
    words_beside_date(text).is_some_and(|words| words <= FEW_WORDS) && unspaced(text) <= 2 * FEW_UNSPACED
}

/// A leading date is at most this many words.
const MAX_WORDS: usize = 9;

/// The date that a line opens with, when it names a day, and the words behind it: "Jan 10 – Special Meeting".
pub(crate) fn split_leading_day(text: &str) -> Option<(&str, &str)> {
    let first = text.find(|c: char| c.is_alphanumeric())?;
    let text = &text[first..];
    let is_day = |date: &str| names_a_day(date) && is_date_alone(date);
    let cut = |at: usize| (text[..at].trim(), text[at..].trim_start_matches(is_mark));
    let marked = text.find(['–', '—', '|', '•', '(', '[']).or_else(|| text.find(" - "));
    if let Some(at) = marked.filter(|&at| is_day(text[..at].trim())) {
        return Some(cut(at));
    }
    if is_day(text) {
        return Some((text, ""));
    }
    let ends = text.match_indices(char::is_whitespace).map(|(at, _)| at).take(MAX_WORDS);
    ends.filter(|&at| is_day(&text[..at])).last().map(cut)
}

/// True for white space and what stands between the parts of a line.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ':' | ';' | '-' | '–' | '—' | '|' | '•' | '·' | '/' | '.')
}

/// Words beside the date in a text.
pub(crate) fn words_beside(text: &str) -> usize {
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    tokens.iter().filter(|t| matches!(t.kind, TokenKind::Unknown(letters) if letters > SMALL_WORD)).count()
}

/// Letters of scripts that are written without spaces, where words cannot be counted.
fn unspaced(text: &str) -> usize {
    if text.is_ascii() {
        return 0;
    }
    text.chars()
        .filter(|c| matches!(c, '\u{E00}'..='\u{E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'))
        .count()
}

#[cfg(test)]
mod tests {
    use super::is_date_alone;

    #[test]
    fn a_date_alone_in_scripts_without_spaces() {
        for text in [
            "2025年10月9日",
            "2025年10月9日（木曜日）",
            "令和7年10月9日（木）",
            "发布时间：2025-10-09",
            "公開日 2025年10月9日",
            "昨天 14:30",
            "最終更新日：2025年10月9日",
            "发表于 2025-10-09",
            "2025年10月9日 掲載",
        ] {
            assert!(is_date_alone(text), "{text}");
        }
        for text in ["2024-05 京都大阪旅行", "5月3日 春祭花火大会", "2025年10月9日 市議会定例会", "2025 年度总结"]
        {
            assert!(!is_date_alone(text), "{text}");
        }
    }
}
