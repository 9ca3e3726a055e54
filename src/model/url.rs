//! The URL we compare by.

use serde::Serialize;
use std::fmt;

/// A URL in the form we compare by, never fetched.
///
/// Made by `canonical` and re-read by `store`; nobody else should call [`CanonicalUrl::from_canonical`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct CanonicalUrl(String);

impl CanonicalUrl {
    /// Wraps text that is already canonical.
    #[must_use]
    pub fn from_canonical(text: String) -> Self {
        Self(text)
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CanonicalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
