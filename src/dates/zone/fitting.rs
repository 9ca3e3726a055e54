//! Which zones of the world have had all offsets that a listing's clocks proved, and what all of them agree on.
//!
//! In: the memory of a listing. Out: the offset of a wall clock, where every zone that fits gives the same. A summer at
//! +02:00 fits Berlin and Johannesburg: it tells the summers, and only a winter tells the winters. Nothing is assumed
//! from a country or a language.

use crate::dates::read::Candidate;
use crate::dates::value::offset_text;
use crate::model::{Basis, Precision, SeenOffset, ZoneMemory};
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};
use std::sync::LazyLock;

/// Pages that say "5 minutes ago" may have waited in a cache: only what they say on two days is believed.
const LEAST_COUNTED: SignedDuration = SignedDuration::from_hours(20);
/// A clock that would run ahead of the capture by more than this has another offset, or is no date of publication.
const AHEAD: SignedDuration = SignedDuration::from_mins(15);

/// The zones of places, from the database that is part of the program: the same on every machine.
static PLACES: LazyLock<Vec<TimeZone>> = LazyLock::new(|| {
    let database = TimeZoneDatabase::bundled();
    let is_place = |name: &str| name.contains('/') && !name.starts_with("Etc/");
    let names: Vec<String> = database.available().map(|name| name.to_string()).filter(|name| is_place(name)).collect();
    names.iter().filter_map(|name| database.get(name).ok()).collect()
});

/// The zones that a listing may be in, by their place in [`PLACES`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::dates) struct Zones(Vec<usize>);

impl Zones {
    /// The zones that have had every offset of the memory at its time; none when nothing is known.
    pub(in crate::dates) fn of(memory: &ZoneMemory) -> Self {
        let heard = heard(memory);
        if heard.is_empty() {
            return Self::default();
        }
        let fits = |zone: &TimeZone| {
            heard.iter().all(|(minutes, seen)| {
                let is_so = |at: Timestamp| zone.to_offset(at).seconds() == i32::from(*minutes) * 60;
                is_so(seen.first) && is_so(seen.last)
            })
        };
        Self(PLACES.iter().enumerate().filter(|(_, zone)| fits(zone)).map(|(place, _)| place).collect())
    }

    /// Their names.
    pub(in crate::dates) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().filter_map(|&place| PLACES.get(place)?.iana_name())
    }

    /// The offset of a wall clock that a page captured at this instant shows, when there is no doubt.
    pub(in crate::dates) fn offset_at(&self, wall: DateTime, captured_at: Timestamp, future: bool) -> Option<Offset> {
        let mut agreed: Option<Offset> = None;
        for zone in self.0.iter().filter_map(|&place| PLACES.get(place)) {
            let at = zone.to_ambiguous_timestamp(wall).unambiguous().ok()?;
            let offset = zone.to_offset(at);
            if *agreed.get_or_insert(offset) != offset {
                return None;
            }
        }
        let is_ahead =
            |offset: &Offset| offset.to_timestamp(wall).is_ok_and(|at| at.duration_since(captured_at) > AHEAD);
        agreed.filter(|offset| future || !is_ahead(offset))
    }
}

/// What is believed. Clocks beside their instants know best what clocks show, whatever software states elsewhere.
pub(in crate::dates) fn heard(memory: &ZoneMemory) -> Vec<(i16, SeenOffset)> {
    // Many write Z behind a local clock. A zero is believed of who has been seen to write another offset, too.
    if memory.paired.iter().any(|(minutes, _)| minutes != 0) {
        return memory.paired.iter().collect();
    }
    let counted = memory.counted.iter().filter(|(_, seen)| seen.last.duration_since(seen.first) >= LEAST_COUNTED);
    counted.chain(memory.stated.iter()).collect()
}

/// True for a clock time that readers see and that stands in the zone of its listing: not counted from the capture,
/// without an offset of its own, and not in the form of machines, which keep their own time.
pub(in crate::dates) fn is_clock_of_listing(found: &Candidate, basis: Basis, text: &str) -> bool {
    let is_seen = match basis {
        Basis::Text => true,
        Basis::TimeElement => !begins_with_year(text),
        _ => false,
    };
    let settled = &found.settled;
    is_seen && !settled.relative && settled.value.precision > Precision::Day && settled.value.offset.is_none()
}

/// "2025-07-03 14:30": so machines write, inside of an element for times.
fn begins_with_year(text: &str) -> bool {
    text.trim_start().bytes().take_while(u8::is_ascii_digit).count() >= 4
}

/// The offset so many minutes east of UTC.
pub(in crate::dates) fn offset_of(minutes: i16) -> Option<Offset> {
    Offset::from_seconds(i32::from(minutes) * 60).ok()
}

/// What was learned of a listing's clocks, in words for a person.
pub(in crate::dates) fn reason(memory: &ZoneMemory, offset: Offset) -> String {
    let minutes = i16::try_from(offset.seconds() / 60).unwrap_or(0);
    let text = offset_text(offset);
    let say = |count: u32, one: &str, more: &str| format!("{count} {} {text}", if count == 1 { one } else { more });
    let (paired, counted) = (memory.paired.proofs(minutes), memory.counted.proofs(minutes));
    match memory.stated.proofs(minutes) {
        _ if paired > 0 => say(paired, "clock beside its instant stands at", "clocks beside their instants stand at"),
        stated if stated > 0 => say(stated, "date of the listing states", "dates of the listing state"),
        _ if counted > 0 => {
            say(counted, "clock beside a count of minutes is at", "clocks beside counts of minutes are at")
        }
        _ => format!("every zone with the offsets of the listing had {text} then"),
    }
}
