//! Which sources are due: their schedule, what happened at the last visits, and the present instant.

use super::pace;
use crate::config::{Config, Schedule, SourceConfig};
use crate::model::Outcome;
use crate::store::{LastVisit, Store, StoreError};
use jiff::{SignedDuration, Timestamp};

/// Visits of a source that are looked at to tell when it is due: how often it failed in a row, how often it publishes.
pub(super) const HISTORY: u32 = 20;

/// First wait after a failed visit; doubled at every further failure, up to the source's own interval.
const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(10);

/// What is due at one instant.
#[derive(Debug, Default)]
pub(super) struct Due<'a> {
    /// The sources to visit.
    pub(super) sources: Vec<&'a SourceConfig>,
    /// How many are not due.
    pub(super) later: usize,
    /// When the first of these will be.
    pub(super) next: Option<Timestamp>,
}

/// The sources that are due at `now`, or exactly those of `names` when there are any. Without a store nothing was
/// visited yet.
pub(super) fn due_now<'a>(
    store: Option<&Store>,
    config: &'a Config,
    names: &[String],
    now: Timestamp,
) -> Result<Due<'a>, StoreError> {
    let mut due = Due::default();
    for source in &config.sources {
        if !names.is_empty() {
            due.sources.extend(names.contains(&source.name).then_some(source));
            continue;
        }
        if source.disabled {
            continue;
        }
        let visits = store.map_or(Ok(Vec::new()), |store| store.last_visits(&source.name, HISTORY))?;
        let next = next_due(source, &visits);
        if next.is_some_and(|next| next <= now) {
            due.sources.push(source);
        } else {
            due.later += 1;
            due.next = due.next.into_iter().chain(next).min();
        }
    }
    Ok(due)
}

/// When a source is due next, at the earliest.
///
/// In: the source with its schedule, and its visits, latest first. Out: the first due time since the last visit, so that
/// a machine that slept catches up once; the epoch for a source that was never visited. After failed visits that may
/// pass, it is 10 minutes after the last one, doubling, up to the source's own interval.
#[must_use]
pub fn next_due(source: &SourceConfig, visits: &[LastVisit]) -> Option<Timestamp> {
    let Some(last) = visits.first() else { return Some(Timestamp::UNIX_EPOCH) };
    let by_schedule = match &source.schedule {
        Schedule::Cron(cron) => cron.next_after(last.started_at),
        Schedule::Auto(bounds) => last.started_at.checked_add(pace::pause(*bounds, visits, &source.name)).ok(),
    };
    let failures = visits.iter().take_while(|visit| failed(visit)).count();
    if failures == 0 {
        return by_schedule;
    }
    let doublings = u32::try_from(failures - 1).unwrap_or(u32::MAX).min(16);
    let retry = last.started_at.checked_add(FIRST_RETRY * 2_i32.pow(doublings)).ok();
    match (by_schedule, retry) {
        (Some(scheduled), Some(retry)) => Some(scheduled.min(retry)),
        (scheduled, retry) => scheduled.or(retry),
    }
}

/// When the next of all sources is due: `now` when one is due already, `None` when none ever will be.
///
/// # Errors
/// When the store cannot be read.
pub fn next_visit(store: &Store, config: &Config, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let due = due_now(Some(store), config, &[], now)?;
    Ok(if due.sources.is_empty() { due.next } else { Some(now) })
}

/// An interrupted visit (no outcome) counts as failed: it is made up for soon.
fn failed(visit: &LastVisit) -> bool {
    visit.outcome.as_deref().and_then(Outcome::parse).is_none_or(Outcome::is_transient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn visit(started_at: &str, outcome: Option<Outcome>) -> LastVisit {
        let started_at = started_at.parse().unwrap();
        let outcome = outcome.map(|outcome| outcome.as_str().to_owned());
        LastVisit {
            started_at,
            finished_at: None,
            outcome,
            detail: None,
            feed_problem: None,
            counts: crate::store::VisitCounts::default(),
        }
    }

    #[test]
    fn due_times() {
        let text = "[source.daily]\nurl = 'https://a.example/'\nschedule = '0 6 * * *'";
        let daily = &Config::parse(Path::new("t.toml"), text).unwrap().sources[0];
        let due = |visits: &[LastVisit]| next_due(daily, visits).unwrap().to_string();
        let ok = |at| visit(at, Some(Outcome::Ok));
        let bad = |at| visit(at, Some(Outcome::Unreachable));
        assert_eq!(due(&[]), "1970-01-01T00:00:00Z", "never visited");
        assert_eq!(due(&[ok("2026-01-01T06:00:01Z")]), "2026-01-02T06:00:00Z");
        assert_eq!(due(&[ok("2026-01-01T05:00:00Z")]), "2026-01-01T06:00:00Z", "slept over several: due once");
        assert_eq!(due(&[bad("2026-01-01T06:00:00Z")]), "2026-01-01T06:10:00Z");
        assert_eq!(due(&[bad("2026-01-01T06:10:00Z"), bad("2026-01-01T06:00:00Z")]), "2026-01-01T06:30:00Z");
        assert_eq!(
            due(&vec![bad("2026-01-01T06:10:00Z"); 40]),
            "2026-01-02T06:00:00Z",
            "never later than the schedule"
        );
        assert_eq!(due(&[visit("2026-01-01T06:00:00Z", None)]), "2026-01-01T06:10:00Z", "interrupted");
        assert_eq!(due(&[visit("2026-01-01T06:00:00Z", Some(Outcome::Gone))]), "2026-01-02T06:00:00Z");
    }
}
