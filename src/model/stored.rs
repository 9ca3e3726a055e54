//! A record as the store shows it: the columns of the view `records`.

use super::MentionedDate;
use serde::Serialize;

/// One row of the view `records`. Field order is the order of every export; absent values are `None`, never "".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredRecord {
    /// Stable public id.
    pub id: String,
    /// Name of the source.
    pub source: String,
    /// All that stands in the heading.
    pub title: Option<String>,
    /// Absolute, as the page links it.
    pub url: Option<String>,
    /// What we compare by.
    pub canonical_url: Option<String>,
    /// The text below the heading.
    pub excerpt: Option<String>,
    /// Names of the authors.
    pub author: Option<String>,
    /// Absolute URL of the image.
    pub image_url: Option<String>,
    /// Sections, categories, keywords.
    pub tags: Vec<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// ISO 8601 cut at its precision.
    pub published_at: Option<String>,
    /// How much was stated.
    pub published_precision: Option<String>,
    /// Where it was read.
    pub published_basis: Option<String>,
    /// The text it was read from.
    pub published_raw: Option<String>,
    /// First instant (UTC) of what is known.
    pub published_earliest: Option<String>,
    /// Last instant (UTC) of what is known.
    pub published_latest: Option<String>,
    /// Dates that title and excerpt speak of.
    pub mentioned_dates: Vec<MentionedDate>,
    /// Rank on the page at the latest sighting, from 1.
    pub position: u32,
    /// SHA-256 of the folded title and excerpt.
    pub fingerprint: String,
    /// Least `captured_at` of its sightings (UTC).
    pub first_seen_at: String,
    /// Greatest `captured_at` of its sightings (UTC).
    pub last_seen_at: String,
    /// Number of snapshots it was sighted in.
    pub sightings: u64,
    /// Id shared by near-duplicates: that of the earliest; `None` when alone.
    pub cluster: Option<String>,
}

impl StoredRecord {
    /// Names of the fields, in their order.
    pub const FIELDS: [&'static str; 23] = [
        "id",
        "source",
        "title",
        "url",
        "canonical_url",
        "excerpt",
        "author",
        "image_url",
        "tags",
        "language",
        "published_at",
        "published_precision",
        "published_basis",
        "published_raw",
        "published_earliest",
        "published_latest",
        "mentioned_dates",
        "position",
        "fingerprint",
        "first_seen_at",
        "last_seen_at",
        "sightings",
        "cluster",
    ];

    /// The values as text, in the order of [`Self::FIELDS`]; lists as JSON, an empty list as absent.
    #[must_use]
    pub fn texts(&self) -> [Option<std::borrow::Cow<'_, str>>; 23] {
        fn text(value: Option<&String>) -> Option<std::borrow::Cow<'_, str>> {
            value.map(|value| value.as_str().into())
        }
        fn list<T: Serialize>(list: &[T]) -> Option<std::borrow::Cow<'static, str>> {
            let json = || serde_json::to_string(list).expect("lists of plain values are JSON").into();
            (!list.is_empty()).then(json)
        }
        [
            text(Some(&self.id)),
            text(Some(&self.source)),
            text(self.title.as_ref()),
            text(self.url.as_ref()),
            text(self.canonical_url.as_ref()),
            text(self.excerpt.as_ref()),
            text(self.author.as_ref()),
            text(self.image_url.as_ref()),
            list(&self.tags),
            text(self.language.as_ref()),
            text(self.published_at.as_ref()),
            text(self.published_precision.as_ref()),
            text(self.published_basis.as_ref()),
            text(self.published_raw.as_ref()),
            text(self.published_earliest.as_ref()),
            text(self.published_latest.as_ref()),
            list(&self.mentioned_dates),
            Some(self.position.to_string().into()),
            text(Some(&self.fingerprint)),
            text(Some(&self.first_seen_at)),
            text(Some(&self.last_seen_at)),
            Some(self.sightings.to_string().into()),
            text(self.cluster.as_ref()),
        ]
    }
}
