//! A snapshot into the store, with what it teaches about the dates stored before it.
//!
//! In: a commit, and the memory that its page was read with. Out: the commit's report. Where the page has taught another
//! order of day and month, dates ahead, another language or its zone, the stored dates of the listing are read again in the same
//! transaction, so that the order in which pages come makes no difference.

use crate::dates::{Rereading, StoredDate};
use crate::model::DateMemory;
use crate::store::{CommitReport, KeptDate, SnapshotCommit, Store, StoreError};
use jiff::tz::TimeZone;
use tracing::debug;

/// Keeps one snapshot and corrects the stored dates that it contradicts.
pub(super) fn commit(
    store: &mut Store,
    commit: &SnapshotCommit<'_>,
    before: &DateMemory,
    zone: Option<&TimeZone>,
) -> Result<CommitReport, StoreError> {
    let Some(rereading) = Rereading::after(zone, before, &commit.memory.dates) else {
        return store.commit(commit);
    };
    let is_nested = store.begin_batch()?;
    let kept = correct(store, commit, &rereading).and_then(|()| store.commit(commit));
    if !is_nested {
        store.end_batch()?;
    }
    kept
}

fn correct(store: &mut Store, commit: &SnapshotCommit<'_>, rereading: &Rereading<'_>) -> Result<(), StoreError> {
    let source = &commit.snapshot.source;
    let mut judge = |kept: &KeptDate<'_>| {
        let KeptDate { raw, basis, value, language, captured_at } = *kept;
        let stored = StoredDate { raw, basis, value, language, captured_at };
        rereading.read(&stored).map(|correction| (correction.published, correction.reason))
    };
    let corrected = store.correct_dates(source, commit.listing, &mut judge)?;
    if corrected > 0 {
        debug!(source.id = source, corrected, "read {corrected} stored dates again");
    }
    Ok(())
}
