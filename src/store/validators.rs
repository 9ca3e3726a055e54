//! What a server gave us to ask "has it changed?" with.

use super::{Store, StoreError};
use crate::model::{Digest, Validators};
use rusqlite::{OptionalExtension as _, params};

impl Store {
    /// The validators kept for `url`; empty when there are none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn validators(&self, url: &str) -> Result<Validators, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT etag, last_modified, digest, not_modified_streak, distrusted FROM validators WHERE url = ?1",
        )?;
        let found = find.query_row([url], |row| {
            Ok(Validators {
                etag: row.get(0)?,
                last_modified: row.get(1)?,
                digest: row.get::<_, Option<[u8; 32]>>(2)?.map(Digest),
                not_modified_streak: row.get(3)?,
                distrusted: row.get(4)?,
            })
        });
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
                "INSERT OR REPLACE INTO validators (url, etag, last_modified, digest, not_modified_streak, distrusted)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                url,
                validators.etag,
                validators.last_modified,
                validators.digest.map(|digest| digest.0),
                validators.not_modified_streak,
                validators.distrusted
            ])?;
        Ok(())
    }
}
