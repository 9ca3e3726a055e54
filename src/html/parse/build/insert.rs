//! Making nodes and putting them where they belong.

use super::stack::Open;
use super::{Builder, Flow};
use crate::html::parse::pool::{Attribute, Attributes, Pool, Slice, place};
use crate::html::parse::scan::{RawText, TagToken};
use crate::html::parse::tree::{Content, Id, Namespace, ROOT};
use crate::html::tag::{FOSTERING, IMPLIED, THOROUGH, Tag};

/// Where a node goes.
#[derive(Debug, Clone, Copy)]
enum Spot {
    End(Id),
    Before(Id),
}

impl Builder {
    /// The appropriate place for inserting a node, section 13.2.6.1.
    fn spot(&self, target: Option<(Id, Tag, Namespace)>) -> Spot {
        let current = || self.stack.last().map(|open| (open.id, open.tag, open.namespace));
        let Some((id, tag, namespace)) = target.or_else(current) else { return Spot::End(ROOT) };
        if !(self.fosters && namespace == Namespace::Html && tag.has(FOSTERING)) {
            return Spot::End(id);
        }
        for (above, open) in self.stack.inwards_out() {
            if open.is(Tag::TEMPLATE) {
                return Spot::End(open.id);
            }
            if open.is(Tag::TABLE) {
                return if self.tree.has_parent(open.id) {
                    Spot::Before(open.id)
                } else {
                    Spot::End(self.stack.at(above.saturating_sub(1)))
                };
            }
        }
        Spot::End(self.stack.at(0))
    }

    pub(super) fn insert_node(&mut self, id: Id) {
        let spot = self.spot(None);
        self.put(spot, id);
    }

    /// Puts a node where one below `target` belongs.
    pub(super) fn insert_below(&mut self, target: Id, id: Id) {
        let spot = match self.tree.element(target) {
            Some((tag, namespace)) => self.spot(Some((target, tag, namespace))),
            None => Spot::End(target),
        };
        self.put(spot, id);
    }

    fn put(&mut self, spot: Spot, id: Id) {
        match spot {
            Spot::End(parent) => self.tree.append(parent, id),
            Spot::Before(sibling) => self.tree.insert_before(sibling, id),
        }
    }

    pub(super) fn insert_text(&mut self, text: Slice) {
        match self.spot(None) {
            Spot::End(parent) => self.tree.append_text(parent, text),
            Spot::Before(sibling) => self.tree.insert_text_before(sibling, text),
        }
    }

    /// An element that stands nowhere yet.
    pub(super) fn element(&mut self, tag: Tag, namespace: Namespace, attributes: Attributes) -> Id {
        self.tree.make(Content::Element { tag, namespace, attributes })
    }

    /// Inserts an element and opens it.
    pub(super) fn insert(&mut self, token: TagToken) -> Id {
        self.insert_opened(token.tag, Namespace::Html, token.attributes)
    }

    /// Inserts an element that a page left out, and opens it.
    pub(super) fn insert_named(&mut self, tag: Tag) -> Id {
        self.insert_opened(tag, Namespace::Html, Attributes::default())
    }

    pub(super) fn insert_opened(&mut self, tag: Tag, namespace: Namespace, attributes: Attributes) -> Id {
        let id = self.element(tag, namespace, attributes);
        self.insert_node(id);
        self.stack.push(Open { id, tag, namespace });
        id
    }

    /// Inserts an element that has no content.
    pub(super) fn insert_empty(&mut self, token: TagToken) -> Id {
        let id = self.element(token.tag, Namespace::Html, token.attributes);
        self.insert_node(id);
        id
    }

    /// Inserts an element whose content is text only.
    pub(super) fn insert_raw(&mut self, token: TagToken, kind: RawText) -> Flow {
        self.insert(token);
        self.raw = Some((token.tag, kind));
        Flow::Done
    }

    pub(super) fn create_root(&mut self, attributes: Attributes) {
        let id = self.element(Tag::HTML, Namespace::Html, attributes);
        self.tree.append(ROOT, id);
        self.stack.push(Open { id, tag: Tag::HTML, namespace: Namespace::Html });
    }

    /// Gives the element the attributes that it lacks.
    pub(super) fn add_missing(&mut self, pool: &mut Pool<'_>, id: Id, more: Attributes) {
        let own = self.tree.attributes(id);
        let known = |attribute: &Attribute| {
            pool.attributes[own.range()].iter().any(|a| pool.text(a.name) == pool.text(attribute.name))
        };
        let missing: Vec<Attribute> = pool.attributes[more.range()].iter().filter(|a| !known(a)).copied().collect();
        self.moved += 1 + more.count as usize;
        if missing.is_empty() {
            return;
        }
        let start = place(pool.attributes.len());
        pool.attributes.extend_from_within(own.range());
        let count = own.count + place(missing.len());
        pool.attributes.extend(missing);
        self.moved += count as usize;
        self.tree.set_attributes(id, Attributes { start, count });
    }

    /// Closes what ends without an end tag.
    pub(super) fn close_implied(&mut self) {
        while self.stack.current_has(IMPLIED) {
            self.stack.pop();
        }
    }

    pub(super) fn close_implied_thoroughly(&mut self) {
        while self.stack.current_has(IMPLIED | THOROUGH) {
            self.stack.pop();
        }
    }

    pub(super) fn close_implied_except(&mut self, tag: Tag) {
        while self.stack.current_has(IMPLIED) && !self.stack.is_current(tag) {
            self.stack.pop();
        }
    }

    pub(super) fn close_paragraph(&mut self) {
        self.close_implied_except(Tag::P);
        self.stack.pop_until(Tag::P);
    }

    /// A block ends the paragraph before it.
    pub(super) fn end_paragraph(&mut self) {
        if self.stack.in_button_scope(Tag::P) {
            self.close_paragraph();
        }
    }
}
