//! Snapshots and records for tests of the store and of what stands on it.

use jiff::{SignedDuration, Timestamp};
use tearsheet::model::{CanonicalUrl, CaptureBasis, Digest, ListingMemory, Origin, Record, RecordId, Snapshot};
use tearsheet::store::{CommitReport, SnapshotCommit, Store};

/// An instant that many hours after 2025-01-01.
pub(crate) fn instant(hours: i64) -> Timestamp {
    "2025-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

/// A snapshot of a page of a source.
pub(crate) fn snapshot(source: &str, page: &str, hours: i64, body: &str) -> Snapshot {
    Snapshot {
        source: source.to_owned(),
        page: page.to_owned(),
        base_url: None,
        captured_at: instant(hours),
        captured_basis: CaptureBasis::Dump,
        content_type: None,
        body: Vec::new(),
        digest: Digest::of_body(body.as_bytes()),
        origin: Origin::Stdin,
    }
}

/// A record whose URL names its source and number.
pub(crate) fn record(source: &str, number: usize, title: Option<&str>, excerpt: Option<&str>) -> Record {
    let url: url::Url = format!("https://{source}.example/{number}").parse().unwrap();
    Record {
        id: RecordId::of(&[source.as_bytes(), url.as_str().as_bytes()]),
        source: source.to_owned(),
        title: title.map(str::to_owned),
        canonical_url: Some(CanonicalUrl::from_canonical(url.as_str().to_owned())),
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
        position: u32::try_from(number).unwrap() + 1,
        fingerprint: tearsheet::text::fingerprint(title, excerpt),
        published_relative: false,
        published_offset: None,
    }
}

/// Commits records as one snapshot.
pub(crate) fn commit(store: &mut Store, snapshot: &Snapshot, records: &[Record]) -> CommitReport {
    store
        .commit(&SnapshotCommit {
            snapshot,
            listing: &snapshot.page,
            records,
            furniture: &[],
            method: tearsheet::model::Method::Dom,
            rejections: &[],
            encodings: None,
            columns: &[],
            memory: &ListingMemory::default(),
            visit: None,
            archived: None,
        })
        .unwrap()
}
