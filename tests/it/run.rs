//! `tearsheet run` against sites on loopback.

use crate::loopback::{Server, answer, path};
use crate::program::{rows, run_in, tearsheet};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tearsheet::archive::RecordKind;
use tokio::runtime::Runtime;

pub(crate) const LISTING: &str = r#"<!doctype html><html lang="en"><head><title>Town news</title></head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav><main>
<article><h2><a href="/s/barn">The red barn is painted again</a></h2><time datetime="2026-01-03">3 January</time><p>It took four people and eleven days of good weather.</p></article>
<article><h2><a href="/s/mill">The old mill turns for visitors</a></h2><time datetime="2026-01-02">2 January</time><p>On Sundays from two to five, unless there is no wind.</p></article>
<article><h2><a href="/s/bridge">A new bridge over the brook</a></h2><time datetime="2026-01-01">1 January</time><p>Wide enough for two prams, as the mayor has measured.</p></article>
</main></body></html>"#;

/// A site, a config with one source `town` for it, and the folder that holds both.
pub(crate) struct Town {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) server: Server,
    _runtime: Runtime,
}

pub(crate) fn town(extra: &str, reply: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Town {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(move |head| match path(head) {
        "/robots.txt" => answer("404 Not Found", "", b""),
        _ => reply(head),
    }));
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "[fetch]\ndelay_s = 0.0\nretries = 0\n[source.town]\nurl = \"http://127.0.0.1:{}/news\"\n\
         allow_networks = [\"127.0.0.0/8\"]\n{extra}",
        server.port
    );
    // Other addresses of the site.
    let config = config.replace("SITE", &format!("http://127.0.0.1:{}", server.port));
    put(&folder.path().join("config/tearsheet.toml"), &config);
    Town { folder, server, _runtime: runtime }
}

pub(crate) fn put(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

impl Town {
    pub(crate) fn run(&self, arguments: &[&str]) -> crate::program::Said {
        run_in(self.folder.path(), &[&["run"], arguments].concat())
    }

    pub(crate) fn outcome(&self, arguments: &[&str]) -> (String, Option<i32>) {
        let said = self.run(arguments);
        let line: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_default();
        (line["outcome"].as_str().unwrap_or_default().to_owned(), said.code)
    }

    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        rows(&self.folder.path().join("config/tearsheet.db"), sql)
    }
}

#[test]
fn a_visit_keeps_records_and_the_next_is_not_due() {
    let town = town("", |_| answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()));
    let said = town.run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let line: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&line["outcome"], &line["seen"], &line["new"], &line["dated"]),
        (&"ok".into(), &3.into(), &3.into(), &3.into())
    );
    assert_eq!(
        town.rows("SELECT published_at, title FROM records ORDER BY position"),
        [
            "2026-01-03|The red barn is painted again",
            "2026-01-02|The old mill turns for visitors",
            "2026-01-01|A new bridge over the brook"
        ]
    );
    let said = town.run(&[]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
    assert!(said.err.contains("nothing is due"), "{}", said.err);
    assert_eq!(town.server.seen().len(), 1, "what is not due is not asked for");

    assert_eq!(town.outcome(&["town"]), ("quiet".to_owned(), Some(0)), "a named source is visited now");
    assert_eq!(town.rows("SELECT DISTINCT sightings FROM records"), ["2"]);
}

#[test]
fn every_page_is_archived_and_the_snapshot_says_where() {
    let town = town("", |_| answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()));
    town.run(&[]);
    let place = town.rows("SELECT path, offset FROM snapshots JOIN files USING (file)");
    let (path, offset) = place[0].split_once('|').unwrap();
    let archive = std::fs::read(town.folder.path().join("config").join(path)).unwrap();
    let offset: usize = offset.parse().unwrap();
    let record = tearsheet::archive::records(&archive[offset..], 0).next().unwrap().unwrap();
    assert_eq!(&record.payload[..], LISTING.as_bytes());
}

/// A page that has an `ETag` and heeds it.
fn known_by_tag(head: &str) -> Vec<u8> {
    if head.to_lowercase().contains("if-none-match: \"v1\"") {
        answer("304 Not Modified", "ETag: \"v1\"\r\n", b"")
    } else {
        answer("200 OK", "Content-Type: text/html\r\nETag: \"v1\"\r\n", LISTING.as_bytes())
    }
}

/// Two sources share a page; the second is added when the first has read it and asks conditionally.
#[test]
fn a_second_source_of_a_page_reads_it_too() {
    let town = town("", known_by_tag);
    assert_eq!(town.outcome(&["town"]).0, "ok");
    let config = town.folder.path().join("config/tearsheet.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let (_, source) = text.split_once("[source.town]").unwrap();
    put(&config, &format!("{text}[source.other]{source}"));
    assert_eq!(town.outcome(&["town"]).0, "unchanged");
    assert_eq!(town.outcome(&["other"]).0, "ok");
    assert_eq!(town.outcome(&["other"]).0, "unchanged");
    assert_eq!(town.rows("SELECT source, count(*) FROM records GROUP BY source"), ["other|3", "town|3"]);
}

#[test]
fn an_unchanged_page_is_not_sent_again() {
    let town = town("", known_by_tag);
    assert_eq!(town.outcome(&["town"]).0, "ok");
    assert_eq!(town.outcome(&["town"]), ("unchanged".to_owned(), Some(0)));
    assert_eq!(town.rows("SELECT count(*) FROM records"), ["3"]);
}

#[test]
fn not_modified_is_archived_and_is_no_page() {
    let town = town("", known_by_tag);
    assert_eq!(town.outcome(&["town"]).0, "ok");
    assert_eq!(town.outcome(&["town"]).0, "unchanged");
    let file = town.rows("SELECT path FROM snapshots JOIN files USING (file)").remove(0);
    let archive = std::fs::read(town.folder.path().join("config").join(file)).unwrap();
    let records: Vec<_> = tearsheet::archive::records(&archive[..], 0).map(Result::unwrap).collect();
    let kinds: Vec<RecordKind> = records.iter().map(|record| record.kind).collect();
    let expected =
        [RecordKind::Warcinfo, RecordKind::Response, RecordKind::Request, RecordKind::Revisit, RecordKind::Request];
    // Two runs around midnight have a file each.
    if records.len() == expected.len() {
        assert_eq!(kinds, expected);
        let [response, _, revisit, request] = &records[1..] else { unreachable!("it has five") };
        assert_eq!(revisit.http.as_ref().unwrap().status, Some(304));
        assert_eq!(revisit.refers_to, response.id);
        assert_eq!(request.http.as_ref().unwrap().header("if-none-match"), Some("\"v1\""));
    }
    let said = run_in(town.folder.path(), &["--db", "again.db", "ingest", "config/archive"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let again = |sql| rows(&town.folder.path().join("again.db"), sql);
    assert_eq!(again("SELECT count(*) FROM snapshots"), ["1"]);
    assert_eq!(again("SELECT sightings, count(*) FROM records GROUP BY 1"), ["1|3"]);
}

#[test]
fn each_failure_has_its_word_and_its_exit_code() {
    let state = Arc::new(AtomicU64::new(200));
    let reply = Arc::clone(&state);
    let town = town("", move |_| match reply.load(Ordering::Relaxed) {
        200 => answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()),
        404 => answer("404 Not Found", "", b"gone"),
        403 => answer("403 Forbidden", "", b"no"),
        500 => answer("500 Internal Server Error", "", b"oops"),
        503 => answer("503 Service Unavailable", "", b"later"),
        // The page is there and its list is not: a redesign, a failing back end.
        _ => answer("200 OK", "Content-Type: text/html\r\n", b"<html><body><p>Welcome.</p></body></html>"),
    });
    for (status, outcome, code) in [
        (200, "ok", 0),
        (404, "gone", 3),
        (403, "blocked", 3),
        (500, "unreachable", 0),
        (1, "broken", 3),
        (200, "quiet", 0),
        // Last, because the site is left alone from here on.
        (503, "slowed", 0),
        (200, "slowed", 0),
    ] {
        state.store(status, Ordering::Relaxed);
        assert_eq!(town.outcome(&["town"]), (outcome.to_owned(), Some(code)), "{status}");
    }
    assert_eq!(town.rows("SELECT count(*) FROM records"), ["3"], "no failure costs a record");
}

#[test]
fn a_failing_source_does_not_stop_the_others() {
    let town = town("\n[source.dead]\nurl = \"http://127.0.0.1:1/\"\nallow_networks = [\"127.0.0.0/8\"]\n", |_| {
        answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes())
    });
    let said = town.run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let outcomes: Vec<serde_json::Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        outcomes
            .iter()
            .map(|line| (line["source"].as_str().unwrap(), line["outcome"].as_str().unwrap()))
            .collect::<Vec<_>>(),
        [("dead", "unreachable"), ("town", "ok")]
    );
}

#[test]
fn every_visit_that_ignores_robots_txt_says_so() {
    let runtime = Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(|head| match path(head) {
        "/robots.txt" => answer("200 OK", "", b"User-agent: *\nDisallow: /\n"),
        _ => answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()),
    }));
    let folder = tempfile::tempdir().unwrap();
    let config = |robots: &str| {
        format!(
            "[source.town]\nurl = \"http://127.0.0.1:{}/news\"\nallow_networks = [\"127.0.0.0/8\"]\nrobots = \"{robots}\"\n",
            server.port
        )
    };
    put(&folder.path().join("config/tearsheet.toml"), &config("obey"));
    let said = run_in(folder.path(), &["run", "town"]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("robots.txt of `127.0.0.1` disallows `/news`"), "{}", said.err);
    assert!(said.err.contains("robots = \"ignore\""), "{}", said.err);
    assert_eq!(server.seen().len(), 0);
    put(&folder.path().join("config/tearsheet.toml"), &config("ignore"));
    for _ in 0..2 {
        let said = run_in(folder.path(), &["run", "town"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.err.contains("`town` ignores robots.txt, as the config says"), "{}", said.err);
    }
}

#[test]
fn both_encodings_are_stored_where_they_differ() {
    let page = LISTING.replace("The red barn", "Красный сарай у реки стоит давно");
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&page);
    let bytes = bytes.into_owned();
    let town = town("", move |_| answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", &bytes));
    assert_eq!(town.outcome(&["town"]).0, "ok");
    let stored = town.rows("SELECT declared_encoding, used_encoding FROM snapshots");
    assert_eq!(stored, ["UTF-8|windows-1251"]);
    assert_eq!(town.rows("SELECT count(*) FROM records WHERE title LIKE 'Красный сарай%'"), ["1"]);
}

#[test]
fn private_addresses_need_leave() {
    let town = town("\n[source.open]\nurl = \"http://127.0.0.1:1/\"\n", |_| {
        answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes())
    });
    assert_eq!(town.outcome(&["open"]), ("blocked".to_owned(), Some(3)));
}

#[test]
fn of_two_runs_at_once_one_works_and_one_leaves() {
    let town = town("", |_| {
        std::thread::sleep(Duration::from_millis(600));
        answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes())
    });
    let mut first = tearsheet().current_dir(town.folder.path()).arg("run").spawn().unwrap();
    while town.server.seen().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let second = town.run(&[]);
    assert_eq!(second.code, Some(75));
    assert!(second.err.contains("`tearsheet run`, process"), "{}", second.err);
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(town.rows("SELECT count(*) FROM records"), ["3"]);
}

#[test]
fn visits_missed_because_of_the_lock_are_counted() {
    let town = town("", |_| answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()));
    let database = town.folder.path().join("config/tearsheet.db");
    let lock = tearsheet::pipeline::Lock::take(&database, "backup").unwrap();
    assert_eq!(town.run(&[]).code, Some(75));
    assert_eq!(town.run(&["town"]).code, Some(75));
    drop(lock);
    assert_eq!(town.run(&[]).code, Some(0));
    let missed = town.rows("SELECT s.name, m.holder, m.count FROM missed_visits m JOIN sources s USING (source)");
    assert_eq!(missed, [format!("town|`tearsheet backup`, process {}|2", std::process::id())]);
}

#[test]
fn sigterm_stops_cleanly_and_the_next_run_goes_on() {
    let slow = Arc::new(AtomicBool::new(true));
    let reply = Arc::clone(&slow);
    let town = town("", move |_| {
        if reply.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_secs(3));
        }
        answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes())
    });
    let mut child = tearsheet().current_dir(town.folder.path()).arg("run").spawn().unwrap();
    while town.server.seen().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let kill = std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(0), "stopped cleanly, not killed");
    slow.store(false, Ordering::Relaxed);
    assert_eq!(town.outcome(&["town"]).0, "ok");
}

#[test]
fn without_config_or_sources_it_says_where_it_looked() {
    let folder = tempfile::tempdir().unwrap();
    let said = run_in(folder.path(), &["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("config/tearsheet.toml") && said.err.contains("--config"), "{}", said.err);
    put(&folder.path().join("config/tearsheet.toml"), "");
    let said = run_in(folder.path(), &["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("no sources"), "{}", said.err);
    put(&folder.path().join("config/tearsheet.toml"), "[source.a]\nurl = 'https://a.example/'\nscedule = 'x'");
    let said = run_in(folder.path(), &["run"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("tearsheet.toml:3") && said.err.contains("did you mean `schedule`?"), "{}", said.err);
}

#[test]
fn status_tells_how_sources_are_doing() {
    let town = town("", |_| answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()));
    let status = || {
        let said = run_in(town.folder.path(), &["status", "--format", "jsonl"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        serde_json::from_str::<serde_json::Value>(&said.out).unwrap()
    };
    assert_eq!(status()["outcome"], serde_json::Value::Null, "never visited");
    town.run(&[]);
    let line = status();
    assert_eq!((&line["outcome"], &line["records"], &line["dated"]), (&"ok".into(), &3.into(), &3.into()));
    assert!(line["next_due"].as_str().unwrap() > line["last_visit"].as_str().unwrap());
}
