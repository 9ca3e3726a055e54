//! What is counted once per page, so that any span of it can be judged in constant time.

use super::classes::Classes;
use super::days::{self, Days};
use super::links::{self, Link};
use super::marks::{self, Marks};
use super::surroundings::{self, Surroundings};
use crate::extract::base::Head;
use crate::extract::date_shape;
use crate::html::{Document, Line, NodeId};
use crate::lexicon::names_a_day;
use foldhash::{HashMap, HashSet};

/// A text node with at least this many characters reads like a sentence, not like a label.
const LONG_TEXT: usize = 60;

/// A heading of the page.
#[derive(Debug)]
pub(in crate::extract) struct Heading {
    pub(in crate::extract) node: NodeId,
    pub(in crate::extract) text: String,
    /// True when the text is a date and nothing else.
    pub(in crate::extract) is_date: bool,
}

/// Running totals up to a node.
#[derive(Debug, Default, Clone, Copy)]
struct Totals {
    letters: u32,
    long_letters: u32,
    headings: u32,
    dates: u32,
    days: u32,
    images: u32,
    links: u32,
}

/// A span of nodes in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::extract) struct Span {
    pub(in crate::extract) from: usize,
    pub(in crate::extract) to: usize,
}

/// One page with its counts.
pub(in crate::extract) struct Facts<'a> {
    pub(in crate::extract) doc: &'a Document,
    pub(in crate::extract) head: &'a Head,
    pub(in crate::extract) links: Vec<Link>,
    /// Headings by tag or role, in reading order.
    pub(in crate::extract) headings: Vec<Heading>,
    totals: Vec<Totals>,
    marks: Vec<Marks>,
    surroundings: Vec<Surroundings>,
    /// Signature of each element: tag and steady classes, without its ancestors.
    pub(in crate::extract) step: Vec<u64>,
    /// Signature of each element with its ancestors.
    pub(in crate::extract) trail: Vec<u64>,
    link_at: HashMap<NodeId, usize>,
    classes: Classes<'a>,
    pub(super) days: Days,
}

impl<'a> Facts<'a> {
    pub(in crate::extract) fn new(doc: &'a Document, head: &'a Head) -> Self {
        let classes = Classes::new(doc);
        let step = super::shape::steps(doc, &classes);
        let trail = super::shape::trails(doc, &step);
        let marks = marks::read(doc, &classes);
        let headings = headings(doc, &marks);
        let mut links = links::read(doc, head, &headings);
        links::mark_menu(doc, &marks, &mut links);
        let link_at = links.iter().enumerate().map(|(i, l)| (l.node, i)).collect();
        let totals = totals(doc, &links, &headings);
        let letters = |from: usize, to: usize| totals[to].letters - totals[from].letters;
        let all = letters(0, doc.len());
        let is_most = |node: NodeId| letters(node.index(), doc.end(node)).saturating_mul(2) > all;
        let surroundings = surroundings::surroundings(doc, &marks, &is_most);
        let days = Days::new(doc, &marks);
        Self { doc, head, links, headings, totals, marks, surroundings, step, trail, link_at, classes, days }
    }

    /// What the attributes of the node say.
    pub(in crate::extract) fn marks(&self, node: NodeId) -> Marks {
        self.marks[node.index()]
    }

    /// Where the node stands.
    pub(super) fn surroundings(&self, node: NodeId) -> Surroundings {
        self.surroundings[node.index()]
    }

    /// True for headings by tag or role.
    pub(in crate::extract) fn is_heading(&self, node: NodeId) -> bool {
        is_heading(self.doc, &self.marks, node)
    }

    /// True for a line that heads what stands below it.
    pub(super) fn is_head(&self, line: &Line) -> bool {
        days::is_head(self.doc, &self.marks, line)
    }

    /// True when all that the node shows is a date.
    pub(super) fn is_date(&self, node: NodeId) -> bool {
        self.letters(self.span(node)) <= date_shape::MAX_CHARS && date_shape::is_date_alone(&self.doc.text(node))
    }

    /// The headings inside the span, in reading order.
    pub(super) fn headings_in(&self, span: Span) -> &[Heading] {
        let at = |place: usize| self.headings.partition_point(|h| h.node.index() < place);
        &self.headings[at(span.from)..at(span.to)]
    }

    pub(in crate::extract) fn span(&self, node: NodeId) -> Span {
        Span { from: node.index(), to: self.doc.end(node) }
    }

    /// Characters that are no white space.
    pub(in crate::extract) fn letters(&self, span: Span) -> usize {
        self.total(span, |t| t.letters)
    }

    /// Characters of texts that read like sentences.
    pub(in crate::extract) fn long_letters(&self, span: Span) -> usize {
        self.total(span, |t| t.long_letters)
    }

    pub(in crate::extract) fn headings(&self, span: Span) -> usize {
        self.total(span, |t| t.headings)
    }

    pub(in crate::extract) fn dates(&self, span: Span) -> usize {
        self.total(span, |t| t.dates)
    }

    /// Texts that name a day, and elements for times.
    pub(in crate::extract) fn named_days(&self, span: Span) -> usize {
        self.total(span, |t| t.days)
    }

    pub(in crate::extract) fn images(&self, span: Span) -> usize {
        self.total(span, |t| t.images)
    }

    /// Links inside the span.
    pub(in crate::extract) fn links_in(&self, span: Span) -> &[Link] {
        &self.links[self.link_range(span)]
    }

    /// Places in `links` of the links inside the span.
    pub(in crate::extract) fn link_range(&self, span: Span) -> std::ops::Range<usize> {
        self.total_at(span.from, |t| t.links)..self.total_at(span.to, |t| t.links)
    }

    /// The usable link of an `<a>` element.
    pub(in crate::extract) fn link_of(&self, node: NodeId) -> Option<&Link> {
        self.link_at.get(&node).map(|&i| &self.links[i])
    }

    /// Place in `links` of the usable link of an `<a>` element.
    pub(in crate::extract) fn place_of_link(&self, node: NodeId) -> Option<usize> {
        self.link_at.get(&node).copied()
    }

    /// Tags and numbers of the plain classes of the node and its ancestors: what a template is known by.
    pub(in crate::extract) fn template(&self, node: NodeId) -> (Vec<&str>, HashSet<u32>) {
        let doc = self.doc;
        let steps = || std::iter::once(node).chain(doc.ancestors(node));
        let classes = steps().flat_map(|n| self.classes.of(n)).copied().filter(|&c| self.classes.is_plain(c));
        (steps().map(|n| doc.tag(n)).collect(), classes.collect())
    }

    fn total(&self, span: Span, of: fn(&Totals) -> u32) -> usize {
        self.total_at(span.to, of).saturating_sub(self.total_at(span.from, of))
    }

    fn total_at(&self, place: usize, of: fn(&Totals) -> u32) -> usize {
        of(&self.totals[place]) as usize
    }
}

/// True for headings by tag or role.
pub(super) fn is_heading(doc: &Document, marks: &[Marks], node: NodeId) -> bool {
    doc.is_heading(node) || marks[node.index()].has(Marks::HEADING)
}

fn headings(doc: &Document, marks: &[Marks]) -> Vec<Heading> {
    let nodes = doc.elements().filter(|&n| is_heading(doc, marks, n));
    nodes
        .map(|node| {
            let text = doc.text(node);
            Heading { node, is_date: date_shape::is_date_alone(&text), text }
        })
        .collect()
}

fn totals(doc: &Document, links: &[Link], headings: &[Heading]) -> Vec<Totals> {
    let mut out = Vec::with_capacity(doc.len() + 1);
    let mut running = Totals::default();
    let mut link_end = 0;
    let mut next_link = links.iter().peekable();
    let mut next_heading = headings.iter().peekable();
    for node in doc.all() {
        out.push(running);
        if let Some(text) = doc.seen_text(node) {
            let letters = u32::try_from(letters_of(text)).unwrap_or(u32::MAX);
            running.letters = running.letters.saturating_add(letters);
            let long = letters as usize >= LONG_TEXT || (letters as usize >= LONG_TEXT / 3 && is_unspaced(text));
            let letters = if is_unspaced(text) { letters.saturating_mul(2) } else { letters };
            if long && node.index() >= link_end {
                running.long_letters = running.long_letters.saturating_add(letters);
            }
            if letters > 0 && date_shape::looks_like_date(text) {
                running.dates += 1;
                running.days += u32::from(names_a_day(text));
            }
        } else if doc.is_element(node) {
            match doc.tag(node) {
                "a" => link_end = doc.end(node),
                "img" | "picture" | "video" => running.images += 1,
                "time" => {
                    running.dates += 1;
                    running.days += 1;
                }
                _ => {}
            }
            // A heading that is a date stands above a group of records and names none.
            running.headings += u32::from(next_heading.next_if(|h| h.node == node).is_some_and(|h| !h.is_date));
            if next_link.next_if(|l| l.node == node).is_some() {
                running.links += 1;
            }
        }
    }
    out.push(running);
    out
}

/// Characters that are no white space.
fn letters_of(text: &str) -> usize {
    if text.is_ascii() {
        text.bytes().filter(|byte| !matches!(byte, b'\t'..=b'\r' | b' ')).count()
    } else {
        text.chars().filter(|c| !c.is_whitespace()).count()
    }
}

/// True for scripts without spaces between words, where a character says about three times as much.
fn is_unspaced(text: &str) -> bool {
    !text.is_ascii()
        && text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{E00}'..='\u{E7F}'))
}
