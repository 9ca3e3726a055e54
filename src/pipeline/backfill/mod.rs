//! A listing into its past: page after page, from a frontier that the store keeps.
//!
//! In: where to begin and when to stop. Out: a [`BackfillReport`]. Everything that a page gave, the pages that it names
//! and that it is done are one transaction, so a backfill that was interrupted or killed simply goes on. Pages are
//! asked for, read, archived and kept exactly as at a visit; what is different is which page comes next.

mod pace;
mod plan;
mod report;

use super::keeping::{sync_captures, write_capture};
use super::listing::listing_of_url;
use super::live::{Arrived, PageSettings, ToKeep, commit, read_capture, warn_of_robots};
use super::lock::{Lock, LockError};
use super::verdict::{PageResult, verdict};
use crate::archive::Archive;
use crate::fetch::{Clock, FetchError, Fetched, Fetcher, Request};
use crate::frontier;
use crate::model::{BackfillState, FrontierPage, FrontierSlot, FrontierYield, ListingMemory, Outcome, Validators, Way};
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use pace::Pace;
use plan::{Found, Plan};
pub use report::{BackfillEnd, BackfillProgress, BackfillReport};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tracing::{debug, info};
use url::Url;

/// Times that one page is asked for in one call before it is left for later; the fetcher tries again by itself, too.
const MAX_TRIES: u32 = 2;
/// A site that asks for more patience than this is left alone until the next call.
const MAX_PATIENCE: Duration = Duration::from_mins(10);
/// Pages after which near-duplicates and the full-text index follow: so often that a search in between finds most of
/// what was collected, so seldom that it costs nothing.
const SETTLE_EVERY: u64 = 200;

/// What a backfill works with.
pub struct BackfillContext<'a> {
    /// Fetches pages.
    pub fetcher: &'a Fetcher,
    /// Tells when a backfill began and ended.
    pub clock: &'a dyn Clock,
    /// Turns true when it should stop.
    pub stop: &'a AtomicBool,
    /// Folder of the archive; `None` keeps no originals.
    pub archive: Option<&'a Path>,
    /// Pause between two requests to one site.
    pub pause: Duration,
}

/// Why a backfill could not go on. What was committed before stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackfillError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lock could not be handed over or taken back.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// Where a backfill begins and when it stops.
#[derive(Debug, Clone)]
pub struct BackfillOptions {
    /// The listing's first page, a feed, a sitemap, or an API's list of posts.
    pub start: Url,
    /// How its pages are asked for and read.
    pub settings: PageSettings,
    /// The ways to take; none: the best that the first page offers, and the next best when that gives nothing.
    pub ways: Vec<Way>,
    /// Pages to fetch at most.
    pub pages: Option<u64>,
    /// Ends a chain of pages behind the first one whose records are all older.
    pub until: Option<Timestamp>,
    /// Ends a chain after so many pages in a row whose records were all stored before.
    pub known: Option<u32>,
    /// Begins anew where an earlier backfill was.
    pub again: bool,
    /// Fetches the pages of a sitemap that has no titles, each of them.
    pub articles: bool,
}

/// Goes back through a listing.
///
/// `progress` is called after each page. Whoever waits for `lock` gets it between two pages.
///
/// # Errors
/// Only when the store cannot go on; what was committed before stays.
pub async fn backfill(
    store: &mut Store,
    context: &BackfillContext<'_>,
    options: &BackfillOptions,
    lock: Option<&mut Lock>,
    mut progress: impl FnMut(&BackfillProgress),
) -> Result<BackfillReport, BackfillError> {
    let now = context.clock.now();
    let state = open(store, options, now)?;
    let mut report = BackfillReport::begin(options, &state);
    if state.finished_at.is_some() {
        report.end = BackfillEnd::DoneBefore;
        return Ok(report);
    }
    context.fetcher.remember(store.fetch_memory()?);
    warn_of_robots(&options.settings.request);
    let run = store.begin_run("backfill", now)?;
    let mut work = Work {
        context,
        options,
        number: state.number,
        archive: context.archive.map(|folder| Archive::new(folder.to_owned())),
        pace: Pace::begin(),
        lock,
        report: &mut report,
    };
    let end = work.all(store, &mut progress).await?;
    report.finish(store, context.clock.now(), state.number, end)?;
    super::near::settle(store)?;
    store.keep_fetch_memory(&context.fetcher.changes())?;
    store.finish_run(run, context.clock.now())?;
    Ok(report)
}

/// The backfill to work on: the one that was begun, unless it ended of itself.
fn open(store: &mut Store, options: &BackfillOptions, now: Timestamp) -> Result<BackfillState, StoreError> {
    let (source, start) = (options.settings.request.source.as_str(), options.start.as_str());
    let known = store.backfill(source, start)?;
    if let Some(state) = known {
        if options.again {
            store.forget_backfill(state.number)?;
        } else {
            let ended_by_rule = state.ended.as_deref().is_some_and(BackfillEnd::can_go_on);
            if state.finished_at.is_none() || ended_by_rule {
                store.reopen_backfill(state.number, ended_by_rule)?;
            }
            return Ok(store.backfill(source, start)?.unwrap_or(state));
        }
    }
    store.begin_batch()?;
    let number = store.begin_backfill(source, start, now)?;
    store.enqueue(number, &plan::start_page(&options.start), FrontierSlot::Waiting)?;
    store.end_batch()?;
    Ok(store.backfill(source, start)?.unwrap_or_default())
}

/// A backfill at work.
struct Work<'a> {
    context: &'a BackfillContext<'a>,
    options: &'a BackfillOptions,
    number: i64,
    archive: Option<Archive>,
    pace: Pace,
    lock: Option<&'a mut Lock>,
    report: &'a mut BackfillReport,
}

/// What became of one page.
enum Step {
    /// It is done, or left out.
    Next,
    /// It may be had later.
    Later(FetchError),
    /// Nothing more can be done now.
    End(BackfillEnd),
}

impl Work<'_> {
    /// Page after page until a rule ends it.
    async fn all(
        &mut self,
        store: &mut Store,
        progress: &mut impl FnMut(&BackfillProgress),
    ) -> Result<BackfillEnd, BackfillError> {
        let (mut tried, mut last_tried) = (0, None);
        loop {
            if self.is_stopped() || !self.give_way().await? {
                return Ok(BackfillEnd::Stopped);
            }
            let Some(state) = store.backfill(&self.options.settings.request.source, self.options.start.as_str())?
            else {
                return Ok(BackfillEnd::Stopped);
            };
            if self.options.pages.is_some_and(|most| state.pages - state.stint_from >= most) {
                return Ok(BackfillEnd::Pages);
            }
            let Some((entry, page)) = store.next_in_frontier(self.number)? else {
                if let Some(end) = self.dry(store)? {
                    return Ok(end);
                }
                continue;
            };
            tried = if last_tried == Some(entry) { tried + 1 } else { 1 };
            last_tried = Some(entry);
            match self.page(store, entry, &page).await? {
                Step::Next => {}
                Step::Later(error) if tried >= MAX_TRIES => self.put_off(store, entry, &page, &error)?,
                Step::Later(_) => continue,
                Step::End(end) => return Ok(end),
            }
            let seen = self.pace.progress(store, &page, self.options, self.context.clock.now())?;
            if let Some(seen) = seen {
                if self.report.pages.is_multiple_of(SETTLE_EVERY) {
                    super::near::settle(store)?;
                }
                progress(&seen);
            }
        }
    }

    /// Lets whoever waits for the lock have it for a while. False when the backfill was stopped meanwhile.
    async fn give_way(&mut self) -> Result<bool, LockError> {
        let Some(lock) = self.lock.as_deref_mut() else { return Ok(true) };
        if !lock.is_wanted()? {
            return Ok(true);
        }
        let is_back = lock.give_way(self.context.stop)?;
        // What the other asked of the site counts, too.
        self.wait(self.context.pause).await;
        Ok(is_back)
    }

    fn is_stopped(&self) -> bool {
        self.context.stop.load(Ordering::Relaxed)
    }

    /// Nothing waits: second guesses get their turn, then other ways, then it is over.
    fn dry(&mut self, store: &Store) -> Result<Option<BackfillEnd>, StoreError> {
        if self.take_more(store)? {
            return Ok(None);
        }
        Ok(Some(if let Some(error) = self.report.put_off.take() {
            BackfillEnd::Unreachable { detail: error }
        } else if !store.has_in_frontier(self.number, FrontierSlot::Beyond)? {
            BackfillEnd::Complete
        } else if self.report.cut_by_known {
            BackfillEnd::Known
        } else {
            BackfillEnd::Until
        }))
    }

    /// Gives pages their turn that were put aside. Returns true when there are any.
    ///
    /// Another way is taken when the ways so far gave nothing; an archive also when it lies before all that they
    /// reached, because many pagers end long before their list does.
    fn take_more(&self, store: &Store) -> Result<bool, StoreError> {
        if store.move_all(self.number, FrontierSlot::Doubtful, FrontierSlot::Waiting)? > 0 {
            return Ok(true);
        }
        let spares = store.spares(self.number)?;
        let Some(best) = spares.first().map(|(_, page)| page.way) else { return Ok(false) };
        let gave_nothing = store.fresh_below_start(self.number)? == 0;
        let state = store.backfill(&self.options.settings.request.source, self.options.start.as_str())?;
        let reached = state.and_then(|state| state.reached).map(plan::day_of);
        let mut is_any = false;
        for (entry, page) in &spares {
            if (gave_nothing && page.way == best) || plan::lies_before(page, reached) {
                store.set_in_frontier(*entry, FrontierSlot::Waiting)?;
                info!(url = page.url.path(), "going by `{}` now", page.way.as_str());
                is_any = true;
            }
        }
        Ok(is_any)
    }

    fn put_off(
        &mut self,
        store: &Store,
        entry: i64,
        page: &FrontierPage,
        error: &FetchError,
    ) -> Result<(), StoreError> {
        store.set_in_frontier(entry, FrontierSlot::Later)?;
        debug!(url = page.url.path(), "left for the next call: {error}");
        self.report.put_off = Some(error.to_string());
        Ok(())
    }

    /// Visits one page.
    async fn page(&mut self, store: &mut Store, entry: i64, page: &FrontierPage) -> Result<Step, StoreError> {
        let (visited, alive) = store.template_yield(self.number, &page.template)?;
        if page.depth > 0 && frontier::is_spent(visited, alive) {
            self.report.trap(frontier::Trap::Spent, &page.key);
            store.set_in_frontier(entry, FrontierSlot::Failed)?;
            return Ok(Step::Next);
        }
        let memory = store.memory(&self.options.settings.request.source, &listing_of_url(page.url.clone()))?;
        // Never conditionally: a page that did not change still names the next one.
        let request = Request {
            url: page.url.clone(),
            validators: Validators::default(),
            ..self.options.settings.request.clone()
        };
        let fetched = tokio::select! {
            fetched = self.context.fetcher.fetch(&request) => fetched,
            () = super::visit::stopped(self.context.stop) => return Ok(Step::End(BackfillEnd::Stopped)),
        };
        match fetched {
            Ok(Fetched::Captured(capture)) => {
                let before = memory.clone();
                let arrived = Arrived { url: page.url.clone(), memory, had_records: false, capture: *capture };
                let result = read_capture(&request.source, self.options.settings.reading.clone(), arrived).await;
                self.keep(store, entry, page, result, before)
            }
            Ok(Fetched::NotModified(_)) => {
                store.set_in_frontier(entry, FrontierSlot::Failed)?;
                Ok(Step::Next)
            }
            Err(error) => self.failed(store, entry, page, error).await,
        }
    }

    async fn failed(
        &mut self,
        store: &Store,
        entry: i64,
        page: &FrontierPage,
        error: FetchError,
    ) -> Result<Step, StoreError> {
        if let FetchError::RateLimited { retry_after, .. } = &error {
            if *retry_after > MAX_PATIENCE {
                return Ok(Step::End(BackfillEnd::Slowed { wait: *retry_after }));
            }
            info!(wait_s = retry_after.as_secs(), "the site asks for patience");
            self.wait(*retry_after).await;
            return Ok(Step::Later(error));
        }
        if error.is_transient() {
            return Ok(Step::Later(error));
        }
        if page.depth == 0 {
            return Ok(Step::End(BackfillEnd::Failed { detail: error.to_string(), hint: error.hint() }));
        }
        // The page behind the last one, a guessed sitemap, a dead link: nothing is lost.
        debug!(url = page.url.path(), "not to be had: {error}");
        store.set_in_frontier(entry, FrontierSlot::Failed)?;
        Ok(Step::Next)
    }

    async fn wait(&self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = super::visit::stopped(self.context.stop) => {}
        }
    }

    /// Keeps what a page gave and names what comes next, in one transaction.
    fn keep(
        &mut self,
        store: &mut Store,
        entry: i64,
        page: &FrontierPage,
        result: PageResult,
        before: ListingMemory,
    ) -> Result<Step, StoreError> {
        let told = verdict(std::slice::from_ref(&result));
        let (capture, snapshot, mut reading) = match result {
            PageResult::Read { .. } if told.outcome == Outcome::Blocked => {
                let detail = told.detail.unwrap_or_else(|| "a page that stands in the way".to_owned());
                return Ok(Step::End(BackfillEnd::Blocked { detail }));
            }
            // The front page in place of one that is lost.
            PageResult::Read { .. } if told.outcome == Outcome::Gone && page.depth > 0 => {
                store.set_in_frontier(entry, FrontierSlot::Failed)?;
                return Ok(Step::Next);
            }
            PageResult::Read { capture, snapshot, reading, .. } => (capture, snapshot, reading),
            PageResult::Failed(error) => return Ok(Step::Later(error)),
            PageResult::Unchanged { .. } => return Ok(Step::Next),
            PageResult::Defect { problem, .. } => {
                debug!("the program failed on `{}`: {problem}", page.url.path());
                store.set_in_frontier(entry, FrontierSlot::Failed)?;
                return Ok(Step::Next);
            }
        };
        // The past teaches dates. What the list looks like and how often it grows is learned at its live end.
        (reading.memory.wrapper, reading.memory.rhythm) = (before.wrapper, before.rhythm);
        let archived = write_capture(self.archive.as_mut(), &capture);
        let is_archived = archived.is_some() && sync_captures(self.archive.as_mut());
        self.report.unarchived += u64::from(self.archive.is_some() && !is_archived);
        store.begin_batch()?;
        let to_keep =
            ToKeep { visit: None, url: &page.url, snapshot: &snapshot, reading: &reading, keeps: true, archived };
        let counts = commit(store, self.options.settings.reading.zone.as_ref(), to_keep)?;
        let ids: Vec<_> = reading.records.iter().map(|record| record.id).collect();
        let gave = FrontierYield {
            seen: reading.records.len() as u64,
            fresh: 0,
            new: counts.new,
            is_archive: plan::is_archive_of_its_time(&page.url, &reading.records),
            oldest: plan::oldest(&reading.records),
        };
        let gave = store.done_in_frontier(self.number, entry, &ids, gave)?;
        store.keep_fetch_memory(&self.context.fetcher.changes())?;
        let robots = if page.depth == 0 { store.fetch_memory()?.robots } else { Vec::new() };
        let (extraction, records) = (&reading.extraction, reading.records.as_slice());
        let found = Found { page, capture: &capture, snapshot: &snapshot, extraction, records, gave, robots: &robots };
        self.name_next(store, &found)?;
        store.end_batch()?;
        self.report.add(&counts, gave);
        self.pace.note(page, &reading.extraction);
        info!(
            url = page.url.path(),
            seen = gave.seen,
            fresh = gave.fresh,
            new = gave.new,
            "read {} records from `{}`, {} not seen before",
            gave.seen,
            page.url.path(),
            gave.fresh
        );
        Ok(Step::Next)
    }

    /// Puts what a page names into the frontier, unless it is a trap.
    fn name_next(&mut self, store: &Store, found: &Found<'_>) -> Result<(), StoreError> {
        let Plan { ways, is_cut_by_known } = plan::next(found, self.options);
        self.report.cut_by_known |= is_cut_by_known;
        for (slot, chain) in ways {
            let mut is_first = true;
            for candidate in chain.pages {
                if let Some(trap) = self.judge(store, found, &candidate)? {
                    debug!(url = candidate.url.path(), ?trap, "not followed");
                    self.report.trap(trap, &candidate.key);
                    continue;
                }
                let slot = match slot {
                    _ if plan::is_beyond(&candidate, self.options) => FrontierSlot::Beyond,
                    FrontierSlot::Waiting if chain.only_first && !is_first => FrontierSlot::Doubtful,
                    FrontierSlot::Beyond if !is_first => continue,
                    slot => slot,
                };
                if store.enqueue(self.number, &candidate, slot)? {
                    is_first = false;
                }
            }
        }
        Ok(())
    }

    fn judge(
        &self,
        store: &Store,
        found: &Found<'_>,
        candidate: &FrontierPage,
    ) -> Result<Option<frontier::Trap>, StoreError> {
        let trap = frontier::judge(&frontier::Candidate {
            url: &candidate.url,
            parent: &found.page.url,
            start: &self.options.start,
            way: candidate.way,
            today: plan::day_of(found.snapshot.captured_at),
        });
        let (visited, alive) = store.template_yield(self.number, &candidate.template)?;
        Ok(trap.or_else(|| frontier::is_spent(visited, alive).then_some(frontier::Trap::Spent)))
    }
}
