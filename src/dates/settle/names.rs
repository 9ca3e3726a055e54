//! Dates by the name of a month, a quarter or a weekday.
//!
//! In: the name and the numbers beside it. Out: the date. Names of other calendars are converted.

use super::counted::nearest_weekday;
use super::order::parse_order;
use super::settled::{Settled, Strength, strong};
use super::years::{date, is_future, is_weekday, recent, stated_year};
use crate::dates::calendar;
use crate::dates::expression::{Fields, Plain};
use crate::dates::numeric::Part;
use crate::dates::read::DateContext;
use crate::dates::value::Value;
use crate::lexicon::dates::{Calendar, table};
use crate::model::{FieldOrder, Precision};
use jiff::Span;

/// Day and year among the numbers beside a month's name.
fn day_and_year(fields: &Fields, year_first: bool) -> Option<(Option<u8>, Option<Part>)> {
    let mut numbers: Vec<Plain> = Vec::new();
    numbers.extend(fields.numbers());
    let mut year = fields.year;
    let mut day = fields.day;
    // "0 March", "33 December" and years of antiquity without an era are none.
    let possible = |n: Plain| match n.part.digits {
        1 => n.part.value > 0,
        2 => true,
        3 => fields.era,
        _ => (1000..=2700).contains(&n.part.value),
    };
    if !fields.numbers().all(possible) {
        return None;
    }
    let year_like = |n: &Plain| n.apostrophe || n.part.digits >= 3 || n.part.value > 31 || n.part.value == 0;
    if year.is_none()
        && let Some(index) = numbers.iter().position(year_like)
    {
        year = Some(numbers.remove(index).part);
    }
    if numbers.iter().any(year_like) {
        return None;
    }
    if year.is_none() && day.is_none() && numbers.len() >= 2 {
        let index = usize::from(!year_first);
        let short = numbers[index];
        if short.part.digits == 2 && !short.ordinal && !short.after_comma {
            year = Some(numbers.remove(index).part);
        } else {
            numbers.truncate(1);
        }
    }
    if day.is_none() && !numbers.is_empty() {
        // Of two, the one that touches the month.
        let distance = |n: &Plain| n.token.abs_diff(fields.month_token);
        let best = numbers.iter().min_by_key(|n| distance(n))?;
        day = u8::try_from(best.part.value).ok().filter(|day| (1..=31).contains(day));
        day?;
    }
    Some((day, year))
}

pub(super) fn named_month(
    fields: &Fields,
    context: &DateContext<'_>,
    language: Option<&'static str>,
) -> Option<Settled> {
    let (month, calendar) = fields.month?;
    let year_first = matches!(
        context.order.or_else(|| language.and_then(|tag| table().order(tag)).and_then(parse_order)),
        Some(FieldOrder::YearMonthDay | FieldOrder::YearDayMonth)
    );
    let (day, year) = day_and_year(fields, year_first && context.order.is_some())?;
    if let Some(calendar) = calendar {
        return other_month(calendar, month, day, year, fields, context);
    }
    let year_value = match year {
        Some(part) => Some(stated_year(part, fields, context)?),
        None => None,
    };
    let month = u16::from(month);
    let mut settled = match (day, year_value) {
        (Some(day), Some(year)) => strong(Value::day(date(year, month, u16::from(day))?), "month name"),
        (Some(day), None) => {
            strong(Value::day(recent(month, u16::from(day), fields.weekday, context)?), "month and day")
        }
        (None, Some(year)) => {
            strong(Value { precision: Precision::Month, ..Value::day(date(year, month, 1)?) }, "month and year")
        }
        (None, None) => {
            let mut alone =
                strong(Value { precision: Precision::Month, ..Value::day(recent(month, 1, None, context)?) }, "month");
            alone.strength = if fields.which.is_some() { Strength::Strong } else { Strength::Alone };
            alone
        }
    };
    settled.year_stated = year_value.is_some();
    settled.weekday = fields.weekday;
    // A range whose end the month does not have is none.
    let ends = fields.range_end.is_none_or(|end| date(settled.value.at.year(), month, u16::from(end)).is_some());
    ends.then_some(settled)
}

fn other_month(
    calendar: Calendar,
    month: u8,
    day: Option<u8>,
    year: Option<Part>,
    fields: &Fields,
    context: &DateContext<'_>,
) -> Option<Settled> {
    let today = calendar::year_of(calendar, context.reference.date())?;
    let convert = |year: i32, day: u8| calendar::to_gregorian(calendar, year, month, day);
    let year = match year {
        Some(part) if part.digits <= 2 => Some(today - (today - i32::from(part.value)).rem_euclid(100)),
        // A Gregorian year beside a Hijri month is another calendar's date beside it.
        Some(part) if part.value > 1700 => return None,
        Some(part) => Some(i32::from(part.value)),
        None => None,
    };
    let value = match (day, year) {
        (Some(day), Some(year)) => Value::day(convert(year, day)?),
        (Some(day), None) => {
            let latest = [today, today - 1]
                .iter()
                .filter_map(|year| convert(*year, day))
                .find(|read| !is_future(*read, context))?;
            Value::day(latest)
        }
        (None, Some(year)) => Value { precision: Precision::Month, ..Value::day(convert(year, 15)?) },
        (None, None) => return None,
    };
    let mut settled = strong(value, "other calendar");
    settled.year_stated = year.is_some();
    settled.weekday = fields.weekday;
    Some(settled)
}

pub(super) fn quarter_date(quarter: u8, fields: &Fields) -> Option<Settled> {
    let year = fields.year.or_else(|| fields.numbers().find(|n| n.part.is_year()).map(|n| n.part))?;
    let first = date(i16::try_from(year.value).ok()?, u16::from(quarter) * 3 - 2, 1)?;
    Some(strong(Value { precision: Precision::Quarter, ..Value::day(first) }, "quarter"))
}

pub(super) fn year_alone(fields: &Fields) -> Option<Settled> {
    let part = fields.year.or_else(|| {
        fields.numbers().next().map(|n| n.part).filter(|part| part.digits == 4 && fields.plain_count == 1)
    })?;
    let value = i16::try_from(part.value).ok()?;
    let year = match fields.era_start {
        Some(start) => value.checked_add(start)?,
        None if (2400..=2700).contains(&value) => value - 543,
        None if fields.before_era => 1 - value,
        None => value,
    };
    let mut settled = strong(Value { precision: Precision::Year, ..Value::day(date(year, 1, 1)?) }, "year");
    settled.strength = Strength::Weak;
    Some(settled)
}

/// A weekday, or a weekday with a day of the month ("Friday the 22nd"): the latest one.
pub(super) fn day_of_recent(fields: &Fields, context: &DateContext<'_>) -> Option<Settled> {
    let day = fields.day.or_else(|| {
        let first = fields.numbers().next()?;
        u8::try_from(first.part.value).ok().filter(|day| first.part.digits <= 2 && (1..=31).contains(day))
    });
    let reference = context.reference.date();
    let read = match (day, fields.weekday) {
        (Some(day), weekday) => {
            let months = |allow: bool| {
                (0..24).filter_map(move |back| {
                    let month = reference.first_of_month().checked_sub(Span::new().months(back)).ok()?;
                    let read = date(month.year(), month.month().unsigned_abs().into(), day.into())?;
                    (allow || is_weekday(read, weekday)).then_some(read).filter(|read| !is_future(*read, context))
                })
            };
            let found = months(false).next().or_else(|| months(true).next());
            found?
        }
        (None, Some(weekday)) => nearest_weekday(reference, weekday, 0)?,
        (None, None) => return None,
    };
    let mut settled = strong(Value::day(read), "weekday");
    fields.weekday?;
    settled.strength = if day.is_some() || fields.clock.is_some() { Strength::Weak } else { Strength::Alone };
    settled.relative = day.is_none();
    settled.year_stated = false;
    settled.weekday = fields.weekday;
    Some(settled)
}
