//! What the verdicts on query parameters rest on: which records are to be looked at, and what was concluded.
//!
//! Follows the change log like near-duplicates do. The verdicts themselves belong to another stage.

use super::rows::prefix;
use super::{Store, StoreError};
use crate::model::{Addressed, CanonicalUrl, Meaning, RecordId, Told, UrlParameter};
use rusqlite::{OptionalExtension as _, Row, params};
use std::collections::BTreeSet;

/// Name of the place in `indexed`.
const CURSOR: &str = "parameters";

/// A change of a record whose URL may teach something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedAddress {
    /// Number of its source.
    pub source: i64,
    /// Its number.
    pub record: i64,
    /// Its canonical URL.
    pub url: CanonicalUrl,
}

impl Store {
    /// Records that changed since parameters were last judged, from at most `limit` changes: those whose URL has a
    /// query, and all of sources that are being judged. Also whether more changes follow.
    /// Remembers how far it has come.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn changed_addresses(&self, limit: i64) -> Result<(Vec<ChangedAddress>, bool), StoreError> {
        let from = self.cursor(CURSOR)?;
        let last = self.last_change()?;
        let to = from.saturating_add(limit).min(last);
        let mut select = self.db.prepare_cached(
            "SELECT t.source, t.record, coalesce(t.canonical_url, t.url) FROM change_log l JOIN teasers t ON t.record = l.record
             WHERE l.seq > ?1 AND l.seq <= ?2 AND l.kind IN ('new', 'revised', 'updated', 'corrected', 'restored')
               AND t.url IS NOT NULL AND (t.whole IS NULL OR t.whole <> t.record)
               AND (instr(t.url, '?') > 0 OR EXISTS (SELECT 1 FROM queried q WHERE q.source = t.source))",
        )?;
        let found = select.query_map([from, to], changed_address)?.collect::<Result<_, _>>()?;
        if to > from {
            self.keep_cursor(CURSOR, to)?;
        }
        Ok((found, to < last))
    }

    /// Sources with parts that were sighted since their wholes were made.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sources_with_unsettled_parts(&self) -> Result<BTreeSet<i64>, StoreError> {
        let mut select = self
            .db
            .prepare_cached("SELECT DISTINCT t.source FROM unsettled_parts u JOIN teasers t ON t.record = u.record")?;
        let found = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Name of a source.
    ///
    /// # Errors
    ///
    /// When the database fails or knows no such source.
    pub fn source_name(&self, source: i64) -> Result<String, StoreError> {
        let mut select = self.db.prepare_cached("SELECT name FROM sources WHERE source = ?1")?;
        Ok(select.query_row([source], |row| row.get(0))?)
    }

    /// Remembers that the URL of a record has parameters to judge, or belongs to the comparison. `address` is a key of
    /// the URL without its query.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn add_queried(&self, source: i64, address: i64, record: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO queried (source, address, record) VALUES (?1, ?2, ?3)")?
            .execute([source, address, record])?;
        Ok(())
    }

    /// Is anything judged at this address?
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn is_queried(&self, source: i64, address: i64) -> Result<bool, StoreError> {
        let mut find = self.db.prepare_cached("SELECT 1 FROM queried WHERE source = ?1 AND address = ?2 LIMIT 1")?;
        Ok(find.query_row([source, address], |_| Ok(())).optional()?.is_some())
    }

    /// Nothing can be learned from the URL of this record any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn drop_queried(&self, source: i64, address: i64, record: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM queried WHERE source = ?1 AND address = ?2 AND record = ?3")?
            .execute([source, address, record])?;
        Ok(())
    }

    /// The records of a source whose parameters are judged, as far as they share their address with another.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn queried(&self, source: i64) -> Result<Vec<Addressed>, StoreError> {
        let mut select = self.db.prepare_cached(&format!(
            "SELECT {ADDRESSED} FROM queried q JOIN teasers t ON t.record = q.record JOIN tallies y ON y.record = t.record
             WHERE q.source = ?1 AND {SHOWN} AND q.address IN
               (SELECT address FROM queried WHERE source = ?1 GROUP BY address HAVING count(*) > 1) ORDER BY t.record"
        ))?;
        let found = select.query_map([source], addressed)?.collect::<Result<Vec<_>, _>>()?;
        found.into_iter().map(|(addressed, varied)| self.with_titles(addressed, varied)).collect()
    }

    /// The record of a source with this id.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn addressed(&self, source: i64, id: RecordId) -> Result<Option<Addressed>, StoreError> {
        let mut select = self.db.prepare_cached(&format!(
            "SELECT {ADDRESSED} FROM keys k JOIN teasers t ON t.record = k.record JOIN tallies y ON y.record = t.record
             WHERE k.prefix = ?1 AND t.id = ?2 AND t.source = ?3 AND t.url IS NOT NULL AND {SHOWN}"
        ))?;
        let found = select.query_row(params![prefix(id), &id.0[..], source], addressed).optional()?;
        found.map(|(addressed, varied)| self.with_titles(addressed, varied)).transpose()
    }

    fn with_titles(&self, mut addressed: Addressed, varied: bool) -> Result<Addressed, StoreError> {
        if varied {
            let variants = self.variants(addressed.record)?;
            addressed.titles = variants.into_iter().filter_map(|variant| variant.title).collect();
        }
        Ok(addressed)
    }

    /// What was concluded about the parameters of a source; nothing when the source is not known.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn url_parameters(&self, source: &str) -> Result<Vec<UrlParameter>, StoreError> {
        match self.known_source(source)? {
            Some(source) => self.parameters_of(source),
            None => Ok(Vec::new()),
        }
    }

    /// As [`Store::url_parameters`], by the number of the source.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn parameters_of(&self, source: i64) -> Result<Vec<UrlParameter>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT host, name, verdict, by_hand, articles, against, final, reason FROM parameters
             WHERE source = ?1 ORDER BY host, name",
        )?;
        let found = select.query_map([source], |row| {
            let verdict: String = row.get(2)?;
            Ok(UrlParameter {
                host: row.get(0)?,
                name: row.get(1)?,
                verdict: Meaning::of(&verdict).unwrap_or(Meaning::Open),
                by_hand: row.get(3)?,
                articles: row.get::<_, i64>(4)?.cast_unsigned(),
                against: row.get::<_, i64>(5)?.cast_unsigned(),
                is_final: row.get(6)?,
                reason: row.get(7)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Keeps verdicts in place of those that a source had; writes nothing when they are the same.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn keep_parameters(&self, source: i64, verdicts: &[UrlParameter]) -> Result<(), StoreError> {
        let mut sorted = verdicts.to_vec();
        sorted.sort_by(|a, b| (&a.host, &a.name).cmp(&(&b.host, &b.name)));
        if sorted == self.parameters_of(source)? {
            return Ok(());
        }
        self.db.prepare_cached("DELETE FROM parameters WHERE source = ?1")?.execute([source])?;
        let mut insert = self.db.prepare_cached(
            "INSERT INTO parameters (source, host, name, verdict, by_hand, articles, against, final, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for v in &sorted {
            let counts = (v.articles.cast_signed(), v.against.cast_signed());
            insert.execute(params![
                source,
                v.host,
                v.name,
                v.verdict.as_str(),
                v.by_hand,
                counts.0,
                counts.1,
                v.is_final,
                v.reason
            ])?;
        }
        Ok(())
    }

    /// Takes over what the config says about the parameters of a source. Returns the number of the source when that
    /// differs from what was known: then all its records with a query are to be added and judged again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn tell_parameters(&self, source: &str, told: &Told) -> Result<Option<i64>, StoreError> {
        let Some(number) = self.known_source(source)? else { return Ok(None) };
        let known = self.parameters_of(number)?;
        let by_hand: Told = known.iter().filter(|v| v.by_hand).map(|v| (v.name.clone(), v.verdict)).collect();
        if by_hand == *told {
            return Ok(None);
        }
        let kept: Vec<UrlParameter> = known.into_iter().filter(|v| !v.by_hand && !told.contains_key(&v.name)).collect();
        self.keep_parameters(number, &kept)?;
        Ok(Some(number))
    }

    /// All records of a source whose URL has a query. Looks at every record of the store.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn addresses_with_query(&self, source: i64) -> Result<Vec<ChangedAddress>, StoreError> {
        let mut select = self.db.prepare_cached(
            "SELECT source, record, coalesce(canonical_url, url) FROM teasers
             WHERE source = ?1 AND instr(url, '?') > 0 AND (whole IS NULL OR whole <> record)",
        )?;
        let found = select.query_map([source], changed_address)?.collect::<Result<_, _>>()?;
        Ok(found)
    }
}

fn changed_address(row: &Row<'_>) -> rusqlite::Result<ChangedAddress> {
    let url = CanonicalUrl::from_canonical(row.get(2)?);
    Ok(ChangedAddress { source: row.get(0)?, record: row.get(1)?, url })
}

/// Columns of [`addressed`].
const ADDRESSED: &str = "t.record, t.id, coalesce(t.canonical_url, t.url), t.title, t.excerpt,
  iif(t.published_at IS NULL, NULL, t.published_earliest), t.published_latest, y.variants";

/// Furniture is no article; a part is one.
const SHOWN: &str = "(t.furniture IS NULL OR t.furniture = 'merged')";

fn addressed(row: &Row<'_>) -> rusqlite::Result<(Addressed, bool)> {
    let bounds: (Option<i64>, Option<i64>) = (row.get(5)?, row.get(6)?);
    let addressed = Addressed {
        record: row.get(0)?,
        id: RecordId(row.get(1)?),
        url: CanonicalUrl::from_canonical(row.get(2)?),
        titles: row.get::<_, Option<String>>(3)?.into_iter().collect(),
        excerpt: row.get(4)?,
        published: bounds.0.zip(bounds.1),
    };
    Ok((addressed, row.get(7)?))
}
