//! Every text of a record that looks like a date, best basis first.

use super::Common;
use crate::extract::date_shape::{is_date_alone, looks_like_date, split_leading_day};
use crate::extract::listing::facts::Facts;
use crate::extract::listing::marks::Marks;
use crate::extract::listing::segment::Candidate;
use crate::html::{Document, NodeId};
use crate::lexicon::{ColumnHint, column_hint, names_a_day};
use crate::model::{Basis, DateText};

/// Date texts of one record.
pub(super) struct Dates {
    pub(super) texts: Vec<DateText>,
    /// Elements that hold nothing but the date.
    pub(super) nodes: Vec<NodeId>,
    pub(super) rule: &'static str,
    /// The year of the heading above, for days without one.
    year: Option<u16>,
}

/// At most this many date texts are kept for one record.
const MAX_TEXTS: usize = 8;
/// At most this many characters of each.
const MAX_CHARS: usize = 200;
/// Letters of an element that may be a date alone.
const MIN_LETTERS: usize = 4;
const MAX_LETTERS: usize = 40;
/// In a longer line a date that is a link or stressed is spoken of.
const MAX_LINE: usize = 120;
const EMPHASIS: [&str; 8] = ["a", "b", "strong", "em", "i", "u", "mark", "code"];

/// Finds the date texts; `title` is skipped, since a date in a title is spoken of.
///
/// Order: what the template marks (an element for times, an `itemprop`, a class of microformats), then the lines. A
/// mark of the last change stands behind the others. `common` knows the time that a broken template gives to all.
pub(super) fn read(facts: &Facts<'_>, common: &Common, candidate: &Candidate, title: Option<NodeId>) -> Dates {
    let doc = facts.doc;
    let mut dates = Dates { texts: Vec::new(), nodes: Vec::new(), rule: "date line", year: candidate.year };
    let elements = doc.between(candidate.span.from, candidate.span.to).filter(|&n| doc.is_element(n));
    let mut marked: Vec<(NodeId, Mark)> = elements.filter_map(|n| Some((n, mark(facts, n)?))).collect();
    marked.sort_by_key(|&(node, mark)| (mark == Mark::Changed, node));
    for &(node, mark) in &marked {
        let stated = stated(doc, node).filter(|s| !common.is_same_for_all(s));
        dates.add(Basis::TimeElement, stated.unwrap_or(""));
        let text = doc.text(node);
        let alone = stated.is_none() && doc.tag(node) == "time";
        dates.add(if alone { Basis::TimeElement } else { Basis::Text }, &text);
        dates.nodes.push(node);
        if doc.tag(node) == "time" || mark == Mark::Microformat {
            dates.rule = if doc.tag(node) == "time" { "time element" } else { "microformat" };
        }
    }
    let skip = |n: NodeId| Some(n) == title || doc.tag(n) == "time";
    let told = candidate.told.as_ref().map_or(&[][..], |t| &t.dates);
    for &cell in told {
        for line in doc.lines_without(cell, &skip).iter().filter(|l| looks_like_date(&l.text)) {
            dates.add(Basis::Text, &line.text);
            dates.rule = "table column";
        }
    }
    if !dates.texts.is_empty() && !told.is_empty() {
        return dates;
    }
    // The record itself names no day, or it would stand under no heading.
    if let Some(text) = candidate.day.and_then(|day| facts.days.at(day)).and_then(|m| m.date.as_deref()) {
        dates.add(Basis::Text, text);
        dates.rule = "date heading";
    }
    for text in in_lines(facts, candidate, title, &dates.nodes) {
        dates.add(Basis::Text, &text);
    }
    dates
}

/// How a template marks a date.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Published,
    Microformat,
    Changed,
}

/// The mark of an element that holds a date.
fn mark(facts: &Facts<'_>, node: NodeId) -> Option<Mark> {
    let (doc, marks) = (facts.doc, facts.marks(node));
    let is_time = || doc.tag(node) == "time";
    let states = || stated(doc, node).is_some();
    if marks.has(Marks::CHANGE) || marks.has(Marks::CLASS_CHANGE) && !marks.has(Marks::CLASS_DATE) {
        return (is_time() || states()).then_some(Mark::Changed);
    }
    if is_time() || marks.has(Marks::DATE) {
        return Some(Mark::Published);
    }
    (marks.has(Marks::CLASS_DATE.and(Marks::CLASS_START)) && states()).then_some(Mark::Microformat)
}

/// The instant that an element states for machines.
pub(super) fn stated(doc: &Document, node: NodeId) -> Option<&str> {
    let of_abbr = || doc.attribute(node, "title").filter(|t| doc.tag(node) == "abbr" && looks_like_date(t));
    doc.attribute(node, "datetime").or_else(|| doc.attribute(node, "content")).or_else(of_abbr)
}

/// Lines that look like dates in reading order; an element that is a date and nothing else ("Mar 25, 2019" between a
/// name and a number) stands before its line.
fn in_lines(facts: &Facts<'_>, candidate: &Candidate, title: Option<NodeId>, marked: &[NodeId]) -> Vec<String> {
    let doc = facts.doc;
    let (from, to) = (candidate.span.from, candidate.span.to);
    let skip = |n: NodeId| Some(n) == title || doc.tag(n) == "time";
    let lines = doc.lines_between(from, to, &skip);
    let in_title = |n: NodeId| title.is_some_and(|t| doc.contains(t, n));
    let mut found: Vec<(usize, bool, String)> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        if looks_like_date(&line.text) && !is_labelled_number(&line.text) {
            found.push((place, true, line.text.clone()));
        }
    }
    let mut taken: Vec<NodeId> = Vec::new();
    let elements = doc.between(from, to).filter(|&n| doc.is_element(n) && !in_title(n));
    // From the last to the first: what stands within comes before what stands around it.
    for node in elements.collect::<Vec<_>>().into_iter().rev() {
        let short = (MIN_LETTERS..=MAX_LETTERS).contains(&facts.letters(facts.span(node)));
        let known = |m: &NodeId| doc.contains(*m, node) || doc.contains(node, *m);
        if !short || marked.iter().any(known) || taken.iter().any(known) {
            continue;
        }
        let text = doc.text(node);
        let place = lines.partition_point(|l| l.node.index() < doc.end(node)).saturating_sub(1);
        let spoken = doc.is(node, &EMPHASIS) && lines.get(place).is_some_and(|l| l.text.chars().count() > MAX_LINE);
        if is_date_alone(&text) && !spoken {
            taken.push(node);
            found.push((place, false, text));
        }
    }
    found.reverse();
    found.sort_by_key(|f| (f.0, f.1));
    found.into_iter().map(|f| f.2).collect()
}

/// True for "Docket No.: 20180204": eight digits behind a label that speaks of something else.
fn is_labelled_number(text: &str) -> bool {
    let Some((label, rest)) = text.split_once(':') else { return false };
    let number = rest.trim();
    !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && column_hint(label).is_some_and(|hint| hint != ColumnHint::Date)
}

impl Dates {
    fn add(&mut self, basis: Basis, text: &str) {
        let text: String = text.trim().chars().take(MAX_CHARS).collect();
        let known = self.texts.iter().any(|d| d.text.contains(&text));
        let text = self.year.filter(|_| lacks_year(&text)).map_or(text.clone(), |year| format!("{year} {text}"));
        if !text.is_empty() && !known && self.texts.len() < MAX_TEXTS {
            self.texts.push(DateText { basis, text });
        }
    }
}

/// True when the text names a day of a month in words and no year.
fn lacks_year(text: &str) -> bool {
    let date = split_leading_day(text).map_or(text, |(date, _)| date);
    let numeric =
        |word: &str| word.split(['/', '-', '.']).filter(|n| n.starts_with(|c: char| c.is_ascii_digit())).count() > 2;
    let year = |word: &str| word.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4);
    names_a_day(date) && !date.split_whitespace().any(|word| numeric(word) || year(word))
}
