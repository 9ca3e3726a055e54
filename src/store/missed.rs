//! Visits that were due and could not be made, because another writer held the lock.

use super::visits::instant;
use super::{Store, StoreError};
use jiff::Timestamp;
use rusqlite::params;

/// One visit that was due at `at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedVisit {
    /// The source that was not visited.
    pub source: String,
    /// Who held the lock, for example "`tearsheet ingest`, process 4711".
    pub holder: String,
    /// When the run had to leave.
    pub at: Timestamp,
}

/// The visits that one holder of the lock has cost a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedVisits {
    /// Who held the lock.
    pub holder: String,
    /// How many.
    pub count: u64,
    /// When the first one was due.
    pub first_at: Timestamp,
    /// When the last one was due.
    pub last_at: Timestamp,
}

impl Store {
    /// Keeps missed visits, in the order of time. Those that are kept already do not count again.
    ///
    /// # Errors
    ///
    /// When the database fails; then none of them is kept.
    pub fn keep_missed_visits(&mut self, missed: impl Iterator<Item = MissedVisit>) -> Result<(), StoreError> {
        let nested = self.begin_batch()?;
        for MissedVisit { source, holder, at } in missed {
            let source = self.source_number(&source)?;
            let mut keep = self.db.prepare_cached(
                "INSERT INTO missed_visits (source, holder, count, first_at, last_at) VALUES (?1, ?2, 1, ?3, ?3)
                 ON CONFLICT (source, holder) DO UPDATE SET count = count + 1, last_at = excluded.last_at
                 WHERE excluded.last_at > last_at",
            )?;
            keep.execute(params![source, holder, at.as_millisecond()])?;
        }
        if nested { Ok(()) } else { self.end_batch() }
    }

    /// The visits at `source` that were missed because another writer held the lock, latest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn missed_visits(&self, source: &str) -> Result<Vec<MissedVisits>, StoreError> {
        let Some(source) = self.known_source(source)? else { return Ok(Vec::new()) };
        let mut select = self.db.prepare_cached(
            "SELECT holder, count, first_at, last_at FROM missed_visits WHERE source = ?1 ORDER BY last_at DESC, holder",
        )?;
        let missed = select.query_map([source], |row| {
            Ok(MissedVisits {
                holder: row.get(0)?,
                count: row.get::<_, i64>(1)?.cast_unsigned(),
                first_at: instant(row, 2)?,
                last_at: instant(row, 3)?,
            })
        })?;
        Ok(missed.collect::<Result<_, _>>()?)
    }
}
