//! One live page to a snapshot: what a visit and a look at a page share.

use super::listing::listing_of_url;
use super::reading::ReadingOptions;
use crate::config::{Robots, SourceConfig};
use crate::extract;
use crate::fetch::{Capture, FetchError, Fetched, Fetcher, Request};
use crate::model::{CaptureBasis, Digest, ListingMemory, Origin, Snapshot};
use crate::store::{Store, StoreError};
use url::Url;

/// The request that a visit at a page of `source` makes; without validators it asks for the whole page.
#[must_use]
pub fn request(source: &SourceConfig, url: &Url) -> Request {
    Request {
        headers: source.headers.clone(),
        allowed_networks: source.allow_networks.clone(),
        ignore_robots: source.robots == Robots::Ignore,
        delay: source.delay,
        ..Request::new(&source.name, url.clone())
    }
}

/// How the pages of `source` are read.
#[must_use]
pub fn reading_options(source: &SourceConfig) -> ReadingOptions {
    let mut options = extract::Options::default();
    options.selectors.clone_from(&source.selectors);
    ReadingOptions { extract: options, zone: source.time_zone.clone(), language: source.language.clone() }
}

/// What is remembered about the listing of a page.
///
/// # Errors
/// When the store cannot be read.
pub fn memory_of_page(store: &Store, source: &str, url: &Url) -> Result<ListingMemory, StoreError> {
    store.memory(source, &listing_of_url(url.clone()))
}

/// Fetches one page to look at it; nothing is kept.
///
/// # Errors
/// [`FetchError`]: robots.txt, politeness and all limits apply as at a visit.
pub async fn fetch_page(fetcher: &Fetcher, request: &Request) -> Result<Snapshot, FetchError> {
    match fetcher.fetch(request).await? {
        Fetched::Captured(capture) => Ok(snapshot_of(&request.source, &request.url, &capture)),
        Fetched::NotModified { .. } => Err(FetchError::Malformed {
            url: request.url.path().to_owned(),
            reason: "304 although nothing was asked conditionally".to_owned(),
        }),
    }
}

/// The snapshot of a capture. `url` is what was asked for, and names the page; relative links lead on from where the
/// redirects ended.
pub(super) fn snapshot_of(source: &str, url: &Url, capture: &Capture) -> Snapshot {
    Snapshot {
        source: source.to_owned(),
        page: url.to_string(),
        base_url: Some(capture.url.clone()),
        captured_at: capture.captured_at,
        captured_basis: CaptureBasis::Fetch,
        content_type: capture.content_type(),
        digest: Digest::of_body(&capture.body),
        body: capture.body.to_vec(),
        origin: Origin::Live,
    }
}
