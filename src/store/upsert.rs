//! One sighting of one record: new, a repeat, or a revision.

use super::merge::State;
use super::moment::Moment;
use super::rows::{Loaded, Tally, changed_fields, prefix, start};
use super::{Store, StoreError};
use crate::model::{Basis, FurnitureReason, Record, RecordId};
use crate::text::fold;
use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

/// What all sightings of one snapshot share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Showing {
    pub(super) source: i64,
    pub(super) at: Moment,
    /// A feed has spoken of articles that the listing has not shown: asked once, since most sources have no feed.
    pub(super) has_unlisted: bool,
}

/// What became of a sighting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Upserted {
    /// Number of the record.
    pub(super) record: i64,
    pub(super) sighted: Sighted,
    /// It is shown for the first time, with a date.
    pub(super) is_dated_anew: bool,
}

impl Upserted {
    fn repeat(record: i64) -> Self {
        Self { record, sighted: Sighted::Repeat, is_dated_anew: false }
    }
}

/// What a sighting was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sighted {
    /// The first of its record.
    New,
    /// One more.
    Repeat,
    /// One more, with a wording not seen before.
    Revision,
}

impl Store {
    /// Takes in one sighting.
    pub(super) fn sight(
        &self,
        snapshot: Showing,
        record: &Record,
        furniture: Option<FurnitureReason>,
    ) -> Result<Upserted, StoreError> {
        let Showing { source, at, has_unlisted } = snapshot;
        let content = content(record);
        match self.find(record.id, Some(content))? {
            None => {
                let mut state = State::new(record, at);
                if has_unlisted {
                    state.feed = self.take_unlisted(source, record.id)?;
                }
                let number = self.insert(source, record.id, &state, content, furniture.map(FurnitureReason::as_str))?;
                if furniture.is_none() {
                    // The source's counters follow once per snapshot.
                    self.log_change(number, "new", None)?;
                }
                Ok(Upserted { record: number, sighted: Sighted::New, is_dated_anew: state.is_dated() })
            }
            // The same again and later than all before: the wide row need not be looked at.
            Some(tally) if tally.content == content && at > tally.last && !tally.varied && furniture.is_none() => {
                self.repeat(&tally, at, record.position)?;
                Ok(Upserted::repeat(tally.record))
            }
            Some(tally)
                if tally.content == content && furniture.is_none() && is_second_of_instant(&tally, record, at) =>
            {
                self.repeat_before(&tally, at)?;
                Ok(Upserted::repeat(tally.record))
            }
            Some(tally) => self.merge_sighting(source, &tally, record, at, content, furniture),
        }
    }

    /// The record with this id, or the one it was merged into; what it states (`content`) tells it faster, where it is known.
    pub(super) fn find(&self, id: RecordId, content: Option<i64>) -> Result<Option<Tally>, StoreError> {
        // A repeat within the batch: the tables need not be asked.
        if let Some(tally) =
            self.postponed.borrow().with_prefix(prefix(id)).find(|tally| content == Some(tally.content))
        {
            return Ok(Some(tally));
        }
        for tally in self.tallies(prefix(id))? {
            // Equal starts of the id and of the content's digest: 128 bits agree.
            if content == Some(tally.content) || self.answers_to(tally.record, id)? {
                return Ok(Some(tally));
            }
        }
        Ok(None)
    }

    fn answers_to(&self, record: i64, id: RecordId) -> Result<bool, StoreError> {
        let mut own = self.db.prepare_cached("SELECT 1 FROM teasers WHERE record = ?1 AND id = ?2")?;
        if own.query_row(params![record, &id.0[..]], |_| Ok(())).optional()?.is_some() {
            return Ok(true);
        }
        let mut alias = self.db.prepare_cached("SELECT 1 FROM aliases WHERE id = ?2 AND record = ?1")?;
        Ok(alias.query_row(params![record, &id.0[..]], |_| Ok(())).optional()?.is_some())
    }

    fn repeat(&self, tally: &Tally, at: Moment, position: u32) -> Result<(), StoreError> {
        self.change_tally(Tally { last: at, sightings: tally.sightings + 1, position, ..*tally })
    }

    /// As [`Store::repeat`], for a sighting that is now the first of all.
    fn repeat_before(&self, tally: &Tally, at: Moment) -> Result<(), StoreError> {
        self.change_tally(Tally { first: at, sightings: tally.sightings + 1, ..*tally })?;
        // A cluster is named after its earliest record.
        let mut unsettle = self.db.prepare_cached(
            "INSERT OR IGNORE INTO unsettled (record) SELECT record FROM teasers WHERE record = ?1 AND cluster IS NOT NULL",
        )?;
        unsettle.execute([tally.record])?;
        Ok(())
    }

    fn merge_sighting(
        &self,
        source: i64,
        tally: &Tally,
        record: &Record,
        at: Moment,
        content: i64,
        furniture: Option<FurnitureReason>,
    ) -> Result<Upserted, StoreError> {
        let before = self.load(tally)?;
        if furniture.is_none() && before.furniture.as_deref() == Some(super::replace::NOT_READ) {
            let state = State { feed: before.state.feed.clone(), ..State::new(record, at) };
            self.begin_anew(tally.record, &before, &state, content)?;
            // Counted with the other new ones of the snapshot.
            let is_dated_anew = state.is_dated();
            return Ok(Upserted { record: tally.record, sighted: Sighted::New, is_dated_anew });
        }
        let mut state = before.state.clone();
        state.absorb(State::new(record, at));
        let content = if at > tally.last { content } else { tally.content };
        let is_new_wording = is_new_wording(&before.state, record);
        self.update(tally.record, &before, &state, content)?;
        if is_new_wording && at < tally.last {
            // Changes nothing that is shown, and may still tell what a parameter of its URL means.
            self.unsettle_part(tally.record)?;
        }
        if before.cluster.is_some() && state.first != before.state.first {
            self.unsettle(tally.record)?;
        }
        let was_visible = before.furniture.is_none();
        // A part is out of the view already, and its whole has earned its place.
        let furniture = furniture.filter(|_| before.whole.is_none());
        if let (Some(known), Some(reason)) = (&before.furniture, furniture) {
            self.settle_reason(tally.record, known, reason)?;
        }
        if let Some(reason) = furniture
            && was_visible
            && !self.is_pardoned(tally.record)?
        {
            self.suppress(source, tally.record, before.state.is_dated(), reason)?;
        } else if was_visible {
            let fields = changed_fields(&before.state, &state);
            if !fields.is_empty() {
                let kind = if fields.contains(&"fingerprint") { "revised" } else { "updated" };
                self.log_change(tally.record, kind, Some(&fields.join(",")))?;
            }
            self.count(source, 0, i64::from(state.is_dated()) - i64::from(before.state.is_dated()))?;
        }
        let sighted = if is_new_wording { Sighted::Revision } else { Sighted::Repeat };
        Ok(Upserted { sighted, ..Upserted::repeat(tally.record) })
    }

    /// A record that was not found any more is sighted again: what was known of it came from another reading.
    fn begin_anew(&self, record: i64, before: &Loaded, state: &State, content: i64) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM revisions WHERE record = ?1")?.execute([record])?;
        self.update(record, before, state, content)?;
        self.db.prepare_cached("UPDATE teasers SET furniture = NULL WHERE record = ?1")?.execute([record])?;
        self.log_change(record, "restored", None)
    }

    /// Takes a record out of the view, for a reason that is kept.
    pub(super) fn suppress(
        &self,
        source: i64,
        record: i64,
        dated: bool,
        reason: FurnitureReason,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE teasers SET furniture = ?2 WHERE record = ?1")?
            .execute(params![record, reason.as_str()])?;
        self.count(source, -1, -i64::from(dated))?;
        self.log_change(record, "suppressed", None)
    }

    /// Adds to the counters of a source.
    pub(super) fn count(&self, source: i64, records: i64, dated: i64) -> Result<(), StoreError> {
        if (records, dated) != (0, 0) {
            self.db
                .prepare_cached("UPDATE sources SET records = records + ?2, dated = dated + ?3 WHERE source = ?1")?
                .execute(params![source, records, dated])?;
        }
        Ok(())
    }

    /// Writes one line for those who follow the changes.
    pub(super) fn log_change(&self, record: i64, kind: &str, fields: Option<&str>) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT INTO change_log (record, kind, fields) VALUES (?1, ?2, ?3)")?
            .execute(params![record, kind, fields])?;
        Ok(())
    }
}

/// True for the second sighting of a record, ordered before the first one at the same instant, as in dumps of rows. Where
/// both state the same, the narrow row says all: nothing can come from a sighting that stated something else, and what
/// counts from the capture is the same at one instant, but for what the neighbors of an undated teaser tell.
fn is_second_of_instant(tally: &Tally, record: &Record, at: Moment) -> bool {
    let is_dated = record.published_at.is_some() && record.published_basis != Some(Basis::Inferred);
    tally.sightings == 1 && at < tally.first && at.0 == tally.first.0 && is_dated && !record.published_relative
}

/// A wording is new unless it was seen, or is a known title that came without its excerpt.
fn is_new_wording(state: &State, record: &Record) -> bool {
    if state.variants.iter().any(|v| v.fingerprint == record.fingerprint) {
        return false;
    }
    let title = |title: &Option<String>| fold(title.as_deref().unwrap_or_default());
    record.excerpt.is_some() || !state.variants.iter().any(|v| title(&v.title) == title(&record.title))
}

/// Start of SHA-256 over all that a sighting states, apart from what counts from its capture. Of an undated one that counts
/// only if there is anything: bounds come from the first sighting that has some.
fn content(record: &Record) -> i64 {
    // Gathered first: the digest of one long piece costs half of what many short ones do.
    let mut stated = Vec::with_capacity(1_024);
    let mut part = |text: Option<&str>| {
        stated.extend_from_slice(text.unwrap_or("\u{1}").as_bytes());
        stated.push(0);
    };
    part(record.title.as_deref());
    part(record.excerpt.as_deref());
    part(record.url.as_ref().map(url::Url::as_str));
    part(record.author.as_deref());
    part(record.image_url.as_ref().map(url::Url::as_str));
    part(record.language.as_deref());
    for tag in &record.tags {
        part(Some(tag));
    }
    part(None);
    if record.published_relative {
        part(Some("relative"));
    } else {
        part(record.published_at.as_deref());
        part(record.published_basis.map(Basis::as_str));
        part(record.published_raw.as_deref());
        if record.published_at.is_none() && record.published_earliest.or(record.published_latest).is_none() {
            part(Some("unbounded"));
        }
    }
    start(&Sha256::digest(&stated).into())
}
