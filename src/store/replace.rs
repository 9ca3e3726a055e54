//! What the same snapshots give today, compared with what is kept, and put in its place.
//!
//! In: another store, into which the originals of a source were read again, and the snapshots whose originals are
//! gone. Out: the [`Difference`]; or the kept records made equal to those of today. A record that rests on a snapshot
//! whose original is gone stays as it is: only its sighting can say what it was. Ids stay, because they are made from
//! the article. A record that is not found any more leaves the view `records` with the reason [`NOT_READ`], and comes
//! back, as if it were new, when it is sighted again.

use super::{Store, StoreError};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// Why a record left the view: what is read today does not find it.
pub(super) const NOT_READ: &str = "not_read";

/// Columns of a record that are compared, each with its expression over `t` (teasers) and `y` (tallies).
const FIELDS: [(&str, &str); 20] = [
    ("title", "t.title"),
    ("url", "t.url"),
    ("canonical_url", "coalesce(t.canonical_url, t.url)"),
    ("excerpt", "t.excerpt"),
    ("author", "t.author"),
    ("image_url", "t.image_url"),
    ("tags", "t.tags"),
    ("language", "t.language"),
    ("published_at", "t.published_at"),
    ("published_precision", "t.published_precision"),
    ("published_basis", "t.published_basis"),
    ("published_raw", "t.published_raw"),
    ("published_earliest", "CAST(t.published_earliest AS TEXT)"),
    ("published_latest", "CAST(t.published_latest AS TEXT)"),
    ("mentioned_dates", "t.mentioned_dates"),
    ("fingerprint", "hex(t.fingerprint)"),
    ("position", "CAST(y.position AS TEXT)"),
    ("first_seen_at", "CAST(y.first_seen AS TEXT)"),
    ("last_seen_at", "CAST(y.last_seen AS TEXT)"),
    ("sightings", "CAST(y.sightings AS TEXT)"),
];
/// Fields whose difference is no change of the record for those who follow the changes.
const COUNTERS: [&str; 4] = ["position", "first_seen_at", "last_seen_at", "sightings"];

/// What differs in one record.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldChange {
    /// Id of the record.
    pub id: String,
    /// The field.
    pub field: &'static str,
    /// What is kept.
    pub before: Option<String>,
    /// What is read today.
    pub after: Option<String>,
}

/// A record that only one side has.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct OneSided {
    /// Its id.
    pub id: String,
    /// Its title, or the beginning of its excerpt.
    pub title: String,
}

/// What today's reading changes for one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Records that would be new.
    pub new: Vec<OneSided>,
    /// Records that would leave the view.
    pub gone: Vec<OneSided>,
    /// Fields that would change.
    pub changed: Vec<FieldChange>,
    /// Records that rest on originals that are gone: not compared.
    pub frozen: u64,
}

/// One record of one side.
struct Side {
    record: i64,
    id: String,
    is_shown: bool,
    fields: Vec<Option<String>>,
}

impl Side {
    fn one_sided(&self) -> OneSided {
        let title = self.fields[0].clone().or_else(|| self.fields[3].clone()).unwrap_or_default();
        OneSided { id: self.id.clone(), title: title.chars().take(80).collect() }
    }
}

/// Both sides, matched.
struct Matched {
    kept: HashMap<String, Side>,
    today: HashMap<String, Side>,
    frozen: HashSet<i64>,
    /// Suppressed across pages on evidence of which a part is gone.
    stays_suppressed: HashSet<i64>,
}

impl Store {
    /// Compares what is kept of `source` with `today`, a sealed store of the same snapshots.
    ///
    /// # Errors
    ///
    /// When a database fails.
    pub fn compare_with(&self, today: &Path, source: &str, gone: &[i64]) -> Result<Difference, StoreError> {
        self.attached(today, || Ok(difference(&self.matched(source, gone)?)))
    }

    /// Makes the records of `source` those of `today`, in one transaction.
    ///
    /// # Errors
    ///
    /// When a database fails; then nothing is changed.
    pub fn take_over(&mut self, today: &Path, source: &str, gone: &[i64]) -> Result<Difference, StoreError> {
        self.attached(today, || {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
            let taken = self.replace(source, gone).and_then(|difference| {
                self.db.execute_batch("COMMIT")?;
                Ok(difference)
            });
            if taken.is_err() {
                // The first error is the one to tell.
                let _ = self.db.execute_batch("ROLLBACK");
            }
            taken
        })
    }

    fn attached<T>(&self, today: &Path, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.db.execute("ATTACH ?1 AS today", [today.to_string_lossy()])?;
        let done = work();
        self.db.flush_prepared_statement_cache();
        let detached = self.db.execute_batch("DETACH today");
        let done = done?;
        detached?;
        Ok(done)
    }

    fn matched(&self, source: &str, gone: &[i64]) -> Result<Matched, StoreError> {
        let kept = sides(&self.db, "main", source)?;
        let mut today = sides(&self.db, "today", source)?;
        for record in self.pardoned(&kept)? {
            if let Some(side) = today.get_mut(&record) {
                side.is_shown = true;
            }
        }
        let mut frozen = self.resting_on(gone)?;
        frozen.extend(self.told_by(source, &self.feed_captures(gone)?)?);
        let mut select = self.db.prepare(
            "SELECT t.record FROM main.teasers t JOIN main.sources s ON s.source = t.source
             WHERE s.name = ?1 AND t.furniture = 'shared_across_pages'",
        )?;
        let suppressed = select.query_map([source], |row| row.get(0))?.collect::<Result<HashSet<i64>, _>>()?;
        let stays_suppressed = if gone.is_empty() { HashSet::new() } else { suppressed };
        Ok(Matched { kept, today, frozen, stays_suppressed })
    }

    /// Ids of records that a person has shown again.
    fn pardoned(&self, kept: &HashMap<String, Side>) -> Result<Vec<String>, StoreError> {
        let mut select = self.db.prepare("SELECT record FROM main.pardons")?;
        let pardons = select.query_map([], |row| row.get(0))?.collect::<Result<HashSet<i64>, _>>()?;
        Ok(kept.values().filter(|side| pardons.contains(&side.record)).map(|side| side.id.clone()).collect())
    }

    /// Records that these snapshots show.
    fn resting_on(&self, snapshots: &[i64]) -> Result<HashSet<i64>, StoreError> {
        let mut select = self.db.prepare("SELECT records FROM main.sightings WHERE snapshot = ?1")?;
        let mut records = HashSet::new();
        for snapshot in snapshots {
            if let Some(json) = select.query_row([snapshot], |row| row.get::<_, String>(0)).optional()? {
                records.extend(serde_json::from_str::<Vec<i64>>(&json)?);
            }
        }
        Ok(records)
    }

    fn replace(&self, source: &str, gone: &[i64]) -> Result<Difference, StoreError> {
        let number: i64 =
            self.db.query_row("SELECT source FROM main.sources WHERE name = ?1", [source], |row| row.get(0))?;
        // Parts are replaced one by one; what follows the commits puts them together again.
        self.keep_wholes(number, &[])?;
        let matched = self.matched(source, gone)?;
        let difference = difference(&matched);
        let mut numbers = HashMap::<i64, i64>::new();
        for today in in_order(&matched.today) {
            let record = match matched.kept.get(&today.id) {
                Some(kept) => {
                    let stays =
                        matched.frozen.contains(&kept.record) || matched.stays_suppressed.contains(&kept.record);
                    if !stays {
                        self.overwrite(kept, today)?;
                    }
                    kept.record
                }
                None => self.adopt(number, today)?,
            };
            numbers.insert(today.record, record);
        }
        for kept in in_order(&matched.kept) {
            let is_lost = !matched.today.contains_key(&kept.id) && !matched.frozen.contains(&kept.record);
            if is_lost && kept.is_shown {
                self.mark_not_read(kept.record)?;
            }
        }
        self.move_sightings(&numbers)?;
        self.replace_unlisted(source, &self.feed_captures(gone)?)?;
        self.db.execute(
            "UPDATE main.sources SET
               records = (SELECT count(*) FROM main.teasers t WHERE t.source = ?1 AND t.furniture IS NULL),
               dated = (SELECT count(t.published_at) FROM main.teasers t WHERE t.source = ?1 AND t.furniture IS NULL)
             WHERE source = ?1",
            [number],
        )?;
        Ok(difference)
    }

    /// Takes a record out of the view. No sighting may look like a mere repeat of what it was: the next one begins anew.
    fn mark_not_read(&self, record: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE main.teasers SET furniture = ?2 WHERE record = ?1")?
            .execute(params![record, NOT_READ])?;
        self.db.prepare_cached("UPDATE main.tallies SET content = ~content WHERE record = ?1")?.execute([record])?;
        self.log_change(record, "suppressed", None)
    }

    /// Gives a kept record all that today's has, apart from its number, its id and its cluster.
    fn overwrite(&self, kept: &Side, today: &Side) -> Result<(), StoreError> {
        for (table, fixed) in
            [("teasers", &["record", "source", "id", "cluster", "furniture", "whole"][..]), ("tallies", &["record"])]
        {
            let columns = columns(&self.db, table, fixed)?;
            let sql = format!(
                "UPDATE main.{table} SET ({columns}) = (SELECT {columns} FROM today.{table} WHERE record = ?2) WHERE record = ?1"
            );
            self.db.prepare_cached(&sql)?.execute([kept.record, today.record])?;
        }
        self.db.prepare_cached("DELETE FROM main.revisions WHERE record = ?1")?.execute([kept.record])?;
        self.copy_revisions(kept.record, today.record)?;
        let reason =
            "UPDATE main.teasers SET furniture = iif(?3, NULL, (SELECT furniture FROM today.teasers WHERE record = ?2))
             WHERE record = ?1";
        self.db.prepare_cached(reason)?.execute(params![kept.record, today.record, today.is_shown])?;
        match (kept.is_shown, today.is_shown) {
            (true, false) => self.log_change(kept.record, "suppressed", None),
            (false, true) => self.log_change(kept.record, "restored", None),
            (false, false) => Ok(()),
            (true, true) => {
                let fields: Vec<&str> =
                    changed(kept, today).map(|(field, _, _)| field).filter(|field| !COUNTERS.contains(field)).collect();
                if fields.is_empty() {
                    return Ok(());
                }
                let kind = if fields.contains(&"fingerprint") { "revised" } else { "updated" };
                self.log_change(kept.record, kind, Some(&fields.join(",")))
            }
        }
    }

    /// Takes in a record that only today's reading has.
    fn adopt(&self, source: i64, today: &Side) -> Result<i64, StoreError> {
        let own = columns(&self.db, "teasers", &["record", "source", "cluster", "whole"])?;
        let sql =
            format!("INSERT INTO main.teasers (source, {own}) SELECT ?1, {own} FROM today.teasers WHERE record = ?2");
        self.db.prepare_cached(&sql)?.execute([source, today.record])?;
        let record = self.db.last_insert_rowid();
        let own = columns(&self.db, "tallies", &["record"])?;
        let sql =
            format!("INSERT INTO main.tallies (record, {own}) SELECT ?1, {own} FROM today.tallies WHERE record = ?2");
        self.db.prepare_cached(&sql)?.execute([record, today.record])?;
        self.db
            .prepare_cached(
                "INSERT INTO main.keys (prefix, record) SELECT prefix, ?1 FROM today.keys WHERE record = ?2",
            )?
            .execute([record, today.record])?;
        self.copy_revisions(record, today.record)?;
        if today.is_shown {
            self.log_change(record, "new", None)?;
        }
        Ok(record)
    }

    fn copy_revisions(&self, record: i64, today: i64) -> Result<(), StoreError> {
        let own = columns(&self.db, "revisions", &["record"])?;
        let sql = format!(
            "INSERT INTO main.revisions (record, {own}) SELECT ?1, {own} FROM today.revisions WHERE record = ?2"
        );
        self.db.prepare_cached(&sql)?.execute([record, today])?;
        Ok(())
    }

    /// Writes for every snapshot that was read again which records it shows, and what was rejected.
    fn move_sightings(&self, numbers: &HashMap<i64, i64>) -> Result<(), StoreError> {
        let mut select = self.db.prepare(
            "SELECT m.snapshot, g.records, n.rejected FROM today.snapshots n
             JOIN today.sightings g ON g.snapshot = n.snapshot JOIN today.pages p ON p.page = n.page
             JOIN main.snapshots m ON m.key = n.key AND m.captured_at = n.captured_at AND m.digest = n.digest
             JOIN main.pages q ON q.page = m.page AND q.url = p.url",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (snapshot, json, rejected): (i64, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let ranks: Vec<i64> = serde_json::from_str(&json)?;
            let ranks: Vec<i64> = ranks.iter().map(|record| numbers.get(record).copied().unwrap_or(0)).collect();
            self.db
                .prepare_cached("UPDATE main.sightings SET records = ?2 WHERE snapshot = ?1")?
                .execute(params![snapshot, serde_json::to_string(&ranks)?])?;
            self.db
                .prepare_cached("UPDATE main.snapshots SET rejected = ?2 WHERE snapshot = ?1")?
                .execute(params![snapshot, rejected])?;
        }
        Ok(())
    }
}

/// Every record of a source, by id, suppressed ones too.
fn sides(db: &Connection, schema: &str, source: &str) -> Result<HashMap<String, Side>, StoreError> {
    let fields: Vec<&str> = FIELDS.iter().map(|(_, expression)| *expression).collect();
    let mut select = db.prepare(&format!(
        "SELECT t.record, lower(hex(t.id)), t.furniture IS NULL OR t.furniture = 'merged', {} FROM {schema}.teasers t
         JOIN {schema}.tallies y ON y.record = t.record JOIN {schema}.sources s ON s.source = t.source
         WHERE s.name = ?1 AND (t.whole IS NULL OR t.whole <> t.record)",
        fields.join(", ")
    ))?;
    let sides = select.query_map([source], |row| {
        let fields = (0..FIELDS.len()).map(|at| row.get(3 + at)).collect::<Result<_, _>>()?;
        let id: String = row.get(1)?;
        Ok((id.clone(), Side { record: row.get(0)?, id, is_shown: row.get(2)?, fields }))
    })?;
    Ok(sides.collect::<Result<_, _>>()?)
}

/// Records in the order of their numbers: changes are told in an order that can be foreseen.
fn in_order(sides: &HashMap<String, Side>) -> Vec<&Side> {
    let mut sides: Vec<&Side> = sides.values().collect();
    sides.sort_by_key(|side| side.record);
    sides
}

fn changed<'a>(
    kept: &'a Side,
    today: &'a Side,
) -> impl Iterator<Item = (&'static str, &'a Option<String>, &'a Option<String>)> {
    FIELDS
        .iter()
        .zip(kept.fields.iter().zip(&today.fields))
        .filter(|(_, (before, after))| before != after)
        .map(|((field, _), (before, after))| (*field, before, after))
}

fn difference(matched: &Matched) -> Difference {
    let mut difference = Difference { frozen: matched.frozen.len() as u64, ..Difference::default() };
    let by_id: BTreeMap<&String, &Side> = matched.today.iter().collect();
    for (id, today) in by_id {
        match matched.kept.get(id) {
            Some(kept) if matched.frozen.contains(&kept.record) || matched.stays_suppressed.contains(&kept.record) => {}
            Some(kept) if kept.is_shown && today.is_shown => {
                let changes = changed(kept, today);
                difference.changed.extend(changes.map(|(field, before, after)| FieldChange {
                    id: id.clone(),
                    field,
                    before: before.clone(),
                    after: after.clone(),
                }));
            }
            Some(kept) if kept.is_shown => difference.gone.push(kept.one_sided()),
            _ if today.is_shown => difference.new.push(today.one_sided()),
            _ => {}
        }
    }
    let lost = matched.kept.iter().filter(|(id, kept)| {
        kept.is_shown && !matched.today.contains_key(*id) && !matched.frozen.contains(&kept.record)
    });
    let mut lost: Vec<OneSided> = lost.map(|(_, kept)| kept.one_sided()).collect();
    lost.sort_by(|a, b| a.id.cmp(&b.id));
    difference.gone.extend(lost);
    difference
}

/// The columns of a table, without `fixed`, joined by commas.
fn columns(db: &Connection, table: &str, fixed: &[&str]) -> Result<String, StoreError> {
    let mut select = db.prepare_cached("SELECT name FROM pragma_table_info(?1, 'main')")?;
    let names = select.query_map([table], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let own: Vec<String> = names.into_iter().filter(|name| !fixed.contains(&name.as_str())).collect();
    Ok(own.join(", "))
}
