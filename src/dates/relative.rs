//! Dates that count from the capture: "3 hours ago", "vor 2 Tagen", "1 год 2 месяца назад", 昨天, "last Sunday".
//!
//! In: tokens from a place on. Out: units with their counts and the direction. What day that is, `settle` computes.

use super::words::Words;
use crate::lexicon::dates::{Direction, Sense, Side, Unit};

/// One counted unit. Counts are in thousandths, so that "2.5 hours" stays exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) unit: Unit,
    pub(super) thousandths: i64,
}

/// More units than there are kinds of them are no date.
pub(super) const MAX_COUNTED: usize = 8;
/// Larger counts reach past the first century.
const MAX_COUNT: u64 = 100_000_000;

/// A run of counted units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    items: [Option<Counted>; MAX_COUNTED],
    len: usize,
    /// `None`: nothing said whether it is past or future.
    pub(super) direction: Option<Direction>,
    /// A count was said as a word, or with a lone letter for its unit: too little without a direction.
    pub(super) vague: bool,
}

impl Group {
    const fn new() -> Self {
        Self { items: [None; MAX_COUNTED], len: 0, direction: None, vague: false }
    }

    fn push(&mut self, item: Counted) -> bool {
        let Some(slot) = self.items.get_mut(self.len) else { return false };
        *slot = Some(item);
        self.len += 1;
        true
    }

    /// "7 hours 61 minutes": nobody counts so.
    fn overflows(&self) -> bool {
        let minutes = |item: &Counted| item.unit == Unit::Minute && item.thousandths >= 60_000;
        self.len > 1
            && self.direction.is_none()
            && self.items().any(|item| item.unit == Unit::Hour)
            && self.items().any(|item| minutes(&item))
    }

    pub(super) fn items(&self) -> impl Iterator<Item = Counted> + '_ {
        self.items.iter().flatten().copied()
    }
}

fn toward(words: &Words<'_>, i: usize, side: Side) -> Option<Direction> {
    words.sense_with_reason(i, |sense| match sense {
        Sense::Toward(direction, s) if s == side => Some(direction),
        _ => None,
    })
}

fn unit(words: &Words<'_>, i: usize) -> Option<Unit> {
    words.sense_with_reason(i, |sense| match sense {
        Sense::Unit(unit) => Some(unit),
        _ => None,
    })
}

/// True when a count begins at `i`: then a word that also means "now" announces it ("acum 2 zile").
pub(super) fn count_follows(words: &Words<'_>, i: usize) -> bool {
    toward(words, i, Side::Before).is_some()
        && count(words, i + 1)
            .is_some_and(|(_, used)| unit_of(words, i + 1 + used).is_some() || words.is(i + 1 + used, Sense::Filler))
}

fn which(words: &Words<'_>, i: usize) -> Option<i8> {
    words.sense_with_reason(i, |sense| match sense {
        Sense::Which(step) => Some(step),
        _ => None,
    })
}

/// A count at `i`: digits, a decimal, a number word; with the tokens it took.
fn count(words: &Words<'_>, i: usize) -> Option<(i64, usize)> {
    if let Some((value, digits)) = words.number(i) {
        if digits > 9 || value > MAX_COUNT {
            return None;
        }
        let whole = i64::try_from(value).ok()? * 1000;
        if let (Some('.' | ','), Some((fraction, digits @ 1..=3))) = (words.punctuation(i + 1), words.number(i + 2))
            && words.glued(i + 1)
            && words.glued(i + 2)
            && unit(words, i + 3).is_some()
        {
            let scale = 10_i64.pow(3 - u32::from(digits));
            return Some((whole + i64::try_from(fraction).ok()? * scale, 3));
        }
        return Some((whole, 1));
    }
    let word = words.sense_with_reason(i, |sense| match sense {
        Sense::Number(value) => Some(i64::from(value) * 1000),
        Sense::Half => Some(500),
        _ => None,
    })?;
    // "twenty five days", "anderthalb": a second number word adds when it is smaller.
    let more = words.sense_with_reason(i + 1, |sense| match sense {
        Sense::Number(value) if word >= 20_000 && word % 10_000 == 0 && value < 10 => Some(i64::from(value) * 1000),
        _ => None,
    });
    Some(more.map_or((word, 1), |more| (word + more, 2)))
}

/// Reads a group of counted units at `start`.
pub(super) fn group(words: &Words<'_>, start: usize) -> Option<(Group, usize)> {
    let mut group = Group::new();
    let mut i = start;
    let mut end = start;
    let mut signed = false;
    if let Some(sign) = words.punctuation(i).filter(|sign| matches!(sign, '-' | '+')) {
        signed = true;
        group.direction = Some(if sign == '-' { Direction::Past } else { Direction::Future });
        i += 1;
        words.number(i)?;
    }
    while group.len < MAX_COUNTED {
        i = skip_joints(words, i, &mut group, signed);
        let Some(used) = item(words, i, &mut group) else { break };
        i += used;
        end = i;
        i += abbreviation_dot(words, i);
        // "5 hours ago 2 minutes ago"
        if let Some(direction) = toward(words, i, Side::After) {
            group.direction.get_or_insert(direction);
            i += 1;
            end = i;
        }
    }
    if group.len == 0 || group.overflows() {
        return None;
    }
    end = trailing(words, end, &mut group);
    Some((group, end - start))
}

/// What may stand before a count: direction words, "about", "and", commas, "last".
fn skip_joints(words: &Words<'_>, mut i: usize, group: &mut Group, signed: bool) -> usize {
    for _ in 0..4 {
        if let Some(direction) = toward(words, i, Side::Before) {
            if !signed {
                group.direction.get_or_insert(direction);
            }
        } else if words.is(i, Sense::About) || group.len > 0 && words.is(i, Sense::And) {
        } else if let Some(step) = which(words, i).filter(|step| *step != 0 && group.len == 0) {
            group.direction.get_or_insert(if step < 0 { Direction::Past } else { Direction::Future });
        } else if !(matches!(words.punctuation(i), Some(',' | '+')) && group.len > 0
            || matches!(words.punctuation(i), Some('~')) && group.len == 0)
        {
            break;
        }
        i += 1;
    }
    i
}

/// One count with its unit, in either order, or a unit alone beside a direction.
fn item(words: &Words<'_>, i: usize, group: &mut Group) -> Option<usize> {
    if let Some((thousandths, used)) = count(words, i) {
        let mut at = i + used;
        // "2 upcoming days", "3 more hours"
        if let Some(step) = which(words, at).filter(|step| *step != 0) {
            group.direction.get_or_insert(if step < 0 { Direction::Past } else { Direction::Future });
            at += 1;
        } else if words.is(at, Sense::Filler)
            && words.is_word(at)
            && unit(words, at + 1).is_some()
            && unit(words, at).is_none()
        {
            at += 1;
        }
        if let Some((unit, direction)) = unit_toward(words, at) {
            group.direction.get_or_insert(direction);
            return group.push(Counted { unit, thousandths }).then_some(at + 1 - i);
        }
        let unit = unit(words, at)?;
        group.vague |= words.number(i).is_none()
            || words.bytes(at) == 1 && !matches!(unit, Unit::Day | Unit::Hour) && group.len == 0;
        let mut used = at + 1 - i;
        let mut thousandths = thousandths;
        // "2 and a half hours" is read before; "2 hours and a half" after.
        if words.is(at + 1, Sense::And) && words.is(at + 2, Sense::Half) {
            thousandths += 500;
            used += 2;
        }
        return group.push(Counted { unit, thousandths }).then_some(used);
    }
    if let Some(unit) = unit(words, i) {
        // "siku 3 zilizopita": the unit first, unless the number has a unit of its own.
        if let Some((thousandths, used)) = count(words, i + 1)
            && unit_of(words, i + 1 + used).is_none()
            && words.number(i + 1).is_none_or(|(_, digits)| digits < 4)
        {
            group.vague = true;
            return group.push(Counted { unit, thousandths }).then_some(1 + used);
        }
        let beside = group.direction.is_some() || toward(words, i + 1, Side::After).is_some();
        return (beside && group.push(Counted { unit, thousandths: 1000 })).then_some(1);
    }
    None
}

fn unit_of(words: &Words<'_>, i: usize) -> Option<Unit> {
    unit(words, i).or_else(|| unit_toward(words, i).map(|(unit, _)| unit))
}

/// Phrases of a unit and a direction are longer than the words for yesterday and tomorrow.
const LONG_PHRASE_BYTES: u32 = 10;

fn unit_toward(words: &Words<'_>, i: usize) -> Option<(Unit, Direction)> {
    words.sense_with_reason(i, |sense| match sense {
        Sense::UnitToward(unit, direction) => Some((unit, direction)),
        // "bulan lalu" is last month, "4 bulan lalu" four months ago.
        // "21 mai" is no "21 tomorrows".
        Sense::Relative(unit, -1) if unit != Unit::Day || words.bytes(i) > LONG_PHRASE_BYTES => {
            Some((unit, Direction::Past))
        }
        Sense::Relative(unit, 1) if unit != Unit::Day || words.bytes(i) > LONG_PHRASE_BYTES => {
            Some((unit, Direction::Future))
        }
        _ => None,
    })
}

/// Direction words after the last unit.
fn trailing(words: &Words<'_>, mut end: usize, group: &mut Group) -> usize {
    for _ in 0..3 {
        let at = end + abbreviation_dot(words, end);
        if let Some(direction) = toward(words, at, Side::After) {
            group.direction = Some(group.direction.unwrap_or(direction));
        } else if let Some(step) = which(words, at).filter(|step| *step != 0 && group.direction.is_none()) {
            group.direction = Some(if step < 0 { Direction::Past } else { Direction::Future });
        } else {
            break;
        }
        end = at + 1;
    }
    end
}

/// The dot of "min. ago".
fn abbreviation_dot(words: &Words<'_>, i: usize) -> usize {
    usize::from(words.punctuation(i) == Some('.') && words.glued(i))
}

/// A phrase that names a day, week, month or year by its distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// So many units away.
    Unit(Unit, i8),
    /// A weekday of the last, this or next week.
    Weekday(u8, i8),
}

/// "this" or "last" before a month's name: how far.
pub(super) fn which_month(words: &Words<'_>, i: usize) -> Option<i8> {
    which(words, i)
}

/// Reads "yesterday", "last week", "nächsten Montag", "semaine prochaine".
pub(super) fn named(words: &Words<'_>, i: usize) -> Option<(Named, usize)> {
    let phrase = words.sense_with_reason(i, |sense| match sense {
        Sense::Relative(unit, step) => Some(Named::Unit(unit, step)),
        Sense::RelativeWeekday(day, step) => Some(Named::Weekday(day, step)),
        _ => None,
    });
    let weekday = |i| {
        words
            .sense_with_reason(i, |sense| match sense {
                Sense::Weekday(day) => Some(day),
                _ => None,
            })
            // Two letters are too few beside a word as common as "last"; one Hangul or Han letter as well.
            .filter(|_| words.bytes(i) > 3)
    };
    if let Some(phrase) = phrase {
        // Locales that write "Thursday" for "this Thursday" mean no more than the weekday.
        let only_weekday = matches!(phrase, Named::Weekday(_, 0))
            && words.sense(i, |sense| matches!(sense, Sense::Weekday(_)).then_some(())).is_some();
        return (!only_weekday).then_some((phrase, 1));
    }
    if let Some(step) = which(words, i) {
        let at = if words.is(i + 1, Sense::Filler) && unit(words, i + 1).is_none() { i + 2 } else { i + 1 };
        if let Some(day) = weekday(at) {
            return Some((Named::Weekday(day, step), at + 1 - i));
        }
        return unit(words, at).map(|unit| (Named::Unit(unit, step), at + 1 - i));
    }
    let step = which(words, i + 1)?;
    if let Some(day) = weekday(i) {
        return Some((Named::Weekday(day, step), 2));
    }
    unit(words, i).map(|unit| (Named::Unit(unit, step), 2))
}
