//! The page as one compact table of nodes in reading order.
//!
//! In: decoded text. Out: [`Document`], the only view of a page that the stages have. Every node knows its parent and
//! where its subtree ends, so a subtree is a range and most questions are one pass over it. The parser's tree stays
//! inside, for attributes, texts and selector matching: one DOM, never two.

use super::{Selector, parse};
use scraper::{ElementRef, Html, Node};
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

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Element,
    Text,
    /// Text that a reader never sees: inside script, style, template, noscript.
    Hidden,
    Comment,
}

struct Entry {
    raw: ego_tree::NodeId,
    parent: u32,
    /// One past the last node of the subtree.
    end: u32,
    /// Place among the elements of the parent, from 1.
    ordinal: u32,
    depth: u16,
    kind: Kind,
}

/// One parsed page.
pub struct Document {
    html: Html,
    nodes: Vec<Entry>,
}

/// Elements whose content a reader never sees.
const UNSEEN: [&str; 8] = ["script", "style", "template", "noscript", "iframe", "object", "svg", "math"];

impl Document {
    /// Parses decoded text within the caps of the parser. Never fails.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let html = parse::parse(text);
        let nodes = table(&html);
        Self { html, nodes }
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True when the page has no node at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every node in reading order.
    pub fn all(&self) -> impl Iterator<Item = NodeId> + use<> {
        ids(0, self.nodes.len())
    }

    /// The node at a place in reading order; `place` must be below [`Document::len`].
    #[must_use]
    pub fn node_at(&self, place: usize) -> NodeId {
        id(place)
    }

    /// The nodes from place `from` up to `to` in reading order.
    pub fn between(&self, from: usize, to: usize) -> impl Iterator<Item = NodeId> + use<> {
        ids(from, to.min(self.nodes.len()))
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
        self.nodes[node.index()].end as usize
    }

    /// The parent; `None` at the top.
    #[must_use]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        let parent = self.nodes[node.index()].parent;
        (parent != u32::MAX).then_some(NodeId(parent))
    }

    /// The ancestors, nearest first, without the node itself.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |&n| self.parent(n))
    }

    /// Steps to the top.
    #[must_use]
    pub fn depth(&self, node: NodeId) -> usize {
        usize::from(self.nodes[node.index()].depth)
    }

    /// Place among the elements of the parent, from 1 (what `:nth-child` counts).
    #[must_use]
    pub fn ordinal(&self, node: NodeId) -> usize {
        self.nodes[node.index()].ordinal as usize
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
        self.nodes[node.index()].kind == Kind::Element
    }

    /// Name of the element in lower case; "" for other nodes.
    #[must_use]
    pub fn tag(&self, node: NodeId) -> &str {
        self.element(node).map_or("", |e| e.name())
    }

    /// True when the element has one of the names.
    #[must_use]
    pub fn is(&self, node: NodeId, tags: &[&str]) -> bool {
        self.is_element(node) && tags.contains(&self.tag(node))
    }

    /// Value of an attribute.
    #[must_use]
    pub fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        self.attributes(node).find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// All attributes, in no stated order.
    pub fn attributes(&self, node: NodeId) -> impl Iterator<Item = (&str, &str)> {
        self.element(node).into_iter().flat_map(|e| e.attrs.iter().map(|(n, v)| (&*n.local, &**v)))
    }

    /// Classes as written.
    pub fn classes(&self, node: NodeId) -> impl Iterator<Item = &str> {
        self.attribute(node, "class").unwrap_or("").split_ascii_whitespace()
    }

    /// The characters of a text node that a reader sees; `None` for every other node.
    #[must_use]
    pub fn seen_text(&self, node: NodeId) -> Option<&str> {
        (self.nodes[node.index()].kind == Kind::Text).then(|| self.raw_text(node)).flatten()
    }

    /// The characters below a script, style or noscript element, as they stand.
    #[must_use]
    pub fn hidden_text(&self, element: NodeId) -> String {
        self.subtree(element)
            .filter(|n| self.nodes[n.index()].kind == Kind::Hidden)
            .filter_map(|n| self.raw_text(n))
            .collect()
    }

    /// Comments of the page, in reading order.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        let comments = self.nodes.iter().filter(|e| e.kind == Kind::Comment);
        comments.filter_map(|e| Some(&**self.html.tree.get(e.raw)?.value().as_comment()?))
    }

    /// True when the selector matches the element. `scope` is what `:scope` stands for.
    #[must_use]
    pub fn matches(&self, element: NodeId, selector: &Selector, scope: Option<NodeId>) -> bool {
        let wrap = |n: NodeId| self.html.tree.get(self.nodes[n.index()].raw).and_then(ElementRef::wrap);
        wrap(element).is_some_and(|e| selector.0.matches_with_scope(&e, scope.and_then(wrap)))
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

    fn element(&self, node: NodeId) -> Option<&scraper::node::Element> {
        let entry = &self.nodes[node.index()];
        if entry.kind != Kind::Element {
            return None;
        }
        self.html.tree.get(entry.raw)?.value().as_element()
    }

    fn raw_text(&self, node: NodeId) -> Option<&str> {
        self.html.tree.get(self.nodes[node.index()].raw)?.value().as_text().map(|t| &**t)
    }
}

/// Node for a place that is known to be in the table.
fn id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn ids(from: usize, to: usize) -> impl Iterator<Item = NodeId> {
    (from..to).map(id)
}

/// The parser's tree flattened in reading order, without recursion.
fn table(html: &Html) -> Vec<Entry> {
    let mut nodes: Vec<Entry> = Vec::new();
    let mut open: Vec<(u32, bool, u32)> = Vec::new();
    for edge in html.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => {
                let (parent, unseen) = open.last().map_or((u32::MAX, false), |&(parent, unseen, _)| (parent, unseen));
                let (kind, hides) = match node.value() {
                    Node::Element(e) => (Kind::Element, unseen || UNSEEN.contains(&e.name())),
                    Node::Text(_) => (if unseen { Kind::Hidden } else { Kind::Text }, unseen),
                    Node::Comment(_) => (Kind::Comment, unseen),
                    _ => continue,
                };
                let index = id(nodes.len()).0;
                let depth = u16::try_from(open.len()).unwrap_or(u16::MAX);
                let ordinal = match open.last_mut() {
                    Some((_, _, elements)) if kind == Kind::Element => {
                        *elements += 1;
                        *elements
                    }
                    _ => 1,
                };
                nodes.push(Entry { raw: node.id(), parent, end: index + 1, ordinal, depth, kind });
                open.push((index, hides, 0));
            }
            ego_tree::iter::Edge::Close(node) => {
                if matches!(node.value(), Node::Element(_) | Node::Text(_) | Node::Comment(_))
                    && let Some((index, ..)) = open.pop()
                {
                    nodes[index as usize].end = id(nodes.len()).0;
                }
            }
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::Document;
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
    fn unseen_text_is_hidden() {
        let doc = Document::parse("<script>var a=1</script><noscript><p>no</p></noscript><p>yes");
        let seen: String = doc.all().filter_map(|n| doc.seen_text(n)).collect();
        assert_eq!(seen, "yes");
    }
}
