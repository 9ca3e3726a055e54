//! Opens the database, brings its schema up to date, and sets what every connection needs.

use super::StoreError;
use super::names::Names;
use super::postponed::Postponed;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Marks the file as ours (`PRAGMA application_id`), so that a foreign database is never migrated: "tear".
const APPLICATION_ID: i64 = 0x7465_6172;

/// The schema, oldest first. Append only.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/0001_store.sql")),
    M::up(include_str!("../../migrations/0002_near_duplicates.sql")),
    M::up(include_str!("../../migrations/0003_pardons.sql")),
    M::up(include_str!("../../migrations/0004_fetch_memory.sql")),
    M::up(include_str!("../../migrations/0005_missed_visits.sql")),
    M::up(include_str!("../../migrations/0006_encodings.sql")),
    M::up(include_str!("../../migrations/0007_date_corrections.sql")),
    M::up(include_str!("../../migrations/0008_backfill.sql")),
    M::up(include_str!("../../migrations/0009_suspects.sql")),
    M::up(include_str!("../../migrations/0010_ledger_views.sql")),
    M::up(include_str!("../../migrations/0011_url_parameters.sql")),
    M::up(include_str!("../../migrations/0012_bulk_words.sql")),
    M::up(include_str!("../../migrations/0013_validators.sql")),
    M::up(include_str!("../../migrations/0014_feed.sql")),
    M::up(include_str!("../../migrations/0015_columns.sql")),
];

/// How long a statement waits for another process before it gives up. Readers never wait in WAL mode.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Prepared statements kept per connection: more than all statements of this stage.
const STATEMENT_CACHE: usize = 128;

/// Bytes of the full-text index that are gathered before they are written. Kept in the database, and no more than a bound:
/// a transaction that adds less writes what it has.
const INDEX_PART_BYTES: i64 = 8 << 20;

/// One database. One writer at a time; any number of readers beside it.
#[derive(Debug)]
pub struct Store {
    pub(super) db: Connection,
    pub(super) names: Names,
    pub(super) batch: bool,
    pub(super) postponed: RefCell<Postponed>,
}

impl Store {
    /// Opens the database for writing; creates it where there is none, and applies pending migrations.
    ///
    /// A database written by a newer program or by another program is refused and left as it is.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is not ours, or cannot be migrated.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if path.metadata().is_ok_and(|file| file.len() > 0) {
            // Looked at read-only first: opening for writing may already change the file.
            look(path)?;
        }
        let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        prepare(&db).map_err(|source| StoreError::Open { path: path.to_owned(), source })?;
        Migrations::from_slice(MIGRATIONS)
            .to_latest(&mut db)
            .map_err(|source| StoreError::Migrate { path: path.to_owned(), source: Box::new(source) })?;
        Ok(Self::on(db))
    }

    fn on(db: Connection) -> Self {
        Self { db, names: Names::default(), batch: false, postponed: RefCell::default() }
    }

    /// Makes this connection ready for millions of records: more pages in memory (128 MB), and the log is carried into the
    /// database when it holds 64 MB instead of 4, since most pages of it are written again before that. The full-text index
    /// is written in parts of 8 MB instead of 1, since parts are read and written again when they are put together.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn expect_millions(&self) -> Result<(), StoreError> {
        self.db.pragma_update(None, "cache_size", -131_072)?;
        // Answers with what was set.
        self.db.pragma_update_and_check(None, "wal_autocheckpoint", 16_384, |_| Ok(()))?;
        self.db.execute("INSERT INTO teasers_fts (teasers_fts, rank) VALUES ('hashsize', ?1)", [INDEX_PART_BYTES])?;
        Ok(())
    }

    /// Opens an existing database for reading, beside a writer if there is one.
    ///
    /// # Errors
    ///
    /// When there is no such database, or it is not ours, or its schema is not the current one.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let db = look(path)?;
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version < known_schema() {
            drop(db);
            return Self::open(path);
        }
        Ok(Self::on(db))
    }
}

/// Opens an existing database without changing it, and refuses what is not ours or too new.
///
/// A process that was killed while it made the file may have left a journal that must be rolled back before anything can
/// be read; that takes a connection that may write.
fn look(path: &Path) -> Result<Connection, StoreError> {
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match check(&db, path) {
        Err(StoreError::Open { source, .. }) if source.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {
            let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            check(&db, path)?;
            Ok(db)
        }
        checked => checked.map(|()| db),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let failed = |source| StoreError::Open { path: path.to_owned(), source };
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(failed)?;
    db.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    db.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Plans that do not depend on bound values: else every statement with a bound LIMIT is planned anew at each use.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
    Ok(db)
}

fn prepare(db: &Connection) -> Result<(), rusqlite::Error> {
    db.pragma_update(None, "journal_mode", "wal")?;
    // In WAL mode NORMAL keeps the file sound at any crash; a power cut may cost the last transactions, never their halves.
    db.pragma_update(None, "synchronous", "normal")?;
    db.pragma_update(None, "foreign_keys", false)?;
    db.pragma_update(None, "temp_store", "memory")?;
    // 32 MB: the narrow key table of 1.5 million records; past it the system's own cache is nearly as good.
    db.pragma_update(None, "cache_size", -32_768)?;
    db.pragma_update(None, "application_id", APPLICATION_ID)
}

fn known_schema() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Refuses what is not ours or too new. An empty database passes: it becomes ours.
fn check(db: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::Open { path: PathBuf::from(path), source };
    let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(failed);
    let (version, application) = (number("user_version")?, number("application_id")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if version > known_schema() {
        return Err(StoreError::NewerSchema { path: path.to_owned(), found: version, known: known_schema() });
    }
    Ok(())
}
