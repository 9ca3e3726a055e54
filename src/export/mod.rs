//! Stage: records to the formats that others read.
//!
//! In: stored records, one at a time. Out: bytes, the same for the same records. It asks no store and no clock, and keeps
//! nothing in memory but the record in hand (an SQLite export writes to a file of its own).

mod csv;
mod error;
mod feed;
mod format;
mod sqlite;

pub use error::ExportError;
pub use format::{Exporter, Format};
pub use sqlite::SqliteExporter;
