//! Which records share a key, while a step of changes is looked at.
//!
//! In: the changes of the step with their keys. Out: the candidates of each, as if every record were written before the
//! next is looked at. The keys lie in the store at random places; so all of a step are looked up together in their
//! order, and written together.

use crate::fingerprint::near::Keys;
use crate::model::NearText;
use crate::store::{ChangedText, Store, StoreError};
use foldhash::{HashMap, HashMapExt as _};

/// The keys of one step.
pub(super) struct SharedKeys<'a> {
    /// By key, the records that have it; sorted. A key without records has no entry.
    records: HashMap<i64, Records>,
    /// The texts of the step by record.
    step: HashMap<i64, &'a ChangedText>,
    /// Keys to be written, with their records.
    added: Vec<(i64, i64)>,
}

enum Records {
    /// All that have the key.
    All(Vec<i64>),
    /// The key is a formula: what shares it is asked of the store.
    Formula,
}

impl<'a> SharedKeys<'a> {
    /// Looks up the keys of a step.
    pub(super) fn of(store: &Store, step: &'a [ChangedText], keys: &[Keys]) -> Result<Self, StoreError> {
        let mut wanted: Vec<i64> = keys.iter().flat_map(|keys| keys.title.into_iter().chain(keys.beginning)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut records = HashMap::new();
        for key in wanted {
            let (found, are_all) = store.records_with_key(key)?;
            if !found.is_empty() {
                records.insert(key, if are_all { Records::All(found) } else { Records::Formula });
            }
        }
        let step = step.iter().map(|changed| (changed.text.record, changed)).collect();
        Ok(Self { records, step, added: Vec::new() })
    }

    /// The shown records that share `key` with `record`, the first `most` of them.
    pub(super) fn candidates(
        &self,
        store: &Store,
        key: i64,
        record: i64,
        most: u32,
    ) -> Result<Vec<NearText>, StoreError> {
        let others = match self.records.get(&key) {
            None => return Ok(Vec::new()),
            Some(Records::Formula) => return store.near_candidates(key, record, most),
            Some(Records::All(others)) => others,
        };
        let mut found = Vec::with_capacity(others.len());
        for other in others.iter().filter(|other| **other != record) {
            if found.len() == most as usize {
                break;
            }
            match self.step.get(other) {
                Some(changed) if changed.is_shown => found.push(changed.text.clone()),
                Some(_) => {}
                None => found.extend(store.near_text(*other)?),
            }
        }
        Ok(found)
    }

    /// Gives `record` a key.
    pub(super) fn add(&mut self, store: &Store, key: i64, record: i64) -> Result<(), StoreError> {
        let Records::All(records) = self.records.entry(key).or_insert_with(|| Records::All(Vec::new())) else {
            return store.add_near_keys(&[(key, record)]);
        };
        if let Err(place) = records.binary_search(&record) {
            records.insert(place, record);
            self.added.push((key, record));
        }
        Ok(())
    }

    /// What is to be written, sorted.
    pub(super) fn into_added(mut self) -> Vec<(i64, i64)> {
        self.added.sort_unstable();
        self.added
    }
}
