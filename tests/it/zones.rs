//! The time zone of a listing, from its own clocks, through `tearsheet ingest`: corrected, shown, overruled by the config.

use crate::program::{rows, run_in};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

fn put(path: &Path, text: &str) {
    std::fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// A page of a listing: when it was captured, and its stories as (name, `datetime` or "", what readers see).
struct Page<'a> {
    at: &'a str,
    stories: &'a [(&'a str, &'a str, &'a str)],
}

impl Page<'_> {
    fn html(&self) -> String {
        let mut html = "<!doctype html><html lang=en><title>Gazette</title><main><h1>Latest news</h1>".to_owned();
        for (name, machine, shown) in self.stories {
            let time = if machine.is_empty() {
                format!("<span class=date>{shown}</span>")
            } else {
                format!("<time datetime='{machine}'>{shown}</time>")
            };
            let _ = write!(
                html,
                "<article><h2><a href='/news/{name}'>What the town says of the {name}</a></h2>{time}
                 <p>The council spoke of the {name} at length, and so did all who came to hear it speak.</p></article>"
            );
        }
        html + "</main>"
    }

    /// Ingests it with more arguments, as a file of its own.
    fn ingest(&self, root: &Path, more: &[&str]) {
        let name = format!("{}.html", self.at.replace(':', ""));
        put(&root.join(&name), &self.html());
        let basics = ["ingest", "--db", "t.db", "--source", "gazette", "--base-url", "https://gazette.example/news"];
        let said = run_in(root, &[&basics, &["--at", self.at][..], more, &[name.as_str()]].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
}

/// A page without a word on its zone, one that proves its summers, one that proves its winters.
const PAGES: [Page<'static>; 3] = [
    Page {
        at: "2025-06-20T18:00:00Z",
        stories: &[
            ("bridge", "", "19 June 2025, 23:30"),
            ("mill", "", "12 January 2025, 08:10"),
            ("harbor", "", "2 hours ago"),
            ("market", "", "20 June 2025"),
        ],
    },
    Page {
        at: "2025-07-03T18:00:00Z",
        stories: &[
            ("fair", "2025-07-03T12:30:00Z", "3 July 2025, 14:30"),
            ("school", "2025-07-02T07:05:00Z", "2 July 2025, 09:05"),
            ("theater", "", "1 July 2025, 10:00"),
            ("bridge", "", "19 June 2025, 23:30"),
        ],
    },
    Page {
        at: "2025-12-10T18:00:00Z",
        stories: &[
            ("snow", "2025-12-10T08:15:00Z", "10 December 2025, 09:15"),
            ("choir", "2025-12-09T19:40:00Z", "9 December 2025, 20:40"),
            ("museum", "", "8 December 2025, 10:00"),
        ],
    },
];

const SHOWN: &str = "SELECT replace(url, 'https://gazette.example/news/', ''), published_at, published_earliest
                     FROM records ORDER BY 1";
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn whatever_comes_first_a_clock_gets_the_same_offset() {
    for order in ORDERS {
        let root = tempfile::tempdir().unwrap();
        for place in order {
            PAGES[place].ingest(root.path(), &[]);
        }
        let expected = [
            "bridge|2025-06-19T23:30+02:00|2025-06-19T21:30:00Z",
            "choir|2025-12-09T19:40:00Z|2025-12-09T19:40:00Z",
            "fair|2025-07-03T12:30:00Z|2025-07-03T12:30:00Z",
            "harbor|2025-06-20T16:00Z|2025-06-20T15:00:00Z",
            "market|2025-06-20|2025-06-20T00:00:00Z",
            "mill|2025-01-12T08:10+01:00|2025-01-12T07:10:00Z",
            "museum|2025-12-08T10:00+01:00|2025-12-08T09:00:00Z",
            "school|2025-07-02T07:05:00Z|2025-07-02T07:05:00Z",
            "snow|2025-12-10T08:15:00Z|2025-12-10T08:15:00Z",
            "theater|2025-07-01T10:00+02:00|2025-07-01T08:00:00Z",
        ];
        assert_eq!(rows(&root.path().join("t.db"), SHOWN), expected, "{order:?}");
    }
}

#[test]
fn a_correction_is_told_once_with_its_reason() {
    let root = tempfile::tempdir().unwrap();
    let database = root.path().join("t.db");
    PAGES[0].ingest(root.path(), &[]);
    assert!(rows(&database, SHOWN).contains(&"bridge|2025-06-19T23:30|2025-06-19T23:30:00Z".to_owned()));
    PAGES[1].ingest(root.path(), &[]);
    let why = "2 clocks beside their instants stand at +02:00: `19 June 2025, 23:30` is 2025-06-19T23:30+02:00, \
               not 2025-06-19T23:30";
    let first = format!("2025-06-19T23:30|2025-06-19T23:30+02:00|{why}");
    assert_eq!(rows(&database, "SELECT before, after, reason FROM date_corrections"), std::slice::from_ref(&first));
    PAGES[2].ingest(root.path(), &[]);
    let why = "2 clocks beside their instants stand at +01:00: `12 January 2025, 08:10` is 2025-01-12T08:10+01:00, \
               not 2025-01-12T08:10";
    let told = rows(&database, "SELECT before, after, reason FROM date_corrections ORDER BY before DESC");
    assert_eq!(told, [first, format!("2025-01-12T08:10|2025-01-12T08:10+01:00|{why}")]);
    let fields = rows(&database, "SELECT DISTINCT fields FROM changes WHERE kind = 'corrected'");
    assert_eq!(fields, ["published_at,published_earliest,published_latest"]);
    // The same pages again change nothing.
    let changes = rows(&database, "SELECT max(seq) FROM changes");
    for page in &PAGES {
        page.ingest(root.path(), &[]);
    }
    assert_eq!(rows(&database, "SELECT max(seq) FROM changes"), changes);
}

#[test]
fn pages_that_contradict_each_other_take_the_offset_back() {
    let elsewhere = Page {
        at: "2025-08-03T18:00:00Z",
        stories: &[
            ("regatta", "2025-08-03T12:30:00Z", "3 August 2025, 08:30"),
            ("opera", "2025-08-02T07:05:00Z", "2 August 2025, 03:05"),
            ("zoo", "", "1 August 2025, 10:00"),
        ],
    };
    let pages = [&PAGES[0], &PAGES[1], &elsewhere];
    let mut seen: Option<Vec<String>> = None;
    for order in ORDERS {
        let root = tempfile::tempdir().unwrap();
        for place in order {
            pages[place].ingest(root.path(), &[]);
        }
        let shown = rows(&root.path().join("t.db"), SHOWN);
        assert!(shown.contains(&"bridge|2025-06-19T23:30|2025-06-19T23:30:00Z".to_owned()), "{order:?}: {shown:?}");
        assert!(shown.contains(&"zoo|2025-08-01T10:00|2025-08-01T10:00:00Z".to_owned()), "{order:?}: {shown:?}");
        assert_eq!(*seen.get_or_insert_with(|| shown.clone()), shown, "{order:?}");
    }
}

#[test]
fn a_named_zone_overrules_the_clocks() {
    let root = tempfile::tempdir().unwrap();
    for page in &PAGES {
        page.ingest(root.path(), &["--time-zone", "Europe/Helsinki"]);
    }
    let database = root.path().join("t.db");
    let shown = rows(&database, SHOWN);
    assert!(shown.contains(&"bridge|2025-06-19T23:30+03:00|2025-06-19T20:30:00Z".to_owned()), "{shown:?}");
    assert!(shown.contains(&"mill|2025-01-12T08:10+02:00|2025-01-12T06:10:00Z".to_owned()), "{shown:?}");
    assert_eq!(rows(&database, "SELECT count(*) FROM date_corrections"), ["0"]);
}

#[test]
fn a_database_from_before_zones_were_learned_goes_on() {
    let root = tempfile::tempdir().unwrap();
    let database = root.path().join("t.db");
    PAGES[0].ingest(root.path(), &[]);
    let db = rusqlite::Connection::open(&database).unwrap();
    let forget = "UPDATE listings SET memory = json_remove(memory, '$.dates.zone') WHERE memory IS NOT NULL";
    db.execute(forget, []).unwrap();
    drop(db);
    PAGES[1].ingest(root.path(), &[]);
    let shown = rows(&database, SHOWN);
    assert!(shown.contains(&"bridge|2025-06-19T23:30+02:00|2025-06-19T21:30:00Z".to_owned()), "{shown:?}");
}

#[test]
fn explain_and_date_say_where_an_offset_comes_from() {
    let root = tempfile::tempdir().unwrap();
    put(&root.path().join("page.html"), &PAGES[1].html());
    let explain = |more: &[&str]| {
        let basics = ["explain", "page.html", "--base-url", "https://gazette.example/news", "--at", PAGES[1].at];
        let said = run_in(root.path(), &[&basics, more].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out
    };
    let table = explain(&["--format", "table"]);
    for part in
        ["offset: by the clocks of the listing", "offset: stated", "2 clocks beside their instants stand at +02:00"]
    {
        assert!(table.contains(part), "`{part}` is missing:\n{table}");
    }
    let json: serde_json::Value = serde_json::from_str(&explain(&["--format", "jsonl"])).unwrap();
    let bases: Vec<&str> =
        json["records"].as_array().unwrap().iter().filter_map(|r| r["offset_basis"].as_str()).collect();
    assert_eq!(bases, ["stated", "stated", "listing", "listing"]);
    assert_eq!(json["dates"]["zone"]["paired"]["2025-Q3"]["120"]["proofs"], 2);
    let texts = ["3 hours ago", "9 October 2025, 14:30 CET", "2025-10-09T14:30:00+02:00", "9 October 2025, 14:30"];
    let said =
        run_in(root.path(), &[&["date", "--ref", "2025-11-20T12:00:00Z", "--format", "jsonl"], &texts[..]].concat());
    let answers: Vec<serde_json::Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bases: Vec<Option<&str>> = answers.iter().map(|answer| answer["offset_basis"].as_str()).collect();
    assert_eq!(bases, [Some("capture"), Some("named"), Some("stated"), None]);
}
