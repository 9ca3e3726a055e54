//! The full-text index: brought up to date behind the commits, along the change log.

use super::{Store, StoreError};
use rusqlite::params;

/// Name of the place in `indexed`.
const CURSOR: &str = "text";

/// Changes taken into the index per transaction.
const STEP: i64 = 50_000;

impl Store {
    /// How many changes the full-text index does not know yet.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn changes_to_index(&self) -> Result<i64, StoreError> {
        Ok(self.last_change()? - self.cursor(CURSOR)?)
    }

    /// Takes the next changes into the full-text index, in one transaction; false when none are left.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn index_texts(&mut self) -> Result<bool, StoreError> {
        let (from, last) = (self.cursor(CURSOR)?, self.last_change()?);
        if from >= last {
            return Ok(false);
        }
        let nested = self.begin_batch()?;
        self.index_step(from, from.saturating_add(STEP).min(last))?;
        if !nested {
            self.end_batch()?;
        }
        Ok(true)
    }

    fn index_step(&self, from: i64, to: i64) -> Result<(), StoreError> {
        let changed = "SELECT DISTINCT record FROM change_log WHERE seq > ?1 AND seq <= ?2 AND kind <> 'clustered'";
        // Only what changed again can stand in the index already.
        self.db
            .prepare_cached(
                "DELETE FROM teasers_fts WHERE rowid IN
                   (SELECT record FROM change_log WHERE seq > ?1 AND seq <= ?2 AND kind NOT IN ('new', 'clustered'))",
            )?
            .execute(params![from, to])?;
        self.db
            .prepare_cached(&format!(
                "INSERT INTO teasers_fts (rowid, title, excerpt)
                 SELECT record, title, excerpt FROM teasers WHERE furniture IS NULL AND record IN ({changed})"
            ))?
            .execute(params![from, to])?;
        self.keep_cursor(CURSOR, to)
    }
}
