//! A small SQLite file with one table, for those who want the records and nothing of how they came.

use super::ExportError;
use crate::model::StoredRecord;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;

/// Writes records to a new SQLite file.
pub struct SqliteExporter {
    db: Connection,
}

impl SqliteExporter {
    /// Begins an export to the empty file at `path`.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn create(path: &Path) -> Result<Self, ExportError> {
        let db = Connection::open(path)?;
        // The file is thrown away when anything fails: no journal is needed.
        db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
        let columns: Vec<String> = StoredRecord::FIELDS
            .iter()
            .map(|field| match *field {
                "id" => "id TEXT PRIMARY KEY".to_owned(),
                "position" | "sightings" => format!("{field} INTEGER NOT NULL"),
                field => format!("{field} TEXT"),
            })
            .collect();
        db.execute_batch(&format!("CREATE TABLE records ({}) STRICT", columns.join(", ")))?;
        Ok(Self { db })
    }

    /// Writes one record.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&mut self, record: &StoredRecord) -> Result<(), ExportError> {
        let places = vec!["?"; StoredRecord::FIELDS.len()].join(", ");
        let mut insert = self.db.prepare_cached(&format!("INSERT INTO records VALUES ({places})"))?;
        insert.execute(params_from_iter(record.texts()))?;
        Ok(())
    }

    /// Ends the export.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn finish(self) -> Result<(), ExportError> {
        self.db.execute_batch("COMMIT")?;
        self.db.close().map_err(|(_, error)| error)?;
        Ok(())
    }
}
