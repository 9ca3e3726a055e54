//! Composers: the only modules that put stages together.

mod dumps;
mod ingest;
mod listing;
mod lock;
mod ordered;
mod reading;

pub use dumps::{DumpItem, DumpOptions, site_name, snapshots};
pub use ingest::{IngestOptions, IngestReport, ingest};
pub use lock::{Lock, LockError};
pub use reading::{Reading, ReadingOptions, conclude, read};
