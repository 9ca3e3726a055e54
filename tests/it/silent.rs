//! Why is a source silent? Every folder of `tests/silent` is one situation: `case.toml` (why it exists, what the server
//! answers, the right outcome) and `page.html` (the body). A listing is visited once, then the situation begins. All go
//! through the real run: fetch, archive, extract, verdict, store.

use crate::loopback::{Server, answer, path};
use crate::program::rows;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, RwLock};
use tearsheet::config::Config;
use tearsheet::fetch::Clock;
use tearsheet::model::Outcome;
use tearsheet::pipeline::{self, RunContext, SourceReport};
use tearsheet::store::Store;

/// When the listing is visited first.
const FIRST_VISIT: &str = "2026-01-10T12:00:00Z";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Why the case exists.
    reason: String,
    /// The right outcome.
    outcome: String,
    /// What the detail must contain.
    #[serde(default)]
    detail: String,
    /// Records that the second visit adds.
    #[serde(default)]
    new: usize,
    /// Status line; 200 when empty.
    #[serde(default)]
    status: String,
    #[serde(default)]
    headers: Vec<String>,
    /// Status of a redirect, and where it leads; `page.html` stands there.
    #[serde(default)]
    redirect: String,
    #[serde(default)]
    to: String,
    /// The page of the first visit: `before.html`, or `none` for no first visit.
    #[serde(default)]
    before: String,
    /// robots.txt of the second visit.
    #[serde(default)]
    robots: String,
    /// The connection is closed without an answer.
    #[serde(default)]
    closes: bool,
    /// Hours between the visits; 1 when 0.
    #[serde(default)]
    hours_later: i64,
}

struct Situation {
    case: Case,
    page: Vec<u8>,
    before: Vec<u8>,
}

/// A clock that the test moves.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

fn root() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/silent")).to_owned()
}

/// All situations by name.
fn situations() -> BTreeMap<String, Situation> {
    let mut all = BTreeMap::new();
    for folder in std::fs::read_dir(root()).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let case: Case = toml::from_str(&std::fs::read_to_string(folder.join("case.toml")).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!case.reason.is_empty() && Outcome::parse(&case.outcome).is_some(), "{name}");
        let before = if case.before.is_empty() { "before.html" } else { &case.before };
        let before = if before == "none" { Vec::new() } else { std::fs::read(root().join(before)).unwrap() };
        let page = std::fs::read(folder.join("page.html")).unwrap_or_default();
        all.insert(name, Situation { case, page, before });
    }
    all
}

/// Each situation has a loopback address of its own: sites share patience.
fn host(number: usize) -> String {
    format!("127.1.{}.{}", number / 200, number % 200 + 1)
}

fn reply(situation: &Situation, head: &str, later: bool) -> Vec<u8> {
    let case = &situation.case;
    let (path, html) = (path(head), "Content-Type: text/html; charset=utf-8\r\n");
    let kind = |body: &[u8]| if body.starts_with(b"<?xml") { "Content-Type: application/rss+xml\r\n" } else { html };
    if path == "/robots.txt" {
        let forbids = later && !case.robots.is_empty();
        return if forbids { answer("200 OK", "", case.robots.as_bytes()) } else { answer("404 Not Found", "", b"") };
    }
    if !later {
        return answer("200 OK", &format!("{}ETag: \"first\"\r\n", kind(&situation.before)), &situation.before);
    }
    if case.closes {
        return Vec::new();
    }
    if !case.redirect.is_empty() && path == "/latest" {
        return answer(&case.redirect, &format!("Location: {}\r\n", case.to), b"");
    }
    let status = if case.status.is_empty() { "200 OK" } else { &case.status };
    let mut extra = String::new();
    for line in &case.headers {
        extra.push_str(line);
        extra.push_str("\r\n");
    }
    if !extra.contains("Content-Type") {
        extra.push_str(kind(&situation.page));
    }
    answer(status, &extra, &situation.page)
}

/// The runs of the test: one server, one database, a clock.
struct Runs {
    config: Config,
    clock: Arc<TestClock>,
    folder: tempfile::TempDir,
}

impl Runs {
    fn database(&self) -> PathBuf {
        self.folder.path().join("silent.db")
    }

    fn visit(&self, runtime: &tokio::runtime::Runtime, names: &[String], at: Timestamp) -> Vec<SourceReport> {
        self.clock.0.store(at.as_second(), Ordering::Relaxed);
        let mut store = Store::open(&self.database()).unwrap();
        let fetcher = pipeline::fetcher_of(&self.config, Arc::clone(&self.clock) as Arc<dyn Clock>);
        let (stop, archive) = (AtomicBool::new(false), self.folder.path().join("archive"));
        let context = RunContext {
            config: &self.config,
            fetcher: &fetcher,
            clock: &*self.clock,
            stop: &stop,
            archive: Some(&archive),
            relearn: false,
        };
        pipeline::run(&mut store, &context, runtime, names, |_| {}).unwrap().sources
    }

    /// Records of each source.
    fn records(&self) -> BTreeMap<String, usize> {
        let counted = rows(&self.database(), "SELECT source, count(*) FROM records GROUP BY source");
        let pair = |row: &String| row.split_once('|').map(|(name, n)| (name.to_owned(), n.parse().unwrap())).unwrap();
        counted.iter().map(pair).collect()
    }
}

#[test]
fn every_silence_has_its_word() {
    let situations = Arc::new(situations());
    assert!(situations.len() >= 40, "only {} situations", situations.len());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let later = Arc::new(RwLock::new(false));
    let (situations_served, is_later) = (Arc::clone(&situations), Arc::clone(&later));
    let server = runtime.block_on(Server::start_at(Ipv4Addr::UNSPECIFIED, move |head| {
        let asked = head.lines().find_map(|line| line.to_lowercase().strip_prefix("host: ").map(str::to_owned));
        let asked = asked.unwrap_or_default();
        let asked = asked.split(':').next().unwrap_or_default();
        let at = (0..situations_served.len()).find(|&number| host(number) == asked).unwrap();
        reply(situations_served.values().nth(at).unwrap(), head, *is_later.read().unwrap())
    }));
    let mut sources = String::new();
    for (number, name) in situations.keys().enumerate() {
        let url = format!("http://{}:{}/latest", host(number), server.port);
        let _ = writeln!(sources, "[source.{name}]\nurl = '{url}'\nallow_networks = ['127.0.0.0/8']");
    }
    let settings = "parallel = 8\n[fetch]\ndelay_s = 0.0\nretries = 0\ntimeout_s = 20.0\n";
    let runs = Runs {
        config: Config::parse(Path::new("silent.toml"), &format!("{settings}{sources}")).unwrap(),
        clock: Arc::new(TestClock(AtomicI64::new(0))),
        folder: tempfile::tempdir().unwrap(),
    };

    let first: Timestamp = FIRST_VISIT.parse().unwrap();
    let with_before: Vec<String> =
        situations.iter().filter(|(_, s)| !s.before.is_empty()).map(|(name, _)| name.clone()).collect();
    let seen = runs.visit(&runtime, &with_before, first);
    let unread: Vec<_> = seen.iter().filter(|s| s.outcome != Outcome::Ok || s.counts.new != 8).collect();
    assert!(unread.is_empty(), "the listing itself was not read: {unread:?}");
    let before = runs.records();

    *later.write().unwrap() = true;
    let mut reports = BTreeMap::new();
    let hours = |s: &Situation| s.case.hours_later.max(1);
    for wait in situations.values().map(hours).collect::<BTreeSet<_>>() {
        let names: Vec<String> =
            situations.iter().filter(|(_, s)| hours(s) == wait).map(|(name, _)| name.clone()).collect();
        let visited = runs.visit(&runtime, &names, first + SignedDuration::from_hours(wait));
        reports.extend(visited.into_iter().map(|report| (report.source.clone(), report)));
    }
    let after = runs.records();
    let wrong: Vec<String> = situations
        .iter()
        .filter_map(|(name, situation)| {
            let count = |counted: &BTreeMap<String, usize>| counted.get(name).copied().unwrap_or(0);
            judge(&situation.case, &reports[name], count(&after) - count(&before)).map(|w| format!("{name}: {w}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), situations.len(), wrong.join("\n"));
}

/// What is wrong about how a visit ended.
fn judge(case: &Case, report: &SourceReport, new: usize) -> Option<String> {
    let detail = report.detail.as_deref().unwrap_or_default();
    let outcome = report.outcome.as_str();
    if outcome != case.outcome {
        return Some(format!("`{outcome}` instead of `{}` ({detail})", case.outcome));
    }
    if new != case.new {
        return Some(format!("{new} records were added, {} were to be", case.new));
    }
    if !detail.contains(&case.detail) {
        return Some(format!("`{detail}` does not say `{}`", case.detail));
    }
    (report.outcome.needs_person() && report.hint.is_none()).then(|| "no hint says what to do".to_owned())
}
