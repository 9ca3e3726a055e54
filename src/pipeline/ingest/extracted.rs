//! The work on an item of a dump that needs no order: done on all cores, ahead of the writer.

use super::IngestOptions;
use crate::extract;
use crate::model::{Extraction, ListingMemory, PageKind, Rejection, RejectionReason, Snapshot};
use crate::pipeline::dumps::{DumpItem, site_name};
use crate::pipeline::input::Input;
use crate::pipeline::listing::listing_of;
use crate::pipeline::reading::Draft;
use crate::pipeline::taught::Taught;
use crate::store::KnownSnapshots;

/// A page after the work that needs no order, and a draft of its records.
pub(super) struct ExtractedPage {
    pub(super) snapshot: Snapshot,
    pub(super) listing: String,
    pub(super) extraction: Extraction,
    pub(super) draft: Draft,
}

/// An input after the work that needs no order.
pub(super) enum Extracted {
    Page(Box<ExtractedPage>),
    Failed { input: String, reason: String },
    Damaged { input: String, reason: String },
    Companion,
    NoPage,
    PassedOver,
    Known(Box<Snapshot>),
    Begun(Input),
    Ended,
    Recognised(Input),
}

impl Extracted {
    pub(super) fn of(item: DumpItem, options: &IngestOptions, known: Option<&KnownSnapshots>, taught: &Taught) -> Self {
        match item {
            DumpItem::PassedOver => Self::PassedOver,
            DumpItem::Begun(input) => Self::Begun(input),
            DumpItem::Ended => Self::Ended,
            DumpItem::Recognised(input) => Self::Recognised(input),
            // What cannot be asked now is asked again by the writer.
            DumpItem::Page(mut snapshot) if known.is_some_and(|k| k.has(&snapshot).unwrap_or(false)) => {
                snapshot.body = Vec::new();
                Self::Known(snapshot)
            }
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
                let listing = listing_of(&snapshot, &extraction);
                let dates = taught.about(&snapshot.source, &listing);
                let draft = Draft::of(&snapshot, &extraction, &dates, &options.reading);
                Self::Page(Box::new(ExtractedPage { snapshot: *snapshot, listing, extraction, draft }))
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
