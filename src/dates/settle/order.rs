//! Numbers to a date: which is the day, which the month, which the year.
//!
//! In: two or three numbers and their sign. Out: the date, and what it proves about the order of day and month. A known
//! order goes first, then the language, then what weekdays and the capture allow.

use super::settled::{Proof, Settled, Strength, strong};
use super::years::{date, full_year, is_future, is_weekday, recent};
use crate::dates::calendar;
use crate::dates::expression::Fields;
use crate::dates::numeric::{Numeric, Part};
use crate::dates::read::DateContext;
use crate::dates::value::Value;
use crate::lexicon::dates::{Calendar, table};
use crate::model::{FieldOrder, Precision};
use jiff::civil::Date;

pub(super) fn numeric_date(
    numeric: Numeric,
    fields: &Fields,
    context: &DateContext<'_>,
    language: Option<&'static str>,
) -> Option<Settled> {
    match numeric {
        Numeric::Triple(parts, sign) => triple(parts, sign, fields, context, language),
        Numeric::YearMonth(year, month) => {
            let first = date(full_year(year, context)?, month.value, 1)?;
            let mut settled = strong(Value { precision: Precision::Month, ..Value::day(first) }, "year-month");
            settled.strength = Strength::Weak;
            Some(settled)
        }
        Numeric::Pair(parts, sign) => pair(parts, sign, fields, context, language),
    }
}

/// The orders to try for three numbers, best first.
fn orders(parts: [Part; 3], sign: char, context: &DateContext<'_>, language: Option<&'static str>) -> [FieldOrder; 6] {
    use FieldOrder as O;
    if parts[0].digits >= 3 {
        // The year stands first: the month follows, unless the listing is known to do otherwise.
        let order = if context.order == Some(O::YearDayMonth) { O::YearDayMonth } else { O::YearMonthDay };
        return [order; 6];
    }
    let fallback = default_order(sign, context, language);
    let first = context.order.unwrap_or(fallback);
    let month_first = month_before_day(first);
    let rest = if month_first { [O::MonthDayYear, O::DayMonthYear] } else { [O::DayMonthYear, O::MonthDayYear] };
    [first, rest[0], rest[1], O::YearMonthDay, O::YearDayMonth, O::DayYearMonth]
}

pub(in crate::dates) fn month_before_day(order: FieldOrder) -> bool {
    matches!(order, FieldOrder::MonthDayYear | FieldOrder::YearMonthDay | FieldOrder::MonthYearDay)
}

/// Order where nothing is known: the page's language, then that of the words, then the sign.
fn default_order(sign: char, context: &DateContext<'_>, language: Option<&'static str>) -> FieldOrder {
    let by_language = context.language.or(language).and_then(|tag| table().order(tag)).and_then(parse_order);
    match by_language {
        // Dots are of languages that put the day first, whatever the page says it is in.
        Some(FieldOrder::MonthDayYear) if sign == '.' => FieldOrder::DayMonthYear,
        Some(order) => order,
        None => FieldOrder::DayMonthYear,
    }
}

/// All who write a language but English put day and month in the same order; of two-digit years that is not so.
fn is_settled_by_language(context: &DateContext<'_>, fixed_year: bool) -> bool {
    fixed_year && context.language.is_some_and(|tag| !tag.starts_with("en") && table().order(tag).is_some())
}

pub(super) fn parse_order(order: &str) -> Option<FieldOrder> {
    Some(match order {
        "DMY" => FieldOrder::DayMonthYear,
        "MDY" => FieldOrder::MonthDayYear,
        "YMD" => FieldOrder::YearMonthDay,
        "YDM" => FieldOrder::YearDayMonth,
        _ => return None,
    })
}

fn by_order(parts: [Part; 3], order: FieldOrder) -> (Part, Part, Part) {
    let [a, b, c] = parts;
    match order {
        FieldOrder::DayMonthYear => (c, b, a),
        FieldOrder::MonthDayYear => (c, a, b),
        FieldOrder::YearMonthDay => (a, b, c),
        FieldOrder::YearDayMonth => (a, c, b),
        FieldOrder::DayYearMonth => (b, c, a),
        FieldOrder::MonthYearDay => (b, a, c),
    }
}

fn triple(
    parts: [Part; 3],
    sign: char,
    fields: &Fields,
    context: &DateContext<'_>,
    language: Option<&'static str>,
) -> Option<Settled> {
    let mut found: Option<(Date, FieldOrder)> = None;
    let mut other: Option<(Date, FieldOrder)> = None;
    for order in orders(parts, sign, context, language) {
        let (year, month, day) = by_order(parts, order);
        if year.digits == 1 || month.digits > 2 || day.digits > 2 {
            continue;
        }
        let read = other_calendar(year, month, day, context, language)
            .or_else(|| date(full_year(year, context)?, month.value, day.value));
        let Some(read) = read else { continue };
        match found {
            None => found = Some((read, order)),
            Some((first, _)) if first != read && other.is_none() => other = Some((read, order)),
            _ => {}
        }
    }
    let (mut read, mut order) = found?;
    // Four digits at an end leave only day and month open.
    let fixed_year = parts[0].digits >= 3 || parts[2].digits >= 3;
    let explicit = context.order.is_some() || parts[0].digits >= 3;
    let mut ambiguous = other.is_some() && !explicit;
    if let (false, Some((second, second_order))) = (explicit, other) {
        let weekday_says =
            fields.weekday.is_some() && is_weekday(second, fields.weekday) && !is_weekday(read, fields.weekday);
        // Who writes dots puts the day first, in any language: then the date is ahead.
        let future_says = !context.future
            && sign != '.'
            && is_future(read, context)
            && !is_future(second, context)
            && !is_settled_by_language(context, fixed_year);
        if weekday_says || future_says {
            (read, order) = (second, second_order);
        }
        if fields.weekday.is_some() && is_weekday(read, fields.weekday) != is_weekday(second, fields.weekday) {
            ambiguous = false;
        }
    }
    let mut settled = strong(Value::day(read), if sign == 'c' { "compact" } else { "numeric" });
    settled.ambiguous = ambiguous;
    settled.swappable = other.is_some();
    let proven = fixed_year && (other.is_none() || !explicit && !ambiguous);
    let month_first = month_before_day(order);
    let same = {
        let (_, month, day) = by_order(parts, order);
        month.value == day.value
    };
    settled.proof = (proven && !same && parts[0].digits < 3).then_some(if month_first {
        Proof::MonthFirst
    } else {
        Proof::DayFirst
    });
    settled.weekday = fields.weekday;
    Some(settled)
}

/// Numeric Persian, Hijri and Chinese Republic years, where the language writes them.
fn other_calendar(
    year: Part,
    month: Part,
    day: Part,
    context: &DateContext<'_>,
    language: Option<&'static str>,
) -> Option<Date> {
    let tag = context.language.or(language)?;
    let primary = tag.split(['-', '_']).next().unwrap_or(tag);
    let kind = match (primary, year.value) {
        ("fa" | "ps" | "ckb" | "prs", 1300..=1450) => Calendar::Persian,
        ("ar" | "ur", 1300..=1500) => Calendar::Hijri,
        _ => return None,
    };
    calendar::to_gregorian(kind, i32::from(year.value), u8::try_from(month.value).ok()?, u8::try_from(day.value).ok()?)
}

fn pair(
    parts: [Part; 2],
    sign: char,
    fields: &Fields,
    context: &DateContext<'_>,
    language: Option<&'static str>,
) -> Option<Settled> {
    let order = context.order.unwrap_or_else(|| default_order(sign, context, language));
    let month_first = month_before_day(order);
    let [a, b] = parts;
    let (first, second) = if month_first { ((a, b), (b, a)) } else { ((b, a), (a, b)) };
    let valid = |(month, day): (Part, Part)| recent(month.value, day.value, fields.weekday, context);
    let supported = fields.weekday.is_some() || fields.clock.is_some();
    let strength = match sign {
        '/' => Strength::Weak,
        '.' if supported => Strength::Weak,
        '-' if supported && a.digits == 2 && b.digits == 2 => Strength::Weak,
        '.' if a.digits <= 2 && b.digits == 2 && order == FieldOrder::DayMonthYear && context.language.is_some() => {
            Strength::Alone
        }
        _ => return None,
    };
    let (read, other) = match (valid(first), valid(second)) {
        (Some(read), other) => (read, other),
        (None, Some(read)) => (read, None),
        (None, None) => return None,
    };
    let (mut read, mut month_was_first) = (read, if valid(first).is_some() { month_first } else { !month_first });
    if let Some(second) = other.filter(|_| context.order.is_none())
        && fields.weekday.is_some()
        && is_weekday(second, fields.weekday)
        && !is_weekday(read, fields.weekday)
    {
        read = second;
        month_was_first = !month_was_first;
    }
    let mut settled = strong(Value::day(read), "day-month");
    settled.strength = strength;
    settled.year_stated = false;
    settled.weekday = fields.weekday;
    settled.swappable = other.is_some_and(|other| other != read);
    settled.ambiguous = settled.swappable && context.order.is_none();
    settled.proof = other.is_none().then_some(if month_was_first { Proof::MonthFirst } else { Proof::DayFirst });
    Some(settled)
}
