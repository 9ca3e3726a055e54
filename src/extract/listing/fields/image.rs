//! The largest image of a record, lazy loading and source sets included.

use crate::extract::base::resolve;
use crate::extract::listing::facts::Facts;
use crate::extract::listing::segment::Candidate;
use crate::html::{Document, NodeId};
use url::Url;

/// Attributes that hold the address until a script moves it to `src`.
const LAZY: [&str; 5] = ["data-src", "data-original", "data-lazy-src", "data-url", "data-image"];
/// Attributes that hold a set of addresses.
const SETS: [&str; 3] = ["srcset", "data-srcset", "data-lazy-srcset"];

/// Finds the image.
pub(super) fn read(facts: &Facts<'_>, candidate: &Candidate) -> Option<(Url, &'static str)> {
    let doc = facts.doc;
    images(facts, doc.between(candidate.span.from, candidate.span.to))
}

/// The image of an element: itself or the first below it.
pub(in crate::extract::listing) fn of_element(facts: &Facts<'_>, node: NodeId) -> Option<Url> {
    images(facts, facts.doc.subtree(node)).map(|(url, _)| url)
}

fn images(facts: &Facts<'_>, mut nodes: impl Iterator<Item = NodeId>) -> Option<(Url, &'static str)> {
    let doc = facts.doc;
    nodes.find_map(|node| {
        if !doc.is(node, &["img", "source"]) {
            return None;
        }
        let found = of_sets(doc, node).or_else(|| of_attributes(doc, node))?;
        Some((resolve(facts.head.base.as_ref(), found.0)?, found.1))
    })
}

fn of_sets(doc: &Document, node: NodeId) -> Option<(&str, &'static str)> {
    let sets = SETS.iter().filter_map(|name| doc.attribute(node, name));
    let all = sets.flat_map(parse_set).filter(|(address, _)| !address.starts_with("data:"));
    all.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(address, _)| (address, "srcset"))
}

fn of_attributes(doc: &Document, node: NodeId) -> Option<(&str, &'static str)> {
    let lazy = LAZY.iter().filter_map(|name| doc.attribute(node, name)).find(|v| v.contains(['/', '.']));
    lazy.map(|v| (v, "lazy attribute"))
        .or_else(|| doc.attribute(node, "src").filter(|v| !v.starts_with("data:")).map(|v| (v, "src")))
}

/// Addresses of a source set with their width or density.
fn parse_set(set: &str) -> impl Iterator<Item = (&str, f64)> {
    set.split(", ")
        .flat_map(|part| if part.contains(char::is_whitespace) { vec![part] } else { part.split(',').collect() })
        .filter_map(|part| {
            let mut words = part.split_whitespace();
            let address = words.next()?.trim_matches(',');
            let size = words.next().and_then(|w| w.trim_end_matches(['w', 'x', 'h', ',']).parse().ok()).unwrap_or(1.0);
            (!address.is_empty()).then_some((address, size))
        })
}

#[cfg(test)]
mod tests {
    use super::parse_set;

    #[test]
    fn sets() {
        let largest = |set| parse_set(set).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(a, _)| a);
        assert_eq!(largest("a.jpg 320w, b.jpg 640w"), Some("b.jpg"));
        assert_eq!(largest("a.jpg 2x, b.jpg"), Some("a.jpg"));
        assert_eq!(
            largest("https://c.example/x,w_100/a.jpg 100w, https://c.example/x,w_900/a.jpg 900w"),
            Some("https://c.example/x,w_900/a.jpg")
        );
        assert_eq!(largest(""), None);
    }
}
