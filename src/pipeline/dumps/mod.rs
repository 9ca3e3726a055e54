//! Paths to snapshots: files, folders, rows, web archives, zip and tar archives, stdin. One lazy stream, in a stable
//! order.
//!
//! In: what the person named. Out: an iterator of [`DumpItem`]; every input is a snapshot, a failure with its reason,
//! or counted as something else. Does not look into pages.

mod members;
mod place;

use super::input::{Input, Places, Progress};
use crate::archive;
use crate::extract::{
    self,
    rows::{RowFormat, RowGroup},
};
use crate::model::Snapshot;
use globset::GlobMatcher;
use jiff::Timestamp;
use place::Place;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use url::Url;

/// Largest page file or archive member that is read as one page. The largest saved page we saw, with its images
/// inlined by `SingleFile`, has 40 MB.
const MAX_PAGE_BYTES: u64 = 128 << 20;

/// Bytes that are looked at to tell what an input is: the header of a CSV file, the head of a web archive.
const HEAD_BYTES: usize = 64 << 10;

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
    /// How rows are read: which column holds which field.
    pub extract: extract::Options,
    /// Captures before this instant are passed over, before they are parsed.
    pub since: Option<Timestamp>,
    /// So are captures whose URL (or path, where none is known) does not match.
    pub matching: Option<GlobMatcher>,
    /// How far the inputs were read before.
    pub places: Places,
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
    /// A damaged place of a web archive; what stands before and behind it is read.
    Damaged {
        /// The input as the person would name it.
        input: String,
        /// What is wrong, and where.
        reason: String,
    },
    /// A file that belongs to a saved page (image, style, script).
    Companion,
    /// A record of a web archive that is no page: an image, a redirect, a request.
    NoPage,
    /// A capture that `since` or `matching` excludes.
    PassedOver,
    /// What follows, up to [`DumpItem::Ended`], stands in this file.
    Begun(Input),
    /// The file was read to its end.
    Ended,
    /// A file that an earlier ingest has read to its end.
    Recognised(Input),
}

impl DumpItem {
    /// Bytes that it holds to be read.
    pub(super) fn bytes(&self) -> usize {
        if let Self::Page(snapshot) = self { snapshot.body.len() } else { 0 }
    }
}

/// The snapshots of `paths`, in the order given, folders in the order of their names. `-` is stdin.
pub fn snapshots(paths: Vec<PathBuf>, options: DumpOptions) -> impl Iterator<Item = DumpItem> + Send {
    Dumps { paths: paths.into(), folder: None, members: None, options }
}

/// Bytes of all inputs as they lie on disk; what cannot be looked at counts nothing.
#[must_use]
pub fn total_bytes(paths: &[PathBuf]) -> u64 {
    let files = paths.iter().flat_map(|path| walkdir::WalkDir::new(path).into_iter().filter_map(Result::ok));
    files.filter_map(|entry| entry.metadata().ok()).filter(std::fs::Metadata::is_file).map(|file| file.len()).sum()
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
    walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name().min_depth(1).into_iter()
}

fn is_companion(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    hidden || ending.is_some_and(|ending| COMPANIONS.contains(&ending.as_str()))
}

fn walk_failure(error: &walkdir::Error) -> DumpItem {
    let input = error.path().map_or_else(|| "folder".to_owned(), |path| path.display().to_string());
    let reason = match (error.io_error(), error.loop_ancestor()) {
        (Some(error), _) => error.to_string(),
        (None, Some(_)) => "a link to a folder that it lies in".to_owned(),
        (None, None) => error.to_string(),
    };
    DumpItem::Failed { input, reason }
}

fn failure(path: &Path, error: &io::Error) -> DumpItem {
    DumpItem::Failed { input: path.display().to_string(), reason: error.to_string() }
}

type Items = Box<dyn Iterator<Item = DumpItem> + Send>;

fn open(path: &Path, options: &DumpOptions) -> io::Result<Items> {
    let stdin = path.as_os_str() == "-";
    let modified = if stdin { None } else { modification_time(path)? };
    let mut place = Place { path: path.to_owned(), modified, stdin, from: 0, base: 0, options: options.clone() };
    if stdin {
        let (head, reader) = peek(io::stdin())?;
        return open_kind(place, &head, reader);
    }
    let (head, mut file) = head_of(File::open(path)?)?;
    if !holds_many(&head, options) {
        return open_kind(place, &head, file);
    }
    let (input, progress) = options.places.input(path, &head, options)?;
    let Progress::From(from) = progress else { return Ok(Box::new(std::iter::once(DumpItem::Recognised(input)))) };
    place.from = from;
    if from > 0 && can_begin_at_records(&head, options) {
        file.seek(SeekFrom::Start(from))?;
        place.base = from;
    }
    let items = open_kind(place, &head, file)?;
    Ok(Box::new(std::iter::once(DumpItem::Begun(input)).chain(items).chain(std::iter::once(DumpItem::Ended))))
}

/// Opens by what the file begins with.
fn open_kind(place: Place, head: &[u8], reader: impl Read + Send + 'static) -> io::Result<Items> {
    if !place.stdin && head.starts_with(b"PK\x03\x04") {
        return Ok(Box::new(members::zip_members(place)?));
    }
    if archive::is_archive(head) {
        let base = place.base;
        return Ok(Box::new(archive::records(reader, base).map(move |record| place.record(record))));
    }
    if head.starts_with(&GZIP) {
        return open_plain(place, flate2::read::MultiGzDecoder::new(reader));
    }
    open_plain(place, reader)
}

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// True for what is worth remembering how far it was read: archives, rows, and what is packed.
fn holds_many(head: &[u8], options: &DumpOptions) -> bool {
    head.starts_with(b"PK\x03\x04")
        || head.starts_with(&GZIP)
        || is_tar(head)
        || archive::is_archive(head)
        || extract::rows::format_of(head, &options.extract).is_some()
}

/// True when reading can begin at the offset of a record: in web archives, and in rows that need no header.
fn can_begin_at_records(head: &[u8], options: &DumpOptions) -> bool {
    archive::is_archive(head) || extract::rows::format_of(head, &options.extract) == Some(RowFormat::JsonLines)
}

/// The first bytes of a file, which is then read from its start again.
fn head_of(mut file: File) -> io::Result<(Vec<u8>, File)> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok((head, file))
}

/// Opens what is not compressed any more.
fn open_plain(place: Place, reader: impl Read + Send + 'static) -> io::Result<Items> {
    let (head, reader) = peek(reader)?;
    if is_tar(&head) {
        return Ok(members::tar_members(place, reader));
    }
    if extract::rows::format_of(&head, &place.options.extract).is_some() {
        let reader = io::BufReader::with_capacity(HEAD_BYTES, reader);
        let options = place.options.extract.clone();
        let (base, from) = (place.base, place.from);
        // The first buffer looked like rows; when the rest of the header does not, the input is refused below.
        if let Some(groups) = extract::rows::groups(reader, &options)? {
            let is_left = move |group: &io::Result<RowGroup>| group.as_ref().is_ok_and(|g| g.offset + base < from);
            return Ok(Box::new(groups.skip_while(is_left).map(move |group| match group {
                Ok(group) => place.rows(group),
                Err(error) => failure(&place.path, &error),
            })));
        }
        return Err(io::Error::other("the header of its rows cannot be read"));
    }
    let body = read_capped(reader)?;
    Ok(Box::new(std::iter::once(place.page(None, body))))
}

fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// The first bytes of `reader`, and a reader that starts with them again.
fn peek<R: Read>(mut reader: R) -> io::Result<(Vec<u8>, impl Read + use<R>)> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok((head.clone(), io::Cursor::new(head).chain(reader)))
}

fn modification_time(path: &Path) -> io::Result<Option<Timestamp>> {
    Ok(Timestamp::try_from(std::fs::metadata(path)?.modified()?).ok())
}

/// Reads to the end, or to the cap. The buffer doubles, but never past the cap: a bomb costs no more than a large page.
fn read_capped(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let most = usize::try_from(MAX_PAGE_BYTES + 1).unwrap_or(usize::MAX);
    let mut body = Vec::with_capacity(HEAD_BYTES);
    loop {
        let room = body.capacity() - body.len();
        let read = reader.by_ref().take(room as u64).read_to_end(&mut body)?;
        if body.len() >= most {
            let limit = MAX_PAGE_BYTES >> 20;
            return Err(io::Error::other(format!("larger than {limit} MiB, the most that is read as one page")));
        }
        if read < room {
            return Ok(body);
        }
        body.reserve_exact(body.len().min(most - body.len()));
    }
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
            .filter(|item| !matches!(item, DumpItem::Begun(_) | DumpItem::Ended))
            .map(|item| match item {
                DumpItem::Page(page) => {
                    format!("{} {} {}", page.source, page.page.replace(&root, ""), String::from_utf8_lossy(&page.body))
                }
                DumpItem::Failed { input, reason } => format!("failed {}: {reason}", input.replace(&root, "")),
                other => format!("{other:?}").to_lowercase(),
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
    fn the_buffer_of_a_page_never_grows_past_the_cap() {
        for length in [0, 1, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1, 5 * HEAD_BYTES] {
            assert_eq!(read_capped(io::repeat(7).take(length as u64)).unwrap(), vec![7; length]);
        }
        let error = read_capped(io::repeat(7)).unwrap_err().to_string();
        assert!(error.contains("larger than 128 MiB"), "{error}");
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
