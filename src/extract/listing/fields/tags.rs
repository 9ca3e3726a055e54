//! Sections, categories and keywords that a record shows.

use super::Common;
use crate::extract::date_shape::looks_like_date;
use crate::extract::listing::facts::Facts;
use crate::extract::listing::links::Link;
use crate::extract::listing::marks::Marks;
use crate::extract::listing::segment::Candidate;
use crate::html::NodeId;

/// A tag is a word or a few.
const MAX_CHARS: usize = 40;
/// More of them are a cloud; the first ones are kept.
const MAX_TAGS: usize = 12;

/// Finds the tags: what the template marks, then short links that several records share. `used` holds what is title,
/// date or author.
pub(super) fn read(facts: &Facts<'_>, common: &Common, candidate: &Candidate, used: &[NodeId]) -> Vec<String> {
    let doc = facts.doc;
    let mut tags: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let tag = crate::text::clean(text.trim().trim_start_matches('#'));
        let fits = |t: &String| t.chars().count() <= MAX_CHARS && t.chars().any(char::is_alphabetic);
        if let Some(tag) = tag.filter(fits).filter(|t| !looks_like_date(t))
            && tags.len() < MAX_TAGS
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    };
    let free = |n: NodeId| !used.iter().any(|&u| doc.contains(u, n) || doc.contains(n, u));
    let span = candidate.span;
    for node in doc.between(span.from, span.to).filter(|&n| facts.marks(n).has(Marks::TAG) && free(n)) {
        add(doc.attribute(node, "content").unwrap_or(&doc.text(node)));
    }
    let shared = |l: &&Link| common.is_shared(&l.key) && !l.in_heading && !l.in_prose && !common.is_label(&l.text);
    for link in facts.links_in(span).iter().filter(shared).filter(|l| free(l.node)) {
        add(&link.text);
    }
    tags
}
