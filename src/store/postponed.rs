//! Keys and narrow rows of a batch of rows, written in their order at its end.
//!
//! Repeats hit the narrow rows at random, new records the keys. Where the batch wrote each at once, it would bring nearly every
//! page of both tables into memory, write it to the log when room is needed, and do so again for the next record of the
//! same page. So they wait here, some 150 bytes a record, and each page is written once.

use super::rows::Tally;
use super::{Store, StoreError};
use foldhash::HashMap;
use rusqlite::params;
use std::collections::hash_map::Entry;

/// What a batch has not written yet. Whoever looks for a record looks here, too.
#[derive(Debug, Default)]
pub(super) struct Postponed {
    /// True while the snapshot in hand may add to it.
    is_open: bool,
    /// By the first bytes of their ids, the records that are new …
    keys: HashMap<i64, i64>,
    /// … and those of which another new one has the same first bytes, by these: hardly ever one.
    twins: Vec<(i64, i64)>,
    /// By record.
    tallies: HashMap<i64, Waiting>,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    tally: Tally,
    /// The table has no row for it yet.
    is_new: bool,
}

impl Postponed {
    /// The narrow rows of the new records whose ids begin with `prefix`.
    pub(super) fn with_prefix(&self, prefix: i64) -> impl Iterator<Item = Tally> {
        let twins = self.twins.iter().filter(move |(shared, _)| *shared == prefix).map(|(_, record)| record);
        self.keys.get(&prefix).into_iter().chain(twins).filter_map(|record| self.tally(*record))
    }

    /// The narrow row of a record, where it is another than the one in the table.
    pub(super) fn tally(&self, record: i64) -> Option<Tally> {
        self.tallies.get(&record).map(|waiting| waiting.tally)
    }

    /// A record of which neither key nor narrow row is written.
    pub(super) fn add(&mut self, prefix: i64, tally: Tally) {
        match self.keys.entry(prefix) {
            Entry::Vacant(place) => {
                place.insert(tally.record);
            }
            Entry::Occupied(_) => self.twins.push((prefix, tally.record)),
        }
        self.tallies.insert(tally.record, Waiting { tally, is_new: true });
    }

    /// A narrow row that became another.
    pub(super) fn change(&mut self, tally: Tally) {
        self.tallies.entry(tally.record).or_insert(Waiting { tally, is_new: false }).tally = tally;
    }
}

/// The narrow row of a record that was written just now: put at the end, without a look for one that stands there.
const NEW_TALLY: &str = "INSERT INTO tallies (record, first_seen, first_tie, last_seen, last_tie, sightings, position,
     content, variants) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const CHANGED_TALLY: &str = "UPDATE tallies SET first_seen = ?2, first_tie = ?3, last_seen = ?4, last_tie = ?5,
     sightings = ?6, position = ?7, content = ?8, variants = ?9 WHERE record = ?1";

impl Store {
    /// Puts down key and narrow row of a new record: now, or with the others of the batch.
    pub(super) fn add_tally(&self, prefix: i64, tally: Tally) -> Result<(), StoreError> {
        let mut postponed = self.postponed.borrow_mut();
        if postponed.is_open {
            postponed.add(prefix, tally);
            return Ok(());
        }
        self.write_key(prefix, tally.record)?;
        self.write_tally(NEW_TALLY, &tally)
    }

    /// Puts down that a narrow row became another: now, or with the others of the batch.
    pub(super) fn change_tally(&self, tally: Tally) -> Result<(), StoreError> {
        let mut postponed = self.postponed.borrow_mut();
        if postponed.is_open {
            postponed.change(tally);
            return Ok(());
        }
        self.write_tally(CHANGED_TALLY, &tally)
    }

    /// Says whether the snapshot in hand may be postponed: rows are looked for by their keys alone. Whoever keeps anything else
    /// finds all of it written.
    pub(super) fn may_postpone(&self, may: bool) -> Result<(), StoreError> {
        if !may {
            self.write_postponed()?;
        }
        self.postponed.borrow_mut().is_open = may;
        Ok(())
    }

    /// Writes what the batch has postponed. Nothing may be postponed afterwards, until a snapshot says so.
    pub(super) fn write_postponed(&self) -> Result<(), StoreError> {
        let Postponed { keys, twins, tallies, .. } = self.postponed.take();
        let mut keys: Vec<(i64, i64)> = keys.into_iter().chain(twins).collect();
        keys.sort_unstable();
        for (prefix, record) in keys {
            self.write_key(prefix, record)?;
        }
        let mut tallies: Vec<Waiting> = tallies.into_values().collect();
        tallies.sort_unstable_by_key(|waiting| waiting.tally.record);
        for Waiting { tally, is_new } in tallies {
            self.write_tally(if is_new { NEW_TALLY } else { CHANGED_TALLY }, &tally)?;
        }
        Ok(())
    }

    fn write_key(&self, prefix: i64, record: i64) -> Result<(), StoreError> {
        self.db.prepare_cached("INSERT INTO keys (prefix, record) VALUES (?1, ?2)")?.execute([prefix, record])?;
        Ok(())
    }

    fn write_tally(&self, statement: &str, tally: &Tally) -> Result<(), StoreError> {
        let Tally { record, first, last, sightings, position, content, varied } = *tally;
        let sightings = sightings.cast_signed();
        let row = params![record, first.0, first.1, last.0, last.1, sightings, position, content, varied];
        self.db.prepare_cached(statement)?.execute(row)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::moment::Moment;

    fn tally(record: i64, sightings: u64) -> Tally {
        let at = Moment(0, 0);
        Tally { record, first: at, last: at, sightings, position: 1, content: record, varied: false }
    }

    #[test]
    fn what_waits_is_found_and_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("t.db")).unwrap();
        store.begin_batch().unwrap();
        store.may_postpone(true).unwrap();
        // Two new records whose ids begin alike, and one of them sighted again.
        store.add_tally(7, tally(2, 1)).unwrap();
        store.add_tally(7, tally(1, 1)).unwrap();
        store.change_tally(tally(1, 2)).unwrap();
        let found = |store: &Store| {
            let mut found: Vec<_> = store.tallies(7).unwrap().iter().map(|t| (t.record, t.sightings)).collect();
            found.sort_unstable();
            found
        };
        let rows = |store: &Store| store.db.query_row("SELECT count(*) FROM tallies", [], |row| row.get::<_, i64>(0));
        assert_eq!(rows(&store).unwrap(), 0);
        assert_eq!(found(&store), [(1, 2), (2, 1)]);
        store.end_batch().unwrap();
        assert_eq!(rows(&store).unwrap(), 2);
        assert_eq!(found(&store), [(1, 2), (2, 1)]);
    }
}
