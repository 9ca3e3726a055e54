//! The order in which the ways to read a snapshot are tried, and why.

use super::Options;
use crate::model::{Extraction, ListingMemory, PageKind, Snapshot};

/// Finds the teasers of one snapshot.
///
/// In: the snapshot, what was learned about its listing, settings. Out: always an extraction; when it
/// has no teasers, `reason` says why.
#[must_use]
pub fn teasers(_snapshot: &Snapshot, _memory: &ListingMemory, _options: &Options) -> Extraction {
    Extraction::nothing(PageKind::Empty, "nothing was found on this page")
}
