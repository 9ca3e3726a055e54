//! How sources are doing: what `run` says after a redesign, what `status` shows, what monitors get.

use crate::loopback::answer;
use crate::program::run_in;
use crate::run::{LISTING, Town, town};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The listing with other classes, tags and boxes.
fn redesigned() -> String {
    let page = LISTING.replace("<article>", "<div class=\"n\"><div class=\"m\">").replace("</article>", "</div></div>");
    page.replace("<main>", "<div class=\"k\"><div class=\"l\">").replace("</main>", "</div></div>").replace("h2", "h3")
}

/// Another page with other stories.
fn foreign() -> String {
    let page = redesigned().replace("class=\"", "class=\"q");
    [
        ("/s/barn", "/x/1"),
        ("/s/mill", "/x/2"),
        ("/s/bridge", "/x/3"),
        ("The red barn", "A blue shed"),
        ("The old mill", "The last kiln"),
        ("A new bridge", "Some steps"),
    ]
    .iter()
    .fold(page, |page, (old, new)| page.replace(old, new))
}

fn changing() -> (Town, Arc<AtomicU64>) {
    let state = Arc::new(AtomicU64::new(0));
    let reply = Arc::clone(&state);
    let town = town("", move |_| {
        let body = match reply.load(Ordering::Relaxed) {
            0 => LISTING.to_owned(),
            1 => redesigned(),
            2 => foreign(),
            _ => "<html><head><title>Attention Required!</title></head><body><h1>Please verify you are human</h1></body></html>".to_owned(),
        };
        answer("200 OK", "Content-Type: text/html\r\n", body.as_bytes())
    });
    (town, state)
}

fn visit(town: &Town, arguments: &[&str]) -> (Value, Option<i32>) {
    let said = town.run(arguments);
    (serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err)), said.code)
}

#[test]
fn a_redesign_heals_or_shouts() {
    let (town, state) = changing();
    assert_eq!(visit(&town, &["town"]).0["outcome"], "ok");
    assert_eq!(visit(&town, &["town"]).0["outcome"], "quiet");

    state.store(1, Ordering::Relaxed);
    let (line, code) = visit(&town, &["town"]);
    assert_eq!((&line["outcome"], code), (&"quiet".into(), Some(0)), "healed, and nothing new");
    assert_eq!(line["detail"], "healed, 3/3 known records found again");
    assert_eq!(visit(&town, &["town"]).0["detail"], Value::Null, "told once");
    assert_eq!(town.rows("SELECT version FROM wrappers ORDER BY version"), ["1", "2"]);

    state.store(2, Ordering::Relaxed);
    for _ in 0..2 {
        let (line, code) = visit(&town, &["town"]);
        assert_eq!((&line["outcome"], code), (&"broken".into(), Some(3)));
        assert_eq!(line["detail"], "the page is built differently, 0/3 known records found again");
        assert!(line["hint"].as_str().unwrap().contains("--relearn"));
    }
    assert_eq!(town.rows("SELECT count(*) FROM records"), ["3"], "what cannot be told to be the listing is not kept");
    assert_eq!(town.rows("SELECT count(*) FROM snapshots"), ["6"], "the pages are");

    let (line, code) = visit(&town, &["--relearn", "town"]);
    assert_eq!((&line["outcome"], &line["new"], code), (&"ok".into(), &3.into(), Some(0)));
    assert_eq!(town.rows("SELECT max(version) FROM wrappers"), ["3"]);
    assert_eq!(visit(&town, &["town"]).0["outcome"], "quiet");
}

#[test]
fn status_tells_what_to_do_next() {
    let (town, state) = changing();
    let status = |arguments: &[&str]| {
        let said = run_in(town.folder.path(), &[&["status"], arguments].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        said
    };
    assert!(status(&[]).err.contains("next: `town`: visit it: `tearsheet run town`"));
    town.run(&["town"]);
    town.run(&["town"]);
    assert!(status(&[]).err.contains("next: nothing, all is well"));
    state.store(9, Ordering::Relaxed);
    town.run(&["town"]);

    let whole: Value = serde_json::from_str(&status(&["--format", "json"]).out).unwrap();
    let source = &whole["sources"][0];
    assert_eq!(
        (&source["outcome"], &source["needs_person"], &source["records"]),
        (&"blocked".into(), &true.into(), &3.into())
    );
    let points: Vec<_> =
        source["visits"].as_array().unwrap().iter().map(|v| (v["seen"].as_u64(), v["outcome"].as_str())).collect();
    assert_eq!(points, [(Some(3), Some("ok")), (Some(3), Some("quiet")), (Some(0), Some("blocked"))]);
    assert!(whole["todo"].as_str().unwrap().starts_with("`town`: open the page in a browser"), "{whole}");
    assert!(
        whole["disk"]["database_bytes"].as_u64().unwrap() > 10_000
            && whole["disk"]["archive_bytes"].as_u64().unwrap() > 500
    );

    let table = status(&["--format", "table"]).out;
    assert!(table.contains("██×"), "{table}");

    let said = status(&["--prometheus", "town.prom"]);
    assert_eq!(said.out, "");
    let text = std::fs::read_to_string(town.folder.path().join("town.prom")).unwrap();
    for line in [
        "tearsheet_source_records{source=\"town\"} 3",
        "tearsheet_source_needs_person{source=\"town\"} 1",
        "tearsheet_source_outcome{source=\"town\",outcome=\"blocked\"} 1",
        "tearsheet_source_outcome{source=\"town\",outcome=\"ok\"} 0",
        "# TYPE tearsheet_missed_visits_7d gauge",
    ] {
        assert!(text.lines().any(|shown| shown == line), "`{line}` is missing in\n{text}");
    }
    let is_sample = |line: &str| {
        line.rsplit_once(' ').is_some_and(|(name, value)| !name.is_empty() && value.parse::<i64>().is_ok())
    };
    assert!(text.lines().all(|line| line.starts_with("# ") || is_sample(line)), "{text}");
}

#[test]
fn missed_visits_are_shown_before_and_after_the_next_run() {
    let town = town("", |_| answer("200 OK", "Content-Type: text/html\r\n", LISTING.as_bytes()));
    let database = town.folder.path().join("config/tearsheet.db");
    let status = || {
        let said = run_in(town.folder.path(), &["status", "--format", "json"]);
        (serde_json::from_str::<Value>(&said.out).unwrap(), said.err)
    };
    let lock = tearsheet::pipeline::Lock::take(&database, "backup").unwrap();
    assert_eq!(town.run(&["town"]).code, Some(75));
    let (whole, talk) = status();
    assert_eq!((&whole["missed_visits"], &whole["sources"][0]["missed_visits"]), (&1.into(), &1.into()));
    assert!(talk.contains("1 visits of the last week were missed"), "{talk}");
    drop(lock);
    assert_eq!(town.run(&["town"]).code, Some(0));
    let (whole, talk) = status();
    assert_eq!(whole["missed_visits"], 1);
    assert!(whole["missed_because_of"].as_str().unwrap().starts_with("`tearsheet backup`"), "{whole}");
    assert!(talk.contains("let it run at another time"), "{talk}");
}
