//! Dumps into the store: many snapshots, all cores, one writer.
//!
//! In: paths and options. Out: an [`IngestReport`] whose counts add up. The same inputs again change nothing, so an
//! ingest that was interrupted simply runs again.

use super::dumps::{DumpItem, DumpOptions, site_name, snapshots};
use super::listing::listing_of;
use super::lock::{Lock, LockError};
use super::ordered::ordered_map;
use super::reading::{ReadingOptions, conclude};
use super::teaching;
use crate::extract;
use crate::model::{
    CaptureBasis, Extraction, ListingMemory, PageKind, Rejection, RejectionReason, Snapshot, WrapperCheck,
};
use crate::store::{SnapshotCommit, Store, StoreError, VisitCounts};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// Records per transaction: small dumps come by the hundred thousand, and a transaction costs as much as fifty records.
/// An ingest that is killed reads so many again.
const BATCH_RECORDS: u64 = 5_000;

/// Settings of [`ingest`].
#[derive(Debug, Clone, Default)]
pub struct IngestOptions {
    /// What is known about all inputs together.
    pub dumps: DumpOptions,
    /// How pages are read.
    pub reading: ReadingOptions,
}

/// What an ingest did. `snapshots` = with records + `known` + the sum of `nothing`; inputs that failed come beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct IngestReport {
    /// Snapshots that were read or recognised.
    pub snapshots: u64,
    /// Of these, kept before: nothing was done.
    pub known: u64,
    /// Of these, without records, by kind of page.
    pub nothing: BTreeMap<&'static str, u64>,
    /// Records: seen, new, repeats, revised, rejected, dated.
    #[serde(flatten)]
    pub records: VisitCounts,
    /// Blocks kept out as furniture.
    pub furniture: u64,
    /// Pages that were built in another way than the one before, and showed its records again.
    pub healed: u64,
    /// Pages that were built in another way, or gave far less, and could not be verified; their records were kept.
    pub changed: u64,
    /// Files of saved pages that are no inputs: images, styles, scripts.
    pub companions: u64,
    /// Snapshots whose capture time is the modification time of a file: the weakest evidence.
    pub dated_by_file: u64,
    /// Records of web archives that are no pages.
    pub no_pages: u64,
    /// Damaged places of web archives, each with what is wrong; what stands around them was read.
    pub damaged: Vec<(String, String)>,
    /// Inputs that could not be read at all, each with its reason.
    pub failed: Vec<(String, String)>,
    /// True when it was stopped before the end.
    pub stopped: bool,
}

/// Why an ingest could not go on. What was committed before stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lock could not be handed over or taken back.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// Reads every input below `paths` into `store`.
///
/// `progress` is called after each input. When `stop` turns true the snapshot in hand is finished and the rest is left
/// for the next call. Whoever waits for `lock` gets it between two snapshots.
///
/// # Errors
/// Only when the store cannot go on; what was committed before stays.
pub fn ingest(
    store: &mut Store,
    paths: Vec<PathBuf>,
    options: &IngestOptions,
    stop: &AtomicBool,
    mut lock: Option<&mut Lock>,
    mut progress: impl FnMut(&IngestReport),
) -> Result<IngestReport, IngestError> {
    let mut report = IngestReport::default();
    let mut problem = None;
    let mut committed = 0;
    store.begin_batch()?;
    ordered_map(
        snapshots(paths, options.dumps.clone()),
        |item| Extracted::of(item, options),
        |extracted| {
            if stop.load(Ordering::Relaxed) {
                report.stopped = true;
                return ControlFlow::Break(());
            }
            let kept = keep(store, extracted, options, &mut report).map_err(IngestError::from);
            let kept = kept.and_then(|()| {
                if report.records.seen - committed >= BATCH_RECORDS {
                    committed = report.records.seen;
                    store.end_batch()?;
                    store.begin_batch()?;
                }
                give_way(store, lock.as_deref_mut(), stop)
            });
            progress(&report);
            match kept {
                Ok(true) => ControlFlow::Continue(()),
                Ok(false) => {
                    report.stopped = true;
                    ControlFlow::Break(())
                }
                Err(error) => {
                    problem = Some(error);
                    ControlFlow::Break(())
                }
            }
        },
    );
    if let Some(error) = problem {
        return Err(error);
    }
    store.end_batch()?;
    if !report.stopped {
        super::near::settle(store)?;
    }
    Ok(report)
}

/// Lets whoever waits for the lock have it for a while. False when the ingest was stopped meanwhile.
fn give_way(store: &mut Store, lock: Option<&mut Lock>, stop: &AtomicBool) -> Result<bool, IngestError> {
    let Some(lock) = lock else { return Ok(true) };
    if !lock.is_wanted()? {
        return Ok(true);
    }
    store.end_batch()?;
    let is_back = lock.give_way(stop)?;
    if is_back {
        store.begin_batch()?;
    }
    Ok(is_back)
}

/// An input after the work that needs no order.
enum Extracted {
    Page(Box<Snapshot>, Box<Extraction>),
    Failed { input: String, reason: String },
    Damaged { input: String, reason: String },
    Companion,
    NoPage,
}

impl Extracted {
    fn of(item: DumpItem, options: &IngestOptions) -> Self {
        match item {
            DumpItem::Companion => Self::Companion,
            DumpItem::NoPage => Self::NoPage,
            DumpItem::Damaged { input, reason } => Self::Damaged { input, reason },
            DumpItem::Failed { input, reason } => Self::Failed { input, reason },
            DumpItem::Page(mut snapshot) => {
                let extraction = extract::teasers(&snapshot, &ListingMemory::default(), &options.reading.extract);
                if let Some(reason) = unreadable(&extraction) {
                    return Self::Failed { input: snapshot.page, reason };
                }
                if options.dumps.source.is_none()
                    && let Some(base_url) = &extraction.base_url
                {
                    snapshot.source = site_name(base_url);
                }
                // The text is not needed any more: what waits for its turn should be small.
                snapshot.body = Vec::new();
                Self::Page(snapshot, Box::new(extraction))
            }
        }
    }
}

/// Why an input could not be read at all: it is no text, or nothing in it could be read. A page that was read and
/// holds no records is something else.
fn unreadable(extraction: &Extraction) -> Option<String> {
    let malformed = |rejection: &Rejection| rejection.reason == RejectionReason::Malformed;
    let nothing_legible = extraction.teasers.is_empty()
        && !extraction.rejections.is_empty()
        && extraction.rejections.iter().all(malformed);
    let unreadable = extraction.kind == PageKind::NotText || nothing_legible;
    unreadable.then(|| extraction.reason.clone().unwrap_or_else(|| "nothing in it can be read".to_owned()))
}

fn keep(
    store: &mut Store,
    extracted: Extracted,
    options: &IngestOptions,
    report: &mut IngestReport,
) -> Result<(), StoreError> {
    match extracted {
        Extracted::Companion => report.companions += 1,
        Extracted::NoPage => report.no_pages += 1,
        Extracted::Damaged { input, reason } => report.damaged.push((input, reason)),
        Extracted::Failed { input, reason } => report.failed.push((input, reason)),
        Extracted::Page(snapshot, extraction) => {
            report.snapshots += 1;
            report.dated_by_file += u64::from(snapshot.captured_basis == CaptureBasis::FileTime);
            if store.has_snapshot(&snapshot)? {
                report.known += 1;
            } else {
                keep_page(store, &snapshot, *extraction, options, report)?;
            }
        }
    }
    Ok(())
}

fn keep_page(
    store: &mut Store,
    snapshot: &Snapshot,
    extraction: Extraction,
    options: &IngestOptions,
    report: &mut IngestReport,
) -> Result<(), StoreError> {
    let listing = listing_of(snapshot, &extraction);
    let memory = store.memory(&snapshot.source, &listing)?;
    let reading = conclude(snapshot, extraction, &memory, &options.reading);
    if reading.records.is_empty() {
        *report.nothing.entry(reading.extraction.kind.as_str()).or_default() += 1;
    }
    match reading.wrapper {
        WrapperCheck::Healed { .. } => report.healed += 1,
        WrapperCheck::Dropped { .. } | WrapperCheck::Lost { .. } => report.changed += 1,
        WrapperCheck::None | WrapperCheck::Learned | WrapperCheck::Held => {}
    }
    let commit = SnapshotCommit {
        snapshot,
        listing: &listing,
        records: &reading.records,
        furniture: &reading.furniture,
        method: reading.extraction.method,
        rejections: &reading.extraction.rejections,
        encodings: reading.extraction.encoding_conflict.as_ref(),
        memory: &reading.memory,
        visit: None,
        archived: None,
    };
    let counts = teaching::commit(store, &commit, &memory.dates, options.reading.zone.as_ref())?;
    report.records.add(&counts);
    report.furniture += reading.furniture.len() as u64;
    Ok(())
}
