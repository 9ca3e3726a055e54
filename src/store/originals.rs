//! Which snapshots a source has, and where their originals are.

use super::visits::instant;
use super::{Store, StoreError};
use crate::model::Digest;
use jiff::Timestamp;
use std::path::PathBuf;

/// One kept snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSnapshot {
    /// Its number.
    pub number: i64,
    /// URL or path of its page.
    pub page: String,
    /// When it was captured.
    pub captured_at: Timestamp,
    /// How that is known, as stored.
    pub captured_basis: String,
    /// SHA-256 of the body.
    pub digest: Digest,
    /// The file that holds the original; `None` when none was kept.
    pub file: Option<PathBuf>,
    /// Where in the file, when it holds more than one.
    pub offset: Option<u64>,
    /// True for a page of a visit at the live end of its listing.
    pub is_visit: bool,
    /// True when its visit found that the page is not the listing, and kept no records.
    pub is_barred: bool,
    /// True for a capture of the feed of the source: it fills records in and makes none.
    pub is_feed: bool,
    /// Columns of rows by field, as they were told when it was kept.
    pub columns: Vec<(String, String)>,
}

/// Columns of rows from their JSON; none where none were told.
fn columns(told: Option<String>) -> Vec<(String, String)> {
    told.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
}

impl Store {
    /// The snapshots of a source, in the order in which they were kept.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn kept_snapshots(&self, source: &str) -> Result<Vec<KeptSnapshot>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT n.snapshot, p.url, n.captured_at, n.captured_basis, n.digest, f.path, n.offset, n.visit IS NOT NULL,
               coalesce(v.outcome IN ('broken', 'blocked', 'gone') AND g.records = '[]', 0), n.listing IS NULL, n.columns
             FROM snapshots n JOIN pages p ON p.page = n.page JOIN sources s ON s.source = p.source
             LEFT JOIN files f ON f.file = n.file LEFT JOIN visits v ON v.visit = n.visit
             LEFT JOIN sightings g ON g.snapshot = n.snapshot
             WHERE s.name = ?1 ORDER BY n.snapshot",
        )?;
        let rows = select.query_map([source], |row| {
            Ok(KeptSnapshot {
                number: row.get(0)?,
                page: row.get(1)?,
                captured_at: instant(row, 2)?,
                captured_basis: row.get(3)?,
                digest: Digest(row.get(4)?),
                file: row.get::<_, Option<String>>(5)?.map(PathBuf::from),
                offset: row.get::<_, Option<i64>>(6)?.map(i64::cast_unsigned),
                is_visit: row.get(7)?,
                is_barred: row.get(8)?,
                is_feed: row.get(9)?,
                columns: columns(row.get(10)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Names of all sources.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn source_names(&self) -> Result<Vec<String>, StoreError> {
        let mut select = self.db.prepare_cached("SELECT name FROM sources ORDER BY name")?;
        let names = select.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Closes the database so that it is one file, which another connection can attach.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn seal(self) -> Result<(), StoreError> {
        self.db.pragma_update(None, "journal_mode", "delete")?;
        Ok(())
    }
}
