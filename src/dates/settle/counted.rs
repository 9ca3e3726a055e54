//! Dates that count from the capture: "3 hours ago", "yesterday", "last Sunday".
//!
//! In: counted units or a named day. Out: the date, no finer than what it was counted in.

use super::settled::{Settled, Strength, strong};
use crate::dates::expression::Fields;
use crate::dates::read::DateContext;
use crate::dates::relative::{Group, Named};
use crate::dates::value::Value;
use crate::lexicon::dates::{Direction, Unit};
use crate::model::{OffsetBasis, Precision};
use jiff::Span;
use jiff::civil::{Date, DateTime, Time, Weekday};

/// The weekday on or before `from` (0), of the week before (-1: strictly before), or after (1).
pub(super) fn nearest_weekday(from: Date, weekday: u8, step: i8) -> Option<Date> {
    let weekday = Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?).ok()?;
    match step {
        0 if from.weekday() == weekday => Some(from),
        step if step <= 0 => from.nth_weekday(-1, weekday).ok(),
        _ => from.nth_weekday(1, weekday).ok(),
    }
}

pub(super) fn counted(group: &Group, fields: &Fields, context: &DateContext<'_>) -> Option<Settled> {
    let direction = group.direction.unwrap_or(Direction::Past);
    let sign = if direction == Direction::Past { -1 } else { 1 };
    let mut at = context.reference;
    if let Some(Named::Unit(unit, step)) = fields.named {
        at = shift(at, unit, i64::from(step) * 1000)?.0;
    }
    let mut finest = Unit::Century;
    for item in group.items() {
        let (moved, unit) = shift(at, item.unit, sign * item.thousandths)?;
        at = moved;
        finest = finest.min(unit);
    }
    let precision = precision_of(finest);
    let offset = if precision > Precision::Day { context.offset } else { None };
    let value = Value { at: cut(at, precision), precision, offset };
    let strength = if group.direction.is_some() || fields.named.is_some() { Strength::Strong } else { Strength::Alone };
    let coarse = group.items().map(|item| item.unit).min();
    let offset_basis = offset.map(|_| OffsetBasis::Capture);
    let settled = strong(value, "relative");
    Some(Settled { strength, counted_in: coarse, relative: true, year_stated: false, offset_basis, ..settled })
}

fn precision_of(unit: Unit) -> Precision {
    match unit {
        Unit::Second => Precision::Second,
        Unit::Minute | Unit::Hour => Precision::Minute,
        Unit::Day | Unit::Week | Unit::Fortnight => Precision::Day,
        Unit::Month | Unit::Quarter => Precision::Month,
        Unit::Year | Unit::Decade | Unit::Century => Precision::Year,
    }
}

/// Sets the parts below `precision` to their first value.
fn cut(at: DateTime, precision: Precision) -> DateTime {
    let date = at.date();
    match precision {
        Precision::Year => Date::new(date.year(), 1, 1).unwrap_or(date).to_datetime(Time::midnight()),
        Precision::Month | Precision::Quarter => date.first_of_month().to_datetime(Time::midnight()),
        Precision::Day | Precision::Week => date.to_datetime(Time::midnight()),
        _ => at,
    }
}

/// Moves by a count in thousandths; a fraction counts in the next smaller unit, which then is the finest.
fn shift(at: DateTime, unit: Unit, thousandths: i64) -> Option<(DateTime, Unit)> {
    let whole = thousandths % 1000 == 0;
    let scaled = |factor: i64| thousandths.checked_mul(factor).map(|n| n / 1000);
    let (span, finest) = match unit {
        Unit::Second => (Span::new().try_seconds(scaled(1)?), unit),
        Unit::Minute if whole => (Span::new().try_minutes(scaled(1)?), unit),
        Unit::Minute => (Span::new().try_seconds(scaled(60)?), Unit::Second),
        Unit::Hour if whole => (Span::new().try_hours(scaled(1)?), unit),
        Unit::Hour => (Span::new().try_minutes(scaled(60)?), Unit::Minute),
        Unit::Day if whole => (Span::new().try_days(scaled(1)?), unit),
        Unit::Day => (Span::new().try_hours(scaled(24)?), Unit::Hour),
        Unit::Week => (Span::new().try_days(scaled(7)?), unit),
        Unit::Fortnight => (Span::new().try_days(scaled(14)?), unit),
        Unit::Month if whole => (Span::new().try_months(scaled(1)?), unit),
        Unit::Month => (Span::new().try_days(scaled(30)?), Unit::Day),
        Unit::Quarter => (Span::new().try_months(scaled(3)?), unit),
        Unit::Year if whole => (Span::new().try_years(scaled(1)?), unit),
        Unit::Year => (Span::new().try_months(scaled(12)?), Unit::Month),
        Unit::Decade => (Span::new().try_months(scaled(120)?), Unit::Year),
        Unit::Century => (Span::new().try_months(scaled(1200)?), Unit::Year),
    };
    let moved = at.checked_add(span.ok()?).ok().filter(|moved| moved.year() >= 1)?;
    Some((moved, finest))
}

pub(super) fn named_relative(
    named: Named,
    fields: &Fields,
    context: &DateContext<'_>,
    language: Option<&'static str>,
) -> Option<Settled> {
    let reference = context.reference;
    let relative = |value: Value, rule| {
        let offset_basis = value.offset.map(|_| OffsetBasis::Capture);
        Some(Settled { relative: true, year_stated: false, offset_basis, ..strong(value, rule) })
    };
    let (unit, step) = match named {
        // 上周一 is the Monday of last week, not the last Monday.
        Named::Weekday(day, step) if language.is_some_and(|tag| matches!(tag, "zh" | "yue")) => {
            let date = reference.date().checked_add(Span::new().weeks(i64::from(step))).ok()?;
            let back = i64::from(date.weekday().to_monday_zero_offset()) + 1 - i64::from(day);
            return relative(Value::day(date.checked_sub(Span::new().days(back)).ok()?), "weekday of a week");
        }
        Named::Weekday(day, step) => {
            return relative(Value::day(nearest_weekday(reference.date(), day, step)?), "named weekday");
        }
        Named::Unit(unit, step) => (unit, step),
    };
    let (at, _) = shift(reference, unit, i64::from(step) * 1000)?;
    if unit == Unit::Week {
        if fields.clock.is_some() && fields.weekday.is_none() {
            return relative(Value::day(at.date()), "named week");
        }
        if let Some(weekday) = fields.weekday {
            let read =
                at.date().checked_sub(Span::new().days(i64::from(at.date().weekday().to_monday_zero_offset()))).ok()?;
            let read = read.checked_add(Span::new().days(i64::from(weekday) - 1)).ok()?;
            return relative(Value::day(read), "weekday of a week");
        }
        let monday =
            at.date().checked_sub(Span::new().days(i64::from(at.date().weekday().to_monday_zero_offset()))).ok()?;
        return relative(Value { precision: Precision::Week, ..Value::day(monday) }, "named week");
    }
    let precision = match unit {
        Unit::Second => Precision::Second,
        Unit::Minute => Precision::Minute,
        // "this hour"; two hours back is a count.
        Unit::Hour if step.abs() <= 1 => Precision::Hour,
        Unit::Quarter => Precision::Quarter,
        other => precision_of(other),
    };
    let at = if unit == Unit::Quarter {
        let month = (at.month() - 1) / 3 * 3 + 1;
        Date::new(at.year(), month, 1).ok()?.to_datetime(Time::midnight())
    } else {
        cut(at, precision)
    };
    let offset = if precision > Precision::Day { context.offset } else { None };
    relative(Value { at, precision, offset }, "named day")
}
