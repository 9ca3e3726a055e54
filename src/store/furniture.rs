//! Furniture across snapshots: a block that snapshots of different pages share although they share no other teaser.
//!
//! Only blocks without a date of their own are suspected. One without a link is furniture as soon as two unrelated
//! pages share it. One with a link could be an article that stands on two pages: it is suspected only where
//! nearly all others have dates, and three unrelated pages have to show it. Each new snapshot is compared with all
//! that are kept for the block, and the verdict stands once any two prove it: so the order of ingest plays no part.

use super::{Store, StoreError};
use crate::model::{Basis, FurnitureReason, Record};
use rusqlite::{OptionalExtension as _, params};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// One sighted record of the snapshot in hand.
pub(super) struct Sight<'a> {
    pub(super) record: &'a Record,
    pub(super) number: i64,
}

/// Two boxes may stand on every page; three shared blocks are a list that moved on.
const MAX_SHARED: usize = 2;

/// Pages with fewer teasers of their own prove nothing: an article's page shares its one teaser with the listing.
const MIN_OWN: usize = 3;

/// A teaser that stands in the first quarter of one list and in the last of the other has moved through the list.
const END: f64 = 0.25;

/// Snapshots kept per block: furniture proves itself within the first few pages, and the cost stays bounded.
const MAX_KEPT: i64 = 64;

/// A block with a link is suspected where at least nine of ten others have a date.
const DATED_OTHERS: (usize, usize) = (9, 10);

/// So many other pages have to prove it.
const PAGES_WITH_LINK: usize = 2;

/// A snapshot, as far as furniture is found by it.
#[derive(Debug, Clone)]
struct Seen {
    snapshot: i64,
    page: i64,
    records: Vec<i64>,
}

/// Snapshots loaded in this commit.
type Loaded = HashMap<i64, Seen>;

impl Store {
    /// Suppresses what this snapshot proves to be furniture.
    pub(super) fn find_furniture(&self, source: i64, snapshot: i64, sights: &[Sight<'_>]) -> Result<(), StoreError> {
        let suspects: Vec<&Sight<'_>> = suspects(sights);
        if suspects.is_empty() || sights.len() <= MIN_OWN {
            return Ok(());
        }
        let mut loaded = Loaded::new();
        let seen = self.seen(snapshot, &mut loaded)?;
        for sight in &suspects {
            self.keep_suspect(sight.number, &seen)?;
        }
        for sight in suspects {
            let Some(dated) = self.shown(sight.number)? else { continue };
            if self.is_proven(sight, &seen, &mut loaded)? {
                self.suppress(source, sight.number, dated, FurnitureReason::SharedAcrossPages)?;
            }
        }
        Ok(())
    }

    fn is_proven(&self, sight: &Sight<'_>, seen: &Seen, loaded: &mut Loaded) -> Result<bool, StoreError> {
        let proofs = self.proofs(sight.number, seen, loaded)?;
        if sight.record.url.is_none() {
            return Ok(!proofs.is_empty());
        }
        let pages = |proofs: &[Seen]| proofs.iter().map(|proof| proof.page).collect::<HashSet<_>>().len();
        if pages(&proofs) >= PAGES_WITH_LINK {
            return Ok(true);
        }
        // This snapshot may be the second proof of an earlier one.
        for proof in proofs {
            if pages(&self.proofs(sight.number, &proof, loaded)?) >= PAGES_WITH_LINK {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The snapshots of other pages that share this block with `seen`, and nothing else that could be an article.
    fn proofs(&self, record: i64, seen: &Seen, loaded: &mut Loaded) -> Result<Vec<Seen>, StoreError> {
        let mut others = self.db.prepare_cached("SELECT snapshot FROM suspects WHERE record = ?1 AND page <> ?2")?;
        let others: Vec<i64> =
            others.query_map([record, seen.page], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut proofs = Vec::new();
        for other in others {
            let other = self.seen(other, loaded)?;
            let shared = shared(&seen.records, &other.records);
            if is_proof(record, seen, &other, shared.len()) && self.are_suspects(&shared, seen, &other)? {
                proofs.push(other);
            }
        }
        Ok(proofs)
    }

    /// Are all these records suspected in both snapshots?
    fn are_suspects(&self, records: &[i64], one: &Seen, other: &Seen) -> Result<bool, StoreError> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM suspects WHERE record = ?1 AND snapshot = ?2")?;
        for record in records {
            for snapshot in [one.snapshot, other.snapshot] {
                if find.query_row([*record, snapshot], |_| Ok(())).optional()?.is_none() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn seen(&self, snapshot: i64, loaded: &mut Loaded) -> Result<Seen, StoreError> {
        let place = match loaded.entry(snapshot) {
            Entry::Occupied(known) => return Ok(known.get().clone()),
            Entry::Vacant(place) => place,
        };
        let mut select = self.db.prepare_cached(
            "SELECT n.page, g.records FROM snapshots n JOIN sightings g ON g.snapshot = n.snapshot WHERE n.snapshot = ?1",
        )?;
        let (page, json) = select.query_row([snapshot], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let mut records: Vec<i64> = serde_json::from_str(&json)?;
        records.retain(|record| *record != 0);
        Ok(place.insert(Seen { snapshot, page, records }).clone())
    }

    fn keep_suspect(&self, record: i64, seen: &Seen) -> Result<(), StoreError> {
        let mut insert = self.db.prepare_cached(
            "INSERT INTO suspects (record, snapshot, page)
             SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM suspects WHERE record = ?1) < ?4",
        )?;
        insert.execute(params![record, seen.snapshot, seen.page, MAX_KEPT])?;
        Ok(())
    }

    /// Is this record shown, and not by a person's word? Then also: does it have a date?
    fn shown(&self, record: i64) -> Result<Option<bool>, StoreError> {
        let mut shown = self.db.prepare_cached(
            "SELECT t.published_at IS NOT NULL FROM teasers t WHERE t.record = ?1 AND t.furniture IS NULL
               AND t.record NOT IN (SELECT record FROM pardons)",
        )?;
        Ok(shown.query_row([record], |row| row.get(0)).optional()?)
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
                 WHERE furniture IS NOT NULL AND whole IS NULL AND lower(hex(id)) = lower(?1)",
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

    /// Of several reasons the one counts that a page itself gives, the first of [`FurnitureReason`]; so the order of
    /// ingest plays no part.
    pub(super) fn settle_reason(&self, record: i64, known: &str, reason: FurnitureReason) -> Result<(), StoreError> {
        let order = [
            FurnitureReason::RepeatedHeading.as_str(),
            FurnitureReason::CallToAction.as_str(),
            FurnitureReason::SharedAcrossPages.as_str(),
        ];
        let rank = |word: &str| order.iter().position(|known| *known == word).unwrap_or(order.len());
        if rank(reason.as_str()) < rank(known) {
            self.db
                .prepare_cached("UPDATE teasers SET furniture = ?2 WHERE record = ?1")?
                .execute(params![record, reason.as_str()])?;
        }
        Ok(())
    }
}

/// The records of a snapshot that may be furniture: they have no date of their own.
fn suspects<'a, 'b>(sights: &'a [Sight<'b>]) -> Vec<&'a Sight<'b>> {
    let undated = sights.iter().filter(|sight| is_undated(sight.record)).count();
    let among_dated = (sights.len() - undated) * DATED_OTHERS.1 >= sights.len() * DATED_OTHERS.0;
    sights.iter().filter(|s| is_undated(s.record) && (s.record.url.is_none() || among_dated)).collect()
}

/// A date that follows from the neighbors is not the block's own.
fn is_undated(record: &Record) -> bool {
    record.published_at.is_none() || record.published_basis == Some(Basis::Inferred)
}

fn shared(one: &[i64], other: &[i64]) -> Vec<i64> {
    let theirs: HashSet<i64> = other.iter().copied().collect();
    one.iter().copied().filter(|record| theirs.contains(record)).collect()
}

/// Do two lists share `record`, at a place of its own, and hardly anything else?
fn is_proof(record: i64, one: &Seen, other: &Seen, shared: usize) -> bool {
    shared <= MAX_SHARED
        && one.records.len() >= shared + MIN_OWN
        && other.records.len() >= shared + MIN_OWN
        && !has_moved(place(record, &one.records), place(record, &other.records))
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
