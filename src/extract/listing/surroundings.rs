//! Where every element of a page stands: in a menu, beside the main part, in it, in what is named like furniture.

use super::marks::Marks;
use crate::html::{Document, NodeId};

/// Where an element stands, itself included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub(super) struct Surroundings {
    /// In a menu, in the head or the foot of the page.
    pub(super) menu: bool,
    /// Beside the main part.
    pub(super) aside: bool,
    /// In the main part.
    pub(super) main: bool,
    /// In what is named like furniture.
    pub(super) hint: bool,
}

/// Where every node stands. `is_most` tells what holds most of the page: that is no furniture, whatever it is called (a
/// header that was never closed).
pub(super) fn surroundings(doc: &Document, marks: &[Marks], is_most: &dyn Fn(NodeId) -> bool) -> Vec<Surroundings> {
    let mut out: Vec<Surroundings> = Vec::with_capacity(doc.len());
    let mut main_end = 0;
    for node in doc.all() {
        let above = doc.parent(node).map_or(Surroundings::default(), |above| out[above.index()]);
        if doc.tag(node) == "main" {
            main_end = main_end.max(doc.end(node));
        }
        let is_little = || !is_most(node);
        let in_main = node.index() < main_end;
        out.push(if doc.is_element(node) { above.and(doc, marks, node, in_main, &is_little) } else { above });
    }
    out
}

impl Surroundings {
    /// Where an element stands, by what stands around it and by itself. What the main part calls its own parts says
    /// little.
    fn and(self, doc: &Document, marks: &[Marks], node: NodeId, in_main: bool, is_little: &dyn Fn() -> bool) -> Self {
        let (tag, own) = (doc.tag(node), marks[node.index()]);
        if matches!(tag, "body" | "html") {
            return Self::default();
        }
        let mut here = self;
        here.main |= tag == "main" || own.has(Marks::MAIN);
        let menu = is_menu(doc, marks, node);
        let aside = tag == "aside" || own.has(Marks::ASIDE);
        let hint = own.has(Marks::FURNITURE) && !in_main;
        if (menu || aside || hint) && is_little() {
            here.menu |= menu;
            here.aside |= aside;
            here.hint |= hint;
        }
        here
    }
}

/// True for menus, footers and the header of the page.
pub(super) fn is_menu(doc: &Document, marks: &[Marks], node: NodeId) -> bool {
    let tag = doc.tag(node);
    matches!(tag, "nav" | "footer" | "menu")
        || marks[node.index()].has(Marks::MENU)
        || tag == "header" && is_page_header(doc, node)
}

/// True for the header of the page, not of a section or a record.
fn is_page_header(doc: &Document, header: NodeId) -> bool {
    !doc.ancestors(header).any(|a| doc.is(a, &["main", "article", "section", "li", "aside"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::listing::classes::Classes;
    use crate::extract::listing::marks;

    #[test]
    fn they_are_inherited() {
        let doc = Document::parse(
            "<nav><p>a</p></nav><main><header><p>b</p></header></main><div class=sidebar><p>c</p></div>",
        );
        let all = surroundings(&doc, &marks::read(&doc, &Classes::new(&doc)), &|_| false);
        let of = |text: &str| {
            let node = doc.all().find(|&n| doc.seen_text(n) == Some(text)).unwrap();
            all[node.index()]
        };
        assert_eq!(of("a"), Surroundings { menu: true, ..Surroundings::default() });
        assert_eq!(of("b"), Surroundings { main: true, ..Surroundings::default() });
        assert_eq!(of("c"), Surroundings { hint: true, ..Surroundings::default() });
    }
}
