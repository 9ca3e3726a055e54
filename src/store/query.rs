//! Records out of the store: filtered, in a stable order, one at a time.

use super::{Store, StoreError};
use crate::model::{MentionedDate, StoredRecord};
use jiff::Timestamp;
use rusqlite::types::{Type, Value};
use rusqlite::{Row, params_from_iter};
use serde::de::DeserializeOwned;

/// Which records are wanted; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Names of sources; empty for all.
    pub sources: Vec<String>,
    /// Published certainly not before this instant.
    pub published_from: Option<Timestamp>,
    /// Published certainly before this instant.
    pub published_before: Option<Timestamp>,
    /// First seen at or after this instant.
    pub first_seen_from: Option<Timestamp>,
    /// First seen before this instant.
    pub first_seen_before: Option<Timestamp>,
    /// Changed after this change.
    pub after_change: Option<i64>,
    /// Of each cluster of near-duplicates only the earliest that passes the other conditions.
    pub unique_cluster: bool,
}

impl Store {
    /// Hands every record that passes `filter` to `each`, and returns the last change that they include.
    ///
    /// Order: first seen, then id; so the same store gives the same sequence, in whatever order it was filled. A
    /// writer beside it is not noticed: all comes from one state.
    ///
    /// # Errors
    ///
    /// When the database fails, or with the first error of `each`.
    pub fn each_record<E: From<StoreError>>(
        &self,
        filter: &Filter,
        mut each: impl FnMut(&StoredRecord) -> Result<(), E>,
    ) -> Result<i64, E> {
        let reading = self.db.unchecked_transaction().map_err(StoreError::from)?;
        let last = self.last_change()?;
        let (sql, values) = filter.sql();
        let mut select = self.db.prepare_cached(&sql).map_err(StoreError::from)?;
        let mut rows = select.query(params_from_iter(values)).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(&stored(row).map_err(StoreError::from)?)?;
        }
        drop(rows);
        drop(select);
        reading.finish().map_err(StoreError::from)?;
        Ok(last)
    }

    /// Number of the last change; 0 in an empty store.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn last_change(&self) -> Result<i64, StoreError> {
        Ok(self.db.query_row("SELECT coalesce(max(seq), 0) FROM change_log", [], |row| row.get(0))?)
    }
}

impl Filter {
    fn sql(&self) -> (String, Vec<Value>) {
        let mut values = Vec::new();
        let mut conditions = vec!["t.furniture IS NULL".to_owned()];
        let mut instant = |condition: &str, at: Option<Timestamp>| {
            if let Some(at) = at {
                values.push(Value::Integer(at.as_millisecond()));
                conditions.push(format!("{condition} ?{}", values.len()));
            }
        };
        instant("t.published_earliest >=", self.published_from);
        instant("t.published_latest <", self.published_before);
        instant("y.first_seen >=", self.first_seen_from);
        instant("y.first_seen <", self.first_seen_before);
        if let Some(seq) = self.after_change {
            values.push(Value::Integer(seq));
            conditions.push(format!("t.record IN (SELECT record FROM change_log WHERE seq > ?{})", values.len()));
        }
        if !self.sources.is_empty() {
            let names = serde_json::to_string(&self.sources).expect("a list of strings is JSON");
            values.push(Value::Text(names));
            conditions.push(format!(
                "t.source IN (SELECT source FROM sources WHERE name IN (SELECT value FROM json_each(?{})))",
                values.len()
            ));
        }
        let chosen = format!(
            "SELECT t.record, t.id, t.cluster, y.first_seen FROM teasers t JOIN tallies y ON y.record = t.record WHERE {}",
            conditions.join(" AND ")
        );
        let chosen = if self.unique_cluster {
            format!(
                "SELECT record, id, first_seen FROM (SELECT *, row_number() OVER
                   (PARTITION BY coalesce(cluster, -record) ORDER BY first_seen, id) AS nth FROM ({chosen})) WHERE nth = 1"
            )
        } else {
            chosen
        };
        let columns: Vec<String> = StoredRecord::FIELDS.iter().map(|field| format!("r.{field}")).collect();
        // The view is asked by record number; sorting moves small rows only.
        let sql = format!(
            "SELECT {} FROM (SELECT record, id, first_seen FROM ({chosen}) ORDER BY first_seen, id) o
             CROSS JOIN numbered_records r ON r.record = o.record ORDER BY o.first_seen, o.id",
            columns.join(", ")
        );
        (sql, values)
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredRecord> {
    Ok(StoredRecord {
        id: row.get(0)?,
        source: row.get(1)?,
        title: row.get(2)?,
        url: row.get(3)?,
        canonical_url: row.get(4)?,
        excerpt: row.get(5)?,
        author: row.get(6)?,
        image_url: row.get(7)?,
        tags: list::<String>(row, 8)?,
        language: row.get(9)?,
        published_at: row.get(10)?,
        published_precision: row.get(11)?,
        published_basis: row.get(12)?,
        published_raw: row.get(13)?,
        published_earliest: row.get(14)?,
        published_latest: row.get(15)?,
        mentioned_dates: list::<MentionedDate>(row, 16)?,
        position: row.get(17)?,
        fingerprint: row.get(18)?,
        first_seen_at: row.get(19)?,
        last_seen_at: row.get(20)?,
        sightings: row.get::<_, i64>(21)?.cast_unsigned(),
        cluster: row.get(22)?,
    })
}

fn list<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    let Some(json) = row.get::<_, Option<String>>(column)? else { return Ok(Vec::new()) };
    serde_json::from_str(&json)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
