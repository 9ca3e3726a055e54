//! The five text dumps of the shared folder, from first to last.

use crate::program::{content, rows, run_in, tearsheet};
use crate::shared;
use std::path::PathBuf;

fn seeds() -> Option<Vec<PathBuf>> {
    let folder = shared::path("seeds")?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    Some(files)
}

#[test]
fn sixty_one_records_whatever_the_order() {
    let Some(files) = seeds() else { return };
    let root = tempfile::tempdir().unwrap();
    let ingest = |database: &str, at: &str, files: &[&PathBuf]| {
        let mut arguments = vec!["ingest", "--db", database, "--at", at];
        arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
        let said = run_in(root.path(), &arguments);
        assert_eq!(said.code, Some(0), "{}", said.err);
        content(&root.path().join(database))
    };
    let forward: Vec<&PathBuf> = files.iter().collect();
    let first = ingest("a.db", "2025-11-20", &forward);
    assert_eq!(first.len(), 61);
    let furniture = rows(&root.path().join("a.db"), "SELECT title, reason FROM furniture");
    assert!(!furniture.is_empty(), "campaign and sign-up boxes are kept as furniture");
    assert!(furniture.iter().all(|row| !row.ends_with("|-")), "with the reason: {furniture:?}");
    let database = root.path().join("a.db");
    let everything = || {
        let counts = "SELECT (SELECT count(*) FROM snapshots), (SELECT max(seq) FROM changes)";
        [rows(&database, counts), rows(&database, "SELECT id, reason, sightings FROM furniture ORDER BY id")]
    };
    let before = everything();
    assert_eq!(ingest("a.db", "2025-11-20", &forward), first, "the same again changes nothing");
    assert_eq!(everything(), before, "nothing at all: no change, no snapshot, no furniture");

    ingest("a.db", "2025-11-21", &forward);
    let sightings = rows(&database, "SELECT count(*), min(sightings), max(sightings) FROM records");
    assert_eq!(sightings, ["61|2|2"], "a later capture adds no record and raises each record's sightings by one");

    let backward: Vec<&PathBuf> = files.iter().rev().collect();
    ingest("b.db", "2025-11-20", &backward[..2]);
    assert_eq!(ingest("b.db", "2025-11-20", &backward), first, "another order, in two calls");
}

#[test]
fn killed_in_between_and_run_again() {
    let Some(files) = seeds() else { return };
    let root = tempfile::tempdir().unwrap();
    let arguments = |database: &str| {
        let mut arguments: Vec<String> = ["ingest", "--db", database, "--at", "2025-11-20"].map(str::to_owned).into();
        arguments.extend(files.iter().map(|file| file.to_str().unwrap().to_owned()));
        arguments
    };
    let run = |database: &str| {
        let output = tearsheet().current_dir(root.path()).args(arguments(database)).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run("whole.db");
    for wait_ms in [5, 15, 30, 45, 60, 90] {
        let mut child = tearsheet().current_dir(root.path()).args(arguments("killed.db")).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait_ms));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    run("killed.db");
    let [whole, killed] = ["whole.db", "killed.db"].map(|database| root.path().join(database));
    assert_eq!(rows(&killed, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(content(&killed), content(&whole), "the same ids, texts and sightings");
    let boxes = "SELECT id, title, excerpt, reason, sightings FROM furniture ORDER BY id";
    assert_eq!(rows(&killed, boxes), rows(&whole, boxes));
}

#[test]
fn undated_teasers_get_an_interval_and_no_invented_day() {
    let Some(files) = seeds() else { return };
    let root = tempfile::tempdir().unwrap();
    let mut arguments = vec!["ingest", "--at", "2025-11-20"];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    run_in(root.path(), &arguments);
    let database = root.path().join("tearsheet.db");
    let one = |sql: &str| rows(&database, sql)[0].parse::<i64>().unwrap();
    assert!(one("SELECT count(*) FROM records WHERE published_at IS NULL") >= 58);
    assert!(one("SELECT count(*) FROM records WHERE published_latest IS NOT NULL") >= 60);
    assert_eq!(one("SELECT count(*) FROM records WHERE published_latest < published_earliest"), 0);
    let mentioned = rows(&database, "SELECT mentioned_dates FROM records").join("\n");
    for value in ["\"2025-10-10\"", "\"2024-10-10\""] {
        assert!(mentioned.contains(value), "{value}");
    }
}
