//! The database file as others meet it: schemas, readers beside a writer, exports.

use crate::shared;
use crate::store_fixture::{commit, instant, record, snapshot};
use tearsheet::export::Format;
use tearsheet::pipeline::{export, export_to_file, export_to_sqlite, settle};
use tearsheet::store::{Filter, Store, StoreError};

fn filled(path: &std::path::Path) -> Store {
    let mut store = Store::open(path).unwrap();
    let records = [
        record("gazette", 0, Some("=1+1 is a formula"), Some("A text, with \"quotes\"\nand lines")),
        record("gazette", 1, Some("The old bridge across the river stays open"), None),
    ];
    commit(&mut store, &snapshot("gazette", "p", 0, "a"), &records);
    let other = [record("herald", 0, Some("The old bridge across the river stays open | The Herald"), None)];
    commit(&mut store, &snapshot("herald", "q", 5, "b"), &other);
    settle(&mut store).unwrap();
    store
}

fn titles(store: &Store, filter: &Filter) -> Vec<String> {
    let mut titles = Vec::new();
    let each = |record: &tearsheet::model::StoredRecord| {
        titles.push(record.title.clone().unwrap());
        Ok::<(), StoreError>(())
    };
    store.each_record(filter, each).unwrap();
    titles
}

#[test]
fn every_old_schema_migrates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    let first = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/0001_store.sql");
    old.execute_batch(&std::fs::read_to_string(first).unwrap()).unwrap();
    old.execute_batch("PRAGMA application_id = 1952801138; PRAGMA user_version = 1").unwrap();
    drop(old);
    let mut store = Store::open(&path).unwrap();
    let report = commit(&mut store, &snapshot("gazette", "p", 0, "a"), &[record("gazette", 0, Some("One"), None)]);
    assert_eq!(report.new, 1);
    settle(&mut store).unwrap();
}

#[test]
fn a_newer_schema_and_a_foreign_database_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    drop(filled(&path));
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("PRAGMA user_version = 4711").unwrap();
    drop(db);
    let before = std::fs::read(&path).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 4711, .. }), "{error}");
    assert!(error.to_string().contains("install a newer tearsheet"));
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    let before = std::fs::read(&foreign).unwrap();
    assert!(matches!(Store::open(&foreign), Err(StoreError::Foreign { .. })));
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
    assert!(Store::open_read_only(&folder.path().join("absent.db")).is_err());
}

#[test]
fn two_readers_and_a_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let mut writer = filled(&path);
    let readers = [Store::open_read_only(&path).unwrap(), Store::open_read_only(&path).unwrap()];
    writer.begin_batch().unwrap();
    commit(&mut writer, &snapshot("gazette", "p", 9, "c"), &[record("gazette", 7, Some("Late"), None)]);
    for reader in &readers {
        assert_eq!(titles(reader, &Filter::default()).len(), 3, "what is not committed is not seen");
    }
    writer.end_batch().unwrap();
    for reader in &readers {
        assert_eq!(titles(reader, &Filter::default()).len(), 4);
    }
}

#[test]
fn filters_choose() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("t.db"));
    let of =
        |sources: &[&str]| Filter { sources: sources.iter().map(|s| (*s).to_owned()).collect(), ..Filter::default() };
    assert_eq!(titles(&store, &Filter::default()).len(), 3);
    assert_eq!(titles(&store, &of(&["herald"])).len(), 1);
    assert_eq!(titles(&store, &of(&["nobody"])).len(), 0);
    assert_eq!(titles(&store, &Filter { first_seen_from: Some(instant(1)), ..Filter::default() }).len(), 1);
    assert_eq!(titles(&store, &Filter { first_seen_before: Some(instant(1)), ..Filter::default() }).len(), 2);
    let unique = titles(&store, &Filter { unique_cluster: true, ..Filter::default() });
    assert_eq!(unique.len(), 2, "{unique:?}");
    assert!(!unique.iter().any(|title| title.contains("Herald")), "the earliest stays");
    let last = store.last_change().unwrap();
    assert_eq!(titles(&store, &Filter { after_change: Some(last), ..Filter::default() }).len(), 0);
    assert_eq!(titles(&store, &Filter { after_change: Some(last - 1), ..Filter::default() }).len(), 1);
}

#[test]
fn the_same_store_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("t.db"));
    for format in [Format::Csv, Format::CsvRaw, Format::JsonLines, Format::Atom, Format::Rss, Format::JsonFeed] {
        let mut bytes = [Vec::new(), Vec::new()];
        for out in &mut bytes {
            assert_eq!(export(&store, &Filter::default(), format, out).unwrap().records, 3);
        }
        assert!(!bytes[0].is_empty());
        assert_eq!(bytes[0], bytes[1], "{format:?}");
        let empty = Filter { sources: vec!["nobody".to_owned()], ..Filter::default() };
        export(&store, &empty, format, Vec::new()).unwrap();
    }
    let files = ["a", "b"].map(|name| folder.path().join(name));
    for file in &files {
        export_to_sqlite(&store, &Filter::default(), file).unwrap();
    }
    assert_eq!(std::fs::read(&files[0]).unwrap(), std::fs::read(&files[1]).unwrap());
    let exported = rusqlite::Connection::open(&files[0]).unwrap();
    let (count, position): (i64, String) = exported
        .query_row("SELECT count(*), typeof(max(position)) FROM records", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!((count, position.as_str()), (3, "integer"));
}

#[test]
fn formulas_in_csv_are_text_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("t.db")).unwrap();
    let rows = shared::rows("vectors/hostile/csv.jsonl");
    let records: Vec<_> = rows.iter().enumerate().map(|(i, row)| record("s", i, row["in"].as_str(), None)).collect();
    commit(&mut store, &snapshot("s", "p", 0, "a"), &records);
    let cells = |format| {
        let file = folder.path().join("out.csv");
        export_to_file(&store, &Filter::default(), format, &file).unwrap();
        let mut reader = csv::Reader::from_path(file).unwrap();
        let mut cells: Vec<(usize, String)> = reader
            .records()
            .map(|row| row.map(|row| (row[17].parse::<usize>().unwrap() - 1, row[2].to_owned())).unwrap())
            .collect();
        cells.sort();
        cells
    };
    for (i, title) in cells(Format::Csv) {
        let raw = rows[i]["in"].as_str().unwrap();
        let expected = if rows[i]["must_neutralise"] == true { format!("'{raw}") } else { raw.to_owned() };
        assert_eq!(title, expected);
    }
    for (i, title) in cells(Format::CsvRaw) {
        assert_eq!(title, rows[i]["in"].as_str().unwrap());
    }
}

#[test]
fn words_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    drop(filled(&path));
    let db = rusqlite::Connection::open(&path).unwrap();
    let found: i64 = db
        .query_row("SELECT count(*) FROM teasers_fts JOIN teasers ON record = teasers_fts.rowid WHERE teasers_fts MATCH 'bridge'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(found, 2);
}

#[test]
fn views_answer_the_documented_questions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    drop(filled(&path));
    let db = rusqlite::Connection::open(&path).unwrap();
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/database.md");
    let text = std::fs::read_to_string(document).unwrap();
    let mut asked = 0;
    for block in text.split("```sql").skip(1) {
        let sql = block.split("```").next().unwrap();
        for query in sql.split(';').filter(|query| !query.trim().is_empty()) {
            let mut statement = db.prepare(query).unwrap_or_else(|error| panic!("{error}: {query}"));
            let parameters = statement.parameter_count();
            let mut rows = statement.query(rusqlite::params_from_iter(vec![0; parameters])).unwrap();
            while rows.next().unwrap().is_some() {}
            asked += 1;
        }
    }
    assert!(asked >= 8, "{asked} queries");
}
