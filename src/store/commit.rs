//! One snapshot, one transaction: its teasers, sightings and counts are all there or none are.

use super::furniture::Sight;
use super::moment::Moment;
use super::snapshots::{ArchivePlace, key};
use super::upsert::{Showing, Sighted};
use super::{Store, StoreError, VisitId};
use crate::model::{FurnitureReason, ListingMemory, Method, Record, RecordId, Rejection, Snapshot};
use foldhash::{HashMap, HashMapExt as _};
use rusqlite::params;
use std::borrow::Cow;

/// What one snapshot gave, ready to be kept.
#[derive(Debug, Clone)]
pub struct SnapshotCommit<'a> {
    /// The snapshot; its body is not kept here.
    pub snapshot: &'a Snapshot,
    /// The listing: URL of the page without its paging.
    pub listing: &'a str,
    /// The records, in the order of the page.
    pub records: &'a [Record],
    /// Blocks that look like teasers and are furniture, identified like records.
    pub furniture: &'a [(Record, FurnitureReason)],
    /// How the snapshot was read: feeds and rows are teasers already and hold no furniture.
    pub method: Method,
    /// What was not kept.
    pub rejections: &'a [Rejection],
    /// Text encoding that was declared and the one that was used, where they differ.
    pub encodings: Option<&'a (String, String)>,
    /// Columns of rows by field, where they were told (`("title", "Thema")`); empty for all else.
    pub columns: &'a [(String, String)],
    /// What is now known about the listing.
    pub memory: &'a ListingMemory,
    /// The visit it belongs to; `None` for dumps.
    pub visit: Option<VisitId>,
    /// Where the original was archived; `None` leaves it to the snapshot's origin.
    pub archived: Option<ArchivePlace>,
}

/// Counts of one snapshot: `seen` is `new` plus `repeats`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommitReport {
    /// Different records of the snapshot.
    pub seen: u64,
    /// Of these, first sighted now.
    pub new: u64,
    /// Of these, known before.
    pub repeats: u64,
    /// Of the repeats, with another title or excerpt.
    pub revised: u64,
    /// Rejections, and records that stood twice in the snapshot.
    pub rejected: u64,
    /// Of `seen`, with a date of publication.
    pub dated: u64,
    /// True when the very snapshot was kept before; then nothing was done and all counts are 0.
    pub already_known: bool,
}

impl CommitReport {
    fn add(&mut self, sighted: Sighted, is_dated: bool) {
        self.seen += 1;
        self.dated += u64::from(is_dated);
        self.new += u64::from(sighted == Sighted::New);
        self.repeats += u64::from(sighted != Sighted::New);
        self.revised += u64::from(sighted == Sighted::Revision);
    }
}

/// Ranks kept empty at most: a list of sightings is as long as its last rank.
const MAX_EMPTY_RANKS: usize = 1_000;

impl Store {
    /// Keeps one snapshot, in one transaction. The same snapshot again changes nothing.
    ///
    /// Inside a batch the transaction is the batch's, and a snapshot that fails takes the batch with it: the program ends then,
    /// and a point to return to would cost a copy of every page that the snapshot touches.
    ///
    /// # Errors
    ///
    /// When the database fails; then nothing of the snapshot is kept, nor of the batch.
    pub fn commit(&mut self, commit: &SnapshotCommit<'_>) -> Result<CommitReport, StoreError> {
        if self.has_snapshot(commit.snapshot)? {
            return Ok(CommitReport { already_known: true, ..CommitReport::default() });
        }
        self.as_one(|store| store.keep(commit))
    }

    /// Does `work` in a transaction of its own, or in that of the batch; when it fails, nothing of the transaction is kept.
    pub(super) fn as_one<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        // Whoever joins a batch by `begin_batch` has all of it written; the next rows of one can wait with those before them.
        let nested = self.batch || self.begin_batch()?;
        let kept = work(self);
        if kept.is_err() {
            self.abandon_batch();
        } else if !nested {
            self.end_batch()?;
        }
        kept
    }

    /// Begins a batch: snapshots committed until [`Store::end_batch`] share one transaction, which is much faster
    /// for small snapshots. A crash loses the whole batch and nothing before it. Returns true when a batch was open
    /// already: then it goes on, all that it has postponed is written, and whoever opened it ends it.
    ///
    /// # Errors
    ///
    /// When the database fails, or is locked by another writer.
    pub fn begin_batch(&mut self) -> Result<bool, StoreError> {
        if self.batch {
            self.write_postponed()?;
            return Ok(true);
        }
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        self.batch = true;
        Ok(false)
    }

    /// Commits the batch; without one it does nothing.
    ///
    /// # Errors
    ///
    /// When the database fails; then nothing of the batch is kept.
    pub fn end_batch(&mut self) -> Result<(), StoreError> {
        if !self.batch {
            return Ok(());
        }
        let ended = self.write_postponed().and_then(|()| Ok(self.db.execute_batch("COMMIT")?));
        if ended.is_err() {
            self.abandon_batch();
        }
        self.batch = false;
        ended
    }

    /// Forgets what the batch did, after an error.
    fn abandon_batch(&mut self) {
        self.batch = false;
        self.names.forget();
        self.postponed.take();
        // The first error says what happened; SQLite may have rolled back by itself already.
        let _ = self.db.execute_batch("ROLLBACK");
    }

    fn keep(&mut self, commit: &SnapshotCommit<'_>) -> Result<CommitReport, StoreError> {
        self.may_postpone(commit.method == Method::Rows)?;
        let captured_at = commit.snapshot.captured_at;
        let source = self.source_number(&commit.snapshot.source)?;
        let listing = self.keep_memory(source, commit.listing, commit.memory, captured_at.as_millisecond())?;
        let snapshot = self.insert_snapshot(commit, source, Some(listing))?;
        let at = Moment::of(captured_at, key(commit.snapshot));
        let showing = Showing { source, at, has_unlisted: self.has_unlisted(source)? };

        let (records, repeated) = once_each(commit.records);
        let mut report =
            CommitReport { rejected: commit.rejections.len() as u64 + repeated, ..CommitReport::default() };
        let mut sights = Vec::with_capacity(records.len());
        let mut new_dated = 0;
        for record in &records {
            let upserted = self.sight(showing, record, None)?;
            sights.push(Sight { record, number: upserted.record });
            let is_dated = record.published_at.is_some();
            new_dated += i64::from(upserted.is_dated_anew);
            report.add(upserted.sighted, is_dated);
        }
        self.count(source, report.new.cast_signed(), new_dated)?;
        self.keep_furniture(commit, showing, &records)?;
        self.keep_sightings(snapshot, sights.iter().map(|sight| (sight.record.position, sight.number)).collect())?;
        if !matches!(commit.method, Method::Feed | Method::Rows) {
            self.find_furniture(source, snapshot, &sights)?;
        }
        Ok(report)
    }

    fn keep_furniture(
        &self,
        commit: &SnapshotCommit<'_>,
        showing: Showing,
        records: &[Cow<'_, Record>],
    ) -> Result<(), StoreError> {
        let mut known: Vec<RecordId> = records.iter().map(|record| record.id).collect();
        for (block, reason) in commit.furniture {
            if !known.contains(&block.id) {
                known.push(block.id);
                self.sight(showing, block, Some(*reason))?;
            }
        }
        Ok(())
    }

    /// Writes the record numbers by rank.
    fn keep_sightings(&self, snapshot: i64, mut places: Vec<(u32, i64)>) -> Result<(), StoreError> {
        places.sort_unstable();
        let last = places.last().map_or(0, |(position, _)| *position as usize);
        let sparse = last > places.len() + MAX_EMPTY_RANKS;
        let mut ranks: Vec<i64> = Vec::with_capacity(places.len());
        for (position, record) in places {
            let rank = (position as usize).saturating_sub(1);
            if !sparse && rank > ranks.len() {
                ranks.resize(rank, 0);
            }
            ranks.push(record);
        }
        let mut insert = self.db.prepare_cached("INSERT INTO sightings (snapshot, records) VALUES (?1, ?2)")?;
        insert.execute(params![snapshot, serde_json::to_string(&ranks)?])?;
        Ok(())
    }
}

/// Each record once, at its best position; what that teaser lacks is taken from the others. Also says how many went.
fn once_each(records: &[Record]) -> (Vec<Cow<'_, Record>>, u64) {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by_key(|record| record.position);
    let mut places = HashMap::<RecordId, usize>::with_capacity(sorted.len());
    let mut kept: Vec<Cow<'_, Record>> = Vec::with_capacity(sorted.len());
    let mut repeated = 0;
    for record in sorted {
        if let Some(&place) = places.get(&record.id) {
            complete(kept[place].to_mut(), record);
            repeated += 1;
        } else {
            places.insert(record.id, kept.len());
            kept.push(Cow::Borrowed(record));
        }
    }
    (kept, repeated)
}

/// Fills what `record` lacks from a second teaser of the same article. Title, excerpt and fingerprint stay together.
fn complete(record: &mut Record, other: &Record) {
    if record.excerpt.is_none() && other.excerpt.is_some() && record.title == other.title {
        record.excerpt.clone_from(&other.excerpt);
        record.mentioned_dates.clone_from(&other.mentioned_dates);
        record.fingerprint = other.fingerprint;
    }
    if record.author.is_none() {
        record.author.clone_from(&other.author);
    }
    if record.image_url.is_none() {
        record.image_url.clone_from(&other.image_url);
    }
    if record.published_at.is_none() && other.published_at.is_some() {
        record.published_at.clone_from(&other.published_at);
        record.published_precision = other.published_precision;
        record.published_basis = other.published_basis;
        record.published_raw.clone_from(&other.published_raw);
        record.published_earliest = other.published_earliest;
        record.published_latest = other.published_latest;
        record.published_relative = other.published_relative;
    }
}
