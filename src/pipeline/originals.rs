//! Kept snapshots back to their bytes: from the archive of live captures, and from the dumps that were ingested.
//!
//! In: what the store says about snapshots. Out: each as a [`Snapshot`] again, equal to the one that was kept, or the
//! reason why its original is gone. A file is read once for all snapshots that follow each other in it.

use super::dumps::{DumpItem, DumpOptions, snapshots};
use super::live::unpacked;
use crate::archive::{self, RecordKind, WarcRecord};
use crate::extract;
use crate::model::{CaptureBasis, Digest, Origin, Snapshot};
use crate::store::KeptSnapshot;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use url::Url;

/// The originals of one source.
pub(super) struct Originals<'a> {
    /// Name of the source.
    pub(super) source: &'a str,
    /// Folder of the database: paths of the archive are relative to it.
    pub(super) folder: &'a Path,
    /// How pages are read; rows with the columns that were told for them.
    pub(super) extract: &'a extract::Options,
    /// Where the captures of archive files are, by name, once a revisit has asked for one.
    pub(super) places: RefCell<HashMap<PathBuf, HashMap<String, u64>>>,
}

impl Originals<'_> {
    /// Calls `each` with every kept snapshot: its bytes, or why they are gone.
    pub(super) fn read<E>(
        &self,
        kept: &[KeptSnapshot],
        mut each: impl FnMut(&KeptSnapshot, Result<Snapshot, String>) -> Result<(), E>,
    ) -> Result<(), E> {
        let container = |kept: &KeptSnapshot| kept.file.as_deref().map(|file| self.container(file));
        for group in kept.chunk_by(|a, b| container(a) == container(b) && a.columns == b.columns) {
            match container(&group[0]) {
                None => {
                    for kept in group {
                        each(kept, Err("it was read from standard input, or the archive was switched off".to_owned()))?;
                    }
                }
                Some(path) if group[0].captured_basis == CaptureBasis::Fetch.as_str() => {
                    for kept in group {
                        each(kept, self.live(&path, kept))?;
                    }
                }
                Some(path) => self.dump(&path, group, &mut each)?,
            }
        }
        Ok(())
    }

    /// The file on disk: members of archives are named `FILE!MEMBER`, and the archive lies beside the database.
    fn container(&self, file: &Path) -> PathBuf {
        let whole = file.to_string_lossy();
        let outer = whole.split_once('!').map_or(file, |(outer, _)| Path::new(outer));
        let path = if file.exists() { file } else { outer };
        let beside = self.folder.join(path);
        if path.exists() && !beside.exists() { path.to_owned() } else { beside }
    }

    /// A capture from the archive.
    fn live(&self, path: &Path, kept: &KeptSnapshot) -> Result<Snapshot, String> {
        let gone = |error: io::Error| format!("`{}`: {error}", path.display());
        let record = record_at(path, kept.offset.unwrap_or(0)).map_err(gone)?;
        let record = match record.kind {
            RecordKind::Revisit => self.original_of(path, &record).map_err(gone)?,
            _ => record,
        };
        let base_url = record.url();
        let body = unpacked(&record.payload);
        self.checked(kept, record.content_type, body, base_url, Origin::Live)
            .ok_or_else(|| format!("`{}` holds something else at {}", path.display(), kept.offset.unwrap_or(0)))
    }

    /// The capture that a revisit refers to, in the same file.
    fn original_of(&self, path: &Path, revisit: &WarcRecord) -> io::Result<WarcRecord> {
        let mut places = self.places.borrow_mut();
        if !places.contains_key(path) {
            places.insert(path.to_owned(), captures(path)?);
        }
        let place = revisit.refers_to.as_ref().and_then(|id| places.get(path)?.get(id));
        let lost = || io::Error::other("the capture it refers to is gone");
        let mut original = record_at(path, *place.ok_or_else(lost)?)?;
        original.target_uri.clone_from(&revisit.target_uri);
        original.content_type = revisit.content_type.clone().or(original.content_type);
        Ok(original)
    }

    /// Snapshots of a dump, found again by their digests.
    fn dump<E>(
        &self,
        path: &Path,
        group: &[KeptSnapshot],
        each: &mut impl FnMut(&KeptSnapshot, Result<Snapshot, String>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut by_digest = HashMap::<Digest, Vec<usize>>::new();
        for (at, kept) in group.iter().enumerate().rev() {
            by_digest.entry(kept.digest).or_default().push(at);
        }
        let options = DumpOptions {
            source: Some(self.source.to_owned()),
            at: Some(group[0].captured_at),
            extract: extract::Options { map: group[0].columns.clone(), ..self.extract.clone() },
            ..DumpOptions::default()
        };
        let mut failure = None;
        for item in snapshots(vec![path.to_owned()], options) {
            match item {
                DumpItem::Page(page) => {
                    let Some(waiting) = by_digest.get_mut(&page.digest) else { continue };
                    let place = waiting.iter().rposition(|at| offset(&page) == group[*at].offset);
                    let Some(at) = place.map(|place| waiting.remove(place)).or_else(|| waiting.pop()) else { continue };
                    let kept = &group[at];
                    // The address that was stated for a page names it; what was not stated is told by the page.
                    let base_url = Url::parse(&kept.page).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
                    let snapshot = self.checked(kept, page.content_type, page.body, base_url, page.origin);
                    each(kept, snapshot.ok_or_else(|| format!("`{}` has changed", path.display())))?;
                }
                DumpItem::Failed { reason, .. } => failure = Some(reason),
                _ => {}
            }
        }
        let mut lost: Vec<usize> = by_digest.into_values().flatten().collect();
        lost.sort_unstable();
        for at in lost {
            let reason = failure.clone().unwrap_or_else(|| "it is not there any more".to_owned());
            each(&group[at], Err(format!("`{}`: {reason}", path.display())))?;
        }
        Ok(())
    }

    /// The snapshot, if these are its bytes.
    fn checked(
        &self,
        kept: &KeptSnapshot,
        content_type: Option<String>,
        body: Vec<u8>,
        base_url: Option<Url>,
        origin: Origin,
    ) -> Option<Snapshot> {
        (Digest::of_body(&body) == kept.digest).then(|| Snapshot {
            source: self.source.to_owned(),
            page: kept.page.clone(),
            base_url,
            captured_at: kept.captured_at,
            captured_basis: basis(&kept.captured_basis),
            content_type,
            body,
            digest: kept.digest,
            origin,
        })
    }
}

fn offset(page: &Snapshot) -> Option<u64> {
    match &page.origin {
        Origin::Part { offset, .. } => Some(*offset),
        _ => None,
    }
}

fn basis(word: &str) -> CaptureBasis {
    let all = [CaptureBasis::Fetch, CaptureBasis::Dump, CaptureBasis::Flag, CaptureBasis::FileTime];
    all.into_iter().find(|basis| basis.as_str() == word).unwrap_or(CaptureBasis::Dump)
}

fn record_at(path: &Path, offset: u64) -> io::Result<WarcRecord> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let nothing = || io::Error::other("no record there");
    archive::records(file, offset).next().ok_or_else(nothing)?.map_err(io::Error::other)
}

/// Where the captures of a file are, by name.
fn captures(path: &Path) -> io::Result<HashMap<String, u64>> {
    let records = archive::records(File::open(path)?, 0).filter_map(Result::ok);
    let captures = records.filter(|record| record.kind == RecordKind::Response);
    Ok(captures.filter_map(|record| Some((record.id?, record.offset))).collect())
}
