//! The page as one compact table of nodes in reading order.
//!
//! In: decoded text. Out: [`Document`], the only view of a page that the stages have. Every node knows its parent and
//! where its subtree ends, so a subtree is a range and most questions are one pass over it. Texts and attributes are
//! places in the source; selectors are matched against the same table: one DOM, never two.

use super::parse::{self, Entry, Kind, NONE, Namespace, Parsed, Slice};
use super::tag::{HEADING, Tag};
use super::{Selector, select};
use std::fmt::Write as _;

/// A node of a [`Document`]: its place in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// Place in reading order, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One parsed page.
#[derive(Debug)]
pub struct Document {
    /// The text without carriage returns.
    source: String,
    page: Parsed,
}

impl Document {
    /// Parses decoded text within the caps of the parser. Never fails.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let source = with_line_feeds(text);
        let page = parse::parse(&source);
        Self { source, page }
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.page.nodes.len()
    }

    /// True when the page has no node at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.page.nodes.is_empty()
    }

    /// Every node in reading order.
    pub fn all(&self) -> impl Iterator<Item = NodeId> + use<> {
        ids(0, self.page.nodes.len())
    }

    /// The node at a place in reading order; `place` must be below [`Document::len`].
    #[must_use]
    pub fn node_at(&self, place: usize) -> NodeId {
        id(place)
    }

    /// The nodes from place `from` up to `to` in reading order.
    pub fn between(&self, from: usize, to: usize) -> impl Iterator<Item = NodeId> + use<> {
        ids(from, to.min(self.page.nodes.len()))
    }

    /// Every element in reading order.
    pub fn elements(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.all().filter(|&n| self.is_element(n))
    }

    /// The node and everything below it, in reading order.
    pub fn subtree(&self, node: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        ids(node.index(), self.end(node))
    }

    /// Elements below the node, without itself.
    pub fn descendants(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        ids(node.index() + 1, self.end(node)).filter(|&n| self.is_element(n))
    }

    /// Children of the node, texts included.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let (mut at, end) = (node.index() + 1, self.end(node));
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let child = id(at);
                at = self.end(child);
                child
            })
        })
    }

    /// Children that are elements.
    pub fn child_elements(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(node).filter(|&n| self.is_element(n))
    }

    /// One past the last node of the subtree.
    #[must_use]
    pub fn end(&self, node: NodeId) -> usize {
        self.entry(node).end as usize
    }

    /// The parent; `None` at the top.
    #[must_use]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.entry(node).parent;
        (parent != NONE).then_some(NodeId(parent))
    }

    /// The ancestors, nearest first, without the node itself.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |&n| self.parent(n))
    }

    /// Steps to the top.
    #[must_use]
    pub fn depth(&self, node: NodeId) -> usize {
        usize::from(self.entry(node).depth)
    }

    /// Place among the elements of the parent, from 1 (what `:nth-child` counts).
    #[must_use]
    pub fn ordinal(&self, node: NodeId) -> usize {
        self.entry(node).ordinal as usize
    }

    /// True when `inner` is `outer` or stands below it.
    #[must_use]
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner.index() < self.end(outer)
    }

    /// The element child after the node, under the same parent.
    #[must_use]
    pub fn next_element(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.parent(node)?;
        let (mut at, end) = (self.end(node), self.end(parent));
        while at < end {
            if self.is_element(id(at)) {
                return Some(id(at));
            }
            at = self.end(id(at));
        }
        None
    }

    /// True for elements, false for texts and comments.
    #[must_use]
    pub fn is_element(&self, node: NodeId) -> bool {
        self.entry(node).kind == Kind::Element
    }

    /// Name of the element in lower case; "" for other nodes.
    #[must_use]
    pub fn tag(&self, node: NodeId) -> &str {
        let entry = self.entry(node);
        if entry.kind == Kind::Element { self.name(entry.tag) } else { "" }
    }

    /// True when the element has one of the names.
    #[must_use]
    pub fn is(&self, node: NodeId, tags: &[&str]) -> bool {
        let own = self.tag(node);
        // Most names differ in their length or their first letter already.
        !own.is_empty()
            && tags.iter().any(|tag| tag.len() == own.len() && tag.as_bytes()[0] == own.as_bytes()[0] && *tag == own)
    }

    /// Value of an attribute.
    #[must_use]
    pub fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        let own = &self.page.attributes[self.entry(node).attributes.range()];
        let found = own.iter().find(|a| a.name.is(name, &self.source, &self.page.decoded))?;
        Some(self.slice(found.value))
    }

    /// All attributes, in the order of the page.
    pub fn attributes(&self, node: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let own = &self.page.attributes[self.entry(node).attributes.range()];
        own.iter().map(|a| (self.slice(a.name), self.slice(a.value)))
    }

    /// Classes as written.
    pub fn classes(&self, node: NodeId) -> impl Iterator<Item = &str> {
        self.attribute(node, "class").unwrap_or("").split_ascii_whitespace()
    }

    /// The characters of a text node that a reader sees; `None` for every other node.
    #[must_use]
    pub fn seen_text(&self, node: NodeId) -> Option<&str> {
        let entry = self.entry(node);
        (entry.kind == Kind::Text).then(|| self.slice(entry.text))
    }

    /// The characters below a script, style or noscript element, as they stand.
    #[must_use]
    pub fn hidden_text(&self, element: NodeId) -> String {
        self.subtree(element)
            .map(|n| self.entry(n))
            .filter(|entry| entry.kind == Kind::Hidden)
            .map(|entry| self.slice(entry.text))
            .collect()
    }

    /// Comments of the page, in reading order.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        let comments = self.page.nodes.iter().filter(|entry| entry.kind == Kind::Comment);
        comments.map(|entry| self.slice(entry.text))
    }

    /// True when the selector matches the element. `scope` is what `:scope` stands for.
    #[must_use]
    pub fn matches(&self, element: NodeId, selector: &Selector, scope: Option<NodeId>) -> bool {
        self.is_element(element) && select::matches(self, element, selector, scope)
    }

    /// Elements below `scope` (the whole page when `None`) that the selector matches.
    #[must_use]
    pub fn select(&self, selector: &Selector, scope: Option<NodeId>) -> Vec<NodeId> {
        let (from, to) = scope.map_or((0, self.len()), |s| (s.index() + 1, self.end(s)));
        ids(from, to).filter(|&n| self.is_element(n) && self.matches(n, selector, scope)).collect()
    }

    /// Path for a person: `html>body>main>div.list>article:3`, the number counting the parent's elements from 1.
    #[must_use]
    pub fn path(&self, node: NodeId) -> String {
        let mut steps: Vec<NodeId> = self.ancestors(node).filter(|&n| self.is_element(n)).collect();
        steps.reverse();
        steps.push(node);
        let mut out = String::new();
        for step in steps {
            if !out.is_empty() {
                out.push('>');
            }
            out.push_str(self.tag(step));
            if let Some(class) = self.classes(step).next() {
                out.push('.');
                out.push_str(class);
            }
        }
        // Writing to a string cannot fail.
        let _ = write!(out, ":{}", self.ordinal(node));
        out
    }

    fn entry(&self, node: NodeId) -> &Entry {
        &self.page.nodes[node.index()]
    }

    fn slice(&self, slice: Slice) -> &str {
        slice.of(&self.source, &self.page.decoded)
    }

    fn name(&self, tag: Tag) -> &str {
        tag.name().or_else(|| self.page.names.get(tag.place()).map(String::as_str)).unwrap_or("")
    }

    /// True for `h1` to `h6`.
    #[must_use]
    pub fn is_heading(&self, node: NodeId) -> bool {
        self.tag_number(node).is_some_and(|tag| tag.has(HEADING))
    }

    /// The element's name as a number, for what asks it of every node.
    pub(super) fn tag_number(&self, node: NodeId) -> Option<Tag> {
        let entry = self.entry(node);
        (entry.kind == Kind::Element).then_some(entry.tag)
    }

    /// What tells this node from all others, wherever it is moved.
    pub(super) fn identity(&self, node: NodeId) -> &Entry {
        self.entry(node)
    }

    /// True for texts, seen or not.
    pub(super) fn is_text(&self, node: NodeId) -> bool {
        matches!(self.entry(node).kind, Kind::Text | Kind::Hidden)
    }

    /// The element child before the node, under the same parent.
    pub(super) fn previous_element(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.parent(node)?;
        let mut at = node;
        while at.0 > parent.0 + 1 {
            // What stands right before is the end of the brother's subtree.
            let mut brother = NodeId(at.0 - 1);
            while let Some(above) = self.parent(brother).filter(|&above| above != parent) {
                brother = above;
            }
            if self.is_element(brother) {
                return Some(brother);
            }
            at = brother;
        }
        None
    }

    /// Whose vocabulary the element belongs to.
    pub(super) fn namespace(&self, node: NodeId) -> Namespace {
        self.entry(node).namespace
    }
}

/// Node for a place that is known to be in the table.
/// The text with line feeds for carriage returns, alone or before a line feed.
fn with_line_feeds(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push('\n');
        let after = &rest[at + 1..];
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    out.push_str(rest);
    out
}

fn id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn ids(from: usize, to: usize) -> impl Iterator<Item = NodeId> {
    (from..to).map(id)
}

#[cfg(test)]
mod tests {
    use super::{Document, with_line_feeds};
    use crate::html::Selector;

    #[test]
    fn subtrees_are_ranges() {
        let doc = Document::parse("<ul><li>one<li><b>two</b> three</ul><p>four");
        let ul = doc.elements().find(|&n| doc.tag(n) == "ul").unwrap();
        let items: Vec<_> = doc.child_elements(ul).collect();
        assert_eq!(items.len(), 2);
        let texts: Vec<_> = doc.subtree(items[1]).filter_map(|n| doc.seen_text(n)).collect();
        assert_eq!(texts, ["two", " three"]);
        assert_eq!(doc.path(items[1]), "html>body>ul>li:2");
        assert_eq!(doc.next_element(items[0]), Some(items[1]));
    }

    #[test]
    fn selectors_match_the_same_tree() {
        let doc = Document::parse("<div class='a b'><p>x</p></div><p>y</p>");
        let found = doc.select(&Selector::parse("div.b > p").unwrap(), None);
        assert_eq!(found.len(), 1);
        assert!(Selector::parse("div:nope(").is_err());
    }

    #[test]
    fn carriage_returns_are_line_feeds() {
        for (written, shown) in [("a\r\nb\rc\r\r\nd\r", "a\nb\nc\n\nd\n"), ("\r", "\n"), ("plain", "plain"), ("", "")] {
            assert_eq!(with_line_feeds(written), shown);
            let page = Document::parse(&format!("<pre>.{written}</pre>"));
            let text: String = page.all().filter_map(|n| page.seen_text(n)).collect();
            assert_eq!(text, format!(".{shown}"));
        }
    }

    #[test]
    fn unseen_text_is_hidden() {
        let doc = Document::parse("<script>var a=1</script><noscript><p>no</p></noscript><p>yes");
        let seen: String = doc.all().filter_map(|n| doc.seen_text(n)).collect();
        assert_eq!(seen, "yes");
    }
}
