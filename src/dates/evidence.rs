//! What all dates of a listing prove together: order of day and month, language, dates ahead of the capture.
//!
//! In: every date text of the page, read without an order, and what earlier pages taught. Out: the memory after this
//! page. Strong evidence first: a part above 12, a weekday, a machine-readable date or URL beside the text. Only where
//! nothing proves the order, what it would make of the list decides: no future, newest first.

use super::read::{Candidate, DateContext, Kind, candidate};
use super::settle::Proof;
use crate::model::{Basis, DateMemory, DateText, FieldOrder, Teaser};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// This many times more proofs for one order settle it against stray ones for the other.
const MAJORITY: u32 = 3;
/// So many dates ahead of the capture make a calendar of a listing; one may be a typing error.
const FUTURE_PROOFS: usize = 2;
/// An order that puts the list in sequence must beat the other by so many places.
const SEQUENCE_LEAD: usize = 2;

/// What one page adds.
#[derive(Default)]
struct Page {
    day_first: BTreeSet<String>,
    month_first: BTreeSet<String>,
    ahead: BTreeSet<Date>,
    /// Texts whose order nothing proves, in the order of the page.
    open: Vec<String>,
    words: Vec<&'static str>,
}

/// The memory after this page.
pub(super) fn learn(
    teasers: &[Teaser],
    page_dates: &[DateText],
    base: &DateContext<'_>,
    memory: &DateMemory,
) -> DateMemory {
    let mut page = Page::default();
    for teaser in teasers {
        page.read_teaser(teaser, base);
    }
    for text in page_dates {
        page.read_text(&text.text, base, None);
    }
    page.into_memory(base, memory)
}

impl Page {
    fn read_teaser(&mut self, teaser: &Teaser, base: &DateContext<'_>) {
        let known = machine_date(teaser, base);
        for text in &teaser.date_texts {
            self.read_text(&text.text, base, known);
        }
    }

    fn read_text(&mut self, text: &str, base: &DateContext<'_>, known: Option<Date>) {
        let Some(found) = candidate(text, base) else { return };
        if !found.settled.relative && found.settled.year_stated && found.settled.value.at.date() > base.reference.date()
        {
            let surely = !found.settled.ambiguous || known == Some(found.settled.value.at.date());
            if surely && (found.settled.value.at.date() - base.reference.date()).get_days() > 1 {
                self.ahead.insert(found.settled.value.at.date());
            }
        }
        match found.settled.proof.or_else(|| proof_by(text, base, &found, known)) {
            Some(Proof::DayFirst) => {
                self.day_first.insert(text.to_owned());
            }
            Some(Proof::MonthFirst) => {
                self.month_first.insert(text.to_owned());
            }
            None if found.settled.ambiguous => self.open.push(text.to_owned()),
            None => {}
        }
        self.words.extend(found.language);
    }

    fn into_memory(self, base: &DateContext<'_>, memory: &DateMemory) -> DateMemory {
        let count = |set: &BTreeSet<String>| u32::try_from(set.len()).unwrap_or(u32::MAX);
        let mut learned = memory.clone();
        // The same dates stand on the next snapshot again: the most of one page counts, not the sum.
        learned.day_first_proofs = learned.day_first_proofs.max(count(&self.day_first));
        learned.month_first_proofs = learned.month_first_proofs.max(count(&self.month_first));
        learned.future_proven |= self.ahead.len() >= FUTURE_PROOFS;
        let (day, month) = (learned.day_first_proofs, learned.month_first_proofs);
        learned.order = if day > month.saturating_mul(MAJORITY) {
            Some(FieldOrder::DayMonthYear)
        } else if month > day.saturating_mul(MAJORITY) {
            Some(FieldOrder::MonthDayYear)
        } else if day + month > 0 {
            None
        } else {
            memory.order.or_else(|| by_sequence(&self.open, base, learned.future_proven))
        };
        if let Some(language) = most_frequent(&self.words) {
            learned.language = Some(language.to_owned());
        }
        learned
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
        .filter(|found| found.settled.value.precision >= crate::model::Precision::Day)
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

/// The order that lets the open dates run newest first and leaves none ahead of the capture; `None` when both do alike.
fn by_sequence(open: &[String], base: &DateContext<'_>, future: bool) -> Option<FieldOrder> {
    let faults = |order| {
        let context = DateContext { order: Some(order), ..base.clone() };
        let dates: Vec<Date> = open
            .iter()
            .filter_map(|text| candidate(text, &context))
            .map(|found| found.settled.value.at.date())
            .collect();
        let ahead = dates.iter().filter(|date| !future && (**date - base.reference.date()).get_days() > 1).count();
        let rises = dates.windows(2).filter(|pair| pair[1] > pair[0]).count();
        let falls = dates.windows(2).filter(|pair| pair[1] < pair[0]).count();
        (ahead, rises.min(falls))
    };
    let day = faults(FieldOrder::DayMonthYear);
    let month = faults(FieldOrder::MonthDayYear);
    match (day.0 == 0, month.0 == 0) {
        (true, false) => return Some(FieldOrder::DayMonthYear),
        (false, true) => return Some(FieldOrder::MonthDayYear),
        _ => {}
    }
    if day.1 + SEQUENCE_LEAD <= month.1 {
        Some(FieldOrder::DayMonthYear)
    } else if month.1 + SEQUENCE_LEAD <= day.1 {
        Some(FieldOrder::MonthDayYear)
    } else {
        None
    }
}

fn most_frequent(words: &[&'static str]) -> Option<&'static str> {
    let count = |word: &&str| words.iter().filter(|other| other == &word).count();
    words.iter().copied().max_by_key(|word| (count(word), std::cmp::Reverse(*word)))
}
