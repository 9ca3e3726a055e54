//! Tool: a file is there whole or not at all.
//!
//! In: a path and what writes the content. Out: the file, written beside its place, synced, renamed over it. A target
//! that is no plain file (a pipe, `/dev/null`) is written in place: there is nothing to rename.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// How the name of a temporary file ends.
const SUFFIX: &str = ".part";

/// Writes `path` through a buffer; on an error the old file stays as it was.
///
/// # Errors
///
/// Errors of `content`, and of the file system.
pub fn write<T, E: From<io::Error>>(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<&File>) -> Result<T, E>,
) -> Result<T, E> {
    if path.exists() && !path.is_file() {
        let file = File::options().write(true).open(path)?;
        return fill(&file, content);
    }
    let temporary = beside(path)?;
    let value = fill(temporary.as_file(), content)?;
    place(temporary, path)?;
    Ok(value)
}

/// Makes `path` by handing the path of an empty temporary file to `content`, for writers that open files themselves.
///
/// # Errors
///
/// Errors of `content`, and of the file system.
pub fn replace<T, E: From<io::Error>>(path: &Path, content: impl FnOnce(&Path) -> Result<T, E>) -> Result<T, E> {
    let temporary = beside(path)?;
    let value = content(temporary.path())?;
    place(temporary, path)?;
    Ok(value)
}

fn fill<T, E: From<io::Error>>(
    file: &File,
    content: impl FnOnce(&mut BufWriter<&File>) -> Result<T, E>,
) -> Result<T, E> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let value = content(&mut out)?;
    out.flush()?;
    Ok(value)
}

fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// A temporary file in the folder of `path`, locked while it is being written.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let prefix = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    clear(&folder(path), &prefix)?;
    loop {
        let temporary = create(&folder(path), &prefix)?;
        temporary.as_file().lock()?;
        // Before it was locked, another process may have taken it for one that was left behind.
        if temporary.path().exists() {
            return Ok(temporary);
        }
    }
}

fn create(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(prefix).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any other new file: the umask has its say.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Removes what writers that were killed have left: files that nobody holds locked.
fn clear(folder: &Path, prefix: &str) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !(name.starts_with(prefix) && name.ends_with(SUFFIX)) {
            continue;
        }
        // One that cannot be opened or removed is in nobody's way.
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

fn place(temporary: NamedTempFile, path: &Path) -> io::Result<()> {
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    // The name itself must survive a power cut too.
    #[cfg(unix)]
    File::open(folder(path))?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write as _};

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        super::write(&path, |out| out.write_all(b"old")).unwrap();
        let failed = super::write(&path, |out| {
            out.write_all(b"new")?;
            Err::<(), _>(io::Error::other("stopped"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_writer_left_is_cleared_and_what_another_writes_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let left = folder.path().join(".out.csv.abc.part");
        std::fs::File::create(&left).unwrap();
        let other = super::beside(&path).unwrap();
        assert!(!left.exists());
        super::write(&path, |out| out.write_all(b"new")).unwrap();
        assert!(other.path().exists());
    }
}
