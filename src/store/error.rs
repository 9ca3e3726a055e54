//! What can go wrong with the database itself: the run cannot go on.

use std::path::PathBuf;

/// The database is unusable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Written by a later version of the program; it was not touched.
    #[error("`{path}` has schema {found}, this program knows schemas up to {known}; install a newer tearsheet")]
    NewerSchema {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The last schema that this program knows.
        known: i64,
    },
    /// An SQLite database of another program; it was not touched.
    #[error("`{path}` is a database of another program")]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// SQLite cannot open the file.
    #[error("cannot open the database `{path}`")]
    Open {
        /// The database.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// A schema change failed and was rolled back.
    #[error("cannot bring the database `{path}` to the current schema")]
    Migrate {
        /// The database.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<rusqlite_migration::Error>,
    },
    /// SQLite refused a statement.
    #[error("the database failed")]
    Sqlite(#[from] rusqlite::Error),
    /// A value in the database cannot be read.
    #[error("the database holds an unreadable value")]
    Unreadable(#[from] serde_json::Error),
}

impl StoreError {
    /// Would the same call work later without anybody doing anything?
    #[must_use]
    pub fn is_transient(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        match self {
            Self::Open { source, .. } | Self::Sqlite(source) => {
                matches!(source.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
            }
            _ => false,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        use rusqlite::ErrorCode::{DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly};
        let code = match self {
            Self::NewerSchema { .. } => return Some("or name another database with --db".to_owned()),
            Self::Foreign { .. } => return Some("name another file with --db".to_owned()),
            Self::Open { source, .. } | Self::Sqlite(source) => source.sqlite_error_code()?,
            _ => return None,
        };
        match code {
            DiskFull => Some("free some space; what was committed is safe".to_owned()),
            NotADatabase => Some("the file is no SQLite database; name another with --db".to_owned()),
            DatabaseCorrupt => {
                Some("restore a backup, or save what can be read with `sqlite3 FILE .recover`".to_owned())
            }
            ReadOnly => Some("the file or its folder cannot be written".to_owned()),
            _ => None,
        }
    }
}
