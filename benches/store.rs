//! How fast the store takes snapshots in: new records, repeats, and near-duplicates behind them.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first failure")]

use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::{SignedDuration, Timestamp};
use tearsheet::model::{CaptureBasis, Digest, ListingMemory, Origin, Record, RecordId, Snapshot};
use tearsheet::pipeline::link_near_duplicates;
use tearsheet::store::{SnapshotCommit, Store};

/// Teasers on a page.
const TEASERS: u64 = 30;
/// Snapshots of one measurement.
const SNAPSHOTS: u64 = 300;

fn main() {
    divan::main();
}

fn snapshot(number: u64) -> Snapshot {
    Snapshot {
        source: "gazette".to_owned(),
        page: format!("https://gazette.example/{}", number % 50),
        base_url: None,
        captured_at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_700_000_000 + number.cast_signed() * 60),
        captured_basis: CaptureBasis::Dump,
        content_type: None,
        body: Vec::new(),
        digest: Digest::of_body(&number.to_be_bytes()),
        origin: Origin::Stdin,
    }
}

fn record(number: u64, position: u32) -> Record {
    let title = format!("Headline {number} about the bridge, the school and {} other things", number % 7_919);
    let excerpt = format!("The council voted on matter {number} and will vote again on {} in spring.", number / 3);
    let url = format!("https://gazette.example/articles/{number}");
    Record {
        id: RecordId::of(&[url.as_bytes()]),
        source: "gazette".to_owned(),
        fingerprint: tearsheet::text::fingerprint(Some(&title), Some(&excerpt)),
        title: Some(title),
        url: Some(url.parse().unwrap()),
        canonical_url: None,
        excerpt: Some(excerpt),
        author: None,
        image_url: None,
        tags: Vec::new(),
        language: Some("en".to_owned()),
        published_at: None,
        published_precision: None,
        published_basis: None,
        published_raw: None,
        published_earliest: None,
        published_latest: None,
        mentioned_dates: Vec::new(),
        position,
        published_relative: false,
        published_offset: None,
    }
}

/// Snapshots whose records begin `step` further with each.
fn pages(step: u64) -> Vec<(Snapshot, Vec<Record>)> {
    let records = |first: u64| (0..TEASERS).zip(1..).map(|(i, position)| record(first + i, position)).collect();
    (0..SNAPSHOTS).map(|number| (snapshot(number), records(number * step))).collect()
}

fn fill(pages: &[(Snapshot, Vec<Record>)]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("bench.db")).unwrap();
    store.begin_batch().unwrap();
    for (snapshot, records) in pages {
        let memory = ListingMemory::default();
        let commit = SnapshotCommit {
            snapshot,
            listing: &snapshot.page,
            records,
            furniture: &[],
            method: tearsheet::model::Method::Rows,
            rejections: &[],
            encodings: None,
            columns: &[],
            memory: &memory,
            visit: None,
            archived: None,
        };
        store.commit(&commit).unwrap();
    }
    store.end_batch().unwrap();
    (folder, store)
}

#[divan::bench(sample_count = 5)]
fn new_records(bencher: Bencher<'_, '_>) {
    let pages = pages(TEASERS);
    bencher.counter(ItemsCount::new(SNAPSHOTS * TEASERS)).bench_local(|| fill(&pages));
}

#[divan::bench(sample_count = 5)]
fn repeats(bencher: Bencher<'_, '_>) {
    let pages = pages(1);
    bencher.counter(ItemsCount::new(SNAPSHOTS * TEASERS)).bench_local(|| fill(&pages));
}

#[divan::bench(sample_count = 5)]
fn new_records_linked(bencher: Bencher<'_, '_>) {
    let pages = pages(TEASERS);
    bencher.counter(ItemsCount::new(SNAPSHOTS * TEASERS)).bench_local(|| {
        let (folder, mut store) = fill(&pages);
        link_near_duplicates(&mut store).unwrap();
        (folder, store)
    });
}
