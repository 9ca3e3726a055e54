//! What the dates of a listing have taught, in words for a person.
//!
//! In: the memory of a listing. Out: one line for each thing that it decides: what, how, and by which evidence.

use super::settle::month_before_day;
use super::zone::{self, Zones};
use crate::model::DateMemory;
use std::collections::BTreeSet;

/// One thing that the dates of a listing decide together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What is decided.
    pub what: &'static str,
    /// How.
    pub verdict: String,
    /// By which evidence.
    pub why: String,
}

/// So many zones are named; more are counted.
const ZONES_NAMED: usize = 3;

/// What a listing's dates decide; nothing of what they leave open.
#[must_use]
pub fn lessons(memory: &DateMemory) -> Vec<Lesson> {
    [order(memory), language(memory), ahead(memory), offsets(memory)].into_iter().flatten().collect()
}

fn order(memory: &DateMemory) -> Option<Lesson> {
    let (first, last) = if month_before_day(memory.order?) { ("month", "day") } else { ("day", "month") };
    let (day, month) = (memory.day_first_proofs, memory.month_first_proofs);
    let why = if day + month > 0 {
        format!("{} prove it, {} speak against it", day.max(month), day.min(month))
    } else {
        "only so its dates lie in the past and in order".to_owned()
    };
    Some(Lesson { what: "numeric dates", verdict: format!("{first} before {last}"), why })
}

fn language(memory: &DateMemory) -> Option<Lesson> {
    let language = memory.language.clone()?;
    let words = memory.words.get(&language).copied().unwrap_or(0);
    Some(Lesson { what: "language", verdict: language, why: format!("{words} date texts of one page") })
}

fn ahead(memory: &DateMemory) -> Option<Lesson> {
    let why = "two or more stated dates lie ahead of a capture".to_owned();
    memory.future_proven.then(|| Lesson { what: "dates ahead", verdict: "expected".to_owned(), why })
}

fn offsets(memory: &DateMemory) -> Option<Lesson> {
    let heard: BTreeSet<i16> = zone::heard(&memory.zone).into_iter().map(|(minutes, _)| minutes).collect();
    let offsets: Vec<_> = heard.iter().filter_map(|minutes| zone::offset_of(*minutes)).collect();
    if offsets.is_empty() {
        return None;
    }
    let zones = Zones::of(&memory.zone);
    let names: Vec<&str> = zones.names().collect();
    let verdict = match names.as_slice() {
        [] => "no zone: the clocks contradict each other".to_owned(),
        names if names.len() <= ZONES_NAMED => names.join(" or "),
        names => format!("one of {} zones, where all of them agree", names.len()),
    };
    let why: Vec<String> = offsets.into_iter().map(|offset| zone::reason(&memory.zone, offset)).collect();
    Some(Lesson { what: "clocks without an offset", verdict, why: why.join("; ") })
}
