//! What the attributes of each element say, read once for the whole page.
//!
//! In: a page. Out: for every node a small set of [`Marks`]: roles, what microformats and microdata name, and the words
//! that template authors of all languages use in classes and ids. The words are weak hints: every rule that asks for
//! them looks at more.

use super::classes::Classes;
use crate::html::{Document, NodeId};

/// A set of marks of one element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::extract) struct Marks(u32);

impl Marks {
    /// A heading by its role.
    pub(super) const HEADING: Self = Self(1);
    /// A menu or the foot of the page by its role.
    pub(super) const MENU: Self = Self(1 << 1);
    /// Beside the main part by its role.
    pub(super) const ASIDE: Self = Self(1 << 2);
    /// The main part by its role.
    pub(super) const MAIN: Self = Self(1 << 3);
    /// Named like furniture.
    pub(super) const FURNITURE: Self = Self(1 << 4);
    /// `rel="author"`.
    pub(super) const REL_AUTHOR: Self = Self(1 << 5);
    /// `itemprop="author"`.
    pub(super) const ITEMPROP_AUTHOR: Self = Self(1 << 6);
    /// A class with a word for a writer.
    pub(super) const CLASS_AUTHOR: Self = Self(1 << 7);
    /// The icon of a person in an icon font.
    pub(super) const PERSON: Self = Self(1 << 8);
    /// A tag or section of the record.
    pub(super) const TAG: Self = Self(1 << 9);
    /// The summary of the record.
    pub(super) const SUMMARY: Self = Self(1 << 10);
    /// The headline of the record.
    pub(in crate::extract) const HEADLINE: Self = Self(1 << 11);
    /// When the record was published, by its `itemprop`.
    pub(in crate::extract) const DATE: Self = Self(1 << 12);
    /// When the record was changed, by its `itemprop`.
    pub(super) const CHANGE: Self = Self(1 << 13);
    /// When the record was published, by its class.
    pub(super) const CLASS_DATE: Self = Self(1 << 14);
    /// The same, of a record's beginning: an event's.
    pub(super) const CLASS_START: Self = Self(1 << 15);
    /// When the record was changed, by its class.
    pub(super) const CLASS_CHANGE: Self = Self(1 << 16);
    /// Named like a pager.
    pub(in crate::extract) const PAGER: Self = Self(1 << 17);
    /// Named like the link to the next page.
    pub(in crate::extract) const NEXT: Self = Self(1 << 18);

    /// True when one of `others` is among the marks.
    pub(in crate::extract) const fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// The marks of both.
    pub(in crate::extract) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    fn add_if(&mut self, holds: bool, others: Self) {
        if holds {
            self.0 |= others.0;
        }
    }
}

/// The marks of every node of the page.
pub(super) fn read(doc: &Document, classes: &Classes<'_>) -> Vec<Marks> {
    let of_classes: Vec<Marks> = (0..).take(classes.len()).map(|number| of_class(classes.name(number))).collect();
    let mut out = vec![Marks::default(); doc.len()];
    for node in doc.elements() {
        let own = classes.of(node).iter().map(|&class| of_classes[class as usize]);
        out[node.index()] = own.fold(of_attributes(doc, node), Marks::and);
    }
    out
}

/// What the attributes beside the classes say.
fn of_attributes(doc: &Document, node: NodeId) -> Marks {
    let mut marks = Marks::default();
    for (name, value) in doc.attributes(node) {
        match name {
            "role" => marks = marks.and(of_role(value)),
            "rel" => {
                marks.add_if(value.split_ascii_whitespace().any(|r| r == "author"), Marks::REL_AUTHOR);
                marks.add_if(value.split_ascii_whitespace().any(|r| r == "tag"), Marks::TAG);
            }
            "itemprop" => marks = marks.and(of_property(value)),
            "id" => {
                marks.add_if(names_furniture(value), Marks::FURNITURE);
                marks = marks.and(of_pager(value));
            }
            "aria-label" => marks = marks.and(of_pager(value)),
            _ => {}
        }
    }
    marks
}

fn of_role(role: &str) -> Marks {
    match role {
        "heading" => Marks::HEADING,
        "navigation" | "contentinfo" | "menu" | "menubar" => Marks::MENU,
        "complementary" => Marks::ASIDE,
        "main" => Marks::MAIN,
        _ => Marks::default(),
    }
}

fn of_property(property: &str) -> Marks {
    match property {
        "author" => Marks::ITEMPROP_AUTHOR,
        "keywords" | "articleSection" => Marks::TAG,
        "description" => Marks::SUMMARY,
        "headline" | "name" => Marks::HEADLINE,
        "datePublished" | "dateCreated" | "uploadDate" | "startDate" => Marks::DATE,
        "dateModified" => Marks::CHANGE,
        _ => Marks::default(),
    }
}

fn of_class(class: &str) -> Marks {
    let mut marks = match class {
        "p-category" => Marks::TAG,
        "p-summary" => Marks::SUMMARY,
        "p-name" | "entry-title" | "post-title" => Marks::HEADLINE,
        "published" | "dt-published" => Marks::CLASS_DATE,
        "dt-start" | "dtstart" => Marks::CLASS_START,
        "updated" | "modified" | "dt-updated" => Marks::CLASS_CHANGE,
        _ => Marks::default(),
    };
    marks.add_if(names_furniture(class), Marks::FURNITURE);
    let mut words = class.split(['-', '_']);
    marks.add_if(words.clone().any(|word| is_one_of(word, &AUTHOR_WORDS)), Marks::CLASS_AUTHOR);
    let (last, before) = (words.next_back(), words.next_back());
    let is_person = |word: Option<&str>| matches!(word, Some("user" | "person" | "author" | "user2"));
    marks.add_if(is_person(last) || is_person(before), Marks::PERSON);
    marks.and(of_pager(class))
}

/// Words of a pager's own container.
const PAGER_WORDS: [&str; 7] = ["pagination", "pager", "paging", "pages", "paginator", "page-numbers", "nav-links"];
/// Words that template authors use for the link to the next page.
const NEXT_WORDS: [&str; 3] = ["next", "nextpage", "older"];

/// What a class, an id or a label says about pagers, by all of it or by one of its words.
fn of_pager(name: &str) -> Marks {
    let mut marks = Marks::default();
    for word in std::iter::once(name).chain(name.split(['-', '_', ' '])) {
        marks.add_if(is_one_of(word, &PAGER_WORDS), Marks::PAGER);
        marks.add_if(is_one_of(word, &NEXT_WORDS), Marks::NEXT);
    }
    marks
}

const AUTHOR_WORDS: [&str; 5] = ["author", "byline", "authors", "autor", "auteur"];

/// Class and id words for what stands around a list.
const FURNITURE_WORDS: [&str; 20] = [
    "nav",
    "menu",
    "navbar",
    "navigation",
    "footer",
    "sidebar",
    "widget",
    "related",
    "popular",
    "breadcrumb",
    "breadcrumbs",
    "social",
    "share",
    "comment",
    "comments",
    "toc",
    "tagcloud",
    "cookie",
    "dropdown",
    "topbar",
];

fn names_furniture(name: &str) -> bool {
    // Words stand between what is neither letter nor digit, in ASCII.
    name.as_bytes()
        .split(|byte| !byte.is_ascii_alphanumeric())
        .any(|word| word.len() >= 3 && FURNITURE_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes())))
}

fn is_one_of(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks_of(html: &str) -> Marks {
        let doc = Document::parse(html);
        let node = doc.elements().find(|&n| doc.tag(n) == "div").unwrap();
        read(&doc, &Classes::new(&doc))[node.index()]
    }

    #[test]
    fn attributes_tell_what_an_element_is() {
        for (attributes, mark) in [
            ("role=heading", Marks::HEADING),
            ("role=contentinfo", Marks::MENU),
            ("id=main-Sidebar", Marks::FURNITURE),
            ("class='x post_nav'", Marks::FURNITURE),
            ("rel='nofollow author'", Marks::REL_AUTHOR),
            ("class=post-Byline", Marks::CLASS_AUTHOR),
            ("class='fa fa-user-o'", Marks::PERSON),
            ("itemprop=articleSection", Marks::TAG),
            ("class='a entry-title'", Marks::HEADLINE),
            ("itemprop=dateModified", Marks::CHANGE),
            ("class=updated", Marks::CLASS_CHANGE),
            ("class=page-numbers", Marks::PAGER),
            ("aria-label='Older posts'", Marks::NEXT),
        ] {
            assert_eq!(marks_of(&format!("<div {attributes}>")), mark, "{attributes}");
        }
        for attributes in ["", "role=list", "class='navy authority user-name-list'", "id=x", "rel=tags"] {
            assert_eq!(marks_of(&format!("<div {attributes}>")), Marks::default(), "{attributes}");
        }
    }
}
