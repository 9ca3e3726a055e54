//! A record's lines to the fields of a teaser.

use super::dateline::{LineDate, Place};
use super::furniture::Block;
use super::lines::{Class, Line};
use super::template::Found;
use crate::lexicon::phrases;
use crate::model::{Basis, DateText, FieldRules, Rejection, RejectionReason, Teaser};
use crate::text::{clean, fold};
use std::collections::HashSet;

/// An excerpt of several paragraphs ends with the one that reaches this many columns.
const EXCERPT_COLUMNS: usize = 200;

/// No excerpt is longer, in bytes.
const MAX_EXCERPT_BYTES: usize = 4_000;

/// Date texts kept of one record.
const MAX_DATE_TEXTS: usize = 4;

/// A paragraph this wide that stands twice on a page is no chance.
const SHARED_BODY_COLUMNS: usize = 60;

/// Builds a block of each record; what repeats an earlier one without a body of its own is a rejection.
pub(super) fn build(lines: &[Line], found: &[Found]) -> (Vec<Block>, Vec<Rejection>) {
    let shares = |r: &Found| {
        lines[r.title..r.end].iter().any(|l| l.repeats.count > 1 && l.is_body() && l.width >= SHARED_BODY_COLUMNS)
    };
    let mut blocks: Vec<Block> = Vec::with_capacity(found.len());
    let mut rejections = Vec::new();
    let mut bodied: HashSet<&str> = HashSet::new();
    let mut told: HashSet<&str> = HashSet::new();
    for record in found {
        let head = &lines[record.title];
        let teaser = teaser(lines, *record);
        let bare = teaser.excerpt.is_none() && teaser.date_texts.is_empty();
        let again = bodied.contains(head.folded.as_str()) && teaser.excerpt.is_none();
        if again || bare && !told.insert(&head.folded) {
            let text = head.text.chars().take(120).collect();
            rejections.push(Rejection {
                reason: RejectionReason::RepeatOnPage,
                place: format!("line {}", head.number),
                text,
            });
            continue;
        }
        if teaser.excerpt.is_some() {
            bodied.insert(&head.folded);
        }
        blocks.push(Block { shares_body: shares(record), teaser });
    }
    (blocks, rejections)
}

fn teaser(lines: &[Line], record: Found) -> Teaser {
    let inside = &lines[record.start..record.end];
    let below = &lines[record.title + 1..record.end];
    let head = &lines[record.title];
    let title = if record.shared_line { without_date(head) } else { Some(with_kicker(lines, record.title)) };
    let excerpt = excerpt(below);
    let author = inside.iter().find_map(author);
    let date_texts = date_texts(inside, record);
    let rules = FieldRules {
        title: Some(if record.shared_line { "text_shared_line" } else { "text_heading" }),
        excerpt: excerpt.is_some().then_some("text_body"),
        author: author.is_some().then_some("text_byline"),
        date: (!date_texts.is_empty()).then_some("text_date"),
        path: Some(format!("line {}", head.number)),
        ..FieldRules::default()
    };
    Teaser { title, excerpt, author, date_texts, rules, ..Teaser::default() }
}

/// A kicker is a terse line above the title that announces it with a colon.
const KICKER_COLUMNS: usize = 48;

fn with_kicker(lines: &[Line], title: usize) -> String {
    let text = &lines[title].text;
    let kicker = title.checked_sub(1).map(|at| &lines[at]).filter(|l| l.class == Class::Short && l.text.ends_with(':'));
    match kicker {
        Some(kicker) if kicker.width <= KICKER_COLUMNS => format!("{} {text}", kicker.text),
        _ => text.clone(),
    }
}

/// The title on a line that it shares with the date.
fn without_date(line: &Line) -> Option<String> {
    // "today" in a headline is its own word, and so is a date in its midst.
    let apart = |d: &&LineDate| d.place != Place::Inside && line.text[d.span.clone()].contains(char::is_numeric);
    let Some(date) = line.date.as_ref().filter(apart) else { return Some(line.text.clone()) };
    let rest = format!("{} {}", &line.text[..date.span.start], &line.text[date.span.end..]);
    let trimmed =
        rest.trim().trim_matches(|c: char| matches!(c, '-' | '–' | '—' | '|' | '·' | ',' | ':' | '(' | ')' | ' '));
    clean(trimmed).or_else(|| Some(line.text.clone()))
}

fn excerpt(below: &[Line]) -> Option<String> {
    let first = below.iter().position(Line::is_body)?;
    let mut text = String::new();
    let mut columns = 0;
    for line in below[first..].iter().take_while(|l| l.is_body()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&line.text);
        columns += line.width;
        if columns >= EXCERPT_COLUMNS {
            break;
        }
    }
    text.truncate(text.floor_char_boundary(MAX_EXCERPT_BYTES));
    Some(text)
}

/// The author that a line names, beside a date perhaps.
pub(super) fn author(line: &Line) -> Option<String> {
    if !matches!(line.class, Class::Byline | Class::Date | Class::Short) || line.width > 100 {
        return None;
    }
    let text = match &line.date {
        Some(date) if date.span.start > 0 && date.span.end == line.text.len() => &line.text[..date.span.start],
        Some(date) => &line.text[date.span.end..],
        None if line.class == Class::Byline => &line.text,
        None => return None,
    };
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    // A name on a line of its own.
    let bare = || (line.class == Class::Byline && line.date.is_none()).then(|| clean(text)).flatten();
    name_after_byline(text).or_else(bare)
}

/// "by Ann Lee" to "Ann Lee". Works on the original spelling: names keep their capitals.
pub(super) fn name_after_byline(text: &str) -> Option<String> {
    let folded = fold(text);
    let name_at = phrases::byline_name(&folded)?;
    // Folding may change lengths; count characters from the end, where the name stands untouched.
    let chars = folded[name_at..].chars().count();
    let start = text.char_indices().rev().nth(chars.checked_sub(1)?).map(|(at, _)| at)?;
    let name = text[start..].split(['|', '·', '•', '/', '–']).next().unwrap_or("");
    clean(name.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | ':')))
}

fn date_texts(inside: &[Line], record: Found) -> Vec<DateText> {
    let title = record.title - record.start;
    let usable = |at: usize, line: &Line| at != title || record.shared_line || line.class == Class::Date;
    inside
        .iter()
        .enumerate()
        .filter(|(at, l)| l.own_date().is_some() && usable(*at, l))
        .map(|(_, l)| DateText { basis: Basis::Text, text: l.text.chars().take(200).collect() })
        .take(MAX_DATE_TEXTS)
        .collect()
}
