//! The static canonicalization, versioned because ids are made from it.

use crate::model::CanonicalUrl;
use url::Url;

/// The form of `url` that two links to one article share.
#[must_use]
pub fn canonicalize(url: &Url) -> CanonicalUrl {
    CanonicalUrl::from_canonical(url.as_str().to_owned())
}
