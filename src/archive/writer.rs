//! Captures to WARC 1.1: a file a day, each record a gzip member of its own.
//!
//! In: an exchange as `fetch` saw it. Out: the place of its record. A member is written with one call, and synced before
//! the database refers to it, so a crash leaves at most a torn tail; that is cut off before the next append.
//!
//! Source: ISO 28500:2017. Bodies keep their content coding, as the field's tools write them.

use super::held::{Held, HeldCaptures, survey};
use crate::model::Digest;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
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

/// Appends captures to the WARC files of a folder. One at a time: the database's lock keeps other writers out.
pub struct Archive {
    folder: PathBuf,
    /// What today's file holds. A revisit refers within its own file, so that files can be deleted one by one without
    /// breaking a reference.
    held: HeldCaptures,
    open: Option<(String, PathBuf, File)>,
}

impl Archive {
    /// An archive in `folder`, which is created at the first capture.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, held: HeldCaptures::default(), open: None }
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
        let offset = self.end()?;
        let date = exchange.captured_at.to_string();
        let digest = exchange.body.map(Digest::of_body);
        let held = match digest {
            Some(digest) => self.held.body(digest),
            None => self.held.confirmed(exchange.url, exchange.request_head),
        };
        let held = held.cloned();
        let id = match (digest, &held) {
            (Some(_), None) => {
                record_id(&[exchange.url.as_bytes(), date.as_bytes(), exchange.response_head, b"response"])
            }
            // Sources that share a page share its answer: their revisits differ in their place alone.
            _ => record_id(&[exchange.url.as_bytes(), date.as_bytes(), &offset.to_be_bytes(), b"revisit"]),
        };
        let response = response_record(exchange, &id, &date, digest, held.as_ref());
        let request_id = record_id(&[id.as_bytes(), b"request"]);
        let mut request = Head::new("request", &request_id, &date);
        request.line("WARC-Target-URI", exchange.url);
        request.line("WARC-Concurrent-To", &id);
        request.line("Content-Type", "application/http; msgtype=request");
        let members = [response, request.member(&[exchange.request_head])?];
        let place = self.append(&members)?;
        if let Some(digest) = digest {
            let capture = held.unwrap_or_else(|| Held { record_id: id, url: exchange.url.to_owned(), date });
            self.held.take_in(digest, exchange.url, exchange.response_head, capture);
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
        let (held, end) = if path.exists() { survey(&path)? } else { (HeldCaptures::default(), 0) };
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

    /// Where the next record begins in the open file.
    fn end(&self) -> io::Result<u64> {
        let (_, _, file) = self.open.as_ref().ok_or_else(|| io::Error::other("no file is open"))?;
        Ok(file.metadata()?.len())
    }

    /// Appends `members`; the place of the first.
    fn append(&mut self, members: &[Vec<u8>]) -> io::Result<Place> {
        let offset = self.end()?;
        let Some((_, path, file)) = &mut self.open else { return Err(io::Error::other("no file is open")) };
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
    if is_revisit {
        let profile = if digest.is_some() { "identical-payload-digest" } else { "server-not-modified" };
        record.line("WARC-Profile", &format!("http://netpreserve.org/warc/1.1/revisit/{profile}"));
    }
    if let Some(held) = held {
        record.line("WARC-Refers-To", &held.record_id);
        record.line("WARC-Refers-To-Target-URI", &held.url);
        record.line("WARC-Refers-To-Date", &held.date);
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
    use super::super::reader::records;
    use super::super::record::{RecordKind, WarcRecord};
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

    fn read(place: &Place) -> WarcRecord {
        let raw = fs::read(&place.path).unwrap();
        let start = usize::try_from(place.offset).unwrap();
        records(&raw[start..], place.offset).next().unwrap().unwrap()
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
        tear(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
        // A body as long as its head states does not make its record whole.
        tear(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
    }

    fn tear(response_head: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        let keep = |at: &str, body| {
            let exchange = ExchangeToKeep { response_head, ..exchange("http://example.org/", at, Some(body)) };
            Archive::new(folder.path().to_owned()).keep(&exchange).unwrap()
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

    /// A request and its answer, packed as a server that packs would send it, with validators.
    fn validated(
        at: &str,
        asked: &'static str,
        etag: &str,
        body: Option<&'static [u8]>,
    ) -> (String, String, ExchangeToKeep<'static>) {
        let request = format!("GET / HTTP/1.1\r\nHost: example.org\r\n{asked}\r\n");
        let status = if body.is_some() { "200 OK" } else { "304 Not Modified" };
        let response =
            format!("HTTP/1.1 {status}\r\nETag: {etag}\r\nContent-Encoding: gzip\r\nContent-Length: 900\r\n\r\n");
        (request, response, exchange("http://example.org/", at, body))
    }

    #[test]
    fn a_304_refers_to_the_capture_that_it_confirms() {
        let folder = tempfile::tempdir().unwrap();
        let body: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0";
        let mut archive = Archive::new(folder.path().to_owned());
        let keep = |archive: &mut Archive, at, asked, etag, body| {
            let (request, response, exchange) = validated(at, asked, etag, body);
            let exchange =
                ExchangeToKeep { request_head: request.as_bytes(), response_head: response.as_bytes(), ..exchange };
            archive.keep(&exchange).unwrap()
        };
        let first = read(&keep(&mut archive, "2026-03-05T12:00:00Z", "", "\"a\"", Some(body)));
        let asked = "if-none-match: \"a\"\r\n";
        let confirmed = keep(&mut archive, "2026-03-05T12:10:00Z", asked, "\"a\"", None);
        let record = read(&confirmed);
        assert_eq!((record.kind, record.refers_to, record.is_cut), (RecordKind::Revisit, first.id.clone(), false));
        assert_eq!(record.http.unwrap().status, Some(304));
        // Another copy was confirmed: the file does not hold it.
        let other = keep(&mut archive, "2026-03-05T12:20:00Z", "if-none-match: \"b\"\r\n", "\"b\"", None);
        assert_eq!((read(&other).kind, read(&other).refers_to), (RecordKind::Revisit, None));
        // After a restart; and an answer that two sources share.
        let mut archive = Archive::new(folder.path().to_owned());
        let again = read(&keep(&mut archive, "2026-03-05T12:30:00Z", asked, "\"a\"", None));
        let shared = read(&keep(&mut archive, "2026-03-05T12:30:00Z", asked, "\"a\"", None));
        assert_eq!((&again.refers_to, &shared.refers_to), (&first.id, &first.id));
        assert_ne!(again.id, shared.id);
        // The file of the next day may outlive this one.
        let next_day = keep(&mut archive, "2026-03-06T00:00:00Z", asked, "\"a\"", None);
        assert_eq!((read(&next_day).kind, read(&next_day).refers_to), (RecordKind::Revisit, None));
        let whole = fs::read(&confirmed.path).unwrap();
        assert_eq!(kinds(&confirmed.path).len(), 11);
        drop(archive);
        // Nothing of it is taken for a torn tail.
        keep(&mut Archive::new(folder.path().to_owned()), "2026-03-05T12:40:00Z", asked, "\"a\"", None);
        assert!(fs::read(&confirmed.path).unwrap().starts_with(&whole));
    }

    #[test]
    fn a_page_that_broke_off_is_no_torn_tail() {
        let folder = tempfile::tempdir().unwrap();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&(0..4_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>()).unwrap();
        let packed = encoder.finish().unwrap();
        let half = ExchangeToKeep {
            response_head: b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
            body: Some(&packed[..packed.len() / 2]),
            ..exchange("http://example.org/half", "2026-03-05T12:00:00Z", None)
        };
        let mut archive = Archive::new(folder.path().to_owned());
        let broken = archive.keep(&half).unwrap();
        let behind = archive.keep(&exchange("http://example.org/", "2026-03-05T12:01:00Z", Some(b"one"))).unwrap();
        assert!(read(&broken).is_cut);
        Archive::new(folder.path().to_owned())
            .keep(&exchange("http://example.org/", "2026-03-05T12:02:00Z", Some(b"two")))
            .unwrap();
        assert_eq!(read(&behind).payload, "one");
    }
}
