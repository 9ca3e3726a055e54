//! Runs and visits: who was asked when, and how it ended.

use super::{CommitReport, Store, StoreError};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

/// One run in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunId(pub(super) i64);

/// One visit in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VisitId(pub(super) i64);

/// Counts of one visit, summed over its snapshots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct VisitCounts {
    /// Records on the pages.
    pub seen: u64,
    /// Of these, first sighted now.
    pub new: u64,
    /// Of these, known before.
    pub repeats: u64,
    /// Of the repeats, with another title or excerpt.
    pub revised: u64,
    /// Not kept.
    pub rejected: u64,
    /// Of `seen`, with a date of publication.
    pub dated: u64,
}

impl VisitCounts {
    /// Adds what one snapshot gave.
    pub fn add(&mut self, report: &CommitReport) {
        self.seen += report.seen;
        self.new += report.new;
        self.repeats += report.repeats;
        self.revised += report.revised;
        self.rejected += report.rejected;
        self.dated += report.dated;
    }
}

/// How a visit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitReport {
    /// When it ended.
    pub finished_at: Timestamp,
    /// One word: the pipeline's verdict (`ok`, `quiet`, `broken`, …).
    pub outcome: String,
    /// The reason in words, where there is one.
    pub detail: Option<String>,
    /// Why the feed of the source could not be read, where it could not.
    pub feed_problem: Option<String>,
    /// What it gave.
    pub counts: VisitCounts,
}

/// A visit as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastVisit {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` for a visit that was interrupted.
    pub finished_at: Option<Timestamp>,
    /// Its outcome; `None` for a visit that was interrupted.
    pub outcome: Option<String>,
    /// The reason in words, where there is one.
    pub detail: Option<String>,
    /// Why the feed of the source could not be read, where it could not.
    pub feed_problem: Option<String>,
    /// What it gave.
    pub counts: VisitCounts,
}

impl Store {
    /// Begins a run of `command`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn begin_run(&self, command: &str, at: Timestamp) -> Result<RunId, StoreError> {
        let mut insert =
            self.db.prepare_cached("INSERT INTO runs (command, started_at) VALUES (?1, ?2) RETURNING run")?;
        Ok(RunId(insert.query_row(params![command, at.as_millisecond()], |row| row.get(0))?))
    }

    /// Ends a run and brings the full-text index up to date.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn finish_run(&self, run: RunId, at: Timestamp) -> Result<(), StoreError> {
        let mut update = self.db.prepare_cached("UPDATE runs SET finished_at = ?2 WHERE run = ?1")?;
        update.execute(params![run.0, at.as_millisecond()])?;
        Ok(())
    }

    /// Begins a visit at a source.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn begin_visit(&mut self, run: RunId, source: &str, at: Timestamp) -> Result<VisitId, StoreError> {
        let source = self.source_number(source)?;
        let mut insert = self
            .db
            .prepare_cached("INSERT INTO visits (run, source, started_at) VALUES (?1, ?2, ?3) RETURNING visit")?;
        Ok(VisitId(insert.query_row(params![run.0, source, at.as_millisecond()], |row| row.get(0))?))
    }

    /// Ends a visit with its outcome and counts.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn record_visit(&self, visit: VisitId, report: &VisitReport) -> Result<(), StoreError> {
        let n = &report.counts;
        self.db
            .prepare_cached(
                "UPDATE visits SET finished_at = ?2, outcome = ?3, detail = ?4, seen = ?5, new = ?6, repeats = ?7,
                   revised = ?8, rejected = ?9, dated = ?10, feed_problem = ?11 WHERE visit = ?1",
            )?
            .execute(params![
                visit.0,
                report.finished_at.as_millisecond(),
                report.outcome,
                report.detail,
                n.seen.cast_signed(),
                n.new.cast_signed(),
                n.repeats.cast_signed(),
                n.revised.cast_signed(),
                n.rejected.cast_signed(),
                n.dated.cast_signed(),
                report.feed_problem
            ])?;
        Ok(())
    }

    /// The latest visit at a source.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn last_visit(&self, source: &str) -> Result<Option<LastVisit>, StoreError> {
        Ok(self.last_visits(source, 1)?.pop())
    }

    /// The latest visits at a source, latest first, at most `limit`.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn last_visits(&self, source: &str, limit: u32) -> Result<Vec<LastVisit>, StoreError> {
        let Some(source) = self.known_source(source)? else { return Ok(Vec::new()) };
        let mut find = self.db.prepare_cached(
            "SELECT started_at, finished_at, outcome, detail, seen, new, repeats, revised, rejected, dated, feed_problem
             FROM visits WHERE source = ?1 ORDER BY started_at DESC, visit DESC LIMIT ?2",
        )?;
        let visits = find.query_map(params![source, limit], visit_of)?.collect::<Result<_, _>>()?;
        Ok(visits)
    }

    /// When the latest visit began that found a record it did not know.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn last_new(&self, source: &str) -> Result<Option<Timestamp>, StoreError> {
        let Some(source) = self.known_source(source)? else { return Ok(None) };
        let mut find = self.db.prepare_cached(
            "SELECT started_at FROM visits WHERE source = ?1 AND new > 0 ORDER BY started_at DESC, visit DESC LIMIT 1",
        )?;
        Ok(find.query_row([source], |row| instant(row, 0)).optional()?)
    }
}

fn visit_of(row: &Row<'_>) -> rusqlite::Result<LastVisit> {
    let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    Ok(LastVisit {
        started_at: instant(row, 0)?,
        finished_at: row.get::<_, Option<i64>>(1)?.map(|_| instant(row, 1)).transpose()?,
        outcome: row.get(2)?,
        detail: row.get(3)?,
        feed_problem: row.get(10)?,
        counts: VisitCounts {
            seen: count(4)?,
            new: count(5)?,
            repeats: count(6)?,
            revised: count(7)?,
            rejected: count(8)?,
            dated: count(9)?,
        },
    })
}

/// The instant in a column of milliseconds.
pub(super) fn instant(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let ms: i64 = row.get(column)?;
    Timestamp::from_millisecond(ms).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Integer, error.into())
    })
}
