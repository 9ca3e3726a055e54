//! What an expression means: its value, and how surely.
//!
//! In: what an expression states and what is known around it. Out: the value with its clock and offset, and whether
//! another order of day and month would have been possible. Which reading is tried is decided here, by what is stated.

use super::counted::{counted, named_relative};
use super::names::{day_of_recent, named_month, quarter_date, year_alone};
use super::order::numeric_date;
use crate::dates::clock::ZoneKind;
use crate::dates::expression::Fields;
use crate::dates::read::DateContext;
use crate::dates::value::Value;
use crate::lexicon::dates::Unit;
use crate::model::{OffsetBasis, Precision};
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;

/// What an expression means.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub(in crate::dates) struct Settled {
    pub(in crate::dates) value: Value,
    pub(in crate::dates) ambiguous: bool,
    /// By its text alone, day and month could be the other way round, whatever the listing proves.
    pub(in crate::dates) swappable: bool,
    pub(in crate::dates) rule: &'static str,
    /// How much the text itself supports it; decides between several dates of one text.
    pub(in crate::dates) strength: Strength,
    /// It counts from the capture.
    pub(in crate::dates) relative: bool,
    /// What the order of its numbers proves, for the listing.
    pub(in crate::dates) proof: Option<Proof>,
    /// A year was stated.
    pub(in crate::dates) year_stated: bool,
    pub(in crate::dates) weekday: Option<u8>,
    /// What it was counted in, for relative dates: no finer than that is known.
    pub(in crate::dates) counted_in: Option<Unit>,
    /// How the value's offset is known.
    pub(in crate::dates) offset_basis: Option<OffsetBasis>,
}

/// What a numeric date proves about the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dates) enum Proof {
    DayFirst,
    MonthFirst,
}

/// From what a reader would take for a date only in a date's place, to what is one anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::dates) enum Strength {
    /// Only when the whole text is nothing else.
    Alone,
    /// In a text, when nothing better is there.
    Weak,
    /// Anywhere.
    Strong,
}

pub(in crate::dates) fn settle(
    fields: &Fields,
    context: &DateContext<'_>,
    language: Option<&'static str>,
) -> Option<Settled> {
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

/// What a text states beyond doubt.
pub(in crate::dates) fn strong(value: Value, rule: &'static str) -> Settled {
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
    (value.offset, settled.offset_basis) = offset(fields, value.at).unzip();
}

/// The stated offset of a wall clock: in numbers, or by the name of a zone.
fn offset(fields: &Fields, at: DateTime) -> Option<(Offset, OffsetBasis)> {
    let zone = fields.offset?;
    let basis = if zone.kind == ZoneKind::Numeric { OffsetBasis::Stated } else { OffsetBasis::Named };
    Some((zone.at(at)?, basis))
}

fn clock_alone(fields: &Fields, context: &DateContext<'_>) -> Option<Settled> {
    let clock = fields.clock?;
    if fields.plain_count > 0 {
        return None;
    }
    let narrow = |part: u8| i8::try_from(part).unwrap_or(0);
    let time = Time::new(narrow(clock.hour) % 24, narrow(clock.minute), narrow(clock.second), 0).ok()?;
    let at = context.reference.date().to_datetime(time);
    let (offset, offset_basis) = offset(fields, at).unzip();
    let value = Value { at, precision: clock.precision, offset };
    let settled = strong(value, "time");
    Some(Settled { strength: Strength::Alone, relative: true, year_stated: false, offset_basis, ..settled })
}
