//! Query parameters of one site: do they say which article it is?

use super::{CanonicalUrl, RecordId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a query parameter means on one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Meaning {
    /// It says how a reader came: URLs that differ only in it are one article.
    Noise,
    /// It says which article it is.
    Identity,
    /// Too little is known; it is taken for identity.
    Open,
}

impl Meaning {
    /// The word of the config and of the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Identity => "identity",
            Self::Open => "open",
        }
    }

    /// The meaning that a word names.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Noise, Self::Identity, Self::Open].into_iter().find(|meaning| meaning.as_str() == word)
    }
}

/// Meanings set by hand, by the name of the parameter.
pub type Told = BTreeMap<String, Meaning>;

/// A parameter of one site, with the verdict and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UrlParameter {
    /// Host of the site, without `www.`; empty when the verdict was set by hand, for all hosts of the source.
    pub host: String,
    /// Its name.
    pub name: String,
    /// The verdict.
    pub verdict: Meaning,
    /// Set in the config.
    pub by_hand: bool,
    /// Articles that were seen under several values, with one title.
    pub articles: u64,
    /// Addresses under which another value gave another title or another date.
    pub against: u64,
    /// True when no further page can change the verdict.
    pub is_final: bool,
    /// The verdict in words.
    pub reason: String,
}

/// A record that its URL identifies, as far as its parameters are judged by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// Its number in the store.
    pub record: i64,
    /// Its id.
    pub id: RecordId,
    /// Its URL.
    pub url: CanonicalUrl,
    /// Every title that it had.
    pub titles: Vec<String>,
    /// Its excerpt.
    pub excerpt: Option<String>,
    /// Bounds of its date of publication, in milliseconds since 1970, when it has one.
    pub published: Option<(i64, i64)>,
}

/// Records that are one article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The URL that they share once noise is left out.
    pub url: CanonicalUrl,
    /// Their numbers in the store, at least two.
    pub parts: Vec<i64>,
    /// Why, in words.
    pub reason: String,
}
