//! The five text dumps of the shared folder, from first to last.

use crate::program::{content, rows, run_in};
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
    assert_eq!(ingest("a.db", "2025-11-20", &forward), first, "the same again changes nothing");

    let database = root.path().join("a.db");
    ingest("a.db", "2025-11-21", &forward);
    let sightings = rows(&database, "SELECT count(*), min(sightings), max(sightings) FROM records");
    assert_eq!(sightings, ["61|2|2"], "a later capture adds no record and raises each record's sightings by one");

    let backward: Vec<&PathBuf> = files.iter().rev().collect();
    ingest("b.db", "2025-11-20", &backward[..2]);
    assert_eq!(ingest("b.db", "2025-11-20", &backward), first, "another order, in two calls");
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
