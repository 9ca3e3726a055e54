//! Stored dates, read again with what the listing has taught since.
//!
//! In: a stored date, and the memory of its listing before and after a page. Out: the correction, with its reason, where
//! the new evidence makes another day of the same text. Relative dates are frozen at their first sighting and never
//! corrected, nor is what was concluded from neighbors or read from a URL.

use super::read::{Candidate, candidate};
use super::resolve::{ListingContext, Stated, base_context, publish};
use crate::model::{Basis, DateMemory, FieldOrder, Precision, PublishedAt};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

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

/// True when a page has taught something that can change how other dates of the listing are read.
#[must_use]
pub fn is_contradicted(before: &DateMemory, after: &DateMemory) -> bool {
    let decides = |memory: &DateMemory| (memory.order, memory.future_proven, memory.language.clone());
    decides(before) != decides(after)
}

/// Reads a stored date again. `None` when it stands.
///
/// In: the date, the zone that the listing is configured with, and its memory before and after the page that taught
/// something. A second call with the corrected date gives `None`.
#[must_use]
pub fn reread(
    stored: &StoredDate<'_>,
    zone: Option<&TimeZone>,
    before: &DateMemory,
    after: &DateMemory,
) -> Option<Correction> {
    if matches!(stored.basis, Basis::Inferred | Basis::Url) {
        return None;
    }
    let old = reading(stored, zone, before)?;
    let mut new = reading(stored, zone, after)?;
    let (old_day, new_day) = (day_of(&old), day_of(&new));
    let kept: Date = stored.value.get(..10)?.parse().ok()?;
    if old_day == new_day || new.settled.relative || new.settled.value.precision < Precision::Day {
        return None;
    }
    if kept != old_day {
        // The order of the list had moved its year, which still holds; anything else was decided by more than the text.
        let is_moved = !old.settled.year_stated && (kept.month(), kept.day()) == (old_day.month(), old_day.day());
        let moved = Date::new(kept.year(), new_day.month(), new_day.day()).ok().filter(|_| is_moved)?;
        new.settled.value.at = moved.to_datetime(new.settled.value.at.time());
    }
    let published = publish(&Stated { found: new, basis: stored.basis, raw: stored.raw.to_owned() }, zone)?;
    let reason = format!("{}: `{}` is {}, not {kept}", reason(before, after), stored.raw, day_of(&new));
    Some(Correction { published, reason })
}

fn reading(stored: &StoredDate<'_>, zone: Option<&TimeZone>, memory: &DateMemory) -> Option<Candidate> {
    let listing =
        ListingContext { captured_at: stored.captured_at, zone, language: stored.language, page_dates: &[], memory };
    candidate(stored.raw, &base_context(&listing))
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
