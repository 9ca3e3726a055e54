//! The stack of open elements, and what is asked of it.

use crate::html::parse::tree::{Id, Namespace, ROOT};
use crate::html::tag::{KNOWN, SCOPE, Tag};

/// An open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) id: Id,
    pub(super) tag: Tag,
    pub(super) namespace: Namespace,
}

impl Open {
    /// True for the HTML element of this name.
    pub(super) fn is(self, tag: Tag) -> bool {
        self.tag == tag && self.namespace == Namespace::Html
    }

    /// True for an HTML element with one of the properties.
    pub(super) fn has(self, flags: u16) -> bool {
        self.namespace == Namespace::Html && self.tag.has(flags)
    }

    /// True where the standard's element scope ends.
    fn ends_scope(self) -> bool {
        match self.namespace {
            Namespace::Html => self.tag.has(SCOPE),
            Namespace::MathMl => self.is_mathml_text(),
            Namespace::Svg => self.is_svg_html(),
        }
    }

    /// True for elements of formulas that hold text.
    pub(super) fn is_mathml_text(self) -> bool {
        self.namespace == Namespace::MathMl && matches!(self.tag, Tag::MI | Tag::MO | Tag::MN | Tag::MS | Tag::MTEXT)
    }

    /// True for elements of graphics that hold HTML.
    pub(super) fn is_svg_html(self) -> bool {
        self.namespace == Namespace::Svg && matches!(self.tag, Tag::FOREIGN_OBJECT | Tag::DESC | Tag::TITLE)
    }
}

/// Open elements, the innermost last.
#[derive(Debug)]
pub(super) struct Stack {
    open: Vec<Open>,
    /// How many HTML elements of each known name are open.
    counts: [u32; KNOWN],
}

impl Default for Stack {
    fn default() -> Self {
        Self { open: Vec::new(), counts: [0; KNOWN] }
    }
}

impl Stack {
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// The innermost open element; the page itself before there is one.
    pub(super) fn current(&self) -> Id {
        self.open.last().map_or(ROOT, |open| open.id)
    }

    pub(super) fn last(&self) -> Option<Open> {
        self.open.last().copied()
    }

    pub(super) fn at(&self, place: usize) -> Id {
        self.open.get(place).map_or(ROOT, |open| open.id)
    }

    pub(super) fn entry(&self, place: usize) -> Option<Open> {
        self.open.get(place).copied()
    }

    /// Innermost first, with their places.
    pub(super) fn inwards_out(&self) -> impl Iterator<Item = (usize, Open)> + '_ {
        self.open.iter().copied().enumerate().rev()
    }

    pub(super) fn is_foreign(&self) -> bool {
        self.open.last().is_some_and(|open| open.namespace != Namespace::Html)
    }

    pub(super) fn is_current(&self, tag: Tag) -> bool {
        self.open.last().is_some_and(|open| open.is(tag))
    }

    pub(super) fn current_has(&self, flags: u16) -> bool {
        self.open.last().is_some_and(|open| open.has(flags))
    }

    pub(super) fn position(&self, id: Id) -> Option<usize> {
        self.open.iter().rposition(|open| open.id == id)
    }

    /// True when an element of this name is open anywhere.
    pub(super) fn holds(&self, tag: Tag) -> bool {
        match tag.index() {
            Some(index) => self.counts[index] > 0,
            None => self.open.iter().any(|open| open.is(tag)),
        }
    }

    pub(super) fn push(&mut self, open: Open) {
        self.count(open, 1);
        self.open.push(open);
    }

    pub(super) fn insert(&mut self, place: usize, open: Open) {
        self.count(open, 1);
        self.open.insert(place, open);
    }

    pub(super) fn replace(&mut self, place: usize, open: Open) {
        self.count(self.open[place], -1);
        self.count(open, 1);
        self.open[place] = open;
    }

    pub(super) fn pop(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        self.count(open, -1);
        Some(open)
    }

    pub(super) fn remove(&mut self, place: usize) {
        let open = self.open.remove(place);
        self.count(open, -1);
    }

    pub(super) fn remove_id(&mut self, id: Id) {
        if let Some(place) = self.position(id) {
            self.remove(place);
        }
    }

    pub(super) fn truncate(&mut self, length: usize) {
        while self.open.len() > length {
            self.pop();
        }
    }

    fn count(&mut self, open: Open, change: i32) {
        if open.namespace == Namespace::Html
            && let Some(index) = open.tag.index()
        {
            self.counts[index] = self.counts[index].saturating_add_signed(change);
        }
    }

    /// Pops up to and with the innermost element of this name.
    pub(super) fn pop_until(&mut self, tag: Tag) {
        while let Some(open) = self.pop() {
            if open.is(tag) {
                return;
            }
        }
    }

    /// Pops up to and with the innermost element that has one of the properties.
    pub(super) fn pop_until_has(&mut self, flags: u16) {
        while let Some(open) = self.pop() {
            if open.has(flags) {
                return;
            }
        }
    }

    /// Pops until the innermost is one of these.
    pub(super) fn pop_to(&mut self, tags: &[Tag]) {
        while self.open.last().is_some_and(|open| !tags.iter().any(|&tag| open.is(tag))) {
            self.pop();
        }
    }

    /// True when an element that `wanted` names stands in scope; elements that `ends` names end it too.
    pub(super) fn in_scope_where(&self, wanted: impl Fn(Open) -> bool, ends: impl Fn(Open) -> bool) -> bool {
        for &open in self.open.iter().rev() {
            if wanted(open) {
                return true;
            }
            if open.ends_scope() || ends(open) {
                return false;
            }
        }
        false
    }

    pub(super) fn in_scope(&self, tag: Tag) -> bool {
        self.holds(tag) && self.in_scope_where(|open| open.is(tag), |_| false)
    }

    pub(super) fn in_list_scope(&self, tag: Tag) -> bool {
        self.holds(tag) && self.in_scope_where(|open| open.is(tag), |open| open.is(Tag::OL) || open.is(Tag::UL))
    }

    pub(super) fn in_button_scope(&self, tag: Tag) -> bool {
        self.holds(tag) && self.in_scope_where(|open| open.is(tag), |open| open.is(Tag::BUTTON))
    }

    pub(super) fn in_table_scope(&self, tag: Tag) -> bool {
        self.holds(tag) && self.in_table_scope_where(|open| open.is(tag))
    }

    pub(super) fn in_table_scope_where(&self, wanted: impl Fn(Open) -> bool) -> bool {
        for &open in self.open.iter().rev() {
            if wanted(open) {
                return true;
            }
            if open.is(Tag::TABLE) || open.is(Tag::TEMPLATE) || open.is(Tag::HTML) {
                return false;
            }
        }
        false
    }
}
