//! Captures to WARC 1.1: a file a day, each record a gzip member of its own.
//!
//! In: an exchange as `fetch` saw it. Out: the place of its record. A member is written with one call, and synced before
//! the database refers to it, so a crash leaves at most a torn tail; that is cut off before the next append.
//!
//! Source: ISO 28500:2017. Bodies keep their content coding, as the field's tools write them.

use super::damage::DamageKind;
use super::reader::records;
use super::record::{RecordKind, WarcRecord};
use crate::model::Digest;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What one exchange leaves to be kept.
#[derive(Debug, Clone, Copy)]
pub struct ExchangeToKeep<'a> {
    /// The page.
    pub url: &'a str,
    /// When it was captured.
    pub captured_at: Timestamp,
    /// Request line and headers with the empty line.
    pub request_head: &'a [u8],
    /// Status line and headers with the empty line.
    pub response_head: &'a [u8],
    /// The body without transfer coding, content codings as they came. `None` for a 304.
    pub body: Option<&'a [u8]>,
    /// Address of the server.
    pub peer: Option<std::net::IpAddr>,
}

/// Where a record was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The WARC file.
    pub path: PathBuf,
    /// Byte offset of the record in it.
    pub offset: u64,
}

/// A body that the archive holds already: what a `revisit` refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    record_id: String,
    url: String,
    date: String,
}

/// Appends captures to the WARC files of a folder. One at a time: the database's lock keeps other writers out.
pub struct Archive {
    folder: PathBuf,
    /// Bodies that today's file holds, by digest. A revisit refers within its own file, so that files can be deleted
    /// one by one without breaking a reference.
    held: HashMap<Digest, Held>,
    open: Option<(String, PathBuf, File)>,
}

impl Archive {
    /// An archive in `folder`, which is created at the first capture.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, held: HashMap::new(), open: None }
    }

    /// Writes request and response, or a `revisit` where today's file holds the same body or the server answered 304.
    ///
    /// Returns the place of the response. [`Archive::sync`] brings it to the disk, together with others.
    ///
    /// # Errors
    ///
    /// When the folder or the file cannot be written; what was written before stays readable.
    pub fn keep(&mut self, exchange: &ExchangeToKeep<'_>) -> io::Result<Place> {
        let day = exchange.captured_at.strftime("%Y%m%d").to_string();
        self.open_day(&day)?;
        let date = exchange.captured_at.to_string();
        let id = record_id(&[exchange.url.as_bytes(), date.as_bytes(), exchange.response_head, b"response"]);
        let digest = exchange.body.map(Digest::of_body);
        let held = digest.and_then(|digest| self.held.get(&digest).cloned());
        let response = response_record(exchange, &id, &date, digest, held.as_ref());
        let request_id = record_id(&[id.as_bytes(), b"request"]);
        let mut request = Head::new("request", &request_id, &date);
        request.line("WARC-Target-URI", exchange.url);
        request.line("WARC-Concurrent-To", &id);
        request.line("Content-Type", "application/http; msgtype=request");
        let members = [response, request.member(&[exchange.request_head])?];
        let place = self.append(&members)?;
        if let (Some(digest), None) = (digest, held) {
            self.held.insert(digest, Held { record_id: id, url: exchange.url.to_owned(), date });
        }
        Ok(place)
    }

    /// Brings all that was written to the disk. To be called before anything durable refers to it.
    ///
    /// # Errors
    ///
    /// When the disk fails; what was written since the last call may then be lost.
    pub fn sync(&mut self) -> io::Result<()> {
        let synced = self.open.as_ref().map_or(Ok(()), |(_, _, file)| file.sync_data());
        if synced.is_err() {
            // What the disk holds is looked at again before the next record.
            self.open = None;
        }
        synced
    }

    /// Opens the file of `day`, mends its tail, and learns which bodies it holds.
    fn open_day(&mut self, day: &str) -> io::Result<()> {
        if self.open.as_ref().is_some_and(|(open, _, _)| open == day) {
            return Ok(());
        }
        self.sync()?;
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(format!("tearsheet-{day}.warc.gz"));
        let (held, end) = if path.exists() { survey(&path)? } else { (HashMap::new(), 0) };
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        if file.metadata()?.len() > end {
            file.set_len(end)?;
        }
        if end == 0 {
            file.write_all(&about_file(day, &path)?)?;
            file.sync_all()?;
            // The new name must survive a crash, too. Not every file system lets a folder be opened.
            if let Ok(folder) = File::open(&self.folder) {
                folder.sync_all()?;
            }
        }
        self.held = held;
        self.open = Some((day.to_owned(), path, file));
        Ok(())
    }

    /// Appends `members`; the place of the first.
    fn append(&mut self, members: &[Vec<u8>]) -> io::Result<Place> {
        let Some((_, path, file)) = &mut self.open else { return Err(io::Error::other("no file is open")) };
        let offset = file.metadata()?.len();
        if let Err(error) = file.write_all(&members.concat()) {
            // Half a member would hide what is written behind it. Cutting may fail like writing did: then the next
            // opening cuts.
            let _ = file.set_len(offset);
            self.open = None;
            return Err(error);
        }
        Ok(Place { path: path.clone(), offset })
    }
}

/// What a file holds: its bodies, and where its last whole record ends.
fn survey(path: &Path) -> io::Result<(HashMap<Digest, Held>, u64)> {
    let mut held = HashMap::new();
    let mut end = fs::metadata(path)?.len();
    for item in records(File::open(path)?, 0) {
        match item {
            Ok(record) => {
                if record.is_cut {
                    end = end.min(record.offset);
                }
                if let Some((digest, known)) = held_by(record) {
                    held.entry(digest).or_insert(known);
                }
            }
            // Only a torn tail is cut; damage in the middle has whole records behind it.
            Err(damage) if damage.kind == DamageKind::Truncated => end = end.min(damage.offset),
            Err(_) => {}
        }
    }
    Ok((held, end))
}

fn held_by(record: WarcRecord) -> Option<(Digest, Held)> {
    if record.kind != RecordKind::Response || record.is_cut {
        return None;
    }
    let digest = parse_digest(record.payload_digest.as_deref()?)?;
    Some((digest, Held { record_id: record.id?, url: record.target_uri?, date: record.date?.to_string() }))
}

fn parse_digest(text: &str) -> Option<Digest> {
    let hex = text.strip_prefix("sha256:")?;
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(Digest(bytes))
}

fn response_record(
    exchange: &ExchangeToKeep<'_>,
    id: &str,
    date: &str,
    digest: Option<Digest>,
    held: Option<&Held>,
) -> Vec<u8> {
    let is_revisit = held.is_some() || exchange.body.is_none();
    let mut record = Head::new(if is_revisit { "revisit" } else { "response" }, id, date);
    record.line("WARC-Target-URI", exchange.url);
    if let Some(peer) = exchange.peer {
        record.line("WARC-IP-Address", &peer.to_string());
    }
    if let Some(held) = held {
        record.line("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest");
        record.line("WARC-Refers-To", &held.record_id);
        record.line("WARC-Refers-To-Target-URI", &held.url);
        record.line("WARC-Refers-To-Date", &held.date);
    } else if is_revisit {
        record.line("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/server-not-modified");
    }
    if let Some(digest) = digest {
        record.line("WARC-Payload-Digest", &format!("sha256:{digest}"));
    }
    record.line("Content-Type", "application/http; msgtype=response");
    let body = if is_revisit { b"".as_slice() } else { exchange.body.unwrap_or_default() };
    // Writing into memory does not fail.
    record.member(&[exchange.response_head, body]).unwrap_or_default()
}

fn about_file(day: &str, path: &Path) -> io::Result<Vec<u8>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let date = format!("{}-{}-{}T00:00:00Z", &day[..4], &day[4..6], &day[6..]);
    let mut head = Head::new("warcinfo", &record_id(&[name.as_bytes()]), &date);
    head.line("WARC-Filename", &name);
    head.line("Content-Type", "application/warc-fields");
    let software = concat!("software: tearsheet/", env!("CARGO_PKG_VERSION"), "\r\nformat: WARC File Format 1.1\r\n");
    head.member(&[software.as_bytes()])
}

/// A name for a record in the form of a UUID, made of its contents: the same capture gives the same name.
fn record_id(parts: &[&[u8]]) -> String {
    let hex = Digest::of(parts).to_hex();
    // Version 8 (RFC 9562): a UUID whose bits are ours to define.
    format!("<urn:uuid:{}-{}-8{}-8{}-{}>", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30])
}

/// The headers of a record under construction.
struct Head(String);

impl Head {
    fn new(kind: &str, id: &str, date: &str) -> Self {
        Self(format!("WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Date: {date}\r\n"))
    }

    fn line(&mut self, name: &str, value: &str) {
        self.0.extend([name, ": "]);
        // A value with a line break would begin a header of its own.
        self.0.extend(value.chars().filter(|c| !c.is_control()));
        self.0.push_str("\r\n");
    }

    /// The record as a gzip member.
    fn member(mut self, block: &[&[u8]]) -> io::Result<Vec<u8>> {
        let length: usize = block.iter().map(|part| part.len()).sum();
        self.line("Content-Length", &length.to_string());
        self.0.push_str("\r\n");
        let mut encoder = GzEncoder::new(Vec::with_capacity(length / 4 + 512), Compression::default());
        encoder.write_all(self.0.as_bytes())?;
        for part in block {
            encoder.write_all(part)?;
        }
        encoder.write_all(b"\r\n\r\n")?;
        encoder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(url: &'static str, at: &str, body: Option<&'static [u8]>) -> ExchangeToKeep<'static> {
        ExchangeToKeep {
            url,
            captured_at: at.parse().unwrap(),
            request_head: b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
            response_head: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            body,
            peer: Some([127, 0, 0, 1].into()),
        }
    }

    fn kinds(path: &Path) -> Vec<RecordKind> {
        records(File::open(path).unwrap(), 0).map(|item| item.unwrap().kind).collect()
    }

    #[test]
    fn captures_come_back_from_their_places() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::new(folder.path().join("archive"));
        let first = archive.keep(&exchange("http://example.org/a", "2026-03-05T12:00:00Z", Some(b"<p>one"))).unwrap();
        let equal = archive.keep(&exchange("http://example.org/b", "2026-03-05T12:01:00Z", Some(b"<p>one"))).unwrap();
        let unchanged = archive.keep(&exchange("http://example.org/a", "2026-03-05T12:02:00Z", None)).unwrap();
        let next_day =
            archive.keep(&exchange("http://example.org/a", "2026-03-06T00:00:00Z", Some(b"<p>one"))).unwrap();
        assert_eq!(first.path, equal.path);
        assert_ne!(first.path, next_day.path);
        let read = |place: &Place| {
            let raw = fs::read(&place.path).unwrap();
            let start = usize::try_from(place.offset).unwrap();
            records(&raw[start..], place.offset).next().unwrap().unwrap()
        };
        let record = read(&first);
        assert_eq!((record.kind, &record.payload[..]), (RecordKind::Response, &b"<p>one"[..]));
        assert_eq!(record.date.unwrap().to_string(), "2026-03-05T12:00:00Z");
        assert_eq!((read(&equal).kind, read(&equal).refers_to), (RecordKind::Revisit, record.id));
        assert_eq!(read(&unchanged).kind, RecordKind::Revisit);
        // A revisit never refers into another file.
        assert_eq!(read(&next_day).kind, RecordKind::Response);
    }

    #[test]
    fn a_torn_tail_is_cut_wherever_it_was_torn() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |at: &str, body| {
            Archive::new(folder.path().to_owned()).keep(&exchange("http://example.org/", at, Some(body))).unwrap()
        };
        let first = keep("2026-03-05T12:00:00Z", b"one");
        let second = keep("2026-03-05T12:01:00Z", b"two");
        let whole = fs::read(&first.path).unwrap();
        let from = usize::try_from(second.offset).unwrap();
        for cut in from..whole.len() {
            File::create(&first.path).unwrap().write_all(&whole[..cut]).unwrap();
            keep("2026-03-05T12:02:00Z", b"three");
            let kinds = kinds(&first.path);
            assert!(
                kinds.starts_with(&[RecordKind::Warcinfo, RecordKind::Response, RecordKind::Request]),
                "{cut}: {kinds:?}"
            );
            assert!(kinds.ends_with(&[RecordKind::Response, RecordKind::Request]), "{cut}: {kinds:?}");
        }
    }

    #[test]
    fn what_was_held_is_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |at: &str| {
            Archive::new(folder.path().to_owned()).keep(&exchange("http://example.org/", at, Some(b"one"))).unwrap()
        };
        let place = keep("2026-03-05T12:00:00Z");
        keep("2026-03-05T12:01:00Z");
        assert_eq!(kinds(&place.path)[3..], [RecordKind::Revisit, RecordKind::Request]);
    }
}
