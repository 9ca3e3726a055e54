//! What a cell says first: its headline, and what kind of text that is.

use crate::extract::date_shape::{is_date_alone, is_date_line, looks_like_date, words_beside_date};
use crate::extract::listing::facts::Facts;
use crate::extract::listing::links::Link;
use crate::html::NodeId;

/// The first words of a cell that say something.
#[derive(Debug, Clone)]
pub(super) struct Headline {
    pub(super) node: NodeId,
    pub(super) text: String,
    /// Place of the link that it stands in.
    pub(super) link: Option<usize>,
    pub(super) words: usize,
    /// The cell is a date.
    pub(super) is_date: bool,
    /// Digits outweigh letters: a number, a citation, a time.
    pub(super) is_number: bool,
}

/// Letters of a word that counts; shorter ones stand in numbers too.
const WORD: usize = 3;

/// The headline of a cell; `None` for an empty one.
pub(super) fn of_cell(facts: &Facts<'_>, cell: NodeId) -> Option<Headline> {
    let doc = facts.doc;
    let span = facts.span(cell);
    let lines = doc.lines(cell);
    let first = lines.first()?;
    let spoken = lines.iter().find(|l| is_spoken(&l.text)).unwrap_or(first);
    let is_date = lines.iter().any(|l| is_date_line(&l.text)) && spoken.node == first.node && !is_spoken(&first.text)
        || doc.descendants(cell).any(|n| doc.tag(n) == "time") && !is_spoken(&spoken.text);
    // A link or heading around the line is the headline as a whole, line breaks included.
    let holder = doc.ancestors(spoken.node).take_while(|&a| a.index() > span.from).find(|&a| {
        (facts.link_of(a).is_some() || facts.is_heading(a))
            && doc.text(a).chars().count() >= spoken.text.chars().count() / 2
    });
    let (node, text) = match (holder, first_of_many(facts, cell)) {
        (Some(holder), _) => (holder, doc.text(holder)),
        (None, Some(first)) => (first.node, first.text.clone()),
        (None, None) => (spoken.node, spoken.text.clone()),
    };
    let link = facts.link_range(span).find(|&l| {
        let link = facts.links[l].node;
        doc.contains(link, spoken.node) || doc.contains(node, link)
    });
    Some(Headline { is_date, ..of_text(node, text, link) })
}

/// The first link of a cell that consists of several: the documents of the row.
fn first_of_many<'f>(facts: &'f Facts<'_>, cell: NodeId) -> Option<&'f Link> {
    let span = facts.span(cell);
    let links = facts.links_in(span);
    let letters: usize = links.iter().map(|l| l.text.chars().filter(|c| !c.is_whitespace()).count()).sum();
    let all = links.len() >= 2 && letters * 5 >= facts.letters(span) * 4;
    links.iter().find(|l| all && !l.text.is_empty())
}

/// The headline that a text is by itself.
pub(super) fn of_text(node: NodeId, text: String, link: Option<usize>) -> Headline {
    let is_date = looks_like_date(&text) && !is_spoken(&text);
    let words = words(&text);
    Headline { words, is_number: weighs_as_number(&text, words), node, text, link, is_date }
}

/// True for a text with words in it that are not part of a date; one word beside a date is its label.
fn is_spoken(text: &str) -> bool {
    let labelled = |text: &str| words_beside_date(text).is_some_and(|words| words <= 1) && is_date_line(text);
    text.chars().any(char::is_alphabetic) && !is_date_alone(text) && !labelled(text)
}

/// Words of a text; a character of a script without spaces counts for a third.
fn words(text: &str) -> usize {
    if text.is_ascii() {
        return text.as_bytes().split(|b| !b.is_ascii_alphabetic()).filter(|w| w.len() >= WORD).count();
    }
    let spaced = text.split(|c: char| !c.is_alphabetic()).filter(|w| w.is_ascii() || w.len() < 30);
    let spaced = spaced.filter(|w| w.chars().count() >= WORD).count();
    let unspaced = text
        .chars()
        .filter(|c| matches!(c, '\u{E00}'..='\u{E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'))
        .count();
    spaced + unspaced / 3
}

/// True when the digits weigh as much as the letters: half as many of them beside at most one word ("2025 IL App (5th)
/// 230238"), more beside more ("Ind. No. 71724/22, Appeal No. 5921").
pub(super) fn is_number(text: &str) -> bool {
    weighs_as_number(text, words(text))
}

fn weighs_as_number(text: &str, words: usize) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return false;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits * 2 >= letters && words < 2 || digits * 4 >= letters * 3
}
