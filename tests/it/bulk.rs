//! Large inputs: resumed at their record, recognised when they come again, filtered before they are parsed.

use crate::program::{content, rows, run_in};
use crate::store_fixture::{commit, record, snapshot};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use tearsheet::pipeline::{IngestOptions, IngestReport, ingest};
use tearsheet::store::Store;

const RECORDS: usize = 60;

fn put(path: &Path, text: &str) {
    std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// A WARC of listings, one a day on two sites in turn, each with two stories of its own and one of the day before.
fn archive() -> String {
    (0..RECORDS).fold(String::new(), |mut all, day| {
        let stories = [day, day + 1, day + 2].map(|story| {
            format!(
                "<article><h2><a href=\"/story/{story}\">The long tale of story {story} and the town</a></h2><p>What \
                 everybody wanted to know about it since the fair, told by those who were there.</p></article>"
            )
        });
        let html = format!("<!doctype html><html lang=en><body><main>{}</main></body></html>", stories.concat());
        let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{html}", html.len());
        let site = ["town", "village"][day % 2];
        let date = format!("2026-{:02}-{:02}T00:00:00Z", 1 + day / 28, 1 + day % 28);
        let _ = write!(
            all,
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{day}>\r\nWARC-Date: {date}\r\nWARC-Target-URI: \
             https://{site}.example/news\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: \
             {}\r\n\r\n{http}\r\n\r\n",
            http.len()
        );
        all
    })
}

/// A dump of rows with a capture time for every three of them.
fn dump_of_rows() -> String {
    (0..3 * RECORDS).fold(String::new(), |mut all, row| {
        let _ = writeln!(
            all,
            "{{\"title\": \"The long tale of row {row}\", \"url\": \"https://town.example/{row}\", \"source\": \"town\", \
             \"captured_at\": \"2026-01-01T{:02}:{:02}:00Z\"}}",
            row / 3 / 60,
            row / 3 % 60
        );
        all
    })
}

/// Reads `input`, and stops after so many snapshots.
fn read(database: &Path, input: &Path, most: u64) -> IngestReport {
    let mut store = Store::open(database).unwrap();
    let stop = AtomicBool::new(false);
    let watch = |report: &IngestReport| {
        if report.snapshots >= most {
            stop.store(true, Ordering::Relaxed);
        }
    };
    ingest(&mut store, vec![input.to_owned()], &IngestOptions::default(), &stop, None, watch).unwrap()
}

#[test]
fn an_interrupted_ingest_goes_on_at_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = [("a.warc", archive()), ("rows.jsonl", dump_of_rows())];
    for (name, text) in inputs {
        let input = folder.path().join(name);
        put(&input, &text);
        let (parts, whole) = (folder.path().join(format!("{name}.parts.db")), folder.path().join(format!("{name}.db")));
        let all = read(&whole, &input, u64::MAX);
        assert_eq!((all.snapshots, all.stopped), (RECORDS as u64, false), "{name}");

        let first = read(&parts, &input, 25);
        assert!(first.stopped);
        let second = read(&parts, &input, 15);
        // Its last record is read again, and known.
        assert_eq!((second.known, second.stopped), (1, true), "{name}");
        let last = read(&parts, &input, u64::MAX);
        assert_eq!((last.known, last.snapshots), (1, RECORDS as u64 - 25 - 15 + 2), "{name}");
        assert_eq!(content(&parts), content(&whole));

        let again = read(&parts, &input, u64::MAX);
        assert_eq!((again.inputs_known, again.snapshots), (1, 0), "{name}");
        // A file that was changed is read again.
        let mut text = std::fs::read_to_string(&input).unwrap();
        text.push('\n');
        put(&input, &text);
        let changed = read(&parts, &input, u64::MAX);
        assert_eq!((changed.inputs_known, changed.known), (0, RECORDS as u64), "{name}");
        assert_eq!(content(&parts), content(&whole));
    }
}

#[test]
fn captures_are_passed_over_before_they_are_parsed() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("a.warc"), &archive());
    let count = |database: &str, arguments: &[&str]| {
        let said = run_in(folder.path(), &[&["ingest", "--db", database, "a.warc"], arguments].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        let sql = "SELECT count(*), min(captured_at) >= unixepoch('2026-02-01') * 1000 FROM snapshots";
        rows(&folder.path().join(database), sql)
    };
    assert_eq!(count("all.db", &[]), ["60|0"]);
    assert_eq!(count("late.db", &["--since", "2026-02-01"]), ["32|1"]);
    assert_eq!(count("town.db", &["--match", "https://town.example/*"]), ["30|0"]);
    assert_eq!(count("none.db", &["--match", "*/sport/*"]), ["0|-"]);
    let said = run_in(folder.path(), &["ingest", "--db", "x.db", "--match", "[", "a.warc"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
}

#[test]
fn the_ledger_tells_headlines_and_time_on_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let mut store = Store::open(&path).unwrap();
    for (hours, title, number) in [(0, "Bridge shut", 2), (5, "Bridge shut", 1), (12, "Bridge to reopen", 1)] {
        let mut shown = record("gazette", 1, Some(title), None);
        shown.position = number;
        let other = record("gazette", 7, Some("Something else"), None);
        commit(&mut store, &snapshot("gazette", "p", hours, &hours.to_string()), &[shown, other]);
    }
    drop(store);
    assert_eq!(
        rows(&path, "SELECT changed_at, before, after FROM headline_changes"),
        ["2025-01-01T12:00:00Z|Bridge shut|Bridge to reopen"]
    );
    assert_eq!(
        rows(&path, "SELECT page, best_position, sightings, hours FROM time_on_page ORDER BY best_position"),
        ["p|1|3|12", "p|8|3|12"]
    );
}
