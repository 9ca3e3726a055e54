//! Is the page one article, and what is its teaser?
//!
//! In: the facts of a page and the records that were found on it. Out: the one teaser of an article page. An article
//! is told by where its prose stands: most sentences are outside all records, in one place, and the page's own
//! statements (`og:type`, structured data, a published time) agree.

use super::base::resolve;
use super::listing::{Candidate, Facts, Span, name_after_byline};
use crate::html::{Document, NodeId};
use crate::model::{Basis, DateText, Teaser};
use crate::text::clean;

/// Letters of prose outside all records that a page without any other sign needs to be an article.
const MUCH_PROSE: usize = 1500;
/// Letters of prose without which no page is an article.
const LEAST_PROSE: usize = 300;
/// Records may hold at most this share (in percent) of an article page's prose.
const MOST_IN_RECORDS: usize = 40;
/// Signs that a page must show together. docs/measurements.md#finding-teasers.
const SIGNS: i32 = 3;

/// The article's teaser, when the page is an article.
pub(super) fn read(facts: &Facts<'_>, records: &[Candidate]) -> Option<Teaser> {
    let doc = facts.doc;
    let all = facts.long_letters(Span { from: 0, to: doc.len() });
    let inside: usize = records.iter().map(|c| facts.long_letters(c.span)).sum();
    let outside = all.saturating_sub(inside);
    if outside < LEAST_PROSE || inside * 100 > all * MOST_IN_RECORDS {
        return None;
    }
    let holder = prose_holder(facts, records)?;
    let heading = heading_above(facts, holder.0);
    let meta = |name: &str| meta(doc, name);
    let mut signs = 0;
    signs += i32::from(outside >= MUCH_PROSE) + i32::from(holder.1 >= LEAST_PROSE && paragraphs(facts, holder.0) >= 3);
    signs += i32::from(meta("og:type").is_some_and(|t| t.eq_ignore_ascii_case("article")));
    signs += i32::from(meta("article:published_time").is_some()) * 2;
    signs += i32::from(heading.is_some_and(|h| titled_like(doc, h)));
    signs += i32::from(heading.is_some_and(|h| doc.tag(h) == "h1"));
    signs -= i32::from(records.len() >= MANY_RECORDS && outside < MUCH_PROSE);
    signs -= i32::from(records.len() >= 3 && records[0].span.from < holder.0.index()) * 2;
    signs -= i32::from(dated(facts, records) * 2 > records.len() && records.len() >= 5) * 2;
    if signs < SIGNS {
        return None;
    }
    teaser(facts, heading, holder.0)
}

/// Records beside which a little prose is an introduction.
const MANY_RECORDS: usize = 6;

/// Children of the element that read like paragraphs.
fn paragraphs(facts: &Facts<'_>, holder: NodeId) -> usize {
    facts.doc.child_elements(holder).filter(|&n| facts.long_letters(facts.span(n)) > 0).count()
}

/// Candidates with a date.
fn dated(facts: &Facts<'_>, records: &[Candidate]) -> usize {
    records.iter().filter(|c| facts.dates(c.span) > 0).count()
}

/// The element whose own paragraphs hold most prose, and how much.
fn prose_holder(facts: &Facts<'_>, records: &[Candidate]) -> Option<(NodeId, usize)> {
    let doc = facts.doc;
    let in_record = |n: NodeId| {
        let place = records.partition_point(|c| c.span.from <= n.index());
        place > 0 && n.index() < records[place - 1].span.to
    };
    let mut held: std::collections::HashMap<NodeId, usize> = std::collections::HashMap::new();
    for node in doc.elements().filter(|&n| doc.is(n, &["p", "blockquote", "li"]) && !in_record(n)) {
        if let Some(parent) = doc.parent(node) {
            *held.entry(parent).or_default() += facts.long_letters(facts.span(node));
        }
    }
    held.into_iter()
        .max_by_key(|&(node, letters)| (letters, std::cmp::Reverse(node)))
        .filter(|&(_, letters)| letters > 0)
}

/// The heading that the prose belongs to: the highest one before it.
fn heading_above(facts: &Facts<'_>, prose: NodeId) -> Option<NodeId> {
    let doc = facts.doc;
    let first = doc.child_elements(prose).find(|&n| facts.long_letters(facts.span(n)) > 0)?;
    let headings = facts.headings.iter().map(|h| h.node).take_while(|&n| n < first);
    let named: Vec<NodeId> = headings.filter(|&n| facts.letters(facts.span(n)) > 0).collect();
    named
        .iter()
        .copied()
        .rfind(|&n| titled_like(doc, n))
        .or_else(|| named.iter().copied().rfind(|&n| doc.tag(n) == "h1"))
}

/// True when the page's title says what the heading says.
fn titled_like(doc: &Document, heading: NodeId) -> bool {
    let text = doc.text(heading).to_lowercase();
    let title = doc.elements().find(|&n| doc.tag(n) == "title").map(|n| doc.text(n).to_lowercase()).unwrap_or_default();
    let og = meta(doc, "og:title").unwrap_or("").to_lowercase();
    text.chars().count() >= 8 && (title.contains(&text) || og.contains(&text))
}

/// Content of a meta element by property or name.
pub(super) fn meta<'d>(doc: &'d Document, name: &str) -> Option<&'d str> {
    let named = |n: &NodeId| ["property", "name", "itemprop"].iter().any(|a| doc.attribute(*n, a) == Some(name));
    let node = doc.elements().filter(|&n| doc.tag(n) == "meta").find(named)?;
    doc.attribute(node, "content").filter(|c| !c.trim().is_empty())
}

fn teaser(facts: &Facts<'_>, heading: Option<NodeId>, prose: NodeId) -> Option<Teaser> {
    let doc = facts.doc;
    let mut teaser = Teaser { position: 1, ..Teaser::default() };
    let shown = heading.and_then(|h| clean(&doc.text(h)));
    teaser.title = shown.or_else(|| meta(doc, "og:title").and_then(clean));
    teaser.rules.title = Some("article heading");
    teaser.url.clone_from(&facts.head.page);
    teaser.rules.url = Some("page");
    let described = meta(doc, "description").or_else(|| meta(doc, "og:description")).and_then(clean);
    let first = || doc.lines(prose).into_iter().map(|l| l.text).find(|t| t.chars().count() >= 60);
    teaser.excerpt = described.or_else(first);
    teaser.rules.excerpt = Some("description");
    teaser.author =
        meta(doc, "author").or_else(|| meta(doc, "article:author")).filter(|a| !a.contains("://")).and_then(clean);
    teaser.author = teaser.author.or_else(|| byline(facts, heading, prose));
    teaser.rules.author = teaser.author.is_some().then_some("byline");
    teaser.image_url = meta(doc, "og:image").and_then(|i| resolve(facts.head.base.as_ref(), i));
    teaser.date_texts = dates(facts, heading, prose);
    teaser.rules.date = teaser.date_texts.first().map(|_| "article date");
    teaser.rules.path = Some(doc.path(prose));
    teaser.title.is_some().then_some(teaser)
}

/// A short line around the heading that is a byline.
fn byline(facts: &Facts<'_>, heading: Option<NodeId>, prose: NodeId) -> Option<String> {
    let doc = facts.doc;
    let from = heading.map_or(prose.index(), NodeId::index);
    doc.lines_between(from, doc.end(prose).min(from + NEAR), &|_| false).into_iter().take(12).find_map(|line| {
        let words = line.text.split_whitespace().take_while(|w| !w.chars().any(|c| c.is_ascii_digit()));
        name_after_byline(&words.collect::<Vec<_>>().join(" "))
    })
}

/// Nodes after a heading among which its byline and date are looked for.
const NEAR: usize = 400;

fn dates(facts: &Facts<'_>, heading: Option<NodeId>, prose: NodeId) -> Vec<DateText> {
    let doc = facts.doc;
    let mut out = Vec::new();
    for name in ["article:published_time", "datePublished", "date", "dc.date", "DC.date.issued"] {
        out.extend(meta(doc, name).map(|t| DateText { basis: Basis::Meta, text: t.trim().to_owned() }));
    }
    let from = heading.map_or(prose.index(), NodeId::index).saturating_sub(40);
    for node in doc.between(from, doc.end(prose).min(from + NEAR)).filter(|&n| doc.tag(n) == "time") {
        let stated = doc.attribute(node, "datetime").map_or_else(|| doc.text(node), str::to_owned);
        out.push(DateText { basis: Basis::TimeElement, text: stated });
    }
    let lines = doc.lines_between(from, doc.end(prose).min(from + NEAR), &|n| doc.tag(n) == "time");
    let lines = lines.into_iter().take(16).filter(|l| super::date_shape::is_date_line(&l.text));
    out.extend(lines.map(|l| DateText { basis: Basis::Text, text: l.text }));
    out.truncate(6);
    out
}
