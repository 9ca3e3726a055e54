//! Every source as it stands: what the config says and what the store remembers, side by side.

use super::due::{HISTORY, next_due};
use super::missed::waiting;
use crate::config::Config;
use crate::model::Outcome;
use crate::store::{LastVisit, SourceStatus, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;

/// A source that cannot be reached for so long may have another address.
const LONG_UNREACHABLE: SignedDuration = SignedDuration::from_hours(72);
/// How far back missed visits count.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A source that asks for patience so often in a row is visited too often.
const OFTEN_SLOWED: usize = 3;
/// Visits in a row whose feed could not be read, past which a person should look.
const OFTEN_WITHOUT_FEED: usize = 3;

/// One visit as a point of a chart.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VisitPoint {
    /// When it began.
    pub at: Timestamp,
    /// How it ended; `interrupted` when it did not.
    pub outcome: String,
    /// Records on the page.
    pub seen: u64,
    /// Of these, first sighted then.
    pub new: u64,
    /// Of `seen`, with a date of publication.
    pub dated: u64,
}

/// One source as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SourceHealth {
    /// Its name.
    pub source: String,
    /// False when only dumps or an older config know it.
    pub configured: bool,
    /// Outcome of the last visit.
    pub outcome: Option<String>,
    /// True when only a person can mend it.
    pub needs_person: bool,
    /// The reason in words, where there is one.
    pub detail: Option<String>,
    /// Why its feed could not be read at the last visit, where it could not.
    pub feed_problem: Option<String>,
    /// The one thing to do about it, where there is one.
    pub todo: Option<String>,
    /// When the last visit began.
    pub last_visit: Option<Timestamp>,
    /// When the next one is due; `None` for a source that is not visited.
    pub next_due: Option<Timestamp>,
    /// Records kept.
    pub records: u64,
    /// Of these, with a date of publication.
    pub dated: u64,
    /// Snapshots kept.
    pub snapshots: u64,
    /// When the last visit began that found something new.
    pub last_new: Option<Timestamp>,
    /// Visits of the last week that were due while another writer held the lock.
    pub missed_visits: u64,
    /// The latest visits, oldest first.
    pub visits: Vec<VisitPoint>,
}

/// Bytes on disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct DiskUse {
    /// The database with its journals.
    pub database_bytes: u64,
    /// The archive of originals.
    pub archive_bytes: u64,
}

/// All sources, and what concerns them together.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Health {
    /// All sources of the config and of the store, by name.
    pub sources: Vec<SourceHealth>,
    /// Visits of the last week that were due while another writer held the lock.
    pub missed_visits: u64,
    /// Who held it last.
    pub missed_because_of: Option<String>,
    /// Bytes on disk.
    pub disk: DiskUse,
    /// The one thing to do next; `None` when all is well.
    pub todo: Option<String>,
}

/// All sources of the config and of the store of `database`, as they stand at `now`.
///
/// # Errors
/// When the store cannot be read.
pub fn health(
    store: Option<&Store>,
    config: Option<&Config>,
    database: &Path,
    now: Timestamp,
) -> Result<Health, StoreError> {
    let known = store.map_or(Ok(Vec::new()), |store| store.status(HISTORY))?;
    let mut sources: BTreeMap<String, SourceHealth> =
        known.iter().map(|status| (status.source.clone(), remembered(status))).collect();
    for source in config.into_iter().flat_map(|config| &config.sources) {
        let health = sources.entry(source.name.clone()).or_default();
        health.source.clone_from(&source.name);
        health.configured = true;
        if !source.disabled {
            let visits =
                known.iter().find(|status| status.source == source.name).map(|status| status.visits.as_slice());
            health.next_due = next_due(source, visits.unwrap_or_default());
            health.todo = todo(health, visits.unwrap_or_default());
        }
    }
    let mut health = Health { disk: disk_use(database), ..Health::default() };
    count_missed(&mut health, &mut sources, store, database, now)?;
    health.sources = sources.into_values().collect();
    health.todo = next_thing(&health);
    Ok(health)
}

/// Counts the visits that were missed: those that a run has kept, and those that wait for the next one.
fn count_missed(
    health: &mut Health,
    sources: &mut BTreeMap<String, SourceHealth>,
    store: Option<&Store>,
    database: &Path,
    now: Timestamp,
) -> Result<(), StoreError> {
    let waiting = waiting(database);
    let mut latest = None;
    for source in sources.values_mut() {
        let kept = store.map_or(Ok(Vec::new()), |store| store.missed_visits(&source.source))?;
        let recent: Vec<_> = kept.into_iter().filter(|missed| now.duration_since(missed.last_at) <= WEEK).collect();
        let waits = waiting.get(&source.source).copied().unwrap_or(0);
        source.missed_visits = recent.iter().map(|missed| missed.count).sum::<u64>() + waits;
        health.missed_visits += source.missed_visits;
        latest = latest.max(recent.into_iter().map(|missed| (missed.last_at, missed.holder)).max());
    }
    health.missed_because_of = latest.map(|(_, holder)| holder);
    Ok(())
}

fn remembered(status: &SourceStatus) -> SourceHealth {
    let last = status.visits.first();
    let outcome = last.map(word);
    let needs_person = outcome.as_deref().and_then(Outcome::parse).is_some_and(Outcome::needs_person);
    SourceHealth {
        source: status.source.clone(),
        configured: false,
        outcome,
        needs_person,
        detail: last.and_then(|visit| visit.detail.clone()),
        feed_problem: last.and_then(|visit| visit.feed_problem.clone()),
        todo: None,
        last_visit: last.map(|visit| visit.started_at),
        next_due: None,
        records: status.records,
        dated: status.dated,
        snapshots: status.snapshots,
        last_new: status.last_new,
        missed_visits: 0,
        visits: status.visits.iter().rev().map(point).collect(),
    }
}

fn word(visit: &LastVisit) -> String {
    visit.outcome.clone().unwrap_or_else(|| "interrupted".to_owned())
}

fn point(visit: &LastVisit) -> VisitPoint {
    let counts = visit.counts;
    VisitPoint { at: visit.started_at, outcome: word(visit), seen: counts.seen, new: counts.new, dated: counts.dated }
}

/// What a person should do about a configured source, told by how its latest visits ended.
fn todo(health: &SourceHealth, visits: &[LastVisit]) -> Option<String> {
    let name = &health.source;
    let Some(last) = visits.first() else { return Some(format!("visit it: `tearsheet run {name}`")) };
    let outcome = last.outcome.as_deref().and_then(Outcome::parse)?;
    let detail = last.detail.as_deref().unwrap_or_default();
    let in_a_row = visits.iter().take_while(|visit| visit.outcome == last.outcome).count();
    match outcome {
        Outcome::Broken => Some(format!("see what is read: `tearsheet explain {name}`")),
        Outcome::Blocked => Some("open the page in a browser: it may want a log-in, consent or permission".to_owned()),
        Outcome::Gone => Some(format!("find the new address and set `url` under [source.{name}]")),
        Outcome::Moved => Some(format!("set the new `url` under [source.{name}]: it {detail}")),
        Outcome::Unreachable if unreachable_for(visits) > LONG_UNREACHABLE => {
            Some("look in a browser whether the site still exists".to_owned())
        }
        Outcome::Slowed if in_a_row >= OFTEN_SLOWED => {
            Some(format!("visit it less often: `schedule` under [source.{name}]"))
        }
        Outcome::Ok | Outcome::Unchanged if detail.starts_with("nothing new") => {
            Some("look whether the list has moved to another page".to_owned())
        }
        _ if feed_failed_in_a_row(visits) >= OFTEN_WITHOUT_FEED => {
            Some(format!("find the new address of its feed, or take `feed` out of [source.{name}]"))
        }
        _ => None,
    }
}

/// How many of the latest visits in a row could not read the feed of the source.
fn feed_failed_in_a_row(visits: &[LastVisit]) -> usize {
    visits.iter().take_while(|visit| visit.feed_problem.is_some()).count()
}

/// Time between the latest visit and the first of those that could not reach the source in a row.
fn unreachable_for(visits: &[LastVisit]) -> SignedDuration {
    let failed = visits.iter().take_while(|v| v.outcome.as_deref() == Some(Outcome::Unreachable.as_str()));
    let first = failed.last().map(|visit| visit.started_at);
    first.zip(visits.first()).map_or(SignedDuration::ZERO, |(first, last)| last.started_at.duration_since(first))
}

/// The thing to do for the source that needs it most; else about the lock.
fn next_thing(health: &Health) -> Option<String> {
    let rank = |source: &&SourceHealth| source.outcome.as_deref().and_then(Outcome::parse);
    let worst = health.sources.iter().filter(|source| source.todo.is_some()).max_by_key(rank);
    if let Some((source, todo)) = worst.and_then(|source| Some((source, source.todo.as_ref()?))) {
        return Some(format!("`{}`: {todo}", source.source));
    }
    (health.missed_visits > 0).then(|| {
        let holder = health.missed_because_of.as_deref().unwrap_or("another writer");
        format!("{} visits were missed while {holder} held the lock: let it run at another time", health.missed_visits)
    })
}

fn disk_use(database: &Path) -> DiskUse {
    // What cannot be looked at is counted as nothing: `status` must work beside a writer that deletes old files.
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
    let beside = |ending: &str| {
        let mut path = database.as_os_str().to_owned();
        path.push(ending);
        size(Path::new(&path))
    };
    let archive = walkdir::WalkDir::new(database.with_file_name("archive"));
    let files = archive.into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    DiskUse {
        database_bytes: size(database) + beside("-wal") + beside("-shm"),
        archive_bytes: files.map(|entry| size(entry.path())).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::VisitCounts;

    fn visit(hours: i64, outcome: Outcome, detail: &str) -> LastVisit {
        LastVisit {
            started_at: Timestamp::from_second(hours * 3600).unwrap(),
            finished_at: None,
            outcome: Some(outcome.as_str().to_owned()),
            detail: (!detail.is_empty()).then(|| detail.to_owned()),
            feed_problem: None,
            counts: VisitCounts::default(),
        }
    }

    #[test]
    fn one_thing_to_do_for_each_state() {
        let source = SourceHealth { source: "a".to_owned(), ..SourceHealth::default() };
        let told = |visits: &[LastVisit]| todo(&source, visits).unwrap_or_default();
        assert!(told(&[]).contains("tearsheet run a"));
        assert!(told(&[visit(1, Outcome::Broken, "")]).contains("tearsheet explain a"));
        assert!(told(&[visit(1, Outcome::Gone, "")]).contains("[source.a]"));
        assert_eq!(told(&[visit(9, Outcome::Unreachable, ""), visit(8, Outcome::Unreachable, "")]), "");
        assert!(told(&[visit(99, Outcome::Unreachable, ""), visit(8, Outcome::Unreachable, "")]).contains("browser"));
        assert_eq!(told(&[visit(1, Outcome::Quiet, "")]), "");
        assert!(told(&[visit(1, Outcome::Ok, "nothing new for 9 days")]).contains("moved"));
    }

    #[test]
    fn the_worst_source_comes_first() {
        let source = |name: &str, outcome: Outcome| SourceHealth {
            source: name.to_owned(),
            outcome: Some(outcome.as_str().to_owned()),
            todo: Some("do it".to_owned()),
            ..SourceHealth::default()
        };
        let sources = vec![source("a", Outcome::Moved), source("b", Outcome::Gone), source("c", Outcome::Broken)];
        let mut health = Health { sources, missed_visits: 3, ..Health::default() };
        assert_eq!(next_thing(&health).unwrap(), "`b`: do it");
        health.sources.clear();
        assert!(next_thing(&health).unwrap().contains("3 visits were missed"));
        health.missed_visits = 0;
        assert_eq!(next_thing(&health), None);
    }
}
