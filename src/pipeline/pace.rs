//! How often an automatic schedule visits a source: as often as it publishes.
//!
//! In: the visits of a source and what each found new. Out: the pause before the next one. Nothing is stored: the same
//! history gives the same pause.
//!
//! Source: the square-root law of inventory theory (Harris, 1913). A pause of `p` hours costs one request, and the
//! records published in it wait `p / 2` hours each; with `r` new records an hour, `worth / p + r * p / 2` is least for
//! `p = sqrt(2 * worth / r)`. So a source that publishes four times as much is visited twice as often.

use crate::config::AutoBounds;
use crate::store::LastVisit;
use jiff::{SignedDuration, Timestamp};

/// Hours that records may wait in sum for one request less. Chosen on the publishing times of 19 listings:
/// `docs/measurements.md`, "Automatic schedules".
const WORTH_OF_A_REQUEST: f64 = 20.0;
/// Pauses differ by up to this share in either direction, so that a hundred sources added together drift apart.
const SPREAD: f64 = 0.1;

/// The pause between the last visit and the next.
///
/// In: `visits`, latest first; the oldest one only marks where the history begins, since what it found new may be years
/// old. `seed` tells sources apart. Out: a pause within `bounds`.
pub(super) fn pause(bounds: AutoBounds, visits: &[LastVisit], seed: &str) -> SignedDuration {
    let (Some(last), Some(oldest)) = (visits.first(), visits.last()) else { return bounds.shortest };
    let hours = last.started_at.duration_since(oldest.started_at).as_secs_f64() / 3_600.0;
    if hours <= 0.0 {
        return bounds.shortest;
    }
    let found: u64 = visits[..visits.len() - 1].iter().map(|visit| visit.counts.new).sum();
    // One more than was found: a silent source is visited ever less, and never not at all.
    #[expect(clippy::cast_precision_loss, reason = "a count of records")]
    let rate = (found + 1) as f64 / hours;
    let wanted = (2.0 * WORTH_OF_A_REQUEST / rate).sqrt() * 3_600.0;
    let (shortest, longest) = (bounds.shortest.as_secs_f64(), bounds.longest.as_secs_f64());
    let seconds = wanted.clamp(shortest, longest) * (1.0 + SPREAD * spread(seed, last.started_at));
    SignedDuration::from_secs_f64(seconds.clamp(shortest, longest))
}

/// A number in -1.0..=1.0 that differs by source and visit: FNV-1a, since it must be the same on every machine.
fn spread(seed: &str, visit: Timestamp) -> f64 {
    let bytes = seed.bytes().chain(visit.as_second().to_le_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    f64::from(u32::try_from(hash >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX) * 2.0 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::VisitCounts;

    /// Visits every `hours`, latest first, each of which found `new` records.
    fn visits(number: i64, hours: i64, new: u64) -> Vec<LastVisit> {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let visit = |i: i64| LastVisit {
            started_at: start + SignedDuration::from_hours(i * hours),
            finished_at: None,
            outcome: Some("ok".to_owned()),
            detail: None,
            feed_problem: None,
            counts: VisitCounts { new, ..VisitCounts::default() },
        };
        (0..number).rev().map(visit).collect()
    }

    #[test]
    fn busy_sources_are_visited_more_often_and_silent_ones_within_the_bounds() {
        let bounds = AutoBounds { shortest: SignedDuration::from_hours(1), longest: SignedDuration::from_hours(48) };
        let hours = |visits: &[LastVisit]| pause(bounds, visits, "a").as_secs_f64() / 3_600.0;
        assert!((hours(&[]) - 1.0).abs() < 0.01, "never visited");
        assert!((hours(&visits(1, 1, 500)) - 1.0).abs() < 0.01, "what the first visit finds says nothing");
        assert!((hours(&visits(20, 1, 100)) - 1.0).abs() < 0.11, "never more often than the shortest pause");
        let (four, one) = (hours(&visits(20, 5, 20)), hours(&visits(20, 5, 5)));
        assert!((1.6..2.5).contains(&(one / four)), "a quarter of the news, half of the visits: {four} and {one}");
        assert!((hours(&visits(20, 24, 0)) - 48.0).abs() < 5.0, "never less often than the longest pause");
    }

    #[test]
    fn sources_drift_apart() {
        let bounds = AutoBounds { shortest: SignedDuration::from_hours(1), longest: SignedDuration::from_hours(48) };
        let history = visits(20, 5, 5);
        let pauses: std::collections::BTreeSet<i64> =
            (0..50).map(|n| pause(bounds, &history, &format!("source-{n}")).as_secs() / 60).collect();
        assert!(pauses.len() > 20, "{pauses:?}");
    }
}
