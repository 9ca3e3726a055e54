//! One writer at a time: an advisory lock on `<database>.lock`.
//!
//! The system releases it when the process ends, however it ends. The file says who has it, and on a second line
//! whether the holder gives way between two pieces of its work; its modification time says since when. Who waits for a
//! holder that gives way holds `<database>.lock.queue` meanwhile, and that is how the holder learns of it. Who gave way
//! stands there itself until it has the lock again, and nobody who would wait goes past: so turns alternate, however
//! closely runs follow each other.

use jiff::Timestamp;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Second line of the lock file of a holder that gives way.
const GIVES_WAY: &str = "gives way";

/// How often somebody who waits looks again: unnoticeable for a person, nothing for the machine.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// The lock, held until dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
    /// Opened by those who give way and those who wait.
    queue: Option<File>,
    holder: String,
    is_held: bool,
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_held {
            // A name that stays behind misleads only those who look before the next holder has signed.
            let _ = self.file.set_len(0);
        }
    }
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
        let mut lock = Self::open(database, command)?;
        lock.try_take()?;
        Ok(lock)
    }

    /// Takes the lock of `database` for `command`; waits up to `patience` for a holder that gives way, and not at all
    /// for one that does not.
    ///
    /// # Errors
    /// [`LockError`]
    pub fn take_in_turn(database: &Path, command: &str, patience: Duration) -> Result<Self, LockError> {
        let mut lock = Self::open(database, command)?;
        // Somebody who gave way stands in the queue and goes first.
        lock.queue = existing(&beside(&lock.path, "queue"))?;
        let first = if lock.is_wanted()? {
            lock.held()
        } else {
            match lock.try_take() {
                Ok(()) => return Ok(lock),
                Err(error) => error,
            }
        };
        let started = Instant::now();
        let mut in_queue = false;
        let mut last = first;
        while matches!(last, LockError::Held { .. }) && lock.holder_gives_way() && started.elapsed() < patience {
            lock.open_queue()?;
            in_queue = in_queue || lock.enter_queue()?;
            std::thread::sleep(LOOK_AGAIN);
            match if in_queue { lock.try_take() } else { Err(lock.held()) } {
                Ok(()) => {
                    lock.leave_queue()?;
                    return Ok(lock);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Takes the lock for work that gives way between two of its pieces, and says so: others wait for it instead of
    /// leaving. Never waits itself.
    ///
    /// # Errors
    /// [`LockError`]
    pub fn take_giving_way(database: &Path, command: &str) -> Result<Self, LockError> {
        let mut lock = Self::open(database, command)?;
        lock.open_queue()?;
        // Before it is taken: whoever looks in between must not read a holder that stays.
        lock.holder = format!("{}\n{GIVES_WAY}", lock.holder);
        lock.try_take()?;
        Ok(lock)
    }

    /// Does somebody wait for the lock?
    ///
    /// # Errors
    /// [`LockError::Unusable`]
    pub fn is_wanted(&self) -> Result<bool, LockError> {
        let entered = self.enter_queue()?;
        if entered {
            self.leave_queue()?;
        }
        Ok(!entered)
    }

    /// Hands the lock to the one who waits and takes it again after that one. Everything must be committed before.
    ///
    /// When `stop` turns true it is no longer waited for; false says that the lock is not held any more.
    ///
    /// # Errors
    /// [`LockError::Unusable`]
    pub fn give_way(&mut self, stop: &AtomicBool) -> Result<bool, LockError> {
        self.is_held = false;
        self.file.set_len(0).and_then(|()| self.file.unlock()).map_err(|source| self.unusable(source))?;
        let mut in_queue = false;
        let mut is_back = false;
        while !is_back && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(LOOK_AGAIN);
            // Who waited leaves the queue with the lock in hand.
            in_queue = in_queue || self.enter_queue()?;
            if in_queue {
                match self.try_take() {
                    Ok(()) => is_back = true,
                    Err(LockError::Held { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        if in_queue {
            self.leave_queue()?;
        }
        Ok(is_back)
    }

    /// [`Lock::give_way`] when somebody waits.
    ///
    /// # Errors
    /// [`LockError::Unusable`]
    pub fn give_way_if_wanted(&mut self, stop: &AtomicBool) -> Result<bool, LockError> {
        Ok(!self.is_wanted()? || self.give_way(stop)?)
    }

    fn open(database: &Path, command: &str) -> Result<Self, LockError> {
        let path = beside(database, "lock");
        let holder = format!("`tearsheet {command}`, process {}", std::process::id());
        Ok(Self { file: open(&path)?, path, queue: None, holder, is_held: false })
    }

    fn open_queue(&mut self) -> Result<(), LockError> {
        if self.queue.is_none() {
            self.queue = Some(open(&beside(&self.path, "queue"))?);
        }
        Ok(())
    }

    fn try_take(&mut self) -> Result<(), LockError> {
        match self.file.try_lock() {
            Ok(()) => {
                self.is_held = true;
                self.sign()
            }
            Err(TryLockError::WouldBlock) => Err(self.held()),
            Err(TryLockError::Error(source)) => Err(self.unusable(source)),
        }
    }

    /// Writes who holds the lock.
    fn sign(&mut self) -> Result<(), LockError> {
        let line = format!("{}\n", self.holder);
        let signed = self.file.set_len(0).and_then(|()| self.file.rewind());
        signed.and_then(|()| self.file.write_all(line.as_bytes())).map_err(|source| self.unusable(source))
    }

    /// True when the queue was entered; false when somebody else is in it.
    fn enter_queue(&self) -> Result<bool, LockError> {
        let Some(queue) = &self.queue else { return Ok(true) };
        match queue.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(source)) => Err(self.unusable(source)),
        }
    }

    fn leave_queue(&self) -> Result<(), LockError> {
        self.queue.as_ref().map_or(Ok(()), File::unlock).map_err(|source| self.unusable(source))
    }

    /// An empty file is that of a holder who is just writing: it is worth another look.
    fn holder_gives_way(&mut self) -> bool {
        let signature = self.signature();
        signature.trim().is_empty() || signature.lines().nth(1) == Some(GIVES_WAY)
    }

    /// What the holder wrote. It may be between taking the lock and writing: then it is empty.
    fn signature(&mut self) -> String {
        let mut text = String::new();
        // The message then says less: no reason to fail.
        let _ = self.file.rewind().and_then(|()| self.file.read_to_string(&mut text));
        text
    }

    fn held(&mut self) -> LockError {
        let signature = self.signature();
        let holder = signature.lines().next().filter(|line| !line.trim().is_empty());
        let holder = holder.unwrap_or("a process that just started").to_owned();
        let modified = self.file.metadata().and_then(|meta| meta.modified()).ok();
        let since = modified.and_then(|time| Timestamp::try_from(time).ok());
        let since =
            since.map_or_else(|| "an unknown time".to_owned(), |t| t.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
        LockError::Held { path: self.path.clone(), holder, since }
    }

    fn unusable(&self, source: std::io::Error) -> LockError {
        LockError::Unusable { path: self.path.clone(), source }
    }
}

/// The file when it is there: made only by those who give way and those who wait.
fn existing(path: &Path) -> Result<Option<File>, LockError> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LockError::Unusable { path: path.to_owned(), source }),
    }
}

fn open(path: &Path) -> Result<File, LockError> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    file.map_err(|source| LockError::Unusable { path: path.to_owned(), source })
}

/// `<database>.<ending>`
pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    PathBuf::from(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

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

    #[test]
    fn nobody_waits_for_a_holder_that_does_not_give_way() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let _lock = Lock::take(&database, "run").unwrap();
        let started = Instant::now();
        assert!(matches!(Lock::take_in_turn(&database, "run", LONG), Err(LockError::Held { .. })));
        assert!(started.elapsed() < LONG / 2);
    }

    #[test]
    fn a_holder_that_gives_way_gets_it_back_after_those_who_waited() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let mut long = Lock::take_giving_way(&database, "ingest").unwrap();
        assert!(!long.is_wanted().unwrap());
        let guest = std::thread::spawn({
            let database = database.clone();
            move || {
                let lock = Lock::take_in_turn(&database, "run", LONG).unwrap();
                let message = Lock::take(&database, "backfill").unwrap_err().to_string();
                drop(lock);
                message
            }
        });
        while !long.is_wanted().unwrap() {
            std::thread::sleep(LOOK_AGAIN);
        }
        assert!(long.give_way(&AtomicBool::new(false)).unwrap());
        assert!(guest.join().unwrap().contains("`tearsheet run`"));
        let message = Lock::take(&database, "run").unwrap_err().to_string();
        assert!(message.contains("`tearsheet ingest`, process"), "{message}");
    }

    #[test]
    fn who_gave_way_has_it_back_while_runs_follow_each_other() {
        const MOST_RUNS: usize = 100;
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let mut long = Lock::take_giving_way(&database, "backfill").unwrap();
        let is_over = std::sync::Arc::new(AtomicBool::new(false));
        let guest = std::thread::spawn({
            let (database, is_over) = (database.clone(), std::sync::Arc::clone(&is_over));
            move || {
                let mut runs = 0;
                while runs < MOST_RUNS && !is_over.load(Ordering::Relaxed) {
                    let _lock = Lock::take_in_turn(&database, "run", LONG).unwrap();
                    std::thread::sleep(LOOK_AGAIN * 2);
                    runs += 1;
                }
                runs
            }
        });
        for _ in 0..3 {
            while !long.is_wanted().unwrap() {
                std::thread::sleep(LOOK_AGAIN);
            }
            assert!(long.give_way(&AtomicBool::new(false)).unwrap());
        }
        is_over.store(true, Ordering::Relaxed);
        drop(long);
        let runs = guest.join().unwrap();
        assert!(runs < MOST_RUNS, "all runs went first");
    }

    #[test]
    fn who_stopped_waiting_stands_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let mut long = Lock::take_giving_way(&database, "backfill").unwrap();
        let (stop, has_stopped) = (AtomicBool::new(false), AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _lock = Lock::take_in_turn(&database, "run", LONG).unwrap();
                stop.store(true, Ordering::Relaxed);
                while !has_stopped.load(Ordering::Relaxed) {
                    std::thread::sleep(LOOK_AGAIN);
                }
            });
            while !long.is_wanted().unwrap() {
                std::thread::sleep(LOOK_AGAIN);
            }
            let is_back = long.give_way(&stop).unwrap();
            has_stopped.store(true, Ordering::Relaxed);
            assert!(!is_back);
        });
        Lock::take_in_turn(&database, "run", LONG).unwrap();
        assert!(!long.is_wanted().unwrap());
    }

    #[test]
    fn patience_ends() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let _lock = Lock::take_giving_way(&database, "ingest").unwrap();
        let waited = Lock::take_in_turn(&database, "run", LOOK_AGAIN * 4);
        assert!(matches!(waited, Err(LockError::Held { .. })));
    }
}
