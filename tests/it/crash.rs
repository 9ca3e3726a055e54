//! Killed at any instant: nothing that was committed is lost, and going on gives what an uninterrupted run gives.
//!
//! `cargo test --test it killed` kills 20 times. `TEARSHEET_KILLS=1000 cargo test --test it killed -- --nocapture` kills
//! a thousand times; interrupted, it goes on where it was. `TEARSHEET_KILLS=100 cargo test --test it bulk_ingest_killed`
//! kills an ingest of 150,000 rows, with `TEARSHEET_PROGRAM` best an optimized one.

use crate::loopback::{Server, answer, path};
use crate::program::{rows, tearsheet};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tearsheet::archive::{RecordKind, WarcRecord};

/// Kills without `TEARSHEET_KILLS`.
const KILLS_IN_CI: u64 = 20;

/// Half of all kills fall so soon after the start: opening, migrating and locking take no longer.
const SOON: Duration = Duration::from_millis(60);

/// Sources of the site that `run` visits.
const SOURCES: usize = 12;

fn kills_asked() -> Option<u64> {
    std::env::var("TEARSHEET_KILLS").ok().map(|count| count.parse().unwrap())
}

/// One large file, killed in its middle again and again: it goes on at its record.
#[test]
fn bulk_ingest_killed() {
    let folder = tempfile::tempdir().unwrap();
    let asked = kills_asked();
    let kills = asked.unwrap_or(2);
    let mut bulk = Scenario::bulk(folder.path(), if asked.is_some() { 250 } else { 12 });
    let (mut place, mut in_the_middle, mut seed) = (0, 0, 0);
    while bulk.killed < kills {
        seed += 1;
        if !bulk.kill_once(seed) {
            place = 0;
            continue;
        }
        let now = bulk.place();
        assert!(now >= place, "it goes on at {now}, and was at {place} before");
        in_the_middle += u64::from(now > 0);
        place = now;
    }
    bulk.finish();
    eprintln!("killed {kills} times, {in_the_middle} with a part of the file kept; finished {} times", bulk.finished);
    assert!(asked.is_none() || in_the_middle > 0, "no kill fell behind a commit of the file: this shows nothing");
}

#[test]
fn killed_at_any_instant() {
    let asked = kills_asked();
    let temporary = tempfile::tempdir().unwrap();
    let folder = match asked {
        Some(_) => Path::new(env!("CARGO_TARGET_TMPDIR")).join("kills"),
        None => temporary.path().to_owned(),
    };
    let kills = asked.unwrap_or(KILLS_IN_CI);
    let done = folder.join("done");
    let mut count: u64 = fs::read_to_string(&done).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let mut scenarios = [Scenario::ingest(&folder), Scenario::run(&folder), Scenario::export(&folder)];
    while count < kills {
        for scenario in &mut scenarios {
            if scenario.kill_once(count) {
                count += 1;
                put(&done, count.to_string().as_bytes());
            }
        }
        if count.is_multiple_of(50) {
            eprintln!("killed {count} times");
        }
    }
    for scenario in &mut scenarios {
        scenario.finish();
    }
    let told: Vec<String> =
        scenarios.iter().map(|s| format!("{}: {} killed, {} finished", s.name, s.killed, s.finished)).collect();
    eprintln!("killed {count} times in all; in this call {}", told.join(", "));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn two_writers_and_a_reader_at_once() {
    let folder = tempfile::tempdir().unwrap();
    write_dumps(&folder.path().join("dumps"), 2);
    let start = |arguments: &[&str]| {
        let mut command = tearsheet();
        command.current_dir(folder.path()).args(arguments).args(["--db", "t.db"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let ingest = ["ingest", "--at", "2026-01-01", "dumps"];
    let mut writers = vec![start(&ingest), start(&ingest)];
    let mut told = Vec::new();
    let mut readers = 0;
    while let Some(mut writer) = writers.pop() {
        while writer.try_wait().unwrap().is_none() {
            for arguments in [&["export", "--quiet"][..], &["status", "--quiet"], &ingest] {
                let output = start(arguments).wait_with_output().unwrap();
                told.push((arguments[0], output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()));
            }
            readers += 1;
        }
        let output = writer.wait_with_output().unwrap();
        told.push(("ingest", output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    for (command, code, said) in &told {
        let expected: &[i32] = match *command {
            "ingest" => &[0, 75],
            // Before there is a database.
            _ => &[0, 2],
        };
        assert!(code.is_some_and(|code| expected.contains(&code)), "{command}: {code:?} {said}");
        assert!(!said.contains("locked") && !said.contains("busy"), "{command}: {said}");
    }
    assert!(told.iter().any(|(command, code, _)| *command == "ingest" && *code == Some(0)));
    assert!(readers > 0);
    assert_eq!(rows(&folder.path().join("t.db"), "PRAGMA integrity_check"), ["ok"]);
}

/// A command that is killed again and again.
struct Scenario {
    name: &'static str,
    folder: PathBuf,
    /// How long it takes when nobody kills it.
    whole: Duration,
    /// What it leaves when nobody kills it.
    expected: Vec<String>,
    work: Work,
    /// Everything that may never be lost again.
    known: BTreeSet<String>,
    killed: u64,
    finished: u64,
}

enum Work {
    Ingest,
    Bulk,
    Run { _server: Server, _runtime: tokio::runtime::Runtime },
    Export,
}

impl Scenario {
    fn ingest(folder: &Path) -> Self {
        let folder = folder.join("ingest");
        write_dumps(&folder.join("dumps"), 9);
        Self::new("ingest", folder, Work::Ingest)
    }

    fn bulk(folder: &Path, captures: u64) -> Self {
        let folder = folder.join("bulk");
        write_dumps(&folder.join("dumps"), captures);
        Self::new("bulk", folder, Work::Bulk)
    }

    fn run(folder: &Path) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let server = runtime.block_on(Server::start(|head| match path(head) {
            "/robots.txt" => answer("404 Not Found", "", b""),
            page => match page.strip_prefix("/feed/") {
                Some(town) => answer("200 OK", "Content-Type: application/rss+xml\r\n", feed(town).as_bytes()),
                None => answer("200 OK", "Content-Type: text/html\r\n", listing(&page[1..]).as_bytes()),
            },
        }));
        let sources = (0..SOURCES).map(|n| {
            format!(
                "[source.s{n}]\nurl = \"http://127.0.0.1:{0}/town{n}\"\nfeed = \"http://127.0.0.1:{0}/feed/town{n}\"\n\
                 allow_networks = [\"127.0.0.0/8\"]\n",
                server.port
            )
        });
        let settings =
            "schedule = \"0 0 1 1 *\"\nparallel = 3\n[fetch]\ndelay_s = 0.0\nretries = 0\nconnections_per_site = 4\n";
        let folder = folder.join("run");
        put(&folder.join("t.toml"), format!("{settings}{}", sources.collect::<String>()).as_bytes());
        Self::new("run", folder, Work::Run { _server: server, _runtime: runtime })
    }

    fn export(folder: &Path) -> Self {
        let folder = folder.join("export");
        write_dumps(&folder.join("dumps"), 9);
        let mut ingest = tearsheet();
        ingest.current_dir(&folder).args(["ingest", "--quiet", "--db", "t.db", "--at", "2026-01-01", "dumps"]);
        assert!(ingest.status().unwrap().success());
        Self::new("export", folder, Work::Export)
    }

    fn new(name: &'static str, folder: PathBuf, work: Work) -> Self {
        let mut new = Self {
            name,
            folder,
            work,
            whole: Duration::ZERO,
            expected: Vec::new(),
            known: BTreeSet::new(),
            killed: 0,
            finished: 0,
        };
        // What an earlier call left on its way is finished or thrown away; what is expected is made anew.
        new.start_afresh();
        let started = Instant::now();
        let output = new.command().output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        new.whole = started.elapsed();
        new.expected = new.content();
        assert!(!new.expected.is_empty());
        if let Work::Run { .. } = new.work {
            assert!(
                new.expected.iter().any(|record| record.contains("Ann Reed|2026-01-02T10:30:00Z")),
                "the feed is read"
            );
        }
        new.start_afresh();
        new
    }

    /// Starts the command and kills it after a while that `seed` decides. False when it was faster.
    fn kill_once(&mut self, seed: u64) -> bool {
        let mut child = self.command().stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(self.wait(seed));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!text.contains("panicked"), "{}: {text}", self.name);
        self.check();
        if output.status.signal() == Some(9) {
            self.killed += 1;
            return true;
        }
        assert_eq!(output.status.code(), Some(0), "{}: {text}", self.name);
        self.compare();
        false
    }

    /// Lets the command end.
    fn finish(&mut self) {
        let output = self.command().output().unwrap();
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        self.check();
        self.compare();
    }

    fn compare(&mut self) {
        let content = self.content();
        for (got, expected) in content.iter().zip(&self.expected) {
            assert_eq!(got, expected, "{}: the content differs from an uninterrupted one", self.name);
        }
        assert_eq!(content.len(), self.expected.len(), "{}", self.name);
        self.finished += 1;
        self.start_afresh();
    }

    fn wait(&self, seed: u64) -> Duration {
        let part = |range: Duration, seed: u64| {
            range.mul_f64(f64::from(u32::try_from(mix(seed) >> 32).unwrap()) / f64::from(u32::MAX))
        };
        let is_soon = seed.is_multiple_of(2) && !matches!(self.work, Work::Bulk);
        if is_soon { part(SOON.min(self.whole), seed) } else { part(self.whole, seed) }
    }

    fn command(&self) -> Command {
        let mut command = tearsheet();
        command.current_dir(&self.folder);
        match &self.work {
            Work::Ingest | Work::Bulk => {
                command.args(["ingest", "--quiet", "--db", "t.db", "--at", "2026-01-01", "dumps"])
            }
            Work::Run { .. } => {
                command.args(["run", "--quiet", "--config", "t.toml", "--db", "t.db"]).args(self.unvisited())
            }
            Work::Export => command.args(["export", "--quiet", "--db", "t.db", "--output", &self.output()]),
        };
        command
    }

    /// The sources that no visit has ended at: they are visited now, whenever they would be due.
    fn unvisited(&self) -> Vec<String> {
        let names = (0..SOURCES).map(|n| format!("s{n}"));
        names.filter(|name| !self.known.contains(&format!("visit {name}"))).collect()
    }

    /// Csv, JSON Lines and SQLite in turn.
    fn output(&self) -> String {
        format!("out.{}", ["csv", "jsonl", "db"][usize::try_from(self.killed % 3).unwrap()])
    }

    /// A copy of the database as the kill left it, to look at: the program itself has to recover the original.
    fn copy(&self) -> Option<PathBuf> {
        let database = self.folder.join("t.db");
        let copy = self.folder.join("copy/t.db");
        if copy.exists() {
            fs::remove_dir_all(copy.parent().unwrap()).unwrap();
        }
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        for ending in ["", "-wal"] {
            let from = PathBuf::from(format!("{}{ending}", database.display()));
            if from.exists() {
                fs::copy(from, format!("{}{ending}", copy.display())).unwrap();
            }
        }
        (copy.exists() && rows(&copy, "SELECT count(*) FROM sqlite_schema") != ["0"]).then_some(copy)
    }

    /// How far the rows are kept, in bytes.
    fn place(&self) -> u64 {
        let Some(copy) = self.copy() else { return 0 };
        let told = rows(&copy, "SELECT offset FROM inputs WHERE path LIKE '%rows.jsonl'");
        told.first().map_or(0, |offset| offset.parse().unwrap())
    }

    /// What must be true after every kill.
    fn check(&mut self) {
        if let Work::Export = self.work {
            for (ending, expected) in ["csv", "jsonl", "db"].iter().zip(&self.expected) {
                let now = digest(&self.folder.join(format!("out.{ending}")));
                assert!(now == *expected || now == old(), "out.{ending} is neither old nor new");
            }
        }
        let Some(copy) = self.copy() else {
            assert!(self.known.is_empty(), "{}: everything is lost", self.name);
            return;
        };
        assert_eq!(rows(&copy, "PRAGMA integrity_check"), ["ok"], "{}", self.name);
        assert_eq!(rows(&copy, HALVES), Vec::<String>::new(), "{}: half of a snapshot", self.name);
        if let Work::Run { .. } = self.work {
            check_archive(&self.folder, &copy);
        }
        let after: BTreeSet<String> = COMMITTED.iter().flat_map(|sql| rows(&copy, sql)).collect();
        let lost: Vec<_> = self.known.difference(&after).collect();
        assert!(lost.is_empty(), "{}: lost {lost:?}", self.name);
        self.known = after;
    }

    /// What is compared with an uninterrupted one.
    fn content(&self) -> Vec<String> {
        match &self.work {
            Work::Ingest | Work::Bulk => CONTENT.iter().flat_map(|sql| rows(&self.folder.join("t.db"), sql)).collect(),
            Work::Run { .. } => rows(
                &self.folder.join("t.db"),
                "SELECT id, source, title, url, excerpt, author, published_at, position, sightings, cluster FROM records ORDER BY id",
            ),
            Work::Export => {
                // Three exports make one content: the others are made here.
                let made = |ending: &str| {
                    let name = format!("out.{ending}");
                    let mut command = tearsheet();
                    command.current_dir(&self.folder).args(["export", "--quiet", "--db", "t.db", "--output", &name]);
                    assert!(command.status().unwrap().success());
                    digest(&self.folder.join(name))
                };
                let digests = ["csv", "jsonl", "db"].map(made).to_vec();
                assert_eq!(unfinished(&self.folder), 0, "what killed exports left is cleared away");
                digests
            }
        }
    }

    fn start_afresh(&mut self) {
        if matches!(self.work, Work::Export) {
            for ending in ["csv", "jsonl", "db"] {
                put(&self.folder.join(format!("out.{ending}")), OLD);
            }
            return;
        }
        self.known.clear();
        for name in ["t.db", "t.db-wal", "t.db-shm", "t.db.lock", "t.db.lock.queue", "t.db.missed"] {
            remove(&self.folder.join(name));
        }
        if self.folder.join("archive").exists() {
            fs::remove_dir_all(self.folder.join("archive")).unwrap();
        }
    }
}

const OLD: &[u8] = b"what an earlier export left";

fn old() -> String {
    tearsheet::model::Digest::of_body(OLD).to_hex()
}

/// Temporary files of exports.
pub(crate) fn unfinished(folder: &Path) -> usize {
    let ending = |path: &Path| path.extension().is_some_and(|ending| ending == "part");
    fs::read_dir(folder).unwrap().filter(|entry| ending(&entry.as_ref().unwrap().path())).count()
}

fn digest(path: &Path) -> String {
    tearsheet::model::Digest::of_body(&fs::read(path).unwrap()).to_hex()
}

/// Everything that may never be lost again.
const COMMITTED: [&str; 4] = [
    "SELECT 'snapshot ' || hex(digest) || captured_at FROM snapshots",
    "SELECT 'record ' || hex(id) FROM teasers",
    "SELECT 'visit ' || s.name FROM visits v JOIN sources s USING (source) WHERE v.outcome IS NOT NULL",
    "SELECT 'change ' || seq || ' ' || kind FROM change_log",
];

/// Snapshots of a listing without sightings, sightings without a snapshot, tallies that do not add up, visits kept by half
/// or without their feed.
const HALVES: &str = "
    SELECT 'snapshot', snapshot FROM snapshots WHERE listing IS NOT NULL AND snapshot NOT IN (SELECT snapshot FROM sightings)
    UNION ALL SELECT 'sightings', snapshot FROM sightings WHERE snapshot NOT IN (SELECT snapshot FROM snapshots)
    UNION ALL
    SELECT 'tally', record FROM (
      SELECT record, sightings AS seen FROM tallies
      UNION ALL SELECT j.value, -count(*) FROM sightings, json_each(records) j GROUP BY 1
    ) JOIN teasers USING (record) WHERE furniture IS NULL GROUP BY record HAVING sum(seen) <> 0
    UNION ALL
    SELECT 'visit', n.visit FROM snapshots n JOIN visits v USING (visit) WHERE v.outcome IS NULL
    UNION ALL
    SELECT 'feed', visit FROM visits WHERE outcome IS NOT NULL
      AND visit NOT IN (SELECT visit FROM snapshots WHERE listing IS NULL AND visit IS NOT NULL)
    UNION ALL
    SELECT 'count', s.source FROM sources s
    WHERE s.records <> (SELECT count(*) FROM teasers t WHERE t.source = s.source AND t.furniture IS NULL)";

/// All that people see, apart from row numbers.
const CONTENT: [&str; 5] = [
    "SELECT * FROM records ORDER BY id",
    "SELECT * FROM furniture ORDER BY id",
    "SELECT * FROM headlines ORDER BY record_id, first_seen_at, title, excerpt",
    "SELECT * FROM near_duplicates ORDER BY min(record_id, other_id), max(record_id, other_id)",
    "SELECT record_id, source, page, captured_at, position FROM sighting_ledger ORDER BY page, captured_at, position, record_id",
];

/// Every record of the archive is whole but for a torn tail, and every snapshot finds its original.
fn check_archive(folder: &Path, database: &Path) {
    for place in rows(database, "SELECT path, offset, hex(digest) FROM snapshots JOIN files USING (file)") {
        let cells: Vec<&str> = place.split('|').collect();
        let archive = fs::read(folder.join(cells[0])).unwrap();
        let offset: usize = cells[1].parse().unwrap();
        let record = tearsheet::archive::records(&archive[offset..], 0).next().unwrap().unwrap();
        // An equal body was archived before: the original is there, under its digest.
        let is_original =
            |other: &WarcRecord| other.kind == RecordKind::Response && other.payload_digest == record.payload_digest;
        let original = match record.kind {
            RecordKind::Revisit => tearsheet::archive::records(&archive[..], 0).flatten().find(is_original).unwrap(),
            _ => record,
        };
        let digest = tearsheet::model::Digest::of_body(&original.payload).to_hex();
        assert_eq!(digest.to_uppercase(), cells[2], "{place}");
    }
}

/// Saved pages, and so many captures of 600 teasers, most of which come again; nine need more than one transaction.
fn write_dumps(folder: &Path, captures: u64) {
    for page in 0..20 {
        put(&folder.join(format!("pages/{page:02}.html")), listing(&format!("village{}", page % 15)).as_bytes());
    }
    let mut lines = Vec::new();
    let first: jiff::civil::Date = "2025-12-31".parse().unwrap();
    for day in 1..=captures {
        let date = first + jiff::Span::new().days(i64::try_from(day).unwrap());
        for row in 0..600 {
            let story = day * 150 + row;
            let edition = if row % 97 == 0 { day } else { 0 };
            let row = serde_json::json!({
                "source": "gazette", "captured_at": format!("{date}T06:00:00Z"),
                "title": format!("{} of the {} harbor, edition {edition}", words(story), words(story + 1_000_003)),
                "url": format!("https://gazette.example/story/{story}"),
                "summary": format!("What the office had to say about {} and its keepers.", words(story * 7)),
                "date": format!("2025-12-{:02}", story % 28 + 1),
            });
            writeln!(lines, "{row}").unwrap();
        }
    }
    put(&folder.join("rows.jsonl"), &lines);
}

pub(crate) fn listing(town: &str) -> String {
    let cards: Vec<String> = (0..5)
        .map(|n| {
            let words = words(town.len() as u64 * 1000 + n * 31 + town.bytes().map(u64::from).sum::<u64>());
            format!(
                "<article><h2><a href=\"/{town}/{n}\">{town} remembers {words}</a></h2><time datetime=\"2026-01-0{}\">\
                 </time><p>Nobody in {town} has forgotten {words}, and the fair will show why.</p></article>\n",
                n + 1
            )
        })
        .collect();
    let cards = cards.concat();
    format!(
        "<!doctype html><html lang=en><head><title>{town}</title><link rel=canonical href=\"https://{town}.example/news\">\
         </head><body><nav><a href=\"/\">Home</a> <a href=\"/about\">About</a></nav><main>{cards}</main></body></html>"
    )
}

/// The feed of a town: an author and an hour for four of its five stories, and a story that the listing does not show.
fn feed(town: &str) -> String {
    let items: Vec<String> = (1..6)
        .map(|n| {
            format!(
                "<item><title>{town} {n}</title><link>/{town}/{n}</link><dc:creator>Ann Reed</dc:creator>\
                 <pubDate>2026-01-0{}T10:30:00Z</pubDate></item>",
                n + 1
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>{town}</title>{}</channel></rss>",
        items.concat()
    )
}

/// Three words that depend on `number`.
fn words(number: u64) -> String {
    const WORDS: [&str; 16] = [
        "amber", "barley", "cedar", "drizzle", "ember", "fennel", "granite", "heather", "iris", "juniper", "kelp",
        "linden", "marble", "nettle", "osprey", "pewter",
    ];
    let mut mixed = mix(number);
    let mut next = || {
        mixed >>= 4;
        WORDS[usize::try_from(mixed % 16).unwrap()]
    };
    format!("{} {} {}", next(), next(), next())
}

/// `SplitMix64`.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(bytes).unwrap();
}

fn remove(path: &Path) {
    if path.exists() {
        fs::remove_file(path).unwrap();
    }
}
