//! Paths to snapshots: files, folders, zip and tar archives, stdin. One lazy stream, in a stable order.
//!
//! In: what the person named. Out: an iterator of [`DumpItem`]; every input is a snapshot, a failure with its reason,
//! or counted as a companion. Does not look into pages.

use crate::model::{CaptureBasis, Digest, Origin, Snapshot};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use url::Url;

/// Largest page file or archive member that is read as one page. The largest saved page we saw, with its images
/// inlined by `SingleFile`, has 40 MB.
const MAX_PAGE_BYTES: u64 = 128 << 20;

/// Endings of the files that "Save page as, complete" puts beside a page. In a folder they are no inputs; named on the
/// command line they are read like anything else.
const COMPANIONS: &[&str] = &[
    "avif", "bmp", "css", "cur", "eot", "gif", "ico", "jpeg", "jpg", "js", "map", "mjs", "mp3", "mp4", "ogg", "otf",
    "png", "svg", "ttf", "wasm", "webm", "webp", "woff", "woff2",
];

/// What is known about all inputs together.
#[derive(Debug, Clone, Default)]
pub struct DumpOptions {
    /// Name of the source; without it pages are named after their site or folder.
    pub source: Option<String>,
    /// What relative links are resolved against.
    pub base_url: Option<Url>,
    /// Capture time where the dump states none.
    pub at: Option<Timestamp>,
}

/// One thing found among the inputs.
#[derive(Debug)]
pub enum DumpItem {
    /// Bytes to read. `source` is provisional unless the options or the base URL settle it.
    Page(Box<Snapshot>),
    /// An input that could not be read at all, with the reason.
    Failed {
        /// The input as the person would name it.
        input: String,
        /// Why.
        reason: String,
    },
    /// A file that belongs to a saved page (image, style, script).
    Companion,
}

/// The snapshots of `paths`, in the order given, folders in the order of their names. `-` is stdin.
pub fn snapshots(paths: Vec<PathBuf>, options: DumpOptions) -> impl Iterator<Item = DumpItem> + Send {
    Dumps { paths: paths.into(), folder: None, members: None, options }
}

/// The name that a source gets when nobody gave one and the base URL of its pages is known.
#[must_use]
pub fn site_name(base_url: &Url) -> String {
    let host = base_url.host_str().unwrap_or("unknown");
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

fn folder_name(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(Path::file_name);
    folder.map_or_else(|| "dump".to_owned(), |folder| folder.to_string_lossy().into_owned())
}

/// `2025/pages.tar.gz` → `pages`.
fn archive_stem(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    if stem.is_empty() { "dump".to_owned() } else { stem.to_owned() }
}

struct Dumps {
    paths: VecDeque<PathBuf>,
    folder: Option<walkdir::IntoIter>,
    members: Option<Box<dyn Iterator<Item = DumpItem> + Send>>,
    options: DumpOptions,
}

impl Iterator for Dumps {
    type Item = DumpItem;

    fn next(&mut self) -> Option<DumpItem> {
        loop {
            if let Some(item) = self.members.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.members = None;
            if let Some(entry) = self.folder.as_mut().and_then(Iterator::next) {
                match entry {
                    Ok(entry) if !entry.file_type().is_file() => {}
                    Ok(entry) if is_companion(entry.path()) => return Some(DumpItem::Companion),
                    Ok(entry) => self.open(entry.path()),
                    Err(error) => return Some(walk_failure(&error)),
                }
                continue;
            }
            self.folder = None;
            let path = self.paths.pop_front()?;
            if path.as_os_str() != "-" && path.is_dir() {
                self.folder = Some(walk(&path));
            } else {
                self.open(&path);
            }
        }
    }
}

impl Dumps {
    fn open(&mut self, path: &Path) {
        let items = open(path, &self.options).unwrap_or_else(|error| Box::new(std::iter::once(failure(path, &error))));
        self.members = Some(items);
    }
}

fn walk(folder: &Path) -> walkdir::IntoIter {
    walkdir::WalkDir::new(folder).sort_by_file_name().min_depth(1).into_iter()
}

fn is_companion(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    hidden || ending.is_some_and(|ending| COMPANIONS.contains(&ending.as_str()))
}

fn walk_failure(error: &walkdir::Error) -> DumpItem {
    let input = error.path().map_or_else(|| "folder".to_owned(), |path| path.display().to_string());
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    DumpItem::Failed { input, reason }
}

fn failure(path: &Path, error: &io::Error) -> DumpItem {
    DumpItem::Failed { input: path.display().to_string(), reason: error.to_string() }
}

type Items = Box<dyn Iterator<Item = DumpItem> + Send>;

fn open(path: &Path, options: &DumpOptions) -> io::Result<Items> {
    let stdin = path.as_os_str() == "-";
    let modified = if stdin { None } else { modification_time(path)? };
    let place = Place { path: path.to_owned(), modified, stdin, options: options.clone() };
    let reader: Box<dyn Read + Send> = if stdin { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    let (head, reader) = peek(io::BufReader::with_capacity(1 << 16, reader))?;
    if !stdin && head.starts_with(b"PK\x03\x04") {
        return Ok(Box::new(zip_members(place)?));
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        let (head, reader) = peek(flate2::read::MultiGzDecoder::new(reader))?;
        return if is_tar(&head) { Ok(tar_members(place, reader)) } else { one_page(&place, reader) };
    }
    if is_tar(&head) { Ok(tar_members(place, reader)) } else { one_page(&place, reader) }
}

fn one_page(place: &Place, reader: impl Read) -> io::Result<Items> {
    let body = read_capped(reader)?;
    Ok(Box::new(std::iter::once(place.page(None, body))))
}

fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// The first block of `reader`, and a reader that starts with it again.
fn peek<R: Read>(mut reader: R) -> io::Result<(Vec<u8>, impl Read + use<R>)> {
    /// One block of a tar archive: the longest signature that is looked for ends at byte 262.
    const HEAD_BYTES: u64 = 512;
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok((head.clone(), io::Cursor::new(head).chain(reader)))
}

fn modification_time(path: &Path) -> io::Result<Option<Timestamp>> {
    Ok(Timestamp::try_from(std::fs::metadata(path)?.modified()?).ok())
}

fn read_capped(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    reader.take(MAX_PAGE_BYTES + 1).read_to_end(&mut body)?;
    if body.len() as u64 > MAX_PAGE_BYTES {
        let limit = MAX_PAGE_BYTES >> 20;
        return Err(io::Error::other(format!("larger than {limit} MiB, the most that is read as one page")));
    }
    Ok(body)
}

/// Where a body was found: enough to make a snapshot of it.
struct Place {
    path: PathBuf,
    modified: Option<Timestamp>,
    stdin: bool,
    options: DumpOptions,
}

impl Place {
    /// A snapshot of `body`; `member` is the name and the time of a member of an archive.
    fn page(&self, member: Option<(&str, Option<Timestamp>)>, body: Vec<u8>) -> DumpItem {
        let mut shown = self.path.display().to_string();
        if let Some((name, _)) = member {
            shown = format!("{shown}!{name}");
        }
        if body.is_empty() {
            return DumpItem::Failed { input: shown, reason: "empty file".to_owned() };
        }
        let file_time = member.and_then(|(_, time)| time).or(self.modified);
        let (captured_at, captured_basis) = match (self.options.at, file_time) {
            (Some(at), _) => (at, CaptureBasis::Flag),
            (None, Some(time)) => (time, CaptureBasis::FileTime),
            (None, None) => {
                let reason = "no capture time is known; give one with --at".to_owned();
                return DumpItem::Failed { input: shown, reason };
            }
        };
        let base_url = self.options.base_url.clone();
        let page = match &base_url {
            Some(url) => url.to_string(),
            None if self.stdin => "-".to_owned(),
            None => std::path::absolute(shown.as_str()).map_or(shown, |path| path.display().to_string()),
        };
        let origin = match (self.stdin, member) {
            (true, _) => Origin::Stdin,
            (false, None) => Origin::File(self.path.clone()),
            (false, Some((name, _))) => Origin::File(PathBuf::from(format!("{}!{name}", self.path.display()))),
        };
        DumpItem::Page(Box::new(Snapshot {
            source: self.source(base_url.as_ref(), member.is_some()),
            digest: Digest::of_body(&body),
            page,
            base_url,
            captured_at,
            captured_basis,
            content_type: None,
            body,
            origin,
        }))
    }

    fn source(&self, base_url: Option<&Url>, in_archive: bool) -> String {
        match (&self.options.source, base_url) {
            (Some(name), _) => name.clone(),
            (None, Some(url)) => site_name(url),
            (None, None) if self.stdin => "stdin".to_owned(),
            (None, None) if in_archive => archive_stem(&self.path),
            (None, None) => folder_name(&self.path),
        }
    }
}

fn zip_members(place: Place) -> io::Result<impl Iterator<Item = DumpItem> + Send> {
    let mut archive = zip::ZipArchive::new(File::open(&place.path)?)?;
    Ok((0..archive.len()).map(move |index| {
        zip_member(&place, &mut archive, index).unwrap_or_else(|error| DumpItem::Failed {
            input: format!("{}, member {}", place.path.display(), index + 1),
            reason: error.to_string(),
        })
    }))
}

fn zip_member(place: &Place, archive: &mut zip::ZipArchive<File>, index: usize) -> io::Result<DumpItem> {
    let mut member = archive.by_index(index)?;
    let name = member.name()?.into_owned();
    if !member.is_file() || is_companion(Path::new(&name)) {
        return Ok(DumpItem::Companion);
    }
    Ok(place.page(Some((&name, None)), read_capped(&mut member)?))
}

/// The members of a tar archive. A thread of its own reads them, a few ahead at most: a tar reader hands out members
/// only while it is borrowed. The thread ends when the iterator is dropped.
fn tar_members(place: Place, reader: impl Read + Send + 'static) -> Items {
    /// Members that may wait to be taken.
    const AHEAD: usize = 4;
    let (members, inbox) = mpsc::sync_channel(AHEAD);
    std::thread::spawn(move || {
        let failed = |error: &io::Error| failure(&place.path, error);
        if let Err(error) = send_members(&place, reader, &members) {
            // The receiver is gone when the ingest was stopped: nobody is left to tell.
            let _ = members.send(failed(&error));
        }
    });
    Box::new(inbox.into_iter())
}

fn send_members(place: &Place, reader: impl Read, members: &mpsc::SyncSender<DumpItem>) -> io::Result<()> {
    for member in tar::Archive::new(reader).entries()? {
        let mut member = member?;
        let name = member.path()?.to_string_lossy().into_owned();
        if !member.header().entry_type().is_file() || is_companion(Path::new(&name)) {
            continue;
        }
        let seconds = member.header().mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
        let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let body = read_capped(&mut member)?;
        if members.send(place.page(Some((&name, time)), body)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> DumpOptions {
        DumpOptions { at: Some("2025-11-20T00:00:00Z".parse().unwrap()), ..DumpOptions::default() }
    }

    fn put(path: &Path, bytes: &[u8]) {
        io::Write::write_all(&mut File::create(path).unwrap(), bytes).unwrap();
    }

    fn shown(path: &Path) -> Vec<String> {
        let root = format!("{}/", path.parent().unwrap().display());
        snapshots(vec![path.to_owned()], at())
            .map(|item| match item {
                DumpItem::Page(page) => {
                    format!("{} {} {}", page.source, page.page.replace(&root, ""), String::from_utf8_lossy(&page.body))
                }
                DumpItem::Failed { input, reason } => format!("failed {}: {reason}", input.replace(&root, "")),
                DumpItem::Companion => "companion".to_owned(),
            })
            .collect()
    }

    #[test]
    fn folder_in_the_order_of_names() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("daily");
        std::fs::create_dir_all(folder.join("page_files")).unwrap();
        for (name, body) in [("b.html", "B"), ("a.html", "A"), ("empty.txt", ""), ("page_files/x.css", "{}")] {
            put(&folder.join(name), body.as_bytes());
        }
        assert_eq!(
            shown(&folder),
            ["daily daily/a.html A", "daily daily/b.html B", "failed daily/empty.txt: empty file", "companion"]
        );
        assert_eq!(shown(&root.path().join("gone")).len(), 1, "a missing path is a failure, not silence");
    }

    #[test]
    fn members_of_archives() {
        let root = tempfile::tempdir().unwrap();
        let mut tar = tar::Builder::new(Vec::new());
        for (name, body) in [("2025/a.html", "A"), ("2025/b.html", "B"), ("2025/c.png", "C")] {
            let mut header = tar::Header::new_gnu();
            header.set_size(body.len() as u64);
            header.set_cksum();
            tar.append_data(&mut header, name, body.as_bytes()).unwrap();
        }
        let tar = tar.into_inner().unwrap();
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut gz, &tar).unwrap();
        for (name, bytes) in [("x.tar", tar), ("x.tar.gz", gz.finish().unwrap())] {
            let path = root.path().join(name);
            put(&path, &bytes);
            assert_eq!(shown(&path), [format!("x {name}!2025/a.html A"), format!("x {name}!2025/b.html B")]);
        }
    }
}
