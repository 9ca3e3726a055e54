//! Which link of a record is its document, when the title is none? The place where most records have one of their own.

use super::columns::real;
use super::headline::is_number;
use crate::extract::date_shape::is_date_alone;
use crate::extract::listing::facts::Facts;
use crate::lexicon::ColumnHint;
use foldhash::{HashMap, HashMapExt as _, HashSet};
use std::hash::Hash;

/// What the traits of a place are worth: docs/measurements.md#courts-and-councils.
mod worth {
    /// The address is a file that is read.
    pub(super) const DOCUMENT: f64 = 0.4;
    /// The head of the column speaks of files.
    pub(super) const HINT: f64 = 0.3;
    /// A number or a date leads to the file of a case or the page of a day, a name or a sign beside it to the document.
    pub(super) const NUMBER: f64 = -1.0;
    pub(super) const LEADS_UP: f64 = -2.0;
    pub(super) const LATER: f64 = -0.01;
}

/// A place whose links lead to the same few addresses in every record is no record's own (a map, a help page).
const OWN_SHARE: usize = 4;

#[derive(Default)]
struct Slot<'f> {
    /// In which order the places first appear.
    order: usize,
    records: usize,
    keys: HashSet<&'f str>,
    documents: usize,
    numbers: usize,
    up: usize,
}

impl Slot<'_> {
    fn is_own(&self) -> bool {
        self.records < OWN_SHARE || self.keys.len() * OWN_SHARE > self.records
    }

    fn worth(&self, records: usize, hint: Option<ColumnHint>) -> f64 {
        let n = real(self.records);
        let hint = match hint {
            Some(ColumnHint::Document) => worth::HINT,
            Some(ColumnHint::Other) => -worth::HINT,
            _ => 0.0,
        };
        n / real(records)
            + real(self.keys.len()) / n
            + worth::DOCUMENT * real(self.documents) / n
            + worth::NUMBER * real(self.numbers) / n
            + worth::LEADS_UP * real(self.up) / n
            + worth::LATER * real(self.order)
            + hint
    }
}

/// The best link of each record; `placed` holds the links of each with their places.
pub(super) fn best<P: Copy + Eq + Hash>(
    facts: &Facts<'_>,
    placed: &[Vec<(P, usize)>],
    hint: &dyn Fn(&P) -> Option<ColumnHint>,
) -> Vec<Option<usize>> {
    let mut slots: HashMap<P, Slot<'_>> = HashMap::new();
    for &(place, link) in placed.iter().flatten() {
        let order = slots.len();
        let link = &facts.links[link];
        let slot = slots.entry(place).or_insert_with(|| Slot { order, ..Slot::default() });
        let document = is_document(link.url.path());
        slot.records += 1;
        slot.keys.insert(&link.key);
        slot.documents += usize::from(document);
        slot.numbers += usize::from(!document && (is_number(&link.text) || is_date_alone(&link.text)));
        slot.up += usize::from(link.leads_up);
    }
    let worths: HashMap<P, f64> = slots.iter().map(|(p, s)| (*p, s.worth(placed.len(), hint(p)))).collect();
    let choose = |places: &Vec<(P, usize)>| {
        let own = places.iter().filter(|p| slots[&p.0].is_own());
        own.max_by(|a, b| worths[&a.0].total_cmp(&worths[&b.0])).map(|p| p.1)
    };
    placed.iter().map(choose).collect()
}

/// True for addresses of files that are read, not browsed.
fn is_document(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, e)| e);
    ["pdf", "doc", "docx", "odt", "rtf"].iter().any(|e| ending.eq_ignore_ascii_case(e))
}
