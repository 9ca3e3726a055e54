//! The finished tree as a table in reading order.

use super::pool::{Attribute, Attributes, Pool, Slice, place};
use super::tree::{Content, Namespace, Node, ROOT, Tree};
use crate::html::tag::{Tag, UNSEEN};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::html) enum Kind {
    Element,
    Text,
    /// Text that a reader never sees: inside script, style, template, noscript.
    Hidden,
    Comment,
}

/// No node.
pub(in crate::html) const NONE: u32 = u32::MAX;

/// One node in reading order.
#[derive(Debug, Clone, Copy)]
pub(in crate::html) struct Entry {
    pub(in crate::html) parent: u32,
    /// One past the last node of the subtree.
    pub(in crate::html) end: u32,
    /// Place among the elements of the parent, from 1.
    pub(in crate::html) ordinal: u32,
    pub(in crate::html) depth: u16,
    pub(in crate::html) kind: Kind,
    pub(in crate::html) namespace: Namespace,
    /// Meaningless for what is no element.
    pub(in crate::html) tag: Tag,
    /// Empty for elements.
    pub(in crate::html) text: Slice,
    /// Empty for what is no element.
    pub(in crate::html) attributes: Attributes,
}

/// A parsed page.
#[derive(Debug)]
pub(in crate::html) struct Parsed {
    pub(in crate::html) nodes: Vec<Entry>,
    pub(in crate::html) attributes: Vec<Attribute>,
    /// Characters that do not stand in the source as they are.
    pub(in crate::html) decoded: String,
    /// Names of elements that the page made up.
    pub(in crate::html) names: Vec<String>,
}

/// An element on the way down.
struct Open {
    index: u32,
    hides: bool,
    elements: u32,
}

/// Flattens without recursion.
pub(super) fn table(tree: &Tree, mut pool: Pool<'_>) -> Parsed {
    let mut nodes: Vec<Entry> = Vec::with_capacity(tree.nodes.len());
    let mut open: Vec<Open> = Vec::new();
    let mut at = tree.get(ROOT).first;
    // Nodes whose next sibling is still to come, one for each open element.
    let mut waiting: Vec<u32> = Vec::new();
    loop {
        if at == super::tree::NONE {
            let Some(next) = waiting.pop() else { break };
            if let Some(closed) = open.pop() {
                nodes[closed.index as usize].end = place(nodes.len());
            }
            at = next;
            continue;
        }
        let node = *tree.get(at);
        if !joined(&node, open.last(), &mut nodes, &mut pool) {
            let depth = place(open.len());
            push(&node, open.last_mut(), depth, &mut nodes);
        }
        if let Content::Element { tag, .. } = node.content {
            let hides = tag.has(UNSEEN) || open.last().is_some_and(|above| above.hides);
            open.push(Open { index: place(nodes.len() - 1), hides, elements: 0 });
            waiting.push(node.next);
            at = node.first;
        } else {
            at = node.next;
        }
    }
    Parsed { nodes, attributes: pool.attributes, decoded: pool.decoded, names: pool.names }
}

/// Joins a text to the one before it, where it goes on.
fn joined(node: &Node, above: Option<&Open>, nodes: &mut [Entry], pool: &mut Pool<'_>) -> bool {
    let Content::Text { text, joins: true } = node.content else { return false };
    let parent = above.map_or(NONE, |above| above.index);
    match nodes.last_mut() {
        Some(last) if matches!(last.kind, Kind::Text | Kind::Hidden) && last.parent == parent => {
            last.text = pool.join(last.text, text);
            true
        }
        _ => false,
    }
}

fn push(node: &Node, above: Option<&mut Open>, depth: u32, nodes: &mut Vec<Entry>) {
    let index = place(nodes.len());
    let (parent, unseen) = above.as_ref().map_or((NONE, false), |above| (above.index, above.hides));
    let mut entry = Entry {
        parent,
        end: index + 1,
        ordinal: 1,
        depth: u16::try_from(depth).unwrap_or(u16::MAX),
        kind: Kind::Comment,
        namespace: Namespace::Html,
        tag: Tag::HTML,
        text: Slice::default(),
        attributes: Attributes::default(),
    };
    match node.content {
        Content::Element { tag, namespace, attributes } => {
            entry.kind = Kind::Element;
            (entry.tag, entry.namespace, entry.attributes) = (tag, namespace, attributes);
            if let Some(above) = above {
                above.elements += 1;
                entry.ordinal = above.elements;
            }
        }
        Content::Text { text, .. } => {
            entry.kind = if unseen { Kind::Hidden } else { Kind::Text };
            entry.text = text;
        }
        Content::Comment(text) => entry.text = text,
        Content::Root => return,
    }
    nodes.push(entry);
}
