//! Dates that stand above a group of records: day headings, captions, dates between lists.
//!
//! In: the lines of a page. Out: for a place, the date heading that governs it. A heading without a date ends the reach
//! of the one before it.

use super::facts::{Facts, is_heading};
use super::marks::Marks;
use super::segment::Candidate;
use crate::extract::date_shape::{is_date_alone, is_date_line, split_leading_day, words_beside};
use crate::html::{Document, Line, NodeId};
use crate::lexicon::names_a_day;
use foldhash::{HashSet, HashSetExt as _};

/// A line that is a date, or a heading.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) node: NodeId,
    /// The text, for a date; a heading without one ends the reach of the date before it.
    pub(super) date: Option<String>,
    /// True for a heading or caption by its element.
    pub(super) heading: bool,
}

/// A heading of a year ("2019 Meetings"), or one of its rank or above that ends its reach.
#[derive(Debug)]
struct YearMark {
    node: NodeId,
    rank: u8,
    year: Option<u16>,
}

/// Date headings of one page, in reading order.
#[derive(Debug, Default)]
pub(in crate::extract) struct Days {
    marks: Vec<Mark>,
    /// Headings that name one year, and those that end the reach of such a one.
    years: Vec<YearMark>,
    /// All lines of the page outside its menus.
    pub(super) lines: Vec<Line>,
    /// Places in `lines` of those that open with a day.
    pub(super) openings: Vec<usize>,
}

/// A date heading has at most this many characters; "December 23, 2019 – Summaries" is one.
const MAX_CHARS: usize = 70;
/// Words after the mark behind the date.
const FEW_WORDS: usize = 6;

impl Days {
    pub(super) fn new(doc: &Document, attributes: &[Marks]) -> Self {
        let (mut marks, mut openings, mut years) = (Vec::new(), Vec::new(), Vec::new());
        let lines = doc.lines_between(0, doc.len(), &|n| doc.is(n, &["nav", "footer", "select", "option"]));
        for (place, line) in lines.iter().enumerate() {
            let heading =
                doc.ancestors(line.node).take(4).any(|a| is_heading(doc, attributes, a) || doc.tag(a) == "caption");
            let names_day = names_a_day(&line.text);
            let date = Some(&line.text).filter(|t| names_day && is_day_alone(t)).cloned();
            if heading || date.is_some() {
                marks.push(Mark { node: line.node, date, heading });
            }
            if names_day && split_leading_day(&line.text).is_some() {
                openings.push(place);
            }
            let year = the_year(&line.text).filter(|_| heading || is_head(doc, attributes, line));
            if year.is_some() || heading {
                let mark = YearMark { node: line.node, rank: rank(doc, line.node), year };
                if year.is_some() || years.last().is_some_and(|above: &YearMark| mark.rank <= above.rank) {
                    years.push(mark);
                }
            }
        }
        Self { marks, years, lines, openings }
    }

    /// The last mark before place `from`, not before place `after`.
    pub(super) fn between(&self, after: usize, from: usize) -> Option<&Mark> {
        let end = self.marks.partition_point(|m| m.node.index() < from);
        self.marks[..end].last().filter(|m| m.node.index() >= after)
    }

    /// The year of the last heading of a year before place `from`.
    fn year_before(&self, from: usize) -> Option<u16> {
        let end = self.years.partition_point(|m| m.node.index() < from);
        self.years[..end].last().and_then(|m| m.year)
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
        c.year = facts.days.year_before(c.span.from);
        seen.extend(c.day);
    }
    if seen.len() < 2 && !seen.iter().all(|&n| facts.days.at(n).is_some_and(|m| m.heading)) {
        for c in candidates {
            c.day = None;
        }
    }
}

/// Nodes of a stressed element that is one line.
const FEW_NODES: usize = 64;
/// A line that is no heading element heads a group when it has at most this many characters.
const MAX_HEADING: usize = 60;

/// True for a line that is a heading, by its element or because nothing else stands in a stressed one, and no day.
pub(super) fn is_head(doc: &Document, attributes: &[Marks], line: &Line) -> bool {
    let heading = || doc.ancestors(line.node).take(4).any(|a| is_heading(doc, attributes, a));
    let stressed = || {
        let holder = doc.ancestors(line.node).find(|&a| doc.is(a, &["b", "strong", "summary", "dt", "caption"]));
        let is_small = |h: &NodeId| doc.end(*h) - h.index() <= FEW_NODES;
        line.text.chars().count() <= MAX_HEADING && holder.filter(is_small).is_some_and(|h| doc.text(h) == line.text)
    };
    (heading() || stressed()) && split_leading_day(&line.text).is_none()
}

/// The rank of the heading around a text, 1 for the highest; 7 for what is only stressed.
fn rank(doc: &Document, text: NodeId) -> u8 {
    let of_tag = |tag: &str| tag.strip_prefix('h').and_then(|n| n.parse().ok());
    doc.ancestors(text).take(4).find_map(|a| of_tag(doc.tag(a))).unwrap_or(7)
}

/// The only year in a short text that names no day.
fn the_year(text: &str) -> Option<u16> {
    if text.len() > 4 * MAX_HEADING || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let numbers = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() == 4);
    let mut years = numbers.filter_map(|n| n.parse().ok()).filter(|y| YEARS.contains(y));
    let year = years.next()?;
    (years.next().is_none() && text.chars().count() <= MAX_HEADING && !names_a_day(text)).then_some(year)
}

/// What a year in a heading may be.
const YEARS: std::ops::RangeInclusive<u16> = 1900..=2100;

/// True for a text that names a day and next to nothing else.
fn is_day_alone(text: &str) -> bool {
    text.chars().count() <= MAX_CHARS && (is_date_line(text) || begins_with_date(text))
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
            assert!(names_a_day(text) && is_day_alone(text), "{text}");
        }
        for text in ["December", "2019", "June 2014", "Opinions of the court", "Room 12"] {
            assert!(!names_a_day(text) || !is_day_alone(text), "{text}");
        }
    }
}
