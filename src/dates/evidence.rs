//! What all dates of a listing prove together: order of day and month, language, dates ahead of the capture, zone.
//!
//! In: every date text of the page, read without an order, and what earlier pages taught. Out: the memory after this
//! page. Strong evidence first: a part above 12, a weekday, a machine-readable date or URL beside the text. Only where
//! nothing proves the order, what it would make of the list decides: no future, newest first.

use super::read::{Candidate, DateContext, Kind, candidate};
use super::settle::Proof;
use super::zone::ClocksOfPage;
use crate::model::{Basis, DateMemory, DateText, FieldOrder, Precision, Teaser};
use jiff::Timestamp;
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// This many times more proofs for one order settle it against stray ones for the other.
const MAJORITY: u32 = 3;
/// So many dates ahead of the capture make a calendar of a listing; one may be a typing error.
const FUTURE_PROOFS: usize = 2;
/// An order that puts the list in sequence must beat the other by so many places.
const SEQUENCE_LEAD: u32 = 2;

/// What one page adds.
#[derive(Default)]
struct Page {
    day_first: BTreeSet<String>,
    month_first: BTreeSet<String>,
    ahead: BTreeSet<Date>,
    /// Texts whose order nothing proves, in the order of the page.
    open: Vec<String>,
    words: BTreeMap<&'static str, u32>,
    clocks: ClocksOfPage,
}

/// The memory after this page, which was captured at this instant.
///
/// `base` knows nothing of earlier pages: what a page teaches depends on the page alone, and all is kept as the most
/// that one page taught. So the memory depends on the set of pages, never on their order.
pub(super) fn learn(
    teasers: &[Teaser],
    page_dates: &[DateText],
    base: &DateContext<'_>,
    memory: &DateMemory,
    captured_at: Timestamp,
) -> DateMemory {
    let mut page = Page::default();
    for teaser in teasers {
        let known = machine_date(teaser, base);
        page.read_texts(&teaser.date_texts, base, known);
    }
    page.read_texts(page_dates, base, None);
    page.into_memory(base, memory, captured_at)
}

impl Page {
    fn read_texts(&mut self, texts: &[DateText], base: &DateContext<'_>, known: Option<Date>) {
        let mut clocks = Vec::new();
        for text in texts {
            let Some(found) = candidate(&text.text, base) else { continue };
            self.read(&text.text, &found, base, known);
            if found.settled.value.precision > Precision::Day {
                clocks.push((text, found));
            }
        }
        self.clocks.add(clocks, base);
    }

    fn read(&mut self, text: &str, found: &Candidate, base: &DateContext<'_>, known: Option<Date>) {
        let settled = &found.settled;
        if !settled.relative && settled.year_stated {
            let sure = if settled.ambiguous { known } else { Some(settled.value.at.date()) };
            self.ahead.extend(sure.filter(|date| (*date - base.reference.date()).get_days() > 1));
        }
        match settled.proof.or_else(|| proof_by(text, base, found, known)) {
            Some(Proof::DayFirst) => {
                self.day_first.insert(text.to_owned());
            }
            Some(Proof::MonthFirst) => {
                self.month_first.insert(text.to_owned());
            }
            None if settled.ambiguous => self.open.push(text.to_owned()),
            None => {}
        }
        if let Some(language) = found.language {
            *self.words.entry(language).or_default() += 1;
        }
    }

    fn into_memory(self, base: &DateContext<'_>, memory: &DateMemory, captured_at: Timestamp) -> DateMemory {
        let mut learned = memory.clone();
        self.clocks.teach(&mut learned.zone, captured_at);
        // The same dates stand on the next snapshot again: the most of one page counts, not the sum.
        let most = |known: &mut u32, count: usize| *known = (*known).max(u32::try_from(count).unwrap_or(u32::MAX));
        most(&mut learned.day_first_proofs, self.day_first.len());
        most(&mut learned.month_first_proofs, self.month_first.len());
        learned.future_proven |= self.ahead.len() >= FUTURE_PROOFS;
        let (day, month) = (Faults::of(&self.open, base, true), Faults::of(&self.open, base, false));
        // Nobody's order leaves all dates ahead: then one of them says nothing.
        if day.ahead == 0 || month.ahead == 0 {
            most(&mut learned.day_first_past, month.ahead);
            most(&mut learned.month_first_past, day.ahead);
        }
        most(&mut learned.day_first_places, month.places.saturating_sub(day.places));
        most(&mut learned.month_first_places, day.places.saturating_sub(month.places));
        for (language, count) in &self.words {
            let known = learned.words.entry((*language).to_owned()).or_default();
            *known = (*known).max(*count);
        }
        learned.order = order_of(&learned);
        let most_words = learned.words.iter().max_by_key(|(language, count)| (**count, Reverse(language.as_str())));
        learned.language = most_words.map(|(language, _)| language.clone()).or_else(|| memory.language.clone());
        learned
    }
}

/// Proofs before what no date ahead suggests, before what the sequence suggests.
fn order_of(memory: &DateMemory) -> Option<FieldOrder> {
    let by_most = |day: u32, month: u32, times: u32| {
        if day > month.saturating_mul(times) {
            Some(FieldOrder::DayMonthYear)
        } else if month > day.saturating_mul(times) {
            Some(FieldOrder::MonthDayYear)
        } else {
            None
        }
    };
    if memory.day_first_proofs + memory.month_first_proofs > 0 {
        return by_most(memory.day_first_proofs, memory.month_first_proofs, MAJORITY);
    }
    let by_past = || by_most(memory.day_first_past, memory.month_first_past, MAJORITY);
    let by_places = || {
        let counted = |places: u32| if places >= SEQUENCE_LEAD { places } else { 0 };
        by_most(counted(memory.day_first_places), counted(memory.month_first_places), MAJORITY)
    };
    (!memory.future_proven).then(by_past).flatten().or_else(by_places)
}

/// What speaks against an order in the open dates of one page.
struct Faults {
    /// Dates ahead of the capture.
    ahead: usize,
    /// Places where the list runs against its own direction.
    places: usize,
}

impl Faults {
    fn of(open: &[String], base: &DateContext<'_>, day_first: bool) -> Self {
        let order = if day_first { FieldOrder::DayMonthYear } else { FieldOrder::MonthDayYear };
        let context = DateContext { order: Some(order), ..base.clone() };
        let dates: Vec<Date> = open
            .iter()
            .filter_map(|text| candidate(text, &context))
            .map(|found| found.settled.value.at.date())
            .collect();
        let ahead = dates.iter().filter(|date| (**date - base.reference.date()).get_days() > 1).count();
        let rises = dates.windows(2).filter(|pair| pair[1] > pair[0]).count();
        let falls = dates.windows(2).filter(|pair| pair[1] < pair[0]).count();
        Self { ahead, places: rises.min(falls) }
    }
}

/// The date that a machine wrote for the teaser: `<time datetime>`, JSON-LD, feed, or its URL.
fn machine_date(teaser: &Teaser, base: &DateContext<'_>) -> Option<Date> {
    let by_machine = teaser
        .date_texts
        .iter()
        .filter(|text| matches!(text.basis, Basis::TimeElement | Basis::JsonLd | Basis::Feed | Basis::Meta))
        .filter_map(|text| candidate(&text.text, base))
        .find(|found| {
            !found.settled.ambiguous
                && !found.settled.relative
                && found.settled.year_stated
                && found.settled.rule != "day-month"
        });
    let by_url = || candidate(teaser.url.as_ref()?.as_str(), &DateContext { kind: Kind::Url, ..base.clone() });
    by_machine
        .or_else(by_url)
        .filter(|found| found.settled.value.precision >= Precision::Day)
        .map(|found| found.settled.value.at.date())
}

/// Which order makes an ambiguous text say what a machine-readable date beside it says.
fn proof_by(text: &str, base: &DateContext<'_>, found: &Candidate, known: Option<Date>) -> Option<Proof> {
    let known = known.filter(|_| found.settled.ambiguous)?;
    let under = |order| {
        candidate(text, &DateContext { order: Some(order), ..base.clone() }).map(|found| found.settled.value.at.date())
    };
    let (day, month) = (under(FieldOrder::DayMonthYear), under(FieldOrder::MonthDayYear));
    match (day == Some(known), month == Some(known)) {
        (true, false) => Some(Proof::DayFirst),
        (false, true) => Some(Proof::MonthFirst),
        _ => None,
    }
}
