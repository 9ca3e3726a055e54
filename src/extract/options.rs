//! Settings of the stage.

use serde::Deserialize;

/// CSS selectors of one source. Each is optional; what is missing is found automatically.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selectors {
    /// Matches each record.
    pub item: Option<String>,
    /// Title inside a record.
    pub title: Option<String>,
    /// Element inside a record whose `href` is the URL.
    pub url: Option<String>,
    /// Excerpt inside a record.
    pub excerpt: Option<String>,
    /// Date inside a record.
    pub date: Option<String>,
    /// Author inside a record.
    pub author: Option<String>,
    /// Image inside a record.
    pub image: Option<String>,
}

/// Settings of [`teasers`](super::teasers).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Selectors from the config.
    pub selectors: Selectors,
    /// Columns of rows by field, stronger than the alias table: `("title", "Thema")`.
    pub map: Vec<(String, String)>,
}
