//! Where a sighting stands in time: by `captured_at`, equal instants ordered by the snapshot's key.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A total order over the sightings of one record that does not depend on the order of ingest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Moment(
    /// `captured_at` in milliseconds since 1970.
    pub(super) i64,
    /// Start of the snapshot's key.
    pub(super) i64,
);

impl Moment {
    /// The moment of a snapshot whose key is `key`; 32 bits of it are enough to break ties.
    pub(super) fn of(captured_at: Timestamp, key: i64) -> Self {
        Self(captured_at.as_millisecond(), key >> 32)
    }
}
