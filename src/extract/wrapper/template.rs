//! How a record's element is known again: tags and steady classes of its last ancestors, as a CSS selector.

use crate::html::{Document, NodeId};

/// Levels of a selector: the element and its nearest ancestors. More tie it to the page around the list.
const LEVELS: usize = 5;
/// Templates kept of one page.
pub(super) const MAX_TEMPLATES: usize = 6;
/// Classes kept per level.
const MAX_CLASSES: usize = 6;

/// Tags and classes from the outermost level kept to the element itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    levels: Vec<(String, Vec<String>)>,
}

impl Template {
    /// The template of one element.
    pub(super) fn of(doc: &Document, node: NodeId) -> Self {
        let inside_body = |n: &NodeId| !doc.is(*n, &["html", "body"]);
        let mut levels: Vec<_> = std::iter::once(node)
            .chain(doc.ancestors(node))
            .filter(|&n| doc.is_element(n))
            .take_while(inside_body)
            .take(LEVELS)
            .map(|n| (doc.tag(n).to_owned(), steady_classes(doc, n)))
            .collect();
        levels.reverse();
        Self { levels }
    }

    /// Reads a selector that [`Template::selector`] wrote; `None` for any other.
    pub(super) fn parse(selector: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let level = |step: &str| {
            let mut parts = step.split('.');
            let tag = parts.next().filter(|tag| !tag.is_empty() && step.chars().all(plain))?;
            Some((tag.to_owned(), parts.map(str::to_owned).collect()))
        };
        Some(Self { levels: selector.split(" > ").map(level).collect::<Option<_>>()? })
    }

    /// The CSS selector.
    pub(super) fn selector(&self) -> String {
        let level =
            |(tag, classes): &(String, Vec<String>)| std::iter::once(tag).chain(classes).cloned().collect::<Vec<_>>();
        self.levels.iter().map(|l| level(l).join(".")).collect::<Vec<_>>().join(" > ")
    }

    /// True when both have the same tags and at least a third of their classes in common.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let levels = || self.levels.iter().zip(&other.levels);
        if self.levels.len() != other.levels.len() || levels().any(|(own, theirs)| own.0 != theirs.0) {
            return false;
        }
        let shared: usize = levels().map(|(own, theirs)| own.1.iter().filter(|c| theirs.1.contains(c)).count()).sum();
        let all: usize = levels().map(|(own, theirs)| own.1.len() + theirs.1.len()).sum();
        shared * 3 >= all.saturating_sub(shared)
    }

    /// Keeps only the classes that `other` has too.
    pub(super) fn meet(&mut self, other: &Self) {
        for (level, theirs) in self.levels.iter_mut().zip(&other.levels) {
            level.1.retain(|class| theirs.1.contains(class));
        }
    }
}

/// Classes that a template is known by: no digits (numbers of posts and columns), nothing that CSS must escape.
fn steady_classes(doc: &Document, node: NodeId) -> Vec<String> {
    let is_steady = |class: &&str| {
        class.starts_with(|c: char| c.is_ascii_alphabetic())
            && class.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'))
    };
    let mut classes: Vec<String> = doc.classes(node).filter(is_steady).take(MAX_CLASSES).map(str::to_owned).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(html: &str) -> Template {
        let doc = Document::parse(html);
        let last = doc.elements().last().unwrap();
        Template::of(&doc, last)
    }

    #[test]
    fn a_template_is_a_selector_and_back() {
        let shown = template("<main><ul class='news list'><li class='post-7 teaser md:w-1/2'>");
        assert_eq!(shown.selector(), "main > ul.list.news > li.teaser");
        assert_eq!(Template::parse(&shown.selector()), Some(shown));
        assert_eq!(Template::parse("li:first-child"), None, "written by a person");
    }

    #[test]
    fn a_redesign_is_another_template_and_a_variant_is_not() {
        let old = template("<main><ul class='news list'><li class='teaser sport'>");
        assert!(old.is_like(&template("<main><ul class='news list'><li class='teaser'>")));
        assert!(!old.is_like(&template("<main><ul class='xa xb'><li class='xc'>")));
        assert!(!old.is_like(&template("<main><div class='news list'><div class='teaser'>")));
    }
}
