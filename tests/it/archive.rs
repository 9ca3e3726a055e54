//! The archive reader against damaged archives.

use crate::shared;
use std::fs::File;
use std::path::Path;
use tearsheet::archive::{Archive, Damage, ExchangeToKeep, RecordKind, WarcRecord, records};

struct Read {
    records: Vec<WarcRecord>,
    damages: Vec<Damage>,
}

fn read(path: &Path) -> Read {
    let mut read = Read { records: Vec::new(), damages: Vec::new() };
    for item in records(File::open(path).unwrap(), 0) {
        match item {
            Ok(record) => read.records.push(record),
            Err(damage) => read.damages.push(damage),
        }
    }
    read
}

/// Kinds of the records, kinds of the damages.
fn shape(path: &Path) -> String {
    let read = read(path);
    let records: Vec<String> = read
        .records
        .iter()
        .map(|record| format!("{:?}{}", record.kind, if record.is_cut { " cut" } else { "" }).to_lowercase())
        .collect();
    let damages: Vec<String> = read.damages.iter().map(|damage| format!("{:?}", damage.kind).to_lowercase()).collect();
    format!("{} | {}", records.join(", "), damages.join(", "))
}

/// Every intact record before and after the damage, and the damage named.
const SHAPES: [(&str, &str); 38] = [
    ("files/warc_bad_date.warc", "response | "),
    ("files/warc_chunked_bad.warc", "response | "),
    ("files/warc_cl_missing.warc", "response, response | length"),
    ("files/warc_cl_negative.warc", "response, response | length"),
    ("files/warc_cl_short.warc", "response, response | length"),
    ("files/warc_cl_too_big.warc", "response cut, response | length"),
    ("files/warc_dup_id.warc", "response, response | "),
    ("files/warc_gz_truncated.warc.gz", "response, response cut | truncated"),
    ("files/warc_gz_whole.warc.gz", "response, response | "),
    ("files/warc_html.warc", " | notanarchive"),
    ("files/warc_http_cl_lies.warc", "response | "),
    ("files/warc_huge_header.warc", " | header"),
    ("files/warc_lf_only.warc", "response | length"),
    ("files/warc_many_headers.warc", " | header"),
    ("files/warc_ok.warc", "response, response | "),
    ("files/warc_path_uri.warc", "response | "),
    ("files/warc_version_9.warc", "response | version"),
    ("files/warc_zero.warc", " | "),
    ("warc/bad.arc", "archeader, response, response, response | length, length, length"),
    ("warc/example-bad-non-chunked.warc.gz", "warcinfo, warcinfo, response, request, revisit, request | "),
    ("warc/example-bad.warc.gz.bad", "warcinfo, response, request, revisit, request, response | "),
    ("warc/example-digest.warc", "request, request, request, request | "),
    ("warc/example-iana.org-chunked.warc", "warcinfo, response, request | "),
    ("warc/example-resource.warc.gz", "warcinfo, warcinfo, resource | "),
    ("warc/example-space-in-target-uri.warc.gz", "warcinfo, resource | "),
    ("warc/example-space-in-url.arc", "archeader, response | length"),
    ("warc/example-trunc.warc", "warcinfo, warcinfo, response, request | length"),
    ("warc/example-wget-bad-target-uri.warc.gz", "warcinfo, request, response, metadata, resource, resource | "),
    ("warc/example-wrong-chunks.warc.gz", "response, request | "),
    ("warc/example.arc", "archeader, response | "),
    ("warc/example.arc.gz", "archeader, response | "),
    ("warc/example.warc", "warcinfo, warcinfo, response, request, revisit, request | "),
    ("warc/example.warc.gz", "warcinfo, warcinfo, response, request, revisit, request | "),
    ("warc/jwarc-cc.warc.gz", "response | "),
    ("warc/jwarc-gzip_extra_sl.warc.gz", "warcinfo | "),
    ("warc/post-test.warc.gz", "response, request, response, request, response, request | "),
    ("warc/resiliparse-clipped.warc.gz", "response cut | truncated"),
    ("warc/resiliparse-warcfile.warc.lz4", " | lz4"),
];

#[test]
fn shapes() {
    let Some(folder) = shared::path("vectors/hostile") else { return };
    for (name, expected) in SHAPES {
        assert_eq!(shape(&folder.join(name)), expected, "{name}");
    }
    let quirk = read(&folder.join("warc/resiliparse-clueweb-quirk.warc.gz"));
    assert!(quirk.damages.is_empty() && quirk.records.len() > 20);
}

#[test]
fn payloads() {
    let Some(folder) = shared::path("vectors/hostile/warc") else { return };
    let first = |name: &str, kind| {
        let records = read(&folder.join(name)).records;
        records.into_iter().find(|record| record.kind == kind).unwrap()
    };
    let text = |record: &WarcRecord| String::from_utf8_lossy(&record.payload).into_owned();
    for name in ["example.warc", "example.warc.gz", "example.arc.gz"] {
        let record = first(name, RecordKind::Response);
        assert!(text(&record).contains("Example Domain"), "{name}");
        assert_eq!(record.http.as_ref().and_then(|http| http.status), Some(200));
        assert_eq!(record.url().map(String::from).as_deref(), Some("http://example.com/"));
        assert!(record.date.is_some());
    }
    assert!(text(&first("example-iana.org-chunked.warc", RecordKind::Response)).starts_with("<!doctype html>"));
    assert!(!first("example-wrong-chunks.warc.gz", RecordKind::Response).payload.is_empty());
    let wget = first("example-wget-bad-target-uri.warc.gz", RecordKind::Response);
    assert_eq!(wget.target_uri.as_deref(), Some("http://example.com/"));
    let space = first("example-space-in-target-uri.warc.gz", RecordKind::Resource);
    assert!(space.target_uri.unwrap().contains("%20"));
}

#[test]
fn reading_goes_on_where_a_record_began() {
    let Some(path) = shared::path("vectors/hostile/warc/example.warc.gz") else { return };
    let all = read(&path).records;
    let raw = std::fs::read(&path).unwrap();
    for (index, record) in all.iter().enumerate() {
        let start = usize::try_from(record.offset).unwrap();
        let rest: Vec<WarcRecord> = records(&raw[start..], record.offset).map(Result::unwrap).collect();
        assert_eq!(rest, all[index..]);
    }
    // Not at a record: what cannot be read is named, the rest is read.
    let late: Vec<_> = records(&raw[10..], 10).collect();
    assert!(late[0].is_err());
    assert_eq!(late.into_iter().flatten().collect::<Vec<_>>(), all[1..]);
}

#[test]
fn any_cut_leaves_what_stood_before_it() {
    let Some(path) = shared::path("vectors/hostile/warc/example.warc.gz") else { return };
    let raw = std::fs::read(&path).unwrap();
    let all = read(&path).records;
    for cut in (0..raw.len()).step_by(7) {
        let whole = all.windows(2).filter(|pair| usize::try_from(pair[1].offset).unwrap() <= cut).count();
        let kept: Vec<WarcRecord> = records(&raw[..cut], 0).filter_map(Result::ok).collect();
        assert!(kept.len() >= whole, "{cut}: {} of {whole}", kept.len());
        assert_eq!(kept[..whole], all[..whole], "{cut}");
    }
    for hole in (0..raw.len() - 40).step_by(101) {
        let mut broken = raw.clone();
        broken[hole..hole + 40].fill(0x95);
        let intact = |record: &&WarcRecord| {
            let start = usize::try_from(record.offset).unwrap();
            let next =
                all.iter().map(|other| usize::try_from(other.offset).unwrap()).filter(|&other| other > start).min();
            hole + 40 <= start || hole >= next.unwrap_or(raw.len())
        };
        let kept: Vec<WarcRecord> = records(&broken[..], 0).filter_map(Result::ok).collect();
        for record in all.iter().filter(intact) {
            assert!(kept.contains(record), "hole at {hole}: record at {} is lost", record.offset);
        }
    }
}

/// Prints what warcio reads: type, address, first bytes of the decoded payload. Fails where a digest does not fit.
const WARCIO: &str = r#"
import sys
from warcio.archiveiterator import ArchiveIterator
for record in ArchiveIterator(open(sys.argv[1], "rb"), check_digests="raise"):
    header = record.rec_headers.get_header
    print(record.rec_type, header("WARC-Target-URI"), record.content_stream().read()[:12].decode())
    if record.rec_type == "revisit":
        print("  by", header("WARC-Profile").split("/")[-1], "of", header("WARC-Refers-To-Date"))
"#;

#[test]
fn warcio_reads_what_we_write() {
    let python = |arguments: &[&str]| std::process::Command::new("python3").args(arguments).output();
    if !python(&["-c", "import warcio"]).is_ok_and(|output| output.status.success()) {
        shared::skip("warcio");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut archive = Archive::new(folder.path().to_owned());
    let coded = gzip(b"<p>a page of text");
    let exchange = |at: &str, head, body| ExchangeToKeep {
        url: "http://example.org/a?b=c",
        captured_at: at.parse().unwrap(),
        request_head: b"GET /a?b=c HTTP/1.1\r\nHost: example.org\r\n\r\n",
        response_head: head,
        body,
        peer: None,
    };
    let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: \"a\"\r\n\r\n";
    let place = archive.keep(&exchange("2026-03-05T12:00:00Z", head, Some(&coded))).unwrap();
    archive.keep(&exchange("2026-03-05T12:30:00.25Z", head, Some(&coded))).unwrap();
    let confirmed: &[u8] = b"HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\nETag: \"a\"\r\n\r\n";
    let asked = exchange("2026-03-05T13:00:00Z", confirmed, None);
    let request_head = b"GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nIf-None-Match: \"a\"\r\n\r\n";
    archive.keep(&ExchangeToKeep { request_head, ..asked }).unwrap();
    let output = python(&["-c", WARCIO, place.path.to_str().unwrap()]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let types: Vec<&str> =
        text.lines().filter_map(|line| line.split(' ').next()).filter(|word| word.len() > 5).collect();
    assert_eq!(types, ["warcinfo", "response", "request", "revisit", "request", "revisit", "request"], "{text}");
    assert!(text.contains("response http://example.org/a?b=c <p>a page of"), "{text}");
    for profile in ["identical-payload-digest", "server-not-modified"] {
        assert!(text.contains(&format!("  by {profile} of 2026-03-05T12:00:00Z")), "{text}");
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}
