//! Records shown as one: a whole is made from its parts, which stay as they are.
//!
//! In: which records are one article. Out: one shown row per article, under the id of the part seen earliest; the other
//! ids are aliases. A whole is a function of its parts, and each part of its own sightings, so the order of ingest makes
//! no difference, and a verdict that falls takes nothing with it: the parts are shown again.

use super::merge::{Held, Link, State};
use super::rows::{Loaded, Tally, changed_fields, prefix};
use super::{Store, StoreError};
use crate::model::{RecordId, Whole};
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Why a row is not shown: it is a part.
const MERGED: &str = "merged";

/// Why a row is not shown: its parts are shown again.
const TAKEN_APART: &str = "taken_apart";

/// A part with what it knows.
struct Part {
    record: i64,
    id: RecordId,
    loaded: Loaded,
}

/// A whole that must be made, and the row it had.
struct Making<'a> {
    whole: &'a Whole,
    row: Option<i64>,
    parts: Vec<Part>,
}

impl Store {
    /// Shows each of `wholes` as one record, and everything else of the source by itself.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_wholes(&self, source: i64, wholes: &[Whole]) -> Result<(), StoreError> {
        let known = self.known_parts(source)?;
        let unsettled = self.unsettled_parts()?;
        let wanted: BTreeSet<i64> = wholes.iter().flat_map(|whole| whole.parts.iter().copied()).collect();
        let mut rows = BTreeMap::<i64, BTreeSet<i64>>::new();
        for (part, row) in &known {
            rows.entry(*row).or_default().insert(*part);
        }
        let mut free: BTreeSet<i64> = rows.keys().copied().collect();
        let mut makings = Vec::new();
        for whole in wholes {
            let row = whole.parts.iter().filter_map(|part| known.get(part)).find(|row| free.remove(row)).copied();
            let is_same =
                row.is_some_and(|row| rows[&row].iter().eq(whole.parts.iter()) && rows[&row].is_disjoint(&unsettled));
            if !is_same {
                let parts = whole.parts.iter().map(|part| self.part(*part)).collect::<Result<_, _>>()?;
                makings.push(Making { whole, row, parts });
            }
        }
        for row in free {
            self.take_apart(source, row)?;
        }
        for part in known.keys().filter(|part| !wanted.contains(part)) {
            self.show_part(source, *part)?;
        }
        let shared = self.shared_snapshots(source, &makings)?;
        for (making, shared) in makings.into_iter().zip(shared) {
            self.make(source, making, shared)?;
        }
        self.db
            .prepare_cached(
                "DELETE FROM unsettled_parts
                 WHERE (SELECT source FROM teasers t WHERE t.record = unsettled_parts.record) = ?1",
            )?
            .execute([source])?;
        Ok(())
    }

    /// Marks a part whose whole must be made again.
    pub(super) fn unsettle_part(&self, record: i64) -> Result<(), StoreError> {
        self.db.prepare_cached("INSERT OR IGNORE INTO unsettled_parts (record) VALUES (?1)")?.execute([record])?;
        Ok(())
    }

    fn unsettled_parts(&self) -> Result<BTreeSet<i64>, StoreError> {
        let mut select = self.db.prepare_cached("SELECT record FROM unsettled_parts")?;
        let found = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Every part of a source, and the row of its whole.
    fn known_parts(&self, source: i64) -> Result<BTreeMap<i64, i64>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT record, whole FROM teasers WHERE whole IS NOT NULL AND whole <> record AND source = ?1",
        )?;
        let found = select.query_map([source], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    fn part(&self, record: i64) -> Result<Part, StoreError> {
        let (id, tally) = self.row_of(record)?;
        Ok(Part { record, id, loaded: self.load(&tally)? })
    }

    fn row_of(&self, record: i64) -> Result<(RecordId, Tally), StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT y.record, y.first_seen, y.first_tie, y.last_seen, y.last_tie, y.sightings, y.position, y.content,
               y.variants, t.id FROM tallies y JOIN teasers t ON t.record = y.record WHERE y.record = ?1",
        )?;
        Ok(select.query_row([record], |row| Ok((RecordId(row.get(9)?), Tally::of(row)?)))?)
    }

    /// For each whole, how many sightings are counted twice because two of its parts stood in one snapshot. One pass
    /// over the snapshots of the time in question, for all wholes together.
    fn shared_snapshots(&self, source: i64, makings: &[Making<'_>]) -> Result<Vec<u64>, StoreError> {
        let mut shared = vec![0; makings.len()];
        let owner: HashMap<i64, usize> = makings
            .iter()
            .enumerate()
            .flat_map(|(index, making)| making.parts.iter().map(move |part| (part.record, index)))
            .collect();
        let states = || makings.iter().flat_map(|making| making.parts.iter().map(|part| &part.loaded.state));
        let (Some(first), Some(last)) = (states().map(|s| s.first.0).min(), states().map(|s| s.last.0).max()) else {
            return Ok(shared);
        };
        let mut select = self.db.prepare_cached(
            "SELECT g.records FROM pages p JOIN snapshots n ON n.page = p.page JOIN sightings g ON g.snapshot = n.snapshot
             WHERE p.source = ?1 AND n.captured_at BETWEEN ?2 AND ?3",
        )?;
        let mut rows = select.query([source, first, last])?;
        while let Some(row) = rows.next()? {
            let records: Vec<i64> = serde_json::from_str(&row.get::<_, String>(0)?)?;
            let mut met = BTreeSet::new();
            for index in records.iter().filter_map(|record| owner.get(record)) {
                if !met.insert(*index) {
                    shared[*index] += 1;
                }
            }
        }
        Ok(shared)
    }

    fn make(&self, source: i64, making: Making<'_>, shared: u64) -> Result<(), StoreError> {
        let Making { whole, row, parts } = making;
        let state = together(whole, &parts, shared);
        let earliest = parts.iter().min_by_key(|part| (part.loaded.state.first, part.id)).expect("a whole has parts");
        let id = earliest.id;
        let row = match row {
            Some(row) => self.make_again(source, row, id, &state)?,
            None => self.make_new(source, earliest, &state)?,
        };
        for part in &parts {
            if part.loaded.whole != Some(row) {
                self.hide_part(source, part, row)?;
            }
        }
        self.db.prepare_cached("DELETE FROM aliases WHERE record = ?1")?.execute([row])?;
        let mut alias =
            self.db.prepare_cached("INSERT OR REPLACE INTO aliases (id, record, reason) VALUES (?1, ?2, ?3)")?;
        for part in parts.iter().filter(|part| part.id != id) {
            alias.execute(params![&part.id.0[..], row, whole.reason])?;
        }
        Ok(())
    }

    fn make_new(&self, source: i64, earliest: &Part, state: &State) -> Result<i64, StoreError> {
        let id = earliest.id;
        let row = self.insert(source, id, state, 0, None)?;
        self.db.prepare_cached("UPDATE teasers SET whole = record WHERE record = ?1")?.execute([row])?;
        // The key leads to the part, which is what sightings are counted at.
        self.db.prepare_cached("DELETE FROM keys WHERE prefix = ?1 AND record = ?2")?.execute([prefix(id), row])?;
        if state.variants.len() > 1 {
            self.write_variants(row, &state.variants)?;
        }
        self.count(source, 1, dated(state))?;
        // Under this id there was a record before.
        let fields = changed_fields(&earliest.loaded.state, state);
        self.log_change(row, "updated", Some(&fields.join(",")))?;
        Ok(row)
    }

    fn make_again(&self, source: i64, row: i64, id: RecordId, state: &State) -> Result<i64, StoreError> {
        let (old_id, tally) = self.row_of(row)?;
        let before = self.load(&tally)?;
        if state.variants != before.state.variants {
            self.db.prepare_cached("DELETE FROM revisions WHERE record = ?1")?.execute([row])?;
        }
        self.update(row, &before, state, 0)?;
        self.count(source, 0, dated(state) - dated(&before.state))?;
        if before.cluster.is_some() && state.first != before.state.first {
            self.unsettle(row)?;
        }
        if id != old_id {
            self.db.prepare_cached("UPDATE teasers SET id = ?2 WHERE record = ?1")?.execute(params![row, &id.0[..]])?;
        }
        let fields = changed_fields(&before.state, state);
        if !fields.is_empty() || id != old_id {
            let kind = if fields.contains(&"fingerprint") { "revised" } else { "updated" };
            self.log_change(row, kind, Some(&fields.join(",")))?;
        }
        Ok(row)
    }

    fn hide_part(&self, source: i64, part: &Part, row: i64) -> Result<(), StoreError> {
        let was_shown = part.loaded.furniture.is_none();
        self.db.prepare_cached("UPDATE teasers SET furniture = ?2, whole = ?3 WHERE record = ?1")?.execute(params![
            part.record,
            MERGED,
            row
        ])?;
        self.db.prepare_cached("UPDATE tallies SET content = 0 WHERE record = ?1")?.execute([part.record])?;
        if was_shown {
            self.count(source, -1, -dated(&part.loaded.state))?;
            self.log_change(part.record, MERGED, None)?;
        }
        Ok(())
    }

    fn show_part(&self, source: i64, record: i64) -> Result<(), StoreError> {
        let part = self.part(record)?;
        self.db
            .prepare_cached("UPDATE teasers SET furniture = NULL, whole = NULL WHERE record = ?1")?
            .execute([record])?;
        self.count(source, 1, dated(&part.loaded.state))?;
        self.log_change(record, "restored", None)
    }

    fn take_apart(&self, source: i64, row: i64) -> Result<(), StoreError> {
        let (_, tally) = self.row_of(row)?;
        let before = self.load(&tally)?;
        self.db.prepare_cached("DELETE FROM aliases WHERE record = ?1")?.execute([row])?;
        self.db
            .prepare_cached("UPDATE teasers SET furniture = ?2 WHERE record = ?1")?
            .execute(params![row, TAKEN_APART])?;
        self.count(source, -1, -dated(&before.state))?;
        self.log_change(row, TAKEN_APART, None)
    }
}

/// What the parts know together.
fn together(whole: &Whole, parts: &[Part], shared: u64) -> State {
    let mut sorted: Vec<&Part> = parts.iter().collect();
    // Where two parts stood in one snapshot, the better place decides, as within a snapshot.
    sorted.sort_by_key(|part| (part.loaded.state.position, part.id));
    let mut states = sorted.into_iter().map(|part| part.loaded.state.clone());
    let mut state = states.next().expect("a whole has parts");
    states.for_each(|other| state.absorb(other));
    state.sightings -= shared.min(state.sightings - 1);
    let canonical = whole.url.as_str();
    if let Some(Held { value: Link { url, canonical: kept }, .. }) = &mut state.link {
        *kept = (canonical != url.as_str()).then(|| canonical.to_owned());
    }
    state
}

fn dated(state: &State) -> i64 {
    i64::from(state.is_dated())
}
