//! Content depends on the set of snapshots, never on their order; real SQLite files.

mod feed;

use super::*;
use crate::model::{
    Basis, CaptureBasis, Digest, FurnitureReason, ListingMemory, Origin, Precision, Record, RecordId, Snapshot,
};
use crate::text::fingerprint;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::path::Path;

fn instant(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(480_000 + hours)
}

fn snapshot(page: &str, hours: i64, body: &str) -> Snapshot {
    Snapshot {
        source: "gazette".to_owned(),
        page: page.to_owned(),
        base_url: None,
        captured_at: instant(hours),
        captured_basis: CaptureBasis::Dump,
        content_type: None,
        body: Vec::new(),
        digest: Digest::of_body(body.as_bytes()),
        origin: Origin::File("dump.html".into()),
    }
}

fn record(article: u8, title: &str, excerpt: Option<&str>, position: u32) -> Record {
    let url: url::Url = format!("https://gazette.example/{article}").parse().unwrap();
    Record {
        id: RecordId::of(&[&[article]]),
        source: "gazette".to_owned(),
        title: Some(title.to_owned()),
        canonical_url: None,
        url: Some(url),
        excerpt: excerpt.map(str::to_owned),
        author: None,
        image_url: None,
        tags: Vec::new(),
        language: None,
        published_at: None,
        published_precision: None,
        published_basis: None,
        published_raw: None,
        published_earliest: None,
        published_latest: None,
        mentioned_dates: Vec::new(),
        position,
        fingerprint: fingerprint(Some(title), excerpt),
        published_relative: false,
        published_offset: None,
    }
}

fn dated(
    mut record: Record,
    value: &str,
    precision: Precision,
    relative: bool,
    from_hours: i64,
    to_hours: i64,
) -> Record {
    record.published_at = Some(value.to_owned());
    record.published_precision = Some(precision);
    record.published_basis = Some(Basis::Text);
    record.published_raw = Some(if relative { "3 hours ago".to_owned() } else { value.to_owned() });
    record.published_earliest = Some(instant(from_hours));
    record.published_latest = Some(instant(to_hours));
    record.published_relative = relative;
    record
}

/// A snapshot of a list in a page, ready to be kept.
fn showing<'a>(snapshot: &'a Snapshot, records: &'a [Record], memory: &'a ListingMemory) -> SnapshotCommit<'a> {
    SnapshotCommit {
        snapshot,
        listing: &snapshot.page,
        records,
        furniture: &[],
        method: crate::model::Method::Dom,
        rejections: &[],
        encodings: None,
        columns: &[],
        memory,
        visit: None,
        archived: None,
    }
}

fn commit(
    store: &mut Store,
    snapshot: &Snapshot,
    records: &[Record],
    furniture: &[(Record, FurnitureReason)],
) -> CommitReport {
    let memory = ListingMemory::default();
    store.commit(&SnapshotCommit { furniture, ..showing(snapshot, records, &memory) }).unwrap()
}

fn commit_feed(store: &mut Store, snapshot: &Snapshot, records: &[Record]) -> FeedReport {
    let memory = ListingMemory::default();
    let method = crate::model::Method::Feed;
    store.commit_feed(&SnapshotCommit { method, ..showing(snapshot, records, &memory) }).unwrap()
}

/// All that a person can see, apart from what says in which order things came.
fn content(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    for query in [
        "SELECT * FROM records",
        "SELECT * FROM headlines",
        "SELECT * FROM furniture",
        "SELECT record_id, source, page, captured_at, position FROM sighting_ledger",
        "SELECT * FROM feed_fields",
        "SELECT hex(id), entry FROM unlisted",
        "SELECT name, records, dated FROM sources",
    ] {
        let mut statement = store.db.prepare(query).unwrap();
        let columns = statement.column_count();
        let rows = statement
            .query_map([], |row| {
                Ok((0..columns).map(|i| format!("{:?}", row.get_ref(i).unwrap())).collect::<Vec<_>>().join("|"))
            })
            .unwrap();
        lines.extend(rows.map(Result::unwrap));
    }
    lines.sort();
    lines
}

fn shown(store: &Store, column: &str) -> Option<String> {
    store.db.query_row(&format!("SELECT {column} FROM records"), [], |row| row.get(0)).unwrap()
}

fn changes(store: &Store) -> Vec<(String, Option<String>)> {
    let mut statement = store.db.prepare("SELECT kind, fields FROM changes ORDER BY seq").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

fn new_store(folder: &Path) -> Store {
    Store::open(&folder.join("t.db")).unwrap()
}

#[test]
fn the_same_snapshot_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    let (page, records) = (snapshot("p", 0, "a"), [record(1, "One", None, 1), record(2, "Two", None, 2)]);
    let first = commit(&mut store, &page, &records, &[]);
    assert_eq!((first.seen, first.new, first.repeats), (2, 2, 0));
    let before = content(&store);
    let again = commit(&mut store, &page, &records, &[]);
    assert!(again.already_known && again.seen == 0);
    assert_eq!(content(&store), before);
    let later = commit(&mut store, &snapshot("p", 5, "a"), &records, &[]);
    assert_eq!((later.new, later.repeats, later.revised), (0, 2, 0));
    assert_eq!(changes(&store).len(), 2, "a repeat is no change");
    let sightings: i64 = store.db.query_row("SELECT sum(sightings) FROM records", [], |row| row.get(0)).unwrap();
    assert_eq!(sightings, 4);
}

#[test]
fn a_headline_edit_is_a_revision() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    commit(&mut store, &snapshot("p", 5, "b"), &[record(1, "New words", Some("x"), 3)], &[]);
    let old = commit(&mut store, &snapshot("p", 0, "a"), &[record(1, "Old words", Some("x"), 1)], &[]);
    assert_eq!((old.new, old.revised), (0, 1));
    assert_eq!(shown(&store, "title").as_deref(), Some("New words"));
    assert_eq!(changes(&store).len(), 1, "an older wording changes nothing that is shown");
    commit(&mut store, &snapshot("p", 9, "c"), &[record(1, "Newest", Some("x"), 1)], &[]);
    assert_eq!(changes(&store)[1], ("revised".to_owned(), Some("title,fingerprint".to_owned())));
    let headlines: i64 = store.db.query_row("SELECT count(*) FROM headlines", [], |row| row.get(0)).unwrap();
    assert_eq!(headlines, 3);
}

#[test]
fn a_title_without_its_excerpt_is_no_news() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    commit(&mut store, &snapshot("p", 0, "a"), &[record(1, "Words", Some("More words"), 1)], &[]);
    let bare = commit(&mut store, &snapshot("q", 5, "b"), &[record(1, "Words", None, 1)], &[]);
    assert_eq!(bare.revised, 0);
    assert_eq!(shown(&store, "excerpt").as_deref(), Some("More words"));
    assert_eq!(changes(&store).len(), 1);
}

#[test]
fn a_relative_date_is_frozen_and_refined() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    let plain = || record(1, "Words", None, 1);
    commit(&mut store, &snapshot("p", 30, "b"), &[dated(plain(), "2024-10-05", Precision::Day, true, 24, 48)], &[]);
    commit(&mut store, &snapshot("p", 3, "a"), &[dated(plain(), "2024-10-04T00:00", Precision::Hour, true, 0, 1)], &[]);
    assert_eq!(shown(&store, "published_at").as_deref(), Some("2024-10-04T00:00"), "counted from the earliest");
    commit(&mut store, &snapshot("p", 60, "c"), &[dated(plain(), "2024-10-04", Precision::Day, false, 0, 24)], &[]);
    assert_eq!(shown(&store, "published_at").as_deref(), Some("2024-10-04T00:00"), "coarser and agreeing: says less");
    commit(
        &mut store,
        &snapshot("p", 61, "d"),
        &[dated(plain(), "2024-10-04T00:12", Precision::Minute, false, 0, 1)],
        &[],
    );
    assert_eq!(shown(&store, "published_at").as_deref(), Some("2024-10-04T00:12"));
}

#[test]
fn furniture_stays_out_of_the_view() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    commit(&mut store, &snapshot("p", 0, "a"), &[record(1, "One", None, 1), record(9, "Join us", None, 2)], &[]);
    let block = (record(9, "Join us", None, 2), FurnitureReason::CallToAction);
    commit(&mut store, &snapshot("p", 1, "b"), &[record(1, "One", None, 1)], &[block]);
    let rows: i64 = store.db.query_row("SELECT count(*) FROM records", [], |row| row.get(0)).unwrap();
    let reason: String = store.db.query_row("SELECT reason FROM furniture", [], |row| row.get(0)).unwrap();
    assert_eq!((rows, reason.as_str()), (1, "call_to_action"));
    assert_eq!(changes(&store)[2].0, "suppressed");
}

#[test]
fn a_block_that_unrelated_pages_share_is_furniture() {
    let bare = |article: u8, position| {
        let mut made = record(article, &format!("Title {article}"), None, position);
        made.url = None;
        made
    };
    let page = |first: u8| {
        let mut records: Vec<Record> = (0..6).map(|i| bare(first + i, u32::from(i) + 1)).collect();
        records.push(bare(99, 7));
        records
    };
    let rows =
        |store: &Store| -> i64 { store.db.query_row("SELECT count(*) FROM records", [], |row| row.get(0)).unwrap() };
    for pages in [[("p", 0), ("q", 10)], [("q", 10), ("p", 0)]] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = new_store(folder.path());
        for (name, first) in pages {
            commit(&mut store, &snapshot(name, 0, name), &page(first), &[]);
        }
        assert_eq!(rows(&store), 12);
        let (id, reason): (String, String) =
            store.db.query_row("SELECT id, reason FROM furniture", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(reason, "shared_across_pages");
        assert!(store.restore(&id).unwrap() && !store.restore(&id).unwrap());
        commit(&mut store, &snapshot("r", 1, "r"), &page(20), &[]);
        assert_eq!(rows(&store), 19, "a pardon holds");
    }
    // A list that moved on by all but one teaser: the last of one page is the first of the next.
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    commit(&mut store, &snapshot("p", 0, "a"), &(0..6).map(|i| bare(i, u32::from(i) + 1)).collect::<Vec<_>>(), &[]);
    commit(&mut store, &snapshot("q", 0, "b"), &(5..11).map(|i| bare(i, u32::from(i) - 4)).collect::<Vec<_>>(), &[]);
    assert_eq!(rows(&store), 11);
}

/// Pages with stories of their own and two boxes: one without a link, one with a link among dated stories.
fn pages_with_boxes() -> Vec<(String, Vec<Record>)> {
    (0..5u8)
        .map(|page| {
            let story = |i: u8| {
                let made = record(page * 20 + i, &format!("Story {page} {i}"), None, u32::from(i) + 1);
                dated(made, "2026-01-01", Precision::Day, false, 0, 24)
            };
            let mut records: Vec<Record> = (0..18).map(story).collect();
            let mut bare = record(200, "Help us through the winter", Some("Give what you can."), 19);
            bare.url = None;
            records.push(bare);
            records.push(record(201, "Our letter", None, 20));
            (format!("page{page}"), records)
        })
        .collect()
}

#[test]
fn boxes_of_unrelated_pages_are_found_in_any_order() {
    let pages = pages_with_boxes();
    let mut contents = Vec::new();
    for order in [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1], [1, 0, 4, 3, 2]] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = new_store(folder.path());
        let furniture = |store: &Store| -> i64 {
            store.db.query_row("SELECT count(*) FROM furniture", [], |row| row.get(0)).unwrap()
        };
        let mut found = Vec::new();
        for at in order {
            let (name, records) = &pages[at];
            commit(&mut store, &snapshot(name, i64::try_from(at).unwrap(), name), records, &[]);
            found.push(furniture(&store));
        }
        assert_eq!(found, [0, 1, 2, 2, 2], "two pages prove the box without a link, three the one with a link");
        contents.push(content(&store));
    }
    assert!(contents.iter().all(|content| *content == contents[0]));
}

#[test]
fn a_verdict_is_taken_back_by_hand_and_stays_so() {
    let pages = pages_with_boxes();
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    for (name, records) in &pages[..3] {
        commit(&mut store, &snapshot(name, 0, name), records, &[]);
    }
    let shown =
        |store: &Store| -> i64 { store.db.query_row("SELECT count(*) FROM records", [], |r| r.get(0)).unwrap() };
    assert_eq!(shown(&store), 54);
    let id: String =
        store.db.query_row("SELECT id FROM furniture WHERE title = 'Our letter'", [], |row| row.get(0)).unwrap();
    assert!(store.restore(&id).unwrap());
    for (name, records) in &pages[3..] {
        commit(&mut store, &snapshot(name, 0, name), records, &[]);
    }
    assert_eq!(shown(&store), 5 * 18 + 1, "the letter is shown, the campaign is not");
}

#[test]
fn one_reason_whatever_came_first() {
    let reasons = [FurnitureReason::CallToAction, FurnitureReason::RepeatedHeading];
    for order in [[0, 1], [1, 0]] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = new_store(folder.path());
        for at in order {
            let block = (record(9, "Join us", None, 2), reasons[at]);
            let name = format!("page{at}");
            commit(&mut store, &snapshot(&name, 0, &name), &[record(1, "One", None, 1)], &[block]);
        }
        let reason: String = store.db.query_row("SELECT reason FROM furniture", [], |row| row.get(0)).unwrap();
        assert_eq!(reason, "repeated_heading");
    }
}

#[test]
fn a_failed_batch_leaves_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = new_store(folder.path());
    store.begin_batch().unwrap();
    commit(&mut store, &snapshot("p", 0, "a"), &[record(1, "One", None, 1)], &[]);
    store.end_batch().unwrap();
    store.begin_batch().unwrap();
    commit(&mut store, &snapshot("p", 1, "b"), &[record(2, "Two", None, 1)], &[]);
    drop(store);
    let store = new_store(folder.path());
    assert_eq!(shown(&store, "title").as_deref(), Some("One"));
}

#[test]
fn bounds_that_only_a_later_sighting_has_count_in_any_order() {
    let bare = record(1, "Words", None, 1);
    let bounded = Record { published_latest: Some(instant(5)), ..bare.clone() };
    let pages = [(snapshot("p", 0, "a"), bare), (snapshot("p", 5, "b"), bounded)];
    let made = |order: [usize; 2]| {
        let folder = tempfile::tempdir().unwrap();
        let mut store = new_store(folder.path());
        for page in order {
            let (snapshot, record) = &pages[page];
            commit(&mut store, snapshot, std::slice::from_ref(record), &[]);
        }
        content(&store)
    };
    assert_eq!(made([0, 1]), made([1, 0]));
}

/// One teaser of a random dump: article, wording, excerpt or not, date or not.
fn teasers() -> impl Strategy<Value = Vec<(u8, u8, bool, u8)>> {
    proptest::collection::vec((0u8..5, 0u8..3, any::<bool>(), 0u8..6), 1..6)
}

fn random_record(position: u32, hours: i64, (article, wording, bare, date): (u8, u8, bool, u8)) -> Record {
    let mut made = record(article, ["A", "a", "B"][wording as usize], (!bare).then_some("text"), position);
    made.author = (date / 2 % 2 == 0).then(|| format!("author {wording}"));
    match date {
        0 => made,
        1 => dated(made, "d", Precision::Day, false, 0, 24),
        2 => dated(made, "m", Precision::Minute, false, i64::from(wording), i64::from(wording) + 1),
        3 => dated(made, "r", Precision::Hour, true, hours - 3, hours - 2),
        4 => dated(made, "r", Precision::Day, true, 0, 24),
        _ => {
            made.published_latest = Some(instant(hours));
            made
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn any_order_gives_the_same_content(
        dumps in proptest::collection::vec((0i64..4, 0u8..2, teasers()), 1..7),
        feeds in proptest::collection::vec((0i64..4, teasers()), 0..4),
        order in any::<u64>(),
    ) {
        let records = |hours: i64, teasers: &[(u8, u8, bool, u8)]| -> Vec<Record> {
            teasers.iter().zip(1..).map(|(t, position)| random_record(position, hours, *t)).collect()
        };
        let listings = dumps.iter().map(|(hours, page, teasers)| (*hours, format!("p{page}"), records(*hours, teasers)));
        let fed = feeds.iter().map(|(hours, teasers)| {
            let entries = records(*hours, teasers).into_iter().map(|mut entry| {
                entry.published_basis = entry.published_basis.map(|_| Basis::Feed);
                entry
            });
            (*hours, "f".to_owned(), entries.collect())
        });
        let pages: Vec<(Snapshot, Vec<Record>)> = listings
            .chain(fed)
            .enumerate()
            .map(|(i, (hours, page, records))| (snapshot(&page, hours, &i.to_string()), records))
            .collect();
        let mut shuffled: Vec<usize> = (0..pages.len()).collect();
        shuffled.sort_by_key(|i| (*i as u64 + 1).wrapping_mul(order | 1).rotate_left(17));
        let folder = tempfile::tempdir().unwrap();
        let mut straight = Store::open(&folder.path().join("a.db")).unwrap();
        let mut other = Store::open(&folder.path().join("b.db")).unwrap();
        straight.begin_batch().unwrap();
        other.begin_batch().unwrap();
        let memory = ListingMemory::default();
        let keep = |store: &mut Store, (page, records): &(Snapshot, Vec<Record>)| match page.page.as_str() {
            "f" => {
                commit_feed(store, page, records);
            }
            "p1" => {
                let rows = SnapshotCommit { method: crate::model::Method::Rows, ..showing(page, records, &memory) };
                store.commit(&rows).unwrap();
            }
            _ => {
                commit(store, page, records, &[]);
            }
        };
        for page in &pages {
            keep(&mut straight, page);
        }
        straight.end_batch().unwrap();
        for i in shuffled.iter().chain(&shuffled) {
            keep(&mut other, &pages[*i]);
            // Whoever joins the batch finds all written, so here nothing waits for the end, as it does in the first.
            other.begin_batch().unwrap();
        }
        prop_assert_eq!(content(&straight), content(&other));
    }
}
