//! Near-duplicates: keys to find them by, links between them, and the cluster of each record.
//!
//! Works behind the commits, along the change log: what is new or differs is compared by the pipeline, and a crash
//! between the two costs nothing. The cluster's id is that of its earliest record, so it does not depend on the order.

use super::{Store, StoreError};
use crate::model::{NearLink, NearText};
use rusqlite::{OptionalExtension as _, Row, params};
use std::collections::BTreeSet;

/// Records that one key finds at most. What more records share is a formula, and comparing all would be quadratic.
pub const MAX_CANDIDATES: u32 = 64;

/// Records in one cluster at most that are settled together.
const MAX_CLUSTER: usize = 5_000;

/// Name of the place in `indexed`.
const CURSOR: &str = "clusters";

/// The text of a record that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedText {
    /// What near-duplicates are found by; empty when the record is no longer shown.
    pub text: NearText,
    /// True when the record was looked at never before.
    pub is_new: bool,
    /// True when the view `records` shows it.
    pub is_shown: bool,
}

impl Store {
    /// How many changes near-duplicates were not looked for in yet.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn changes_to_link(&self) -> Result<i64, StoreError> {
        Ok(self.last_change()? - self.cursor(CURSOR)?)
    }

    /// The texts that changed since near-duplicates were last looked for, oldest change first, from at most `limit`
    /// changes; and the last of these changes, `None` when there were none. A record that is no longer shown has no text, and
    /// changes of clusters are passed over: no texts do not mean that no changes are left.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn changed_texts(&self, limit: u32) -> Result<(Vec<ChangedText>, Option<i64>), StoreError> {
        let from = self.cursor(CURSOR)?;
        let mut select = self.db.prepare_cached(
            "SELECT t.record, t.source, t.title, t.excerpt, iif(t.published_at IS NULL, NULL, t.published_earliest),
               t.published_latest, t.furniture, l.seq, l.kind
             FROM change_log l JOIN teasers t ON t.record = l.record WHERE l.seq > ?1 ORDER BY l.seq LIMIT ?2",
        )?;
        let mut rows = select.query(params![from, limit])?;
        let (mut texts, mut last, mut known) = (Vec::new(), from, BTreeSet::new());
        while let Some(row) = rows.next()? {
            last = row.get(7)?;
            let kind: String = row.get(8)?;
            let text = near_text(row)?;
            // A change of the cluster is our own.
            if kind != "clustered" && known.insert(text.record) {
                let is_shown = row.get::<_, Option<String>>(6)?.is_none();
                let text = if is_shown { text } else { NearText { title: None, excerpt: None, ..text } };
                texts.push(ChangedText { text, is_new: kind == "new", is_shown });
            }
        }
        Ok((texts, (last > from).then_some(last)))
    }

    /// The first records that have a key, shown or not, and whether they are all.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn records_with_key(&self, key: i64) -> Result<(Vec<i64>, bool), StoreError> {
        let mut select =
            self.db.prepare_cached("SELECT record FROM near_keys WHERE key = ?1 ORDER BY record LIMIT ?2")?;
        let mut found: Vec<i64> =
            select.query_map(params![key, MAX_CANDIDATES + 1], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let are_all = found.len() <= MAX_CANDIDATES as usize;
        found.truncate(MAX_CANDIDATES as usize);
        Ok((found, are_all))
    }

    /// The text of a record; `None` when it is not shown.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn near_text(&self, record: i64) -> Result<Option<NearText>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT t.record, t.source, t.title, t.excerpt, iif(t.published_at IS NULL, NULL, t.published_earliest),
               t.published_latest
             FROM teasers t WHERE t.record = ?1 AND t.furniture IS NULL",
        )?;
        Ok(select.query_row([record], near_text).optional()?)
    }

    /// The shown records that share a key with `record`, the first `most` of them.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn near_candidates(&self, key: i64, record: i64, most: u32) -> Result<Vec<NearText>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT t.record, t.source, t.title, t.excerpt, iif(t.published_at IS NULL, NULL, t.published_earliest),
               t.published_latest
             FROM near_keys k JOIN teasers t ON t.record = k.record
             WHERE k.key = ?1 AND k.record <> ?2 AND t.furniture IS NULL ORDER BY k.record LIMIT ?3",
        )?;
        let found = select.query_map(params![key, record, most], near_text)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Adds keys and the records that have them. Sorted they are written fastest: they lie in the order of the keys.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn add_near_keys(&self, keys: &[(i64, i64)]) -> Result<(), StoreError> {
        let mut insert = self.db.prepare_cached("INSERT OR IGNORE INTO near_keys (key, record) VALUES (?1, ?2)")?;
        for (key, record) in keys {
            insert.execute([key, record])?;
        }
        Ok(())
    }

    /// Keeps the links of a record in place of those it had.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_links(&self, changed: &ChangedText, links: &[(i64, NearLink)]) -> Result<(), StoreError> {
        let record = changed.text.record;
        // A new record has no key yet by which another could have found it.
        let old = if changed.is_new { Vec::new() } else { self.neighbors(record)? };
        if old.is_empty() && links.is_empty() {
            return Ok(());
        }
        self.db.prepare_cached("DELETE FROM clusters WHERE record = ?1 OR other = ?1")?.execute([record])?;
        let mut link = self.db.prepare_cached(
            "INSERT OR REPLACE INTO clusters (record, other, reason, similarity) VALUES (min(?1, ?2), max(?1, ?2), ?3, ?4)",
        )?;
        for (other, near) in links {
            // Three digits are all that the measure means.
            link.execute(params![record, other, near.reason, (near.similarity * 1_000.0).round() / 1_000.0])?;
        }
        for unsettled in old.into_iter().chain(links.iter().map(|(other, _)| *other)).chain([record]) {
            self.unsettle(unsettled)?;
        }
        Ok(())
    }

    /// Takes back all links for `reason` between `records`: what they share proved to be a formula.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn drop_links(&self, records: &[i64], reason: &str) -> Result<(), StoreError> {
        let mut delete = self.db.prepare_cached(
            "DELETE FROM clusters WHERE (record = ?1 OR other = ?1) AND reason = ?2 RETURNING record, other",
        )?;
        for record in records {
            let pairs = delete
                .query_map(params![record, reason], |row| Ok([row.get::<_, i64>(0)?, row.get::<_, i64>(1)?]))?
                .collect::<Result<Vec<_>, _>>()?;
            for unsettled in pairs.into_iter().flatten() {
                self.unsettle(unsettled)?;
            }
        }
        Ok(())
    }

    /// Gives every record whose links changed its cluster.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn settle_clusters(&self) -> Result<(), StoreError> {
        loop {
            let mut select = self.db.prepare_cached("SELECT record FROM unsettled LIMIT 1")?;
            let Some(record) = select.query_row([], |row| row.get(0)).optional()? else { break };
            drop(select);
            self.settle(record)?;
        }
        Ok(())
    }

    /// Remembers that changes up to `last` were looked at.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_linked(&self, last: i64) -> Result<(), StoreError> {
        self.keep_cursor(CURSOR, last)
    }

    /// Marks a record whose cluster must be looked at again.
    pub(super) fn unsettle(&self, record: i64) -> Result<(), StoreError> {
        self.db.prepare_cached("INSERT OR IGNORE INTO unsettled (record) VALUES (?1)")?.execute([record])?;
        Ok(())
    }

    fn settle(&self, record: i64) -> Result<(), StoreError> {
        let members = self.members(record)?;
        let mut earliest = self.db.prepare_cached(
            "SELECT y.first_seen, y.first_tie, t.id, t.cluster, t.furniture IS NULL
             FROM tallies y JOIN teasers t ON t.record = y.record WHERE y.record = ?1",
        )?;
        let mut found = Vec::with_capacity(members.len());
        for member in &members {
            found.push(earliest.query_row([member], |row| {
                let key: (i64, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok((key, *member, row.get::<_, Option<i64>>(3)?, row.get::<_, bool>(4)?))
            })?);
        }
        let first = found.iter().min_by(|a, b| a.0.cmp(&b.0)).map(|(_, member, ..)| *member);
        let cluster = first.filter(|_| members.len() > 1);
        let mut update = self.db.prepare_cached("UPDATE teasers SET cluster = ?2 WHERE record = ?1")?;
        let mut settled = self.db.prepare_cached("DELETE FROM unsettled WHERE record = ?1")?;
        for (_, member, before, is_shown) in found {
            if before != cluster {
                update.execute(params![member, cluster])?;
                if is_shown {
                    self.log_change(member, "clustered", Some("cluster"))?;
                }
            }
            settled.execute([member])?;
        }
        Ok(())
    }

    /// All records that hang together with `record`.
    fn members(&self, record: i64) -> Result<BTreeSet<i64>, StoreError> {
        let mut members = BTreeSet::from([record]);
        let mut open = vec![record];
        while let Some(member) = open.pop() {
            for neighbor in self.neighbors(member)? {
                if members.len() < MAX_CLUSTER && members.insert(neighbor) {
                    open.push(neighbor);
                }
            }
        }
        Ok(members)
    }

    fn neighbors(&self, record: i64) -> Result<Vec<i64>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT other FROM clusters WHERE record = ?1 UNION ALL SELECT record FROM clusters WHERE other = ?1",
        )?;
        let found = select.query_map([record], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Up to which change something was brought up to date.
    pub(super) fn cursor(&self, name: &str) -> Result<i64, StoreError> {
        let mut select = self.db.prepare_cached("SELECT seq FROM indexed WHERE name = ?1")?;
        Ok(select.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    pub(super) fn keep_cursor(&self, name: &str, seq: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO indexed (name, seq) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET seq = ?2",
            )?
            .execute(params![name, seq])?;
        Ok(())
    }
}

fn near_text(row: &Row<'_>) -> rusqlite::Result<NearText> {
    let bounds: (Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?);
    Ok(NearText {
        record: row.get(0)?,
        source: row.get(1)?,
        title: row.get(2)?,
        excerpt: row.get(3)?,
        published: bounds.0.zip(bounds.1),
    })
}
