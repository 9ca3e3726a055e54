//! Is it a candidate? Finds the regions of a page in which something repeats; judges none of them.
//!
//! In: the facts of a page. Out: regions, many of them overlapping. Two generators: links whose trails of tags and
//! steady classes are equal (cards, list items, anything with a link, however it is nested), and brothers with equal
//! signatures (table rows, rows without links). A record is a span of nodes, so that a heading and the brothers that
//! belong to it need no container.
//!
//! Source: the method of `MDR` (Liu et al., 2003) simplified to signatures instead of edit distances.

use super::facts::{Facts, Span};
use super::links::Link;
use super::table::{self, Tables, Told};
use super::{day_lines, days};
use crate::html::NodeId;
use foldhash::{HashMap, HashMapExt as _, HashSet};
use std::rc::Rc;

/// Where a record may stand.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Candidate {
    pub(in crate::extract) span: Span,
    /// The element that holds the record, or its first one.
    pub(in crate::extract) root: NodeId,
    /// The link that made it a candidate.
    pub(in crate::extract) link: Option<usize>,
    /// What the columns of its table say, for a row of one.
    pub(in crate::extract) told: Option<Rc<Told>>,
    /// The date heading that it stands under.
    pub(in crate::extract) day: Option<NodeId>,
    /// The year of the heading that it stands under.
    pub(in crate::extract) year: Option<u16>,
    /// True when it holds several rows of a table or lines of days: a container of records.
    pub(in crate::extract) holds_records: bool,
}

impl Candidate {
    /// True when a link of its own is known.
    pub(super) fn leads(&self) -> bool {
        self.told.as_ref().map_or(self.link, |told| told.link).is_some()
    }

    /// A record that is one element, before anything else is known of it.
    pub(super) fn of(facts: &Facts<'_>, root: NodeId) -> Self {
        let span = facts.span(root);
        Self { span, root, link: None, told: None, day: None, year: None, holds_records: false }
    }
}

/// Candidates that repeat.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Region {
    pub(in crate::extract) candidates: Vec<Candidate>,
}

/// A single record reaches up while its container has at most this many times its text, plus [`SINGLE_SLACK`].
const SINGLE_GROWTH: usize = 3;
/// Letters that a container may always add to a single record: a date, a byline, an excerpt.
const SINGLE_SLACK: usize = 400;

/// All regions of the page.
pub(in crate::extract) fn segment(facts: &Facts<'_>) -> Vec<Region> {
    let tables = table::read(facts);
    let mut regions = by_links(facts);
    regions.extend(by_brothers(facts, &tables));
    for region in &mut regions {
        table::tell(facts, region, &tables);
    }
    let lines = day_lines::regions(facts, &tables, &regions);
    day_lines::mark_holders(&mut regions, &lines);
    regions.extend(lines);
    regions.extend(tables.regions);
    for region in &mut regions {
        days::govern(facts, &mut region.candidates);
    }
    regions.retain(|r| !r.candidates.is_empty());
    regions
}

fn by_links(facts: &Facts<'_>) -> Vec<Region> {
    let mut order: Vec<u64> = Vec::new();
    let mut groups: HashMap<u64, Vec<usize>> = HashMap::new();
    for (i, link) in facts.links.iter().enumerate() {
        let group = groups.entry(facts.trail[link.node.index()]).or_insert_with_key(|k| {
            order.push(*k);
            Vec::new()
        });
        if group.last().is_none_or(|&last| facts.links[last].target != link.target) {
            group.push(i);
        }
    }
    let groups = order.iter().filter_map(|k| groups.remove(k)).collect();
    merged(facts, groups).iter().map(|group| region_of_links(facts, group)).collect()
}

/// Two trails of the same tags are one template when they share at least this many tenths of their classes.
const SAME_TEMPLATE: usize = 7;
/// Templates told apart for one trail of tags; more are left as they are.
const MAX_TEMPLATES: usize = 40;

/// Joins groups whose trails have the same tags and mostly the same classes: rows of a grid whose cards carry
/// classes of their own.
fn merged(facts: &Facts<'_>, groups: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut out: Vec<(Vec<usize>, HashSet<u32>)> = Vec::new();
    let mut by_tags: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
    for group in groups {
        let node = facts.links[group[0]].node;
        let (tags, classes) = facts.template(node);
        let known = by_tags.entry(tags).or_default();
        let alike = known.iter().copied().find(|&g| {
            let shared = out[g].1.intersection(&classes).count();
            shared * 10 >= SAME_TEMPLATE * out[g].1.union(&classes).count()
        });
        if let Some(g) = alike {
            out[g].0.extend(group);
            continue;
        }
        if known.len() < MAX_TEMPLATES {
            known.push(out.len());
        }
        out.push((group, classes));
    }
    out.into_iter()
        .map(|(mut group, _)| {
            group.sort_unstable();
            group.dedup_by(|a, b| facts.links[*a].target == facts.links[*b].target);
            group
        })
        .collect()
}

fn region_of_links(facts: &Facts<'_>, group: &[usize]) -> Region {
    let mut roots: Vec<NodeId> = Vec::with_capacity(group.len());
    for (place, &i) in group.iter().enumerate() {
        let node = facts.links[i].node;
        let around = [place.checked_sub(1), Some(place + 1)];
        let neighbors = around.into_iter().flatten().filter_map(|p| group.get(p)).map(|&j| facts.links[j].node);
        roots.push(if group.len() == 1 { single_root(facts, i) } else { widest_without(facts, node, neighbors) });
    }
    narrow(facts, group, &mut roots);
    let usual = most_common(roots.iter().map(|r| facts.trail[r.index()]));
    for (root, &i) in roots.iter_mut().zip(group) {
        let node = facts.links[i].node;
        if Some(facts.trail[root.index()]) != usual {
            let fitting =
                facts.doc.ancestors(node).take_while(|&a| a >= *root).find(|a| Some(facts.trail[a.index()]) == usual);
            *root = fitting.unwrap_or(*root);
        }
    }
    let candidates =
        roots.iter().zip(group).map(|(&root, &i)| Candidate { link: Some(i), ..Candidate::of(facts, root) });
    let mut candidates: Vec<Candidate> = candidates.collect();
    attach_brothers(facts, &mut candidates);
    Region { candidates }
}

/// One root in this many that holds headings of other stories makes the roots too wide.
const TOO_WIDE: usize = 3;

/// Narrows roots that hold other stories: where each section opens with a story of this template, nothing of its like
/// stands in the way before the whole section is reached. Full posts that link headings of their own stay whole.
fn narrow(facts: &Facts<'_>, group: &[usize], roots: &mut [NodeId]) {
    let foreign = |root: NodeId, link: &Link| {
        facts.links_in(facts.span(root)).iter().any(|l| l.in_heading && !l.in_prose && l.target != link.target)
    };
    let wide = |&(&root, &i): &(&NodeId, &usize)| facts.links[i].in_heading && foreign(root, &facts.links[i]);
    if roots.iter().zip(group).filter(wide).count() * TOO_WIDE < group.len() {
        return;
    }
    for (root, &i) in roots.iter_mut().zip(group) {
        let link = &facts.links[i];
        if link.in_heading && foreign(*root, link) {
            let inner = std::iter::once(link.node).chain(facts.doc.ancestors(link.node));
            *root = inner.take_while(|&a| a >= *root && !foreign(a, link)).last().unwrap_or(link.node);
        }
    }
}

/// The widest ancestor of `node` that holds none of the neighbors.
fn widest_without(facts: &Facts<'_>, node: NodeId, neighbors: impl Iterator<Item = NodeId>) -> NodeId {
    let neighbors: Vec<NodeId> = neighbors.collect();
    let mut root = node;
    for ancestor in facts.doc.ancestors(node) {
        if neighbors.iter().any(|&n| facts.doc.contains(ancestor, n)) {
            break;
        }
        root = ancestor;
    }
    root
}

/// The container of a link that has no like: climbs while nothing but this record comes in.
fn single_root(facts: &Facts<'_>, link: usize) -> NodeId {
    let this = &facts.links[link];
    let mut root = this.node;
    for ancestor in facts.doc.ancestors(this.node) {
        if facts.doc.is(ancestor, &["body", "html", "main"]) {
            break;
        }
        let (span, inner) = (facts.span(ancestor), facts.span(root));
        let foreign = facts.links_in(span).iter().any(|l| l.in_heading && l.target != this.target);
        if foreign || facts.letters(span) > SINGLE_GROWTH * facts.letters(inner) + SINGLE_SLACK {
            break;
        }
        root = ancestor;
    }
    root
}

fn most_common(keys: impl Iterator<Item = u64>) -> Option<u64> {
    let mut counts: HashMap<u64, (usize, usize)> = HashMap::new();
    for (place, key) in keys.enumerate() {
        counts.entry(key).or_insert((0, place)).0 += 1;
    }
    counts.into_iter().max_by_key(|&(_, (count, place))| (count, std::cmp::Reverse(place))).map(|(key, _)| key)
}

fn by_brothers(facts: &Facts<'_>, tables: &Tables) -> Vec<Region> {
    let doc = facts.doc;
    let mut regions = Vec::new();
    let mut known: HashMap<u64, usize> = HashMap::new();
    for parent in doc.elements() {
        if doc.child_elements(parent).nth(1).is_none() {
            continue;
        }
        known.clear();
        let mut groups: Vec<Vec<NodeId>> = Vec::new();
        for child in doc.child_elements(parent) {
            if doc.is(child, &["script", "style", "br", "hr", "option", "link", "meta", "td", "th", "thead", "tbody"]) {
                continue;
            }
            let place = *known.entry(facts.step[child.index()]).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.push(child),
                None => groups.push(vec![child]),
            }
        }
        for group in &groups {
            if group.iter().all(|&n| tables.knows(n)) {
                continue;
            }
            if group.len() < 2 || group.iter().all(|&n| facts.letters(facts.span(n)) == 0) {
                continue;
            }
            let inline = group.iter().all(|&n| doc.is_inline(n));
            if inline {
                continue;
            }
            let mut candidates: Vec<Candidate> = group.iter().map(|&root| Candidate::of(facts, root)).collect();
            attach_brothers(facts, &mut candidates);
            lead_links(facts, &mut candidates);
            regions.push(Region { candidates });
        }
    }
    regions
}

/// Links of one candidate that are looked at for its story.
const MAX_LINKS: usize = 60;

/// Gives each candidate the link that stands in the place where most candidates have one of their own.
pub(super) fn lead_links(facts: &Facts<'_>, candidates: &mut [Candidate]) {
    #[derive(Default)]
    struct Slot {
        candidates: usize,
        last: Option<usize>,
        targets: Vec<u32>,
        letters: usize,
        heading: bool,
        sentence: bool,
        first: usize,
    }
    let mut slots: HashMap<u64, Slot> = HashMap::new();
    let places = |c: &Candidate| facts.link_range(c.span).take(MAX_LINKS);
    for (i, candidate) in candidates.iter().enumerate() {
        for place in places(candidate) {
            let link = &facts.links[place];
            let slot = slots.entry(facts.trail[link.node.index()]).or_default();
            if slot.last == Some(i) {
                continue;
            }
            slot.last = Some(i);
            slot.candidates += 1;
            slot.targets.push(link.target);
            slot.letters += link.chars.min(60);
            slot.heading |= link.in_heading;
            slot.sentence |= link.in_prose;
            slot.first += place - facts.link_range(candidate.span).start;
        }
    }
    let worth = |slot: &mut Slot| {
        slot.targets.sort_unstable();
        slot.targets.dedup();
        let own = slot.targets.len().min(slot.candidates) * 100 / candidates.len();
        let text = slot.letters / slot.candidates.max(1);
        let bonus = if slot.heading { 60 } else { 0 };
        let malus = if slot.sentence { 80 } else { 0 };
        (own + text + bonus).saturating_sub(malus + slot.first / slot.candidates.max(1) * 4)
    };
    let worths: HashMap<u64, usize> = slots.iter_mut().map(|(&trail, slot)| (trail, worth(slot))).collect();
    for candidate in candidates.iter_mut() {
        let best = places(candidate)
            .max_by_key(|&p| (worths[&facts.trail[facts.links[p].node.index()]], std::cmp::Reverse(p)));
        candidate.link = best;
    }
}

/// Gives each record the brothers that stand between it and the next one, when the page does so regularly.
///
/// Brothers that stand before the first record as well as before most others (a date above each heading) belong to
/// the record after them; the rest to the record before them.
fn attach_brothers(facts: &Facts<'_>, candidates: &mut [Candidate]) {
    if candidates.len() < 2 {
        return;
    }
    let gaps: Vec<Option<Vec<NodeId>>> = candidates.windows(2).map(|w| gap(facts, w[0].root, w[1].root)).collect();
    let neighbors = gaps.iter().flatten().count();
    let filled = gaps.iter().flatten().filter(|g| !g.is_empty()).count();
    if filled * 5 < neighbors * 3 || neighbors == 0 {
        return;
    }
    let before = lead(facts, candidates[0].root, &gaps);
    let mut typical: Vec<usize> = gaps.iter().flatten().map(Vec::len).collect();
    typical.sort_unstable();
    let typical = typical[typical.len() / 2].saturating_sub(before);
    for i in 0..candidates.len() {
        let first = match i.checked_sub(1).map(|previous| &gaps[previous]) {
            None => brothers_before(facts, candidates[0].root, before).last().copied(),
            Some(Some(gap)) if before > 0 => gap.get(gap.len().saturating_sub(before)).copied(),
            Some(_) => None,
        };
        if let Some(first) = first {
            candidates[i].span.from = first.index();
        }
        let after: Vec<NodeId> = match gaps.get(i) {
            Some(Some(gap)) => gap[..gap.len().saturating_sub(before)].to_vec(),
            _ => brothers_after(facts, candidates[i].root, typical),
        };
        if let Some(&last) = after.last() {
            candidates[i].span.to = until_element(facts, last);
        }
    }
}

/// Place after the element and the text that follows it.
fn until_element(facts: &Facts<'_>, node: NodeId) -> usize {
    let doc = facts.doc;
    let end = doc.parent(node).map_or(doc.len(), |p| doc.end(p));
    let mut at = doc.end(node);
    while at < end && !doc.is_element(doc.node_at(at)) {
        at += 1;
    }
    at
}

/// Elements between two brothers; `None` when they have different parents.
fn gap(facts: &Facts<'_>, first: NodeId, second: NodeId) -> Option<Vec<NodeId>> {
    let doc = facts.doc;
    if doc.parent(first) != doc.parent(second) || second.index() < doc.end(first) {
        return None;
    }
    let mut out = Vec::new();
    let mut at = doc.end(first);
    while at < second.index() {
        let node = doc.node_at(at);
        if doc.is_element(node) && !doc.is(node, &["script", "style"]) {
            // Another of the kind is a record of its own, even when it lacks what this region is made of.
            if facts.step[node.index()] == facts.step[first.index()] {
                return None;
            }
            out.push(node);
        }
        at = doc.end(node);
    }
    Some(out)
}

/// How many brothers before a record belong to it: those whose signatures stand before the first record and at the
/// end of most gaps.
fn lead(facts: &Facts<'_>, first: NodeId, gaps: &[Option<Vec<NodeId>>]) -> usize {
    let longest = gaps.iter().flatten().map(Vec::len).max().unwrap_or(0).min(6);
    let ahead = brothers_before(facts, first, longest);
    let mut count = 0;
    for (back, node) in ahead.iter().enumerate() {
        let step = facts.step[node.index()];
        let is_void = facts.doc.is(*node, &["hr", "br"]);
        let fits = |g: &Vec<NodeId>| g.len() > back && facts.step[g[g.len() - 1 - back].index()] == step;
        let (all, good) = gaps.iter().flatten().fold((0, 0), |(a, b), g| (a + 1, b + usize::from(fits(g))));
        if is_void || good * 5 < all * 4 {
            break;
        }
        count = back + 1;
    }
    count
}

/// Up to `count` elements before `node`, nearest first.
fn brothers_before(facts: &Facts<'_>, node: NodeId, count: usize) -> Vec<NodeId> {
    let Some(parent) = facts.doc.parent(node) else { return Vec::new() };
    if count == 0 {
        return Vec::new();
    }
    let mut all: Vec<NodeId> = facts.doc.child_elements(parent).take_while(|&n| n < node).collect();
    all.reverse();
    all.truncate(count);
    all
}

/// Up to `count` elements after `node`, nearest first.
fn brothers_after(facts: &Facts<'_>, node: NodeId, count: usize) -> Vec<NodeId> {
    std::iter::successors(facts.doc.next_element(node), |&n| facts.doc.next_element(n)).take(count).collect()
}
