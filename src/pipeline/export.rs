//! Records out of the store into a file or a stream.

use crate::atomic_file;
use crate::export::{ExportError, Exporter, Format, SqliteExporter};
use crate::model::StoredRecord;
use crate::store::{Filter, Store, StoreError};
use std::io::Write;
use std::path::Path;

/// What an export wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportReport {
    /// Records written.
    pub records: u64,
    /// The last change that they include: what to ask for "after" next time.
    pub last_change: i64,
}

/// Writes the records that pass `filter` to a stream.
///
/// # Errors
///
/// When the store cannot be read or the stream cannot be written.
pub fn export(store: &Store, filter: &Filter, format: Format, out: impl Write) -> Result<ExportReport, ExportError> {
    let mut exporter = Exporter::new(format, "tearsheet", out)?;
    let report = each(store, filter, |record| exporter.write(record))?;
    exporter.finish()?;
    Ok(report)
}

/// Writes the records that pass `filter` to a file: whole, or not at all.
///
/// # Errors
///
/// When the store cannot be read or the file cannot be written; then an older file stays as it was.
pub fn export_to_file(
    store: &Store,
    filter: &Filter,
    format: Format,
    path: &Path,
) -> Result<ExportReport, ExportError> {
    atomic_file::write(path, |out| export(store, filter, format, out))
}

/// Writes the records that pass `filter` to an SQLite file with one table: whole, or not at all.
///
/// # Errors
///
/// When the store cannot be read or the file cannot be written; then an older file stays as it was.
pub fn export_to_sqlite(store: &Store, filter: &Filter, path: &Path) -> Result<ExportReport, ExportError> {
    atomic_file::replace(path, |temporary| {
        let mut exporter = SqliteExporter::create(temporary)?;
        let report = each(store, filter, |record| exporter.write(record))?;
        exporter.finish()?;
        Ok(report)
    })
}

fn each(
    store: &Store,
    filter: &Filter,
    mut write: impl FnMut(&StoredRecord) -> Result<(), ExportError>,
) -> Result<ExportReport, ExportError> {
    /// Both kinds of failure on their way out of the loop.
    struct Failed(ExportError);
    impl From<StoreError> for Failed {
        fn from(error: StoreError) -> Self {
            Self(ExportError::Store(error.into()))
        }
    }
    let mut records = 0;
    let last_change = store
        .each_record(filter, |record| {
            records += 1;
            write(record).map_err(Failed)
        })
        .map_err(|failed: Failed| failed.0)?;
    Ok(ExportReport { records, last_change })
}
