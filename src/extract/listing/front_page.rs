//! Stories of a front page that no region holds: pages of many sections mix large and small cards of every shape.
//!
//! In: the chosen records of a page. Out: the same, with the stories between them that stand alone, and with boxes
//! that held several stories opened. Does nothing on pages that are no front page: few records, or records whose
//! titles are no linked headings.

use super::facts::{Facts, Span};
use super::links::Link;
use super::score::{LABEL, is_furniture, main_link, weight};
use super::segment::Candidate;
use crate::html::NodeId;
use foldhash::HashSet;

/// Records that a front page has at least,
const MANY: usize = 12;
/// of which this share (in percent) have a linked heading.
const LINKED: usize = 80;
/// A story that stands alone needs a title of this weight.
const FULL_TITLE: usize = 24;
/// Headings of other stories in one record that make it a box.
const BOX_STORIES: usize = 2;
/// Boxes are the exception: when one record in this many is one, the page is a list of full posts.
const RARE: usize = 8;

/// Opens boxes and adds the stories that stand alone between the records.
pub(super) fn complete(facts: &Facts<'_>, records: &mut Vec<Candidate>) {
    let linked = records.iter().filter(|c| main_link(facts, c).is_some_and(|l| l.in_heading)).count();
    if records.len() < MANY || linked * 100 < records.len() * LINKED {
        return;
    }
    open_boxes(facts, records);
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return };
    let within = Span { from: first.span.from, to: last.span.to };
    let known: HashSet<&str> = records.iter().filter_map(|c| main_link(facts, c)).map(|l| l.key.as_str()).collect();
    let mut alone: Vec<Candidate> = Vec::new();
    for place in facts.link_range(within) {
        let link = &facts.links[place];
        let taken = |c: &Candidate| c.span.from <= link.node.index() && link.node.index() < c.span.to;
        if is_story(link)
            && !known.contains(link.key.as_str())
            && !holder(records, link.node).is_some_and(taken)
            && !holder(&alone, link.node).is_some_and(taken)
            && !is_furniture(facts, link.node)
        {
            let root = widest(facts, link, within, records);
            alone.push(Candidate { link: Some(place), ..Candidate::of(facts, root) });
        }
    }
    records.append(&mut alone);
    records.sort_by_key(|c| c.span.from);
}

/// Narrows records that hold the headings of other stories; what is only the name of a section is dropped.
fn open_boxes(facts: &Facts<'_>, records: &mut Vec<Candidate>) {
    let is_box = |c: &Candidate| {
        let own = main_link(facts, c).map(|l| l.key.as_str());
        let others = facts.links_in(c.span).iter().filter(|l| is_story(l) && Some(l.key.as_str()) != own);
        others.map(|l| l.key.as_str()).collect::<HashSet<_>>().len() >= BOX_STORIES
    };
    let boxes: Vec<bool> = records.iter().map(is_box).collect();
    if boxes.iter().filter(|b| **b).count() * RARE > records.len() {
        return;
    }
    let mut boxes = boxes.into_iter();
    records.retain_mut(|record| {
        if !boxes.next().unwrap_or(false) {
            return true;
        }
        let Some(link) = main_link(facts, record) else { return false };
        record.root = widest(facts, link, record.span, &[]);
        record.span = facts.span(record.root);
        weight(&link.text) >= LABEL
    });
}

fn is_story(link: &Link) -> bool {
    link.in_heading && !link.in_prose && !link.leads_up && !link.in_menu && weight(&link.text) >= FULL_TITLE
}

/// The record that begins last before the node.
fn holder(records: &[Candidate], node: NodeId) -> Option<&Candidate> {
    records[..records.partition_point(|c| c.span.from <= node.index())].last()
}

/// The widest element around the link that holds no heading of another story and none of the records.
fn widest(facts: &Facts<'_>, link: &Link, within: Span, records: &[Candidate]) -> NodeId {
    let fits = |node: NodeId| {
        let span = facts.span(node);
        let next = records.partition_point(|c| c.span.from < span.from);
        let foreign = facts.links_in(span).iter().any(|l| l.in_heading && !l.in_prose && l.key != link.key);
        span.from >= within.from
            && span.to <= within.to
            && !foreign
            && records.get(next).is_none_or(|c| c.span.from >= span.to)
    };
    std::iter::once(link.node)
        .chain(facts.doc.ancestors(link.node))
        .take_while(|&a| fits(a))
        .last()
        .unwrap_or(link.node)
}
