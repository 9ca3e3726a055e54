//! Times a whole ingest: `cargo bench --bench ingest -- [PATH…]`; without a path, on listings of its own making.
//!
//! Prints snapshots, records, wall and CPU seconds, snapshots per CPU second and peak memory, once into an empty store and
//! once more with every input known.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use tearsheet::pipeline::{self, IngestOptions};
use tearsheet::store::Store;

/// Listings made when no input is named, and the teasers on each.
const PAGES: usize = 1_000;
const TEASERS: usize = 40;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // `cargo bench` adds a flag of its own.
    let mut paths: Vec<PathBuf> = std::env::args().skip(1).filter(|a| a != "--bench").map(PathBuf::from).collect();
    if paths.is_empty() {
        paths.push(listings(folder.path()));
    }
    let database = folder.path().join("bench.db");
    for what in ["first ingest", "the same again"] {
        let mut store = Store::open(&database).expect("a new database");
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let stop = AtomicBool::new(false);
        let report = pipeline::ingest(&mut store, paths.clone(), &IngestOptions::default(), &stop, None, |_| {})
            .expect("the database works");
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let records = report.records;
        let mut line = format!("{what}: {} snapshots, {} new records", report.snapshots, records.new);
        // Writing to a string cannot fail.
        let _ = write!(line, ", {wall:.2} s, {cpu:.2} CPU s");
        #[expect(clippy::cast_precision_loss, reason = "a count of pages")]
        let rate = report.snapshots as f64 / cpu.max(0.01);
        let _ = write!(line, ", {rate:.0} snapshots per CPU second, peak {} MB", peak_bytes() >> 20);
        let _ = writeln!(std::io::stdout(), "{line}");
    }
}

/// A WARC of listings, each with stories of its own.
fn listings(folder: &Path) -> PathBuf {
    let path = folder.join("listings.warc");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).expect("a new file"));
    for page in 0..PAGES {
        let mut html = String::from("<!doctype html><html lang=en><head><title>News</title></head><body><main>");
        for teaser in 0..TEASERS {
            let number = page * TEASERS + teaser;
            let _ = write!(
                html,
                "<article class=card><a href=\"/story/{number}\"><img src=\"/i/{number}.jpg\"></a><h2><a href=\"/story/{number}\">The \
                 long story number {number} of the town</a></h2><p>What everybody wanted to know about {number}, told by those \
                 who were there.</p><time datetime=\"2026-01-{:02}\">{} January 2026</time></article>",
                1 + teaser % 28,
                1 + teaser % 28,
            );
        }
        html.push_str("</main></body></html>");
        let http =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{html}", html.len());
        let head = format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{page:012}>\r\nWARC-Date: \
             2026-02-01T00:00:00Z\r\nWARC-Target-URI: https://news{page}.example/\r\nContent-Type: application/http; \
             msgtype=response\r\nContent-Length: {}\r\n\r\n",
            http.len()
        );
        for part in [head.as_bytes(), http.as_bytes(), b"\r\n\r\n"] {
            out.write_all(part).expect("room for the dump");
        }
    }
    out.flush().expect("room for the dump");
    path
}

/// User and system time of this process, as Linux counts it; 0 elsewhere.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Largest resident size of this process; 0 where it is not told.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) * 1024
}
