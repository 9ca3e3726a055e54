//! The text below the heading.

use super::Common;
use crate::extract::date_shape::is_date_line;
use crate::extract::listing::facts::Facts;
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
    let main = main_link(facts, candidate);
    let skip = |n: NodeId| {
        used.contains(&n)
            || doc.is(n, &["button", "figcaption", "form", "select", "nav", "pre"])
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
    let mut out = String::new();
    for line in if below.is_empty() { above } else { below } {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&line.text);
        if out.chars().count() >= ENOUGH_CHARS {
            break;
        }
    }
    (!out.is_empty()).then_some((out, "text lines"))
}

fn is_text(text: &str) -> bool {
    let chars = text.chars().count();
    let dense = text.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')).count();
    chars + 2 * dense >= LEAST_CHARS && text.chars().any(char::is_alphabetic)
}
