//! Who wrote it.

use crate::extract::listing::facts::Facts;
use crate::extract::listing::segment::Candidate;
use crate::html::{Document, NodeId};

/// An author as found.
pub(super) struct Author {
    pub(super) node: Option<NodeId>,
    pub(super) text: String,
    pub(super) rule: &'static str,
}

/// Names longer than this are no names.
const MAX_CHARS: usize = 100;

/// Words that stand before a name, at the start of a line. Weak: only a short line counts.
const BYLINE_WORDS: [&str; 12] =
    ["by", "von", "por", "par", "di", "door", "av", "af", "przez", "автор", "autor", "author"];

/// Finds the author: what the template marks, then a byline.
pub(super) fn read(facts: &Facts<'_>, candidate: &Candidate, used: &[NodeId]) -> Option<Author> {
    let doc = facts.doc;
    let (from, to) = (candidate.span.from, candidate.span.to);
    for node in doc.between(from, to).filter(|&n| doc.is_element(n)) {
        if let Some(rule) = marked(doc, node) {
            let text = strip_byline(&doc.text_without(node, &|n| used.contains(&n)));
            if is_name(&text) {
                return Some(Author { node: Some(node), text, rule });
            }
        }
    }
    for line in doc.lines_between(from, to, &|n| used.contains(&n)) {
        let Some((first, rest)) = line.text.split_once([' ', ':']) else { continue };
        if BYLINE_WORDS.contains(&first.to_lowercase().as_str())
            && is_name(rest.trim())
            && line.text.chars().count() < 60
        {
            return Some(Author { node: Some(line.node), text: cut_name(rest.trim()), rule: "byline" });
        }
    }
    None
}

fn marked(doc: &Document, node: NodeId) -> Option<&'static str> {
    let rel = doc.attribute(node, "rel").unwrap_or("");
    if rel.split_ascii_whitespace().any(|r| r == "author") {
        return Some("rel author");
    }
    if doc.attribute(node, "itemprop") == Some("author") {
        return Some("itemprop author");
    }
    let named = doc.classes(node).any(|c| {
        let c = c.to_ascii_lowercase();
        c.split(['-', '_']).any(|w| matches!(w, "author" | "byline" | "authors" | "autor" | "auteur"))
    });
    named.then_some("class author")
}

fn strip_byline(text: &str) -> String {
    let text = text.trim();
    match text.split_once([' ', ':']) {
        Some((first, rest)) if BYLINE_WORDS.contains(&first.to_lowercase().as_str()) => {
            cut_name(rest.trim_start_matches([':', ' ']))
        }
        _ => cut_name(text),
    }
}

/// The name before a separator.
fn cut_name(text: &str) -> String {
    text.split(['|', '•', '·', '/']).next().unwrap_or("").trim().trim_end_matches([',', '-', '–']).trim().to_owned()
}

fn is_name(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && text.chars().count() <= MAX_CHARS
}
