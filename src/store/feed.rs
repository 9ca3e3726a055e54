//! What the feed of a source knows about the articles of its listing.
//!
//! In: the entries of one capture of the feed, as records with the ids of their articles. Out: what the listing lacks of
//! them is filled in. What a record shows is a function of two sets that do not know each other, the sightings of the
//! listing and the captures of the feed: neither their order nor a capture that fails makes a difference. An entry makes
//! no record: what it says of an article that the listing has not shown waits in `unlisted`.

use super::commit::SnapshotCommit;
use super::merge::{Claim, Class};
use super::moment::Moment;
use super::rows::{Tally, changed_fields};
use super::snapshots::key;
use super::{Store, StoreError};
use crate::model::{Basis, MentionedDate, Precision, Record, RecordId, is_midnight};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// What the captures of a feed say of one article: all from the latest one, the date from the best and earliest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FeedEntry {
    pub(super) author: Option<String>,
    pub(super) image_url: Option<String>,
    /// JSON array.
    pub(super) tags: Option<String>,
    pub(super) excerpt: Option<String>,
    /// Dates that the excerpt speaks of.
    pub(super) mentioned: Vec<MentionedDate>,
    pub(super) date: Option<Claim>,
    at: Moment,
}

impl FeedEntry {
    /// `None` when the entry says nothing but its title.
    fn of(record: &Record, at: Moment) -> Option<Self> {
        let excerpt = record.excerpt.clone();
        let speaks_of = |date: &&MentionedDate| excerpt.as_ref().is_some_and(|text| text.contains(&date.raw));
        let entry = Self {
            author: record.author.clone(),
            image_url: record.image_url.as_ref().map(|url| url.as_str().to_owned()),
            tags: super::merge::tags(record),
            mentioned: record.mentioned_dates.iter().filter(speaks_of).cloned().collect(),
            date: Claim::of(record, at)
                .filter(|claim| claim.class == Class::Stated && claim.basis == Some(Basis::Feed)),
            excerpt,
            at,
        };
        let texts = [&entry.author, &entry.image_url, &entry.tags, &entry.excerpt];
        (entry.date.is_some() || texts.iter().any(|text| text.is_some())).then_some(entry)
    }

    /// Takes in what another capture says of the same article.
    pub(super) fn absorb(&mut self, mut other: Self) {
        let mut date = self.date.take();
        super::merge::take_better(&mut date, other.date.take());
        if other.at > self.at {
            *self = other;
        }
        self.date = date;
    }

    /// Does any of it come from one of these captures?
    fn rests_on(&self, captures: &[Moment]) -> bool {
        captures.contains(&self.at) || self.date.as_ref().is_some_and(|date| captures.contains(&date.at))
    }
}

impl Claim {
    /// Does this date of a feed say more than what the listing says, and agree with it? What is only concluded from
    /// neighbors gives way to what is stated.
    pub(super) fn completes(&self, own: &Self) -> bool {
        matches!(own.class, Class::Bounds | Class::Inferred)
            || self.precision > own.precision
                && self.lies_within(own)
                // Many feeds write a day as its midnight.
                && !(own.precision >= Some(Precision::Day) && self.value.as_deref().is_some_and(is_midnight))
    }
}

/// What one capture of a feed gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FeedReport {
    /// Articles that it speaks of.
    pub entries: u64,
    /// Records of the listing that show more, or something else, because of it.
    pub filled: u64,
}

impl Store {
    /// Keeps one capture of the feed of a source, in one transaction. The same capture again changes nothing.
    ///
    /// Of `commit` the listing, the memory, the furniture and the encodings are not looked at: the capture shows no listing.
    ///
    /// # Errors
    ///
    /// When the database fails; then nothing of it is kept.
    pub fn commit_feed(&mut self, commit: &SnapshotCommit<'_>) -> Result<FeedReport, StoreError> {
        if self.has_snapshot(commit.snapshot)? {
            return Ok(FeedReport::default());
        }
        self.as_one(|store| store.keep_feed(commit))
    }

    fn keep_feed(&mut self, commit: &SnapshotCommit<'_>) -> Result<FeedReport, StoreError> {
        self.may_postpone(false)?;
        let source = self.source_number(&commit.snapshot.source)?;
        self.insert_snapshot(commit, source, None)?;
        let at = Moment::of(commit.snapshot.captured_at, key(commit.snapshot));
        let mut entries = BTreeMap::<RecordId, FeedEntry>::new();
        for record in commit.records {
            if let Some(entry) = FeedEntry::of(record, at) {
                entries.entry(record.id).or_insert(entry);
            }
        }
        let mut report = FeedReport { entries: entries.len() as u64, filled: 0 };
        for (id, entry) in entries {
            match self.find(id, None)? {
                Some(tally) => report.filled += u64::from(self.fill(source, &tally, entry)?),
                None => self.keep_unlisted(source, id, entry)?,
            }
        }
        Ok(report)
    }

    /// Lets a record know what the feed says; true when it shows something else now.
    fn fill(&self, source: i64, tally: &Tally, entry: FeedEntry) -> Result<bool, StoreError> {
        let before = self.load(tally)?;
        let mut state = before.state.clone();
        match &mut state.feed {
            Some(known) => known.absorb(entry),
            None => state.feed = Some(entry),
        }
        self.update(tally.record, &before, &state, tally.content)?;
        let fields = changed_fields(&before.state, &state);
        if before.furniture.is_some() || fields.is_empty() {
            return Ok(false);
        }
        let kind = if fields.contains(&"fingerprint") { "revised" } else { "updated" };
        self.log_change(tally.record, kind, Some(&fields.join(",")))?;
        self.count(source, 0, i64::from(state.is_dated()) - i64::from(before.state.is_dated()))?;
        Ok(true)
    }

    fn keep_unlisted(&self, source: i64, id: RecordId, entry: FeedEntry) -> Result<(), StoreError> {
        let entry = match self.unlisted(source, id)? {
            Some(mut known) => {
                known.absorb(entry);
                known
            }
            None => entry,
        };
        self.db
            .prepare_cached("INSERT OR REPLACE INTO unlisted (source, id, entry) VALUES (?1, ?2, ?3)")?
            .execute(params![source, &id.0[..], serde_json::to_string(&entry)?])?;
        Ok(())
    }

    fn unlisted(&self, source: i64, id: RecordId) -> Result<Option<FeedEntry>, StoreError> {
        let mut find = self.db.prepare_cached("SELECT entry FROM unlisted WHERE source = ?1 AND id = ?2")?;
        let json: Option<String> = find.query_row(params![source, &id.0[..]], |row| row.get(0)).optional()?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    pub(super) fn has_unlisted(&self, source: i64) -> Result<bool, StoreError> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM unlisted WHERE source = ?1 LIMIT 1")?;
        Ok(find.query_row([source], |_| Ok(())).optional()?.is_some())
    }

    /// What the feed has said of an article that the listing shows for the first time.
    pub(super) fn take_unlisted(&self, source: i64, id: RecordId) -> Result<Option<FeedEntry>, StoreError> {
        let entry = self.unlisted(source, id)?;
        if entry.is_some() {
            self.db
                .prepare_cached("DELETE FROM unlisted WHERE source = ?1 AND id = ?2")?
                .execute(params![source, &id.0[..]])?;
        }
        Ok(entry)
    }

    /// Which fields of the records of a source come from its feed: ids with the names of their columns.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn feed_fields(&self, source: &str) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let mut select = self.db.prepare_cached("SELECT record_id, field FROM feed_fields WHERE source = ?1")?;
        let mut rows = select.query([source])?;
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        while let Some(row) = rows.next()? {
            fields.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(fields)
    }

    /// Of some snapshots, the moments of those that are captures of a feed.
    pub(super) fn feed_captures(&self, snapshots: &[i64]) -> Result<Vec<Moment>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT captured_at, key >> 32 FROM main.snapshots WHERE snapshot = ?1 AND listing IS NULL",
        )?;
        let mut moments = Vec::new();
        for snapshot in snapshots {
            moments.extend(find.query_row([snapshot], |row| Ok(Moment(row.get(0)?, row.get(1)?))).optional()?);
        }
        Ok(moments)
    }

    /// Records of a source that know something from one of these captures of its feed.
    pub(super) fn told_by(&self, source: &str, captures: &[Moment]) -> Result<HashSet<i64>, StoreError> {
        #[derive(Deserialize)]
        struct Feed {
            feed: FeedEntry,
        }
        let mut records = HashSet::new();
        if captures.is_empty() {
            return Ok(records);
        }
        let mut select = self.db.prepare(
            "SELECT t.record, t.held FROM main.teasers t JOIN main.sources s ON s.source = t.source
             WHERE s.name = ?1 AND json_extract(t.held, '$.feed') IS NOT NULL",
        )?;
        let mut rows = select.query([source])?;
        while let Some(row) = rows.next()? {
            if serde_json::from_str::<Feed>(&row.get::<_, String>(1)?)?.feed.rests_on(captures) {
                records.insert(row.get(0)?);
            }
        }
        Ok(records)
    }

    /// Makes what waits for a source that of `today`, an attached store, but for what rests on these captures.
    pub(super) fn replace_unlisted(&self, source: &str, captures: &[Moment]) -> Result<(), StoreError> {
        let mut select = self.db.prepare(
            "SELECT u.source, u.id, u.entry FROM main.unlisted u JOIN main.sources s ON s.source = u.source
             WHERE s.name = ?1",
        )?;
        let mut rows = select.query([source])?;
        while let Some(row) = rows.next()? {
            let (source, id, entry): (i64, Vec<u8>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if !serde_json::from_str::<FeedEntry>(&entry)?.rests_on(captures) {
                self.db
                    .prepare_cached("DELETE FROM main.unlisted WHERE source = ?1 AND id = ?2")?
                    .execute(params![source, id])?;
            }
        }
        self.db.execute(
            "INSERT OR IGNORE INTO main.unlisted (source, id, entry)
             SELECT m.source, u.id, u.entry FROM today.unlisted u JOIN today.sources n ON n.source = u.source
             JOIN main.sources m ON m.name = n.name WHERE m.name = ?1",
            [source],
        )?;
        Ok(())
    }
}
