//! SHA-256 of the folded title and excerpt.

use crate::model::Fingerprint;
use crate::text::fold;

/// Fingerprint of a title and an excerpt. Absent counts as empty.
#[must_use]
pub fn exact(title: Option<&str>, excerpt: Option<&str>) -> Fingerprint {
    Fingerprint::of(&[fold(title.unwrap_or_default()).as_bytes(), fold(excerpt.unwrap_or_default()).as_bytes()])
}
