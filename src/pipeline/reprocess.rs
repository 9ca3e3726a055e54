//! Today's extractor over what was kept: what would be different, and on request made so.
//!
//! In: a store, and where its originals are. Out: one [`Reprocessed`] per source. The originals are read again, in the
//! order in which they were kept, into a store of their own; the two are compared, and with `apply` the second takes the
//! place of the first. So the records stay what they always are: a function of the set of snapshots.

use super::listing::{listing_of, listing_of_url};
use super::originals::Originals;
use super::reading::{Reading, ReadingOptions, read};
use super::teaching;
use crate::config::Config;
use crate::model::{CaptureBasis, Snapshot};
use crate::store::{Difference, KeptSnapshot, SnapshotCommit, Store, StoreError};
use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Url;

/// What reading a source again gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reprocessed {
    /// Name of the source.
    pub source: String,
    /// Snapshots that were read again.
    pub read: u64,
    /// Snapshots whose originals are gone, each with the reason.
    pub originals_gone: Vec<(String, String)>,
    /// What differs.
    pub difference: Difference,
    /// True when it was applied.
    pub is_applied: bool,
}

/// Why reprocessing could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReprocessError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no room for the second store.
    #[error("the folder for today's reading cannot be made")]
    Folder(#[from] std::io::Error),
}

/// Reads the originals of `source` again. `database` is the file of `store`; `options` are for sources that the config
/// does not know.
///
/// With `apply` the records become those of today, in one transaction; the caller holds the lock. `None` when it was
/// stopped; then nothing is changed.
///
/// # Errors
/// [`ReprocessError`]; then nothing is changed.
pub fn reprocess(
    store: &mut Store,
    database: &Path,
    source: &str,
    options: &ReadingOptions,
    apply: bool,
    stop: &AtomicBool,
) -> Result<Option<Reprocessed>, ReprocessError> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Beside the database, where there is room for another; a folder that cannot be written leaves the system's own.
    let scratch = tempfile::Builder::new().prefix(".reprocess-").tempdir_in(folder).or_else(|_| tempfile::tempdir())?;
    let file = scratch.path().join("today.db");
    let kept = store.kept_snapshots(source)?;
    let mut today = Store::open(&file)?;
    let mut done = Reprocessed {
        source: source.to_owned(),
        read: 0,
        originals_gone: Vec::new(),
        difference: Difference::default(),
        is_applied: false,
    };
    let mut gone = Vec::new();
    today.begin_batch()?;
    let originals = Originals { source, folder, extract: &options.extract, places: RefCell::default() };
    originals.read(&kept, |kept, snapshot| {
        if stop.load(Ordering::Relaxed) {
            return Ok::<(), StoreError>(());
        }
        let read = match snapshot {
            Ok(snapshot) => again(&mut today, kept, &snapshot, options)?,
            Err(reason) => Err(reason),
        };
        match read {
            Ok(()) => done.read += 1,
            Err(reason) => {
                gone.push(kept.number);
                done.originals_gone.push((kept.page.clone(), reason));
            }
        }
        Ok(())
    })?;
    today.end_batch()?;
    today.seal()?;
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    done.difference =
        if apply { store.take_over(&file, source, &gone)? } else { store.compare_with(&file, source, &gone)? };
    done.is_applied = apply;
    Ok(Some(done))
}

/// Reads one snapshot and keeps it, as a visit, a backfill or an ingest did; or says why it cannot be read as it was.
fn again(
    today: &mut Store,
    kept: &KeptSnapshot,
    snapshot: &Snapshot,
    options: &ReadingOptions,
) -> Result<Result<(), String>, StoreError> {
    if kept.is_feed {
        let reading = super::feed::read_feed(snapshot, options);
        super::feed::commit(today, snapshot, &reading, None, None)?;
        return Ok(Ok(()));
    }
    let mut options = options.clone();
    options.extract.map.clone_from(&kept.columns);
    let is_live = snapshot.captured_basis == CaptureBasis::Fetch;
    let page = Url::parse(&snapshot.page).ok().filter(|_| is_live).map(listing_of_url);
    let (reading, listing) = match page {
        Some(listing) => {
            let memory = today.memory(&snapshot.source, &listing)?;
            let mut reading = read(snapshot, &memory, &options);
            if !kept.is_visit {
                (reading.memory.wrapper, reading.memory.rhythm) = (memory.wrapper, memory.rhythm);
            }
            (reading, listing)
        }
        None => of_dump(today, snapshot, &options)?,
    };
    // Their columns were told, and not remembered: kept by an earlier version.
    if let Some(reason) = reading.extraction.rows_without_teasers() {
        return Ok(Err(reason.to_owned()));
    }
    let before = today.memory(&snapshot.source, &listing)?.dates;
    let commit = SnapshotCommit {
        snapshot,
        listing: &listing,
        method: reading.extraction.method,
        records: if kept.is_barred { &[] } else { &reading.records },
        furniture: if kept.is_barred { &[] } else { &reading.furniture },
        rejections: &reading.extraction.rejections,
        encodings: reading.extraction.encoding_conflict.as_ref(),
        columns: &kept.columns,
        memory: &reading.memory,
        visit: None,
        archived: None,
    };
    teaching::commit(today, &commit, &before, options.zone.as_ref())?;
    Ok(Ok(()))
}

/// A page of a dump: extracted without memory, which says what its listing is.
fn of_dump(today: &Store, snapshot: &Snapshot, options: &ReadingOptions) -> Result<(Reading, String), StoreError> {
    let extraction = crate::extract::teasers(snapshot, &crate::model::ListingMemory::default(), &options.extract);
    let listing = listing_of(snapshot, &extraction);
    let memory = today.memory(&snapshot.source, &listing)?;
    Ok((super::reading::conclude(snapshot, extraction, &memory, options), listing))
}

/// How the pages of `source` are read: as the config says, or by `others`.
#[must_use]
pub fn options_for(config: Option<&Config>, source: &str, others: &ReadingOptions) -> ReadingOptions {
    let known = config.and_then(|config| config.sources.iter().find(|known| known.name == source));
    known.map_or_else(|| others.clone(), super::live::reading_options)
}
