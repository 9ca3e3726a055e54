//! Records that are lines: "January 16 – Agenda | Minutes". They open with a day, which is all that tells them apart.
//!
//! In: the lines of a page that open with a day. Out: regions of records whose title is what stands beside the date,
//! else the heading that they stand under. Lines need no element of their own: a paragraph may hold a year of them.
//! Does nothing where the records have titles: cards with a date above the heading.

use super::facts::{Facts, Span};
use super::hours::{split_leading_hours, without_hours};
use super::score::{LABEL, weight};
use super::segment::{Candidate, Region};
use super::table::{self, Tables, Told};
use crate::extract::date_shape::{is_date_alone, split_leading_day, words_beside};
use crate::html::{Document, NodeId};
use crate::lexicon::{ColumnHint, column_hint};
use foldhash::{HashMap, HashMapExt as _, HashSet};
use std::rc::Rc;

/// Fewer lines are no list.
const LEAST: usize = 3;
/// So many tenths of the records must have no title of their own.
const POOR: usize = 6;
/// Links with one text to this many addresses make it a label ("Agenda").
const LABEL_TARGETS: usize = 2;
/// Records that make a container of what holds them; two may be one record and a date that it speaks of.
const HELD: usize = 3;
/// A line of more characters is a sentence about a day.
const MAX_CHARS: usize = 120;
/// Lists on one page that are looked at.
const MAX_GROUPS: usize = 64;
/// Nodes of an element that may hold a date and nothing else.
const FEW_NODES: usize = 64;

/// One record.
struct Entry {
    /// Place of its line among the lines of the page.
    line: usize,
    /// The block element that the line stands in.
    block: NodeId,
    span: Span,
    /// Place of the line that opens with an hour, where the day has several.
    hour: Option<usize>,
}

/// Regions of lines that open with a day.
pub(super) fn regions(facts: &Facts<'_>, tables: &Tables, others: &[Region]) -> Vec<Region> {
    if facts.days.openings.len() < LEAST {
        return Vec::new();
    }
    let mut order: Vec<u64> = Vec::new();
    let mut groups: HashMap<u64, Vec<(usize, NodeId)>> = HashMap::new();
    for &line in &facts.days.openings {
        let Some(block) = block_of(facts, facts.days.lines[line].node) else { continue };
        if facts.days.lines[line].text.chars().count() > MAX_CHARS {
            continue;
        }
        let trail = facts.trail[block.index()];
        groups.entry(trail).or_insert_with(|| {
            order.push(trail);
            Vec::new()
        });
        groups.entry(trail).and_modify(|g| g.push((line, block)));
    }
    let groups = order.iter().filter_map(|trail| groups.remove(trail)).filter(|g| g.len() >= LEAST).take(MAX_GROUPS);
    let mut heads = None;
    groups
        .filter(|group| !are_rows(facts, group, tables) && !are_told(facts, group, others))
        .filter_map(|group| region(facts, heads.get_or_insert_with(|| Heads::new(facts)), &group))
        .collect()
}

/// Marks the candidates that hold several of the records in `lines`: a year with its meetings.
pub(super) fn mark_holders(regions: &mut [Region], lines: &[Region]) {
    let mut starts: Vec<usize> = lines.iter().flat_map(|r| &r.candidates).map(|c| c.span.from).collect();
    starts.sort_unstable();
    let before = |place: usize| starts.partition_point(|&start| start < place);
    for candidate in regions.iter_mut().flat_map(|r| &mut r.candidates) {
        candidate.holds_records |= before(candidate.span.to) - before(candidate.span.from) >= HELD;
    }
}

/// Lines of the page that head what stands below them.
struct Heads {
    /// Places of the lines.
    lines: Vec<usize>,
    /// Those that say more than a date.
    telling: Vec<usize>,
    page_title: Option<(NodeId, String)>,
}

impl Heads {
    fn new(facts: &Facts<'_>) -> Self {
        let all = &facts.days.lines;
        let lines: Vec<usize> = (0..all.len()).filter(|&place| facts.is_head(&all[place])).collect();
        let telling = lines.iter().copied().filter(|&place| words_beside(&all[place].text) > 0).collect();
        Self { lines, telling, page_title: page_title(facts.doc) }
    }

    /// The first one behind a line.
    fn after(&self, line: usize) -> Option<usize> {
        self.lines.get(self.lines.partition_point(|&head| head <= line)).copied()
    }

    /// The heading that the line stands under, when it says more than a year; else what the page is called.
    fn above(&self, facts: &Facts<'_>, line: usize) -> Option<(NodeId, String)> {
        let before = self.telling.partition_point(|&head| head < line);
        let head = self.telling[..before].last().map(|&place| &facts.days.lines[place]);
        head.map(|l| (l.node, l.text.clone())).or_else(|| self.page_title.clone())
    }
}

/// True when most lines stand alone in their cells of rows that the columns speak of.
fn are_rows(facts: &Facts<'_>, group: &[(usize, NodeId)], tables: &Tables) -> bool {
    let in_row = |block: NodeId| facts.doc.ancestors(block).take(4).chain([block]).any(|n| tables.knows(n));
    let cells: HashSet<NodeId> = group.iter().map(|g| g.1).filter(|&b| in_row(b)).collect();
    cells.len() * 10 >= group.len() * POOR
}

/// True when the columns of other regions tell titles of these very records; "Minutes" is none.
fn are_told(facts: &Facts<'_>, group: &[(usize, NodeId)], others: &[Region]) -> bool {
    let lines: Vec<usize> = group.iter().map(|g| facts.days.lines[g.0].node.index()).collect();
    let names = |c: &&Candidate| {
        let title = c.told.as_ref().and_then(|t| t.title.as_ref());
        title.is_some_and(|(_, text)| column_hint(text) != Some(ColumnHint::Document))
    };
    let holds_one = |c: &Candidate| {
        let at = lines.partition_point(|&l| l < c.span.from);
        (lines.get(at)? < &c.span.to && lines.get(at + 1).is_none_or(|&l| l >= c.span.to)).then_some(at)
    };
    let told: HashSet<usize> = others.iter().flat_map(|o| &o.candidates).filter(names).filter_map(holds_one).collect();
    told.len() * 10 >= group.len() * POOR
}

fn block_of(facts: &Facts<'_>, text: NodeId) -> Option<NodeId> {
    facts.doc.ancestors(text).find(|&a| !facts.doc.is_inline(a))
}

fn region(facts: &Facts<'_>, heads: &Heads, group: &[(usize, NodeId)]) -> Option<Region> {
    let entries = entries(facts, heads, group);
    let labels = labels(facts, &entries);
    if entries.iter().filter(|e| is_poor(facts, e, &labels)).count() * 10 < entries.len() * POOR {
        return None;
    }
    let places = places(facts, &entries);
    let entries: Vec<Entry> = entries.into_iter().flat_map(|entry| by_hours(facts, entry)).collect();
    let spans: Vec<Span> = entries.iter().map(|e| e.span).collect();
    let links = table::documents(facts, &spans);
    let candidates = entries.iter().zip(links).map(|(entry, link)| {
        let title = entry.hour.map(|hour| named_by_hour(facts, hour));
        let title = title.or_else(|| own_title(facts, entry, &labels, &places));
        let title = title.or_else(|| heads.above(facts, entry.line));
        let told = Told { title, link, dates: vec![date_node(facts, entry)], is_row: false };
        let root = entry.root(facts);
        Candidate { span: entry.span, link, told: Some(Rc::new(told)), ..Candidate::of(facts, root) }
    });
    let candidates: Vec<Candidate> =
        candidates.filter(|c| c.told.as_ref().is_some_and(|t| t.title.is_some())).collect();
    (candidates.len() >= LEAST).then_some(Region { candidates })
}

impl Entry {
    /// The widest element that begins with the line and ends with the record, else the one around the line.
    fn root(&self, facts: &Facts<'_>) -> NodeId {
        let node = facts.days.lines[self.line].node;
        let within = |a: &NodeId| a.index() >= self.span.from && facts.doc.end(*a) <= self.span.to;
        facts.doc.ancestors(node).take_while(within).last().or_else(|| facts.doc.parent(node)).unwrap_or(node)
    }
}

/// Where each record begins and ends: at the next one, at a heading, at the end of what holds them.
fn entries(facts: &Facts<'_>, heads: &Heads, group: &[(usize, NodeId)]) -> Vec<Entry> {
    let doc = facts.doc;
    let lines = &facts.days.lines;
    let node = |i: usize| lines[group[i].0].node;
    let starts: Vec<usize> = (0..group.len()).map(|i| start(facts, node(i))).collect();
    let mut usual: Vec<usize> = group.windows(2).map(|w| w[1].0 - w[0].0).collect();
    usual.sort_unstable();
    let usual = usual[usual.len() / 2];
    let mut out = Vec::with_capacity(group.len());
    for (i, &(line, block)) in group.iter().enumerate() {
        let near = |j: usize| group.get(j).map(|g| lines[g.0].node);
        let others = [i.checked_sub(1).and_then(near), near(i + 1)];
        let holder = doc.ancestors(node(i)).find(|&a| others.iter().flatten().any(|&o| doc.contains(a, o)));
        let mut to = holder.map_or(doc.len(), |h| doc.end(h));
        match starts.get(i + 1) {
            Some(&next) if next < to => to = next,
            // The last one of a group has as many lines as the others.
            _ => to = lines.get(line + usual).map_or(to, |l| to.min(start(facts, l.node))),
        }
        if let Some(head) = heads.after(line).map(|place| lines[place].node).filter(|head| head.index() < to) {
            to = start(facts, head);
        }
        out.push(Entry { line, block, span: Span { from: starts[i], to }, hour: None });
    }
    out
}

/// The record itself, or one for each hour of a day that has several: "9 a.m. – Board", "11:30 – Finance Committee".
fn by_hours(facts: &Facts<'_>, entry: Entry) -> Vec<Entry> {
    let lines = &facts.days.lines;
    let inside = (entry.line + 1..lines.len()).take_while(|&place| lines[place].node.index() < entry.span.to);
    let is_named = |text: &str| split_leading_hours(text).is_some_and(|rest| words_beside(rest) > 0);
    let hours: Vec<usize> = inside.filter(|&place| is_named(&lines[place].text)).collect();
    if hours.len() < SEVERAL {
        return vec![entry];
    }
    let edge = |at: usize| start(facts, lines[hours[at]].node);
    let one = |at: usize| {
        let from = if at == 0 { entry.span.from } else { edge(at) };
        let to = if at + 1 == hours.len() { entry.span.to } else { edge(at + 1) };
        Entry { span: Span { from, to }, hour: Some(hours[at]), ..entry }
    };
    (0..hours.len()).map(one).collect()
}

/// Hours of a day that are records of their own.
const SEVERAL: usize = 2;

/// The words behind the hours of a line.
fn named_by_hour(facts: &Facts<'_>, hour: usize) -> (NodeId, String) {
    let line = &facts.days.lines[hour];
    (line.node, split_leading_hours(&line.text).unwrap_or(&line.text).to_owned())
}

/// Place of the widest element that begins with this text.
fn start(facts: &Facts<'_>, text: NodeId) -> usize {
    let doc = facts.doc;
    let seen = |place: &usize| doc.seen_text(doc.node_at(*place)).is_some_and(|t| !t.trim().is_empty());
    let before = (0..text.index()).rev().find(seen).unwrap_or(0);
    doc.ancestors(text).take_while(|a| a.index() > before).last().unwrap_or(text).index()
}

/// Texts of links that lead from several records to different addresses.
fn labels<'f>(facts: &'f Facts<'_>, entries: &[Entry]) -> HashSet<&'f str> {
    let mut targets: HashMap<&str, HashSet<&str>> = HashMap::new();
    for link in entries.iter().flat_map(|e| facts.links_in(e.span)) {
        targets.entry(&link.text).or_default().insert(&link.key);
    }
    targets.into_iter().filter(|(_, keys)| keys.len() >= LABEL_TARGETS).map(|(text, _)| text).collect()
}

/// True when the record has no heading and most of its links name nothing.
fn is_poor(facts: &Facts<'_>, entry: &Entry, labels: &HashSet<&str>) -> bool {
    let names = |text: &str| {
        let beside = split_leading_day(text).map_or(text, |(_, rest)| rest);
        !labels.contains(text) && words_beside(beside) > 0
    };
    let links = facts.links_in(entry.span);
    let telling = links.iter().filter(|l| names(&l.text)).count();
    facts.headings(entry.span) == 0 && (telling * 2 < links.len() || telling == 0)
}

/// What stands behind the hour in most of the records that state one: the place where all of them happen.
fn places(facts: &Facts<'_>, entries: &[Entry]) -> HashSet<String> {
    let parts = |e: &Entry| split_leading_day(&facts.days.lines[e.line].text);
    let is_timed = |(date, rest): &(&str, &str)| date.contains(':') || without_hours(rest).len() < rest.len();
    let timed = || entries.iter().filter_map(parts).filter(is_timed).map(|(_, rest)| without_hours(rest));
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for place in timed() {
        *counts.entry(place).or_default() += 1;
    }
    let all = timed().count();
    let usual = |&(text, count): &(&str, usize)| {
        count >= LEAST && count * 2 >= all && column_hint(text) != Some(ColumnHint::Title)
    };
    counts.into_iter().filter(usual).map(|(text, _)| text.to_owned()).collect()
}

/// The words beside the date, in its line or in the next one of the same block.
fn own_title(
    facts: &Facts<'_>,
    entry: &Entry,
    labels: &HashSet<&str>,
    places: &HashSet<String>,
) -> Option<(NodeId, String)> {
    let doc = facts.doc;
    let to = entry.span.to.min(doc.end(entry.block));
    let skip = |n: NodeId| {
        facts.link_of(n).is_some_and(|l| {
            labels.contains(l.text.as_str()) || split_leading_day(&l.text).is_none() && weight(&l.text) < LABEL
        })
    };
    let lines = doc.lines_between(entry.span.from, to, &skip);
    let mut rests = lines.iter().enumerate().take(2).map(|(i, line)| {
        let rest = if i == 0 { split_leading_day(&line.text).map_or("", |s| s.1) } else { line.text.as_str() };
        (line.node, without_hours(rest))
    });
    let fits = |text: &str| words_beside(text) > 0 && !is_date_alone(text) && !places.contains(text);
    rests.find(|(_, text)| fits(text)).map(|(node, text)| (node, text.to_owned()))
}

/// What the page is called, without the name of the site behind it.
fn page_title(doc: &Document) -> Option<(NodeId, String)> {
    let node = doc.elements().find(|&n| doc.tag(n) == "title")?;
    let text = doc.text(node);
    let name = text.split(['|', '–', '—']).next()?.split(" - ").next()?;
    (words_beside(name) > 0).then(|| (node, name.trim().to_owned()))
}

/// The element or text that holds the date.
fn date_node(facts: &Facts<'_>, entry: &Entry) -> NodeId {
    let node = facts.days.lines[entry.line].node;
    let alone = facts.doc.seen_text(node).is_some_and(|t| split_leading_day(t).is_some());
    let is_small = |a: &NodeId| facts.doc.end(*a) - a.index() <= FEW_NODES;
    let mut around = facts.doc.ancestors(node).take_while(is_small);
    let mut holder = || around.find(|&a| split_leading_day(&facts.doc.text(a)).is_some());
    if alone { node } else { holder().unwrap_or(node) }
}
