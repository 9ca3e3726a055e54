//! One live page: how it is asked for, read and kept. Visits, backfills and looks at a page share it.

use super::listing::listing_of_url;
use super::reading::{Reading, ReadingOptions, read};
use super::teaching;
use super::verdict::PageResult;
use crate::config::{Robots, SourceConfig};
use crate::content_coding;
use crate::extract;
use crate::fetch::{Capture, FetchError, Fetched, Fetcher, Request};
use crate::model::{CaptureBasis, Digest, ListingMemory, Origin, Snapshot};
use crate::store::{ArchivePlace, CommitReport, SnapshotCommit, Store, StoreError, VisitId};
use jiff::tz::TimeZone;
use url::Url;

/// First bytes of gzip. Sitemaps are sent as files of their own that happen to be compressed.
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Bytes of such a file once it is unpacked: the protocol of sitemaps allows 50 MB.
const MAX_UNPACKED_BYTES: usize = 64 << 20;

/// How the pages of one source are asked for and read.
#[derive(Debug, Clone)]
pub struct PageSettings {
    /// The request, to be made for any page of the source.
    pub request: Request,
    /// How its pages are read.
    pub reading: ReadingOptions,
}

impl PageSettings {
    /// The settings of a configured source, for one of its pages.
    #[must_use]
    pub fn of(source: &SourceConfig, url: &Url) -> Self {
        Self { request: request(source, url), reading: reading_options(source) }
    }
}

/// The request that a visit at a page of `source` makes; without validators it asks for the whole page.
#[must_use]
pub fn request(source: &SourceConfig, url: &Url) -> Request {
    Request {
        headers: source.headers.clone(),
        allowed_networks: source.allow_networks.clone(),
        ignore_robots: source.robots == Robots::Ignore,
        delay: source.delay,
        render: source.render_command.clone(),
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

/// Says in the log that a source does not obey robots.txt.
pub(super) fn warn_of_robots(request: &Request) {
    if request.ignore_robots {
        let source = &request.source;
        tracing::warn!(source.id = %source, "`{source}` ignores robots.txt, as the config says");
    }
}

/// A page that has arrived, with what is remembered about it.
pub(super) struct Arrived {
    pub(super) url: Url,
    pub(super) memory: ListingMemory,
    pub(super) had_records: bool,
    pub(super) capture: Capture,
}

/// Reads what was captured, on another thread.
pub(super) async fn read_capture(source: &str, options: ReadingOptions, arrived: Arrived) -> PageResult {
    let Arrived { url, memory, had_records, capture } = arrived;
    let snapshot = snapshot_of(source, &url, &capture);
    let work = tokio::task::spawn_blocking(move || {
        let reading = read(&snapshot, &memory, &options);
        (snapshot, reading)
    });
    match work.await {
        Ok((snapshot, reading)) => PageResult::Read {
            url,
            capture: Box::new(capture),
            snapshot: Box::new(snapshot),
            reading: Box::new(reading),
            had_records,
        },
        // Only a defect of ours ends here; it is told like any failure, and the other pages go on.
        Err(error) => PageResult::Defect { url, problem: error.to_string() },
    }
}

/// A page that was read and archived.
pub(super) struct ToKeep<'a> {
    pub(super) visit: Option<VisitId>,
    pub(super) url: &'a Url,
    pub(super) snapshot: &'a Snapshot,
    pub(super) reading: &'a Reading,
    /// False keeps the snapshot alone: what it shows is not the listing.
    pub(super) keeps: bool,
    pub(super) archived: Option<ArchivePlace>,
}

/// Keeps what a page gave, in one transaction.
pub(super) fn commit(store: &mut Store, zone: Option<&TimeZone>, page: ToKeep<'_>) -> Result<CommitReport, StoreError> {
    let ToKeep { visit, url, snapshot, reading, keeps, archived } = page;
    let listing = listing_of_url(url.clone());
    let before = store.memory(&snapshot.source, &listing)?.dates;
    let commit = SnapshotCommit {
        snapshot,
        listing: &listing,
        records: if keeps { &reading.records } else { &[] },
        furniture: if keeps { &reading.furniture } else { &[] },
        method: reading.extraction.method,
        rejections: &reading.extraction.rejections,
        encodings: reading.extraction.encoding_conflict.as_ref(),
        columns: &[],
        memory: &reading.memory,
        visit,
        archived,
    };
    teaching::commit(store, &commit, &before, zone)
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
        Fetched::NotModified(_) => Err(FetchError::Malformed {
            url: request.url.path().to_owned(),
            reason: "304 although nothing was asked conditionally".to_owned(),
        }),
    }
}

/// The snapshot of a capture. `url` is what was asked for, and names the page; relative links lead on from where the
/// redirects ended.
pub(super) fn snapshot_of(source: &str, url: &Url, capture: &Capture) -> Snapshot {
    let body = unpacked(&capture.body);
    Snapshot {
        source: source.to_owned(),
        page: url.to_string(),
        base_url: Some(capture.url.clone()),
        captured_at: capture.captured_at,
        captured_basis: CaptureBasis::Fetch,
        content_type: capture.content_type(),
        digest: Digest::of_body(&body),
        body,
        origin: Origin::Live,
    }
}

/// The body, unpacked when it is a gzip file; as it is when that fails.
pub(super) fn unpacked(body: &bytes::Bytes) -> Vec<u8> {
    if body.starts_with(&GZIP)
        && let Ok(decoded) = content_coding::decode(body.clone(), "gzip", MAX_UNPACKED_BYTES)
    {
        return decoded.body.to_vec();
    }
    body.to_vec()
}
