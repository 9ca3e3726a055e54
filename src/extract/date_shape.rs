//! Does a short text look like a date? Recognition only; `dates` reads it.

use regex::Regex;
use std::sync::LazyLock;

/// Texts longer than this are prose that may mention a date, not a date line.
const MAX_DATE_LINE: usize = 80;

/// Numeric dates, a day and a month name with a year, and the Chinese, Japanese and Korean forms, anywhere in a text.
static WITHIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}(?:\b|T) | \b\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}\b |
        \d{1,2}\s?[月월] (?:\s?\d{1,2}\s?[日일])? | \d{4}\s?[年년] |
        \b\d{1,2}(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:(?:de|of|d')\s+)?\p{L}{3,12}\.?,?[\s-]+(?:de\s+|del\s+)?(?:\d{4})\b |
        \b\p{L}{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}\b |
        \b\d{1,2}\s+\p{L}{3,10}\s+(?:ago|atrás)\b | \d+\s?(?:分钟|小时|天|個月|个月|日|時間)前",
    )
    .expect("regex is a literal")
});

/// Forms that are a date only when nothing else stands beside them.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)^\W*(?:\p{L}{2,12}\.?,?\s+)?(?:
        \d{1,2}(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:de\s+)?\p{L}{3,12}\.?(?:[\s-]+\d{2})? |
        \p{L}{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)? | \p{L}{3,12}\.?,?\s+\d{4} |
        \d{1,2}[-/.]\d{1,2}\.? | (?:vor|hace|il\ y\ a)\s+\d+\s\p{L}+ )\W*(?:\d{1,2}:\d{2}.{0,10})?$",
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
        && (WITHIN.is_match(text) || text.chars().count() <= 24 && ALONE.is_match(text))
}

/// Letters beside a date that still leave it a date line: a weekday, "at", a time zone.
const BESIDE: usize = 14;

/// True when a text says little more than a date.
pub(crate) fn is_date_alone(text: &str) -> bool {
    let text = text.trim();
    if !looks_like_date(text) {
        return false;
    }
    match WITHIN.find(text) {
        Some(found) => {
            let letters = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count();
            letters(&text[..found.start()]) + letters(&text[found.end()..]) <= BESIDE
        }
        // A month without a day or a day without a year may as well be a title ("Week 13"): only a line that starts
        // with a digit, or a month and a year, is taken.
        None => text.starts_with(|c: char| c.is_ascii_digit()),
    }
}
