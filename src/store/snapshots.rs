//! Which snapshots are kept, and where their originals are.

use super::commit::SnapshotCommit;
use super::rows::start;
use super::{Store, StoreError};
use crate::model::{Origin, Snapshot};
use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Where `archive` put the original of a live capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivePlace {
    /// The WARC file.
    pub path: PathBuf,
    /// Byte offset of the record in it.
    pub offset: u64,
}

/// Start of SHA-256 over what makes a snapshot this snapshot.
pub(super) fn key(snapshot: &Snapshot) -> i64 {
    let mut hasher = Sha256::new();
    for part in [snapshot.source.as_bytes(), snapshot.page.as_bytes()] {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.update(snapshot.captured_at.as_millisecond().to_be_bytes());
    hasher.update(snapshot.digest.0);
    start(&hasher.finalize().into())
}

/// Asked beside the writer: which snapshots are kept. Sees what was committed.
#[derive(Debug)]
pub struct KnownSnapshots(Mutex<Store>);

impl KnownSnapshots {
    /// Is this very snapshot kept already?
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn has(&self, snapshot: &Snapshot) -> Result<bool, StoreError> {
        // A thread that panicked has left a connection that only reads as it was.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).has_snapshot(snapshot)
    }
}

impl Store {
    /// A second connection that knows the snapshots kept; `None` when there are none yet.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn known_snapshots(&self) -> Result<Option<KnownSnapshots>, StoreError> {
        let is_empty = self.db.query_row("SELECT 1 FROM snapshots LIMIT 1", [], |_| Ok(())).optional()?.is_none();
        match self.db.path() {
            Some(path) if !is_empty => Ok(Some(KnownSnapshots(Mutex::new(Self::open_read_only(Path::new(path))?)))),
            _ => Ok(None),
        }
    }

    /// Is this very snapshot kept already? Source, page, `captured_at` and digest decide.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn has_snapshot(&self, snapshot: &Snapshot) -> Result<bool, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT 1 FROM snapshots n JOIN pages p ON p.page = n.page JOIN sources s ON s.source = p.source
             WHERE n.key = ?1 AND n.captured_at = ?2 AND n.digest = ?3 AND p.url = ?4 AND s.name = ?5",
        )?;
        let at = snapshot.captured_at.as_millisecond();
        let found = find
            .query_row(params![key(snapshot), at, &snapshot.digest.0[..], snapshot.page, snapshot.source], |_| Ok(()));
        Ok(found.optional()?.is_some())
    }

    /// Did any snapshot of this page show records?
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn page_had_records(&self, source: &str, page: &str) -> Result<bool, StoreError> {
        let mut find = self.db.prepare_cached(
            "SELECT 1 FROM sources s JOIN pages p ON p.source = s.source JOIN snapshots n ON n.page = p.page
             JOIN sightings g ON g.snapshot = n.snapshot
             WHERE s.name = ?1 AND p.url = ?2 AND g.records <> '[]' LIMIT 1",
        )?;
        Ok(find.query_row([source, page], |_| Ok(())).optional()?.is_some())
    }

    /// Writes the row of a snapshot and returns its number; a capture of a feed has no listing.
    pub(super) fn insert_snapshot(
        &mut self,
        commit: &SnapshotCommit<'_>,
        source: i64,
        listing: Option<i64>,
    ) -> Result<i64, StoreError> {
        let snapshot = commit.snapshot;
        let page = self.page_number(source, &snapshot.page)?;
        let (path, offset) = match (&commit.archived, &snapshot.origin) {
            (Some(place), _) => (Some(place.path.clone()), Some(place.offset)),
            (None, Origin::File(path)) => (Some(path.clone()), None),
            (None, Origin::Part { path, offset }) => (Some(path.clone()), Some(*offset)),
            (None, Origin::Live | Origin::Stdin) => (None, None),
        };
        let columns = match commit.columns {
            [] => None,
            told => Some(serde_json::to_string(told)?),
        };
        let file = path.map(|path| self.file_number(&path.to_string_lossy())).transpose()?;
        let mut insert = self.db.prepare_cached(
            "INSERT INTO snapshots (key, page, captured_at, captured_basis, digest, listing, visit, file, offset, rejected,
               declared_encoding, used_encoding, columns)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        insert.execute(params![
            key(snapshot),
            page,
            snapshot.captured_at.as_millisecond(),
            snapshot.captured_basis.as_str(),
            &snapshot.digest.0[..],
            listing,
            commit.visit.map(|visit| visit.0),
            file,
            offset.map(u64::cast_signed),
            rejected_json(commit)?,
            commit.encodings.map(|(declared, _)| declared),
            commit.encodings.map(|(_, used)| used),
            columns,
        ])?;
        Ok(self.db.last_insert_rowid())
    }
}

/// Counts by reason, as JSON; `None` when nothing was rejected.
fn rejected_json(commit: &SnapshotCommit<'_>) -> Result<Option<String>, StoreError> {
    let mut counts = BTreeMap::<&str, u64>::new();
    for rejection in commit.rejections {
        *counts.entry(rejection.reason.as_str()).or_default() += 1;
    }
    Ok(if counts.is_empty() { None } else { Some(serde_json::to_string(&counts)?) })
}
