//! The clean row.

use super::{Basis, CanonicalUrl, Fingerprint, MentionedDate, OffsetBasis, Precision, RecordId};
use jiff::Timestamp;
use serde::Serialize;
use url::Url;

/// A cleaned story: what `extract` prints and `store` keeps. Field order is the order of every export.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Stable public id.
    pub id: RecordId,
    /// Name of the source.
    pub source: String,
    /// All that stands in the heading.
    pub title: Option<String>,
    /// Absolute, as the page links it.
    pub url: Option<Url>,
    /// What we compare by; never fetched.
    pub canonical_url: Option<CanonicalUrl>,
    /// The text below the heading.
    pub excerpt: Option<String>,
    /// Names of the authors.
    pub author: Option<String>,
    /// Absolute URL of the image.
    pub image_url: Option<Url>,
    /// Sections, categories, keywords.
    pub tags: Vec<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// ISO 8601 cut at its precision.
    pub published_at: Option<String>,
    /// How much was stated.
    pub published_precision: Option<Precision>,
    /// Where it was read.
    pub published_basis: Option<Basis>,
    /// The text it was read from.
    pub published_raw: Option<String>,
    /// First instant (UTC) of what is known.
    pub published_earliest: Option<Timestamp>,
    /// Last instant (UTC) of what is known.
    pub published_latest: Option<Timestamp>,
    /// Dates that title and excerpt speak of.
    pub mentioned_dates: Vec<MentionedDate>,
    /// Rank on the page, from 1.
    pub position: u32,
    /// SHA-256 of the folded title and excerpt.
    pub fingerprint: Fingerprint,
    /// True when `published_at` counts back from the capture; kept so that `store` can freeze it.
    #[serde(skip)]
    pub published_relative: bool,
    /// How the offset of `published_at` is known, for `explain`.
    #[serde(skip)]
    pub published_offset: Option<OffsetBasis>,
}
