//! The largest image of a record, lazy loading and source sets included.

use super::Common;
use crate::extract::base::resolve;
use crate::extract::listing::facts::Facts;
use crate::extract::listing::segment::Candidate;
use crate::html::{Document, NodeId};
use url::Url;

/// Attributes that hold the address until a script moves it to `src`.
const LAZY: [&str; 5] = ["data-src", "data-original", "data-lazy-src", "data-url", "data-image"];
/// Attributes that hold a set of addresses.
const SETS: [&str; 3] = ["srcset", "data-srcset", "data-lazy-srcset"];

/// Finds the image: the first picture that is no icon, else a picture behind the text. `common` knows what several
/// records show.
pub(super) fn read(facts: &Facts<'_>, common: &Common, candidate: &Candidate) -> Option<(Url, &'static str)> {
    let doc = facts.doc;
    let is_icon = |n: NodeId| addresses(doc, n).any(|a| common.is_icon(a));
    let nodes = doc.between(candidate.span.from, candidate.span.to);
    images(facts, nodes, &is_icon).or_else(|| {
        let mut nodes = doc.between(candidate.span.from, candidate.span.to).filter(|&n| doc.is_element(n));
        nodes.find_map(|n| Some((resolve(facts.head.base.as_ref(), behind(doc, n)?)?, "background")))
    })
}

/// The image of an element: itself or the first below it.
pub(in crate::extract::listing) fn of_element(facts: &Facts<'_>, node: NodeId) -> Option<Url> {
    images(facts, facts.doc.subtree(node), &|_| false).map(|(url, _)| url)
}

/// Every address that an element of a picture names.
pub(super) fn addresses(doc: &Document, node: NodeId) -> impl Iterator<Item = &str> {
    let sets = SETS.iter().filter_map(move |name| doc.attribute(node, name)).flat_map(parse_set).map(|(a, _)| a);
    sets.chain(LAZY.iter().chain(&["src"]).filter_map(move |name| doc.attribute(node, name)))
}

fn images(
    facts: &Facts<'_>,
    mut nodes: impl Iterator<Item = NodeId>,
    is_icon: &dyn Fn(NodeId) -> bool,
) -> Option<(Url, &'static str)> {
    let doc = facts.doc;
    nodes.find_map(|node| {
        if !doc.is(node, &["img", "picture"]) || is_small(doc, node) {
            return None;
        }
        let parts: Vec<NodeId> = doc.subtree(node).filter(|&n| doc.is(n, &["img", "source"])).collect();
        if parts.iter().any(|&n| is_icon(n)) {
            return None;
        }
        let found = of_sets(doc, &parts).or_else(|| parts.iter().rev().find_map(|&n| of_attributes(doc, n)))?;
        Some((resolve(facts.head.base.as_ref(), found.0)?, found.1))
    })
}

/// Pictures up to this many pixels wide or high are icons and counters.
const SMALL: u32 = 32;

fn is_small(doc: &Document, node: NodeId) -> bool {
    let of = |name: &str| doc.attribute(node, name).and_then(|v| v.trim_end_matches("px").parse::<u32>().ok());
    ["width", "height"].iter().filter_map(|name| of(name)).any(|size| size <= SMALL)
}

/// The address of the picture behind an element: `style="background-image: url(…)"` or its lazy form.
fn behind(doc: &Document, node: NodeId) -> Option<&str> {
    let lazy = ["data-bg", "data-background", "data-background-image", "data-src"].iter();
    let lazy = lazy.filter_map(|name| doc.attribute(node, name)).find(|v| v.contains(['/', '.']));
    let style = || {
        let (_, rest) = doc.attribute(node, "style")?.split_once("background")?;
        rest.split_once("url(")?.1.split(')').next()
    };
    let address =
        lazy.or_else(style)?.trim_start_matches("url(").trim_end_matches(')').trim().trim_matches(['"', '\'']);
    (!address.is_empty() && !address.starts_with("data:")).then_some(address)
}

/// The largest address of all sets of one picture.
fn of_sets<'d>(doc: &'d Document, parts: &[NodeId]) -> Option<(&'d str, &'static str)> {
    let sets = parts.iter().flat_map(|&n| SETS.iter().filter_map(move |name| doc.attribute(n, name)));
    let all = sets.flat_map(parse_set).filter(|(address, _)| !address.starts_with("data:"));
    // The first of equals: sources stand in the order in which browsers try them.
    all.fold(None, |best: Option<(&str, f64)>, next| Some(best.filter(|b| b.1 >= next.1).unwrap_or(next)))
        .map(|(address, _)| (address, "srcset"))
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
