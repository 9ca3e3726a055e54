//! The title of a record and the link that leads to its story.

use super::Common;
use crate::extract::date_shape::is_date_alone;
use crate::extract::listing::facts::Facts;
use crate::extract::listing::links::Link;
use crate::extract::listing::marks::Marks;
use crate::extract::listing::score::main_link;
use crate::extract::listing::segment::Candidate;
use crate::html::NodeId;
use crate::lexicon::is_month_or_weekday;

/// A title as found.
pub(super) struct Title {
    pub(super) node: NodeId,
    pub(super) text: String,
    pub(super) rule: &'static str,
}

/// Finds the title.
///
/// Order: a heading that holds or stands in the record's link, any heading, what the template marks as a headline,
/// the text of the record's link, the first line that is no date.
pub(super) fn read(facts: &Facts<'_>, common: &Common, candidate: &Candidate) -> Option<Title> {
    let doc = facts.doc;
    if let Some((node, text)) = candidate.told.as_ref().and_then(|t| t.title.clone()) {
        return Some(Title { node, text, rule: "table column" });
    }
    let main = main_link(facts, candidate);
    let headings = facts.headings_in(candidate.span).iter();
    let headings = headings.filter(|h| !h.is_date && has_letter(&h.text) && !is_month_or_weekday(&h.text));
    let headings: Vec<NodeId> = headings.map(|h| h.node).collect();
    let linked =
        headings.iter().copied().find(|&h| main.is_some_and(|l| doc.contains(h, l.node) || doc.contains(l.node, h)));
    let unlinked = highest(facts, &headings).filter(|h| main.is_none_or(|l| !speaks_first(common, l, *h)));
    let best = linked.map(|h| (h, "linked heading")).or_else(|| unlinked.map(|h| (h, "heading")));
    if let Some(link) = main.filter(|l| best.is_some_and(|(h, _)| is_set_off(facts, h, l))) {
        return Some(Title { node: link.node, text: link.text.clone(), rule: "link in heading" });
    }
    if let Some((node, rule)) = best {
        return Some(Title { node, text: with_kicker(facts, node), rule });
    }
    let mut nodes = doc.between(candidate.span.from, candidate.span.to);
    let marked = nodes.find(|&n| facts.marks(n).has(Marks::HEADLINE));
    if let Some(node) = marked.filter(|&n| is_title_text(&doc.text(n))) {
        return Some(Title { node, text: doc.text(node), rule: "marked headline" });
    }
    let links = facts.links_in(candidate.span);
    let fits = |l: &&Link| !l.lies_over && names_story(l) && !common.is_label(&l.text) && !is_month_or_weekday(&l.text);
    let link = main.filter(fits).or_else(|| links.iter().filter(fits).max_by_key(|l| l.text.len()));
    if let Some(link) = link {
        return Some(Title { node: link.node, text: link.text.clone(), rule: "link text" });
    }
    let mut texts = doc.lines_between(candidate.span.from, candidate.span.to, &|_| false).into_iter();
    if let Some(first) = texts.find(|l| is_title_text(&l.text) && !common.is_label(&l.text)) {
        return Some(Title { node: first.node, text: first.text, rule: "first line" });
    }
    // A day with an agenda is a record, whatever its link is called.
    let is_record = |l: &&Link| is_month_or_weekday(&l.text) || facts.dates(candidate.span) > 0 && names_story(l);
    let label = main.filter(is_record)?;
    Some(Title { node: label.node, text: label.text.clone(), rule: "link text" })
}

/// The link that leads to the story.
pub(super) fn link<'f>(
    facts: &'f Facts<'_>,
    common: &Common,
    candidate: &Candidate,
    title: Option<&Title>,
) -> Option<(&'f Link, &'static str)> {
    let doc = facts.doc;
    // A row without a link of its own has none: the links left lead to the same place from every row.
    if let Some(told) = candidate.told.as_ref().filter(|t| t.is_row || t.link.is_some()) {
        return told.link.map(|l| (&facts.links[l], "table column"));
    }
    let links = facts.links_in(candidate.span);
    let at_title =
        title.and_then(|t| links.iter().find(|l| doc.contains(t.node, l.node) || doc.contains(l.node, t.node)));
    at_title
        .map(|l| (l, "link at title"))
        .or_else(|| main_link(facts, candidate).map(|l| (l, "main link")))
        .or_else(|| links.iter().find(|l| !common.is_label(&l.text)).map(|l| (l, "first link")))
        .or_else(|| links.first().map(|l| (l, "first link")))
}

/// True when the record's own link names the story before a heading does: then the heading belongs to the text.
fn speaks_first(common: &Common, link: &Link, heading: NodeId) -> bool {
    !link.lies_over && link.node < heading && names_story(link) && !common.is_label(&link.text) && !link.in_prose
}

/// True when the link begins the heading and nothing but numbers and dates follow it: "Ann v. Bo - 2024 App. 228".
fn is_set_off(facts: &Facts<'_>, heading: NodeId, link: &Link) -> bool {
    let doc = facts.doc;
    if !doc.contains(heading, link.node) || !names_story(link) {
        return false;
    }
    let all = doc.text(heading);
    let Some(rest) = all.strip_prefix(link.text.as_str()) else { return false };
    let count = |of: fn(char) -> bool| rest.chars().filter(|&c| of(c)).count();
    count(|c| c.is_ascii_digit()) >= 4 && count(char::is_alphabetic) <= 2 * count(|c| c.is_ascii_digit())
}

fn is_title_text(text: &str) -> bool {
    has_letter(text) && !is_date_alone(text) && !is_month_or_weekday(text)
}

/// [`is_title_text`] of a link.
fn names_story(link: &Link) -> bool {
    has_letter(&link.text) && !link.is_date
}

fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// The heading of the highest rank, the first among equals.
fn highest(facts: &Facts<'_>, headings: &[NodeId]) -> Option<NodeId> {
    headings.iter().copied().min_by_key(|&h| (facts.doc.tag(h).to_owned(), h))
}

/// Text of a heading, its kicker joined with ": ".
fn with_kicker(facts: &Facts<'_>, heading: NodeId) -> String {
    let doc = facts.doc;
    let mut parts: Vec<String> = Vec::new();
    let mut holder = heading;
    // Down through lone wrappers: `<h2><a><span>…`.
    while let Some(only) = lone_child(facts, holder) {
        holder = only;
    }
    let skip = |n: NodeId| doc.tag(n) == "time";
    let children: Vec<NodeId> =
        doc.children(holder).filter(|&n| doc.seen_text(n).is_none_or(|t| !t.trim().is_empty())).collect();
    let all_elements =
        children.len() >= 2 && children.iter().all(|&n| doc.is(n, &["span", "div", "strong", "p", "small", "a"]));
    if !all_elements {
        return doc.text_without(heading, &skip);
    }
    let mut texts: Vec<String> = children.into_iter().map(|c| doc.text_without(c, &skip)).collect();
    texts.retain(|t| !t.is_empty());
    parts.extend(texts.iter().filter(|t| !is_date_alone(t)).cloned());
    let whole = |parts: &[String]| parts.iter().filter(|p| p.chars().any(char::is_alphanumeric)).count() >= 2;
    // "Cartoon: 248 years ago" is a title: what stands behind the mark of a kicker is no date line.
    if !whole(&parts) && parts.last().is_some_and(|p| p.trim_end().ends_with(':')) {
        parts = texts;
    }
    join_kicker(&parts)
}

/// "Kicker: Headline rest". A kicker that ends with a mark of its own keeps it; parts without a letter are marks.
fn join_kicker(parts: &[String]) -> String {
    let mut out = String::new();
    let mut spoken = 0;
    for part in parts {
        let has_word = part.chars().any(char::is_alphanumeric);
        if has_word && spoken > 0 {
            let ended = out.ends_with([':', '.', '!', '?', '-', '–', '—', '|', '…']);
            out.push_str(if ended || spoken > 1 { " " } else { ": " });
        }
        let repeats = !has_word && out.ends_with(part.trim());
        out.push_str(if repeats { "" } else { part });
        spoken += usize::from(has_word);
    }
    out
}

/// The only child with content, when it is an element.
fn lone_child(facts: &Facts<'_>, node: NodeId) -> Option<NodeId> {
    let doc = facts.doc;
    let mut content = doc.children(node).filter(|&n| facts.letters(facts.span(n)) > 0);
    let first = content.next()?;
    (content.next().is_none() && doc.is_element(first)).then_some(first)
}
