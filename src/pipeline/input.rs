//! Inputs that an earlier ingest has read, wholly or in part.
//!
//! In: what the store remembers. Out: for each input whether it is read, from the start or from where the last ingest
//! stopped, or recognised and left alone. Only files of many snapshots are remembered: archives and dumps of rows.

use super::dumps::DumpOptions;
use crate::model::Digest;
use crate::store::{InputPlace, Store, StoreError};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// How far inputs were read.
#[derive(Debug, Clone, Default)]
pub struct Places(Arc<HashMap<String, InputPlace>>);

impl Places {
    /// All that the store remembers.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn of(store: &Store) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(store.input_places()?)))
    }

    /// What is known about the file `path` that begins with `head`.
    pub(super) fn input(&self, path: &Path, head: &[u8], options: &DumpOptions) -> io::Result<(Input, Progress)> {
        let path = std::path::absolute(path)?;
        let metadata = path.metadata()?;
        let mut input = Input {
            path: path.to_string_lossy().into_owned(),
            identity: identity(&metadata, head, options),
            bytes: metadata.len(),
            from: 0,
        };
        let progress = match self.0.get(&input.path).filter(|place| place.identity == input.identity) {
            Some(place) if place.finished => Progress::Finished,
            Some(place) => Progress::From(place.offset),
            None => Progress::From(0),
        };
        if let Progress::From(from) = progress {
            input.from = from;
        }
        Ok((input, progress))
    }
}

/// A file of many snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Absolute path.
    pub path: String,
    /// Changes with the file and with what the person said about it.
    pub identity: String,
    /// Length of the file.
    pub bytes: u64,
    /// What stands before this offset was kept by an earlier ingest.
    pub from: u64,
}

/// How far an input was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// What stands before this offset is kept.
    From(u64),
    /// All of it is kept.
    Finished,
}

/// Size, time, beginning, and every setting that decides what becomes of its snapshots. A file that changes in its
/// middle changes its time.
fn identity(metadata: &Metadata, head: &[u8], options: &DumpOptions) -> String {
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let mut stated = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        stated,
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        options.source,
        options.base_url.as_ref().map(url::Url::as_str),
        options.at,
        options.extract.map,
        options.since,
        options.matching.as_ref().map(|glob| glob.glob().glob().to_owned()),
    );
    let head = Digest::of_body(&[head, stated.as_bytes()].concat());
    format!("{} {} {}", metadata.len(), modified.map_or(0, |at| at.as_nanos()), head.to_hex())
}
