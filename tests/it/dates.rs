//! Dates of a listing through `tearsheet ingest`: what one dump teaches about another, whatever comes first.

use crate::program::{rows, run_in};
use serde_json::json;
use std::io::Write as _;
use std::path::Path;

fn put(path: &Path, lines: &[String]) {
    std::fs::File::create(path).unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
}

/// One dump: when it was captured, and its teasers as (title, url or "", date).
struct Dump<'a> {
    at: &'a str,
    teasers: &'a [(&'a str, &'a str, &'a str)],
}

impl Dump<'_> {
    /// Ingests it, as a file of its own.
    fn ingest(&self, root: &Path, database: &str) {
        let lines: Vec<String> = self
            .teasers
            .iter()
            .map(|(title, url, date)| {
                let mut row = json!({"title": title, "captured_at": self.at, "source": "gazette"});
                if !url.is_empty() {
                    row["url"] = json!(format!("https://gazette.example/{url}"));
                }
                if !date.is_empty() {
                    row["date"] = json!(date);
                }
                row.to_string()
            })
            .collect();
        let name = format!("{}.jsonl", self.at.replace(':', ""));
        put(&root.join(&name), &lines);
        let said = run_in(root, &["ingest", "--db", database, &name]);
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
}

const SHOWN: &str = "SELECT id, title, published_at, published_precision, published_earliest, published_latest,
                       sightings FROM records ORDER BY title, id";

/// What is shown after the dumps came in this order.
fn shown_after(dumps: &[&Dump<'_>]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    for dump in dumps {
        dump.ingest(root.path(), "t.db");
    }
    rows(&root.path().join("t.db"), SHOWN)
}

/// All orders of three things.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// Two dumps leave open what is the day, the third proves that the month stands first.
fn undecided_dumps() -> [Dump<'static>; 3] {
    [
        Dump {
            at: "2025-12-01T08:00:00Z",
            teasers: &[
                ("Bridge closes", "bridge", "05/06/2025"),
                ("Regular meeting", "", "04/03/2025"),
                ("Regular meeting", "", "03/04/2025"),
            ],
        },
        Dump {
            at: "2025-12-08T08:00:00Z",
            teasers: &[("Mill burns", "mill", "06/05/2025"), ("Bridge closes", "bridge", "05/06/2025")],
        },
        Dump {
            at: "2025-12-20T08:00:00Z",
            teasers: &[("Fair opens", "fair", "06/19/2025"), ("Mill burns", "mill", "06/05/2025")],
        },
    ]
}

#[test]
fn a_later_proof_corrects_what_was_stored_whatever_comes_first() {
    let dumps = undecided_dumps();
    let mut seen: Option<Vec<String>> = None;
    for order in ORDERS {
        let shown = shown_after(&order.map(|i| &dumps[i]));
        let dates: Vec<&str> = shown.iter().map(|row| row.split('|').nth(2).unwrap()).collect();
        let mut sorted = dates.clone();
        sorted.sort_unstable();
        // Not one is swapped: the list itself proves its order.
        assert_eq!(sorted, ["2025-03-04", "2025-04-03", "2025-05-06", "2025-06-05", "2025-06-19"], "{order:?}");
        assert_eq!(*seen.get_or_insert_with(|| shown.clone()), shown, "{order:?}");
    }
}

#[test]
fn a_correction_is_told_once_with_its_reason() {
    let root = tempfile::tempdir().unwrap();
    let database = root.path().join("t.db");
    let dumps = undecided_dumps();
    let [first, second, third] = &dumps;
    first.ingest(root.path(), "t.db");
    second.ingest(root.path(), "t.db");
    let before = rows(&database, "SELECT published_at FROM records WHERE title = 'Mill burns'");
    assert_eq!(before, ["2025-05-06"], "nothing says yet what is the day");
    third.ingest(root.path(), "t.db");
    let corrections = "SELECT raw, before, after, reason FROM date_corrections WHERE raw = '06/05/2025'";
    let told = rows(&database, corrections);
    let reason = "1 date of the listing proves month first: `06/05/2025` is 2025-06-05, not 2025-05-06";
    assert_eq!(told, [format!("06/05/2025|2025-05-06|2025-06-05|{reason}")]);
    let corrected = rows(&database, "SELECT fields FROM changes WHERE kind = 'corrected'");
    assert!(!corrected.is_empty());
    assert!(
        corrected.iter().all(|fields| fields == "published_at,published_earliest,published_latest"),
        "{corrected:?}"
    );

    // The same again, and the same teasers later, change no date any more.
    let (shown, changes) = (rows(&database, SHOWN), rows(&database, "SELECT max(seq) FROM changes"));
    for dump in &dumps {
        dump.ingest(root.path(), "t.db");
    }
    assert_eq!(rows(&database, SHOWN), shown);
    assert_eq!(rows(&database, "SELECT max(seq) FROM changes"), changes);
    Dump { at: "2025-12-30T08:00:00Z", ..undecided_dumps()[0] }.ingest(root.path(), "t.db");
    assert_eq!(rows(&database, "SELECT max(seq) FROM changes"), changes, "a repeat is no change");
    assert_eq!(rows(&database, corrections), told);
}

#[test]
fn proofs_that_contradict_each_other_take_the_correction_back() {
    let dumps = [
        Dump { at: "2025-12-01T08:00:00Z", teasers: &[("Bridge closes", "bridge", "05/06/2025")] },
        Dump { at: "2025-12-20T08:00:00Z", teasers: &[("Fair opens", "fair", "06/19/2025")] },
        Dump { at: "2025-12-24T08:00:00Z", teasers: &[("Mill burns", "mill", "19/07/2025")] },
    ];
    let expected = shown_after(&[&dumps[0], &dumps[1], &dumps[2]]);
    for order in ORDERS {
        assert_eq!(shown_after(&order.map(|i| &dumps[i])), expected, "{order:?}");
    }
}

#[test]
fn a_relative_date_is_frozen_and_refined_whatever_comes_first() {
    let dumps = [
        Dump { at: "2025-10-09T12:00:00Z", teasers: &[("Bridge closes", "bridge", "3 hours ago")] },
        Dump { at: "2025-10-10T13:00:00Z", teasers: &[("Bridge closes", "bridge", "1 day ago")] },
        Dump { at: "2025-10-12T13:00:00Z", teasers: &[("Bridge closes", "bridge", "3 days ago")] },
    ];
    for order in ORDERS {
        let shown = shown_after(&order.map(|i| &dumps[i]));
        assert!(shown[0].contains("|2025-10-09T09:00Z|minute|"), "{order:?}: {shown:?}");
    }
    let absolute =
        Dump { at: "2025-11-01T08:00:00Z", teasers: &[("Bridge closes", "bridge", "2025-10-09T08:52:00+00:00")] };
    for order in ORDERS {
        let [a, b, c] = order.map(|i| &dumps[i]);
        for dumps in [[a, b, c, &absolute], [a, &absolute, b, c], [&absolute, a, b, c]] {
            let shown = shown_after(&dumps);
            assert!(shown[0].contains("|2025-10-09T08:52:00Z|second|"), "{order:?}: {shown:?}");
        }
    }
}

/// Title and date of each record of one dump, in the order of the page.
fn dated(at: &str, teasers: &[(&str, &str, &str)]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    Dump { at, teasers }.ingest(root.path(), "t.db");
    rows(&root.path().join("t.db"), "SELECT coalesce(published_at, '-') FROM records ORDER BY position")
}

#[test]
fn missing_years_follow_the_list_and_the_weekdays() {
    let teasers = |dates: &[&'static str]| -> Vec<(&'static str, &'static str, &'static str)> {
        const NAMES: [&str; 6] = ["one", "two", "three", "four", "five", "six"];
        dates.iter().zip(NAMES).map(|(date, name)| (name, name, *date)).collect()
    };
    assert_eq!(
        dated("2025-03-06T12:00:00Z", &teasers(&["5 Mar", "12 Jan", "28 Dec", "3 Feb", "30 Dec"])),
        ["2025-03-05", "2025-01-12", "2024-12-28", "2024-02-03", "2023-12-30"]
    );
    assert_eq!(
        dated("2025-11-20T12:00:00Z", &teasers(&["Friday, October 10", "Thursday, October 10"])),
        ["2025-10-10", "2024-10-10"]
    );
    // 9 October 2025 is over, 25 December is not: the latest year that is not ahead.
    assert_eq!(dated("2025-11-20T12:00:00Z", &teasers(&["October 9", "December 25"])), ["2025-10-09", "2024-12-25"]);
    // Between two dates of one day only that day is left; between others nothing is invented.
    assert_eq!(
        dated("2025-11-20T12:00:00Z", &teasers(&["9 October 2025", "", "9 October 2025", "", "7 October 2025"])),
        ["2025-10-09", "2025-10-09", "2025-10-09", "-", "2025-10-07"]
    );
}

#[test]
fn mentions_of_undated_teasers_follow_weekdays_and_the_list() {
    let root = tempfile::tempdir().unwrap();
    let mut excerpts = vec!["In the early hours of Friday, October 10, the council voted.".to_owned()];
    excerpts
        .extend((0..10).map(|i| format!("What the town of number {i} said about the vote, by those who were there.")));
    excerpts.push("On Thursday, October 10, drivers began a strike that lasted until Saturday, October 12.".to_owned());
    let lines: Vec<String> = excerpts
        .iter()
        .enumerate()
        .map(|(i, excerpt)| {
            json!({"title": format!("Story {i}"), "excerpt": excerpt, "url": format!("https://gazette.example/{i}"),
                   "captured_at": "2025-11-20T12:00:00Z", "source": "gazette"})
            .to_string()
        })
        .collect();
    put(&root.path().join("list.jsonl"), &lines);
    let said = run_in(root.path(), &["ingest", "--db", "t.db", "list.jsonl"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let database = root.path().join("t.db");
    let values = "SELECT r.position, json_extract(m.value, '$.value') FROM records r, json_each(r.mentioned_dates) m
                  ORDER BY r.position, m.key";
    assert_eq!(rows(&database, values), ["1|2025-10-10", "12|2024-10-10", "12|2024-10-12"]);
    let undated =
        "SELECT count(*) FROM records WHERE published_at IS NULL AND published_latest = '2025-11-20T12:00:00Z'";
    assert_eq!(rows(&database, undated), ["12"], "no day is invented, and the capture bounds all");
}

#[test]
fn the_command_shows_what_was_read_and_why() {
    let root = tempfile::tempdir().unwrap();
    let read = |arguments: &[&str]| {
        let said = run_in(root.path(), &[&["date", "--ref", "2025-11-20T12:00:00Z"], arguments].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out
    };
    let table = read(&["--format", "table", "10/09/2025", "2025", "vor 5 Min."]);
    for part in ["2025-09-10 ?", "2025-10-09 with --order MDY", "a number alone is no date", "2025-11-20T11:55Z"] {
        assert!(table.contains(part), "`{part}` is missing:\n{table}");
    }
    let lines = read(&["9 October 2025", "12 comments"]);
    let answers: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!((&answers[0]["text"], &answers[0]["value"]), (&json!("9 October 2025"), &json!("2025-10-09")));
    assert_eq!(answers[1]["value"], json!(null));
    assert_eq!(run_in(root.path(), &["date", "--format", "table", "now"]).code, Some(0), "counts from now");
}
