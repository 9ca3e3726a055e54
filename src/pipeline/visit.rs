//! The network half of a run: visits that were begun, fetched and read, while the other half keeps those before them.
//!
//! In: what the store knew of each source. Out: the pages of its visit, read. Knows no store.

use super::feed::{self, FeedResult, FeedToAsk};
use super::live::{Arrived, read_capture, reading_options, request, warn_of_robots};
use super::run::RunContext;
use super::verdict::PageResult;
use crate::config::SourceConfig;
use crate::fetch::{Fetched, Request};
use crate::model::{ListingMemory, Validators};
use crate::store::VisitId;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;
use url::Url;

/// How often a run looks whether it should stop.
const STOP_POLL: Duration = Duration::from_millis(100);

/// Makes the visits that `begun` names, all at once, and tells `ended` of each; until no more can come, or nobody listens.
pub(super) async fn make_visits<'a>(
    context: &RunContext<'a>,
    mut begun: UnboundedReceiver<Begun<'a>>,
    ended: Sender<Visited<'a>>,
) {
    let readers = Semaphore::new(std::thread::available_parallelism().map_or(1, NonZeroUsize::get));
    let mut under_way = FuturesUnordered::new();
    let mut is_open = true;
    while is_open || !under_way.is_empty() {
        tokio::select! {
            next = begun.recv(), if is_open => match next {
                Some(next) => under_way.push(visit(context, &readers, next)),
                None => is_open = false,
            },
            Some(visited) = under_way.next() => {
                if ended.send(visited).is_err() {
                    return;
                }
            }
        }
    }
}

/// Waits until `stop` turns true.
pub(super) async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(STOP_POLL).await;
    }
}

/// A visit about to start: everything that must be read from the store before.
pub(super) struct Begun<'a> {
    pub(super) source: &'a SourceConfig,
    pub(super) visit: VisitId,
    pub(super) pages: Vec<PageToVisit>,
    pub(super) feed: Option<FeedToAsk<'a>>,
}

/// One page of a visit with what is remembered about it.
pub(super) struct PageToVisit {
    pub(super) url: Url,
    pub(super) validators: Validators,
    pub(super) memory: ListingMemory,
    pub(super) had_records: bool,
}

/// A visit whose pages were fetched and read, and not yet kept.
pub(super) struct Visited<'a> {
    pub(super) source: &'a SourceConfig,
    pub(super) visit: VisitId,
    pub(super) pages: Vec<PageResult>,
    /// The feed of the source, where it was asked for.
    pub(super) feed: Option<FeedResult>,
    /// The run was stopped before its last page.
    pub(super) is_cut: bool,
}

async fn visit<'a>(context: &RunContext<'a>, readers: &Semaphore, begun: Begun<'a>) -> Visited<'a> {
    let source = begun.source;
    let mut pages = Vec::new();
    for page in begun.pages {
        let request = Request { validators: page.validators.clone(), ..request(source, &page.url) };
        if pages.is_empty() {
            warn_of_robots(&request);
        }
        // What is under way on the network is dropped when the run is stopped; what has arrived is read and kept.
        let fetched = tokio::select! {
            biased;
            fetched = context.fetcher.fetch(&request) => fetched,
            () = stopped(context.stop) => {
                return Visited { source, visit: begun.visit, pages, feed: None, is_cut: true };
            }
        };
        pages.push(match fetched {
            Ok(Fetched::Captured(capture)) => {
                // As many pages are read at once as there are cores: more only hold memory.
                let _turn = readers.acquire().await;
                let PageToVisit { url, memory, had_records, .. } = page;
                let arrived = Arrived { url, memory, had_records, capture: *capture };
                read_capture(&source.name, reading_options(source), arrived).await
            }
            Ok(Fetched::NotModified(answer)) => {
                PageResult::Unchanged { url: page.url, answer, rhythm: page.memory.rhythm }
            }
            Err(error) => PageResult::Failed(error),
        });
    }
    // A site that does not answer is left alone.
    let has_answered = pages.iter().any(|page| !matches!(page, PageResult::Failed(_)));
    let (feed, is_cut) = match begun.feed.filter(|_| has_answered) {
        Some(feed) => tokio::select! {
            biased;
            result = feed::ask(context.fetcher, source, feed, reading_options(source)) => (Some(result), false),
            () = stopped(context.stop) => (None, true),
        },
        None => (None, false),
    };
    Visited { source, visit: begun.visit, pages, feed, is_cut }
}
