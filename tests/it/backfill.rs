//! `tearsheet backfill` against a site with a long past and many traps, killed on the way.

use crate::past_site::{Site, Style, is_trap, without_session};
use crate::program::{rows, run_in, tearsheet};
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// A folder with a config for `site`.
fn folder_for(site: &Site) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config/tearsheet.toml");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let config = format!(
        "[fetch]\ndelay_s = 0.0\nretries = 0\n[source.town]\nurl = \"http://127.0.0.1:{}{}\"\n\
         allow_networks = [\"127.0.0.0/8\"]\n",
        site.server.port,
        site.style.start()
    );
    File::create(path).unwrap().write_all(config.as_bytes()).unwrap();
    folder
}

fn database(folder: &Path) -> PathBuf {
    folder.join("config/tearsheet.db")
}

fn backfill(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let said = run_in(folder, &[&["backfill", "town"], arguments].concat());
    assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
    serde_json::from_str(&said.out).unwrap()
}

fn command(folder: &Path) -> Command {
    let mut command = tearsheet();
    command.current_dir(folder).args(["backfill", "town"]).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Addresses that are done, as the site sees them.
fn done(folder: &Path) -> BTreeSet<String> {
    // Killed before the tables were made.
    if rows(&database(folder), "SELECT 1 FROM sqlite_schema WHERE name = 'frontier'").is_empty() {
        return BTreeSet::new();
    }
    let urls = rows(&database(folder), "SELECT url FROM frontier WHERE state = 'done'");
    let path = |url: &String| {
        let url = url::Url::parse(url).unwrap();
        without_session(&url[url::Position::BeforePath..])
    };
    urls.iter().map(path).collect()
}

/// The frontier, for messages.
fn frontier(folder: &Path) -> String {
    let sql = "SELECT depth, way, state, seen, fresh, barren, url FROM frontier ORDER BY entry LIMIT 60";
    rows(&database(folder), sql).join("\n")
}

/// Runs a backfill and kills it `kills` times on the way; then lets it end, and checks everything.
fn killed_on_the_way(style: Style, pages: usize, kills: usize) {
    let site = Site::start(style, pages);
    let folder = folder_for(&site);
    let mut done_at = Vec::new();
    for kill in 1..=kills {
        let mut child = command(folder.path()).spawn().unwrap();
        // A different moment of its work each time: not a whole number of pages apart.
        let goal = site.asked().len() + (pages / (kills + 1)).max(1);
        let patience = Instant::now();
        while site.asked().len() < goal && patience.elapsed() < Duration::from_mins(1) {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_micros(300));
        }
        std::thread::sleep(Duration::from_micros((kill as u64 * 7_919) % 9_000));
        child.kill().unwrap();
        child.wait().unwrap();
        // Requests in flight reach the log.
        std::thread::sleep(Duration::from_millis(30));
        if database(folder.path()).exists() {
            done_at.push((site.asked().len(), done(folder.path())));
        }
    }
    let report = backfill(folder.path(), &[]);
    assert_eq!(report["ended"], "complete", "{style:?}: {report}");

    let mut titles = rows(&database(folder.path()), "SELECT title FROM records");
    titles.sort();
    assert_eq!(titles, site.titles(), "{style:?}: every story once\n{}", frontier(folder.path()));

    let asked = site.asked();
    for (from, done) in &done_at {
        let again: Vec<&String> = asked[*from..].iter().filter(|path| done.contains(*path)).collect();
        assert!(again.is_empty(), "{style:?}: fetched again after its commit: {again:?}");
    }
    let mut depth: HashMap<&str, BTreeSet<&String>> = HashMap::new();
    for path in asked.iter().filter(|path| is_trap(path)) {
        let kind = if path.contains("sort=") { "sort" } else { path.split('/').nth(1).unwrap_or_default() };
        depth.entry(kind).or_default().insert(path);
    }
    for (kind, entered) in depth {
        assert!(entered.len() <= 3, "{style:?}: trap `{kind}` was entered {} pages deep: {entered:?}", entered.len());
    }
}

#[test]
fn every_style_of_paging_with_traps_and_kills() {
    for style in Style::ALL {
        killed_on_the_way(style, 24, 3);
    }
}

/// Takes some minutes: `cargo test --test it five_hundred_pages -- --ignored`
#[test]
#[ignore = "takes some minutes; run it with -- --ignored"]
fn five_hundred_pages_in_every_style_killed_twenty_times() {
    for style in Style::ALL {
        killed_on_the_way(style, 500, 20);
    }
}

#[test]
fn rules_end_it_and_more_goes_on_behind_them() {
    let site = Site::start(Style::Older, 40);
    let folder = folder_for(&site);
    let report = backfill(folder.path(), &["--pages", "4"]);
    assert_eq!((&report["ended"], &report["pages"]), (&"pages".into(), &4.into()));
    let report = backfill(folder.path(), &["--until", "2025-10-20"]);
    assert_eq!(report["ended"], "until", "{}", frontier(folder.path()));
    let reached = report["reached"].as_str().unwrap();
    assert!(reached.starts_with("2025-10-1"), "one page past the date: {reached}");
    let report = backfill(folder.path(), &[]);
    assert_eq!((&report["ended"], &report["records"]), (&"complete".into(), &200.into()));
    let asked = site.asked();
    let report = backfill(folder.path(), &[]);
    assert_eq!(report["ended"], "done_before");
    assert_eq!(site.asked().len(), asked.len(), "nothing is asked for again");
    let report = backfill(folder.path(), &["--again", "--known", "3"]);
    assert_eq!((&report["ended"], &report["new"]), (&"known".into(), &0.into()));
    assert!(report["pages"].as_u64().unwrap() <= 12, "three known pages, and the traps before them: {report}");
}

#[test]
fn an_address_needs_no_config() {
    let site = Site::start(Style::Numbers, 6);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("http://127.0.0.1:{}/news", site.server.port);
    let said = run_in(
        folder.path(),
        &["backfill", &url, "--allow-network", "127.0.0.0/8", "--source", "town", "--pages", "3"],
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(rows(&folder.path().join("tearsheet.db"), "SELECT DISTINCT source FROM records"), ["town"]);
    let said = run_in(folder.path(), &["backfill", "nonsense"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("no source and no address"), "{}", said.err);
}

#[test]
fn every_page_is_archived_and_interrupts_are_clean() {
    let site = Site::start(Style::Older, 60);
    let folder = folder_for(&site);
    let mut child = command(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    while site.asked().len() < 10 {
        assert!(child.try_wait().unwrap().is_none(), "it ended early: {:?}", site.asked());
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0), "stopped cleanly, not killed");
    assert_eq!(backfill(folder.path(), &[])["ended"], "complete");
    let bare = rows(&database(folder.path()), "SELECT count(*) FROM snapshots WHERE file IS NULL");
    assert_eq!(bare, ["0"]);
}

/// What the store says apart from when and how often it was seen.
fn stories(folder: &Path) -> Vec<String> {
    let sql = "SELECT id, title, url, excerpt, published_at, published_basis, fingerprint FROM records ORDER BY id";
    rows(&database(folder), sql)
}

#[test]
fn cron_and_backfill_overlap_on_a_site_that_publishes() {
    let site = Site::start(Style::Numbers, 40);
    let folder = folder_for(&site);
    let mut child = command(folder.path()).spawn().unwrap();
    while site.asked().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut visits = 0;
    while child.try_wait().unwrap().is_none() {
        if site.published.load(Ordering::SeqCst) < 12 {
            site.published.fetch_add(2, Ordering::SeqCst);
        }
        let said = run_in(folder.path(), &["run", "town"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        visits += 1;
        // Cron leaves room between two runs: without it the backfill would always find somebody waiting.
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(visits >= 3, "they did not overlap: {visits}");
    // What was published behind the last visit's back.
    run_in(folder.path(), &["run", "town"]);

    let alone = folder_for(&site);
    assert_eq!(backfill(alone.path(), &[])["ended"], "complete");
    assert_eq!(stories(folder.path()), stories(alone.path()));
    assert_eq!(stories(alone.path()).len(), site.titles().len());
}
