//! Dates in numbers: `2025-10-09`, `9.10.2025`, `10/9/25`, `20251009T143000`, `10/2025`.
//!
//! In: tokens from a place on. Out: the parts in the order written. Which part is the day is settled later, because it
//! depends on the listing. Versions, addresses, phone numbers and scores have other shapes and are left alone.

use super::clock::Clock;
use super::words::Words;
use crate::lexicon::dates::{Sense, TokenKind};
use crate::model::Precision;

/// A number and how many digits it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Part {
    pub(super) value: u16,
    pub(super) digits: u8,
}

impl Part {
    pub(super) fn of(number: (u64, u8)) -> Option<Self> {
        Some(Self { value: u16::try_from(number.0).ok()?, digits: number.1 })
    }

    pub(super) fn is_year(self) -> bool {
        self.digits == 4 && (1000..=2700).contains(&self.value)
    }

    fn is_small(self) -> bool {
        self.digits <= 2 && (1..=31).contains(&self.value)
    }

    fn may_be_short_year(self) -> bool {
        self.digits == 2
    }
}

/// A date in numbers as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numeric {
    /// Three parts and the sign between them.
    Triple([Part; 3], char),
    /// Two parts, none of them a year.
    Pair([Part; 2], char),
    /// A year and a month.
    YearMonth(Part, Part),
}

/// Reads three numbers with the same sign between them.
pub(super) fn triple(words: &Words<'_>, i: usize) -> Option<(Numeric, usize)> {
    let (a, sign, at_b) = part_and_sign(words, i)?;
    let (b, second_sign, at_c) = part_and_sign(words, at_b)?;
    if !(sign == second_sign || sign == '.' && second_sign == ',') {
        return None;
    }
    let c = Part::of(words.number(at_c)?)?;
    let end = at_c + 1;
    let year_first = a.is_year() && b.is_small() && c.is_small();
    let year_last = a.is_small() && b.is_small() && (c.is_year() || c.may_be_short_year());
    let spaced = !words.glued(at_c);
    let short_first = a.may_be_short_year()
        && b.is_small()
        && c.is_small()
        && (a.value > 31 || c.digits == 1 && (sign == '/' || spaced));
    // "18.2. 15:32"
    if c.digits <= 2 && words.punctuation(end) == Some(':') {
        return None;
    }
    let hijri_short = a.is_small() && b.is_small() && c.digits == 2;
    let one_month = [a, b, c].iter().any(|part| (1..=12).contains(&part.value) && part.digits <= 2);
    if !(year_first || year_last || short_first || hijri_short) || !one_month || is_continued(words, i, end, sign) {
        return None;
    }
    // "1.1.30" is as likely a version; dotted dates pad the year and nearly always say it in full.
    if sign == ' ' && !c.is_year() && !a.is_year() {
        return None;
    }
    let dot = usize::from(words.punctuation(end) == Some('.') && words.glued(end) && sign == '.');
    Some((Numeric::Triple([a, b, c], sign), end + dot - i))
}

/// Four or more numbers in a row are an address, a phone number or a version.
fn is_continued(words: &Words<'_>, start: usize, end: usize, sign: char) -> bool {
    let after = words.punctuation(end) == Some(sign)
        && words.glued(end)
        && words.glued(end + 1)
        && words.number(end + 1).is_some();
    let before = start >= 2
        && words.punctuation(start - 1) == Some(sign)
        && words.glued(start)
        && words.number(start - 2).is_some();
    // "6,107.31" and "v1.2.3"
    let decimal = start >= 2
        && matches!(words.punctuation(start - 1), Some(',' | '.'))
        && words.glued(start)
        && words.number(start - 2).is_some();
    let named = |i: usize| words.is(i, Sense::Counted);
    let counted =
        start >= 1 && named(start - 1) || start >= 2 && named(start - 2) && words.punctuation(start - 1).is_some();
    let version = start >= 1
        && words.glued(start)
        && matches!(words.kind(start - 1), Some(TokenKind::Unknown(1) | TokenKind::Word { .. }))
        // A character of a script without spaces names no version.
        && words.bytes(start - 1) != 3
        && sign == '.';
    after && sign != '-' || before || decimal || version || counted
}

/// A number and the sign after it, with the place of the next number.
fn part_and_sign(words: &Words<'_>, i: usize) -> Option<(Part, char, usize)> {
    let part = Part::of(words.number(i)?).filter(|part| part.digits <= 4)?;
    match words.punctuation(i + 1) {
        Some(sign @ ('/' | '.' | '-' | ',')) => Some((part, sign, i + 2)),
        None if words.number(i + 1).is_some() => Some((part, ' ', i + 1)),
        _ => None,
    }
}

/// Reads two numbers: month and year, or day and month.
pub(super) fn pair(words: &Words<'_>, i: usize) -> Option<(Numeric, usize)> {
    let (a, sign, at_b) = part_and_sign(words, i)?;
    let b = Part::of(words.number(at_b)?)?;
    let end = at_b + 1;
    if sign == ' ' || sign == ',' || is_continued(words, i, end, sign) || words.punctuation(end) == Some('%') {
        return None;
    }
    // "18.2. 15:32" has a time behind it, "18.2.15" a year.
    let clock_follows = sign == '.' && words.punctuation(end + 2) == Some(':') && !words.glued(end + 1);
    if words.punctuation(end) == Some(sign) && words.number(end + 1).is_some() && !clock_follows {
        return None;
    }
    let month = |part: Part| (1..=12).contains(&part.value) && part.digits <= 2;
    let recent = |part: Part| part.digits == 4 && (1900..=2100).contains(&part.value);
    if recent(b) && month(a) {
        return Some((Numeric::YearMonth(b, a), end - i));
    }
    if recent(a) && month(b) && b.digits == 2 {
        return Some((Numeric::YearMonth(a, b), end - i));
    }
    let dot = usize::from(words.punctuation(end) == Some('.') && words.glued(end) && sign == '.');
    // "30/4.85", "13.12 PM"
    let goes_on =
        matches!(words.punctuation(end), Some('.' | ',')) && words.glued(end + 1) && words.number(end + 1).is_some();
    let is_time = words.sense(end, |sense| matches!(sense, Sense::Meridiem(_)).then_some(())).is_some();
    let day_and_month = a.is_small() && b.is_small() && (month(a) || month(b)) && !goes_on && !is_time;
    (day_and_month && words.glued(at_b - 1)).then_some((Numeric::Pair([a, b], sign), end + dot - i))
}

/// A date without signs, with the time that may follow.
pub(super) type Compact = ([Part; 3], Option<Clock>);

/// Reads `20251009`, `20251009143000`, `20251009T1430`.
pub(super) fn compact(words: &Words<'_>, i: usize) -> Option<(Compact, usize)> {
    let (value, digits) = words.number(i)?;
    let (date, clock) = match digits {
        8 => (value, None),
        12 => (value / 10_000, Some((value % 10_000 * 100, Precision::Minute))),
        14 => (value / 1_000_000, Some((value % 1_000_000, Precision::Second))),
        _ => return None,
    };
    let part = |value: u64, digits| Part::of((value, digits)).unwrap_or_default();
    let parts = [part(date / 10_000, 4), part(date / 100 % 100, 2), part(date % 100, 2)];
    let plausible = (1900..=2100).contains(&parts[0].value)
        && (1..=12).contains(&parts[1].value)
        && (1..=31).contains(&parts[2].value);
    if !plausible || words.punctuation(i + 1) == Some('.') && words.number(i + 2).is_some() && words.glued(i + 2) {
        return None;
    }
    if let Some((clock, precision)) = clock {
        return Some(((parts, Some(packed_clock(clock, precision)?)), 1));
    }
    // "T104941" glued to it.
    let has_t = words.glued(i + 1)
        && words.glued(i + 2)
        && matches!(words.kind(i + 1), Some(TokenKind::Word { .. } | TokenKind::Unknown(1)));
    if let (true, Some((time, digits))) = (has_t, words.number(i + 2)) {
        let clock = match digits {
            2 => packed_clock(time * 10_000, Precision::Hour),
            4 => packed_clock(time * 100, Precision::Minute),
            6 => packed_clock(time, Precision::Second),
            _ => None,
        };
        if clock.is_some() {
            return Some(((parts, clock), 3));
        }
    }
    Some(((parts, None), 1))
}

fn packed_clock(packed: u64, precision: Precision) -> Option<Clock> {
    let small = |value: u64| u8::try_from(value).ok();
    let (hour, minute, second) = (small(packed / 10_000)?, small(packed / 100 % 100)?, small(packed % 100)?);
    (hour < 24 && minute < 60 && second < 60).then_some(Clock { hour, minute, second, precision })
}
