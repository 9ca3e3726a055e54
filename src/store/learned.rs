//! What was learned about listings: loaded before a page is read, kept with its snapshot.

use super::{Store, StoreError};
use crate::model::ListingMemory;
use rusqlite::{OptionalExtension as _, params};

impl Store {
    /// What is known about a listing of a source; the default when nothing is.
    ///
    /// # Errors
    ///
    /// When the database fails or holds a memory that cannot be read.
    pub fn memory(&self, source: &str, listing: &str) -> Result<ListingMemory, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT l.memory FROM listings l JOIN sources s ON s.source = l.source WHERE s.name = ?1 AND l.name = ?2",
        )?;
        let json: Option<Option<String>> = find.query_row([source, listing], |row| row.get(0)).optional()?;
        Ok(match json.flatten() {
            Some(json) => serde_json::from_str(&json)?,
            None => ListingMemory::default(),
        })
    }

    /// Keeps the memory of a listing, and its wrapper when that is a new version. Returns the listing's number.
    pub(super) fn keep_memory(
        &self,
        source: i64,
        listing: &str,
        memory: &ListingMemory,
        since: i64,
    ) -> Result<i64, StoreError> {
        let mut find =
            self.db.prepare_cached("SELECT listing, memory FROM listings WHERE source = ?1 AND name = ?2")?;
        let known: Option<(i64, Option<String>)> =
            find.query_row(params![source, listing], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let json = if *memory == ListingMemory::default() { None } else { Some(serde_json::to_string(memory)?) };
        let number = match known {
            Some((number, kept)) if kept == json => return Ok(number),
            Some((number, _)) => {
                let mut update = self.db.prepare_cached("UPDATE listings SET memory = ?2 WHERE listing = ?1")?;
                update.execute(params![number, json])?;
                number
            }
            None => self
                .db
                .prepare_cached("INSERT INTO listings (source, name, memory) VALUES (?1, ?2, ?3) RETURNING listing")?
                .query_row(params![source, listing, json], |row| row.get(0))?,
        };
        if let Some(wrapper) = &memory.wrapper {
            self.db
                .prepare_cached(
                    "INSERT OR IGNORE INTO wrappers (listing, version, wrapper, since) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![number, wrapper.version, serde_json::to_string(&wrapper.items)?, since])?;
        }
        Ok(number)
    }
}
