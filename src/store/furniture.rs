//! Furniture across snapshots: a block that snapshots of different pages share although they share no other teaser.
//!
//! Only blocks without a link and a date of their own are suspected: an article on two pages has its link to prove
//! itself. Each new snapshot is compared with the first and the last one that showed the block, which are the likeliest to have
//! nothing else in common; so the cost does not grow with the archive, and nothing more is stored.

use super::moment::Moment;
use super::{Store, StoreError};
use crate::model::{FurnitureReason, Record};
use rusqlite::{OptionalExtension as _, params};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// One sighted record of the snapshot in hand.
pub(super) struct Sight<'a> {
    pub(super) record: &'a Record,
    pub(super) number: i64,
    /// First and last sighting before this one; `None` for a new record.
    pub(super) before: Option<(Moment, Moment)>,
}

/// Two boxes may stand on every page; three shared blocks are a list that moved on.
const MAX_SHARED: usize = 2;

/// Pages with fewer teasers of their own prove nothing: an article's page shares its one teaser with the listing.
const MIN_OWN: usize = 3;

/// A teaser that stands in the first quarter of one list and in the last of the other has moved through the list.
const END: f64 = 0.25;

/// Another snapshot, as far as furniture is found by it.
struct Other {
    page: i64,
    records: Vec<i64>,
}

impl Store {
    /// Suppresses what this snapshot proves to be furniture.
    pub(super) fn find_furniture(&self, source: i64, snapshot: i64, sights: &[Sight<'_>]) -> Result<(), StoreError> {
        let suspects: HashSet<i64> = sights.iter().filter(|sight| is_suspect(sight.record)).map(|s| s.number).collect();
        if suspects.is_empty() || sights.len() < MIN_OWN {
            return Ok(());
        }
        let page: i64 = self
            .db
            .prepare_cached("SELECT page FROM snapshots WHERE snapshot = ?1")?
            .query_row([snapshot], |row| row.get(0))?;
        let own: Vec<i64> = sights.iter().map(|sight| sight.number).collect();
        let mut others = HashMap::<Moment, Option<Other>>::new();
        for sight in sights.iter().filter(|sight| suspects.contains(&sight.number)) {
            let Some((first, last)) = sight.before else { continue };
            for moment in [first, last] {
                let other = match others.entry(moment) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(self.snapshot_at(moment, source)?),
                };
                let Some(other) = other.as_ref().filter(|other| other.page != page) else { continue };
                if is_proof(sight.number, &own, &other.records, &suspects) {
                    self.suppress_shared(source, sight.number)?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// The snapshot of a source at a moment: the moment holds the start of its key.
    fn snapshot_at(&self, moment: Moment, source: i64) -> Result<Option<Other>, StoreError> {
        let from = moment.1 << 32;
        let mut select = self.db.prepare_cached(
            "SELECT n.page, g.records FROM snapshots n JOIN sightings g ON g.snapshot = n.snapshot
             JOIN pages p ON p.page = n.page
             WHERE n.key BETWEEN ?1 AND ?2 AND n.captured_at = ?3 AND p.source = ?4",
        )?;
        let found = select
            .query_row(params![from, from | 0xFFFF_FFFF, moment.0, source], |row| {
                Ok((row.get(0)?, row.get::<_, String>(1)?))
            })
            .optional()?;
        let Some((page, json)) = found else { return Ok(None) };
        let mut records: Vec<i64> = serde_json::from_str(&json)?;
        records.retain(|record| *record != 0);
        Ok(Some(Other { page, records }))
    }

    fn suppress_shared(&self, source: i64, record: i64) -> Result<(), StoreError> {
        let mut shown = self.db.prepare_cached(
            "SELECT t.published_at IS NOT NULL FROM teasers t WHERE t.record = ?1 AND t.furniture IS NULL
               AND t.record NOT IN (SELECT record FROM pardons)",
        )?;
        match shown.query_row([record], |row| row.get(0)).optional()? {
            Some(dated) => self.suppress(source, record, dated, FurnitureReason::SharedAcrossPages),
            None => Ok(()),
        }
    }

    /// Takes back a verdict: the record with this id is shown again, and never suppressed anew. False when nothing
    /// suppressed has this id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn restore(&mut self, id: &str) -> Result<bool, StoreError> {
        let nested = self.begin_batch()?;
        let found: Option<(i64, i64, bool)> = self
            .db
            .prepare_cached(
                "SELECT record, source, published_at IS NOT NULL FROM teasers
                 WHERE furniture IS NOT NULL AND lower(hex(id)) = lower(?1)",
            )?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        if let Some((record, source, dated)) = found {
            self.db.prepare_cached("UPDATE teasers SET furniture = NULL WHERE record = ?1")?.execute([record])?;
            self.db.prepare_cached("INSERT OR IGNORE INTO pardons (record) VALUES (?1)")?.execute([record])?;
            self.count(source, 1, i64::from(dated))?;
            self.log_change(record, "restored", None)?;
        }
        if !nested {
            self.end_batch()?;
        }
        Ok(found.is_some())
    }

    /// Was a verdict on this record taken back?
    pub(super) fn is_pardoned(&self, record: i64) -> Result<bool, StoreError> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM pardons WHERE record = ?1")?;
        Ok(find.query_row([record], |_| Ok(())).optional()?.is_some())
    }
}

fn is_suspect(record: &Record) -> bool {
    record.url.is_none() && record.published_at.is_none()
}

/// Do two lists share `record`, at a place of its own, and nothing else that could be an article?
fn is_proof(record: i64, own: &[i64], other: &[i64], suspects: &HashSet<i64>) -> bool {
    let theirs: HashSet<i64> = other.iter().copied().collect();
    let shared: Vec<i64> = own.iter().copied().filter(|record| theirs.contains(record)).collect();
    shared.len() <= MAX_SHARED
        && own.len() >= shared.len() + MIN_OWN
        && other.len() >= shared.len() + MIN_OWN
        && shared.iter().all(|record| suspects.contains(record))
        && !has_moved(place(record, own), place(record, other))
}

fn has_moved(one: f64, other: f64) -> bool {
    one.min(other) < END && one.max(other) > 1.0 - END
}

/// Place of a record in a list, 0.0 = first, 1.0 = last.
#[expect(clippy::cast_precision_loss, reason = "ranks on a page")]
fn place(record: i64, list: &[i64]) -> f64 {
    let rank = list.iter().position(|other| *other == record).unwrap_or_default();
    rank as f64 / (list.len().max(2) - 1) as f64
}
