//! What one capture of a page leaves for the next: plain values, returned by `fetch` and kept by `store`.

use super::Digest;

/// HTTP validators of one URL, and how far they can be trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag` of the last capture.
    pub etag: Option<String>,
    /// `Last-Modified` of the last capture.
    pub last_modified: Option<String>,
    /// Digest of the decoded body of the last capture: an audit compares with it.
    pub digest: Option<Digest>,
    /// Answers 304 since the last whole body.
    pub not_modified_streak: u32,
    /// The server answered 304, or kept its validators, although the page had changed: ask for the whole page always.
    pub distrusted: bool,
}
