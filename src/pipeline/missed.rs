//! Visits that a run missed because another writer held the lock.
//!
//! A run that finds the lock taken may not write to the database. It leaves a line in `<database>.missed`, and the
//! next run that gets the lock keeps what stands there.

use super::due::due_now;
use super::lock::{LockError, beside};
use crate::config::Config;
use crate::store::{MissedVisit, Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;
use tracing::warn;

/// What stands in the file at most; past it nothing is added until a run gets the lock. A year of a run every ten
/// minutes with ten sources.
const MAX_BYTES: u64 = 16 << 20;

/// One run that had to leave.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    holder: String,
    sources: Vec<String>,
}

/// Notes the visits that were due at `now` and are missed because of `held`. Does not touch the database but to read
/// what is due, and fails never: what cannot be noted is said in the log.
pub fn note_missed_visits(database: &Path, config: &Config, names: &[String], now: Timestamp, held: &LockError) {
    let LockError::Held { holder, .. } = held else { return };
    let noted = due(database, config, names, now).map_err(|error| error.to_string()).and_then(|sources| {
        let line = Line { at: now, holder: holder.clone(), sources };
        if line.sources.is_empty() { Ok(()) } else { append(database, &line).map_err(|error| error.to_string()) }
    });
    if let Err(problem) = noted {
        warn!("the missed visits could not be noted: {problem}");
    }
}

fn due(database: &Path, config: &Config, names: &[String], now: Timestamp) -> Result<Vec<String>, StoreError> {
    let store = if database.is_file() { Some(Store::open_read_only(database)?) } else { None };
    let due = due_now(store.as_ref(), config, names, now)?;
    Ok(due.sources.into_iter().map(|source| source.name.clone()).collect())
}

/// One call writes the whole line, so that lines of two runs do not mix.
fn append(database: &Path, line: &Line) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(beside(database, "missed"))?;
    if file.metadata()?.len() > MAX_BYTES {
        return Ok(());
    }
    file.write_all(format!("{}\n", serde_json::to_string(line)?).as_bytes())
}

/// Moves what runs noted while the lock was held into the store. For the holder of the lock.
///
/// Killed in between, the next call does it again, and nothing counts twice.
///
/// # Errors
/// When the database fails. A file that cannot be read is said in the log.
pub fn keep_missed_visits(store: &mut Store, database: &Path) -> Result<(), StoreError> {
    let path = beside(database, "missed");
    match lines(&path) {
        Ok(lines) if lines.is_empty() => {}
        Ok(lines) => {
            let missed = lines.into_iter().flat_map(|Line { at, holder, sources }| {
                sources.into_iter().map(move |source| MissedVisit { source, holder: holder.clone(), at })
            });
            store.keep_missed_visits(missed)?;
            // A run that is turned away right now may have added a line: it is lost with the file, and is one of many.
            if let Err(problem) = fs::remove_file(&path) {
                warn!("`{}` cannot be removed: {problem}", path.display());
            }
        }
        Err(problem) => warn!("the missed visits cannot be read: {problem}"),
    }
    Ok(())
}

/// Visits that were missed and that no run has kept yet, by source.
pub(super) fn waiting(database: &Path) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    // A file that cannot be read is told by the next run.
    for source in lines(&beside(database, "missed")).unwrap_or_default().into_iter().flat_map(|line| line.sources) {
        *counts.entry(source).or_default() += 1;
    }
    counts
}

/// The lines of the file; one that a crash cut is left out.
fn lines(path: &Path) -> io::Result<Vec<Line>> {
    let mut text = String::new();
    match File::open(path) {
        Ok(file) => file.take(2 * MAX_BYTES).read_to_string(&mut text)?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_due_is_kept_once_whatever_happens_in_between() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let config = "[source.a]\nurl = 'https://a.example/'\n[source.b]\nurl = 'https://b.example/'\ndisabled = true";
        let config = Config::parse(Path::new("t.toml"), config).unwrap();
        let held = LockError::Held {
            path: beside(&database, "lock"),
            holder: "`tearsheet ingest`, process 1".to_owned(),
            since: String::new(),
        };
        let instant = |text: &str| text.parse::<Timestamp>().unwrap();
        let (first, last) = (instant("2026-01-01T00:00:00Z"), instant("2026-01-01T00:10:00Z"));
        note_missed_visits(&database, &config, &[], first, &held);
        note_missed_visits(&database, &config, &[], last, &held);
        let path = beside(&database, "missed");
        let mut torn = fs::read(&path).unwrap();
        torn.extend_from_slice(b"{\"at\":\"2026-");

        let mut store = Store::open(&database).unwrap();
        for _ in 0..2 {
            // As if killed before the file was removed.
            File::create(&path).unwrap().write_all(&torn).unwrap();
            keep_missed_visits(&mut store, &database).unwrap();
            assert!(!path.exists());
        }
        let missed = store.missed_visits("a").unwrap();
        assert_eq!(missed.len(), 1);
        let missed = &missed[0];
        assert_eq!((missed.count, missed.first_at, missed.last_at), (2, first, last));
        assert_eq!(missed.holder, "`tearsheet ingest`, process 1");
        assert_eq!(store.missed_visits("b").unwrap(), []);
    }
}
