//! Tables: rows of one table, or of several alike, are one region, and the columns say which cell is what.
//!
//! In: the facts of a page. Out: regions of rows, what the columns tell about each row, and the rows that are no
//! records (heads, group headings). A table that only lays out the page, and a calendar sheet, are left alone.

mod columns;
mod family;
mod grid;
mod headline;
mod leaves;
mod links;
mod told;

pub(in crate::extract) use told::Told;

use super::facts::{Facts, Span};
use super::segment::{Candidate, Region};
use crate::html::NodeId;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The tables of a page.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) regions: Vec<Region>,
    /// What the columns tell about each row.
    pub(super) told: BTreeMap<usize, Rc<Told>>,
    /// Places of heads and group headings: no records.
    furniture: BTreeSet<usize>,
}

impl Tables {
    /// Rows of records and other rows inside a span; more than two are not counted.
    pub(super) fn rows_in(&self, span: Span) -> (usize, usize) {
        let range = || span.from..span.to;
        (self.told.range(range()).take(2).count(), self.furniture.range(range()).take(2).count())
    }

    /// The first row inside a span and what the columns tell about it.
    pub(super) fn row_in(&self, span: Span) -> Option<(usize, Rc<Told>)> {
        self.told.range(span.from..span.to).next().map(|(&at, told)| (at, Rc::clone(told)))
    }

    /// True for a row that the columns speak of.
    pub(super) fn knows(&self, row: NodeId) -> bool {
        self.told.contains_key(&row.index()) || self.furniture.contains(&row.index())
    }
}

/// Reads the tables of a page.
pub(super) fn read(facts: &Facts<'_>) -> Tables {
    let mut tables = Tables::default();
    for family in family::families(facts) {
        let told = told::tell(facts, &family);
        if told.is_empty() {
            continue;
        }
        tables.furniture.extend(family.furniture.iter().map(|n| n.index()));
        let mut candidates = Vec::with_capacity(told.len());
        for (root, told) in told {
            let told = Rc::new(told);
            tables.told.insert(root.index(), Rc::clone(&told));
            let link = told.link;
            let told = Some(told);
            candidates.push(Candidate { link, told, ..Candidate::of(facts, root) });
        }
        tables.regions.push(Region { candidates });
    }
    tables
}

/// Takes out the rows that are no records, and adds what the columns say about the others.
pub(super) fn tell(facts: &Facts<'_>, region: &mut Region, tables: &Tables) {
    region.candidates.retain_mut(|c| {
        let (rows, furniture) = tables.rows_in(c.span);
        c.holds_records = rows > 1;
        c.told = tables.row_in(c.span).filter(|&(at, _)| rows == 1 && is_mostly(facts, c.span, at)).map(|r| r.1);
        rows > 0 || furniture == 0
    });
    if region.candidates.iter().any(|c| c.told.is_some() || c.holds_records) {
        return;
    }
    let told = leaves::tell(facts, &region.candidates).unwrap_or_default();
    for (c, told) in region.candidates.iter_mut().zip(told) {
        c.told = told.title.is_some().then(|| Rc::new(told));
    }
}

/// The document of each record, by the place where most records have one of their own.
pub(super) fn documents(facts: &Facts<'_>, spans: &[Span]) -> Vec<Option<usize>> {
    let placed: Vec<_> = spans.iter().map(|&span| leaves::link_places(facts, span)).collect();
    links::best(facts, &placed, &|_| None)
}

/// True when the row at this place is most of the span, a date heading above it aside.
fn is_mostly(facts: &Facts<'_>, span: Span, row: usize) -> bool {
    let inner = facts.span(facts.doc.node_at(row));
    let headed = facts.headings(span) > facts.headings(inner);
    let dated = facts.days.between(span.from, row).is_some_and(|m| m.date.is_some());
    (!headed || dated) && facts.letters(inner) * 2 >= facts.letters(span)
}
