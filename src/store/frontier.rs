//! Backfills and the pages they know of: what makes one go on where it was.
//!
//! A page is known from the moment it is put here; taking it out of the queue, its snapshot, and the pages that it
//! names are one transaction (a batch of the store), so none is fetched again after its commit.

use super::rows::prefix;
use super::visits::instant;
use super::{Store, StoreError};
use crate::model::{BackfillState, FrontierPage, FrontierSlot, FrontierYield, RecordId, Way};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use url::Url;

impl Store {
    /// The backfill of `source` that begins at `start`, if there is one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn backfill(&self, source: &str, start: &str) -> Result<Option<BackfillState>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT b.backfill, b.started_at, b.finished_at, b.ended, b.pages, b.stint_from, b.records, b.new, b.reached,
               (SELECT count(*) FROM frontier f WHERE f.backfill = b.backfill AND f.state = 'waiting'),
               (SELECT count(*) FROM frontier f WHERE f.backfill = b.backfill AND f.state = 'failed')
             FROM backfills b JOIN sources s ON s.source = b.source WHERE s.name = ?1 AND b.start = ?2",
        )?;
        Ok(find.query_row([source, start], backfill_of).optional()?)
    }

    /// Begins a backfill, with nothing waiting yet.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn begin_backfill(&mut self, source: &str, start: &str, at: Timestamp) -> Result<i64, StoreError> {
        let source = self.source_number(source)?;
        let mut insert = self.db.prepare_cached(
            "INSERT INTO backfills (source, start, started_at) VALUES (?1, ?2, ?3) RETURNING backfill",
        )?;
        Ok(insert.query_row(params![source, start, at.as_millisecond()], |row| row.get(0))?)
    }

    /// Forgets a backfill; what it collected stays.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn forget_backfill(&mut self, backfill: i64) -> Result<(), StoreError> {
        let transaction = self.db.transaction()?;
        for table in ["frontier", "backfill_seen", "backfills"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE backfill = ?1"), [backfill])?;
        }
        Ok(transaction.commit()?)
    }

    /// Goes on with a backfill: what could not be reached is tried again. With `is_more` a new stint begins behind the
    /// rule that ended the last one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn reopen_backfill(&self, backfill: i64, is_more: bool) -> Result<(), StoreError> {
        self.move_all(backfill, FrontierSlot::Later, FrontierSlot::Waiting)?;
        if is_more {
            self.move_all(backfill, FrontierSlot::Beyond, FrontierSlot::Waiting)?;
            self.db
                .prepare_cached(
                    "UPDATE backfills SET finished_at = NULL, ended = NULL, stint_from = pages WHERE backfill = ?1",
                )?
                .execute([backfill])?;
        }
        Ok(())
    }

    /// Ends a backfill for a reason.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn end_backfill(&self, backfill: i64, at: Timestamp, ended: &str) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE backfills SET finished_at = ?2, ended = ?3 WHERE backfill = ?1")?
            .execute(params![backfill, at.as_millisecond(), ended])?;
        Ok(())
    }

    /// Puts a page into the frontier, unless it is known. Returns true when it was not.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn enqueue(&self, backfill: i64, page: &FrontierPage, slot: FrontierSlot) -> Result<bool, StoreError> {
        let mut insert = self.db.prepare_cached(
            "INSERT OR IGNORE INTO frontier (backfill, key, url, template, way, rank, depth, barren, known, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        let added = insert.execute(params![
            backfill,
            page.key,
            page.url.as_str(),
            page.template,
            page.way.as_str(),
            page.rank,
            page.depth,
            page.barren,
            page.known,
            slot.as_str(),
        ])?;
        Ok(added > 0)
    }

    /// The next page to visit, with its number.
    ///
    /// # Errors
    ///
    /// When the database fails or holds an address that is none.
    pub fn next_in_frontier(&self, backfill: i64) -> Result<Option<(i64, FrontierPage)>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT entry, key, url, template, way, rank, depth, barren, known FROM frontier
             WHERE backfill = ?1 AND state = 'waiting' ORDER BY rank, entry LIMIT 1",
        )?;
        Ok(find.query_row([backfill], |row| Ok((row.get(0)?, page_of(row)?))).optional()?)
    }

    /// Pages of ways that were not taken, those of the best way first.
    ///
    /// # Errors
    ///
    /// When the database fails or holds an address that is none.
    pub fn spares(&self, backfill: i64) -> Result<Vec<(i64, FrontierPage)>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT entry, key, url, template, way, rank, depth, barren, known FROM frontier
             WHERE backfill = ?1 AND state = 'spare' ORDER BY entry",
        )?;
        let spares = find.query_map([backfill], |row| Ok((row.get(0)?, page_of(row)?)))?;
        Ok(spares.collect::<Result<_, _>>()?)
    }

    /// Moves every page of one slot to another. Returns how many.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn move_all(&self, backfill: i64, from: FrontierSlot, to: FrontierSlot) -> Result<usize, StoreError> {
        let mut update = self.db.prepare_cached("UPDATE frontier SET state = ?3 WHERE backfill = ?1 AND state = ?2")?;
        Ok(update.execute(params![backfill, from.as_str(), to.as_str()])?)
    }

    /// A page is done. `records` are those on it; says how many of them this backfill had not seen.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn done_in_frontier(
        &self,
        backfill: i64,
        entry: i64,
        records: &[RecordId],
        mut gave: FrontierYield,
    ) -> Result<FrontierYield, StoreError> {
        let mut see =
            self.db.prepare_cached("INSERT OR IGNORE INTO backfill_seen (backfill, prefix) VALUES (?1, ?2)")?;
        for record in records {
            gave.fresh += see.execute(params![backfill, prefix(*record)])? as u64;
        }
        self.db
            .prepare_cached("UPDATE frontier SET state = 'done', seen = ?2, fresh = ?3, alive = ?4 WHERE entry = ?1")?
            .execute(params![entry, gave.seen.cast_signed(), gave.fresh.cast_signed(), gave.is_alive()])?;
        self.db
            .prepare_cached(
                "UPDATE backfills SET pages = pages + 1, records = records + ?2, new = new + ?3,
                   reached = CASE WHEN ?4 IS NULL THEN reached ELSE min(coalesce(reached, ?4), ?4) END
                 WHERE backfill = ?1",
            )?
            .execute(params![
                backfill,
                gave.fresh.cast_signed(),
                gave.new.cast_signed(),
                gave.oldest.map(Timestamp::as_millisecond)
            ])?;
        Ok(gave)
    }

    /// Moves a page to another slot.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn set_in_frontier(&self, entry: i64, slot: FrontierSlot) -> Result<(), StoreError> {
        let mut update = self.db.prepare_cached("UPDATE frontier SET state = ?2 WHERE entry = ?1")?;
        update.execute(params![entry, slot.as_str()])?;
        Ok(())
    }

    /// Are there pages in a slot?
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn has_in_frontier(&self, backfill: i64, slot: FrontierSlot) -> Result<bool, StoreError> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM frontier WHERE backfill = ?1 AND state = ?2 LIMIT 1")?;
        Ok(find.query_row(params![backfill, slot.as_str()], |_| Ok(())).optional()?.is_some())
    }

    /// How many pages of a template were visited, and how many of them were alive.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn template_yield(&self, backfill: i64, template: &str) -> Result<(u64, u64), StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT count(*), coalesce(sum(alive), 0) FROM frontier
             WHERE backfill = ?1 AND template = ?2 AND state IN ('done', 'failed')",
        )?;
        let counts = find.query_row(params![backfill, template], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(counts)
    }

    /// Records that pages below the start gave and that had not been seen.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn fresh_below_start(&self, backfill: i64) -> Result<u64, StoreError> {
        let mut find =
            self.db.prepare_cached("SELECT coalesce(sum(fresh), 0) FROM frontier WHERE backfill = ?1 AND depth > 0")?;
        Ok(find.query_row([backfill], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }
}

fn backfill_of(row: &Row<'_>) -> rusqlite::Result<BackfillState> {
    let count = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
    let moment = |column| row.get::<_, Option<i64>>(column)?.map(|_| instant(row, column)).transpose();
    Ok(BackfillState {
        number: row.get(0)?,
        started_at: moment(1)?,
        finished_at: moment(2)?,
        ended: row.get(3)?,
        pages: count(4)?,
        stint_from: count(5)?,
        records: count(6)?,
        new: count(7)?,
        reached: moment(8)?,
        waiting: count(9)?,
        failed: count(10)?,
    })
}

fn page_of(row: &Row<'_>) -> rusqlite::Result<FrontierPage> {
    let unreadable = |column, problem: &str| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, problem.into())
    };
    let (url, way): (String, String) = (row.get(2)?, row.get(4)?);
    Ok(FrontierPage {
        key: row.get(1)?,
        url: Url::parse(&url).map_err(|_| unreadable(2, "not a URL"))?,
        template: row.get(3)?,
        way: Way::parse(&way).ok_or_else(|| unreadable(4, "not a way"))?,
        rank: row.get(5)?,
        depth: row.get(6)?,
        barren: row.get(7)?,
        known: row.get(8)?,
    })
}
