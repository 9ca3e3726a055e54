//! One capture: the bytes of a page and how they came to us.

use super::Digest;
use jiff::Timestamp;
use std::path::PathBuf;
use url::Url;

/// How `captured_at` is known. Stored, because copies and clones of files carry the wrong time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaptureBasis {
    /// Our own clock, at the fetch.
    Fetch,
    /// Stated by the dump: `WARC-Date`, a `captured_at` field.
    Dump,
    /// The `--at` flag.
    Flag,
    /// Modification time of the file: the weakest.
    FileTime,
}

impl CaptureBasis {
    /// The word stored in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Dump => "dump",
            Self::Flag => "flag",
            Self::FileTime => "file_time",
        }
    }
}

/// Where the original bytes are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Fetched in this run; `archive` decides where it is kept.
    Live,
    /// A file of its own.
    File(PathBuf),
    /// Part of a larger file: a WARC record, a member of an archive, rows of a JSON Lines file.
    Part {
        /// The file.
        path: PathBuf,
        /// Byte offset of the part in the file as it lies on disk.
        offset: u64,
    },
    /// Standard input: nothing to go back to.
    Stdin,
}

/// The bytes of one capture plus how and when they were captured.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Name of the source.
    pub source: String,
    /// URL of the page when it is known, else the path of the file: the second part of a snapshot's identity.
    pub page: String,
    /// What relative links are resolved against, when the capture states it (flag, request URL). Pages may
    /// say otherwise (`<base>`, canonical link); `extract` decides.
    pub base_url: Option<Url>,
    /// When the bytes were captured (UTC).
    pub captured_at: Timestamp,
    /// How `captured_at` is known.
    pub captured_basis: CaptureBasis,
    /// `Content-Type` header as received, with parameters; `None` for files.
    pub content_type: Option<String>,
    /// Content encodings undone, text encoding not.
    pub body: Vec<u8>,
    /// SHA-256 of `body`.
    pub digest: Digest,
    /// Where the original is kept.
    pub origin: Origin,
}
