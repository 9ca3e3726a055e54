//! The links of a page: what each says, where it leads, what it is part of.

use super::facts::Heading;
use super::marks::Marks;
use super::surroundings::is_menu;
use crate::extract::base::{Head, resolve};
use crate::extract::date_shape;
use crate::html::{Document, NodeId};
use foldhash::{HashMap, HashSet};
use url::Url;

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

/// Steps up from a link to a heading that it stands in.
const HEADING_STEPS: usize = 4;

/// All usable links of the page in reading order; those to pictures and to the page itself are none.
pub(super) fn read(doc: &Document, head: &Head, headings: &[Heading]) -> Vec<Link> {
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
pub(super) fn mark_menu(doc: &Document, marks: &[Marks], links: &mut [Link]) {
    let mut named: HashSet<u32> = HashSet::default();
    let mut menu_end = 0;
    let mut next = links.iter().peekable();
    for node in doc.elements() {
        // What holds most of the page is no menu: a header that was never closed.
        let holds_little = || (doc.end(node) - node.index()) * 2 < doc.len();
        if node.index() >= menu_end && is_menu(doc, marks, node) && holds_little() {
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
