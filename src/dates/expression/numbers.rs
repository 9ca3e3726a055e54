//! Parts that begin with a number: numeric dates, clocks, days, years.
//!
//! In: a number and its neighbors. Out: what it states, and how many tokens that took. Prices and counts of things state
//! nothing.

use super::counts::{group, toward_group};
use super::fields::{Fields, Plain};
use crate::dates::clock::{self, Announced, Clock};
use crate::dates::numeric::{self, Numeric, Part};
use crate::dates::words::Words;
use crate::lexicon::dates::{Sense, TokenKind, Unit};

/// Ordinal endings glued to a number ("10tego", "6-ші") are short.
const MAX_ENDING: u16 = 5;

pub(super) fn number(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if priced(words, i) {
        return None;
    }
    let relative_free = fields.named.is_none() && fields.group.is_none();
    if !fields.has_calendar_date() && relative_free && fields.plain_count == 0 {
        if let Some(((parts, clock), used)) = numeric::compact(words, i) {
            fields.numeric = Some(Numeric::Triple(parts, 'c'));
            if clock.is_some() {
                fields.clock = clock;
            }
            return Some(used);
        }
        if let Some((numeric, used)) = numeric::triple(words, i) {
            fields.numeric = Some(numeric);
            return Some(used);
        }
    }
    if let Some(used) = day_glued_to_hour(words, i, fields) {
        return Some(used);
    }
    if let Some(used) = toward_group(words, i, fields) {
        return Some(used);
    }
    if fields.clock.is_none()
        && let Some((clock, used)) = clock::clock(words, i, announced(words, i, fields))
    {
        // "14:30" is a clock before "10" can be a plain number; with a span ("2 Tage 18:50") too.
        fields.clock = Some(fields.meridiem.map_or(clock, |afternoon| clock.with_meridiem(afternoon)));
        return Some(used);
    }
    if fields.clock.is_none()
        && let Some(used) = hour_with_meridiem(words, i, fields)
    {
        return Some(used);
    }
    if !fields.has_calendar_date()
        && fields.plain_count == 0
        && fields.named.is_none()
        && let Some(used) = group(words, i, fields)
    {
        return Some(used);
    }
    if let Some(used) = marked(words, i, fields) {
        return Some(used);
    }
    if !fields.has_calendar_date() && relative_free && fields.plain_count == 0 {
        if let Some((numeric, used)) = numeric::pair(words, i) {
            fields.numeric = Some(numeric);
            return Some(used);
        }
        if let Some(used) = epoch(words, i, fields) {
            return Some(used);
        }
    }
    plain(words, i, fields)
}

/// "2016年6月2911:30", "2016-06-2911:30": two elements of a page without a space between them.
fn day_glued_to_hour(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.clock.is_some() || fields.numeric.is_some() {
        return None;
    }
    let sign = words.punctuation(i + 1);
    let is_triple = matches!(sign, Some('-' | '/' | '.')) && sign == words.punctuation(i + 3);
    let at = if is_triple { i + 4 } else { i };
    let (packed, _) = words.number(at).filter(|(_, digits)| *digits == 4)?;
    let (minute, _) = words.number(at + 2).filter(|(minute, digits)| *digits == 2 && *minute < 60)?;
    let glued = words.punctuation(at + 1) == Some(':') && words.glued(at + 1) && words.glued(at + 2);
    let narrow = |value: u64| u8::try_from(value).ok();
    let (day, hour) = (narrow(packed / 100)?, narrow(packed % 100)?);
    if !glued || !(1..=31).contains(&day) || hour > 23 {
        return None;
    }
    if is_triple {
        let year = Part::of(words.number(i)?).filter(|part| part.is_year())?;
        let month = Part::of(words.number(i + 2)?).filter(|part| (1..=12).contains(&part.value))?;
        fields.numeric = Some(Numeric::Triple([year, month, Part { value: day.into(), digits: 2 }], sign?));
    } else {
        fields.month.filter(|_| fields.year.is_some() && fields.day.is_none())?;
        fields.day = Some(day);
    }
    let precision = crate::model::Precision::Minute;
    fields.clock = Some(Clock { hour, minute: narrow(minute)?, second: 0, precision });
    Some(at + 3 - i)
}

/// Money, percent, degrees, "#12", "No. 5".
fn priced(words: &Words<'_>, i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|i| words.punctuation(i));
    let money = |c: char| matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩' | '₺' | '₴' | '฿' | '₫');
    let before_sign = before.is_some_and(|c| money(c) || matches!(c, '#' | '№'));
    let after_sign = words.punctuation(i + 1).is_some_and(|c| money(c) || matches!(c, '%' | '‰' | '℃' | '×'))
        || words.punctuation(i + 1) == Some('°')
            && words.glued(i + 1)
            && matches!(words.kind(i + 2), Some(TokenKind::Unknown(1) | TokenKind::Word { .. }))
            && words.glued(i + 2);
    before_sign || after_sign
}

fn announced(words: &Words<'_>, i: usize, fields: &Fields) -> Announced {
    let at = i.checked_sub(1).is_some_and(|before| words.is(before, Sense::At));
    let dated = fields.named.is_some()
        || fields.weekday.is_some() && words.is(i + 1, Sense::Unit(Unit::Hour))
        || match fields.numeric {
            Some(Numeric::Triple(..)) => true,
            _ => {
                fields.month.is_some()
                    && (fields.plain_count > 0 && fields.numbers().any(|n| n.part.digits == 4) || fields.year.is_some())
            }
        };
    if at || dated || fields.meridiem.is_some() { Announced::Yes } else { Announced::No }
}

/// "5 pm", "11 Uhr abends" has its own way; this is the bare hour before am or pm.
fn hour_with_meridiem(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let (hour, digits) = words.number(i)?;
    // "1030am"
    let packed = (3..=4).contains(&digits) && words.glued(i + 1);
    let (hour, minute) = if packed { (hour / 100, hour % 100) } else { (hour, 0) };
    if digits > 2 && !packed || hour > 12 || hour == 0 || minute > 59 {
        return None;
    }
    let afternoon = meridiem(words, i + 1)?;
    // "3am3ioYc" is an id.
    if words.glued(i + 2) && words.number(i + 2).is_some() {
        return None;
    }
    // Weekday "PM" does not exist, but "12 am" may be Portuguese; a month must not follow.
    let precision = if packed { crate::model::Precision::Minute } else { crate::model::Precision::Hour };
    let clock = Clock { hour: u8::try_from(hour).ok()?, minute: u8::try_from(minute).ok()?, second: 0, precision };
    fields.clock = Some(clock.with_meridiem(afternoon));
    fields.meridiem = Some(afternoon);
    Some(2)
}

pub(super) fn meridiem(words: &Words<'_>, i: usize) -> Option<bool> {
    words.sense_with_reason(i, |sense| match sense {
        Sense::Meridiem(afternoon) => Some(afternoon),
        _ => None,
    })
}

/// 2025年, 10月, 9日, "2025 год", "2011 წლის": a number whose unit makes it a part of a date.
fn marked(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let part = Part::of(words.number(i)?)?;
    // "10-р сарын"
    let hyphened =
        words.punctuation(i + 1) == Some('-') && words.glued(i + 1) && words.glued(i + 2) && words.bytes(i + 2) <= 4;
    let at = if hyphened { i + 3 } else { i + 1 };
    let unit = words.sense_with_reason(at, |sense| match sense {
        Sense::Unit(unit @ (Unit::Year | Unit::Month | Unit::Day | Unit::Quarter)) => Some(unit),
        _ => None,
    })?;
    match unit {
        Unit::Year
            if fields.year.is_none()
                && (part.is_year()
                    || fields.era_start.is_some()
                    || part.digits == 3
                    || part.digits == 2 && words.number(i + 2).is_some()) =>
        {
            fields.year = Some(part);
        }
        // "9 tháng 10": the unit is of the number after it.
        Unit::Month if !hyphened && !is_unspaced(words, at) && words.number(at + 1).is_some() => return None,
        // "5 m" is five metres or minutes.
        Unit::Month if fields.month.is_none() && (1..=12).contains(&part.value) && words.bytes(at) > 1 => {
            fields.month = Some((u8::try_from(part.value).ok()?, None));
            fields.month_token = i;
        }
        Unit::Day
            if fields.day.is_none()
                && (1..=31).contains(&part.value)
                && (fields.month.is_some() || fields.weekday.is_some() || is_han(words, i + 1)) =>
        {
            fields.day = Some(u8::try_from(part.value).ok()?);
        }
        Unit::Quarter if fields.quarter.is_none() && (1..=4).contains(&part.value) => {
            fields.quarter = Some(u8::try_from(part.value).ok()?);
        }
        _ => return None,
    }
    Some(at + 1 - i)
}

pub(super) fn is_unspaced(words: &Words<'_>, i: usize) -> bool {
    words.glued(i) && words.bytes(i).is_multiple_of(3) && words.is_word(i) && words.bytes(i) <= 6
}

pub(super) fn is_han(words: &Words<'_>, i: usize) -> bool {
    const HAN_OR_HANGUL_BYTES: u32 = 3;
    words.tokens.get(i).is_some_and(|token| token.end - token.start == HAN_OR_HANGUL_BYTES && !token.spaced)
}

/// Seconds or milliseconds since 1970, as machines write them.
pub(super) fn epoch(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let (value, digits) = words.number(i)?;
    if words.tokens.len() != 1 {
        return None;
    }
    let seconds = match digits {
        10 => value,
        13 => value / 1000,
        _ => return None,
    };
    // From 2001-09-09 on they have ten digits and begin with 1; phone numbers rarely do.
    fields.epoch = i64::try_from(seconds).ok().filter(|seconds| (1_000_000_000..2_000_000_000).contains(seconds));
    fields.epoch.map(|_| 1)
}

pub(super) fn apostrophe_year(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let part = Part::of(words.number(i + 1)?).filter(|part| part.digits == 2)?;
    fields.month?;
    fields.push(Plain { part, token: i + 1, apostrophe: true, ordinal: false, after_comma: false }).then_some(2)
}

pub(super) fn plain(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let part = Part::of(words.number(i)?).filter(|part| part.digits <= 4)?;
    let complete = fields.numeric.is_some() || fields.group.is_some() || fields.named.is_some();
    if complete
        || fields.month.is_some() && fields.numbers().count() >= 2
        || fields.year.is_some() && fields.day.is_some()
    {
        return None;
    }
    if part.digits < 4 && words.punctuation(i + 1) == Some(':') && words.number(i + 2).is_some() {
        return None;
    }
    let after_comma = i.checked_sub(1).is_some_and(|before| words.punctuation(before) == Some(','));
    let (ending, ordinal) = ending(words, i + 1)?;
    let number = Plain { part, token: i, apostrophe: false, ordinal, after_comma };
    if is_range_end(words, i, fields, part) {
        fields.range_end = u8::try_from(part.value).ok();
        return Some(1 + ending);
    }
    fields.push(number).then_some(1 + ending)
}

/// "3-5 October", "October 3–5": the first day stands for the range.
fn is_range_end(words: &Words<'_>, i: usize, fields: &Fields, part: Part) -> bool {
    let Some(last) = fields.numbers().last() else { return false };
    let dashed = i.checked_sub(1).is_some_and(|before| words.punctuation(before) == Some('-'));
    dashed
        && part.value > last.part.value
        && part.value <= 31
        && last.part.value <= 31
        && part.digits <= 2
        && i - last.token <= 3
}

/// Letters glued to a number: an ordinal ending, or a measure, which is no date (`None`).
fn ending(words: &Words<'_>, i: usize) -> Option<(usize, bool)> {
    let is_ordinal = |i: usize| words.is(i, Sense::Ordinal);
    match words.kind(i) {
        Some(TokenKind::Punctuation('º' | 'ª' | '°')) if words.glued(i) => Some((1, true)),
        Some(TokenKind::Punctuation('-')) if words.glued(i) && words.glued(i + 1) => match words.kind(i + 1) {
            Some(TokenKind::Unknown(letters)) if letters <= MAX_ENDING => Some((2, true)),
            _ if is_ordinal(i + 1) || is_year_mark(words, i + 1) => Some((2, true)),
            _ => Some((0, false)),
        },
        // "2025(e)ko", "9(a)"
        Some(TokenKind::Punctuation('('))
            if words.glued(i)
                && words.glued(i + 1)
                && words.punctuation(i + 2) == Some(')')
                && words.number(i + 1).is_none() =>
        {
            let suffix = usize::from(
                words.glued(i + 3)
                    && matches!(words.kind(i + 3), Some(TokenKind::Unknown(1..=3) | TokenKind::Word { .. })),
            );
            Some((3 + suffix, true))
        }
        Some(TokenKind::Unknown(letters)) if words.glued(i) => (letters <= MAX_ENDING).then_some((1, true)),
        Some(TokenKind::Word { .. }) if is_ordinal(i) => Some((1, true)),
        Some(TokenKind::Word { .. }) if words.is(i, Sense::Counted) => None,
        _ => Some((0, false)),
    }
}

/// "2025-ж."
fn is_year_mark(words: &Words<'_>, i: usize) -> bool {
    let short = words.tokens.get(i).is_some_and(|token| token.end - token.start <= 3);
    short && words.is(i, Sense::Unit(Unit::Year))
}
