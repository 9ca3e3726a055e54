//! What can go wrong while writing an export.

/// An export could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The output failed.
    #[error("cannot write the export")]
    Io(#[from] std::io::Error),
    /// The exported database failed.
    #[error("cannot write the exported database")]
    Sqlite(#[from] rusqlite::Error),
    /// The store failed while it was read.
    #[error("cannot read the records")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}
