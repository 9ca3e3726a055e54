//! Near-duplicates on pairs of posts: each pair stands in two sources, and only the same story may share a cluster.

use crate::shared;
use crate::store_fixture::{commit, record, snapshot};
use std::collections::HashMap;
use tearsheet::pipeline::settle;
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
