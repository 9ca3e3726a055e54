//! What the tokens of one expression state, sorted.
//!
//! Plain data: no decision between readings.

use crate::dates::clock::{Clock, Zone};
use crate::dates::numeric::{Numeric, Part};
use crate::dates::relative::{Group, Named};
use crate::lexicon::dates::Calendar;

/// Day, year and one number too many.
const MAX_NUMBERS: usize = 3;

/// A number without a mark of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dates) struct Plain {
    pub(in crate::dates) part: Part,
    pub(in crate::dates) token: usize,
    /// `'98`
    pub(in crate::dates) apostrophe: bool,
    pub(in crate::dates) ordinal: bool,
    /// A comma stands between it and what comes before.
    pub(in crate::dates) after_comma: bool,
}

/// What the tokens of one expression state.
#[derive(Debug, Clone, Default)]
pub(in crate::dates) struct Fields {
    pub(in crate::dates) numeric: Option<Numeric>,
    pub(in crate::dates) year: Option<Part>,
    pub(in crate::dates) month: Option<(u8, Option<Calendar>)>,
    pub(in crate::dates) month_token: usize,
    pub(in crate::dates) day: Option<u8>,
    pub(in crate::dates) plain: [Option<Plain>; MAX_NUMBERS],
    pub(in crate::dates) plain_count: usize,
    pub(in crate::dates) weekday: Option<u8>,
    pub(in crate::dates) quarter: Option<u8>,
    pub(in crate::dates) clock: Option<Clock>,
    pub(in crate::dates) meridiem: Option<bool>,
    pub(in crate::dates) offset: Option<Zone>,
    pub(in crate::dates) era_start: Option<i16>,
    pub(in crate::dates) before_era: bool,
    pub(in crate::dates) era: bool,
    pub(in crate::dates) named: Option<Named>,
    pub(in crate::dates) group: Option<Group>,
    pub(in crate::dates) epoch: Option<i64>,
    /// Last day of "3-5 October".
    pub(in crate::dates) range_end: Option<u8>,
    /// "this September": said of a month.
    pub(in crate::dates) which: Option<i8>,
    /// A T joined date and clock.
    pub(super) iso: bool,
}

impl Fields {
    pub(in crate::dates) fn numbers(&self) -> impl Iterator<Item = Plain> + '_ {
        self.plain.iter().flatten().copied()
    }

    pub(super) fn has_calendar_date(&self) -> bool {
        self.numeric.is_some() || self.month.is_some() || self.year.is_some() || self.day.is_some()
    }

    pub(in crate::dates) fn has_date(&self) -> bool {
        self.has_calendar_date() || self.named.is_some() || self.group.is_some() || self.weekday.is_some()
    }

    pub(super) fn push(&mut self, plain: Plain) -> bool {
        let Some(slot) = self.plain.get_mut(self.plain_count) else { return false };
        *slot = Some(plain);
        self.plain_count += 1;
        true
    }

    pub(super) fn pop(&mut self) {
        self.plain_count = self.plain_count.saturating_sub(1);
        self.plain[self.plain_count] = None;
    }
}
