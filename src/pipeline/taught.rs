//! What listings have taught about dates, as the writer of an ingest last saw it, for those who read beside it.
//!
//! A guess and no more: the writer knows what holds when a page's turn comes, and reads again what was read with less.

use crate::model::DateMemory;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// Listings remembered at most; past it all are forgotten, and what they taught is met again.
const REMEMBERED: usize = 10_000;

/// By source and listing; only what is no default.
#[derive(Debug, Default)]
pub(super) struct Taught(RwLock<HashMap<String, DateMemory>>);

impl Taught {
    /// What the listing has taught so far.
    pub(super) fn about(&self, source: &str, listing: &str) -> DateMemory {
        // Whoever panicked while it was locked has left whole entries.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&key(source, listing)).cloned().unwrap_or_default()
    }

    /// Remembers what the listing has taught after one more page.
    pub(super) fn tell(&self, source: &str, listing: &str, dates: &DateMemory) {
        let key = key(source, listing);
        let is_known = {
            let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
            known.get(&key).map_or(*dates == DateMemory::default(), |known| known == dates)
        };
        if is_known {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, dates.clone());
    }
}

fn key(source: &str, listing: &str) -> String {
    format!("{source}\0{listing}")
}
