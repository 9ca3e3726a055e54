//! The tree while it is built: nodes linked to each other, so that any of them can be moved at a constant cost.

use super::pool::{Attributes, Slice, place};
use crate::html::tag::Tag;

/// A node under construction.
pub(super) type Id = u32;

/// No node.
pub(super) const NONE: Id = u32::MAX;
/// The node that stands for the page.
pub(super) const ROOT: Id = 0;

/// Whose vocabulary an element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::html) enum Namespace {
    Html,
    Svg,
    MathMl,
}

/// What a node holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::html) enum Content {
    Root,
    Element {
        tag: Tag,
        namespace: Namespace,
        attributes: Attributes,
    },
    /// `joins` says that it goes on the text before it.
    Text {
        text: Slice,
        joins: bool,
    },
    Comment(Slice),
}

/// One node and its neighbors.
#[derive(Debug, Clone, Copy)]
pub(in crate::html) struct Node {
    pub(in crate::html) content: Content,
    parent: Id,
    pub(super) first: Id,
    last: Id,
    previous: Id,
    pub(super) next: Id,
}

/// All nodes made so far, whether they stand in the tree or not.
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
}

impl Tree {
    pub(super) fn new(capacity: usize) -> Self {
        let mut tree = Self { nodes: Vec::with_capacity(capacity) };
        tree.make(Content::Root);
        tree
    }

    /// A node that stands nowhere yet.
    pub(super) fn make(&mut self, content: Content) -> Id {
        let id = place(self.nodes.len());
        self.nodes.push(Node { content, parent: NONE, first: NONE, last: NONE, previous: NONE, next: NONE });
        id
    }

    pub(super) fn get(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    fn get_mut(&mut self, id: Id) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// Element name; `None` for what is no element.
    pub(super) fn element(&self, id: Id) -> Option<(Tag, Namespace)> {
        match self.get(id).content {
            Content::Element { tag, namespace, .. } => Some((tag, namespace)),
            _ => None,
        }
    }

    pub(super) fn attributes(&self, id: Id) -> Attributes {
        match self.get(id).content {
            Content::Element { attributes, .. } => attributes,
            _ => Attributes::default(),
        }
    }

    pub(super) fn set_attributes(&mut self, id: Id, new: Attributes) {
        if let Content::Element { attributes, .. } = &mut self.get_mut(id).content {
            *attributes = new;
        }
    }

    pub(super) fn has_parent(&self, id: Id) -> bool {
        self.get(id).parent != NONE
    }

    fn is_text(&self, id: Id) -> bool {
        id != NONE && matches!(self.get(id).content, Content::Text { .. })
    }

    /// Puts a node that stands nowhere at the end of the parent.
    pub(super) fn append(&mut self, parent: Id, child: Id) {
        let last = self.get(parent).last;
        let node = self.get_mut(child);
        node.parent = parent;
        node.previous = last;
        node.next = NONE;
        self.get_mut(parent).last = child;
        if last == NONE {
            self.get_mut(parent).first = child;
        } else {
            self.get_mut(last).next = child;
        }
    }

    /// Puts a node that stands nowhere before another one, which stands somewhere.
    pub(super) fn insert_before(&mut self, sibling: Id, child: Id) {
        let Node { parent, previous, .. } = *self.get(sibling);
        let node = self.get_mut(child);
        node.parent = parent;
        node.previous = previous;
        node.next = sibling;
        self.get_mut(sibling).previous = child;
        if previous == NONE {
            self.get_mut(parent).first = child;
        } else {
            self.get_mut(previous).next = child;
        }
    }

    /// Takes a node out of the tree, with all below it.
    pub(super) fn detach(&mut self, id: Id) {
        let Node { parent, previous, next, .. } = *self.get(id);
        if parent == NONE {
            return;
        }
        if previous == NONE {
            self.get_mut(parent).first = next;
        } else {
            self.get_mut(previous).next = next;
        }
        if next == NONE {
            self.get_mut(parent).last = previous;
        } else {
            self.get_mut(next).previous = previous;
        }
        let node = self.get_mut(id);
        node.parent = NONE;
        node.previous = NONE;
        node.next = NONE;
    }

    /// Moves all children; returns how many there were.
    pub(super) fn move_children(&mut self, from: Id, to: Id) -> usize {
        let (first, last) = (self.get(from).first, self.get(from).last);
        if first == NONE {
            return 0;
        }
        let mut moved = 0;
        let mut child = first;
        while child != NONE {
            self.get_mut(child).parent = to;
            child = self.get(child).next;
            moved += 1;
        }
        let end = self.get(to).last;
        self.get_mut(first).previous = end;
        if end == NONE {
            self.get_mut(to).first = first;
        } else {
            self.get_mut(end).next = first;
        }
        self.get_mut(to).last = last;
        let emptied = self.get_mut(from);
        emptied.first = NONE;
        emptied.last = NONE;
        moved
    }

    /// Puts characters at the end of the parent.
    pub(super) fn append_text(&mut self, parent: Id, text: Slice) {
        let joins = self.is_text(self.get(parent).last);
        let child = self.make(Content::Text { text, joins });
        self.append(parent, child);
    }

    /// Puts characters before a node.
    pub(super) fn insert_text_before(&mut self, sibling: Id, text: Slice) {
        let joins = self.is_text(self.get(sibling).previous);
        let child = self.make(Content::Text { text, joins });
        self.insert_before(sibling, child);
    }
}
