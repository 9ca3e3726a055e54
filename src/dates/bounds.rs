//! A value to the instants it allows, and what a listing's order allows for teasers without a date.
//!
//! In: values, mentioned dates, the time of capture. Out: first and last instant (UTC). A wall clock without a known
//! zone is taken as UTC; nothing narrower than what was stated is ever claimed.

use super::settle::Settled;
use super::value::Value;
use crate::lexicon::dates::Unit;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

/// What is known of an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) earliest: Option<Timestamp>,
    pub(super) latest: Option<Timestamp>,
}

fn instant(at: jiff::civil::DateTime, offset: Option<Offset>, zone: Option<&TimeZone>) -> Option<Timestamp> {
    if let Some(offset) = offset {
        return offset.to_timestamp(at).ok();
    }
    match zone {
        Some(zone) => zone.to_timestamp(at).ok(),
        None => Offset::UTC.to_timestamp(at).ok(),
    }
}

/// The instants a stated value allows; a relative one is only known to the unit it counts in.
pub(super) fn of(settled: &Settled, zone: Option<&TimeZone>) -> Option<(Timestamp, Timestamp)> {
    let value: Value = settled.value;
    let (first, last) = value.bounds();
    let first = match settled.counted_in {
        // "3 hours ago" stays on the page until four hours have passed.
        Some(Unit::Hour) => first.checked_sub(Span::new().hours(1)).unwrap_or(first),
        Some(Unit::Minute) => first.checked_sub(Span::new().minutes(1)).unwrap_or(first),
        Some(Unit::Week) => first.checked_sub(Span::new().days(7)).unwrap_or(first),
        _ => first,
    };
    Some((instant(first, value.offset, zone)?, instant(last, value.offset, zone)?))
}

/// Narrows every interval by the order of the list, newest first: nothing is later than what stands above it, and
/// nothing earlier than what stands below.
pub(super) fn by_order(intervals: &mut [Interval]) {
    let mut latest: Option<Timestamp> = None;
    for interval in intervals.iter_mut() {
        interval.latest = least(interval.latest, latest);
        latest = interval.latest;
    }
    let mut earliest: Option<Timestamp> = None;
    for interval in intervals.iter_mut().rev() {
        interval.earliest = greatest(interval.earliest, earliest);
        earliest = interval.earliest;
    }
}

fn least(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn greatest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}
