//! What a server gave us to ask "has it changed?" with.

use super::{Store, StoreError};
use crate::model::{Digest, Validators};
use rusqlite::{OptionalExtension as _, params};

impl Store {
    /// The validators that a source has kept for `url`; empty when there are none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn validators(&self, source: &str, url: &str) -> Result<Validators, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT v.etag, v.last_modified, v.digest, v.not_modified_streak, v.distrusted FROM validators v
             JOIN sources s ON s.source = v.source WHERE s.name = ?1 AND v.url = ?2",
        )?;
        let found = find.query_row([source, url], |row| {
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

    /// Keeps the validators of `url` for a source; empty ones are forgotten.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_validators(&mut self, source: &str, url: &str, validators: &Validators) -> Result<(), StoreError> {
        let source = self.source_number(source)?;
        if *validators == Validators::default() {
            self.db
                .prepare_cached("DELETE FROM validators WHERE source = ?1 AND url = ?2")?
                .execute(params![source, url])?;
            return Ok(());
        }
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO validators (source, url, etag, last_modified, digest, not_modified_streak, distrusted)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                source,
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
