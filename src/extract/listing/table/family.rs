//! Which rows belong together, and which are heads, group headings or nothing?

use super::grid::{self, Row};
use crate::extract::listing::facts::Facts;
use crate::html::{Document, NodeId};
use crate::lexicon::{ColumnHint, column_hint};
use foldhash::{HashMap, HashMapExt as _};

/// Rows of one template, from one table or several.
#[derive(Debug, Default)]
pub(super) struct Family {
    pub(super) rows: Vec<Member>,
    /// Hint of each column.
    pub(super) hints: Vec<Option<ColumnHint>>,
    /// Heads and group headings.
    pub(super) furniture: Vec<NodeId>,
}

/// One row of records and the heading of its group.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) row: Row,
    pub(super) group: Option<NodeId>,
}

enum Kind {
    Head,
    Group(NodeId),
    Record,
    Void,
}

/// A row with more links than this, or more letters than [`LONG_ROW`], lays out the page.
const CROWDED_ROW: usize = 40;
const LONG_ROW: usize = 4000;
/// The head of a column has at most this many characters.
const HEAD_CHARS: usize = 40;
/// Days of a calendar sheet.
const WEEK: usize = 7;

/// All families of a page, in reading order.
pub(super) fn families(facts: &Facts<'_>) -> Vec<Family> {
    let mut out: Vec<Family> = Vec::new();
    let mut known: HashMap<(u64, usize, Vec<String>), usize> = HashMap::new();
    for (table, rows) in grid::tables(facts.doc) {
        if lays_out(facts, &rows) {
            continue;
        }
        let Some(sheet) = sheet(facts, rows) else { continue };
        let key = (facts.trail[table.index()], sheet.width, sheet.heads.clone());
        let at = *known.entry(key).or_insert_with(|| {
            let hints = (0..sheet.width).map(|i| sheet.heads.get(i).and_then(|h| column_hint(h))).collect();
            out.push(Family { hints, ..Family::default() });
            out.len() - 1
        });
        out[at].rows.extend(sheet.members);
        out[at].furniture.extend(sheet.furniture);
    }
    out
}

/// One table, sorted out.
struct Sheet {
    width: usize,
    heads: Vec<String>,
    members: Vec<Member>,
    furniture: Vec<NodeId>,
}

fn sheet(facts: &Facts<'_>, rows: Vec<Row>) -> Option<Sheet> {
    let doc = facts.doc;
    let width = usual_width(doc, &rows)?;
    let (mut heads, mut members, mut furniture) = (Vec::new(), Vec::new(), Vec::new());
    let mut group = None;
    for row in rows {
        let kind = kind(facts, &row, width);
        let root = row.root;
        match kind {
            Kind::Head => heads = head_texts(doc, &row, width),
            Kind::Group(node) => group = Some(node),
            Kind::Record => {
                members.push(Member { row, group });
                continue;
            }
            Kind::Void => {}
        }
        furniture.push(root);
    }
    if heads.is_empty() && is_head(facts, &members) {
        let head = members.remove(0).row;
        heads = head_texts(doc, &head, width);
        furniture.push(head.root);
    }
    // A long table says its heads again and again.
    let repeats = |m: &mut Member| !heads.is_empty() && head_texts(doc, &m.row, width) == heads;
    furniture.extend(members.extract_if(.., repeats).map(|m| m.row.root));
    if members.is_empty() || width == WEEK && is_calendar(doc, &members) {
        return None;
    }
    Some(Sheet { width, heads, members, furniture })
}

/// True for a sheet of days: most filled cells begin with the number of a day.
fn is_calendar(doc: &Document, members: &[Member]) -> bool {
    let firsts: Vec<String> = members
        .iter()
        .flat_map(|m| &m.row.cells)
        .filter_map(|c| doc.lines(c.node).into_iter().next())
        .map(|l| l.text)
        .collect();
    let days =
        firsts.iter().filter(|t| t.split_whitespace().next().is_some_and(|w| w.parse().is_ok_and(|d: u8| d <= 31)));
    days.count() * 2 > firsts.len()
}

/// True for a table that only places parts of the page, or whose rows hold lists.
fn lays_out(facts: &Facts<'_>, rows: &[Row]) -> bool {
    let big = |row: &&Row| {
        let span = facts.span(row.root);
        facts.link_range(span).len() > CROWDED_ROW
            || facts.letters(span) > LONG_ROW
            || facts.doc.descendants(row.root).any(|n| facts.doc.is(n, &["tr", "pre", "code", "textarea"]))
    };
    rows.iter().filter(big).count() * 4 > rows.len()
}

/// The usual number of columns of rows with at least two filled cells.
fn usual_width(doc: &Document, rows: &[Row]) -> Option<usize> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for row in rows.iter().filter(|r| filled(doc, r).count() >= 2) {
        *counts.entry(row.width()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(width, count)| (count, width)).map(|(width, _)| width).filter(|&w| w >= 2)
}

/// Cells of the row itself that hold something.
fn filled<'r>(doc: &'r Document, row: &'r Row) -> impl Iterator<Item = NodeId> + 'r {
    row.cells.iter().filter(|c| !c.from_above).map(|c| c.node).filter(|&c| {
        doc.subtree(c).any(|n| doc.seen_text(n).is_some_and(|t| !t.trim().is_empty()) || doc.is(n, &["img", "a"]))
    })
}

fn kind(facts: &Facts<'_>, row: &Row, width: usize) -> Kind {
    let doc = facts.doc;
    let cells: Vec<NodeId> = filled(doc, row).collect();
    let own = row.cells.iter().filter(|c| !c.from_above).count();
    let is_head = |n: &NodeId| doc.tag(*n) == "th" || doc.attribute(*n, "role") == Some("columnheader");
    let under_head = doc.ancestors(row.root).take(2).any(|a| doc.tag(a) == "thead");
    match cells.as_slice() {
        [] => Kind::Void,
        [only] if own == 1 || own < width && under_head => Kind::Group(*only),
        [_, _, ..] if under_head || cells.iter().all(is_head) => Kind::Head,
        _ if under_head => Kind::Void,
        _ if row.width() == width || own * 2 > width => Kind::Record,
        _ => Kind::Void,
    }
}

fn head_texts(doc: &Document, row: &Row, width: usize) -> Vec<String> {
    let mut out = vec![String::new(); width];
    for cell in &row.cells {
        if let Some(place) = out.get_mut(cell.column) {
            doc.text(cell.node).trim().clone_into(place);
        }
    }
    out
}

/// True when the first row is a head by what it says: short texts without a digit above a column of dates or numbers.
fn is_head(facts: &Facts<'_>, members: &[Member]) -> bool {
    let [first, rest @ ..] = members else { return false };
    let doc = facts.doc;
    let text = |row: &Row, column: usize| row.cells.iter().find(|c| c.column == column).map(|c| doc.text(c.node));
    let short = |t: &String| t.chars().count() <= HEAD_CHARS && !t.chars().any(char::is_numeric);
    let own: Vec<String> = first.row.cells.iter().map(|c| doc.text(c.node)).filter(|t| !t.is_empty()).collect();
    if rest.is_empty() || own.len() < 2 || !own.iter().all(short) {
        return false;
    }
    let width = first.row.width();
    let sample = &rest[..rest.len().min(20)];
    let differs = (0..width).filter(|&i| text(&first.row, i).is_some_and(|t| !t.is_empty())).any(|i| {
        let digits = |m: &&Member| text(&m.row, i).is_some_and(|t| t.chars().any(char::is_numeric));
        sample.iter().filter(digits).count() * 2 > sample.len()
    });
    let hinted = own.iter().filter(|t| column_hint(t).is_some()).count();
    differs && (hinted > 0 || own.iter().all(|t| t.split_whitespace().count() <= 4)) || hinted * 2 > own.len()
}
