//! Does a short text look like a date? Recognition only; `dates` reads it.

use regex::Regex;
use std::sync::LazyLock;

/// Texts longer than this are prose that may mention a date, not a date line.
const MAX_DATE_LINE: usize = 80;

/// Numeric dates, a day with a month name beside it, and the Chinese, Japanese and Korean forms.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}\b | \b\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}\b |
        \d{1,2}\s?[月월] (?:\s?\d{1,2}\s?[日일])? | \d{4}\s?[年년] |
        \b\d{1,2}(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:(?:de|of|d')\s+)?\p{L}{3,12}\.?,?(?:[\s-]+(?:de\s+|del\s+)?(?:\d{4}|\d{2})\b|\s*$) |
        \b\p{L}{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?(?:\s+\d{4}\b|\s*$) |
        ^\s*\p{L}{3,12}\s+\d{4}\s*$ |
        \b\d{1,2}\s+\p{L}{3,10}\s+(?:ago|atrás)\b | ^\s*(?:vor|hace|il\ y\ a)\s+\d+ | \d+\s?(?:分钟|小时|天|個月|个月|日|時間)前",
    )
    .expect("regex is a literal")
});

/// True for a short text that holds a date.
pub(crate) fn looks_like_date(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 4
        && text.len() <= MAX_DATE_LINE * 2
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.chars().count() <= MAX_DATE_LINE
        && DATE.is_match(text)
}
