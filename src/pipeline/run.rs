//! One run: visit the sources that are due, at most so many at once, and keep what they show.
//!
//! In: the config, a store, a fetcher and its clock. Out: a [`RunReport`] with one line per source. A source that fails
//! never stops the others; only the store can stop the run.

use super::due::{Due, due_now};
use super::feed::{self, FeedResult, FeedToAsk, KeptFeed};
use super::keeping::{prune_archive, sync_captures, write_capture, write_not_modified};
use super::listing::listing_of_url;
use super::live::{ToKeep, commit};
use super::verdict::{PageResult, Verdict, after_count, is_good, keeps_records, verdict};
use super::visit::{Begun, PageToVisit, Visited, make_visits};
use crate::archive::Archive;
use crate::config::{Config, SourceConfig};
use crate::fetch::{self, Clock, Fetcher};
use crate::model::{Outcome, Validators, WrapperMemory};
use crate::store::{RunId, Store, StoreError, VisitCounts, VisitReport};
use futures::future::abortable;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::UnboundedSender;
use tracing::{info, warn};

/// Visits kept in one transaction at most: past it a commit gains nothing any more.
const MOST_AT_ONCE: usize = 64;
/// How long the first visit of a transaction waits for others: a commit costs as much as several pages.
const LINGER: Duration = Duration::from_millis(20);
/// Changes that near-duplicates and the full-text index may be behind while pages are under way: else the machine would wait
/// for the network first, and then for them.
const FAR_BEHIND: i64 = 4_000;

/// How one source's visit ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SourceReport {
    /// Name of the source.
    pub source: String,
    /// How the visit ended.
    pub outcome: Outcome,
    /// The reason in words, where there is one.
    pub detail: Option<String>,
    /// What a person can do about it.
    pub hint: Option<String>,
    /// Why its feed could not be read, where it could not; the listing was, all the same.
    pub feed_problem: Option<String>,
    /// What it gave.
    #[serde(flatten)]
    pub counts: VisitCounts,
}

/// How a run ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct RunReport {
    /// The visited sources, in the order of their names.
    pub sources: Vec<SourceReport>,
    /// Sources that were not due.
    pub not_due: usize,
    /// When the next one is due.
    pub next_due: Option<Timestamp>,
    /// Pages whose originals could not be archived; their records are kept.
    pub unarchived: usize,
    /// True when it was stopped before the end.
    pub stopped: bool,
}

/// What a run works with.
pub struct RunContext<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// Fetches pages.
    pub fetcher: &'a Fetcher,
    /// Tells what is due.
    pub clock: &'a dyn Clock,
    /// Turns true when the run should stop.
    pub stop: &'a AtomicBool,
    /// Folder of the archive; `None` keeps no originals.
    pub archive: Option<&'a Path>,
    /// Forget how the pages were built and take them as they are today.
    pub relearn: bool,
}

/// Visits the sources that are due, or exactly those of `names` when there are any.
///
/// Pages are fetched and read on `runtime`, of several threads, while this thread keeps those before them. `progress` is
/// called after each source.
///
/// # Errors
/// Only when the store cannot go on; what was committed before stays.
pub fn run(
    store: &mut Store,
    context: &RunContext<'_>,
    runtime: &Runtime,
    names: &[String],
    mut progress: impl FnMut(&SourceReport),
) -> Result<RunReport, StoreError> {
    let now = context.clock.now();
    let mut report = RunReport::default();
    let Due { sources, later, next } = due_now(Some(store), context.config, names, now)?;
    (report.not_due, report.next_due) = (later, next);
    let told = super::parameters::told_parameters(&context.config.sources);
    if sources.is_empty() {
        // A run that was killed may have left this behind.
        super::near::settle_told(store, Some(&told))?;
        return Ok(report);
    }
    context.fetcher.remember(store.fetch_memory()?);
    let run = store.begin_run("run", now)?;
    let archive = context.archive.map(|folder| Archive::new(folder.to_owned()));
    let mut keeper = Keeper { context, archive, cut: 0, unarchived: 0 };
    let mut due = interleaved(sources).into_iter();
    std::thread::scope(|scope| {
        let (to_visit, begun) = tokio::sync::mpsc::unbounded_channel();
        let (ended, visited) = std::sync::mpsc::channel();
        let (visits, network) = abortable(make_visits(context, begun, ended));
        scope.spawn(|| runtime.block_on(visits));
        let kept = keep_all(store, &mut keeper, run, &mut due, &Halves { to_visit, visited }, |source| {
            progress(&source);
            report.sources.push(source);
        });
        // Nothing is under way any more, but where the store could not go on.
        network.abort();
        kept
    })?;
    report.unarchived = keeper.unarchived;
    report.stopped = context.stop.load(Ordering::Relaxed) && (due.len() > 0 || keeper.cut > 0);
    report.sources.sort_by(|a, b| a.source.cmp(&b.source));
    super::near::settle_told(store, Some(&told))?;
    if let Some(folder) = context.archive {
        prune_archive(folder, context.config, now);
    }
    store.finish_run(run, context.clock.now())?;
    Ok(report)
}

/// What joins the half of a run that keeps to the one that fetches and reads.
struct Halves<'a> {
    to_visit: UnboundedSender<Begun<'a>>,
    visited: Receiver<Visited<'a>>,
}

/// Begins visits, as many at once as the config says, and keeps them when they have ended.
fn keep_all<'a>(
    store: &mut Store,
    keeper: &mut Keeper<'a>,
    run: RunId,
    due: &mut impl ExactSizeIterator<Item = &'a SourceConfig>,
    halves: &Halves<'a>,
    mut report: impl FnMut(SourceReport),
) -> Result<(), StoreError> {
    let context = keeper.context;
    let mut under_way = 0;
    let mut ended = Vec::new();
    loop {
        // One transaction for all that happened since the last one: a visit is kept as a whole or not at all.
        store.begin_batch()?;
        keeper.keep(store, &ended)?.into_iter().for_each(&mut report);
        under_way -= ended.len();
        let mut begun = Vec::new();
        while !context.stop.load(Ordering::Relaxed) && under_way + begun.len() < context.config.parallel {
            let Some(source) = due.next() else { break };
            begun.push(begin(store, context, run, source)?);
        }
        store.end_batch()?;
        under_way += begun.len();
        for visit in begun {
            // Nobody takes it only where the other half has panicked, which the scope tells.
            let _ = halves.to_visit.send(visit);
        }
        super::near::follow(store, FAR_BEHIND)?;
        ended = next_ended(&halves.visited, under_way, context.config.parallel);
        if ended.is_empty() {
            return Ok(());
        }
    }
}

/// Waits for a visit to end, and a little for those that end soon after; empty when none is under way.
fn next_ended<'a>(visited: &Receiver<Visited<'a>>, under_way: usize, parallel: usize) -> Vec<Visited<'a>> {
    // Half of the visits go on meanwhile.
    let enough = (parallel / 2).clamp(1, MOST_AT_ONCE).min(under_way);
    let mut ended = Vec::new();
    if under_way > 0 {
        ended.extend(visited.recv());
    }
    let until = Instant::now() + LINGER;
    while ended.len() < enough
        && let Ok(next) = visited.recv_timeout(until.saturating_duration_since(Instant::now()))
    {
        ended.push(next);
    }
    ended.extend(visited.try_iter().take(MOST_AT_ONCE.saturating_sub(ended.len())));
    ended
}

/// First one source of every domain, then the second ones, and so on: sources that wait for each other's domain do not
/// keep the others waiting.
fn interleaved(mut sources: Vec<&SourceConfig>) -> Vec<&SourceConfig> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    sources.sort_by_cached_key(|source| {
        let domain = source.urls.first().map(fetch::domain_name).unwrap_or_default();
        let rank = seen.entry(domain).or_default();
        *rank += 1;
        *rank
    });
    sources
}

fn begin<'a>(
    store: &mut Store,
    context: &RunContext<'a>,
    run: RunId,
    source: &'a SourceConfig,
) -> Result<Begun<'a>, StoreError> {
    let visit = store.begin_visit(run, &source.name, context.clock.now())?;
    let mut pages = Vec::new();
    for url in &source.urls {
        let mut memory = store.memory(&source.name, &listing_of_url(url.clone()))?;
        let mut validators = store.validators(&source.name, url.as_str())?;
        if context.relearn {
            memory.wrapper = memory.wrapper.as_ref().map(forgotten);
            validators = Validators::default();
        }
        let had_records = store.page_had_records(&source.name, url.as_str())?;
        pages.push(PageToVisit { url: url.clone(), validators, memory, had_records });
    }
    let feed = source.feed.as_ref().map(|url| {
        let kept =
            if context.relearn { Ok(Validators::default()) } else { store.validators(&source.name, url.as_str()) };
        kept.map(|validators| FeedToAsk { url, validators })
    });
    Ok(Begun { source, visit, pages, feed: feed.transpose()? })
}

/// A wrapper that binds nobody: the next page is learned as the version after it.
fn forgotten(wrapper: &WrapperMemory) -> WrapperMemory {
    WrapperMemory { version: wrapper.version, ..WrapperMemory::default() }
}

/// Keeps what visits gave.
struct Keeper<'a> {
    context: &'a RunContext<'a>,
    archive: Option<Archive>,
    /// Visits that were cut short because the run was stopped.
    cut: usize,
    unarchived: usize,
}

impl Keeper<'_> {
    /// Keeps `visits`: originals first, then records, then what the fetcher has learned.
    fn keep(&mut self, store: &mut Store, visits: &[Visited<'_>]) -> Result<Vec<SourceReport>, StoreError> {
        let before = self.unarchived;
        let reports = visits.iter().map(|visited| self.keep_visit(store, visited)).collect::<Result<Vec<_>, _>>()?;
        if !sync_captures(self.archive.as_mut()) {
            let pages = visits.iter().flat_map(|visited| &visited.pages);
            let feeds =
                visits.iter().filter(|visited| visited.feed.as_ref().is_some_and(FeedResult::is_answer)).count();
            self.unarchived = before + feeds + pages.filter(|page| page.is_answer()).count();
        }
        store.keep_fetch_memory(&self.context.fetcher.changes())?;
        Ok(reports.into_iter().flatten().collect())
    }

    /// `None` for a visit that was cut: it stays without an outcome and is made up for soon.
    fn keep_visit(&mut self, store: &mut Store, visited: &Visited<'_>) -> Result<Option<SourceReport>, StoreError> {
        let name = &visited.source.name;
        // Before the listing: its new records know at once what the feed says of them.
        let feed =
            visited.feed.as_ref().map(|feed| feed::keep(store, self.archive.as_mut(), name, visited.visit, feed));
        let KeptFeed { problem: feed_problem, is_unarchived } = feed.transpose()?.unwrap_or_default();
        self.unarchived += usize::from(is_unarchived);
        let mut counts = VisitCounts::default();
        for page in &visited.pages {
            match page {
                PageResult::Read { url, capture, snapshot, reading, .. } => {
                    if capture.unmasked {
                        warn!(source.id = %name, "`{name}` answers \"not modified\" over changed pages; it is not asked so again");
                    }
                    let archived = write_capture(self.archive.as_mut(), capture);
                    self.unarchived += usize::from(self.archive.is_some() && archived.is_none());
                    let (visit, keeps) = (Some(visited.visit), keeps_records(page));
                    let page_to_keep = ToKeep { visit, url, snapshot, reading, keeps, archived };
                    counts.add(&commit(store, visited.source.time_zone.as_ref(), page_to_keep)?);
                    if is_good(page) {
                        store.keep_validators(name, url.as_str(), &capture.validators)?;
                    }
                }
                PageResult::Unchanged { url, answer, .. } => {
                    self.unarchived += usize::from(!write_not_modified(self.archive.as_mut(), answer));
                    store.keep_validators(name, url.as_str(), &answer.validators)?;
                }
                PageResult::Failed(_) | PageResult::Defect { .. } => {}
            }
        }
        if visited.is_cut {
            self.cut += 1;
            return Ok(None);
        }
        let finished_at = self.context.clock.now();
        let told = verdict(&visited.pages);
        let Verdict { outcome, detail, hint } = after_count(told, &visited.pages, counts.new, finished_at);
        let outcome_word = outcome.as_str().to_owned();
        store.record_visit(
            visited.visit,
            &VisitReport {
                finished_at,
                outcome: outcome_word,
                detail: detail.clone(),
                feed_problem: feed_problem.clone(),
                counts,
            },
        )?;
        log_visit(name, outcome, detail.as_deref(), counts);
        Ok(Some(SourceReport { source: name.clone(), outcome, detail, hint, feed_problem, counts }))
    }
}

fn log_visit(source: &str, outcome: Outcome, detail: Option<&str>, counts: VisitCounts) {
    let VisitCounts { seen, new, repeats, revised, rejected, dated } = counts;
    let detail = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
    if outcome.needs_person() {
        warn!(source.id = source, outcome = outcome.as_str(), "`{source}` is {}{detail}", outcome.as_str());
    } else {
        info!(
            source.id = source,
            outcome = outcome.as_str(),
            seen,
            new,
            repeats,
            revised,
            rejected,
            dated,
            "read {seen} teasers from `{source}`, {new} new ({}{detail})",
            outcome.as_str()
        );
    }
}

/// Names in `names` that no source has.
#[must_use]
pub fn unknown_sources<'a>(config: &Config, names: &'a [String]) -> Vec<&'a String> {
    names.iter().filter(|name| !config.sources.iter().any(|source| source.name == **name)).collect()
}

/// A fetcher with the settings of `config`.
#[must_use]
pub fn fetcher_of(config: &Config, clock: Arc<dyn Clock>) -> Fetcher {
    let settings = &config.fetch;
    let mut options = crate::fetch::Options {
        contact: config.contact.clone(),
        delay: settings.delay,
        connections: settings.connections_per_site,
        retries: settings.retries,
        ..crate::fetch::Options::default()
    };
    options.limits.body_bytes = usize::try_from(settings.max_body_bytes).unwrap_or(usize::MAX);
    options.limits.redirects = settings.max_redirects;
    options.limits.total = settings.timeout;
    options.limits.first_byte = options.limits.first_byte.min(settings.timeout);
    Fetcher::new(options, clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_domain_has_its_turn() {
        let source = |name: &str, host: &str| format!("[source.{name}]\nurl = 'https://{host}/'\n");
        let text = [
            source("a", "www.one.example"),
            source("b", "news.one.example"),
            source("c", "one.example"),
            source("d", "two.example"),
        ];
        let config = Config::parse(Path::new("t.toml"), &text.concat()).unwrap();
        let order: Vec<&str> = interleaved(config.sources.iter().collect()).iter().map(|s| s.name.as_str()).collect();
        assert_eq!(order, ["a", "d", "b", "c"]);
    }
}
