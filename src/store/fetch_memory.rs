//! What a run leaves to the next about hosts: who asked for patience, what robots.txt said.

use super::{Store, StoreError};
use crate::model::FetchMemory;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Store {
    /// What earlier runs left.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn fetch_memory(&self) -> Result<FetchMemory, StoreError> {
        Ok(FetchMemory {
            domains: self.held("SELECT held FROM domains ORDER BY domain")?,
            robots: self.held("SELECT held FROM robots ORDER BY authority")?,
        })
    }

    /// Keeps what a run leaves; entries that it does not name stay as they are.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_fetch_memory(&mut self, memory: &FetchMemory) -> Result<(), StoreError> {
        if memory.domains.is_empty() && memory.robots.is_empty() {
            return Ok(());
        }
        let nested = self.begin_batch()?;
        {
            let mut keep = self.db.prepare_cached("INSERT OR REPLACE INTO domains (domain, held) VALUES (?1, ?2)")?;
            for entry in &memory.domains {
                keep.execute((&entry.domain, json(entry)?))?;
            }
            let mut keep = self.db.prepare_cached("INSERT OR REPLACE INTO robots (authority, held) VALUES (?1, ?2)")?;
            for entry in &memory.robots {
                keep.execute((&entry.authority, json(entry)?))?;
            }
        }
        if nested { Ok(()) } else { self.end_batch() }
    }

    fn held<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, StoreError> {
        let mut select = self.db.prepare_cached(sql)?;
        let texts = select.query_map([], |row| row.get::<_, String>(0))?;
        texts.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
    }
}

fn json(entry: &impl Serialize) -> Result<String, StoreError> {
    Ok(serde_json::to_string(entry)?)
}
