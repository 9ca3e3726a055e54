//! Stage: keeps records in one SQLite file.
//!
//! In: what one snapshot gave ([`SnapshotCommit`]), visits, learned memory. Out: counts of what was new, and questions
//! answered about what is kept. Every snapshot is one transaction. Content depends on the set of snapshots alone,
//! never on the order in which they came (DESIGN: "what is a repeat?"). It reads no page, no clock and no config.

mod commit;
mod corrections;
mod error;
mod feed;
mod fetch_memory;
mod frontier;
mod furniture;
mod headlines;
mod inputs;
mod learned;
mod merge;
mod missed;
mod moment;
mod names;
mod near;
mod open;
mod originals;
mod parameters;
mod parts;
mod postponed;
mod query;
mod replace;
mod rows;
mod search;
mod snapshots;
mod status;
mod upsert;
mod validators;
mod visits;

#[cfg(test)]
mod tests;

pub use commit::{CommitReport, SnapshotCommit};
pub use corrections::{Judge, KeptDate};
pub use error::StoreError;
pub use feed::FeedReport;
pub use inputs::InputPlace;
pub use missed::{MissedVisit, MissedVisits};
pub use near::{ChangedText, MAX_CANDIDATES};
pub use open::Store;
pub use originals::KeptSnapshot;
pub use parameters::ChangedAddress;
pub use query::Filter;
pub use replace::{Difference, FieldChange, OneSided};
pub use snapshots::{ArchivePlace, KnownSnapshots};
pub use status::SourceStatus;
pub use visits::{LastVisit, RunId, VisitCounts, VisitId, VisitReport};
