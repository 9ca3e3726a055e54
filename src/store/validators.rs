//! What a server gave us to ask "has it changed?" with.

use super::{Store, StoreError};
use rusqlite::{OptionalExtension as _, params};

/// HTTP validators of one URL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag` as received.
    pub etag: Option<String>,
    /// `Last-Modified` as received.
    pub last_modified: Option<String>,
}

impl Store {
    /// The validators kept for `url`; empty when there are none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn validators(&self, url: &str) -> Result<Validators, StoreError> {
        let mut find = self.db.prepare_cached("SELECT etag, last_modified FROM validators WHERE url = ?1")?;
        let found = find.query_row([url], |row| Ok(Validators { etag: row.get(0)?, last_modified: row.get(1)? }));
        Ok(found.optional()?.unwrap_or_default())
    }

    /// Keeps the validators of `url`; empty ones are forgotten.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_validators(&self, url: &str, validators: &Validators) -> Result<(), StoreError> {
        if *validators == Validators::default() {
            self.db.prepare_cached("DELETE FROM validators WHERE url = ?1")?.execute([url])?;
            return Ok(());
        }
        self.db
            .prepare_cached(
                "INSERT INTO validators (url, etag, last_modified) VALUES (?1, ?2, ?3)
                 ON CONFLICT (url) DO UPDATE SET etag = ?2, last_modified = ?3",
            )?
            .execute(params![url, validators.etag, validators.last_modified])?;
        Ok(())
    }
}
