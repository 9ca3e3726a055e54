//! All date texts of one listing together: order, language, missing years, intervals, mentions.

use crate::model::{DateMemory, DateText, MentionedDate, PublishedAt, Teaser};
use jiff::Timestamp;

/// What is known about the listing.
#[derive(Debug, Clone)]
pub struct ListingContext<'a> {
    /// When the page was captured.
    pub captured_at: Timestamp,
    /// Zone for times without an offset; `None`: such values keep no offset.
    pub zone: Option<&'a jiff::tz::TimeZone>,
    /// BCP 47 language of the page.
    pub language: Option<&'a str>,
    /// Dates that the page states about itself.
    pub page_dates: &'a [DateText],
    /// What earlier snapshots taught.
    pub memory: &'a DateMemory,
}

/// The dates of one teaser.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeaserDates {
    /// What it states about its publication; for an undated teaser, only when the interval is one day.
    pub published: Option<PublishedAt>,
    /// First instant that is possible.
    pub earliest: Option<Timestamp>,
    /// Last instant that is possible.
    pub latest: Option<Timestamp>,
    /// Dates that title and excerpt speak of.
    pub mentioned: Vec<MentionedDate>,
}

/// The dates of all teasers, in their order, and what was learned.
#[derive(Debug, Clone, Default)]
pub struct Resolution {
    /// One per teaser, in the same order.
    pub dates: Vec<TeaserDates>,
    /// The memory after this page.
    pub memory: DateMemory,
}

/// Resolves the dates of all teasers of one snapshot together.
#[must_use]
pub fn resolve(teasers: &[Teaser], context: &ListingContext<'_>) -> Resolution {
    Resolution { dates: vec![TeaserDates::default(); teasers.len()], memory: context.memory.clone() }
}
