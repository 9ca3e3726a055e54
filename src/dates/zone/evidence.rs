//! Which offset the clocks of one page have.
//!
//! In: the readings of each teaser's date texts. Out: what they prove of the zone. A clock beside the same instant with
//! its offset proves most, then a clock beside "5 minutes ago", then offsets that the page states elsewhere. The names of
//! zones prove nothing: pages write CET and EST all through the year.

use crate::dates::read::{Candidate, DateContext};
use crate::lexicon::dates::{Label, Unit};
use crate::model::{DateText, OffsetBasis, Precision, ZoneMemory};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Offsets are whole quarters of an hour.
const STEP_MINUTES: i64 = 15;
/// From Baker Island to the Line Islands.
const OFFSETS: std::ops::RangeInclusive<i64> = -12 * 60..=14 * 60;
/// A page that says "5 minutes ago" was made some minutes before it was captured.
const STALE_MINUTES: i64 = 4;
/// Distinct instants of one page that prove an offset; one may be an accident.
const LEAST_PROOFS: usize = 2;
/// A clock may run so many minutes ahead of the one that captured the page.
const AHEAD: SignedDuration = SignedDuration::from_mins(15);
/// Before, zones had other rules, and pages were not on the web.
const FIRST_YEAR: i16 = 2000;
/// Announcements reach this far ahead.
const DAYS_AHEAD: i64 = 400;

/// Minutes east of UTC, and when.
type Proofs = BTreeSet<(i16, Timestamp)>;

/// What the clocks of one page show.
#[derive(Default)]
pub(in crate::dates) struct ClocksOfPage {
    paired: Proofs,
    counted: Proofs,
    stated: Proofs,
    /// Wall clocks that readers see.
    walls: BTreeSet<DateTime>,
}

/// The readings of one teaser, sorted.
#[derive(Default)]
struct Clocks {
    walls: BTreeSet<DateTime>,
    instants: BTreeSet<Timestamp>,
    counted: BTreeSet<Timestamp>,
}

impl ClocksOfPage {
    /// Takes the readings of one teaser, or of the page about itself.
    pub(in crate::dates) fn add<'a>(
        &mut self,
        readings: impl IntoIterator<Item = (&'a DateText, Candidate)>,
        context: &DateContext<'_>,
    ) {
        let mut clocks = Clocks::default();
        for (text, found) in readings {
            self.state(&found);
            clocks.sort(text, &found, context);
        }
        // Two clocks, or two instants, are of two things.
        if let Some(wall) = only(&clocks.walls) {
            let by_instant = only(&clocks.instants).and_then(|instant| Some((offset(wall, instant, 0)?, instant)));
            self.paired.extend(by_instant);
            let by_count = only(&clocks.counted).and_then(|at| Some((offset(wall, at, STALE_MINUTES)?, at)));
            self.counted.extend(by_count);
        }
        self.walls.extend(clocks.walls);
    }

    /// What a stated offset says. Zero says nothing: software keeps time in UTC wherever its readers are.
    fn state(&mut self, found: &Candidate) {
        let value = found.settled.value;
        let Some(stated) = value.offset.filter(|_| found.settled.offset_basis == Some(OffsetBasis::Stated)) else {
            return;
        };
        let minutes = i64::from(stated.seconds() / 60);
        if minutes != 0
            && minutes % STEP_MINUTES == 0
            && OFFSETS.contains(&minutes)
            && let (Ok(minutes), Ok(at)) = (i16::try_from(minutes), stated.to_timestamp(value.at))
        {
            self.stated.insert((minutes, at));
        }
    }

    /// Adds to the memory what this page proves.
    pub(in crate::dates) fn teach(mut self, memory: &mut ZoneMemory, captured_at: Timestamp) {
        let walls = std::mem::take(&mut self.walls);
        // Who states another offset than that of his clocks would have them run ahead.
        let runs_ahead = |minutes: i16| {
            let limit = captured_at.saturating_add(AHEAD).unwrap_or(captured_at);
            super::offset_of(minutes)
                .is_some_and(|offset| walls.iter().any(|wall| offset.to_timestamp(*wall).is_ok_and(|at| at > limit)))
        };
        self.stated.retain(|(minutes, _)| !runs_ahead(*minutes));
        let mut page = ZoneMemory::default();
        for (proofs, seen) in
            [(self.paired, &mut page.paired), (self.counted, &mut page.counted), (self.stated, &mut page.stated)]
        {
            let proofs: Proofs = proofs.into_iter().filter(|(_, at)| is_of_our_time(*at, captured_at)).collect();
            let times = |minutes: i16| proofs.iter().filter(|(other, _)| *other == minutes).count();
            for (minutes, at) in proofs.iter().filter(|(minutes, _)| times(*minutes) >= LEAST_PROOFS) {
                seen.add(*minutes, *at);
            }
        }
        memory.absorb(&page);
    }
}

impl Clocks {
    fn sort(&mut self, text: &DateText, found: &Candidate, context: &DateContext<'_>) {
        let settled = &found.settled;
        if settled.value.precision < Precision::Minute || found.label == Some(Label::Updated) {
            return;
        }
        let value = settled.value;
        let minute = |at: DateTime| at.date().at(at.hour(), at.minute(), 0, 0);
        match settled.offset_basis {
            Some(OffsetBasis::Stated) if !settled.relative => {
                self.instants.extend(value.offset.and_then(|offset| offset.to_timestamp(minute(value.at)).ok()));
            }
            Some(OffsetBasis::Capture) if matches!(settled.counted_in, Some(Unit::Minute | Unit::Second)) => {
                self.counted.extend(context.offset.and_then(|offset| offset.to_timestamp(minute(value.at)).ok()));
            }
            None if super::is_clock_of_listing(found, text.basis, &text.text) && !settled.ambiguous => {
                self.walls.insert(minute(value.at));
            }
            _ => {}
        }
    }
}

fn only<T: Copy + Ord>(set: &BTreeSet<T>) -> Option<T> {
    set.first().copied().filter(|_| set.len() == 1)
}

/// The offset of a wall clock that shows an instant, which may be so many minutes late.
fn offset(wall: DateTime, instant: Timestamp, stale: i64) -> Option<i16> {
    let shown = Offset::UTC.to_timestamp(wall).ok()?;
    let minutes = shown.duration_since(instant).as_mins();
    let offset = (minutes + STEP_MINUTES / 2).div_euclid(STEP_MINUTES) * STEP_MINUTES;
    let is_near = (minutes - offset).abs() <= stale;
    (is_near && OFFSETS.contains(&offset)).then(|| i16::try_from(offset).ok()).flatten()
}

fn is_of_our_time(at: Timestamp, captured_at: Timestamp) -> bool {
    Offset::UTC.to_datetime(at).year() >= FIRST_YEAR
        && at.duration_since(captured_at) <= SignedDuration::from_hours(24 * DAYS_AHEAD)
}
