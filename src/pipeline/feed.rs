//! The feed of a source: asked for once a visit, beside the listing, and what it says kept for the listing's records.
//!
//! In: the `feed` of a source in the config. Out: a [`FeedResult`]. Nothing that happens to the feed touches the visit of
//! the listing: what went wrong is told in words. A capture of the feed is read without any memory, so that what it says
//! depends on itself alone.

use super::keeping::{write_capture, write_not_modified};
use super::live::{request, snapshot_of};
use super::reading::{Reading, ReadingOptions, read};
use crate::archive::Archive;
use crate::config::SourceConfig;
use crate::extract::Selectors;
use crate::fetch::{Capture, Fetched, Fetcher, NotModified, Request};
use crate::model::{ListingMemory, Method, Notice, Snapshot, Validators};
use crate::store::{ArchivePlace, FeedReport, SnapshotCommit, Store, StoreError, VisitId};
use tracing::{debug, warn};
use url::Url;

/// The feed of a visit about to start.
pub(super) struct FeedToAsk<'a> {
    pub(super) url: &'a Url,
    pub(super) validators: Validators,
}

/// What became of it.
pub(super) enum FeedResult {
    /// Fetched and read; `problem` says what is wrong with it.
    Read { url: Url, capture: Box<Capture>, snapshot: Box<Snapshot>, reading: Box<Reading>, problem: Option<String> },
    /// The server says that it did not change.
    Unchanged { url: Url, answer: Box<NotModified> },
    /// Not to be had.
    Failed(String),
}

impl FeedResult {
    /// True when there is something for the archive.
    pub(super) fn is_answer(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

/// The request for the feed of a source: never rendered, and the headers of the config go to the listing's origin alone.
pub(super) fn feed_request(source: &SourceConfig, feed: &FeedToAsk<'_>) -> Request {
    let mut asked = Request { render: None, validators: feed.validators.clone(), ..request(source, feed.url) };
    if !source.urls.iter().any(|url| url.origin() == feed.url.origin()) {
        asked.headers.clear();
    }
    asked
}

/// Asks for the feed and reads it.
pub(super) async fn ask(
    fetcher: &Fetcher,
    source: &SourceConfig,
    feed: FeedToAsk<'_>,
    options: ReadingOptions,
) -> FeedResult {
    let url = feed.url.clone();
    let capture = match fetcher.fetch(&feed_request(source, &feed)).await {
        Ok(Fetched::Captured(capture)) => capture,
        Ok(Fetched::NotModified(answer)) => return FeedResult::Unchanged { url, answer },
        Err(error) => return FeedResult::Failed(error.to_string()),
    };
    let snapshot = snapshot_of(&source.name, &url, &capture);
    let work = tokio::task::spawn_blocking(move || {
        let reading = read_feed(&snapshot, &options);
        (snapshot, reading)
    });
    match work.await {
        Ok((snapshot, reading)) => {
            let problem = problem(&reading);
            FeedResult::Read { url, capture, snapshot: Box::new(snapshot), reading: Box::new(reading), problem }
        }
        // Only a defect of ours ends here.
        Err(error) => FeedResult::Failed(format!("the program failed on `{}`: {error}", url.path())),
    }
}

/// What one capture of a feed says. Pure, and without memory.
pub(super) fn read_feed(snapshot: &Snapshot, options: &ReadingOptions) -> Reading {
    let mut options = options.clone();
    // They speak of the listing.
    options.extract.selectors = Selectors::default();
    read(snapshot, &ListingMemory::default(), &options)
}

/// What is wrong with a feed that has arrived.
fn problem(reading: &Reading) -> Option<String> {
    let extraction = &reading.extraction;
    if extraction.method != Method::Feed {
        return Some("what the server sends is no feed".to_owned());
    }
    let is_empty = extraction.teasers.is_empty() && extraction.notice != Some(Notice::Empty);
    is_empty.then(|| extraction.reason.clone().unwrap_or_else(|| "it has no entries".to_owned()))
}

/// Keeps what the feed of a visit gave, and says why it could not be read where it could not. Also says whether its
/// original was lost.
pub(super) fn keep(
    store: &mut Store,
    archive: Option<&mut Archive>,
    source: &str,
    visit: VisitId,
    feed: &FeedResult,
) -> Result<KeptFeed, StoreError> {
    let mut kept = KeptFeed::default();
    match feed {
        FeedResult::Read { url, capture, snapshot, reading, problem } => {
            let keeps_originals = archive.is_some();
            let archived = write_capture(archive, capture);
            kept.is_unarchived = keeps_originals && archived.is_none();
            let FeedReport { entries, filled } = commit(store, snapshot, reading, Some(visit), archived)?;
            debug!(source.id = source, entries, filled, "the feed of `{source}` filled {filled} records in");
            // One that cannot be read is asked for as a whole next time.
            let validators = if problem.is_none() { &capture.validators } else { &Validators::default() };
            store.keep_validators(source, url.as_str(), validators)?;
            kept.problem.clone_from(problem);
        }
        FeedResult::Unchanged { url, answer } => {
            kept.is_unarchived = !write_not_modified(archive, answer);
            store.keep_validators(source, url.as_str(), &answer.validators)?;
        }
        FeedResult::Failed(problem) => kept.problem = Some(problem.clone()),
    }
    if let Some(problem) = &kept.problem {
        warn!(source.id = source, "the feed of `{source}` could not be read: {problem}");
    }
    Ok(kept)
}

/// How keeping a feed went.
#[derive(Default)]
pub(super) struct KeptFeed {
    pub(super) problem: Option<String>,
    pub(super) is_unarchived: bool,
}

/// Keeps one capture of a feed.
pub(super) fn commit(
    store: &mut Store,
    snapshot: &Snapshot,
    reading: &Reading,
    visit: Option<VisitId>,
    archived: Option<ArchivePlace>,
) -> Result<FeedReport, StoreError> {
    let is_feed = reading.extraction.method == Method::Feed;
    store.commit_feed(&SnapshotCommit {
        snapshot,
        listing: "",
        records: if is_feed { &reading.records } else { &[] },
        furniture: &[],
        method: reading.extraction.method,
        rejections: if is_feed { &reading.extraction.rejections } else { &[] },
        encodings: None,
        columns: &[],
        memory: &reading.memory,
        visit,
        archived,
    })
}
