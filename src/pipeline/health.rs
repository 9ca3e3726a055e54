//! Every source as it stands: what the config says and what the store remembers, side by side.

use super::due::{HISTORY, next_due};
use crate::config::Config;
use crate::store::{SourceStatus, Store, StoreError};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// One source as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct SourceHealth {
    /// Its name.
    pub source: String,
    /// False when only dumps or an older config know it.
    pub configured: bool,
    /// Outcome of the last visit.
    pub outcome: Option<String>,
    /// The reason in words, where there is one.
    pub detail: Option<String>,
    /// When the last visit began.
    pub last_visit: Option<Timestamp>,
    /// When the next one is due; `None` for a source that is not visited.
    pub next_due: Option<Timestamp>,
    /// Records kept.
    pub records: u64,
    /// Of these, with a date of publication.
    pub dated: u64,
    /// Snapshots kept.
    pub snapshots: u64,
    /// When the last visit began that found something new.
    pub last_new: Option<Timestamp>,
}

/// All sources of the config and of the store, by name.
///
/// # Errors
/// When the store cannot be read.
pub fn health(store: Option<&Store>, config: Option<&Config>) -> Result<Vec<SourceHealth>, StoreError> {
    let known = store.map_or(Ok(Vec::new()), |store| store.status(HISTORY))?;
    let mut sources: BTreeMap<String, SourceHealth> =
        known.iter().map(|status| (status.source.clone(), remembered(status))).collect();
    for source in config.into_iter().flat_map(|config| &config.sources) {
        let health = sources.entry(source.name.clone()).or_default();
        health.source.clone_from(&source.name);
        health.configured = true;
        if !source.disabled {
            let visits =
                known.iter().find(|status| status.source == source.name).map(|status| status.visits.as_slice());
            health.next_due = next_due(source, visits.unwrap_or_default());
        }
    }
    Ok(sources.into_values().collect())
}

fn remembered(status: &SourceStatus) -> SourceHealth {
    let last = status.visits.first();
    SourceHealth {
        source: status.source.clone(),
        configured: false,
        outcome: last.map(|visit| visit.outcome.clone().unwrap_or_else(|| "interrupted".to_owned())),
        detail: last.and_then(|visit| visit.detail.clone()),
        last_visit: last.map(|visit| visit.started_at),
        next_due: None,
        records: status.records,
        dated: status.dated,
        snapshots: status.snapshots,
        last_new: status.last_new,
    }
}
