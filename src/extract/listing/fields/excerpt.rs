//! The text below the heading.

use super::Common;
use crate::extract::date_shape::is_date_line;
use crate::extract::listing::facts::Facts;
use crate::extract::listing::marks::Marks;
use crate::extract::listing::score::main_link;
use crate::extract::listing::segment::Candidate;
use crate::html::{Line, NodeId};

/// Shorter lines are labels, unless the script packs more into a character.
const LEAST_CHARS: usize = 30;
/// What is left of a line after its links and dates were taken out is a meta line up to this many characters.
const MOST_META: usize = 60;
/// An excerpt that goes on beyond this many characters is cut at the end of its line.
const ENOUGH_CHARS: usize = 300;

/// Finds the excerpt: the first lines that read like text.
pub(super) fn read(
    facts: &Facts<'_>,
    common: &Common,
    candidate: &Candidate,
    used: &[NodeId],
    title: Option<&str>,
    author: Option<&str>,
) -> Option<(String, &'static str)> {
    let doc = facts.doc;
    if let Some(text) = marked(facts, candidate) {
        return Some((text, "marked summary"));
    }
    let main = main_link(facts, candidate);
    let skip = |n: NodeId| {
        used.contains(&n)
            || doc.is(n, &UNTOLD)
            || facts
                .link_of(n)
                .is_some_and(|l| common.is_label(&l.text) || !l.in_prose && main.is_none_or(|m| m.key != l.key))
    };
    let lines = doc.lines_between(candidate.span.from, candidate.span.to, &skip);
    let fits = |line: &&Line| {
        let text = line.text.as_str();
        is_text(text)
            && !(line.cut && text.chars().count() < MOST_META)
            && Some(text) != title
            && Some(text) != author
            && !is_date_line(text)
    };
    // What stands above the title is a label or a meta line, unless there is nothing below it.
    let start = used.first().copied().filter(|_| title.is_some());
    let (above, below): (Vec<&Line>, Vec<&Line>) =
        lines.iter().filter(fits).partition(|l| start.is_some_and(|s| l.node < s));
    let chosen = if below.is_empty() { above } else { below };
    let first = chosen.first()?;
    if let Some(holder) = holder_of_text(facts, candidate, used, first.node) {
        let whole = |n: NodeId| {
            doc.is(n, &UNTOLD)
                || facts.link_of(n).is_some_and(|l| common.is_label(&l.text) || main.is_some_and(|m| m.key == l.key))
        };
        let lines = doc.lines_between(holder.index(), doc.end(holder), &whole);
        let speaks = |l: &&Line| {
            l.text.chars().any(char::is_alphabetic) && Some(l.text.as_str()) != author && !is_date_line(&l.text)
        };
        let text = joined(lines.iter().filter(speaks));
        return (!text.is_empty()).then_some((text, "block of text"));
    }
    let out = joined(chosen.into_iter());
    (!out.is_empty()).then_some((out, "text lines"))
}

/// A marked summary of fewer characters is a leftover of the template.
const LEAST_MARKED: usize = 12;

/// What microformats and microdata mark as the summary.
fn marked(facts: &Facts<'_>, candidate: &Candidate) -> Option<String> {
    let doc = facts.doc;
    let mut nodes = doc.between(candidate.span.from, candidate.span.to);
    let node = nodes.find(|&n| facts.marks(n).has(Marks::SUMMARY))?;
    let lines = doc.lines(node);
    let text = if doc.tag(node) == "meta" { doc.attribute(node, "content")?.to_owned() } else { joined(lines.iter()) };
    (text.chars().count() >= LEAST_MARKED).then_some(text)
}

/// Elements that are no part of what a record tells.
const UNTOLD: [&str; 6] = ["button", "figcaption", "form", "select", "nav", "pre"];

/// The element that holds the text and nothing else: its short first lines belong to it, too.
fn holder_of_text(facts: &Facts<'_>, candidate: &Candidate, used: &[NodeId], text: NodeId) -> Option<NodeId> {
    let doc = facts.doc;
    let block = doc.ancestors(text).find(|&a| !doc.is_inline(a))?;
    let holder = doc.parent(block)?;
    let within = block.index() > candidate.span.from
        && holder.index() >= candidate.span.from
        && doc.end(holder) <= candidate.span.to;
    let alone = !used.iter().any(|&u| doc.contains(holder, u) || doc.contains(u, holder)) && holder != candidate.root;
    let paragraph = |c: &NodeId| doc.is(*c, &["p", "ul", "ol", "blockquote", "h2", "h3", "h4"]);
    (within && alone && doc.child_elements(holder).filter(paragraph).nth(1).is_some()).then_some(holder)
}

/// The lines in one, up to the end of the one that makes it long enough.
fn joined<'l>(lines: impl Iterator<Item = &'l Line>) -> String {
    let mut out = String::new();
    for line in lines {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&line.text);
        if out.chars().count() >= ENOUGH_CHARS {
            break;
        }
    }
    out
}

fn is_text(text: &str) -> bool {
    let chars = text.chars().count();
    let dense = text.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')).count();
    chars + 2 * dense >= LEAST_CHARS && text.chars().any(char::is_alphabetic)
}
