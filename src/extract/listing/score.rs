//! Does it look like a list of stories? Scores regions by signals that know no language.
//!
//! In: a region. Out: a score with its terms, for `explain`. Does not decide which regions are kept (`choose`).

use super::facts::{Facts, Link, Span};
use super::segment::{Candidate, Region};
use crate::html::{Document, NodeId};
use std::collections::HashSet;

/// A region with its score.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Scored {
    pub(in crate::extract) region: Region,
    pub(in crate::extract) score: f64,
    /// Name and worth of each signal.
    pub(in crate::extract) terms: Vec<(&'static str, f64)>,
}

/// What each signal is worth. Chosen on the news corpus: docs/measurements.md#finding-teasers.
mod worth {
    pub(super) const HEADING: f64 = 1.2;
    pub(super) const DATE: f64 = 1.2;
    pub(super) const PROSE: f64 = 0.8;
    pub(super) const TITLE: f64 = 0.8;
    pub(super) const IMAGE: f64 = 0.2;
    pub(super) const COUNT: f64 = 0.5;
    pub(super) const MAIN: f64 = 0.3;
    pub(super) const MENU: f64 = -1.5;
    pub(super) const ASIDE: f64 = -0.8;
    pub(super) const HINT: f64 = -0.4;
    pub(super) const CROWD: f64 = -1.0;
}

/// A title of this many letters is as good as a longer one.
const FULL_TITLE: f64 = 24.0;
/// So is a text of this many letters.
const FULL_PROSE: f64 = 120.0;
/// Regions beyond this many candidates gain nothing more for their number.
const FULL_COUNT: f64 = 10.0;
/// A record has few links of its own; a container of records has many.
const MANY_LINKS: usize = 6;

/// Scores one region.
pub(in crate::extract) fn score(facts: &Facts<'_>, region: Region) -> Scored {
    let n = real(region.candidates.len());
    let (mut heading, mut date, mut prose, mut title, mut image, mut crowd) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let (mut titles, mut keys) = (HashSet::new(), HashSet::new());
    for candidate in &region.candidates {
        let span = candidate.span;
        let link = main_link(facts, candidate);
        let letters = link.map_or(0, |l| l.text.chars().count());
        heading += flag(link.is_some_and(|l| l.in_heading) || (1..=2).contains(&facts.headings(span)));
        date += flag((1..=3).contains(&facts.dates(span)));
        prose += (real(facts.long_letters(span)) / FULL_PROSE).min(1.0);
        title += (real(letters) / FULL_TITLE).min(1.0);
        image += flag(facts.images(span) > 0);
        crowd += flag(distinct_links(facts, span) > MANY_LINKS);
        if let Some(link) = link {
            titles.insert(link.text.as_str());
            keys.insert(link.key.as_str());
        }
    }
    let place = place(facts, &region);
    let mut terms = vec![
        ("heading", worth::HEADING * heading / n),
        ("date", worth::DATE * date / n),
        ("prose", worth::PROSE * prose / n),
        ("title", worth::TITLE * title / n),
        ("image", worth::IMAGE * image / n),
        ("count", worth::COUNT * (n.ln() / FULL_COUNT.ln()).min(1.0)),
        ("crowd", worth::CROWD * crowd / n),
    ];
    terms.extend(place);
    let sum: f64 = terms.iter().map(|(_, v)| v).sum();
    let distinct = real(titles.len().min(keys.len())) / n;
    let factor = 0.2 + 0.8 * distinct;
    terms.push(("distinct", factor));
    Scored { score: if sum > 0.0 { sum * factor } else { sum }, region, terms }
}

/// The link that most likely leads to the story.
pub(in crate::extract) fn main_link<'f>(facts: &'f Facts<'_>, candidate: &Candidate) -> Option<&'f Link> {
    if let Some(link) = candidate.link {
        return Some(&facts.links[link]);
    }
    let links = facts.links_in(candidate.span);
    links.iter().find(|l| l.in_heading && !l.text.is_empty()).or_else(|| links.iter().max_by_key(|l| l.text.len()))
}

fn distinct_links(facts: &Facts<'_>, span: Span) -> usize {
    let links = facts.links_in(span);
    if links.len() <= MANY_LINKS {
        return links.len();
    }
    links.iter().take(MANY_LINKS * 8).map(|l| l.key.as_str()).collect::<HashSet<_>>().len()
}

/// A count as a real number; counts on a page are far below the limit.
fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn flag(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// Terms for where the region stands.
fn place(facts: &Facts<'_>, region: &Region) -> Vec<(&'static str, f64)> {
    let doc = facts.doc;
    let Some(first) = region.candidates.first() else { return Vec::new() };
    let last = region.candidates.last().map_or(first.root, |c| c.root);
    let around = std::iter::once(first.root)
        .chain(doc.ancestors(first.root))
        .filter(|&a| doc.contains(a, last) || a == first.root);
    let (mut menu, mut aside, mut main, mut hint) = (false, false, false, false);
    for node in around {
        if doc.is(node, &["body", "html"]) {
            break;
        }
        let role = doc.attribute(node, "role").unwrap_or("");
        menu |= doc.is(node, &["nav", "footer", "menu"])
            || matches!(role, "navigation" | "contentinfo" | "menu" | "menubar");
        menu |= doc.tag(node) == "header" && doc.parent(node).is_some_and(|p| doc.tag(p) == "body");
        aside |= doc.tag(node) == "aside" || role == "complementary";
        main |= doc.tag(node) == "main" || role == "main";
        hint |= hints_at_furniture(doc, node);
    }
    let mut terms = Vec::new();
    for (name, on, worth) in [
        ("menu", menu, worth::MENU),
        ("aside", aside, worth::ASIDE),
        ("main", main, worth::MAIN),
        ("hint", hint, worth::HINT),
    ] {
        if on {
            terms.push((name, worth));
        }
    }
    terms
}

/// Class and id words that template authors of all languages use for what stands around a list. Weak hints.
const FURNITURE_WORDS: [&str; 22] = [
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
    "pagination",
    "pager",
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

fn hints_at_furniture(doc: &Document, node: NodeId) -> bool {
    let id = doc.attribute(node, "id").unwrap_or("");
    doc.classes(node).chain(std::iter::once(id)).any(|name| {
        name.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| FURNITURE_WORDS.contains(&word.to_ascii_lowercase().as_str()))
    })
}
