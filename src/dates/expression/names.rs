//! Parts that begin with a word: months, weekdays, "yesterday", eras, quarters.
//!
//! In: a word and its neighbors. Out: what it states, and how many tokens that took.

use super::collect::zone;
use super::counts::group;
use super::fields::{Fields, Plain};
use super::numbers::{is_han, meridiem};
use crate::dates::clock::{self, Announced, Clock};
use crate::dates::numeric::{self, Part};
use crate::dates::relative::{self, Named};
use crate::dates::words::Words;
use crate::lexicon::dates::{Calendar, Sense, Unit};

pub(super) fn word(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if let Some(used) = joined_clock(words, i, fields) {
        return Some(used);
    }
    if fields.clock.is_some()
        && words.sense(i, |sense| matches!(sense, Sense::Zone(_) | Sense::SeasonalZone(_)).then_some(())).is_some()
        && let Some(used) = zone(words, i, fields)
    {
        return Some(used);
    }
    if let Some(used) = month(words, i, fields) {
        return Some(used);
    }
    if let Some(used) = number_word(words, i, fields) {
        return Some(used);
    }
    if let Some(used) = relative_word(words, i, fields) {
        return Some(used);
    }
    if let Some(used) = weekday_or_meridiem(words, i, fields) {
        return Some(used);
    }
    era_or_quarter(words, i, fields)
}

/// The T of `2025-10-09T14:30`, and hours said as words ("noon").
fn joined_clock(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let one_letter = words.tokens.get(i).is_some_and(|token| token.end - token.start == 1);
    if one_letter
        && fields.numeric.is_some()
        && fields.clock.is_none()
        && words.glued(i)
        && words.glued(i + 1)
        && words.number(i + 1).is_some()
    {
        let (clock, used) = clock::clock(words, i + 1, Announced::Yes)?;
        fields.clock = Some(clock);
        fields.iso = true;
        return Some(1 + used);
    }
    None
}

pub(super) fn month(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.month.is_some() || fields.numeric.is_some() || fields.group.is_some() || fields.named.is_some() {
        return None;
    }
    let (month, calendar) = words
        .sense(i, |sense| match sense {
            Sense::Month(month) => Some((month, None)),
            Sense::CalendarMonth(calendar, month) => Some((month, Some(calendar))),
            _ => None,
        })
        .or_else(|| month_in_its_place(words, i))?;
    // "mar 5 mar", "Do 9 Mär": the word is the weekday when a month follows.
    let weekday = words.sense(i, |sense| matches!(sense, Sense::Weekday(_)).then_some(())).is_some();
    if weekday && fields.weekday.is_none() && month_follows(words, i) {
        return None;
    }
    // Before a full date stands a name ("Phu 2019-06-04") and no month.
    if words.bytes(i) == 1 || numeric::triple(words, i + 1).is_some() {
        return None;
    }
    fields.month = Some((month, calendar));
    fields.month_token = i;
    Some(1)
}

/// "01-ago-2019": between a day and a year stands a month, whatever else the word says.
fn month_in_its_place(words: &Words<'_>, i: usize) -> Option<(u8, Option<Calendar>)> {
    let sign = words.punctuation(i.checked_sub(1)?).filter(|sign| matches!(sign, '-' | '/' | '.'))?;
    let (_, day_digits) = words.number(i.checked_sub(2)?)?;
    let year = words.number(i + 2).filter(|_| words.punctuation(i + 1) == Some(sign));
    // "2/Out" ends there.
    let ends = sign == '/' && i + 1 == words.tokens.len();
    let month = words.any_sense(i, |sense| match sense {
        Sense::Month(month) => Some(month),
        _ => None,
    })?;
    (day_digits <= 2 && (ends || year.is_some_and(|(_, digits)| digits == 4))).then_some((month, None))
}

/// "چهاردهم دی", "this September": words that belong to the month after them.
fn number_word(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.month.is_some() || fields.numeric.is_some() || fields.group.is_some() || fields.named.is_some() {
        return None;
    }
    words.sense(i + 1, |sense| matches!(sense, Sense::Month(_) | Sense::CalendarMonth(..)).then_some(()))?;
    if let Some(value) = words.sense_with_reason(i, |sense| match sense {
        // "a march" is no day; ordinals of other scripts are longer than an article.
        Sense::Number(value @ 1..=31) if words.bytes(i) > 3 => Some(value),
        _ => None,
    }) {
        let part = Part { value, digits: 2 };
        return fields
            .push(Plain { part, token: i, apostrophe: false, ordinal: true, after_comma: false })
            .then_some(1);
    }
    // "This may" is no month.
    if words.bytes(i + 1) <= 3 {
        return None;
    }
    fields.which = Some(relative::which_month(words, i)?);
    Some(1)
}

fn month_follows(words: &Words<'_>, i: usize) -> bool {
    (i + 1..i + 5).any(|next| words.sense(next, |sense| matches!(sense, Sense::Month(_)).then_some(())).is_some())
        || (i + 1..i + 3).any(|next| numeric::triple(words, next).is_some())
}

fn relative_word(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.has_calendar_date() || fields.plain_count > 0 {
        return unit_before_number(words, i, fields);
    }
    if fields.named.is_none()
        && fields.group.is_none()
        && !relative::count_follows(words, i)
        && let Some((named, used)) = relative::named(words, i)
        && !is_unit_mark(words, i, used)
    {
        fields.named = Some(named);
        return Some(used);
    }
    if let Some(used) = unit_before_number(words, i, fields) {
        return Some(used);
    }
    if fields.named.is_none() || matches!(fields.named, Some(Named::Unit(..))) {
        return group(words, i, fields);
    }
    None
}

/// 日, 月 and 분 are words of the table, but beside a number they are marks.
fn is_unit_mark(words: &Words<'_>, i: usize, used: usize) -> bool {
    used == 1 && i.checked_sub(1).is_some_and(|before| words.number(before).is_some()) && is_han(words, i)
}

/// "ngày 9 tháng 10 năm 2025": the unit before its number, as part of a date.
fn unit_before_number(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let unit = words.sense_with_reason(i, |sense| match sense {
        Sense::Unit(unit @ (Unit::Year | Unit::Month | Unit::Day)) => Some(unit),
        _ => None,
    })?;
    let part = Part::of(words.number(i + 1)?)?;
    let has_unit_after =
        words.sense_with_reason(i + 2, |sense| matches!(sense, Sense::Toward(..)).then_some(())).is_some();
    if has_unit_after {
        return None;
    }
    match unit {
        // "il 2015/08/12": an article here, a year in the next language.
        Unit::Year if part.is_year() && fields.year.is_none() && numeric::triple(words, i + 1).is_none() => {
            fields.year = Some(part);
        }
        Unit::Month
            if words.bytes(i) > 1
                && (1..=12).contains(&part.value)
                && fields.month.is_none()
                && dated_around(words, i, fields) =>
        {
            fields.month = Some((u8::try_from(part.value).ok()?, None));
            fields.month_token = i;
        }
        Unit::Day if (1..=31).contains(&part.value) && fields.day.is_none() && dated_around(words, i, fields) => {
            fields.day = Some(u8::try_from(part.value).ok()?);
        }
        _ => return None,
    }
    Some(2)
}

/// A second unit with a number beside it: "tháng 10" alone may be "10 months".
fn dated_around(words: &Words<'_>, i: usize, fields: &Fields) -> bool {
    let unit = |i: usize| {
        words
            .sense_with_reason(i, |sense| matches!(sense, Sense::Unit(Unit::Year | Unit::Month)).then_some(()))
            .is_some()
    };
    fields.has_calendar_date()
        || fields.plain_count > 0
        || fields.weekday.is_some()
        || (i + 2..i + 5).any(unit)
        || words.number(i + 2).is_some_and(|(_, digits)| digits == 4)
        || words.punctuation(i + 2).is_some_and(|c| matches!(c, ',' | '/' | '-'))
            && words.number(i + 3).is_some_and(|(_, digits)| digits == 4)
}

fn weekday_or_meridiem(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if let Some(afternoon) = meridiem(words, i)
        && fields.clock.is_some()
    {
        // "8pm this evening" says it twice; the first counts.
        if fields.meridiem.is_none() {
            fields.meridiem = Some(afternoon);
            fields.clock = fields.clock.map(|clock| clock.with_meridiem(afternoon));
        }
        return Some(1);
    }
    if fields.weekday.is_none()
        && let Some(day) = words.sense(i, |sense| match sense {
            Sense::Weekday(day) => Some(day),
            _ => None,
        })
        && words.bytes(i) > 1
        && !words.touches_number(i)
    {
        fields.weekday = Some(day);
        return Some(1);
    }
    // 午後2時, "PM 2:05"
    if let Some(afternoon) = meridiem(words, i)
        && fields.clock.is_none()
        && (words.number(i + 1).is_some() || fields.has_date())
    {
        fields.meridiem = Some(afternoon);
        if let Some(last) =
            fields.numbers().last().filter(|last| last.token + 1 == i && (1..=12).contains(&last.part.value))
        {
            let clock = Clock {
                hour: u8::try_from(last.part.value).ok()?,
                minute: 0,
                second: 0,
                precision: crate::model::Precision::Hour,
            };
            fields.clock = Some(clock.with_meridiem(afternoon));
            fields.pop();
        }
        return Some(1);
    }
    let hour = words.sense_with_reason(i, |sense| match sense {
        Sense::Clock(hour) => Some(hour),
        _ => None,
    })?;
    if fields.clock.is_some() || !fields.has_date() {
        return None;
    }
    fields.clock = Some(Clock { hour, minute: 0, second: 0, precision: crate::model::Precision::Hour });
    Some(1)
}

fn era_or_quarter(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if let Some(quarter) = words.sense(i, |sense| match sense {
        Sense::Quarter(quarter) => Some(quarter),
        _ => None,
    }) && fields.quarter.is_none()
    {
        if quarter > 0 {
            fields.quarter = Some(quarter);
            return Some(1);
        }
        let (value, _) = words.number(i + 1).filter(|(value, _)| (1..=4).contains(value) && words.glued(i + 1))?;
        fields.quarter = u8::try_from(value).ok();
        return Some(2);
    }
    // "3. Quartal", "3rd quarter"
    if words.is(i, Sense::Unit(Unit::Quarter))
        && let Some(last) =
            fields.numbers().last().filter(|last| (1..=4).contains(&last.part.value) && i - last.token <= 2)
    {
        fields.quarter = u8::try_from(last.part.value).ok();
        fields.pop();
        return Some(1);
    }
    let era = words.sense(i, |sense| match sense {
        Sense::EraStart(start) => Some((Some(start), false)),
        Sense::Era(up) => Some((None, !up)),
        Sense::Buddhist => Some((None, false)),
        _ => None,
    })?;
    if let (Some(start), _) = era {
        let (value, digits) = words.number(i + 1).filter(|(_, digits)| *digits <= 3)?;
        fields.era_start = Some(start);
        fields.year = Part::of((value, digits));
        return Some(2 + usize::from(words.is(i + 2, Sense::Unit(Unit::Year))));
    }
    // Years before an era are written before its name, and nobody dates news by them.
    let counts_down = era.1 && fields.plain_count == 0;
    if fields.month.is_none() && fields.plain_count == 0 && words.number(i + 1).is_none() || counts_down {
        return None;
    }
    fields.era = true;
    fields.before_era = era.1;
    Some(1)
}
