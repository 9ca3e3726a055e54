//! Who wrote it.

use crate::extract::date_shape::looks_like_date;
use crate::extract::listing::facts::Facts;
use crate::extract::listing::marks::Marks;
use crate::extract::listing::segment::Candidate;
use crate::html::NodeId;
use crate::lexicon::phrases;

/// An author as found.
pub(super) struct Author {
    pub(super) node: Option<NodeId>,
    pub(super) text: String,
    pub(super) rule: &'static str,
}

/// Names longer than this are no names.
const MAX_CHARS: usize = 100;

/// A byline is at most this long.
const MAX_BYLINE_CHARS: usize = 80;

/// A label before a name is at most this long.
const MAX_LABEL: usize = 6;

/// Finds the author: what the template marks, then a byline, then the text beside an icon of a person.
pub(super) fn read(facts: &Facts<'_>, candidate: &Candidate, used: &[NodeId]) -> Option<Author> {
    let doc = facts.doc;
    let elements = || doc.between(candidate.span.from, candidate.span.to).filter(|&n| doc.is_element(n));
    let text_of = |n: NodeId| doc.text_without(n, &|inner| used.contains(&inner));
    for node in elements() {
        if let Some(rule) = marked(facts.marks(node)) {
            let text = strip_byline(&text_of(node));
            if is_name(&text) {
                return Some(Author { node: Some(node), text, rule });
            }
        }
    }
    if let Some((node, text)) = profile_link(facts, candidate, used) {
        return Some(Author { node: Some(node), text, rule: "link to a person" });
    }
    if let Some((node, text)) = beside_byline(facts, candidate, used) {
        return Some(Author { node: Some(node), text, rule: "beside byline" });
    }
    let short = |n: &NodeId| {
        (3..=MAX_BYLINE_CHARS).contains(&facts.letters(facts.span(*n))) && !used.iter().any(|u| doc.contains(*u, *n))
    };
    // What holds one short element and nothing else says the same.
    let repeats = |n: &NodeId| {
        let above = doc.parent(*n).filter(|above| above.index() >= candidate.span.from && short(above));
        above.is_some_and(|above| facts.letters(facts.span(above)) == facts.letters(facts.span(*n)))
    };
    for node in elements().filter(|n| short(n) && !repeats(n)) {
        if let Some(text) = name_after_byline(&text_of(node)) {
            return Some(Author { node: Some(node), text, rule: "byline" });
        }
    }
    let icon = elements().find(|&n| doc.is(n, &["i", "span", "svg", "use"]) && is_person_icon(facts, n))?;
    let text = text_beside(facts, icon, candidate.span.to)?;
    is_name(&text).then_some(Author { node: None, text, rule: "person icon" })
}

/// Folders of addresses under which sites keep their writers. Weak hints: the text must be a name, too.
const PROFILE_FOLDERS: [&str; 12] = [
    "author",
    "authors",
    "autor",
    "autores",
    "autoren",
    "auteur",
    "auteurs",
    "writer",
    "profile",
    "profil",
    "people",
    "redakteur",
];

/// A short link to a page about a person, outside the title.
fn profile_link(facts: &Facts<'_>, candidate: &Candidate, used: &[NodeId]) -> Option<(NodeId, String)> {
    let doc = facts.doc;
    facts.links_in(candidate.span).iter().find_map(|link| {
        let folder = link.url.path_segments()?.rev().filter(|s| !s.is_empty()).nth(1)?;
        let free = !link.in_heading && !used.iter().any(|&u| doc.contains(u, link.node));
        let text = strip_byline(&link.text);
        let fits = PROFILE_FOLDERS.contains(&folder) && free && is_name(&text) && !looks_like_date(&text);
        fits.then_some((link.node, text))
    })
}

/// The short element after a text that ends with a byline word: "3 May, by <a>Ann Lee</a>".
fn beside_byline(facts: &Facts<'_>, candidate: &Candidate, used: &[NodeId]) -> Option<(NodeId, String)> {
    let doc = facts.doc;
    doc.between(candidate.span.from, candidate.span.to).find_map(|node| {
        let text = doc.seen_text(node).filter(|t| t.chars().count() <= MAX_BYLINE_CHARS)?;
        let parent = doc.parent(node)?;
        // The cheap questions first: this is asked of every text.
        if facts.letters(facts.span(parent)) > MAX_BYLINE_CHARS || doc.is(parent, &["a", "h1", "h2", "h3"]) {
            return None;
        }
        let next = doc.children(parent).find(|&n| n.index() >= doc.end(node))?;
        if !doc.is_element(next) || !doc.is_inline(next) || used.contains(&next) {
            return None;
        }
        let folded = crate::text::fold(text);
        if !folded.rsplit([' ', ',']).next().is_some_and(phrases::is_byline_word) {
            return None;
        }
        let name = cut_name(&doc.text(next));
        (is_name(&name) && !looks_like_date(&name)).then_some((next, name))
    })
}

/// The name in "By Ann Lee | 3 May", when the text is a byline.
pub(in crate::extract) fn name_after_byline(text: &str) -> Option<String> {
    if text.chars().count() > MAX_BYLINE_CHARS {
        return None;
    }
    let folded = crate::text::fold(text);
    let start = phrases::byline_name(&folded)?;
    let words = folded.get(start..)?.split_whitespace().count();
    let all: Vec<&str> = text.split_whitespace().collect();
    let name = cut_name(&all[all.len().saturating_sub(words)..].join(" "));
    // Scripts without spaces set the label off by a colon: "文：山田花子".
    let name = match name.split_once(['：', ':']) {
        Some((label, rest)) if label.chars().count() <= MAX_LABEL => rest.trim().to_owned(),
        _ => name,
    };
    (is_name(&name) && !looks_like_date(&name)).then_some(name)
}

/// True for the icons of a person that icon fonts name alike.
fn is_person_icon(facts: &Facts<'_>, node: NodeId) -> bool {
    let doc = facts.doc;
    facts.marks(node).has(Marks::PERSON)
        && doc.subtree(node).filter_map(|n| doc.seen_text(n)).all(|t| t.trim().is_empty())
}

/// The first text after the icon.
fn text_beside(facts: &Facts<'_>, icon: NodeId, to: usize) -> Option<String> {
    let doc = facts.doc;
    let text = doc
        .between(doc.end(icon), to)
        .filter_map(|n| doc.seen_text(n))
        .find(|t| t.chars().any(char::is_alphanumeric))?;
    crate::text::clean(text).map(|t| cut_name(&t))
}

fn marked(marks: Marks) -> Option<&'static str> {
    let rules = [
        (Marks::REL_AUTHOR, "rel author"),
        (Marks::ITEMPROP_AUTHOR, "itemprop author"),
        (Marks::CLASS_AUTHOR, "class author"),
    ];
    rules.into_iter().find(|&(mark, _)| marks.has(mark)).map(|(_, rule)| rule)
}

fn strip_byline(text: &str) -> String {
    name_after_byline(text).unwrap_or_else(|| cut_name(text.trim()))
}

/// The name before a separator.
fn cut_name(text: &str) -> String {
    text.split(['|', '•', '·', '/']).next().unwrap_or("").trim().trim_end_matches([',', '-', '–']).trim().to_owned()
}

fn is_name(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    letters >= 2
        && text.chars().any(char::is_alphabetic)
        && text.chars().count() <= MAX_CHARS
        && !phrases::is_byline_word(&crate::text::fold(text))
}
