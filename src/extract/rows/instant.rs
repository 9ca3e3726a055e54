//! Capture times and numeric dates of rows.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Numbers in this range are seconds since 1970: from 1990 up to 2100. A thousand times as much is milliseconds.
const EPOCH_SECONDS: std::ops::RangeInclusive<i64> = 631_152_000..=4_102_444_800;

/// Reads the time of a capture: RFC 3339, a date and time in UTC, or seconds since 1970.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let utc = |civil: DateTime| civil.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<DateTime>().ok().and_then(utc))
        .or_else(|| text.parse::<Date>().ok().and_then(|d| utc(d.at(0, 0, 0, 0))))
        .or_else(|| epoch(text.parse().ok()?))
}

/// A number of seconds or milliseconds since 1970; `None` for other numbers.
pub(super) fn epoch(number: i64) -> Option<Timestamp> {
    if EPOCH_SECONDS.contains(&number) {
        Timestamp::from_second(number).ok()
    } else if EPOCH_SECONDS.contains(&(number / 1000)) {
        Timestamp::from_millisecond(number).ok()
    } else {
        None
    }
}
