//! The configuration as typed: every key optional, every value with its place in the file.

use crate::extract::Selectors;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConfig {
    pub(super) database: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) schedule: Option<Spanned<String>>,
    pub(super) time_zone: Option<Spanned<String>>,
    pub(super) auto_shortest_h: Option<Spanned<f64>>,
    pub(super) auto_longest_h: Option<Spanned<f64>>,
    pub(super) parallel: Option<Spanned<i64>>,
    pub(super) archive: Option<bool>,
    pub(super) archive_keep_days: Option<Spanned<i64>>,
    pub(super) archive_max_mib: Option<Spanned<i64>>,
    pub(super) fetch: RawFetch,
    pub(super) source: BTreeMap<Spanned<String>, RawSource>,
}

/// `[fetch]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFetch {
    pub(super) delay_s: Option<Spanned<f64>>,
    pub(super) connections_per_site: Option<Spanned<i64>>,
    pub(super) timeout_s: Option<Spanned<f64>>,
    pub(super) max_body_mib: Option<Spanned<i64>>,
    pub(super) max_redirects: Option<Spanned<i64>>,
    pub(super) retries: Option<Spanned<i64>>,
}

/// `[source.NAME]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSource {
    pub(super) url: Option<Spanned<OneOrMany>>,
    pub(super) feed: Option<Spanned<String>>,
    pub(super) schedule: Option<Spanned<String>>,
    pub(super) time_zone: Option<Spanned<String>>,
    pub(super) language: Option<Spanned<String>>,
    pub(super) robots: Option<Spanned<String>>,
    pub(super) delay_s: Option<Spanned<f64>>,
    pub(super) allow_networks: Vec<Spanned<String>>,
    pub(super) headers: BTreeMap<String, Spanned<String>>,
    pub(super) render_command: Option<Spanned<Vec<String>>>,
    pub(super) disabled: bool,
    pub(super) url_parameters: BTreeMap<String, Spanned<String>>,
    pub(super) selectors: Option<Spanned<Selectors>>,
}

/// `url = "…"` or `url = ["…", "…"]`
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a URL in quotes, or a list of them")]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}
