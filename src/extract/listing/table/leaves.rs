//! Records that are no table rows have columns too: what stands in the same place of each record.
//!
//! In: the candidates of one region. Out: what the columns tell about each, when their links alone tell no title
//! (the link is a date, a number, or the same label in every record).

use super::columns::{self, Bounds};
use super::headline::{self, Headline};
use super::links;
use super::told::{self, Told};
use crate::extract::date_shape::{is_date_alone, split_leading_day};
use crate::extract::listing::facts::{Facts, Span};
use crate::extract::listing::hours::split_leading_hours;
use crate::extract::listing::score::main_link;
use crate::extract::listing::segment::Candidate;
use crate::html::{Document, NodeId};
use crate::lexicon::{ColumnHint, column_hint};
use foldhash::{HashMap, HashMapExt as _, HashSet};

/// Fewer records show no columns.
const LEAST: usize = 3;
/// So many tenths of the links must tell no title.
const POOR: usize = 6;
/// A place counts as a column when it is filled in one of so many records.
const RARE: usize = 4;
/// Columns and pieces of one record that are looked at.
const MAX_PIECES: usize = 40;
/// The title stands in most records; a column of more words holds texts: posts without a heading.
const BOUNDS: Bounds = Bounds { least_filled: 0.7, most_words: 14.0 };
/// Different links with one text that make it a label.
const LABEL_TARGETS: usize = 3;

/// What the columns tell about each candidate; `None` when the links speak for themselves.
pub(super) fn tell(facts: &Facts<'_>, candidates: &[Candidate]) -> Option<Vec<Told>> {
    if candidates.len() < LEAST || !links_are_poor(facts, candidates) {
        return None;
    }
    let pieces: Vec<Vec<Piece>> = candidates.iter().map(|c| pieces(facts, c.span)).collect();
    let rows = aligned(&pieces);
    let width = rows.first().map_or(0, Vec::len);
    let hints = (0..width).map(|column| label_hint(&rows, column)).collect();
    let plan = columns::plan(&rows, hints, BOUNDS);
    let title = plan.title.filter(|&title| !are_lines_of_days(&rows, title))?;
    let placed: Vec<Vec<((u64, usize), usize)>> = candidates.iter().map(|c| link_places(facts, c.span)).collect();
    let links = links::best(facts, &placed, &|_| None);
    let told = candidates.iter().zip(&rows).zip(links).map(|((candidate, row), link)| {
        let headline = row[title].as_ref();
        let link = headline.and_then(|h| h.link).or(link).or(candidate.link);
        let dates = plan.dates.iter().filter_map(|&d| row[d].as_ref()).map(|h| whole(facts.doc, h)).collect();
        Told { title: headline.map(|h| (h.node, h.text.clone())), link, dates, is_row: false }
    });
    let told: Vec<Told> = told.collect();
    told::lists_records(facts, told.iter()).then_some(told)
}

/// True when most titles open with a day, or with an hour below a day: lines of days, which are read as lines.
fn are_lines_of_days(rows: &[Vec<Option<Headline>>], title: usize) -> bool {
    let mostly = |column: usize, of: fn(&str) -> bool| {
        let texts = || rows.iter().filter_map(|row| row[column].as_ref());
        texts().filter(|h| of(&h.text)).count() * 10 >= texts().count() * POOR
    };
    let by_day = |text: &str| split_leading_day(text).is_some();
    let by_hour = |text: &str| split_leading_hours(text).is_some();
    mostly(title, by_day) || mostly(title, by_hour) && (0..rows[0].len()).any(|column| mostly(column, by_day))
}

/// The text node of a headline, or the smallest element that holds all of it: "18" and "Sep" in elements of their own.
fn whole(doc: &Document, headline: &Headline) -> NodeId {
    let mut around = std::iter::once(headline.node).chain(doc.ancestors(headline.node));
    around.find(|&n| doc.text(n).len() >= headline.text.len()).unwrap_or(headline.node)
}

/// What the label that stands before most texts of a column speaks of: "Docket No.: 20240230", "Title: A v. B".
fn label_hint(rows: &[Vec<Option<Headline>>], column: usize) -> Option<ColumnHint> {
    let texts: Vec<&str> = rows.iter().filter_map(|r| r[column].as_ref()).map(|h| h.text.as_str()).collect();
    let label = texts.first()?.split_once(':')?.0;
    let same = texts.iter().filter(|t| t.strip_prefix(label).is_some_and(|rest| rest.starts_with(':'))).count();
    (same * 10 >= texts.len() * LABELLED).then(|| column_hint(label).unwrap_or(ColumnHint::Other))
}

/// So many tenths of the texts begin with the same label in a labelled column.
const LABELLED: usize = 8;

/// True when most candidates have no heading, and a link whose text names nothing.
fn links_are_poor(facts: &Facts<'_>, candidates: &[Candidate]) -> bool {
    let headed = candidates.iter().filter(|c| facts.headings(c.span) > 0).count();
    if headed * 2 > candidates.len() {
        return false;
    }
    let mut targets: HashMap<&str, HashSet<&str>> = HashMap::new();
    let links = || candidates.iter().map(|c| main_link(facts, c));
    for link in links().flatten().filter(|l| !l.text.is_empty()) {
        targets.entry(&link.text).or_default().insert(&link.key);
    }
    // A link around a picture says nothing of the text beside it: posts of a picture service have no titles.
    let poor = |text: &str| {
        !text.is_empty() && !text.chars().any(char::is_alphabetic)
            || is_date_alone(text)
            || headline::is_number(text)
            || targets.get(text).is_some_and(|keys| keys.len() >= LABEL_TARGETS)
    };
    let count = links().filter(|l| l.is_none_or(|l| poor(&l.text))).count();
    count * 10 >= candidates.len() * POOR
}

/// Text in one element up to a line break.
struct Piece {
    /// Signature of its element and how many pieces of the record had it before.
    place: (u64, usize),
    headline: Headline,
}

fn pieces(facts: &Facts<'_>, span: Span) -> Vec<Piece> {
    let doc = facts.doc;
    let mut raw: Vec<(NodeId, NodeId, String)> = Vec::new();
    let mut broken = true;
    for node in doc.between(span.from, span.to) {
        if let Some(text) = doc.seen_text(node) {
            if text.trim().is_empty() {
                continue;
            }
            let leaf = leaf(facts, node, span.from);
            let full = raw.len() >= MAX_PIECES;
            match raw.last_mut().filter(|last| !broken && last.0 == leaf) {
                Some(last) => last.2.push_str(text),
                None if full => break,
                None => raw.push((leaf, node, text.to_owned())),
            }
            broken = false;
        } else if doc.is(node, &["br", "hr"]) {
            broken = true;
        }
    }
    let mut before: HashMap<u64, usize> = HashMap::new();
    let piece = |(leaf, node, text): (NodeId, NodeId, String)| {
        let trail = facts.trail[leaf.index()];
        let count = before.entry(trail).or_default();
        *count += 1;
        let text = on_one_line(&text);
        let link = doc.ancestors(node).take_while(|a| a.index() >= span.from).find_map(|a| facts.place_of_link(a));
        Piece { place: (trail, *count), headline: headline::of_text(node, text, link) }
    };
    raw.into_iter().map(piece).collect()
}

/// The words of a text with one space between them.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Links of a record: signature of each and how many before it had the same.
pub(super) fn link_places(facts: &Facts<'_>, span: Span) -> Vec<((u64, usize), usize)> {
    let mut before: HashMap<u64, usize> = HashMap::new();
    let place = |link: usize| {
        let trail = facts.trail[facts.links[link].node.index()];
        let count = before.entry(trail).or_default();
        *count += 1;
        ((trail, *count), link)
    };
    facts.link_range(span).take(MAX_PIECES).map(place).collect()
}

/// The element of a text that is no mere markup of words.
fn leaf(facts: &Facts<'_>, text: NodeId, from: usize) -> NodeId {
    let doc = facts.doc;
    let markup = |n: NodeId| doc.is_inline(n) && !doc.is(n, &["a", "span", "time", "label"]) && !facts.is_heading(n);
    let mut around = doc.ancestors(text).take_while(|a| a.index() >= from);
    around.find(|&a| !markup(a)).or_else(|| doc.parent(text)).unwrap_or(text)
}

/// The pieces by column: places in the order in which they first appear, rare ones left out.
fn aligned(records: &[Vec<Piece>]) -> Vec<Vec<Option<Headline>>> {
    let mut places: Vec<((u64, usize), usize)> = Vec::new();
    let mut known: HashMap<(u64, usize), usize> = HashMap::new();
    for piece in records.iter().flatten() {
        let at = *known.entry(piece.place).or_insert_with(|| {
            places.push((piece.place, 0));
            places.len() - 1
        });
        places[at].1 += 1;
    }
    places.retain(|p| p.1 * RARE >= records.len());
    places.truncate(MAX_PIECES);
    let column: HashMap<(u64, usize), usize> = places.iter().enumerate().map(|(i, p)| (p.0, i)).collect();
    let row = |record: &Vec<Piece>| {
        let mut row = vec![None; column.len()];
        for piece in record {
            if let Some(&at) = column.get(&piece.place) {
                row[at] = Some(piece.headline.clone());
            }
        }
        row
    };
    records.iter().map(row).collect()
}
