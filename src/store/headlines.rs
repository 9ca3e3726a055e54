//! Headlines that changed.

use super::{Store, StoreError};

impl Store {
    /// Every change of a headline, oldest first: the title before and the title after.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn changed_titles(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT before, title FROM (
               SELECT title, first_seen, lag(title) OVER (PARTITION BY record ORDER BY first_seen, first_tie) AS before
               FROM revisions
             ) WHERE before <> title ORDER BY first_seen, before, title",
        )?;
        let changes = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(changes.collect::<Result<_, _>>()?)
    }
}
