//! Live captures to the archive: every page that was fetched, before its records are committed.

use crate::archive::{Archive, ExchangeToKeep, Retention, prune};
use crate::config::Config;
use crate::fetch::Capture;
use crate::store::ArchivePlace;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use tracing::{debug, error};

/// Writes `capture` to `archive`; where it lies, for the store. [`sync_captures`] has to follow before the store commits.
///
/// An archive that cannot be written loses originals, which the log says, and no records: they are stored all the same.
pub(super) fn write_capture(archive: Option<&mut Archive>, capture: &Capture) -> Option<ArchivePlace> {
    let exchange = ExchangeToKeep {
        url: capture.url.as_str(),
        captured_at: capture.captured_at,
        request_head: &capture.exchange.request_head,
        response_head: &capture.exchange.response_head,
        body: Some(&capture.raw_body),
        peer: capture.exchange.peer.map(|peer| peer.ip()),
    };
    match archive?.keep(&exchange) {
        Ok(place) => Some(ArchivePlace { path: beside_database(&place.path), offset: place.offset }),
        Err(problem) => {
            error!("the page could not be archived: {problem}");
            None
        }
    }
}

/// Brings the captures written since the last call to the disk, all at once: that takes as long as one. False when the
/// disk failed, which the log says.
pub(super) fn sync_captures(archive: Option<&mut Archive>) -> bool {
    let synced = archive.map_or(Ok(()), Archive::sync);
    if let Err(problem) = &synced {
        error!("pages could not be archived: {problem}");
    }
    synced.is_ok()
}

/// `archive/FILE`: the archive lies beside the database and moves with it.
fn beside_database(path: &Path) -> PathBuf {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    Path::new(folder).join(path.file_name().unwrap_or_default())
}

/// Deletes the archive files that the config no longer keeps.
pub(super) fn prune_archive(folder: &Path, config: &Config, now: Timestamp) {
    let retention = Retention { days: config.archive_keep_days, bytes: config.archive_max_bytes };
    if retention == Retention::default() || !folder.exists() {
        return;
    }
    match prune(folder, retention, now) {
        Ok(deleted) if deleted.is_empty() => {}
        Ok(deleted) => debug!(files = deleted.len(), "deleted old archive files"),
        Err(problem) => error!("old archive files could not be deleted: {problem}"),
    }
}
