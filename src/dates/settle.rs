//! Fields to one value: day or month first, which year, which calendar, how far back.
//!
//! In: what an expression states and what is known around it. Out: the value, and whether another order of day and month
//! would have been possible. Invalid dates ("30 February") are none.

use super::calendar;
use super::expression::{Fields, Plain};
use super::numeric::{Numeric, Part};
use super::read::DateContext;
use super::relative::{Group, Named};
use super::value::Value;
use crate::lexicon::dates::{Calendar, Direction, Unit, table};
use crate::model::{FieldOrder, OffsetBasis, Precision};
use jiff::Span;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::Offset;

/// What an expression means.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub(super) struct Settled {
    pub(super) value: Value,
    pub(super) ambiguous: bool,
    /// By its text alone, day and month could be the other way round, whatever the listing proves.
    pub(super) swappable: bool,
    pub(super) rule: &'static str,
    /// How much the text itself supports it; decides between several dates of one text.
    pub(super) strength: Strength,
    /// It counts from the capture.
    pub(super) relative: bool,
    /// What the order of its numbers proves, for the listing.
    pub(super) proof: Option<Proof>,
    /// A year was stated.
    pub(super) year_stated: bool,
    pub(super) weekday: Option<u8>,
    /// What it was counted in, for relative dates: no finer than that is known.
    pub(super) counted_in: Option<Unit>,
    /// How the value's offset is known.
    pub(super) offset_basis: Option<OffsetBasis>,
}

/// What a numeric date proves about the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    DayFirst,
    MonthFirst,
}

/// From what a reader would take for a date only in a date's place, to what is one anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Only when the whole text is nothing else.
    Alone,
    /// In a text, when nothing better is there.
    Weak,
    /// Anywhere.
    Strong,
}

/// Nobody dates farther ahead; larger numbers are ids.
const MAX_YEARS_AHEAD: i16 = 100;
/// Years that are written with two digits reach this far ahead of the capture; the rest are of the last century.
const SHORT_YEAR_AHEAD: i16 = 20;
/// How many years back a weekday is looked for. Farther back a wrong weekday is likelier than an old page.
const WEEKDAY_YEARS: i16 = 5;
/// How many years back a day is looked for that not every year has: 29 February, across 1900.
const LEAP_YEARS: i16 = 10;

pub(super) fn settle(fields: &Fields, context: &DateContext<'_>, language: Option<&'static str>) -> Option<Settled> {
    if let Some(seconds) = fields.epoch {
        return epoch(seconds);
    }
    let mut settled = if let Some(numeric) = fields.numeric {
        numeric_date(numeric, fields, context, language)?
    } else if fields.month.is_some() {
        named_month(fields, context, language)?
    } else if let Some(quarter) = fields.quarter {
        quarter_date(quarter, fields)?
    } else if let Some(group) = &fields.group {
        counted(group, fields, context)?
    } else if let Some(named) = fields.named {
        named_relative(named, fields, context, language)?
    } else if fields.year.is_some() || fields.era {
        year_alone(fields)?
    } else if fields.weekday.is_some() || fields.day.is_some() {
        day_of_recent(fields, context)?
    } else {
        clock_alone(fields, context)?
    };
    add_clock(&mut settled, fields);
    Some(settled)
}

fn strong(value: Value, rule: &'static str) -> Settled {
    Settled {
        value,
        ambiguous: false,
        swappable: false,
        rule,
        strength: Strength::Strong,
        relative: false,
        proof: None,
        year_stated: true,
        weekday: None,
        counted_in: None,
        offset_basis: value.offset.map(|_| OffsetBasis::Stated),
    }
}

fn epoch(seconds: i64) -> Option<Settled> {
    let at = Offset::UTC.to_datetime(jiff::Timestamp::from_second(seconds).ok()?);
    Some(strong(Value { at, precision: Precision::Second, offset: Some(Offset::UTC) }, "epoch"))
}

/// Puts the time of day on a date that is known to the day.
fn add_clock(settled: &mut Settled, fields: &Fields) {
    let Some(clock) = fields.clock else { return };
    let value = &mut settled.value;
    let by_hours = settled.relative && value.precision > Precision::Day;
    if value.precision < Precision::Day || by_hours || settled.rule == "time" {
        return;
    }
    let narrow = |part: u8| i8::try_from(part).unwrap_or(0);
    let hour = narrow(clock.hour);
    let date = if hour == 24 { value.at.date().tomorrow().unwrap_or(value.at.date()) } else { value.at.date() };
    let Ok(time) = Time::new(hour % 24, narrow(clock.minute), narrow(clock.second), 0) else { return };
    value.at = date.to_datetime(time);
    value.precision = clock.precision;
    (value.offset, settled.offset_basis) = offset(fields).unzip();
}

/// The stated offset: in numbers, or by the name of a zone.
fn offset(fields: &Fields) -> Option<(Offset, OffsetBasis)> {
    let zone = fields.offset?;
    let basis = if zone.is_named { OffsetBasis::Named } else { OffsetBasis::Stated };
    Some((Offset::from_seconds(i32::from(zone.minutes) * 60).ok()?, basis))
}

/// The full year of a part: two digits are near the capture.
fn full_year(part: Part, context: &DateContext<'_>) -> Option<i16> {
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

fn date(year: i16, month: u16, day: u16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn numeric_date(
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

pub(super) fn month_before_day(order: FieldOrder) -> bool {
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

fn parse_order(order: &str) -> Option<FieldOrder> {
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

fn is_weekday(date: Date, weekday: Option<u8>) -> bool {
    weekday.is_none_or(|day| date.weekday().to_monday_one_offset().unsigned_abs() == day)
}

fn is_future(date: Date, context: &DateContext<'_>) -> bool {
    let limit = context
        .reference
        .date()
        .checked_add(Span::new().days(i64::from(context.days_ahead)))
        .unwrap_or(context.reference.date());
    date > limit
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

fn named_month(fields: &Fields, context: &DateContext<'_>, language: Option<&'static str>) -> Option<Settled> {
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

fn stated_year(part: Part, fields: &Fields, context: &DateContext<'_>) -> Option<i16> {
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

fn quarter_date(quarter: u8, fields: &Fields) -> Option<Settled> {
    let year = fields.year.or_else(|| fields.numbers().find(|n| n.part.is_year()).map(|n| n.part))?;
    let first = date(i16::try_from(year.value).ok()?, u16::from(quarter) * 3 - 2, 1)?;
    Some(strong(Value { precision: Precision::Quarter, ..Value::day(first) }, "quarter"))
}

fn year_alone(fields: &Fields) -> Option<Settled> {
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
fn day_of_recent(fields: &Fields, context: &DateContext<'_>) -> Option<Settled> {
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

/// The weekday on or before `from` (0), of the week before (-1: strictly before), or after (1).
fn nearest_weekday(from: Date, weekday: u8, step: i8) -> Option<Date> {
    let weekday = Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?).ok()?;
    match step {
        0 if from.weekday() == weekday => Some(from),
        step if step <= 0 => from.nth_weekday(-1, weekday).ok(),
        _ => from.nth_weekday(1, weekday).ok(),
    }
}

fn clock_alone(fields: &Fields, context: &DateContext<'_>) -> Option<Settled> {
    let clock = fields.clock?;
    if fields.plain_count > 0 {
        return None;
    }
    let narrow = |part: u8| i8::try_from(part).unwrap_or(0);
    let time = Time::new(narrow(clock.hour) % 24, narrow(clock.minute), narrow(clock.second), 0).ok()?;
    let (offset, offset_basis) = offset(fields).unzip();
    let value = Value { at: context.reference.date().to_datetime(time), precision: clock.precision, offset };
    let settled = strong(value, "time");
    Some(Settled { strength: Strength::Alone, relative: true, year_stated: false, offset_basis, ..settled })
}

fn counted(group: &Group, fields: &Fields, context: &DateContext<'_>) -> Option<Settled> {
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

fn named_relative(
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
