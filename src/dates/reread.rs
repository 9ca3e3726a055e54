//! Stored dates, read again with what the listing has taught since.
//!
//! In: a stored date and the memory of its listing. Out: the correction, with its reason, when later evidence
//! contradicts it. Relative dates are frozen at their first sighting and never corrected here.

use super::read::{DateContext, Kind, candidate};
use super::resolve::{Stated, publish};
use crate::model::{Basis, DateMemory, FieldOrder, PublishedAt};
use jiff::Timestamp;

/// A stored date that the listing contradicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What it is now.
    pub published: PublishedAt,
    /// Why, in words for a person.
    pub reason: String,
}

/// Reads a stored date again. `None` when it stands.
///
/// In: what was stored (`raw`, `basis`, `value`), the capture it was read from, and the memory of the listing now.
#[must_use]
pub fn reread(raw: &str, basis: Basis, value: &str, captured_at: Timestamp, memory: &DateMemory) -> Option<Correction> {
    let order = memory.order?;
    if basis == Basis::Inferred || basis == Basis::Url {
        return None;
    }
    let context = DateContext {
        language: memory.language.as_deref(),
        order: Some(order),
        future: memory.future_proven,
        ..DateContext::captured(captured_at)
    };
    let found = candidate(raw, &DateContext { kind: Kind::Text, ..context })?;
    if found.settled.relative || found.settled.rule != "numeric" && found.settled.rule != "day-month" {
        return None;
    }
    let published = publish(&Stated { found, basis, raw: raw.to_owned() }, None)?;
    // A zone may have added an offset to what was stored: only the day is corrected.
    let day = |value: &str| value.get(..10).map(str::to_owned);
    let (old, new) = (day(value)?, day(&published.value)?);
    if old == new {
        return None;
    }
    let (first, proofs) = match order {
        FieldOrder::MonthDayYear => ("month", memory.month_first_proofs),
        _ => ("day", memory.day_first_proofs),
    };
    let reason = format!("{proofs} dates of the listing prove {first} first: `{raw}` is {new}, not {old}");
    Some(Correction { published, reason })
}
