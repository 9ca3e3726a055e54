//! `tearsheet demo`: the README's first command.

use crate::program::{rows, run_in};

#[test]
fn ten_records_in_four_languages_and_one_changed_headline() {
    let root = tempfile::tempdir().unwrap();
    let said = run_in(root.path(), &["demo"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("two headlines"), "{}", said.err);

    let folder = root.path().join("tearsheet-demo");
    let database = folder.join("demo.db");
    let records = rows(&database, "SELECT id FROM records");
    assert!(records.len() >= 10, "{records:?}");
    let languages = rows(&database, "SELECT DISTINCT language FROM records WHERE language IS NOT NULL ORDER BY 1");
    assert!(languages.len() >= 4, "{languages:?}");
    let titles = rows(&database, "SELECT title FROM records").join("\n");
    assert!(!titles.contains("Winter") && !titles.contains("Newsletter"), "furniture among the records:\n{titles}");
    assert_eq!(
        rows(&database, "SELECT title, reason FROM furniture ORDER BY title"),
        ["Help Us Through The Winter|repeated_heading", "Subscribe To Our Newsletter|call_to_action"],
        "the campaign box and the sign-up box are kept with their reasons"
    );
    let sources =
        rows(&database, "SELECT source, count(*) FROM records WHERE source <> 'northern-shore' GROUP BY source");
    assert_eq!(
        sources,
        ["diario-del-valle|3", "harbor-gazette|5", "minato|3", "tide-warnings|2", "wellenbruck|4"],
        "the most-read box repeats the list and adds nothing"
    );
    let undated =
        rows(&database, "SELECT title FROM records WHERE published_at IS NULL AND source <> 'northern-shore'");
    assert!(undated.is_empty(), "{undated:?}");
    let csv = std::fs::read_to_string(folder.join("demo.csv")).unwrap();
    assert!(csv.starts_with("id,source,title,"), "{}", csv.lines().next().unwrap_or_default());

    assert_eq!(run_in(root.path(), &["demo"]).code, Some(0), "a demo can be repeated");
    std::fs::copy(folder.join("demo.csv"), folder.join("mine.csv")).unwrap();
    let said = run_in(root.path(), &["demo"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("mine.csv"), "{}", said.err);
}
