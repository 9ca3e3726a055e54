//! The members of zip and tar archives.

use super::place::Place;
use super::{DumpItem, Items, failure, is_companion, read_capped};
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;

pub(super) fn zip_members(place: Place) -> io::Result<impl Iterator<Item = DumpItem> + Send> {
    let mut archive = zip::ZipArchive::new(File::open(&place.path)?)?;
    Ok((0..archive.len()).map(move |index| {
        zip_member(&place, &mut archive, index).unwrap_or_else(|error| DumpItem::Failed {
            input: format!("{}, member {}", place.path.display(), index + 1),
            reason: error.to_string(),
        })
    }))
}

fn zip_member(place: &Place, archive: &mut zip::ZipArchive<File>, index: usize) -> io::Result<DumpItem> {
    let mut member = archive.by_index(index)?;
    let name = member.name()?.into_owned();
    if !member.is_file() || is_companion(Path::new(&name)) {
        return Ok(DumpItem::Companion);
    }
    Ok(place.page(Some((&name, None)), read_capped(&mut member)?))
}

/// The members of a tar archive. A thread of its own reads them, a few ahead at most: a tar reader hands out members
/// only while it is borrowed. The thread ends when the iterator is dropped.
pub(super) fn tar_members(place: Place, reader: impl Read + Send + 'static) -> Items {
    /// Members that may wait to be taken.
    const AHEAD: usize = 4;
    let (members, inbox) = mpsc::sync_channel(AHEAD);
    std::thread::spawn(move || {
        let failed = |error: &io::Error| failure(&place.path, error);
        if let Err(error) = send_members(&place, reader, &members) {
            // The receiver is gone when the ingest was stopped: nobody is left to tell.
            let _ = members.send(failed(&error));
        }
    });
    Box::new(inbox.into_iter())
}

fn send_members(place: &Place, reader: impl Read, members: &mpsc::SyncSender<DumpItem>) -> io::Result<()> {
    for member in tar::Archive::new(reader).entries()? {
        let mut member = member?;
        let name = member.path()?.to_string_lossy().into_owned();
        if !member.header().entry_type().is_file() || is_companion(Path::new(&name)) {
            continue;
        }
        let seconds = member.header().mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
        let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let body = read_capped(&mut member)?;
        if members.send(place.page(Some((&name, time)), body)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}
