//! Which teasers of a snapshot are the same article, and the id of each.

use crate::model::{CanonicalUrl, RecordId, Teaser};
use crate::text::fold;
use url::Url;

/// Identity of one teaser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The public id.
    pub id: RecordId,
    /// The canonical URL, also where it is not usable as a key.
    pub canonical_url: Option<CanonicalUrl>,
}

/// Identifies all teasers of one snapshot together, because a URL that three of them share is no key.
///
/// In: the source's name, the page's URL if it is known, the teasers and, in the same order, the absolute date
/// that each states. Out: one identity per teaser, in the same order.
#[must_use]
pub fn identify(
    source: &str,
    _page: Option<&Url>,
    teasers: &[Teaser],
    stated_dates: &[Option<&str>],
) -> Vec<Identified> {
    teasers
        .iter()
        .zip(stated_dates)
        .map(|(teaser, date)| {
            let canonical_url = teaser.url.as_ref().map(super::canonicalize);
            let title = fold(teaser.title.as_deref().unwrap_or_default());
            let id = match &canonical_url {
                Some(url) => RecordId::of(&[source.as_bytes(), b"url", url.as_str().as_bytes()]),
                None => {
                    RecordId::of(&[source.as_bytes(), b"text", title.as_bytes(), date.unwrap_or_default().as_bytes()])
                }
            };
            Identified { id, canonical_url }
        })
        .collect()
}
