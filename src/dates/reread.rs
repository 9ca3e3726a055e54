//! Stored dates, read again with what the listing has taught since.
//!
//! In: a stored date, and the memory of its listing before and after a page. Out: the correction, with its reason, where
//! the new evidence makes another day of the same text. Relative dates are frozen at their first sighting and never
//! corrected, nor is what was concluded from neighbors or read from a URL.

use super::read::{Candidate, candidate};
use super::resolve::{ListingContext, Stated, base_context, publish, publish_at};
use super::zone::{self, Zones};
use crate::model::{Basis, DateMemory, FieldOrder, Precision, PublishedAt};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// A date as it was stored.
#[derive(Debug, Clone, Copy)]
pub struct StoredDate<'a> {
    /// The text it was read from.
    pub raw: &'a str,
    /// Where that stood.
    pub basis: Basis,
    /// What it was read as.
    pub value: &'a str,
    /// BCP 47 language of its page.
    pub language: Option<&'a str>,
    /// The capture it was read from.
    pub captured_at: Timestamp,
}

/// A stored date that the listing contradicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What it is now.
    pub published: PublishedAt,
    /// Why, in words for a person.
    pub reason: String,
}

/// What the stored dates of a listing are read again with: its memory before and after a page that taught something.
#[derive(Debug)]
pub struct Rereading<'a> {
    zone: Option<&'a TimeZone>,
    before: &'a DateMemory,
    after: &'a DateMemory,
    zones: Zones,
}

impl<'a> Rereading<'a> {
    /// `None` when a page has taught nothing that changes how other dates of the listing are read.
    ///
    /// In: the zone that the listing is configured with, and its memory before and after the page.
    #[must_use]
    pub fn after(zone: Option<&'a TimeZone>, before: &'a DateMemory, after: &'a DateMemory) -> Option<Self> {
        let decides = |memory: &DateMemory| (memory.order, memory.future_proven, memory.language.clone());
        let of = |memory: &DateMemory| if zone.is_none() { Zones::of(&memory.zone) } else { Zones::default() };
        let is_settled = decides(before) == decides(after);
        if is_settled && (before.zone == after.zone || zone.is_some()) {
            return None;
        }
        let zones = of(after);
        (!is_settled || zones != of(before)).then_some(Self { zone, before, after, zones })
    }

    /// Reads a stored date again. `None` when it stands; so a second call with the corrected date gives `None`.
    #[must_use]
    pub fn read(&self, stored: &StoredDate<'_>) -> Option<Correction> {
        if matches!(stored.basis, Basis::Inferred | Basis::Url) {
            return None;
        }
        let old = self.reading(stored, self.before)?;
        let mut new = self.reading(stored, self.after)?;
        let kept: Date = stored.value.get(..10)?.parse().ok()?;
        if new.settled.relative || new.settled.value.precision < Precision::Day {
            return None;
        }
        let day = day(kept, &old, &new)?;
        new.settled.value.at = day.to_datetime(new.settled.value.at.time());
        let offset = self.offset(stored, &new);
        let published = self.publish(stored, new, offset)?;
        let (why, is, was) = if day != kept {
            (reason(self.before, self.after), day.to_string(), kept.to_string())
        } else if self.zone.is_none() && differs_in_offset(&published.value, stored.value) {
            (reason_of_offset(self.after, offset), published.value.clone(), stored.value.to_owned())
        } else {
            return None;
        };
        let reason = format!("{why}: `{}` is {is}, not {was}", stored.raw);
        Some(Correction { published, reason })
    }

    /// The offset that the listing proves for a clock without one.
    fn offset(&self, stored: &StoredDate<'_>, found: &Candidate) -> Option<Offset> {
        let is_open = self.zone.is_none() && zone::is_clock_of_listing(found, stored.basis, stored.raw);
        let at = is_open.then_some(found.settled.value.at)?;
        self.zones.offset_at(at, stored.captured_at, self.after.future_proven)
    }

    fn publish(&self, stored: &StoredDate<'_>, found: Candidate, offset: Option<Offset>) -> Option<PublishedAt> {
        let stated = Stated { found, basis: stored.basis, raw: stored.raw.to_owned() };
        match offset {
            Some(offset) => publish_at(&stated, offset),
            None => publish(&stated, self.zone),
        }
    }

    fn reading(&self, stored: &StoredDate<'_>, memory: &DateMemory) -> Option<Candidate> {
        let listing = ListingContext {
            captured_at: stored.captured_at,
            zone: self.zone,
            language: stored.language,
            page_dates: &[],
            memory,
        };
        candidate(stored.raw, &base_context(&listing))
    }
}

/// The day of a date that was kept; `None` when more than its text decided it.
fn day(kept: Date, old: &Candidate, new: &Candidate) -> Option<Date> {
    let (old_day, new_day) = (day_of(old), day_of(new));
    if old_day == new_day {
        return Some(kept);
    }
    if kept == old_day {
        return Some(new_day);
    }
    let month_and_day = |date: Date| (date.month(), date.day());
    // The order of the list had moved its year, which still holds.
    if !old.settled.year_stated && month_and_day(kept) == month_and_day(old_day) {
        return Date::new(kept.year(), new_day.month(), new_day.day()).ok();
    }
    let is_corrected = kept == new_day || !new.settled.year_stated && month_and_day(kept) == month_and_day(new_day);
    is_corrected.then_some(kept)
}

/// True for two values that show the same clock.
fn differs_in_offset(one: &str, other: &str) -> bool {
    let clock = |value: &str| {
        let time = value.find('T').unwrap_or(value.len());
        let end = value[time..].find(['Z', '+', '-']).map_or(value.len(), |offset| time + offset);
        value[..end].to_owned()
    };
    one != other && clock(one) == clock(other)
}

fn reason_of_offset(memory: &DateMemory, offset: Option<Offset>) -> String {
    offset.map_or_else(
        || "the clocks of the listing do not agree on one zone".to_owned(),
        |offset| zone::reason(&memory.zone, offset),
    )
}

fn day_of(found: &Candidate) -> Date {
    found.settled.value.at.date()
}

/// What the page has taught.
fn reason(before: &DateMemory, after: &DateMemory) -> String {
    if before.order != after.order {
        let (first, proofs) = match after.order {
            Some(FieldOrder::MonthDayYear) => ("month", after.month_first_proofs),
            Some(_) => ("day", after.day_first_proofs),
            None => return "the dates of the listing contradict each other".to_owned(),
        };
        if proofs > 0 {
            let who = if proofs == 1 { "date of the listing proves" } else { "dates of the listing prove" };
            return format!("{proofs} {who} {first} first");
        }
        return format!("the dates of the listing lie in the past and in order only with the {first} first");
    }
    if before.future_proven != after.future_proven {
        return "the listing states dates ahead".to_owned();
    }
    format!("the dates of the listing are written in `{}`", after.language.as_deref().unwrap_or_default())
}
