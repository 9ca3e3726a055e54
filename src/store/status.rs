//! What `status` shows: per source, its records and its latest visits.

use super::visits::instant;
use super::{LastVisit, Store, StoreError};
use jiff::Timestamp;

/// One source as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// Its name.
    pub source: String,
    /// Records that the view `records` shows.
    pub records: u64,
    /// Of these, with a date of publication.
    pub dated: u64,
    /// Snapshots of its listings.
    pub snapshots: u64,
    /// When the latest of them was captured.
    pub last_captured_at: Option<Timestamp>,
    /// When the latest visit began that found something new.
    pub last_new: Option<Timestamp>,
    /// The latest visits, latest first.
    pub visits: Vec<LastVisit>,
}

impl Store {
    /// Every source that the store knows, by name, each with its latest `visits` visits.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn status(&self, visits: u32) -> Result<Vec<SourceStatus>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT s.name, s.records, s.dated, count(n.snapshot), max(n.captured_at)
             FROM sources s LEFT JOIN pages p ON p.source = s.source LEFT JOIN snapshots n
               ON n.page = p.page AND n.listing IS NOT NULL
             GROUP BY s.source ORDER BY s.name",
        )?;
        let rows = select.query_map([], |row| {
            let captured: Option<i64> = row.get(4)?;
            Ok(SourceStatus {
                source: row.get(0)?,
                records: row.get::<_, i64>(1)?.cast_unsigned(),
                dated: row.get::<_, i64>(2)?.cast_unsigned(),
                snapshots: row.get::<_, i64>(3)?.cast_unsigned(),
                last_captured_at: captured.map(|_| instant(row, 4)).transpose()?,
                last_new: None,
                visits: Vec::new(),
            })
        })?;
        let mut sources = rows.collect::<Result<Vec<_>, _>>()?;
        for status in &mut sources {
            status.last_new = self.last_new(&status.source)?;
            status.visits = self.last_visits(&status.source, visits)?;
        }
        Ok(sources)
    }
}
