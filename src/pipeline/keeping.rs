//! Live captures to the archive: every page that was fetched, before its records are committed.

use crate::archive::{Archive, ExchangeToKeep, Place, Retention, prune};
use crate::config::Config;
use crate::fetch::{Capture, Exchange, NotModified};
use crate::store::ArchivePlace;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use tracing::{debug, error};
use url::Url;

/// Writes `capture` to `archive`; where it lies, for the store. [`sync_captures`] has to follow before the store commits.
///
/// An archive that cannot be written loses originals, which the log says, and no records: they are stored all the same.
pub(super) fn write_capture(archive: Option<&mut Archive>, capture: &Capture) -> Option<ArchivePlace> {
    let written = write(archive, &capture.url, capture.captured_at, &capture.exchange, Some(&capture.raw_body))?;
    Some(ArchivePlace { path: beside_database(&written.path), offset: written.offset })
}

/// Writes the word of a server that a page stands as it was. False when the archive cannot be written, as for
/// [`write_capture`]; true also where nothing is archived.
pub(super) fn write_not_modified(archive: Option<&mut Archive>, answer: &NotModified) -> bool {
    archive.is_none() || write(archive, &answer.url, answer.captured_at, &answer.exchange, None).is_some()
}

fn write(
    archive: Option<&mut Archive>,
    url: &Url,
    captured_at: Timestamp,
    exchange: &Exchange,
    body: Option<&[u8]>,
) -> Option<Place> {
    let exchange = ExchangeToKeep {
        url: url.as_str(),
        captured_at,
        request_head: &exchange.request_head,
        response_head: &exchange.response_head,
        body,
        peer: exchange.peer.map(|peer| peer.ip()),
    };
    let written = archive?.keep(&exchange);
    written.inspect_err(|problem| error!("the page could not be archived: {problem}")).ok()
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
