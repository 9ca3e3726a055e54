//! Selectors from the config: they name the records and fields; what they do not name is found automatically.

use super::facts::Facts;
use super::fields;
use super::segment::{self, Candidate};
use crate::extract::base::resolve;
use crate::extract::options::Compiled;
use crate::html::{NodeId, Selector};
use crate::model::{Basis, DateText, Teaser};
use crate::text::clean;

const RULE: &str = "selector";

/// Candidates that the item selector names; nested matches count once, the outer one.
pub(in crate::extract) fn candidates(facts: &Facts<'_>, item: &Selector) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    for root in facts.doc.select(item, None) {
        if out.last().is_none_or(|c| root.index() >= c.span.to) {
            out.push(Candidate::of(facts, root));
        }
    }
    segment::lead_links(facts, &mut out);
    out
}

/// Replaces the fields that the config names. Returns the keys whose selector matched nothing in this record.
pub(in crate::extract) fn overrule(
    facts: &Facts<'_>,
    compiled: &Compiled,
    candidate: &Candidate,
    teaser: &mut Teaser,
) -> Vec<&'static str> {
    let mut missed = Vec::new();
    let find = |selector: &Option<Selector>| -> Option<Option<NodeId>> {
        let selector = selector.as_ref()?;
        Some(first_match(facts, selector, candidate))
    };
    let text = |node: Option<NodeId>| node.and_then(|n| clean(&facts.doc.text(n)));
    if let Some(node) = find(&compiled.title) {
        teaser.title = text(node);
        teaser.rules.title = Some(RULE);
        missed.extend(teaser.title.is_none().then_some("title"));
    }
    if let Some(node) = find(&compiled.url) {
        teaser.url = node.and_then(|n| href(facts, n)).and_then(|h| resolve(facts.head.base.as_ref(), h));
        teaser.rules.url = Some(RULE);
        missed.extend(teaser.url.is_none().then_some("url"));
    }
    if let Some(node) = find(&compiled.excerpt) {
        teaser.excerpt = text(node);
        teaser.rules.excerpt = Some(RULE);
        missed.extend(teaser.excerpt.is_none().then_some("excerpt"));
    }
    if let Some(node) = find(&compiled.author) {
        teaser.author = text(node);
        teaser.rules.author = Some(RULE);
        missed.extend(teaser.author.is_none().then_some("author"));
    }
    if let Some(node) = find(&compiled.date) {
        teaser.date_texts = node.map(|n| date_texts(facts, n)).unwrap_or_default();
        teaser.rules.date = Some(RULE);
        missed.extend(teaser.date_texts.is_empty().then_some("date"));
    }
    if let Some(node) = find(&compiled.image) {
        teaser.image_url = node.and_then(|n| fields::image_of(facts, n));
        teaser.rules.image = Some(RULE);
        missed.extend(teaser.image_url.is_none().then_some("image"));
    }
    missed
}

fn first_match(facts: &Facts<'_>, selector: &Selector, candidate: &Candidate) -> Option<NodeId> {
    let doc = facts.doc;
    doc.between(candidate.span.from, candidate.span.to)
        .find(|&n| doc.is_element(n) && doc.matches(n, selector, Some(candidate.root)))
}

/// The address of the element, of a link in it or around it.
fn href<'d>(facts: &'d Facts<'_>, node: NodeId) -> Option<&'d str> {
    let doc = facts.doc;
    let own = |n: NodeId| doc.attribute(n, "href");
    own(node).or_else(|| doc.descendants(node).find_map(own)).or_else(|| doc.ancestors(node).find_map(own))
}

fn date_texts(facts: &Facts<'_>, node: NodeId) -> Vec<DateText> {
    let stated = facts.doc.attribute(node, "datetime").or_else(|| facts.doc.attribute(node, "content"));
    let stated = stated.map(|t| DateText { basis: Basis::TimeElement, text: t.trim().to_owned() });
    let shown = Some(facts.doc.text(node)).map(|text| DateText { basis: Basis::Text, text });
    stated.into_iter().chain(shown).filter(|d| !d.text.is_empty()).collect()
}
