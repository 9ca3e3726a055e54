//! How far each input of an ingest was read, so that an interrupted one goes on at its record.

use super::{Store, StoreError};
use rusqlite::{OptionalExtension as _, params};
use std::collections::HashMap;

/// How far one input was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputPlace {
    /// Recognises the same file again (size and start, say); another identity starts from 0.
    pub identity: String,
    /// Everything before this byte offset (or record number: the reader's choice) is committed.
    pub offset: u64,
    /// True when the whole input was read.
    pub finished: bool,
}

impl Store {
    /// How far `path` was read, if it was begun.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn input_place(&self, path: &str) -> Result<Option<InputPlace>, StoreError> {
        let mut find = self.db.prepare_cached("SELECT identity, offset, finished FROM inputs WHERE path = ?1")?;
        let place = find.query_row([path], |row| {
            Ok(InputPlace {
                identity: row.get(0)?,
                offset: row.get::<_, i64>(1)?.cast_unsigned(),
                finished: row.get(2)?,
            })
        });
        Ok(place.optional()?)
    }

    /// How far every input was read, by path.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn input_places(&self) -> Result<HashMap<String, InputPlace>, StoreError> {
        let mut select = self.db.prepare("SELECT path, identity, offset, finished FROM inputs")?;
        let places = select.query_map([], |row| {
            let place = InputPlace {
                identity: row.get(1)?,
                offset: row.get::<_, i64>(2)?.cast_unsigned(),
                finished: row.get(3)?,
            };
            Ok((row.get(0)?, place))
        })?;
        Ok(places.collect::<Result<_, _>>()?)
    }

    /// Keeps how far `path` was read. Inside a batch it is committed together with the snapshots before it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_input_place(&self, path: &str, place: &InputPlace) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO inputs (path, identity, offset, finished) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (path) DO UPDATE SET identity = ?2, offset = ?3, finished = ?4",
            )?
            .execute(params![path, place.identity, place.offset.cast_signed(), place.finished])?;
        Ok(())
    }
}
