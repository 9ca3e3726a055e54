//! One date expression: the run of tokens that belong together, sorted into fields.
//!
//! In: tokens from a place on. Out: what they state (month, numbers, weekday, clock, counted units …) and where they
//! end. Deliberately no decision between readings: `settle` makes them, with the context.

use super::clock::{self, Announced, Clock, Zone};
use super::numeric::{self, Numeric, Part};
use super::relative::{self, Group, Named};
use super::words::Words;
use crate::lexicon::dates::{Calendar, Sense, TokenKind, Unit};

/// A date expression has fewer tokens than this; it bounds the work at each place of a hostile text.
const MAX_SPAN: usize = 48;
/// Fillers and signs that may stand between two parts.
const MAX_GAP: usize = 4;
/// Day, year and one number too many.
const MAX_NUMBERS: usize = 3;
/// Ordinal endings glued to a number ("10tego", "6-ші") are short.
const MAX_ENDING: u16 = 5;

/// A number without a mark of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) part: Part,
    pub(super) token: usize,
    /// `'98`
    pub(super) apostrophe: bool,
    pub(super) ordinal: bool,
    /// A comma stands between it and what comes before.
    pub(super) after_comma: bool,
}

/// What the tokens of one expression state.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    pub(super) numeric: Option<Numeric>,
    pub(super) year: Option<Part>,
    pub(super) month: Option<(u8, Option<Calendar>)>,
    pub(super) month_token: usize,
    pub(super) day: Option<u8>,
    pub(super) plain: [Option<Plain>; MAX_NUMBERS],
    pub(super) plain_count: usize,
    pub(super) weekday: Option<u8>,
    pub(super) quarter: Option<u8>,
    pub(super) clock: Option<Clock>,
    pub(super) meridiem: Option<bool>,
    pub(super) offset: Option<Zone>,
    pub(super) era_start: Option<i16>,
    pub(super) before_era: bool,
    pub(super) era: bool,
    pub(super) named: Option<Named>,
    pub(super) group: Option<Group>,
    pub(super) epoch: Option<i64>,
    /// Last day of "3-5 October".
    pub(super) range_end: Option<u8>,
    /// "this September": said of a month.
    pub(super) which: Option<i8>,
    iso: bool,
}

impl Fields {
    pub(super) fn numbers(&self) -> impl Iterator<Item = Plain> + '_ {
        self.plain.iter().flatten().copied()
    }

    fn has_calendar_date(&self) -> bool {
        self.numeric.is_some() || self.month.is_some() || self.year.is_some() || self.day.is_some()
    }

    pub(super) fn has_date(&self) -> bool {
        self.has_calendar_date() || self.named.is_some() || self.group.is_some() || self.weekday.is_some()
    }

    fn push(&mut self, plain: Plain) -> bool {
        let Some(slot) = self.plain.get_mut(self.plain_count) else { return false };
        *slot = Some(plain);
        self.plain_count += 1;
        true
    }

    fn pop(&mut self) {
        self.plain_count = self.plain_count.saturating_sub(1);
        self.plain[self.plain_count] = None;
    }
}

/// Collects the expression that begins at token `start`; `None` when none does.
pub(super) fn collect(words: &Words<'_>, start: usize) -> Option<(Fields, usize)> {
    let mut fields = Fields::default();
    let (mut i, mut end, mut gap) = (start, start, 0);
    while i < words.tokens.len() && i - start < MAX_SPAN {
        if let Some(used) = step(words, i, &mut fields) {
            i += used;
            end = i;
            gap = 0;
        } else if end > start && gap < MAX_GAP && (is_joint(words, i) || is_unknown_zone(words, i, &fields)) {
            i += 1;
            gap += 1;
        } else {
            break;
        }
    }
    (end > start).then_some((fields, end))
}

fn is_joint(words: &Words<'_>, i: usize) -> bool {
    match words.kind(i) {
        Some(TokenKind::Punctuation(c)) => matches!(
            c,
            ',' | '.' | '/' | '-' | '|' | '(' | ')' | '[' | ']' | '·' | '@' | ':' | '\'' | '~' | '\u{E3}' | '「' | '」'
        ),
        Some(TokenKind::Word { .. }) => words
            .sense(i, |sense| {
                matches!(sense, Sense::Filler | Sense::At | Sense::About | Sense::And | Sense::Ordinal).then_some(())
            })
            .is_some(),
        _ => false,
    }
}

/// "10:36:28 BRST 2003": a zone that the table does not know stands between the time and the year.
fn is_unknown_zone(words: &Words<'_>, i: usize, fields: &Fields) -> bool {
    let short = matches!(words.kind(i), Some(TokenKind::Unknown(3..=5)));
    short && fields.clock.is_some() && words.number(i + 1).is_some_and(|(_, digits)| digits == 4)
}

/// Takes one part at token `i`; returns how many tokens it has.
fn step(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    match words.kind(i)? {
        TokenKind::Number { .. } => number(words, i, fields),
        TokenKind::Word { .. } => word(words, i, fields),
        TokenKind::Punctuation('-' | '+') => sign(words, i, fields),
        TokenKind::Punctuation('(') if fields.clock.is_some() => zone(words, i, fields),
        TokenKind::Punctuation('\'') if !words.tokens.get(i + 1)?.spaced => apostrophe_year(words, i, fields),
        // "Q3 2025": the letter is no word of the table.
        _ => None,
    }
}

fn number(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
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

/// "3 hours ago": with its direction said, nothing else can be meant.
fn toward_group(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.has_calendar_date() || fields.plain_count > 0 || fields.group.is_some() || is_tail(words, i) {
        return None;
    }
    let (group, used) = relative::group(words, i).filter(|(group, _)| group.direction.is_some())?;
    fields.group = Some(group);
    Some(used)
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

fn meridiem(words: &Words<'_>, i: usize) -> Option<bool> {
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

fn is_unspaced(words: &Words<'_>, i: usize) -> bool {
    words.glued(i) && words.bytes(i).is_multiple_of(3) && words.is_word(i) && words.bytes(i) <= 6
}

fn is_han(words: &Words<'_>, i: usize) -> bool {
    const HAN_OR_HANGUL_BYTES: u32 = 3;
    words.tokens.get(i).is_some_and(|token| token.end - token.start == HAN_OR_HANGUL_BYTES && !token.spaced)
}

/// Seconds or milliseconds since 1970, as machines write them.
fn epoch(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
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

fn apostrophe_year(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    let part = Part::of(words.number(i + 1)?).filter(|part| part.digits == 2)?;
    fields.month?;
    fields.push(Plain { part, token: i + 1, apostrophe: true, ordinal: false, after_comma: false }).then_some(2)
}

fn plain(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
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

fn sign(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.clock.is_some()
        && let Some(used) = zone(words, i, fields)
    {
        return Some(used);
    }
    // "-2 hours", "yesterday -2h"; "12-3 days" is no sign.
    let free = !fields.has_calendar_date() && fields.plain_count == 0 && fields.group.is_none();
    let stands_free = words.tokens[i].spaced;
    if free && stands_free { group(words, i, fields) } else { None }
}

fn zone(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.offset.is_some() {
        return None;
    }
    // "10:00-11:00" is a range, "T10:00-03:00" an offset.
    let is_dash = words.punctuation(i) == Some('-') && words.glued(i);
    if is_dash && !fields.iso && fields.clock.is_none_or(|clock| clock.precision != crate::model::Precision::Second) {
        return None;
    }
    let (zone, used) = clock::offset(words, i)?;
    fields.offset = Some(zone);
    Some(used)
}

fn group(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.group.is_some() || is_tail(words, i) {
        return None;
    }
    let (group, used) = relative::group(words, i)?;
    // 2025年10月9日 and "17h10" read as units too; they are marks unless a direction says otherwise.
    if group.direction.is_none() && (group.vague || looks_marked(words, i, &group) || !ends_there(words, i + used)) {
        return None;
    }
    fields.group = Some(group);
    Some(used)
}

/// "04/04/0d4": the rest of something else is no count.
fn is_tail(words: &Words<'_>, i: usize) -> bool {
    let before = i.checked_sub(1).filter(|_| words.glued(i));
    before.is_some_and(|before| {
        words.number(before).is_some() || matches!(words.punctuation(before), Some('/' | '.' | '=' | '_' | '&'))
    })
}

fn looks_marked(words: &Words<'_>, i: usize, group: &Group) -> bool {
    let first_year = words.number(i).is_some_and(|(_, digits)| digits >= 3)
        && group.items().next().is_some_and(|item| item.unit == Unit::Year);
    let last = group.items().last().map(|item| item.unit);
    let unspaced = is_unspaced(words, i + 1) && !matches!(last, Some(Unit::Minute | Unit::Second));
    first_year || unspaced
}

/// A count without a direction says when only where nothing but a clock follows: "2 Tage 18:50".
fn ends_there(words: &Words<'_>, mut i: usize) -> bool {
    while words.punctuation(i).is_some_and(|c| matches!(c, '.' | ',' | ')' | '|')) {
        i += 1;
    }
    i >= words.tokens.len() || words.number(i).is_some() && words.punctuation(i + 1) == Some(':')
}

fn word(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if let Some(used) = joined_clock(words, i, fields) {
        return Some(used);
    }
    if fields.clock.is_some()
        && words.sense(i, |sense| matches!(sense, Sense::Zone(_)).then_some(())).is_some()
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

fn month(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
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
