//! What is counted once per page, so that any span of it can be judged in constant time.

use super::classes::Classes;
use super::days::{self, Days};
use super::marks::{self, Marks, Place};
use crate::extract::base::{Head, resolve};
use crate::extract::date_shape;
use crate::html::{Document, Line, NodeId};
use crate::lexicon::names_a_day;
use foldhash::{HashMap, HashSet};
use url::Url;

/// A text node with at least this many characters reads like a sentence, not like a label.
const LONG_TEXT: usize = 60;

/// A usable link of the page.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "six facts about a link that do not depend on each other")]
pub(in crate::extract) struct Link {
    pub(in crate::extract) node: NodeId,
    pub(in crate::extract) url: Url,
    /// The address by which links are compared.
    pub(in crate::extract) key: String,
    /// Number of the key among those of the page: equal for equal keys.
    pub(in crate::extract) target: u32,
    /// Number of the host among those of the page.
    pub(in crate::extract) host: u32,
    /// What a reader sees; "" for a link around an image; the heading that an empty link lies over.
    pub(in crate::extract) text: String,
    /// Characters of the text.
    pub(in crate::extract) chars: usize,
    /// True when the text is a date and nothing else.
    pub(in crate::extract) is_date: bool,
    /// True when the link is empty and lies over a card whose heading it has no part in.
    pub(in crate::extract) lies_over: bool,
    /// True when the link stands in a heading or holds one.
    pub(in crate::extract) in_heading: bool,
    /// True when the link is part of a sentence.
    pub(in crate::extract) in_prose: bool,
    /// True when the link leads up: to the site's front page or a folder that the page stands in.
    pub(in crate::extract) leads_up: bool,
    /// True when a menu of the page names the same address: a section, a topic, a tool.
    pub(in crate::extract) in_menu: bool,
}

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
    places: Vec<Place>,
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
        let mut links = links(doc, head, &headings);
        mark_menu(doc, &marks, &mut links);
        let link_at = links.iter().enumerate().map(|(i, l)| (l.node, i)).collect();
        let totals = totals(doc, &links, &headings);
        let letters = |from: usize, to: usize| totals[to].letters - totals[from].letters;
        let all = letters(0, doc.len());
        let is_most = |node: NodeId| letters(node.index(), doc.end(node)).saturating_mul(2) > all;
        let places = marks::places(doc, &marks, &is_most);
        let days = Days::new(doc, &marks);
        Self { doc, head, links, headings, totals, marks, places, step, trail, link_at, classes, days }
    }

    /// What the attributes of the node say.
    pub(in crate::extract) fn marks(&self, node: NodeId) -> Marks {
        self.marks[node.index()]
    }

    /// Where the node stands.
    pub(super) fn place(&self, node: NodeId) -> Place {
        self.places[node.index()]
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

/// Steps up from a link to a heading that it stands in.
const HEADING_STEPS: usize = 4;

fn links(doc: &Document, head: &Head, headings: &[Heading]) -> Vec<Link> {
    let page = head.page.as_ref().map(key);
    let mut out: Vec<Link> = Vec::new();
    let (mut targets, mut hosts) = (Numbers::default(), Numbers::default());
    let mut lines = Lines::default();
    for node in doc.elements().filter(|&n| doc.tag(n) == "a") {
        let Some(url) = doc.attribute(node, "href").and_then(|h| resolve(head.base.as_ref(), h)) else { continue };
        let key = key(&url);
        if is_image(&url) {
            continue;
        }
        if Some(&key) == page.as_ref() {
            continue;
        }
        let in_heading = in_heading(doc, headings, node);
        let leads_up =
            head.page.as_ref().is_some_and(|p| leads_up(p, &url)) || folder(&url).is_empty() && url.query().is_none();
        let own = doc.text(node);
        let over = if own.is_empty() { heading_below(doc, headings, node) } else { None };
        let text = over.map_or(own, |h| h.text.clone());
        out.push(Link {
            leads_up,
            node,
            lies_over: over.is_some(),
            in_heading: in_heading || over.is_some(),
            chars: text.chars().count(),
            is_date: over.map_or_else(|| date_shape::is_date_alone(&text), |h| h.is_date),
            text,
            target: targets.of(&key),
            host: hosts.of(url.host_str().unwrap_or("")),
            key,
            url,
            in_prose: lines.in_prose(doc, node),
            in_menu: false,
        });
    }
    out
}

/// A text of a menu is shorter; menus that show stories name them in full.
const MENU_CHARS: usize = 24;

/// Marks the links whose address a menu names, too.
fn mark_menu(doc: &Document, marks: &[Marks], links: &mut [Link]) {
    let mut named: HashSet<u32> = HashSet::default();
    let mut menu_end = 0;
    let mut next = links.iter().peekable();
    for node in doc.elements() {
        // What holds most of the page is no menu: a header that was never closed.
        let holds_little = || (doc.end(node) - node.index()) * 2 < doc.len();
        if node.index() >= menu_end && marks::is_menu(doc, marks, node) && holds_little() {
            menu_end = doc.end(node);
        }
        if let Some(link) = next.next_if(|l| l.node == node)
            && node.index() < menu_end
            && !link.in_heading
            && (1..MENU_CHARS).contains(&link.chars)
        {
            named.insert(link.target);
        }
    }
    for link in links {
        link.in_menu = named.contains(&link.target);
    }
}

/// Numbers for texts, in the order in which they first come.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.0.get(text) {
            return known;
        }
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(text.to_owned(), next);
        next
    }
}

/// True when the link stands in a heading or holds one.
fn in_heading(doc: &Document, headings: &[Heading], link: NodeId) -> bool {
    let after = headings.partition_point(|h| h.node <= link);
    let holds = headings.get(after).is_some_and(|h| doc.contains(link, h.node));
    let is_heading = |a: NodeId| headings.binary_search_by_key(&a, |h| h.node).is_ok();
    holds || doc.ancestors(link).take(HEADING_STEPS).any(is_heading)
}

/// Steps up from an empty link to the card that it lies over.
const CARD_STEPS: usize = 3;
/// Nodes of a card, at most.
const CARD_NODES: usize = 300;

/// The heading of the card that an empty link lies over: the only one in it, without a link of its own.
fn heading_below<'h>(doc: &Document, headings: &'h [Heading], link: NodeId) -> Option<&'h Heading> {
    if doc.descendants(link).any(|d| doc.is(d, &["img", "picture", "svg", "video"])) {
        return None;
    }
    let small = |a: &NodeId| doc.end(*a) - a.index() <= CARD_NODES;
    for card in doc.ancestors(link).take(CARD_STEPS).take_while(small) {
        let below = headings.partition_point(|h| h.node <= card);
        let within = |place: usize| headings.get(place).filter(|h| doc.contains(card, h.node));
        if let Some(heading) = within(below) {
            let linked = doc.descendants(heading.node).any(|n| doc.tag(n) == "a");
            return (within(below + 1).is_none() && !linked).then_some(heading);
        }
    }
    None
}

/// True for addresses of pictures: a link to a larger view is no story.
fn is_image(url: &Url) -> bool {
    let ending = url.path().rsplit_once('.').map_or("", |(_, e)| e);
    ["jpg", "jpeg", "png", "gif", "webp", "avif", "svg"].iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// The path without the name of a folder's own page (`index.html`) and without a trailing slash.
fn folder(url: &Url) -> &str {
    let path = url.path();
    let own = path.rsplit_once('/').filter(|(_, name)| {
        let stem = name.split_once('.').map_or("", |(stem, _)| stem);
        url.query().is_none() && (stem.eq_ignore_ascii_case("index") || stem.eq_ignore_ascii_case("default"))
    });
    own.map_or(path, |(folder, _)| folder).trim_end_matches('/')
}

fn leads_up(page: &Url, url: &Url) -> bool {
    let folder = folder(url);
    page.host_str() == url.host_str()
        && url.query().is_none()
        && page.path().strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The lines of elements that hold links and words side by side.
#[derive(Default)]
struct Lines {
    /// For a parent, where each of its lines ends and how many characters of its own text stand in it.
    of: HashMap<NodeId, Vec<(usize, usize)>>,
}

impl Lines {
    /// True when the words around the link, in the same line, outweigh it.
    fn in_prose(&mut self, doc: &Document, link: NodeId) -> bool {
        let Some(parent) = doc.parent(link) else { return false };
        let lines = self.of.entry(parent).or_insert_with(|| lines(doc, parent));
        let place = lines.partition_point(|&(end, _)| end <= link.index());
        let around = lines.get(place).map_or(0, |&(_, chars)| chars);
        let own =
            || -> usize { doc.subtree(link).filter_map(|n| doc.seen_text(n)).map(|t| t.trim().chars().count()).sum() };
        around > PROSE_AROUND && around > own()
    }
}

/// Line breaks in the same element set records apart: a case, its number, its judge.
fn lines(doc: &Document, parent: NodeId) -> Vec<(usize, usize)> {
    let (mut out, mut chars) = (Vec::new(), 0);
    for node in doc.children(parent) {
        if doc.tag(node) == "br" {
            out.push((node.index(), chars));
            chars = 0;
        }
        chars += doc.seen_text(node).map_or(0, |t| t.trim().chars().count());
    }
    out.push((doc.end(parent), chars));
    out
}

/// Letters beside a link in the same element that make it part of a sentence; bylines and dates are shorter.
const PROSE_AROUND: usize = 40;

/// The address by which links are compared on one page: scheme, a trailing slash, the name of a folder's own page and a
/// fragment say nothing here, unless a script takes the fragment for a path ("#calendar/2022/event/5").
pub(in crate::extract) fn key(url: &Url) -> String {
    let mut key = format!("{}{}", url.host_str().unwrap_or(""), folder(url));
    if let Some(query) = url.query() {
        key.push('?');
        key.push_str(query);
    }
    if let Some(route) = url.fragment().filter(|f| f.contains('/')) {
        key.push('#');
        key.push_str(route);
    }
    key
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
