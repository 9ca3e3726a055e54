//! Clock times and offsets.
//!
//! In: tokens from a place on. Out: hour, minute, second and offset, and how many tokens they took. Does not know dates.

use super::words::Words;
use crate::lexicon::dates::{Sense, Unit};
use crate::model::Precision;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// A time of day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) precision: Precision,
}

impl Clock {
    fn new(hour: u64, minute: Option<u64>, second: Option<u64>) -> Option<Self> {
        let leap_or_end = hour == 24 && minute.unwrap_or(0) == 0;
        if hour > 24 || hour == 24 && !leap_or_end || minute.is_some_and(|m| m > 59) || second.is_some_and(|s| s > 60) {
            return None;
        }
        let precision = match (minute, second) {
            (_, Some(_)) => Precision::Second,
            (Some(_), None) => Precision::Minute,
            _ => Precision::Hour,
        };
        Some(Self {
            hour: u8::try_from(hour).ok()?,
            minute: u8::try_from(minute.unwrap_or(0)).ok()?,
            second: u8::try_from(second.unwrap_or(0).min(59)).ok()?,
            precision,
        })
    }

    /// The hour after "pm" or "am".
    pub(super) fn with_meridiem(mut self, afternoon: bool) -> Self {
        match (afternoon, self.hour) {
            (true, 1..=11) => self.hour += 12,
            (false, 12) => self.hour = 0,
            _ => {}
        }
        self
    }
}

fn unit_after(words: &Words<'_>, i: usize, unit: Unit) -> bool {
    words.is(i, Sense::Unit(unit))
}

fn two_digits(words: &Words<'_>, i: usize) -> Option<u64> {
    words.number(i).filter(|(_, digits)| *digits == 2).map(|(value, _)| value)
}

/// How a clock time is announced: after "at" or beside a date more forms are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announced {
    /// Nothing says that a time follows.
    No,
    /// A word for "at", or a date before it.
    Yes,
}

/// Reads a clock time at token `i`: `14:30`, `14:30:05.123`, `14h30`, `14 Uhr`, `2時5分`, `14.30` where announced.
pub(super) fn clock(words: &Words<'_>, i: usize, announced: Announced) -> Option<(Clock, usize)> {
    let (hour, digits) = words.number(i)?;
    if digits > 2 {
        return None;
    }
    let may_have_dots =
        announced == Announced::Yes || unit_after(words, i + 3, Unit::Hour) || hour <= 12 && is_meridiem(words, i + 3);
    with_colons(words, i, hour)
        .or_else(|| (announced == Announced::Yes).then(|| with_and(words, i, hour)).flatten())
        .or_else(|| with_units(words, i, hour, announced))
        .or_else(|| may_have_dots.then(|| with_dots(words, i, hour)).flatten())
}

fn with_colons(words: &Words<'_>, i: usize, hour: u64) -> Option<(Clock, usize)> {
    if words.punctuation(i + 1) != Some(':') {
        return None;
    }
    let minute = two_digits(words, i + 2)?;
    let mut used = 3;
    let second = (words.punctuation(i + 3) == Some(':')).then(|| two_digits(words, i + 4)).flatten();
    if second.is_some() {
        used = 5;
        let fraction = matches!(words.punctuation(i + 5), Some('.' | ',')) && words.glued(i + 6);
        if fraction && words.number(i + 6).is_some() && words.glued(i + 5) {
            used = 7;
        }
    }
    // "14:30 Uhr", "14:05 h"
    if unit_after(words, i + used, Unit::Hour) && words.number(i + used + 1).is_none() {
        used += 1;
    }
    Some((Clock::new(hour, Some(minute), second)?, used))
}

fn with_units(words: &Words<'_>, i: usize, hour: u64, announced: Announced) -> Option<(Clock, usize)> {
    if !unit_after(words, i + 1, Unit::Hour) {
        return None;
    }
    // "3 hours" is a span, "14 Uhr", "14h30" and "14時" are times: a minute, an announcement or the word itself decides.
    // 三点半
    if words.is(i + 2, Sense::Half) && words.glued(i + 1) && words.glued(i + 2) {
        return Some((Clock::new(hour, Some(30), None)?, 3));
    }
    let minute = words.number(i + 2).filter(|(value, digits)| *digits <= 2 && *value < 60).map(|(value, _)| value);
    let marked = minute.is_some() && unit_after(words, i + 3, Unit::Minute);
    // "14h30", and where a time is expected "14 h 30".
    let compact = minute.is_some()
        && words.number(i + 2).is_some_and(|(_, digits)| digits == 2)
        && (words.glued(i + 2) || words.glued(i + 1) || announced == Announced::Yes && words.bytes(i + 1) == 1);
    if !marked && !compact {
        let is_time = announced == Announced::Yes || words.is(i + 1, Sense::At);
        return is_time.then(|| Clock::new(hour, None, None)).flatten().map(|clock| (clock, 2));
    }
    let mut used = if marked { 4 } else { 3 };
    let second = words
        .number(i + used)
        .filter(|_| marked && unit_after(words, i + used + 1, Unit::Second))
        .map(|(value, _)| value);
    used += if second.is_some() { 2 } else { 0 };
    Some((Clock::new(hour, minute, second)?, used))
}

fn is_meridiem(words: &Words<'_>, i: usize) -> bool {
    words.sense(i, |sense| matches!(sense, Sense::Meridiem(_)).then_some(())).is_some()
}

/// Persian: "11 and 01 minutes and 44 seconds".
fn with_and(words: &Words<'_>, i: usize, hour: u64) -> Option<(Clock, usize)> {
    if !words.is(i + 1, Sense::And) || !unit_after(words, i + 3, Unit::Minute) {
        return None;
    }
    let (minute, _) = words.number(i + 2)?;
    let has_second = words.is(i + 4, Sense::And) && unit_after(words, i + 6, Unit::Second);
    let second = words.number(i + 5).filter(|_| has_second).map(|(second, _)| second);
    Some((Clock::new(hour, Some(minute), second)?, if second.is_some() { 7 } else { 4 }))
}

fn with_dots(words: &Words<'_>, i: usize, hour: u64) -> Option<(Clock, usize)> {
    if words.punctuation(i + 1) != Some('.') || !words.glued(i + 1) || !words.glued(i + 2) {
        return None;
    }
    let minute = two_digits(words, i + 2)?;
    let second =
        (words.punctuation(i + 3) == Some('.') && words.glued(i + 4)).then(|| two_digits(words, i + 4)).flatten();
    let mut used = if second.is_some() { 5 } else { 3 };
    // A third part without two digits is no time ("1.12.2025").
    if second.is_none() && words.punctuation(i + 3) == Some('.') && words.number(i + 4).is_some() && words.glued(i + 4)
    {
        return None;
    }
    if unit_after(words, i + used, Unit::Hour) {
        used += 1;
    }
    Some((Clock::new(hour, Some(minute), second)?, used))
}

/// The widest offset in use is +14:00; some clocks of the past had more.
const MAX_OFFSET_HOURS: u64 = 15;

/// An offset as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Zone {
    /// East of UTC; in winter, where the zone is seasonal.
    pub(super) minutes: i16,
    pub(super) kind: ZoneKind,
}

/// How an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ZoneKind {
    /// `Z`, `GMT+2` and `+02:00` leave nothing open.
    Numeric,
    /// "CET": what it means at the time is for the table to say.
    Named,
    /// "ET": winter or summer time, as the date has it.
    Seasonal,
}

impl Zone {
    /// The offset that holds at a wall clock; that of before, where the clocks change at this hour.
    pub(super) fn at(self, clock: DateTime) -> Option<Offset> {
        if self.kind == ZoneKind::Seasonal
            && let Some((_, city)) = SEASONAL_CITIES.iter().find(|(minutes, _)| *minutes == self.minutes)
            && let Ok(zone) = TimeZone::get(city)
        {
            return Some(match zone.to_ambiguous_timestamp(clock).offset() {
                AmbiguousOffset::Unambiguous { offset } => offset,
                AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
            });
        }
        Offset::from_seconds(i32::from(self.minutes) * 60).ok()
    }
}

/// Cities whose clocks the seasonal zones name, by their offset in winter.
const SEASONAL_CITIES: [(i16, &str); 4] =
    [(-300, "America/New_York"), (-360, "America/Chicago"), (-420, "America/Denver"), (-480, "America/Los_Angeles")];

/// Reads an offset or a zone name after a clock time, and how many tokens it took: `Z`, `+02:00`, `+0200`, `GMT+2`, `EST`,
/// `(CET)`.
pub(super) fn offset(words: &Words<'_>, i: usize) -> Option<(Zone, usize)> {
    let open = usize::from(words.punctuation(i) == Some('('));
    let zone = words.sense(i + open, |sense| match sense {
        Sense::Zone(0) => Some((0, ZoneKind::Numeric)),
        Sense::Zone(minutes) => Some((minutes, ZoneKind::Named)),
        Sense::SeasonalZone(minutes) => Some((minutes, ZoneKind::Seasonal)),
        _ => None,
    });
    if let Some((minutes, kind)) = zone {
        let mut tokens = open + 1;
        let shifted = if kind == ZoneKind::Numeric { numeric_offset(words, i + tokens) } else { None };
        let minutes = shifted.map_or(minutes, |(shift, used)| {
            tokens += used;
            shift
        });
        tokens += usize::from(open == 1 && words.punctuation(i + tokens) == Some(')'));
        return Some((Zone { minutes, kind }, tokens));
    }
    let (minutes, tokens) = if open == 1 { None } else { numeric_offset(words, i) }?;
    Some((Zone { minutes, kind: ZoneKind::Numeric }, tokens))
}

fn numeric_offset(words: &Words<'_>, i: usize) -> Option<(i16, usize)> {
    let sign = match words.punctuation(i)? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    if !words.glued(i + 1) {
        return None;
    }
    let (value, digits) = words.number(i + 1)?;
    let (hours, minutes, used) = match digits {
        4 => (value / 100, value % 100, 2),
        1 | 2 => match (words.punctuation(i + 2), two_digits(words, i + 3)) {
            (Some(':'), Some(minutes)) if words.glued(i + 3) => (value, minutes, 4),
            _ => (value, 0, 2),
        },
        _ => return None,
    };
    if hours > MAX_OFFSET_HOURS || minutes > 59 {
        return None;
    }
    let total = i16::try_from(hours * 60 + minutes).ok()?;
    Some((sign * total, used))
}
