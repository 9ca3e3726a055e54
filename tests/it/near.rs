//! Near-duplicates on pairs of posts: each pair stands in two sources, and only the same story may share a cluster.

use crate::shared;
use crate::store_fixture::{commit, record, snapshot};
use std::collections::HashMap;
use tearsheet::pipeline::{settle, settle_with_pauses};
use tearsheet::store::{Filter, Store, StoreError};

/// Pairs that are joined must be right; most of the right ones must be joined.
const MIN_PRECISION: f64 = 0.995;
const MIN_RECALL: f64 = 0.85;

#[test]
fn pairs_of_posts() {
    let files = ["hard_neg", "random_neg", "relocated_pos", "revision_pos_a", "revision_pos_b"];
    let rows: Vec<_> = files.iter().flat_map(|file| shared::rows(&format!("vectors/dedup/{file}.jsonl"))).collect();
    if rows.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("t.db")).unwrap();
    store.begin_batch().unwrap();
    for side in ["a", "b"] {
        let records: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(i, row)| record(side, i, row[side]["title"].as_str(), row[side]["excerpt"].as_str()))
            .collect();
        commit(&mut store, &snapshot(side, side, 0, side), &records);
    }
    store.end_batch().unwrap();
    settle(&mut store).unwrap();
    let mut clusters = HashMap::new();
    store
        .each_record(&Filter::default(), |record| {
            clusters.insert(record.url.clone().unwrap(), record.cluster.clone());
            Ok::<(), StoreError>(())
        })
        .unwrap();
    let (mut right, mut wrong, mut positives) = (0, 0, 0);
    for (i, row) in rows.iter().enumerate() {
        let [a, b] = ["a", "b"].map(|side| &clusters[&format!("https://{side}.example/{i}")]);
        let is_joined = a.is_some() && a == b;
        positives += u32::from(row["label"] == 1);
        right += u32::from(is_joined && row["label"] == 1);
        if is_joined && row["label"] == 0 {
            wrong += 1;
            eprintln!("wrongly joined: {} | {}", row["a"]["title"], row["b"]["title"]);
        }
    }
    let (precision, recall) = (f64::from(right) / f64::from(right + wrong), f64::from(right) / f64::from(positives));
    eprintln!("near-duplicates: precision {precision:.4}, recall {recall:.4}, wrongly joined {wrong}");
    assert!(precision >= MIN_PRECISION && recall >= MIN_RECALL, "precision {precision}, recall {recall}");
}

/// Clusters of the records by URL, after the snapshots came in the given order and were settled in between or not.
fn clusters_of(order: &[usize], settle_each: bool) -> Vec<(String, Option<String>)> {
    const BRIDGE: &str = "The council voted late on Tuesday to keep the old bridge open for another year.";
    let told = [
        ("herald", 5, "Old bridge stays open", Some(BRIDGE)),
        ("gazette", 1, "Council: old bridge stays open", Some(BRIDGE)),
        ("courier", 3, "Old bridge stays open | Courier", Some(BRIDGE)),
        ("gazette", 2, "School gets a new roof after two long winters", None),
        ("herald", 4, "School gets a new roof after two long winters", None),
        ("courier", 9, "School gets a new roof after three long winters", None),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("t.db")).unwrap();
    for &i in order {
        let (source, hours, title, excerpt) = told[i];
        commit(&mut store, &snapshot(source, "p", hours, title), &[record(source, i, Some(title), excerpt)]);
        if settle_each {
            settle(&mut store).unwrap();
        }
    }
    // An old dump found last: the courier had the story first.
    let (source, _, title, excerpt) = told[2];
    commit(&mut store, &snapshot(source, "p", 0, "old"), &[record(source, 2, Some(title), excerpt)]);
    settle(&mut store).unwrap();
    let mut clusters = Vec::new();
    let each = |record: &tearsheet::model::StoredRecord| {
        clusters.push((record.url.clone().unwrap(), record.cluster.clone()));
        Ok::<(), StoreError>(())
    };
    store.each_record(&Filter::default(), each).unwrap();
    clusters.sort();
    clusters
}

#[test]
fn settling_that_is_stopped_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("t.db")).unwrap();
    for source in ["herald", "gazette"] {
        let title = "School gets a new roof after two long winters";
        commit(&mut store, &snapshot(source, "p", 0, title), &[record(source, 1, Some(title), None)]);
    }
    let mut stop = || false;
    // Stopped behind the links, then behind the index; the third call finds nothing left to do.
    assert!(!settle_with_pauses(&mut store, None, &mut stop).unwrap());
    assert!(!settle_with_pauses(&mut store, None, &mut stop).unwrap());
    assert!(settle_with_pauses(&mut store, None, &mut stop).unwrap());
    let mut clusters = Vec::new();
    let each = |record: &tearsheet::model::StoredRecord| {
        clusters.push(record.cluster.clone());
        Ok::<(), StoreError>(())
    };
    store.each_record(&Filter::default(), each).unwrap();
    assert!(clusters.len() == 2 && clusters[0].is_some() && clusters[0] == clusters[1], "{clusters:?}");
}

#[test]
fn clusters_do_not_depend_on_the_order() {
    let straight = clusters_of(&[0, 1, 2, 3, 4, 5], false);
    let of = |url: &str| straight.iter().find(|(known, _)| known == url).unwrap().1.clone();
    let first = record("courier", 2, None, None).id.to_hex();
    for url in ["https://herald.example/0", "https://gazette.example/1", "https://courier.example/2"] {
        assert_eq!(of(url).as_deref(), Some(first.as_str()), "the earliest names the cluster");
    }
    assert!(of("https://gazette.example/3").is_some());
    assert_eq!(of("https://courier.example/5"), None);
    for order in [[5, 4, 3, 2, 1, 0], [2, 0, 4, 1, 5, 3]] {
        assert_eq!(clusters_of(&order, false), straight);
        assert_eq!(clusters_of(&order, true), straight);
    }
}
