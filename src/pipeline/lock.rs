//! One writer at a time: an advisory lock on `<database>.lock`.
//!
//! The system releases it when the process ends, however it ends. The file holds one line that says who has it;
//! its modification time says since when.

use jiff::Timestamp;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// The lock, held until dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why the lock was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another writer holds it: exit 75.
    #[error("another writer holds `{}`: {holder}, since {since}", path.display())]
    Held {
        /// The lock file.
        path: PathBuf,
        /// What the holder wrote about itself, for example "`tearsheet ingest`, process 4711".
        holder: String,
        /// When it took the lock.
        since: String,
    },
    /// The lock file cannot be opened or written.
    #[error("cannot use the lock file `{}`", path.display())]
    Unusable {
        /// The lock file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Lock {
    /// Takes the lock of `database` for `command`, or says who holds it. Never waits.
    ///
    /// # Errors
    /// [`LockError`]
    pub fn take(database: &Path, command: &str) -> Result<Self, LockError> {
        let path = lock_path(database);
        let unusable = |source| LockError::Unusable { path: path.clone(), source };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(path, &mut file)),
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        let holder = format!("`tearsheet {command}`, process {}\n", std::process::id());
        file.set_len(0).map_err(unusable)?;
        file.rewind().map_err(unusable)?;
        file.write_all(holder.as_bytes()).map_err(unusable)?;
        Ok(Self { _file: file })
    }
}

fn lock_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    PathBuf::from(path)
}

fn held(path: PathBuf, file: &mut File) -> LockError {
    let mut holder = String::new();
    // The holder may be between taking the lock and writing its name: the message then says less.
    let _ = file.read_to_string(&mut holder);
    let holder = if holder.trim().is_empty() { "a process that just started" } else { holder.trim() }.to_owned();
    let modified = file.metadata().and_then(|meta| meta.modified()).ok();
    let since = modified.and_then(|time| Timestamp::try_from(time).ok());
    let since = since.map_or_else(|| "an unknown time".to_owned(), |t| t.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    LockError::Held { path, holder, since }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_writer_is_told_who_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let lock = Lock::take(&database, "ingest").unwrap();
        let message = Lock::take(&database, "run").unwrap_err().to_string();
        assert!(message.contains(&format!("`tearsheet ingest`, process {}", std::process::id())), "{message}");
        assert!(message.contains("since 2"), "{message}");
        drop(lock);
        Lock::take(&database, "run").unwrap();
    }
}
