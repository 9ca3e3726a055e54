//! Stored dates, corrected when their listing has taught more.
//!
//! In: a listing, and a judge of single dates that knows what was taught. Out: the records corrected, each change once,
//! with its reason. The judge belongs to another stage; the store only asks it. Asked again, it finds nothing to do.

use super::merge::{Claim, State};
use super::moment::Moment;
use super::rows::{Loaded, Tally, changed_fields};
use super::{Store, StoreError};
use crate::model::{Basis, PublishedAt};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use std::collections::BTreeSet;

/// A stated absolute date as it is kept.
#[derive(Debug, Clone, Copy)]
pub struct KeptDate<'a> {
    /// The text it was read from.
    pub raw: &'a str,
    /// Where that stood.
    pub basis: Basis,
    /// What it was read as.
    pub value: &'a str,
    /// BCP 47 language of its record.
    pub language: Option<&'a str>,
    /// The capture it was read from.
    pub captured_at: Timestamp,
}

/// What a judge makes of a kept date: the better reading and why, or `None` when it stands.
pub type Judge<'a> = dyn FnMut(&KeptDate<'_>) -> Option<(PublishedAt, String)> + 'a;

impl Store {
    /// Shows the judge every stated date that was read from a page of the listing, and writes its corrections. Returns
    /// how many there were.
    ///
    /// Call it inside a batch, together with the commit of the page that taught something.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn correct_dates(&mut self, source: &str, listing: &str, judge: &mut Judge<'_>) -> Result<u64, StoreError> {
        let moments = self.moments_of(source, listing)?;
        let mut corrected = 0;
        for record in self.records_of(source, listing)? {
            let Some(tally) = self.tally_of(record)? else { continue };
            let before = self.load(&tally)?;
            let Some(claim) = before.state.stated.as_ref().filter(|claim| moments.contains(&claim.at)) else {
                continue;
            };
            let Some((published, reason)) = judged(claim, &before.state, judge) else { continue };
            self.correct(&tally, &before, &published, &reason)?;
            corrected += 1;
        }
        Ok(corrected)
    }

    fn correct(&self, tally: &Tally, before: &Loaded, published: &PublishedAt, reason: &str) -> Result<(), StoreError> {
        let mut state = before.state.clone();
        let Some(claim) = &mut state.stated else { return Ok(()) };
        let old = claim.value.replace(published.value.clone());
        claim.precision = Some(published.precision);
        claim.earliest = Some(published.earliest.as_millisecond());
        claim.latest = Some(published.latest.as_millisecond());
        let fields = changed_fields(&before.state, &state);
        self.update(tally.record, before, &state, tally.content)?;
        if before.furniture.is_none() && !fields.is_empty() {
            self.log_change(tally.record, "corrected", Some(&fields.join(",")))?;
        }
        self.db
            .prepare_cached("INSERT INTO corrections (record, raw, before, after, reason) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![tally.record, published.raw, old, published.value, reason])?;
        Ok(())
    }

    /// The moments of all snapshots of a listing.
    fn moments_of(&self, source: &str, listing: &str) -> Result<BTreeSet<Moment>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT n.captured_at, n.key >> 32 FROM snapshots n JOIN listings l ON l.listing = n.listing
             JOIN sources s ON s.source = l.source WHERE s.name = ?1 AND l.name = ?2",
        )?;
        let found = find.query_map([source, listing], |row| Ok(Moment(row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The records that stood on a page of a listing.
    fn records_of(&self, source: &str, listing: &str) -> Result<BTreeSet<i64>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT j.value FROM snapshots n JOIN listings l ON l.listing = n.listing
             JOIN sources s ON s.source = l.source JOIN sightings g ON g.snapshot = n.snapshot
             JOIN json_each(g.records) j WHERE s.name = ?1 AND l.name = ?2 AND j.value > 0",
        )?;
        let found = find.query_map([source, listing], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn tally_of(&self, record: i64) -> Result<Option<Tally>, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT record, first_seen, first_tie, last_seen, last_tie, sightings, position, content, variants
             FROM tallies WHERE record = ?1",
        )?;
        Ok(find.query_row([record], Tally::of).optional()?)
    }
}

fn judged(claim: &Claim, state: &State, judge: &mut Judge<'_>) -> Option<(PublishedAt, String)> {
    judge(&KeptDate {
        raw: claim.raw.as_deref()?,
        basis: claim.basis?,
        value: claim.value.as_deref()?,
        language: state.language.as_ref().map(|held| held.value.as_str()),
        captured_at: Timestamp::from_millisecond(claim.at.0).ok()?,
    })
}
