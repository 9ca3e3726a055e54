//! Which year is meant: of two digits, of a day without a year, of another era.
//!
//! In: numbers and the time of capture. Out: full years and valid days; what is not ahead of the capture, where nothing
//! is expected to be.

use crate::dates::expression::Fields;
use crate::dates::numeric::Part;
use crate::dates::read::DateContext;
use jiff::Span;
use jiff::civil::Date;

/// Nobody dates farther ahead; larger numbers are ids.
const MAX_YEARS_AHEAD: i16 = 100;
/// Years that are written with two digits reach this far ahead of the capture; the rest are of the last century.
const SHORT_YEAR_AHEAD: i16 = 20;
/// How many years back a weekday is looked for. Farther back a wrong weekday is likelier than an old page.
const WEEKDAY_YEARS: i16 = 5;
/// How many years back a day is looked for that not every year has: 29 February, across 1900.
const LEAP_YEARS: i16 = 10;

/// The full year of a part: two digits are near the capture.
pub(super) fn full_year(part: Part, context: &DateContext<'_>) -> Option<i16> {
    let value = i16::try_from(part.value).ok()?;
    if part.digits > 2 {
        // Nobody writes of the Gregorian 2568; Thai pages do of the Buddhist.
        return Some(if (2400..=2700).contains(&value) { value - 543 } else { value });
    }
    let latest = context.reference.year() + SHORT_YEAR_AHEAD;
    let century = latest - latest.rem_euclid(100);
    let year = century + value;
    Some(if year > latest { year - 100 } else { year })
}

pub(super) fn date(year: i16, month: u16, day: u16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

pub(super) fn is_weekday(date: Date, weekday: Option<u8>) -> bool {
    weekday.is_none_or(|day| date.weekday().to_monday_one_offset().unsigned_abs() == day)
}

pub(super) fn is_future(date: Date, context: &DateContext<'_>) -> bool {
    let limit = context
        .reference
        .date()
        .checked_add(Span::new().days(i64::from(context.days_ahead)))
        .unwrap_or(context.reference.date());
    date > limit
}

/// The latest day with this month and day that is not ahead, and that the weekday allows.
pub(super) fn recent(month: u16, day: u16, weekday: Option<u8>, context: &DateContext<'_>) -> Option<Date> {
    let this_year = context.reference.year();
    let possible = |year: i16| date(year, month, day).filter(|read| context.future || !is_future(*read, context));
    if context.future {
        let near = [this_year, this_year + 1, this_year - 1];
        let by_weekday = near.iter().filter_map(|year| possible(*year)).find(|read| is_weekday(*read, weekday));
        let nearest = near
            .iter()
            .filter_map(|year| possible(*year))
            .min_by_key(|read| (*read - context.reference.date()).get_days().abs());
        return by_weekday.filter(|_| weekday.is_some()).or(nearest);
    }
    let years = |count: i16| (0..count).filter_map(|back| possible(this_year + 1 - back));
    if weekday.is_some()
        && let Some(read) = years(WEEKDAY_YEARS).find(|read| is_weekday(*read, weekday))
    {
        return Some(read);
    }
    years(LEAP_YEARS).next()
}

pub(super) fn stated_year(part: Part, fields: &Fields, context: &DateContext<'_>) -> Option<i16> {
    if let Some(start) = fields.era_start {
        return i16::try_from(part.value).ok()?.checked_add(start);
    }
    if fields.era && part.digits <= 2 {
        let year = i16::try_from(part.value).ok()?;
        return Some(if fields.before_era { 1 - year } else { year });
    }
    let year =
        full_year(part, context).filter(|year| *year <= context.reference.year().saturating_add(MAX_YEARS_AHEAD))?;
    Some(if fields.before_era { 1 - year } else { year })
}
