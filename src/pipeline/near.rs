//! Near-duplicates among what changed: found behind the commits, linked, never merged.

use super::parameters::{ToldParameters, judge_parameters};
use super::shared_keys::SharedKeys;
use crate::fingerprint::near::{Crowd, Keys, Prepared, compare};
use crate::model::NearText;
use crate::store::{ChangedText, MAX_CANDIDATES, Store, StoreError};
use foldhash::{HashMap, HashMapExt as _};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Changes looked at together: their texts are in memory, a kilobyte or so each.
const STEP: u32 = 10_000;

/// Steps in one transaction: their keys are hit at random, and a page of them is written once.
const STEPS_TOGETHER: usize = 10;

/// As [`STEP`], where millions are expected: keys are looked up in their order, the more in one step the fewer pages are read.
const LONG_STEP: u32 = 100_000;

/// So many records with one title are a series ("Regular meeting of the council"): the title alone proves nothing.
const CROWD: u32 = 12;

/// Brings up to date what follows the commits: query parameters that prove noise, near-duplicates and the full-text
/// index.
///
/// # Errors
///
/// When the database fails.
pub fn settle(store: &mut Store) -> Result<(), StoreError> {
    settle_told(store, None)
}

/// As [`settle`]; `told` is what the config says about query parameters, `None` leaves what it said before.
///
/// # Errors
///
/// When the database fails.
pub fn settle_told(store: &mut Store, told: Option<&ToldParameters>) -> Result<(), StoreError> {
    settle_with_pauses(store, told, &mut || true).map(|_| ())
}

/// As [`settle_told`]; `pause` is called between two transactions, and false from it leaves the rest for the next call.
/// Returns whether all was done.
///
/// # Errors
///
/// When the database fails.
pub fn settle_with_pauses(
    store: &mut Store,
    told: Option<&ToldParameters>,
    pause: &mut dyn FnMut() -> bool,
) -> Result<bool, StoreError> {
    judge_parameters(store, told)?;
    while link_steps(store)? {
        if !pause() {
            return Ok(false);
        }
    }
    while store.index_texts()? {
        if !pause() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// So many excerpts with one beginning are a formula ("Read the latest from our …").
const CROWD_OF_BEGINNINGS: usize = 48;

/// Links every record that changed since the last call to its near-duplicates, and settles the clusters.
///
/// Cost: per changed record two keys, and the few records that share one. Interrupted, it goes on where it stopped.
///
/// # Errors
///
/// When the database fails.
pub fn link_near_duplicates(store: &mut Store) -> Result<(), StoreError> {
    while link_steps(store)? {}
    Ok(())
}

/// Changes that a bulk ingest leaves behind before it looks after those who follow: their keys lie close together then.
pub(super) const FAR_BEHIND: i64 = 100_000;

/// Lets near-duplicates and the full-text index come nearer when they are `far` changes behind the commits, while an
/// ingest or a run goes on. Out: whether they were.
///
/// # Errors
///
/// When the database fails.
pub(super) fn follow(store: &mut Store, far: i64) -> Result<bool, StoreError> {
    if store.changes_to_index()? < far {
        return Ok(false);
    }
    let nested = store.begin_batch()?;
    while store.changes_to_link()? >= far / 2 && link_some(store, LONG_STEP)? {}
    if !nested {
        store.end_batch()?;
    }
    follow_with_index(store, far / 2)?;
    Ok(true)
}

/// Lets the full-text index come nearer when it is `far` changes behind the commits. Near-duplicates can wait for the end of
/// an ingest of pages, since a later page may hide what an earlier one showed; the index takes back what was hidden.
///
/// # Errors
///
/// When the database fails.
pub(super) fn follow_with_index(store: &mut Store, far: i64) -> Result<(), StoreError> {
    while store.changes_to_index()? >= far && store.index_texts()? {}
    Ok(())
}

/// Links the records of the next changes, some steps in one transaction; false when none were left.
fn link_steps(store: &mut Store) -> Result<bool, StoreError> {
    let nested = store.begin_batch()?;
    let mut steps = 0;
    while steps < STEPS_TOGETHER && link_some(store, STEP)? {
        steps += 1;
    }
    if !nested {
        store.end_batch()?;
    }
    Ok(steps > 0)
}

/// Links the records of the next changes, in the transaction of the caller; false when none were left.
fn link_some(store: &Store, step: u32) -> Result<bool, StoreError> {
    let (texts, last) = store.changed_texts(step)?;
    let keys: Vec<Keys> = texts.par_iter().map(|changed| Prepared::new(&changed.text).keys()).collect();
    let mut shared = SharedKeys::of(store, &texts, &keys)?;
    let mut ready = Ready::new();
    for (changed, keys) in texts.iter().zip(keys) {
        link(store, changed, keys, &mut shared, &mut ready)?;
    }
    store.add_near_keys(&shared.into_added())?;
    store.settle_clusters()?;
    if let Some(last) = last {
        store.keep_linked(last)?;
    }
    Ok(last.is_some())
}

/// Texts made ready in this step: a record is a candidate of each of its neighbors.
struct Ready(HashMap<i64, Rc<Prepared>>);

/// Texts kept ready at most, a kilobyte or two each.
const MOST_READY: usize = 16_384;

impl Ready {
    fn new() -> Self {
        Self(HashMap::new())
    }

    fn of(&mut self, text: &NearText) -> Rc<Prepared> {
        if self.0.len() >= MOST_READY {
            self.0.clear();
        }
        Rc::clone(self.0.entry(text.record).or_insert_with(|| Rc::new(Prepared::new(text))))
    }
}

fn link(
    store: &Store,
    changed: &ChangedText,
    keys: Keys,
    shared: &mut SharedKeys<'_>,
    ready: &mut Ready,
) -> Result<(), StoreError> {
    let text = &changed.text;
    // A crowd without a beginning to tell it apart need not be looked at whole: nothing of it is compared.
    let most = if keys.beginning.is_some() { MAX_CANDIDATES } else { CROWD + 1 };
    let titled = keys.title.map_or(Ok(Vec::new()), |key| shared.candidates(store, key, text.record, most))?;
    let begun =
        keys.beginning.map_or(Ok(Vec::new()), |key| shared.candidates(store, key, text.record, MAX_CANDIDATES))?;
    let crowd = if titled.len() >= CROWD as usize { Crowd::Many } else { Crowd::Few };
    if titled.len() == CROWD as usize {
        // It was no crowd until now: what the title alone has linked is taken back.
        let members: Vec<i64> = titled.iter().map(|candidate| candidate.record).collect();
        store.drop_links(&members, "same_title")?;
    }
    let mut links = BTreeMap::new();
    for candidate in worth_comparing(&titled, &begun, crowd) {
        if let Some(link) = compare(&ready.of(text), &ready.of(candidate), crowd) {
            links.insert(candidate.record, link);
        }
    }
    let links: Vec<_> = links.into_iter().collect();
    for key in keys.title.into_iter().chain(keys.beginning) {
        shared.add(store, key, text.record)?;
    }
    store.keep_links(changed, &links)
}

/// The candidates that a comparison may link. A title or a beginning that a crowd shares is a formula: there only
/// those count that share the other as well, so a formula costs no more than a rare text.
fn worth_comparing<'a>(titled: &'a [NearText], begun: &'a [NearText], crowd: Crowd) -> Vec<&'a NearText> {
    let titles_count = crowd == Crowd::Few;
    let beginnings_count = begun.len() < CROWD_OF_BEGINNINGS;
    let by_title: BTreeSet<i64> = titled.iter().map(|candidate| candidate.record).collect();
    let in_both = |candidate: &NearText| by_title.contains(&candidate.record);
    let from_titles = titled.iter().filter(|_| titles_count);
    let from_beginnings =
        begun.iter().filter(|candidate| if in_both(candidate) { !titles_count } else { beginnings_count });
    from_titles.chain(from_beginnings).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CaptureBasis, Digest, ListingMemory, Origin, Snapshot};
    use crate::pipeline::{ReadingOptions, read};
    use crate::store::{Filter, SnapshotCommit};

    fn keep(store: &mut Store, source: &str, rows: &str) {
        let snapshot = Snapshot {
            source: source.to_owned(),
            page: format!("{source}.jsonl"),
            base_url: None,
            captured_at: "2026-11-20T00:00:00Z".parse().unwrap(),
            captured_basis: CaptureBasis::Dump,
            content_type: None,
            body: rows.as_bytes().to_vec(),
            digest: Digest::of_body(rows.as_bytes()),
            origin: Origin::Stdin,
        };
        let reading = read(&snapshot, &ListingMemory::default(), &ReadingOptions::default());
        let commit = SnapshotCommit {
            snapshot: &snapshot,
            listing: source,
            records: &reading.records,
            furniture: &[],
            method: reading.extraction.method,
            rejections: &[],
            encodings: None,
            columns: &[],
            memory: &reading.memory,
            visit: None,
            archived: None,
        };
        store.commit(&commit).unwrap();
    }

    #[test]
    fn what_came_behind_changed_clusters_is_linked() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Store::open(&folder.path().join("t.db")).unwrap();
        let story = |source: &str, number: usize| {
            format!(
                "{{\"title\": \"The tale of house number {number} and of all its people\", \
                 \"url\": \"https://{source}.example/{number}\"}}\n"
            )
        };
        let all = |source: &str| (1..=3).map(|number| story(source, number)).collect::<String>();
        keep(&mut kept, "herald", &all("herald"));
        keep(&mut kept, "gazette", &all("gazette"));
        assert!(link_some(&kept, 6).unwrap());
        keep(&mut kept, "courier", &story("courier", 2));
        // Six changes of clusters stand before the new record: a step of two finds nothing else, and is not the last.
        while link_some(&kept, 2).unwrap() {}
        let mut clusters = Vec::new();
        let each = |record: &crate::model::StoredRecord| {
            clusters.push(record.cluster.clone());
            Ok::<(), StoreError>(())
        };
        kept.each_record(&Filter::default(), each).unwrap();
        assert!(clusters.len() == 7 && clusters.iter().all(Option::is_some), "{clusters:?}");
    }
}
