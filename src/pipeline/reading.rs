//! One snapshot to records: extract, dates, canonical, fingerprint. Live pages and dumps take the same way.

use crate::model::{
    DateMemory, Extraction, FurnitureReason, ListingMemory, Origin, Precision, Record, RhythmMemory, Snapshot, Teaser,
    WrapperCheck,
};
use crate::text::fingerprint;
use crate::{canonical, dates, extract};
use jiff::Timestamp;
use url::Url;

/// Settings of [`read`].
#[derive(Debug, Clone, Default)]
pub struct ReadingOptions {
    /// Settings of the extractor.
    pub extract: extract::Options,
    /// Zone for times without an offset.
    pub zone: Option<jiff::tz::TimeZone>,
    /// Language from the config; stronger than what the page says.
    pub language: Option<String>,
}

/// What one snapshot gave.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The records, in the order of the page.
    pub records: Vec<Record>,
    /// Blocks that look like teasers and are furniture, identified like records.
    pub furniture: Vec<(Record, FurnitureReason)>,
    /// What the extractor said; `extraction.teasers[i]` became `records[i]`.
    pub extraction: Extraction,
    /// The memory after this page.
    pub memory: ListingMemory,
    /// What the page said about the wrapper of its listing.
    pub wrapper: WrapperCheck,
}

/// Reads one snapshot. Pure: the same snapshot and memory give the same reading, today and in ten years.
#[must_use]
pub fn read(snapshot: &Snapshot, memory: &ListingMemory, options: &ReadingOptions) -> Reading {
    let extraction = extract::teasers(snapshot, memory, &options.extract);
    conclude(snapshot, extraction, memory, options)
}

/// The second half of [`read`]: dates, identity and fingerprints for what was extracted.
#[must_use]
pub fn conclude(
    snapshot: &Snapshot,
    extraction: Extraction,
    memory: &ListingMemory,
    options: &ReadingOptions,
) -> Reading {
    let draft = Draft::of(snapshot, &extraction, &memory.dates, options);
    draft.conclude(snapshot, extraction, memory)
}

/// The records of a snapshot as they are when its listing has taught `read_with` about dates, and nothing else.
///
/// What a listing teaches about dates rarely changes. So bulk work drafts on all cores with what is known at that time,
/// and makes a draft again where it has become another when its turn comes.
#[derive(Debug)]
pub(super) struct Draft {
    records: Vec<Record>,
    furniture: Vec<(Record, FurnitureReason)>,
    read_with: DateMemory,
    learned: DateMemory,
}

impl Draft {
    pub(super) fn of(
        snapshot: &Snapshot,
        extraction: &Extraction,
        dates: &DateMemory,
        options: &ReadingOptions,
    ) -> Self {
        let language = options.language.as_deref().or(extraction.language.as_deref());
        let listing = dates::ListingContext {
            captured_at: snapshot.captured_at,
            zone: options.zone.as_ref(),
            language,
            page_dates: &extraction.page_dates,
            memory: dates,
        };
        let page = Url::parse(&snapshot.page).ok();
        let conclusion =
            Conclusion { source: &snapshot.source, page: page.as_ref().or(extraction.base_url.as_ref()), listing };
        let (records, learned) = conclusion.records(&extraction.teasers);

        let blocks: Vec<Teaser> = extraction.furniture.iter().map(|block| block.teaser.clone()).collect();
        let (blocks, _) = conclusion.records(&blocks);
        let furniture = blocks.into_iter().zip(extraction.furniture.iter().map(|block| block.reason)).collect();
        Self { records, furniture, read_with: dates.clone(), learned }
    }

    /// Was it made with what is known about dates now?
    pub(super) fn is_valid(&self, dates: &DateMemory) -> bool {
        self.read_with == *dates
    }

    /// What the listing has taught after this snapshot.
    pub(super) fn learned(&self) -> &DateMemory {
        &self.learned
    }

    pub(super) fn conclude(self, snapshot: &Snapshot, extraction: Extraction, memory: &ListingMemory) -> Reading {
        let (learned, wrapper) = extract::reconcile(memory.wrapper.as_ref(), &extraction, snapshot.captured_at);
        let rhythm = rhythm(snapshot, &self.records, &extraction, memory, &wrapper);
        let memory = ListingMemory { dates: self.learned, wrapper: learned, rhythm };
        Reading { records: self.records, furniture: self.furniture, extraction, memory, wrapper }
    }
}

/// The rhythm of the listing after this page: by the dates of its records, or where it shows none, by the capture that
/// first shows something new. Only live visits teach it: dumps come in any order.
fn rhythm(
    snapshot: &Snapshot,
    records: &[Record],
    page: &Extraction,
    memory: &ListingMemory,
    wrapper: &WrapperCheck,
) -> RhythmMemory {
    let mut rhythm = memory.rhythm.clone();
    let is_trusted = !matches!(wrapper, WrapperCheck::Lost { .. });
    if snapshot.origin != Origin::Live || !is_trusted {
        return rhythm;
    }
    let fine = |record: &&Record| record.published_precision.is_some_and(|precision| precision >= Precision::Day);
    let dated = records.iter().filter(fine).filter_map(|record| record.published_earliest);
    let mut instants: Vec<Timestamp> = dated.filter(|at| *at <= snapshot.captured_at).collect();
    if instants.is_empty() && shows_new(page, memory) {
        instants.push(snapshot.captured_at);
    }
    rhythm.add(instants);
    rhythm
}

/// True when the page shows a record that its last capture did not show.
fn shows_new(page: &Extraction, memory: &ListingMemory) -> bool {
    let known = memory.wrapper.as_ref().map_or(&[][..], |wrapper| &wrapper.known);
    page.wrapper.as_ref().is_some_and(|shown| shown.known.iter().any(|record| !known.contains(record)))
}

/// What all teasers of a snapshot share.
struct Conclusion<'a> {
    source: &'a str,
    page: Option<&'a Url>,
    listing: dates::ListingContext<'a>,
}

impl Conclusion<'_> {
    fn records(&self, teasers: &[Teaser]) -> (Vec<Record>, DateMemory) {
        let resolution = dates::resolve(teasers, &self.listing);
        let stated: Vec<Option<&str>> = resolution.dates.iter().map(|date| date.key.as_deref()).collect();
        let identified = canonical::identify(self.source, self.page, teasers, &stated);
        let records = teasers
            .iter()
            .zip(&resolution.dates)
            .zip(identified)
            .map(|((teaser, date), identity)| self.record(teaser, date, identity))
            .collect();
        (records, resolution.memory)
    }

    fn record(&self, teaser: &Teaser, date: &dates::TeaserDates, identity: canonical::Identified) -> Record {
        let published = date.published.as_ref();
        Record {
            id: identity.id,
            source: self.source.to_owned(),
            title: teaser.title.clone(),
            url: teaser.url.clone(),
            canonical_url: identity.canonical_url,
            excerpt: teaser.excerpt.clone(),
            author: teaser.author.clone(),
            image_url: teaser.image_url.clone(),
            tags: teaser.tags.clone(),
            language: teaser.language.clone().or_else(|| self.listing.language.map(str::to_owned)),
            published_at: published.map(|published| published.value.clone()),
            published_precision: published.map(|published| published.precision),
            published_basis: published.map(|published| published.basis),
            published_raw: published.map(|published| published.raw.clone()),
            published_earliest: date.earliest,
            published_latest: date.latest,
            mentioned_dates: date.mentioned.clone(),
            position: teaser.position,
            fingerprint: fingerprint(teaser.title.as_deref(), teaser.excerpt.as_deref()),
            published_relative: published.is_some_and(|published| published.relative),
            published_offset: published.and_then(|published| published.offset_basis),
        }
    }
}
