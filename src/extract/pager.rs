//! Pages that continue the listing: `rel=next`, a "next" link, the number after the current one.

use super::base::resolve;
use super::listing::{Facts, Marks};
use crate::html::{Document, NodeId};
use url::Url;

/// At most this many pages are named: widgets have "next" links too, and the list's own may stand behind them.
const MAX_PAGES: usize = 12;
/// Texts that point onward in every language.
const ARROWS: [&str; 8] = ["›", "»", "→", ">", ">>", "❯", "⟩", "▶"];

/// Pages that continue the listing, best first.
pub(super) fn next_pages(facts: &Facts<'_>) -> Vec<Url> {
    let doc = facts.doc;
    let mut found: Vec<(u8, Url)> = Vec::new();
    for node in doc.elements().filter(|&n| doc.is(n, &["link", "a"])) {
        let Some(rank) = rank(facts, node) else { continue };
        if let Some(url) = doc.attribute(node, "href").and_then(|h| resolve(facts.head.base.as_ref(), h)) {
            found.push((rank, url));
        }
    }
    found.extend(next_number(facts).map(|url| (2, url)));
    found.sort_by_key(|(rank, _)| *rank);
    let mut out: Vec<Url> = Vec::new();
    for (_, url) in found {
        let own = facts.head.page.as_ref().is_some_and(|p| p.as_str() == url.as_str());
        if !own && !out.contains(&url) && out.len() < MAX_PAGES {
            out.push(url);
        }
    }
    out
}

/// How plainly the link says "next page"; smaller is plainer.
fn rank(facts: &Facts<'_>, node: NodeId) -> Option<u8> {
    let doc = facts.doc;
    let rel = doc.attribute(node, "rel").unwrap_or("");
    if rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("next")) {
        return Some(0);
    }
    if doc.tag(node) == "link" || !in_pager(facts, node) {
        return None;
    }
    let is_next = |n: NodeId| facts.marks(n).has(Marks::NEXT);
    let named = is_next(node) || doc.parent(node).is_some_and(is_next);
    let text = doc.text(node);
    let arrow = ARROWS.iter().any(|a| text.trim() == *a || text.trim_end().ends_with(a) && text.chars().count() < 30);
    if named { Some(1) } else { arrow.then_some(3) }
}

/// Steps up from a link to the container of its pager.
const PAGER_STEPS: usize = 4;

/// True when the node is, or stands closely in, what is named like a pager.
fn in_pager(facts: &Facts<'_>, node: NodeId) -> bool {
    let mut around = std::iter::once(node).chain(facts.doc.ancestors(node).take(PAGER_STEPS));
    around.any(|n| facts.marks(n).has(Marks::PAGER.and(Marks::NEXT)))
}

/// The link whose text is the number after the page's own, in a row of numbers.
fn next_number(facts: &Facts<'_>) -> Option<Url> {
    let doc = facts.doc;
    let numbered: Vec<(u32, &super::listing::Link)> = facts
        .links
        .iter()
        .filter_map(|l| Some((l.text.trim().parse::<u32>().ok().filter(|n| *n < 10_000)?, l)))
        .collect();
    // A pager is a row: neighbors that count up by one, or at least the numbers 2 and 3.
    let rows = numbered.windows(2).any(|w| w[1].0 == w[0].0 + 1);
    let lone = numbered.len() == 1 && in_pager(facts, numbered[0].1.node);
    if !rows && !lone {
        return None;
    }
    let linked = |n: u32| numbered.iter().find(|(m, _)| *m == n).map(|(_, l)| l.url.clone());
    let first = numbered.iter().map(|(n, _)| *n).min()?;
    if let Some(next) =
        shown_numbers(doc, &numbered).into_iter().find_map(|n| linked(n).map_or(linked(n + 1), |_| None))
    {
        return Some(next);
    }
    // The number that is no link, or links to the page itself, is the current one.
    let current = (1..=first).find(|n| linked(*n).is_none()).filter(|_| first <= 2).unwrap_or_else(|| {
        let gap = numbered.windows(2).find(|w| w[1].0 == w[0].0 + 2).map(|w| w[0].0 + 1);
        gap.unwrap_or(0)
    });
    linked(current + 1).filter(|_| current > 0)
}

/// Every number that the row shows, linked or not.
fn shown_numbers(doc: &Document, numbered: &[(u32, &super::listing::Link)]) -> Vec<u32> {
    let (Some((_, first)), Some((_, last))) = (numbered.first(), numbered.last()) else { return Vec::new() };
    let holds_last = |row: &NodeId| doc.end(*row) > last.node.index();
    let Some(row) = doc.ancestors(first.node).find(holds_last) else { return Vec::new() };
    doc.text(row).split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::next_pages;
    use crate::extract::base::head;
    use crate::extract::listing::Facts;
    use crate::html::Document;
    use url::Url;

    fn first(html: &str) -> String {
        let doc = Document::parse(html);
        let head = head(&doc, Url::parse("https://a.example/news").ok().as_ref());
        next_pages(&Facts::new(&doc, &head))
            .first()
            .map_or_else(|| "-".to_owned(), |u| u.path().to_owned() + u.query().unwrap_or(""))
    }

    #[test]
    fn pagers() {
        for (html, want) in [
            ("<link rel=next href=/p2>", "/p2"),
            ("<a rel='nofollow next' href=/p3>x</a>", "/p3"),
            ("<div class=pagination><span>1</span><a href=/2>2</a><a href=/3>3</a></div>", "/2"),
            (
                "<div class=pagination><a href=/1>1</a><a href=/2>2</a><span>3</span><a href=/4>4</a><a href=/5>5</a></div>",
                "/4",
            ),
            (
                "<nav class='nav-links'><a href=/older class='nav-previous'>x</a><a class=next href=/n>Weiter</a></nav>",
                "/n",
            ),
            ("<ul class=pager><li><a href=/a>«</a><li><a href=/b>»</a></ul>", "/b"),
            (
                "<div class=pagination><a href=/2>2</a> <a href=/3>3</a> <b>4</b> <a href=/5>5</a> <a href=/6>6</a></div>",
                "/5",
            ),
            ("<p><b>1</b> <a href=/2>2</a> <a href=/3>3</a> … <a href=/5>5</a></p>", "/2"),
            ("<a href=/x>12</a>", "-"),
            ("<a href=/story>More ›</a>", "-"),
        ] {
            assert_eq!(first(html), want, "{html}");
        }
    }
}
