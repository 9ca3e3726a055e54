//! Which fields of a source's records come from its feed.

use std::collections::BTreeMap;
use tearsheet::config::SourceConfig;
use tearsheet::model::Record;
use tearsheet::store::{Store, StoreError};
use url::Url;

/// What the feed of a source has given.
pub(super) struct FromFeed {
    /// The feed of the config; `None` where the config names none any more.
    pub(super) url: Option<Url>,
    /// Why it could not be read at the last visit.
    pub(super) problem: Option<String>,
    /// Names of the filled fields, by id of the record.
    fields: BTreeMap<String, Vec<String>>,
}

impl FromFeed {
    /// `None` for a source without a feed that has filled nothing.
    pub(super) fn of(store: &Store, source: &SourceConfig) -> Result<Option<Self>, StoreError> {
        let fields = store.feed_fields(&source.name)?;
        let problem = store.last_visit(&source.name)?.and_then(|visit| visit.feed_problem);
        let is_told = source.feed.is_some() || !fields.is_empty();
        Ok(is_told.then(|| Self { url: source.feed.clone(), problem, fields }))
    }

    /// The fields of one record that come from the feed.
    pub(super) fn of_record(&self, record: &Record) -> &[String] {
        self.fields.get(&record.id.to_hex()).map_or(&[], Vec::as_slice)
    }

    /// How many records have each field from the feed.
    pub(super) fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for field in self.fields.values().flatten() {
            *counts.entry(field.as_str()).or_default() += 1;
        }
        counts
    }
}
