//! Formatting elements: opened again after what closed them, and torn out of blocks that they reach into.

use super::stack::Open;
use super::{Builder, MAX_DEPTH};
use crate::html::parse::pool::{Attributes, Pool};
use crate::html::parse::scan::TagToken;
use crate::html::parse::tree::{Id, NONE, Namespace};
use crate::html::tag::{SPECIAL, Tag};

/// Elements that wait to be opened again; more are forgotten, the oldest first.
const MAX_FORMATTING: usize = MAX_DEPTH;

/// Elements with more attributes than this are never alike.
const MAX_COMPARED: usize = 32;

/// One entry of the list of active formatting elements; a marker has no element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Formatting {
    id: Id,
    tag: Tag,
    attributes: Attributes,
}

impl Formatting {
    fn is_marker(self) -> bool {
        self.id == NONE
    }
}

/// Where the torn element goes in the list.
enum Bookmark {
    Replace(Id),
    After(Id),
}

impl Builder {
    pub(super) fn push_marker(&mut self) {
        self.formatting.push(Formatting { id: NONE, tag: Tag::HTML, attributes: Attributes::default() });
    }

    pub(super) fn clear_to_marker(&mut self) {
        while self.formatting.pop().is_some_and(|entry| !entry.is_marker()) {}
    }

    /// Places of the entries after the last marker, the latest first.
    fn since_marker(&self) -> impl Iterator<Item = (usize, Formatting)> + '_ {
        self.formatting.iter().copied().enumerate().rev().take_while(|(_, entry)| !entry.is_marker())
    }

    /// Inserts a formatting element; of four that are alike the first is forgotten.
    pub(super) fn insert_formatting(&mut self, pool: &Pool<'_>, token: TagToken) {
        let alike: Vec<usize> = self
            .since_marker()
            .filter(|(_, entry)| entry.tag == token.tag && are_alike(pool, entry.attributes, token.attributes))
            .map(|(place, _)| place)
            .collect();
        if alike.len() >= 3
            && let Some(&first) = alike.last()
        {
            self.formatting.remove(first);
        }
        let id = self.insert(token);
        if self.formatting.len() >= MAX_FORMATTING
            && let Some(oldest) = self.formatting.iter().position(|entry| !entry.is_marker())
        {
            self.formatting.remove(oldest);
        }
        self.formatting.push(Formatting { id, tag: token.tag, attributes: token.attributes });
    }

    /// Opens again what was closed only because its block ended.
    pub(super) fn reconstruct(&mut self) {
        let is_settled = |entry: &Formatting| entry.is_marker() || self.stack.position(entry.id).is_some();
        if self.formatting.last().is_none_or(is_settled) {
            return;
        }
        let first = self.formatting.iter().rposition(is_settled).map_or(0, |settled| settled + 1);
        for place in first..self.formatting.len() {
            let Formatting { tag, attributes, .. } = self.formatting[place];
            self.formatting[place].id = self.insert_opened(tag, Namespace::Html, attributes);
        }
    }

    fn position_in_formatting(&self, id: Id) -> Option<usize> {
        self.formatting.iter().position(|entry| entry.id == id)
    }

    /// An `<a>` ends the one before it.
    pub(super) fn end_open_link(&mut self) {
        let Some((_, entry)) = self.since_marker().find(|(_, entry)| entry.tag == Tag::A) else { return };
        self.adopt(Tag::A);
        if let Some(place) = self.position_in_formatting(entry.id) {
            self.formatting.remove(place);
        }
        self.stack.remove_id(entry.id);
    }

    /// The adoption agency algorithm, section 13.2.6.4.7.
    pub(super) fn adopt(&mut self, subject: Tag) {
        if self.stack.is_current(subject) && self.position_in_formatting(self.stack.current()).is_none() {
            self.stack.pop();
            return;
        }
        for _ in 0..8 {
            let Some((place, element)) = self.since_marker().find(|(_, entry)| entry.tag == subject) else {
                return self.end_any_other(subject);
            };
            let Some(depth) = self.stack.position(element.id) else {
                self.formatting.remove(place);
                return;
            };
            if !self.stack.in_scope_where(|open| open.id == element.id, |_| false) {
                return;
            }
            let Some(block) = (depth..self.stack.len()).find(|&d| self.is_special(d)) else {
                self.stack.truncate(depth);
                self.formatting.remove(place);
                return;
            };
            self.tear(element, depth, block);
        }
    }

    fn is_special(&self, depth: usize) -> bool {
        self.stack.entry(depth).is_some_and(|open| open.has(SPECIAL))
    }

    /// Moves a block out of the formatting element that it stands in, and puts a copy of the element into the block.
    fn tear(&mut self, element: Formatting, depth: usize, block: usize) {
        let common = self.stack.at(depth.saturating_sub(1));
        let furthest = self.stack.at(block);
        let mut bookmark = Bookmark::Replace(element.id);
        let mut last = furthest;
        let mut at = block;
        let mut steps = 0;
        loop {
            steps += 1;
            at -= 1;
            let node = self.stack.at(at);
            if node == element.id {
                break;
            }
            let listed = self.position_in_formatting(node);
            let Some(listed) = listed.filter(|_| steps <= 3) else {
                if let Some(listed) = listed {
                    self.formatting.remove(listed);
                }
                self.stack.remove(at);
                continue;
            };
            let copy = self.copy(self.formatting[listed]);
            self.stack.replace(at, Open { id: copy.id, tag: copy.tag, namespace: Namespace::Html });
            self.formatting[listed] = copy;
            if last == furthest {
                bookmark = Bookmark::After(copy.id);
            }
            self.tree.detach(last);
            self.tree.append(copy.id, last);
            last = copy.id;
        }
        self.tree.detach(last);
        self.insert_below(common, last);
        let copy = self.copy(element);
        self.moved += self.tree.move_children(furthest, copy.id);
        self.tree.append(furthest, copy.id);
        self.list(&bookmark, element.id, copy);
        self.stack.remove_id(element.id);
        let place = self.stack.position(furthest).map_or(self.stack.len(), |place| place + 1);
        self.stack.insert(place, Open { id: copy.id, tag: copy.tag, namespace: Namespace::Html });
    }

    /// A new element like this one.
    fn copy(&mut self, of: Formatting) -> Formatting {
        Formatting { id: self.element(of.tag, Namespace::Html, of.attributes), ..of }
    }

    /// Puts the copy where the bookmark is, in the place of `old`.
    fn list(&mut self, bookmark: &Bookmark, old: Id, copy: Formatting) {
        match *bookmark {
            Bookmark::Replace(id) => {
                if let Some(place) = self.position_in_formatting(id) {
                    self.formatting[place] = copy;
                }
            }
            Bookmark::After(id) => {
                let place = self.position_in_formatting(id).map_or(self.formatting.len(), |place| place + 1);
                self.formatting.insert(place, copy);
                if let Some(place) = self.position_in_formatting(old) {
                    self.formatting.remove(place);
                }
            }
        }
    }
}

/// True for equal attributes in any order.
fn are_alike(pool: &Pool<'_>, one: Attributes, other: Attributes) -> bool {
    let (one, other) = (&pool.attributes[one.range()], &pool.attributes[other.range()]);
    one.len() == other.len()
        && one.len() <= MAX_COMPARED
        && one.iter().all(|a| {
            other.iter().any(|b| pool.text(a.name) == pool.text(b.name) && pool.text(a.value) == pool.text(b.value))
        })
}
