//! Query parameters judged from the data: merged with aliases, in any order, and taken apart again.

use crate::program::{content, rows, run_in};
use crate::store_fixture::{commit, record, snapshot};
use proptest::prelude::*;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use tearsheet::canonical::{canonicalize, identify};
use tearsheet::model::{Record, Teaser};
use tearsheet::pipeline::settle;
use tearsheet::store::Store;

fn put(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// A JSON Lines dump: one capture per hour, each teaser with a place of its own in the query.
fn dump(stories: &[(u32, &str)], hour: u32) -> String {
    let mut out = String::new();
    for (story, query) in stories {
        let at = format!("2026-01-01T{hour:02}:00:00Z");
        let line = serde_json::json!({
            "title": format!("The long tale of story {story} and the town"),
            "url": format!("https://town.example/story/{story}{query}"),
            "captured_at": at,
            "source": "town",
        });
        out += &line.to_string();
        out.push('\n');
    }
    out
}

fn ingest(folder: &Path, database: &str, files: &[&str]) {
    for file in files {
        let said = run_in(folder, &["ingest", "--db", database, file]);
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
}

const DUMPS: [(&str, &[(u32, &str)]); 4] = [
    ("d/a.jsonl", &[(1, "?pos=top&id=1"), (2, "?pos=top&id=2"), (3, "?pos=top&id=3"), (4, "?pos=box&id=4")]),
    ("d/b.jsonl", &[(1, "?pos=box&id=1"), (2, "?pos=box&id=2"), (3, "?pos=box&id=3"), (3, "?pos=top&id=3")]),
    ("d/c.jsonl", &[(4, "?pos=top&id=4"), (5, "?pos=top&id=5"), (1, "?pos=top&id=1")]),
    ("d/d.jsonl", &[(5, "?pos=box&id=5"), (6, "?pos=box&id=6"), (2, "?id=2"), (1, "?pos=box&id=1")]),
];

fn put_dumps(folder: &Path) {
    for ((name, stories), hour) in DUMPS.iter().zip(1..) {
        put(&folder.join(name), &dump(stories, hour));
    }
}

#[test]
fn noise_is_found_and_merged_in_any_order() {
    let root = tempfile::tempdir().unwrap();
    put_dumps(root.path());
    let resolved = "SELECT id, record_id, reason FROM merged_ids ORDER BY id";
    let ledger = "SELECT record_id, page, captured_at, position FROM sighting_ledger ORDER BY captured_at, record_id";
    ingest(root.path(), "one.db", &["d/a.jsonl", "d/b.jsonl", "d/c.jsonl", "d/d.jsonl"]);
    let one = root.path().join("one.db");
    assert_eq!(rows(&one, "SELECT count(*) FROM records"), ["6"], "{:#?}", content(&one));
    let verdicts = rows(&one, "SELECT name, verdict FROM url_parameters");
    assert_eq!(verdicts, ["id|open", "pos|noise"]);
    let counted = rows(&one, "SELECT title, sightings, canonical_url FROM records ORDER BY title LIMIT 3");
    assert_eq!(
        counted,
        [
            "The long tale of story 1 and the town|4|https://town.example/story/1?id=1",
            "The long tale of story 2 and the town|3|https://town.example/story/2?id=2",
            "The long tale of story 3 and the town|2|https://town.example/story/3?id=3",
        ],
        "two places in one capture are one sighting"
    );
    assert_eq!(rows(&one, "SELECT count(*) FROM merged_ids"), ["6"]);
    assert_eq!(rows(&one, "SELECT sum(records) FROM sources"), ["6"]);
    assert_eq!(rows(&one, "SELECT count(*) FROM sighting_ledger"), rows(&one, "SELECT sum(sightings) FROM records"));
    let earliest = "SELECT count(*) FROM records r JOIN sighting_ledger l ON l.record_id = r.id
                    WHERE l.captured_at < r.first_seen_at";
    assert_eq!(rows(&one, earliest), ["0"]);
    for (database, order) in [
        ("two.db", ["d/d.jsonl", "d/c.jsonl", "d/b.jsonl", "d/a.jsonl"]),
        ("three.db", ["d/c.jsonl", "d/a.jsonl", "d/d.jsonl", "d/b.jsonl"]),
    ] {
        ingest(root.path(), database, &order);
        let other = root.path().join(database);
        assert_eq!(content(&other), content(&one), "{database}");
        for query in [resolved, ledger, "SELECT * FROM url_parameters", "SELECT * FROM headlines ORDER BY 1, 2, 3"] {
            assert_eq!(rows(&other, query), rows(&one, query), "{database}: {query}");
        }
    }
    ingest(root.path(), "once.db", &["d"]);
    assert_eq!(content(&root.path().join("once.db")), content(&one));
}

#[test]
fn a_counter_example_takes_them_apart() {
    let root = tempfile::tempdir().unwrap();
    put_dumps(root.path());
    ingest(root.path(), "t.db", &["d/a.jsonl", "d/b.jsonl", "d/c.jsonl", "d/d.jsonl"]);
    let other = dump(&[(9, "?pos=top&id=9")], 9)
        + &dump(&[(9, "?pos=box&id=9")], 9).replace("The long tale of story 9", "Another thing that happened");
    put(&root.path().join("d/e.jsonl"), &other);
    ingest(root.path(), "t.db", &["d/e.jsonl"]);
    let database = root.path().join("t.db");
    assert_eq!(rows(&database, "SELECT verdict FROM url_parameters WHERE name = 'pos'"), ["identity"]);
    assert_eq!(rows(&database, "SELECT count(*) FROM records"), ["14"]);
    assert_eq!(rows(&database, "SELECT sum(records) FROM sources"), ["14"]);
    assert_eq!(rows(&database, "SELECT count(*) FROM merged_ids"), ["0"]);
    ingest(root.path(), "first.db", &["d/e.jsonl", "d/d.jsonl", "d/c.jsonl", "d/b.jsonl", "d/a.jsonl"]);
    assert_eq!(content(&root.path().join("first.db")), content(&database));
}

#[test]
fn the_config_has_the_last_word() {
    let root = tempfile::tempdir().unwrap();
    put_dumps(root.path());
    let config = |line: &str| {
        let text = format!("[source.town]\nurl = 'https://town.example/'\n{line}\n");
        put(&root.path().join("t.toml"), &text);
    };
    let ingest = |file: &str| {
        let said = run_in(root.path(), &["--config", "t.toml", "ingest", "--db", "t.db", file]);
        assert_eq!(said.code, Some(0), "{}", said.err);
    };
    let database = root.path().join("t.db");
    let count = || rows(&database, "SELECT count(*) FROM records");
    config("url_parameters = { pos = 'identity' }");
    for (file, _) in DUMPS {
        ingest(file);
    }
    assert_eq!(count(), ["12"]);
    config("url_parameters = { pos = 'noise', id = 'noise' }");
    ingest("d/a.jsonl");
    assert_eq!(count(), ["6"]);
    assert_eq!(rows(&database, "SELECT DISTINCT by_hand FROM url_parameters"), ["1"]);
    config("");
    ingest("d/a.jsonl");
    assert_eq!(count(), ["6"], "the data says the same about `pos`");
    assert_eq!(rows(&database, "SELECT name, verdict, by_hand FROM url_parameters"), ["id|open|0", "pos|noise|0"]);
}

/// A record of the source `town` as reading makes it.
fn made(story: u8, place: u8, edit: bool, position: usize) -> Record {
    let query = ["", "?pos=top", "?pos=box", "?pos=end"][usize::from(place)];
    let url: url::Url = format!("https://town.example/{story}{query}").parse().unwrap();
    let title = if edit {
        format!("How story {story} came to an end at last")
    } else {
        format!("The long tale of story {story}")
    };
    let teaser = Teaser { title: Some(title.clone()), url: Some(url.clone()), ..Teaser::default() };
    let mut made = record("town", position, Some(&title), None);
    made.id = identify("town", None, &[teaser], &[None])[0].id;
    made.canonical_url = Some(canonicalize(&url));
    made.url = Some(url);
    made
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn shuffled_captures_give_the_same_content(
        captures in proptest::collection::vec(
            proptest::collection::vec((0u8..6, 0u8..4, proptest::bool::weighted(0.05)), 1..9), 1..8),
        order in any::<u64>(),
        pause in 1usize..4,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let pages: Vec<_> = captures.iter().enumerate().map(|(hour, teasers)| {
            let hours = i64::try_from(hour).unwrap() / 2;
            let records: Vec<Record> = teasers.iter().enumerate().map(|(i, (s, p, e))| made(*s, *p, *e, i)).collect();
            (snapshot("town", &format!("p{}", hour % 2), hours, &hour.to_string()), records)
        }).collect();
        let mut shuffled: Vec<usize> = (0..pages.len()).collect();
        shuffled.sort_by_key(|i| (*i as u64 + 1).wrapping_mul(order | 1).rotate_left(17));
        let fill = |name: &str, order: &[usize], pause: usize| {
            let database = folder.path().join(name);
            let mut store = Store::open(&database).unwrap();
            for (done, index) in order.iter().enumerate() {
                commit(&mut store, &pages[*index].0, &pages[*index].1);
                if done % pause == 0 {
                    settle(&mut store).unwrap();
                }
            }
            settle(&mut store).unwrap();
            drop(store);
            let mut all = content(&database);
            for query in [
                "SELECT id, record_id, reason FROM merged_ids ORDER BY id",
                "SELECT * FROM url_parameters",
                "SELECT records, dated FROM sources",
                "SELECT record_id, page, captured_at, position FROM sighting_ledger ORDER BY 1, 2, 3, 4",
                "SELECT * FROM headlines ORDER BY 1, 2, 3, 4, 5",
                "SELECT id, cluster FROM records ORDER BY id",
            ] {
                all.extend(rows(&database, query));
            }
            all
        };
        let straight = fill("a.db", &(0..pages.len()).collect::<Vec<_>>(), usize::MAX);
        prop_assert_eq!(fill("b.db", &shuffled, pause), straight);
    }
}
