//! Ground: plain data that every stage agrees on. No I/O, no clock, no parsing of pages.
//!
//! In: nothing of ours. Out: the types that stages take and return. Words follow `GLOSSARY.md`.

mod date;
mod digest;
mod extraction;
mod fetch_memory;
mod frontier;
mod memory;
mod near;
mod onward;
mod outcome;
mod parameter;
mod record;
mod rejection;
mod snapshot;
mod stored;
mod teaser;
mod url;
mod validators;
mod zone;

pub use date::{Basis, DateRead, DateText, MentionedDate, OffsetBasis, Precision, PublishedAt, is_midnight};
pub use digest::{Digest, Fingerprint, RecordId};
pub use extraction::{Extraction, FurnitureBlock, FurnitureReason, Method, Notice, PageKind};
pub use fetch_memory::{DomainMemory, FetchMemory, RobotsEntry, RobotsVerdict};
pub use frontier::{BackfillState, FrontierPage, FrontierSlot, FrontierYield};
pub use memory::{DateMemory, FieldOrder, ListingMemory, PageYield, RhythmMemory, WrapperCheck, WrapperMemory};
pub use near::{NearLink, NearText};
pub use onward::{Onward, PostsApi, Way};
pub use outcome::Outcome;
pub use parameter::{Addressed, Meaning, Told, UrlParameter, Whole};
pub use record::Record;
pub use rejection::{Rejection, RejectionReason};
pub use snapshot::{CaptureBasis, Origin, Snapshot};
pub use stored::StoredRecord;
pub use teaser::{FieldRules, Teaser};
pub use url::CanonicalUrl;
pub use validators::Validators;
pub use zone::{SeenOffset, SeenOffsets, ZoneMemory};
