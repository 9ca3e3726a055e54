//! Dates that stand above a group of records: day headings, captions, dates between lists.
//!
//! In: the lines of a page. Out: for a place, the date heading that governs it. A heading without a date ends the reach
//! of the one before it.

use super::facts::{Facts, is_heading};
use super::segment::Candidate;
use crate::extract::date_shape::{is_date_alone, is_date_line, words_beside};
use crate::html::{Document, NodeId};
use crate::lexicon::names_a_day;
use std::collections::HashSet;

/// A line that is a date, or a heading.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) node: NodeId,
    /// The text, for a date; a heading without one ends the reach of the date before it.
    pub(super) date: Option<String>,
    /// True for a heading or caption by its element.
    pub(super) heading: bool,
}

/// Date headings of one page, in reading order.
#[derive(Debug, Default)]
pub(in crate::extract) struct Days {
    marks: Vec<Mark>,
}

/// A date heading has at most this many characters; "December 23, 2019 – Summaries" is one.
const MAX_CHARS: usize = 70;
/// Words after the mark behind the date.
const FEW_WORDS: usize = 6;

impl Days {
    pub(super) fn new(doc: &Document) -> Self {
        let mut marks = Vec::new();
        for line in doc.lines_between(0, doc.len(), &|n| doc.is(n, &["nav", "footer", "select", "option"])) {
            let heading = doc.ancestors(line.node).take(4).any(|a| is_heading(doc, a) || doc.tag(a) == "caption");
            let date = Some(&line.text).filter(|t| is_day(t)).cloned();
            if heading || date.is_some() {
                marks.push(Mark { node: line.node, date, heading });
            }
        }
        Self { marks }
    }

    /// The last mark before place `from`, not before place `after`.
    pub(super) fn between(&self, after: usize, from: usize) -> Option<&Mark> {
        let end = self.marks.partition_point(|m| m.node.index() < from);
        self.marks[..end].last().filter(|m| m.node.index() >= after)
    }

    /// The mark at this node.
    pub(super) fn at(&self, node: NodeId) -> Option<&Mark> {
        self.marks.binary_search_by_key(&node, |m| m.node).ok().map(|i| &self.marks[i])
    }
}

/// Gives candidates without a date of their own the date heading that they stand under.
///
/// One date above a list may be today's; it counts when it stands in a heading, or when there are more of them.
pub(super) fn govern(facts: &Facts<'_>, candidates: &mut [Candidate]) {
    let mut after = 0;
    let mut day = None;
    let mut seen: HashSet<NodeId> = HashSet::new();
    for c in candidates.iter_mut() {
        if let Some(mark) = facts.days.between(after, c.span.from) {
            day = mark.date.as_ref().map(|_| mark.node);
        }
        after = c.span.to;
        let dated = facts.named_days(c.span) > 0 || c.told.as_ref().is_some_and(|t| !t.dates.is_empty());
        c.day = day.filter(|_| !dated);
        seen.extend(c.day);
    }
    if seen.len() < 2 && !seen.iter().all(|&n| facts.days.at(n).is_some_and(|m| m.heading)) {
        for c in candidates {
            c.day = None;
        }
    }
}

/// True for a date with a day in it and next to nothing else.
fn is_day(text: &str) -> bool {
    text.chars().count() <= MAX_CHARS && names_a_day(text) && (is_date_line(text) || begins_with_date(text))
}

/// True for "December 23, 2019 – Summaries of notable opinions": a date, a mark, a few words.
fn begins_with_date(text: &str) -> bool {
    let mut parts = text.splitn(2, [':', '–', '—', '|', '(']).flat_map(|p| p.splitn(2, " - "));
    let first = parts.next().unwrap_or("");
    parts.next().is_some() && is_date_alone(first.trim()) && words_beside(text) <= FEW_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_headings() {
        for text in [
            "July 2, 2014",
            "Friday, November 1, 2019",
            "1-4-2019 - Opinions",
            "December 23, 2019 – Summaries for noteworthy opinions",
        ] {
            assert!(is_day(text), "{text}");
        }
        for text in ["December", "2019", "June 2014", "Opinions of the court", "Room 12"] {
            assert!(!is_day(text), "{text}");
        }
    }
}
