//! Small integers for names that stand in many rows, remembered per connection.

use super::{Store, StoreError};
use rusqlite::{Connection, OptionalExtension as _, ToSql, params};
use std::collections::HashMap;

/// Names kept in memory at most; past it all are forgotten and looked up again.
const REMEMBERED: usize = 10_000;

/// Numbers already looked up.
#[derive(Debug, Default)]
pub(super) struct Names {
    sources: HashMap<String, i64>,
    pages: HashMap<(i64, String), i64>,
    files: HashMap<String, i64>,
}

impl Names {
    /// Forgets everything: after a rollback a remembered number may name nothing.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Store {
    /// Number of a source, made if need be.
    pub(super) fn source_number(&mut self, name: &str) -> Result<i64, StoreError> {
        if let Some(&number) = self.names.sources.get(name) {
            return Ok(number);
        }
        let number = find_or_make(
            &self.db,
            "SELECT source FROM sources WHERE name = ?1",
            "INSERT INTO sources (name) VALUES (?1) RETURNING source",
            params![name],
        )?;
        bounded(&mut self.names.sources).insert(name.to_owned(), number);
        Ok(number)
    }

    /// Number of a source that is known.
    pub(super) fn known_source(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let mut find = self.db.prepare_cached("SELECT source FROM sources WHERE name = ?1")?;
        Ok(find.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Number of a page of a source, made if need be.
    pub(super) fn page_number(&mut self, source: i64, url: &str) -> Result<i64, StoreError> {
        let key = (source, url.to_owned());
        if let Some(&number) = self.names.pages.get(&key) {
            return Ok(number);
        }
        let number = find_or_make(
            &self.db,
            "SELECT page FROM pages WHERE source = ?1 AND url = ?2",
            "INSERT INTO pages (source, url) VALUES (?1, ?2) RETURNING page",
            params![source, url],
        )?;
        bounded(&mut self.names.pages).insert(key, number);
        Ok(number)
    }

    /// Number of a file that holds originals, made if need be.
    pub(super) fn file_number(&mut self, path: &str) -> Result<i64, StoreError> {
        if let Some(&number) = self.names.files.get(path) {
            return Ok(number);
        }
        let number = find_or_make(
            &self.db,
            "SELECT file FROM files WHERE path = ?1",
            "INSERT INTO files (path) VALUES (?1) RETURNING file",
            params![path],
        )?;
        bounded(&mut self.names.files).insert(path.to_owned(), number);
        Ok(number)
    }
}

fn bounded<K, V>(map: &mut HashMap<K, V>) -> &mut HashMap<K, V> {
    if map.len() >= REMEMBERED {
        map.clear();
    }
    map
}

fn find_or_make(db: &Connection, find: &str, make: &str, key: &[&dyn ToSql]) -> Result<i64, StoreError> {
    if let Some(number) = db.prepare_cached(find)?.query_row(key, |row| row.get(0)).optional()? {
        return Ok(number);
    }
    Ok(db.prepare_cached(make)?.query_row(key, |row| row.get(0))?)
}
