//! `tearsheet ingest` as people run it.

use crate::program::{content, rows, run_in, tearsheet};
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn put(path: &Path, body: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(body).unwrap();
}

/// A small listing of our own: `stories` are slugs.
fn listing(stories: &[&str]) -> String {
    let cards: Vec<String> = stories
        .iter()
        .map(|slug| {
            let words = slug.replace('-', " ");
            format!(
                "<article><h2><a href=\"/story/{slug}\">The long tale of {words} and the town</a></h2>\
                 <p>What everybody wanted to know about {words} since the fair, told by those who were there.</p></article>\n"
            )
        })
        .collect();
    let cards = cards.concat();
    format!(
        "<!doctype html><html lang=en><head><title>Town news</title><link rel=canonical href=\"https://town.example/news\">\
         </head><body><nav><a href=\"/\">Home</a> <a href=\"/about\">About</a></nav><main>{cards}</main></body></html>"
    )
}

#[test]
fn a_folder_with_unreadable_inputs() {
    let root = tempfile::tempdir().unwrap();
    let dumps = root.path().join("dumps");
    put(&dumps.join("good.html"), listing(&["red-barn", "old-mill", "new-bridge"]).as_bytes());
    put(&dumps.join("empty.html"), b"");
    put(&dumps.join("report.html"), b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n");
    put(&dumps.join("broken.json"), b"{\"title\": \"A teaser that ends in the mid");
    put(&dumps.join("secret.html"), listing(&["a-a", "b-b", "c-c"]).as_bytes());
    fs::set_permissions(dumps.join("secret.html"), fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything: then the unreadable one is a good one.
    let root_reads_all = File::open(dumps.join("secret.html")).is_ok();

    // These two cannot be read by anybody.
    std::os::unix::fs::symlink("nowhere.html", dumps.join("lost.html")).unwrap();
    std::os::unix::fs::symlink(".", dumps.join("circle")).unwrap();

    let said = run_in(root.path(), &["ingest", "--at", "2026-01-01", "dumps"]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    for name in ["empty.html", "report.html", "broken.json", "lost.html", "circle"] {
        let named = said.err.lines().any(|line| line.contains("cannot read") && line.contains(name));
        assert!(named, "`{name}` is not named:\n{}", said.err);
    }
    let titles = rows(&root.path().join("tearsheet.db"), "SELECT title FROM records WHERE source = 'town.example'");
    assert_eq!(titles.len(), if root_reads_all { 6 } else { 3 }, "{titles:?}");
    assert_eq!(said.err.contains("secret.html"), !root_reads_all, "{}", said.err);
}

/// Rows with foreign column names are no empty list: the user is told which flag names them.
#[test]
fn rows_of_which_none_is_a_teaser_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "{\"kopf\": \"The red barn is painted again\", \"adresse\": \"https://a.example/1\"}\n".repeat(3);
    put(&folder.path().join("rows.jsonl"), rows.as_bytes());
    let ingest =
        |more: &[&str]| run_in(folder.path(), &[&["ingest", "--source", "s", "--at", "2026-01-04"], more].concat());
    let said = ingest(&["rows.jsonl"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("rows.jsonl`: no row holds a title or an excerpt; `--map title="), "{}", said.err);
    let said = ingest(&["--db", "mapped.db", "--map", "title=kopf", "rows.jsonl"]);
    assert!(!said.err.contains("nothing is kept"), "{}", said.err);
}

#[test]
fn the_same_again_changes_nothing_and_a_later_capture_is_one_more_sighting() {
    let root = tempfile::tempdir().unwrap();
    put(&root.path().join("d/a.html"), listing(&["red-barn", "old-mill", "new-bridge"]).as_bytes());
    put(&root.path().join("d/b.html"), listing(&["old-mill", "new-bridge", "big-flood"]).as_bytes());
    let database = root.path().join("tearsheet.db");
    let ingest = |at: &str| {
        let said = run_in(root.path(), &["ingest", "--at", at, "d"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        content(&database)
    };
    let first = ingest("2026-01-01");
    assert_eq!(first.len(), 4, "{first:#?}");
    let changes = rows(&database, "SELECT max(seq) FROM changes");
    assert_eq!(ingest("2026-01-01"), first);
    assert_eq!(rows(&database, "SELECT max(seq) FROM changes"), changes, "a repeat is no change");

    let sightings = "SELECT title, sightings FROM records ORDER BY title";
    let before = rows(&database, sightings);
    ingest("2026-01-02");
    let raised: Vec<String> = before
        .iter()
        .map(|row| row.rsplit_once('|').unwrap())
        .map(|(title, count)| format!("{title}|{}", count.parse::<u32>().unwrap() * 2))
        .collect();
    assert_eq!(rows(&database, sightings), raised);
}

#[test]
fn any_order_gives_the_same_content() {
    let root = tempfile::tempdir().unwrap();
    let days: Vec<String> = (1..=6).map(|day| format!("2026-01-0{day}")).collect();
    let slugs =
        ["red-barn", "old-mill", "new-bridge", "big-flood", "last-train", "first-snow", "lost-dog", "town-hall"];
    for (day, at) in days.iter().enumerate() {
        put(&root.path().join(format!("d/{at}.html")), listing(&slugs[day % 3..day % 3 + 5]).as_bytes());
    }
    let ingest = |database: &str, order: &[usize]| {
        for day in order {
            let file = format!("d/{}.html", days[*day]);
            let said =
                run_in(root.path(), &["ingest", "--db", database, "--source", "town", "--at", &days[*day], &file]);
            assert_eq!(said.code, Some(0), "{}", said.err);
        }
        content(&root.path().join(database))
    };
    let forward = ingest("a.db", &[0, 1, 2, 3, 4, 5]);
    assert_eq!(forward.len(), 7);
    assert_eq!(ingest("b.db", &[5, 2, 0, 4, 1, 3]), forward);
    assert_eq!(ingest("c.db", &[3, 3, 1, 5, 4, 0, 2, 0]), forward);
}

/// Twelve dumps of a front page: headlines change, links carry tracking, and some stories link their section.
fn front_pages() -> Vec<String> {
    let row = |hour: usize, story: usize| {
        let section = story % 7 == 3 && !(story + hour).is_multiple_of(3);
        let url = if section {
            "https://town.example/politics/".to_owned()
        } else {
            format!("https://www.town.example/politics/{story}-votes?utm_source=front{hour}")
        };
        let edited = if hour > story { ", at last" } else { "" };
        let excerpt =
            if (story + hour).is_multiple_of(4) { String::new() } else { format!("What story {story} is about.") };
        let title = format!("Town votes on question {story}{edited}");
        serde_json::json!({ "title": title, "url": url, "excerpt": excerpt,
            "captured_at": format!("2026-01-01T{hour:02}:00:00Z") })
        .to_string()
    };
    (0..12).map(|hour| (hour..hour + 24).map(|story| row(hour, story)).collect::<Vec<_>>().join("\n")).collect()
}

#[test]
fn shuffled_dumps_of_a_front_page_give_the_same_content() {
    let root = tempfile::tempdir().unwrap();
    for (hour, page) in front_pages().iter().enumerate() {
        put(&root.path().join(format!("{hour}.jsonl")), page.as_bytes());
    }
    let ingest = |database: &str, order: &[usize]| {
        for hour in order {
            let file = format!("{hour}.jsonl");
            let said = run_in(root.path(), &["ingest", "--db", database, "--source", "town", &file]);
            assert_eq!(said.code, Some(0), "{}", said.err);
        }
        let database = root.path().join(database);
        let told = rows(
            &database,
            "SELECT record_id, title, excerpt, first_seen_at, last_seen_at FROM headlines ORDER BY 1, 2, 3",
        );
        (content(&database), told)
    };
    let forward = ingest("a.db", &(0..12).collect::<Vec<_>>());
    assert_eq!(ingest("b.db", &(0..12).rev().collect::<Vec<_>>()), forward);
    assert_eq!(ingest("c.db", &[7, 2, 11, 0, 5, 9, 1, 8, 3, 10, 6, 4]), forward);
    let usable =
        "SELECT count(*) FROM records WHERE url NOT LIKE '%/politics/' GROUP BY canonical_url HAVING count(*) > 1";
    assert!(rows(&root.path().join("a.db"), usable).is_empty(), "an article is kept twice");
}

#[test]
fn killed_in_between_and_run_again() {
    let root = tempfile::tempdir().unwrap();
    for day in 0..200 {
        let slugs = [format!("story-{day}"), format!("story-{}", day + 1), format!("story-{}", day + 2)];
        let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
        put(&root.path().join(format!("d/{day:03}.html")), listing(&slugs).as_bytes());
    }
    let arguments =
        |database: &str| ["ingest", "--db", database, "--source", "town", "--at", "2026-01-01", "d"].map(str::to_owned);
    for wait_ms in [20, 60, 120] {
        let mut child = tearsheet().current_dir(root.path()).args(arguments("killed.db")).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait_ms));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    for database in ["killed.db", "whole.db"] {
        let output = tearsheet().current_dir(root.path()).args(arguments(database)).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(rows(&root.path().join(database), "PRAGMA integrity_check"), ["ok"]);
    }
    let whole = content(&root.path().join("whole.db"));
    assert_eq!(whole.len(), 202);
    assert_eq!(content(&root.path().join("killed.db")), whole);
}

#[test]
fn one_writer_at_a_time() {
    let root = tempfile::tempdir().unwrap();
    put(&root.path().join("a.html"), listing(&["red-barn", "old-mill", "new-bridge"]).as_bytes());
    let lock = tearsheet::pipeline::Lock::take(&root.path().join("tearsheet.db"), "backup").unwrap();
    let said = run_in(root.path(), &["ingest", "--at", "2026-01-01", "a.html"]);
    assert_eq!(said.code, Some(75));
    assert!(said.err.contains("`tearsheet backup`, process "), "{}", said.err);
    drop(lock);
    assert_eq!(run_in(root.path(), &["ingest", "--at", "2026-01-01", "a.html"]).code, Some(0));
}

#[test]
fn a_long_ingest_gives_way_to_a_run_and_goes_on() {
    let root = tempfile::tempdir().unwrap();
    for day in 0..300 {
        let slugs = [format!("story-{day}"), format!("story-{}", day + 1), format!("story-{}", day + 2)];
        let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
        put(&root.path().join(format!("d/{day:03}.html")), listing(&slugs).as_bytes());
    }
    put(&root.path().join("t.toml"), b"[source.dead]\nurl = 'http://127.0.0.1:1/'\n");
    let mut ingest = tearsheet()
        .current_dir(root.path())
        .args(["ingest", "--quiet", "--db", "t.db", "--source", "town", "--at", "2026-01-01", "d"])
        .spawn()
        .unwrap();
    let lock = root.path().join("t.db.lock");
    while !fs::read_to_string(&lock).is_ok_and(|text| text.contains("gives way")) {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    // Blocked: a private address without leave. What matters is that the run ended while the ingest was under way.
    let run = run_in(root.path(), &["run", "--config", "t.toml", "--db", "t.db"]);
    assert_eq!(run.code, Some(3), "{}", run.err);
    assert!(ingest.try_wait().unwrap().is_none(), "the ingest had ended before: this shows nothing");
    assert_eq!(ingest.wait().unwrap().code(), Some(0));
    let database = root.path().join("t.db");
    assert_eq!(rows(&database, "SELECT count(*) FROM records WHERE source = 'town'"), ["302"]);
    assert_eq!(rows(&database, "SELECT outcome FROM visits"), ["blocked"]);
}

#[test]
fn sigterm_ends_an_ingest_after_the_snapshot_in_hand_and_the_next_goes_on() {
    let root = tempfile::tempdir().unwrap();
    for day in 0..300 {
        let slugs = [format!("story-{day}"), format!("story-{}", day + 1), format!("story-{}", day + 2)];
        let slugs: Vec<&str> = slugs.iter().map(String::as_str).collect();
        put(&root.path().join(format!("d/{day:03}.html")), listing(&slugs).as_bytes());
    }
    let arguments = ["ingest", "--source", "town", "--at", "2026-01-01", "d"];
    let child =
        tearsheet().current_dir(root.path()).args(arguments).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let lock = root.path().join("tearsheet.db.lock");
    while !fs::read_to_string(&lock).is_ok_and(|text| text.contains("gives way")) {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let said = crate::program::said(&child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("run the same command again to go on"), "{}", said.err);
    assert_eq!(run_in(root.path(), &arguments).code, Some(0));
    assert_eq!(rows(&root.path().join("tearsheet.db"), "SELECT count(*) FROM records"), ["302"]);
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    let root = tempfile::tempdir().unwrap();
    put(&root.path().join("a.html"), listing(&["red-barn", "old-mill", "new-bridge"]).as_bytes());
    assert_eq!(run_in(root.path(), &["ingest", "--at", "2026-01-01", "a.html"]).code, Some(0));
    let database = root.path().join("tearsheet.db");
    let db = rusqlite::Connection::open(&database).unwrap();
    db.execute_batch("PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    drop(db);
    let before = fs::read(&database).unwrap();
    let said = run_in(root.path(), &["ingest", "--at", "2026-01-02", "a.html"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("newer tearsheet"), "{}", said.err);
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[test]
fn stdin_needs_a_time() {
    let root = tempfile::tempdir().unwrap();
    let feed = |arguments: &[&str]| {
        let mut child = tearsheet()
            .current_dir(root.path())
            .args(arguments)
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(listing(&["red-barn", "old-mill", "new-bridge"]).as_bytes()).unwrap();
        crate::program::said(&child.wait_with_output().unwrap())
    };
    let said = feed(&["ingest", "-"]);
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("--at"), "{}", said.err);
    assert_eq!(feed(&["ingest", "-", "--at", "2026-01-01", "--source", "town"]).code, Some(0));
    assert_eq!(rows(&root.path().join("tearsheet.db"), "SELECT DISTINCT source FROM records"), ["town"]);
}
