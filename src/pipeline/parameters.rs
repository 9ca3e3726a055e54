//! Query parameters that no list knows, judged per site from the data behind the commits.
//!
//! In: what changed, and what the config says. Out: verdicts in the store, and records that differ only in noise shown as
//! one. Interrupted, it begins again where it began: all is one transaction.

use crate::canonical;
use crate::config::SourceConfig;
use crate::model::{Addressed, Told, UrlParameter};
use crate::store::{ChangedAddress, Store, StoreError};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use tracing::debug;

/// Changes looked at in one step.
const STEP: i64 = 20_000;

/// What the config says about the parameters of every source that it names.
pub type ToldParameters = BTreeMap<String, Told>;

/// Judges the parameters of every source that changed, and shows the records that differ only in noise as one.
///
/// `told` is what the config says; `None` leaves what it said before.
///
/// Cost: one look per change; where something is to be judged, linear in the records of that source whose URLs
/// differ in their query only and have parameters without a final verdict.
///
/// # Errors
///
/// When the database fails.
pub fn judge_parameters(store: &mut Store, told: Option<&ToldParameters>) -> Result<(), StoreError> {
    let nested = store.begin_batch()?;
    for source in touched(store, told)? {
        judge(store, source, told)?;
    }
    if !nested {
        store.end_batch()?;
    }
    Ok(())
}

/// Sources to judge anew.
fn touched(store: &Store, told: Option<&ToldParameters>) -> Result<BTreeSet<i64>, StoreError> {
    let mut touched = store.sources_with_unsettled_parts()?;
    let mut known = BTreeMap::<i64, (String, Vec<UrlParameter>)>::new();
    for (source, told) in told.into_iter().flatten() {
        if let Some(source) = store.tell_parameters(source, told)? {
            touched.insert(source);
            for changed in store.addresses_with_query(source)? {
                add(store, &changed, &store.source_name(source)?, &[])?;
            }
        }
    }
    loop {
        let (changed, more) = store.changed_addresses(STEP)?;
        for changed in changed {
            let (name, verdicts) = match known.entry(changed.source) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    place.insert((store.source_name(changed.source)?, store.parameters_of(changed.source)?))
                }
            };
            if add(store, &changed, name, verdicts)? {
                touched.insert(changed.source);
            }
        }
        if !more {
            return Ok(touched);
        }
    }
}

/// Adds a record to what is judged, where something can be learned from it. Out: whether that is so.
fn add(store: &Store, changed: &ChangedAddress, name: &str, verdicts: &[UrlParameter]) -> Result<bool, StoreError> {
    let ChangedAddress { source, record, url } = changed;
    let address = canonical::address(url);
    if canonical::is_settled(url, verdicts) {
        // Nothing by itself, but others may have a parameter more.
        let is_judged = store.is_queried(*source, address)?;
        if is_judged {
            store.add_queried(*source, address, *record)?;
        }
        return Ok(is_judged);
    }
    store.add_queried(*source, address, *record)?;
    if let Some(shorter) = store.addressed(*source, canonical::settled_id(name, url, verdicts))? {
        store.add_queried(*source, address, shorter.record)?;
    }
    Ok(true)
}

fn judge(store: &Store, source: i64, told: Option<&ToldParameters>) -> Result<(), StoreError> {
    let name = store.source_name(source)?;
    let before = store.parameters_of(source)?;
    let by_hand: Told = match told.and_then(|told| told.get(&name)) {
        Some(told) => told.clone(),
        None => before.iter().filter(|v| v.by_hand).map(|v| (v.name.clone(), v.verdict)).collect(),
    };
    let records: Vec<Addressed> = store
        .queried(source)?
        .into_iter()
        .filter(|addressed| canonical::is_identified_by_url(&name, addressed))
        .collect();
    let verdicts = with_final(canonical::judge(&records, &by_hand), before);
    store.keep_parameters(source, &verdicts)?;
    let wholes = canonical::wholes(&records, &verdicts);
    if !wholes.is_empty() {
        debug!(source.id = name, "{} records of `{name}` are shown as one with others", wholes.len());
    }
    store.keep_wholes(source, &wholes)?;
    let (settled, open): (Vec<&Addressed>, Vec<&Addressed>) =
        records.iter().partition(|addressed| canonical::is_settled(&addressed.url, &verdicts));
    let open: BTreeSet<i64> = open.into_iter().map(|addressed| canonical::address(&addressed.url)).collect();
    for addressed in settled {
        let address = canonical::address(&addressed.url);
        if !open.contains(&address) {
            store.drop_queried(source, address, addressed.record)?;
        }
    }
    Ok(())
}

/// A final verdict stays, also where the records that it rests on are no longer looked at.
fn with_final(mut verdicts: Vec<UrlParameter>, before: Vec<UrlParameter>) -> Vec<UrlParameter> {
    for old in before.into_iter().filter(|v| v.is_final && !v.by_hand) {
        if verdicts.iter().any(|v| v.by_hand && v.name == old.name) {
            continue;
        }
        verdicts.retain(|v| (&v.host, &v.name) != (&old.host, &old.name));
        verdicts.push(old);
    }
    verdicts.sort_by(|a, b| (&a.host, &a.name).cmp(&(&b.host, &b.name)));
    verdicts
}

/// What a list of sources says about parameters.
#[must_use]
pub fn told_parameters(sources: &[SourceConfig]) -> ToldParameters {
    sources.iter().map(|source| (source.name.clone(), source.url_parameters.clone())).collect()
}
