//! A record's state to rows and back.

use super::feed::FeedEntry;
use super::merge::{Claim, Class, Held, Link, State, Variant};
use super::moment::Moment;
use super::{Store, StoreError};
use crate::model::{Basis, Fingerprint, MentionedDate, Precision, RecordId};
use crate::text::fingerprint;
use rusqlite::types::Type;
use rusqlite::{Row, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What stands in `teasers.held`: only what differs from the usual case.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct HeldJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Moment>,
    /// The sighting behind the shown date, where it is not the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    dated: Option<Moment>,
    /// True when the shown date is relative.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    relative: bool,
    /// The date that is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    behind: Option<Claim>,
    /// What the feed of the source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    feed: Option<FeedEntry>,
    /// The columns that come from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filled: Vec<String>,
    /// Where the date comes from it: the dates of the listing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own_dates: Vec<Claim>,
    /// Where the excerpt comes from it: the dates that the listing's own words speak of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own_mentioned: Vec<MentionedDate>,
}

impl HeldJson {
    fn is_filled(&self, column: &str) -> bool {
        self.filled.iter().any(|filled| filled == column)
    }
}

/// The narrow row of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    pub(super) record: i64,
    pub(super) first: Moment,
    pub(super) last: Moment,
    pub(super) sightings: u64,
    pub(super) position: u32,
    pub(super) content: i64,
    pub(super) varied: bool,
}

/// The wide row of a record, and what does not depend on sightings.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) furniture: Option<String>,
    pub(super) cluster: Option<i64>,
    /// The row that shows this one together with others; its own number for such a row.
    pub(super) whole: Option<i64>,
    pub(super) state: State,
    held: Option<String>,
}

/// Asked once per sighting: a constant, so that the statement is found in the cache without building its text.
const TALLIES: &str = "SELECT y.record, y.first_seen, y.first_tie, y.last_seen, y.last_tie, y.sightings, y.position,
     y.content, y.variants FROM keys k JOIN tallies y ON y.record = k.record WHERE k.prefix = ?1";

impl Tally {
    /// Reads a row with the columns of `tallies` in their order.
    pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            record: row.get(0)?,
            first: Moment(row.get(1)?, row.get(2)?),
            last: Moment(row.get(3)?, row.get(4)?),
            sightings: row.get::<_, i64>(5)?.cast_unsigned(),
            position: row.get(6)?,
            content: row.get(7)?,
            varied: row.get(8)?,
        })
    }

    fn after(record: i64, state: &State, content: i64) -> Self {
        let State { first, last, sightings, position, .. } = *state;
        Self { record, first, last, sightings, position, content, varied: state.variants.len() > 1 }
    }
}

impl Store {
    /// The records whose id (or alias) begins with the same eight bytes; nearly always none or one.
    pub(super) fn tallies(&self, prefix: i64) -> Result<Vec<Tally>, StoreError> {
        let mut find = self.db.prepare_cached(TALLIES)?;
        let mut found: Vec<Tally> = find.query_map([prefix], Tally::of)?.collect::<Result<_, _>>()?;
        let postponed = self.postponed.borrow();
        for tally in &mut found {
            *tally = postponed.tally(tally.record).unwrap_or(*tally);
        }
        found.extend(postponed.with_prefix(prefix));
        Ok(found)
    }

    /// All that is known about the record of a tally.
    pub(super) fn load(&self, tally: &Tally) -> Result<Loaded, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT cluster, furniture, held, title, excerpt, fingerprint, mentioned_dates, url, canonical_url, author,
               image_url, tags, language, published_at, published_precision, published_basis, published_raw,
               published_earliest, published_latest, whole FROM teasers WHERE record = ?1",
        )?;
        let mut loaded = find.query_row([tally.record], |row| loaded(row, tally))?;
        if tally.varied {
            loaded.state.variants = self.variants(tally.record)?;
        }
        Ok(loaded)
    }

    pub(super) fn variants(&self, record: i64) -> Result<Vec<Variant>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT fingerprint, title, excerpt, mentioned_dates, first_seen, first_tie, last_seen, last_tie
             FROM revisions WHERE record = ?1 ORDER BY first_seen, first_tie",
        )?;
        let found = find.query_map([record], |row| {
            Ok(Variant {
                fingerprint: Fingerprint(row.get(0)?),
                title: row.get(1)?,
                excerpt: row.get(2)?,
                mentioned: mentioned(row, 3)?,
                first: Moment(row.get(4)?, row.get(5)?),
                last: Moment(row.get(6)?, row.get(7)?),
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Writes a new record and returns its number.
    pub(super) fn insert(
        &self,
        source: i64,
        id: RecordId,
        state: &State,
        content: i64,
        furniture: Option<&str>,
    ) -> Result<i64, StoreError> {
        let held = held_json(state)?;
        let mut insert = self.db.prepare_cached(
            "INSERT INTO teasers (source, id, furniture, held, title, excerpt, fingerprint, mentioned_dates, url,
               canonical_url, author, image_url, tags, language, published_at, published_precision, published_basis,
               published_raw, published_earliest, published_latest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
        )?;
        let (wording, date) = (state.wording(), state.date());
        insert.execute(params![
            source,
            &id.0[..],
            furniture,
            held,
            wording.title,
            wording.excerpt,
            &wording.fingerprint.0[..],
            mentioned_json(&wording.mentioned)?,
            state.link.as_ref().map(|l| &l.value.url),
            state.link.as_ref().and_then(|l| l.value.canonical.as_ref()),
            state.author(),
            state.image_url(),
            state.tags(),
            state.language.as_ref().map(|h| &h.value),
            date.and_then(|d| d.value.as_ref()),
            date.and_then(|d| d.precision).map(Precision::as_str),
            date.and_then(|d| d.basis).map(Basis::as_str),
            date.and_then(|d| d.raw.as_ref()),
            date.and_then(|d| d.earliest),
            date.and_then(|d| d.latest),
        ])?;
        let record = self.db.last_insert_rowid();
        self.add_tally(prefix(id), Tally::after(record, state, content))?;
        Ok(record)
    }

    /// Writes what differs from the loaded row.
    pub(super) fn update(&self, record: i64, before: &Loaded, state: &State, content: i64) -> Result<(), StoreError> {
        let held = held_json(state)?;
        if !changed_fields(&before.state, state).is_empty() || held != before.held {
            self.update_teaser(record, state, held.as_deref())?;
        }
        if state.variants.len() > 1 && state.variants != before.state.variants {
            self.write_variants(record, &state.variants)?;
        }
        let is_part = before.whole.is_some_and(|whole| whole != record);
        if is_part {
            self.unsettle_part(record)?;
        }
        // Equal to no digest: a repeat of a part is looked at in full, so that its whole follows.
        self.change_tally(Tally::after(record, state, if is_part { 0 } else { content }))
    }

    fn update_teaser(&self, record: i64, state: &State, held: Option<&str>) -> Result<(), StoreError> {
        let mut update = self.db.prepare_cached(
            "UPDATE teasers SET held = ?2, title = ?3, excerpt = ?4, fingerprint = ?5, mentioned_dates = ?6, url = ?7,
               canonical_url = ?8, author = ?9, image_url = ?10, tags = ?11, language = ?12, published_at = ?13,
               published_precision = ?14, published_basis = ?15, published_raw = ?16, published_earliest = ?17,
               published_latest = ?18 WHERE record = ?1",
        )?;
        let (wording, date) = (state.wording(), state.date());
        update.execute(params![
            record,
            held,
            wording.title,
            wording.excerpt,
            &wording.fingerprint.0[..],
            mentioned_json(&wording.mentioned)?,
            state.link.as_ref().map(|l| &l.value.url),
            state.link.as_ref().and_then(|l| l.value.canonical.as_ref()),
            state.author(),
            state.image_url(),
            state.tags(),
            state.language.as_ref().map(|h| &h.value),
            date.and_then(|d| d.value.as_ref()),
            date.and_then(|d| d.precision).map(Precision::as_str),
            date.and_then(|d| d.basis).map(Basis::as_str),
            date.and_then(|d| d.raw.as_ref()),
            date.and_then(|d| d.earliest),
            date.and_then(|d| d.latest),
        ])?;
        Ok(())
    }

    pub(super) fn write_variants(&self, record: i64, variants: &[Variant]) -> Result<(), StoreError> {
        let mut write = self.db.prepare_cached(
            "INSERT OR REPLACE INTO revisions (record, fingerprint, title, excerpt, mentioned_dates, first_seen,
               first_tie, last_seen, last_tie) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for v in variants {
            write.execute(params![
                record,
                &v.fingerprint.0[..],
                v.title,
                v.excerpt,
                mentioned_json(&v.mentioned)?,
                v.first.0,
                v.first.1,
                v.last.0,
                v.last.1
            ])?;
        }
        Ok(())
    }
}

/// First eight bytes of an id, as SQLite keeps them.
pub(super) fn prefix(id: RecordId) -> i64 {
    start(&id.0)
}

/// First eight bytes of a SHA-256 value, as SQLite keeps them.
pub(super) fn start(digest: &[u8; 32]) -> i64 {
    let (start, _) = digest.split_first_chunk().expect("32 bytes are more than 8");
    i64::from_be_bytes(*start)
}

/// The columns of `records` in which two states differ; sightings and position are no change.
pub(super) fn changed_fields(before: &State, after: &State) -> Vec<&'static str> {
    let value = |held: &Option<Held<String>>| held.as_ref().map(|h| h.value.clone());
    let link = |state: &State| state.link.as_ref().map(|l| l.value.clone());
    let (old, new) = (before.wording(), after.wording());
    let (old_link, new_link) = (link(before), link(after));
    let (old_date, new_date) = (before.date(), after.date());
    let canonical = |link: &Option<Link>| link.as_ref().map(|l| l.canonical.clone().unwrap_or_else(|| l.url.clone()));
    [
        ("title", old.title != new.title),
        ("url", old_link.as_ref().map(|l| &l.url) != new_link.as_ref().map(|l| &l.url)),
        ("canonical_url", canonical(&old_link) != canonical(&new_link)),
        ("excerpt", old.excerpt != new.excerpt),
        ("author", before.author() != after.author()),
        ("image_url", before.image_url() != after.image_url()),
        ("tags", before.tags() != after.tags()),
        ("language", value(&before.language) != value(&after.language)),
        ("published_at", old_date.and_then(|d| d.value.as_ref()) != new_date.and_then(|d| d.value.as_ref())),
        ("published_precision", old_date.and_then(|d| d.precision) != new_date.and_then(|d| d.precision)),
        ("published_basis", old_date.and_then(|d| d.basis) != new_date.and_then(|d| d.basis)),
        ("published_raw", old_date.and_then(|d| d.raw.as_ref()) != new_date.and_then(|d| d.raw.as_ref())),
        ("published_earliest", old_date.and_then(|d| d.earliest) != new_date.and_then(|d| d.earliest)),
        ("published_latest", old_date.and_then(|d| d.latest) != new_date.and_then(|d| d.latest)),
        ("mentioned_dates", old.mentioned != new.mentioned),
        ("fingerprint", old.fingerprint != new.fingerprint),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

fn loaded(row: &Row<'_>, tally: &Tally) -> rusqlite::Result<Loaded> {
    let held: Option<String> = row.get(2)?;
    let marks: HeldJson = match &held {
        Some(json) => serde_json::from_str(json).map_err(|error| unreadable(2, error))?,
        None => HeldJson::default(),
    };
    let text = |column: usize, at: Option<Moment>| {
        let value: Option<String> = row.get(column)?;
        Ok::<_, rusqlite::Error>(value.map(|value| Held { value, at: at.unwrap_or(tally.last) }))
    };
    let canonical: Option<String> = row.get(8)?;
    let shown = if marks.is_filled("published_at") { None } else { claim(row, &marks, tally)? };
    let (mut stated, mut other) = (None, None);
    for claim in shown.into_iter().chain(marks.behind.clone()).chain(marks.own_dates.iter().cloned()) {
        if claim.class == Class::Stated { stated = Some(claim) } else { other = Some(claim) }
    }
    let state = State {
        first: tally.first,
        last: tally.last,
        sightings: tally.sightings,
        position: tally.position,
        variants: vec![own_variant(row, &marks, tally)?],
        link: text(7, marks.url)?.map(|url| Held { value: Link { url: url.value, canonical }, at: url.at }),
        author: text(9, marks.author)?.filter(|_| !marks.is_filled("author")),
        image_url: text(10, marks.image_url)?.filter(|_| !marks.is_filled("image_url")),
        tags: text(11, marks.tags)?.filter(|_| !marks.is_filled("tags")),
        language: text(12, marks.language)?,
        stated,
        other,
        feed: marks.feed,
    };
    Ok(Loaded { cluster: row.get(0)?, furniture: row.get(1)?, whole: row.get(19)?, held, state })
}

/// The wording of a record that has had only one: as the listing shows it.
fn own_variant(row: &Row<'_>, marks: &HeldJson, tally: &Tally) -> rusqlite::Result<Variant> {
    let mut variant = Variant {
        fingerprint: Fingerprint(row.get(5)?),
        title: row.get(3)?,
        excerpt: row.get(4)?,
        mentioned: mentioned(row, 6)?,
        first: tally.first,
        last: tally.last,
    };
    if marks.is_filled("excerpt") {
        variant.excerpt = None;
        variant.fingerprint = fingerprint(variant.title.as_deref(), None);
        variant.mentioned.clone_from(&marks.own_mentioned);
    }
    Ok(variant)
}

fn claim(row: &Row<'_>, marks: &HeldJson, tally: &Tally) -> rusqlite::Result<Option<Claim>> {
    let (value, earliest, latest): (Option<String>, Option<i64>, Option<i64>) =
        (row.get(13)?, row.get(17)?, row.get(18)?);
    if value.is_none() && earliest.or(latest).is_none() {
        return Ok(None);
    }
    let basis: Option<Basis> = word(row, 15)?;
    let class = match basis {
        _ if value.is_none() => Class::Bounds,
        Some(Basis::Inferred) => Class::Inferred,
        _ if marks.relative => Class::Relative,
        _ => Class::Stated,
    };
    let at = marks.dated.unwrap_or(tally.first);
    Ok(Some(Claim { class, value, precision: word(row, 14)?, basis, raw: row.get(16)?, earliest, latest, at }))
}

fn held_json(state: &State) -> Result<Option<String>, StoreError> {
    fn older<T>(held: Option<&Held<T>>, last: Moment) -> Option<Moment> {
        held.map(|held| held.at).filter(|at| *at != last)
    }
    let filled = state.filled();
    let shown = state.date();
    let is_own = |column: &str| !filled.contains(&column);
    let own_dates = || [&state.stated, &state.other].into_iter().flatten();
    let (behind, own_dates) = if is_own("published_at") {
        (own_dates().find(|claim| Some(*claim) != shown).cloned(), Vec::new())
    } else {
        (None, own_dates().cloned().collect())
    };
    let shown = shown.filter(|_| is_own("published_at"));
    let marks = HeldJson {
        url: older(state.link.as_ref(), state.last),
        author: older(state.author.as_ref(), state.last),
        image_url: older(state.image_url.as_ref(), state.last),
        tags: older(state.tags.as_ref(), state.last),
        language: older(state.language.as_ref(), state.last),
        dated: shown.map(|claim| claim.at).filter(|at| *at != state.first),
        relative: shown.is_some_and(|claim| claim.class == Class::Relative),
        behind,
        feed: state.feed.clone(),
        own_dates,
        own_mentioned: if is_own("excerpt") { Vec::new() } else { state.own_wording().mentioned.clone() },
        filled: filled.into_iter().map(str::to_owned).collect(),
    };
    Ok(if marks == HeldJson::default() { None } else { Some(serde_json::to_string(&marks)?) })
}

fn mentioned_json(mentioned: &[MentionedDate]) -> Result<Option<String>, StoreError> {
    Ok(if mentioned.is_empty() { None } else { Some(serde_json::to_string(mentioned)?) })
}

fn mentioned(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<MentionedDate>> {
    let json: Option<String> = row.get(column)?;
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json).map_err(|error| unreadable(column, error)))
}

/// A column that holds one of the words of an enum.
fn word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let word: Option<String> = row.get(column)?;
    word.map(|word| T::deserialize(serde::de::value::StringDeserializer::<serde::de::value::Error>::new(word)))
        .transpose()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}

fn unreadable(column: usize, error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
