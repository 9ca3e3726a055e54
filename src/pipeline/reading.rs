//! One snapshot to records: extract, dates, canonical, fingerprint. Live pages and dumps take the same way.

use crate::model::{Extraction, FurnitureReason, ListingMemory, Record, Snapshot, Teaser};
use crate::{canonical, dates, extract, fingerprint};
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
    /// The furniture, identified like records so that the same block is recognised elsewhere.
    pub furniture: Vec<(Record, FurnitureReason)>,
    /// What the extractor said; `extraction.teasers[i]` became `records[i]`.
    pub extraction: Extraction,
    /// The memory after this page.
    pub memory: ListingMemory,
}

/// Reads one snapshot. Pure: the same snapshot and memory give the same reading, today and in ten years.
#[must_use]
pub fn read(snapshot: &Snapshot, memory: &ListingMemory, options: &ReadingOptions) -> Reading {
    let extraction = extract::teasers(snapshot, memory, &options.extract);
    let language = options.language.as_deref().or(extraction.language.as_deref());
    let resolution = dates::resolve(
        &extraction.teasers,
        &dates::ListingContext {
            captured_at: snapshot.captured_at,
            zone: options.zone.as_ref(),
            language,
            page_dates: &extraction.page_dates,
            memory: &memory.dates,
        },
    );
    let page = Url::parse(&snapshot.page).ok();
    let place = Place { source: &snapshot.source, page: page.as_ref().or(extraction.base_url.as_ref()), language };
    let records = records(&place, &extraction.teasers, &resolution.dates);
    let blocks: Vec<Teaser> = extraction.furniture.iter().map(|block| block.teaser.clone()).collect();
    let undated = vec![dates::TeaserDates::default(); blocks.len()];
    let furniture = self::records(&place, &blocks, &undated)
        .into_iter()
        .zip(extraction.furniture.iter().map(|block| block.reason))
        .collect();
    let memory = ListingMemory {
        dates: resolution.memory,
        wrapper: extraction.wrapper.clone().or_else(|| memory.wrapper.clone()),
    };
    Reading { records, furniture, extraction, memory }
}

/// Where teasers were found.
struct Place<'a> {
    source: &'a str,
    page: Option<&'a Url>,
    language: Option<&'a str>,
}

fn records(place: &Place<'_>, teasers: &[Teaser], dates: &[dates::TeaserDates]) -> Vec<Record> {
    let stated: Vec<Option<&str>> =
        dates.iter().map(|d| d.published.as_ref().filter(|p| !p.relative).map(|p| p.value.as_str())).collect();
    let identified = canonical::identify(place.source, place.page, teasers, &stated);
    teasers
        .iter()
        .zip(dates)
        .zip(identified)
        .map(|((teaser, date), identity)| Record {
            id: identity.id,
            source: place.source.to_owned(),
            title: teaser.title.clone(),
            url: teaser.url.clone(),
            canonical_url: identity.canonical_url,
            excerpt: teaser.excerpt.clone(),
            author: teaser.author.clone(),
            image_url: teaser.image_url.clone(),
            tags: teaser.tags.clone(),
            language: teaser.language.clone().or_else(|| place.language.map(str::to_owned)),
            published_at: date.published.as_ref().map(|p| p.value.clone()),
            published_precision: date.published.as_ref().map(|p| p.precision),
            published_basis: date.published.as_ref().map(|p| p.basis),
            published_raw: date.published.as_ref().map(|p| p.raw.clone()),
            published_earliest: date.earliest,
            published_latest: date.latest,
            mentioned_dates: date.mentioned.clone(),
            position: teaser.position,
            fingerprint: fingerprint::exact(teaser.title.as_deref(), teaser.excerpt.as_deref()),
            published_relative: date.published.as_ref().is_some_and(|p| p.relative),
        })
        .collect()
}
