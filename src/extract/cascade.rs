//! The order in which the ways to read a snapshot are tried, and why.

use super::{Options, page};
use crate::html;
use crate::model::{Extraction, ListingMemory, PageKind, Snapshot};

/// Finds the teasers of one snapshot.
///
/// In: the snapshot, what was learned about its listing, settings. Out: always an extraction; when it
/// has no teasers, `reason` says why.
#[must_use]
pub fn teasers(snapshot: &Snapshot, _memory: &ListingMemory, _options: &Options) -> Extraction {
    if snapshot.body.is_empty() {
        return Extraction::nothing(PageKind::Empty, "the snapshot is empty");
    }
    let decoded = html::decode(&snapshot.body, snapshot.content_type.as_deref());
    page::read(&decoded.text, snapshot.base_url.as_ref())
}
