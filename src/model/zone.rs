//! What the clocks of a listing have taught about its time zone, kept so that the order of pages makes no difference.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the clocks of a listing prove, by kind of proof.
///
/// Everything here is the union of what single pages show (first instant, last instant, the most proofs of one page), so
/// it depends on the set of pages and never on their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ZoneMemory {
    /// Offsets of clocks that stand beside the same instant with its offset.
    #[serde(skip_serializing_if = "SeenOffsets::is_empty")]
    pub paired: SeenOffsets,
    /// Offsets of clocks that stand beside "5 minutes ago".
    #[serde(skip_serializing_if = "SeenOffsets::is_empty")]
    pub counted: SeenOffsets,
    /// Offsets other than zero that dates of the listing state.
    #[serde(skip_serializing_if = "SeenOffsets::is_empty")]
    pub stated: SeenOffsets,
}

impl ZoneMemory {
    /// True when no clock has taught anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paired.is_empty() && self.counted.is_empty() && self.stated.is_empty()
    }

    /// Takes in what another set of pages shows.
    pub fn absorb(&mut self, other: &Self) {
        self.paired.absorb(&other.paired);
        self.counted.absorb(&other.counted);
        self.stated.absorb(&other.stated);
    }
}

/// Offsets by quarter of the year ("2025-Q3") and minutes east of UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeenOffsets(BTreeMap<String, BTreeMap<i16, SeenOffset>>);

/// Where and how often one offset was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenOffset {
    /// The first instant with this offset.
    pub first: Timestamp,
    /// The last instant with this offset.
    pub last: Timestamp,
    /// Distinct instants with this offset: the most of one page.
    pub proofs: u32,
}

/// Twenty years. Hostile pages name more; the latest are kept.
const MAX_QUARTERS: usize = 80;
/// A zone has two offsets within a quarter, where its clocks change. Three contradict each other, and so do more.
const MAX_OFFSETS: usize = 3;

impl SeenOffsets {
    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an offset, seen once a page at one instant.
    pub fn add(&mut self, minutes: i16, at: Timestamp) {
        let seen = SeenOffset { first: at, last: at, proofs: 1 };
        self.put(quarter_of(at), minutes, seen, |known, new| known + new);
    }

    /// All offsets with the minutes that they lie east of UTC, by quarter.
    pub fn iter(&self) -> impl Iterator<Item = (i16, SeenOffset)> + '_ {
        self.0.values().flat_map(|offsets| offsets.iter().map(|(minutes, seen)| (*minutes, *seen)))
    }

    /// Distinct instants with this offset over all quarters.
    #[must_use]
    pub fn proofs(&self, minutes: i16) -> u32 {
        self.iter().filter(|(other, _)| *other == minutes).map(|(_, seen)| seen.proofs).fold(0, u32::saturating_add)
    }

    fn absorb(&mut self, other: &Self) {
        for (quarter, offsets) in &other.0 {
            for (minutes, seen) in offsets {
                self.put(quarter.clone(), *minutes, *seen, u32::max);
            }
        }
    }

    fn put(&mut self, quarter: String, minutes: i16, seen: SeenOffset, proofs: fn(u32, u32) -> u32) {
        let offsets = self.0.entry(quarter).or_default();
        offsets
            .entry(minutes)
            .and_modify(|known| {
                known.first = known.first.min(seen.first);
                known.last = known.last.max(seen.last);
                known.proofs = proofs(known.proofs, seen.proofs);
            })
            .or_insert(seen);
        // The least offsets and the latest quarters of a union are those of its parts: no order loses one.
        if offsets.len() > MAX_OFFSETS {
            offsets.pop_last();
        }
        if self.0.len() > MAX_QUARTERS {
            self.0.pop_first();
        }
    }
}

fn quarter_of(at: Timestamp) -> String {
    let date = jiff::tz::Offset::UTC.to_datetime(at).date();
    format!("{:04}-Q{}", date.year(), (date.month() - 1) / 3 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(offsets: &[(i16, i64)]) -> ZoneMemory {
        let mut memory = ZoneMemory::default();
        for (minutes, day) in offsets {
            memory.paired.add(*minutes, Timestamp::from_second(1_700_000_000 + day * 86_400).expect("in range"));
        }
        memory
    }

    #[test]
    fn it_is_kept_as_readable_json() {
        let memory = page(&[(120, 600), (120, 601)]);
        let json = serde_json::to_string(&memory).expect("JSON");
        let expected = r#"{"paired":{"2025-Q3":{"120":{"first":"2025-07-06T22:13:20Z","last":"2025-07-07T22:13:20Z","proofs":2}}}}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<ZoneMemory>(&json).expect("a memory"), memory);
        assert_eq!(serde_json::from_str::<ZoneMemory>("{}").expect("an old memory"), ZoneMemory::default());
    }

    proptest! {
        #[test]
        fn no_order_of_pages_makes_a_difference(
            pages in prop::collection::vec(prop::collection::vec((-4i16..4, 0i64..40_000), 0..6), 0..40),
        ) {
            let union = |pages: &mut dyn Iterator<Item = ZoneMemory>| {
                let mut all = ZoneMemory::default();
                pages.for_each(|page| all.absorb(&page));
                all
            };
            let pages: Vec<ZoneMemory> = pages.iter().map(|offsets| page(offsets)).collect();
            let forward = union(&mut pages.iter().cloned());
            let backward = union(&mut pages.iter().rev().cloned());
            let twice = union(&mut pages.iter().chain(&pages).cloned());
            prop_assert_eq!(&forward, &backward);
            prop_assert_eq!(&forward, &twice);
            prop_assert!(forward.paired.iter().count() <= MAX_QUARTERS * MAX_OFFSETS);
        }
    }
}
