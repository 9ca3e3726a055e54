//! Deletes archive files by age and size.
//!
//! Revisits refer within their own file only, so deleting whole files breaks no reference.

use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What may stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Days that a file is kept after its own; `None` keeps all.
    pub days: Option<u32>,
    /// Bytes of all files together; the oldest go first. `None` is no limit.
    pub bytes: Option<u64>,
}

/// Deletes what `retention` no longer allows, oldest first; the file of `now`'s day stays in any case.
///
/// Returns the deleted files. Files that the archive did not name are left alone.
///
/// # Errors
///
/// When the folder cannot be read or a file cannot be deleted.
pub fn prune(folder: &Path, retention: Retention, now: Timestamp) -> io::Result<Vec<PathBuf>> {
    let today = day_of(now);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if let Some(day) = day_of_file(&entry.path()) {
            files.push((day, entry.path(), entry.metadata()?.len()));
        }
    }
    files.sort();
    let oldest = retention.days.and_then(|days| {
        let age = SignedDuration::from_hours(24 * i64::from(days));
        now.checked_sub(age).ok().map(day_of)
    });
    let mut total: u64 = files.iter().map(|(_, _, bytes)| bytes).sum();
    let mut deleted = Vec::new();
    for (day, path, bytes) in files {
        let too_old = oldest.as_ref().is_some_and(|oldest| day < *oldest);
        let too_much = retention.bytes.is_some_and(|limit| total > limit);
        if day < today && (too_old || too_much) {
            fs::remove_file(&path)?;
            total -= bytes;
            deleted.push(path);
        }
    }
    Ok(deleted)
}

fn day_of(at: Timestamp) -> String {
    at.strftime("%Y%m%d").to_string()
}

fn day_of_file(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let day = name.strip_prefix("tearsheet-")?.strip_suffix(".warc.gz")?;
    (day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit())).then(|| day.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(retention: Retention) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["tearsheet-20260301.warc.gz", "tearsheet-20260304.warc.gz", "tearsheet-20260305.warc.gz", "mine.warc.gz"]
        {
            fs::File::create(folder.path().join(name)).unwrap().set_len(100).unwrap();
        }
        prune(folder.path(), retention, "2026-03-05T12:00:00Z".parse().unwrap()).unwrap();
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| {
                entry.unwrap().file_name().to_string_lossy().replace("tearsheet-202603", "").replace(".warc.gz", "")
            })
            .collect();
        left.sort();
        left
    }

    #[test]
    fn old_and_surplus_files_go_and_strangers_stay() {
        assert_eq!(left(Retention::default()), ["01", "04", "05", "mine"]);
        assert_eq!(left(Retention { days: Some(2), bytes: None }), ["04", "05", "mine"]);
        assert_eq!(left(Retention { days: None, bytes: Some(250) }), ["04", "05", "mine"]);
        assert_eq!(left(Retention { days: Some(0), bytes: Some(0) }), ["05", "mine"]);
    }
}
