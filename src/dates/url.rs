//! The date in a URL: `/2025/10/09/`, `/2025-10-09-title`, `/2025/10/`, `-20251009`, `?date=2025-10-09`.
//!
//! In: a URL. Out: the date its path or query states. Ids are no dates: eight digits count only between other signs.

use super::read::{Candidate, DateContext};
use super::settle::strong;
use super::value::Value;
use crate::model::Precision;
use jiff::civil::Date;

/// The web has no older articles; larger years are ids.
const FIRST_YEAR: i16 = 1990;
/// Longer URLs are read up to here.
const MAX_BYTES: usize = 2_000;
/// Archives put the time of capture before the address they kept.
const ARCHIVE_MARKS: [&str; 2] = ["/web/", "/wayback/"];

/// Reads a URL.
pub(super) fn read(url: &str, context: &DateContext<'_>) -> Option<Candidate> {
    let bytes = &url.as_bytes()[..url.len().min(MAX_BYTES)];
    let start = path_start(url, bytes);
    let latest = context.reference.year().saturating_add(if context.future { 5 } else { 1 });
    let mut month_only: Option<Candidate> = None;
    let mut i = start;
    while i < bytes.len() {
        if !bytes[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let end = digits_end(bytes, i);
        if let Some((value, used, rule)) = at(bytes, i, end, latest) {
            let candidate = candidate(value, (i, used), rule);
            if value.precision == Precision::Day {
                return Some(candidate);
            }
            month_only.get_or_insert(candidate);
        }
        i = end;
    }
    month_only
}

fn candidate(value: Value, span: (usize, usize), rule: &'static str) -> Candidate {
    Candidate::new(strong(value, rule), span)
}

/// Where the path begins; of an archived URL, the path of what was archived.
fn path_start(url: &str, bytes: &[u8]) -> usize {
    let after_scheme = url.find("://").map_or(0, |place| place + 3);
    let archived = ARCHIVE_MARKS.iter().any(|mark| url[after_scheme..].contains(mark));
    let from = if archived { url.rfind("://").map_or(after_scheme, |place| place + 3) } else { after_scheme };
    let is_url = after_scheme > 0 || url.starts_with("//");
    if !is_url {
        return 0;
    }
    (from..bytes.len()).find(|i| matches!(bytes[*i], b'/' | b'?')).unwrap_or(bytes.len())
}

fn digits_end(bytes: &[u8], start: usize) -> usize {
    (start..bytes.len()).find(|i| !bytes[*i].is_ascii_digit()).unwrap_or(bytes.len())
}

fn number(bytes: &[u8], start: usize, end: usize) -> i16 {
    bytes[start..end].iter().take(4).fold(0, |value, digit| value * 10 + i16::from(digit - b'0'))
}

fn day(year: i16, month: i16, day: i16) -> Option<Value> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().map(Value::day)
}

type Found = (Value, usize, &'static str);

/// A date whose first digits are `start..end`.
fn at(bytes: &[u8], start: usize, end: usize, latest: i16) -> Option<Found> {
    let plausible = |year: i16| (FIRST_YEAR..=latest).contains(&year);
    // A digit run right after a letter is part of a name ("covid2020"); after a letter and eight digits too.
    match end - start {
        8 if !is_letter(bytes, start.checked_sub(1)) => {
            let year = number(bytes, start, start + 4);
            let value = day(year, number(bytes, start + 4, start + 6), number(bytes, start + 6, end))?;
            (plausible(year) && !is_letter(bytes, Some(end))).then_some((value, end, "url compact"))
        }
        4 => {
            let year = number(bytes, start, end);
            if plausible(year) { year_first(bytes, start, end, year) } else { None }
        }
        1 | 2 => day_first(bytes, start, end, &plausible),
        _ => None,
    }
}

fn is_letter(bytes: &[u8], i: Option<usize>) -> bool {
    i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_alphabetic)
}

fn year_first(bytes: &[u8], start: usize, end: usize, year: i16) -> Option<Found> {
    let sign = *bytes.get(end).filter(|sign| matches!(sign, b'/' | b'-' | b'_' | b'.'))?;
    let month_start = end + 1;
    let after_month = digits_end(bytes, month_start);
    // "/2025/1009/": month and day in one.
    if after_month - month_start == 4 && sign == b'/' {
        let value =
            day(year, number(bytes, month_start, month_start + 2), number(bytes, month_start + 2, after_month))?;
        return matches!(bytes.get(after_month), None | Some(b'/')).then_some((value, after_month, "url path"));
    }
    let (month, month_end) = match after_month - month_start {
        1 | 2 => (number(bytes, month_start, after_month), after_month),
        0 => month_name(bytes, month_start)?,
        _ => return None,
    };
    if !(1..=12).contains(&month) {
        return None;
    }
    if bytes.get(month_end).is_some_and(|next| *next == sign) {
        let day_end = digits_end(bytes, month_end + 1);
        let digits = day_end - month_end - 1;
        let bounded = !is_letter(bytes, Some(day_end)) || bytes.get(day_end) == Some(&b'T');
        if let (1..=2, true, Some(value)) = (digits, bounded, day(year, month, number(bytes, month_end + 1, day_end))) {
            return Some((value, day_end, "url path"));
        }
    }
    let in_path = sign == b'/'
        && start > 0
        && bytes[start - 1] == b'/'
        && matches!(bytes.get(month_end), None | Some(b'/' | b'?' | b'#'));
    let value = Value { precision: Precision::Month, ..day(year, month, 1)? };
    in_path.then_some((value, month_end, "url month"))
}

/// `/2025/oct/09/`, `/2025/October/9/`: English names, as path parts are.
fn month_name(bytes: &[u8], start: usize) -> Option<(i16, usize)> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let end = (start..bytes.len()).find(|i| !bytes[*i].is_ascii_alphabetic()).unwrap_or(bytes.len());
    let word = bytes.get(start..end).filter(|word| word.len() >= 3)?;
    let month = NAMES.iter().position(|name| {
        let name = name.as_bytes();
        word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&name[..3])
    })?;
    Some((i16::try_from(month + 1).ok()?, end))
}

/// `09-10-2025`: only where day and month cannot be mistaken.
fn day_first(bytes: &[u8], start: usize, end: usize, plausible: &impl Fn(i16) -> bool) -> Option<Found> {
    let sign = *bytes.get(end).filter(|sign| matches!(sign, b'/' | b'-' | b'_' | b'.'))?;
    let second_end = digits_end(bytes, end + 1);
    if !(1..=2).contains(&(second_end - end - 1)) || bytes.get(second_end) != Some(&sign) {
        return None;
    }
    let year_end = digits_end(bytes, second_end + 1);
    if year_end - second_end - 1 != 4 || start > 0 && bytes[start - 1].is_ascii_alphanumeric() {
        return None;
    }
    let (first, second, year) =
        (number(bytes, start, end), number(bytes, end + 1, second_end), number(bytes, second_end + 1, year_end));
    let value = match (first, second) {
        (13..=31, 1..=12) => day(year, second, first)?,
        (1..=12, 13..=31) => day(year, first, second)?,
        (a, b) if a == b => day(year, a, b)?,
        _ => return None,
    };
    plausible(year).then_some((value, year_end, "url path"))
}
