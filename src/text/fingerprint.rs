//! SHA-256 of the folded title and excerpt: a record gets it when it is read, and a wording in the store whose excerpt comes
//! from elsewhere.

use super::fold;
use crate::model::Fingerprint;

/// Fingerprint of a title and an excerpt. Absent counts as empty.
#[must_use]
pub fn fingerprint(title: Option<&str>, excerpt: Option<&str>) -> Fingerprint {
    Fingerprint::of(&[fold(title.unwrap_or_default()).as_bytes(), fold(excerpt.unwrap_or_default()).as_bytes()])
}
