//! The run of tokens that belong together.
//!
//! In: tokens from a place on. Out: their fields, and where they end. Takes one part after the other, over the fillers and
//! signs that may stand between them.

use super::counts::group;
use super::fields::Fields;
use super::names::word;
use super::numbers::{apostrophe_year, number};
use crate::dates::clock;
use crate::dates::words::Words;
use crate::lexicon::dates::{Sense, TokenKind};

/// A date expression has fewer tokens than this; it bounds the work at each place of a hostile text.
const MAX_SPAN: usize = 48;
/// Fillers and signs that may stand between two parts.
const MAX_GAP: usize = 4;

/// Collects the expression that begins at token `start`; `None` when none does.
pub(in crate::dates) fn collect(words: &Words<'_>, start: usize) -> Option<(Fields, usize)> {
    let mut fields = Fields::default();
    let (mut i, mut end, mut gap) = (start, start, 0);
    while i < words.tokens.len() && i - start < MAX_SPAN {
        if let Some(used) = step(words, i, &mut fields) {
            i += used;
            end = i;
            gap = 0;
        } else if end > start && gap < MAX_GAP && (is_joint(words, i) || is_unknown_zone(words, i, &fields)) {
            i += 1;
            gap += 1;
        } else {
            break;
        }
    }
    (end > start).then_some((fields, end))
}

fn is_joint(words: &Words<'_>, i: usize) -> bool {
    match words.kind(i) {
        Some(TokenKind::Punctuation(c)) => matches!(
            c,
            ',' | '.' | '/' | '-' | '|' | '(' | ')' | '[' | ']' | '·' | '@' | ':' | '\'' | '~' | '\u{E3}' | '「' | '」'
        ),
        Some(TokenKind::Word { .. }) => words
            .sense(i, |sense| {
                matches!(sense, Sense::Filler | Sense::At | Sense::About | Sense::And | Sense::Ordinal).then_some(())
            })
            .is_some(),
        _ => false,
    }
}

/// "10:36:28 BRST 2003": a zone that the table does not know stands between the time and the year.
fn is_unknown_zone(words: &Words<'_>, i: usize, fields: &Fields) -> bool {
    let short = matches!(words.kind(i), Some(TokenKind::Unknown(3..=5)));
    short && fields.clock.is_some() && words.number(i + 1).is_some_and(|(_, digits)| digits == 4)
}

/// Takes one part at token `i`; returns how many tokens it has.
fn step(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    match words.kind(i)? {
        TokenKind::Number { .. } => number(words, i, fields),
        TokenKind::Word { .. } => word(words, i, fields),
        TokenKind::Punctuation('-' | '+') => sign(words, i, fields),
        TokenKind::Punctuation('(') if fields.clock.is_some() => zone(words, i, fields),
        TokenKind::Punctuation('\'') if !words.tokens.get(i + 1)?.spaced => apostrophe_year(words, i, fields),
        // "Q3 2025": the letter is no word of the table.
        _ => None,
    }
}

pub(super) fn sign(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.clock.is_some()
        && let Some(used) = zone(words, i, fields)
    {
        return Some(used);
    }
    // "-2 hours", "yesterday -2h"; "12-3 days" is no sign.
    let free = !fields.has_calendar_date() && fields.plain_count == 0 && fields.group.is_none();
    let stands_free = words.tokens[i].spaced;
    if free && stands_free { group(words, i, fields) } else { None }
}

pub(super) fn zone(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.offset.is_some() {
        return None;
    }
    // "10:00-11:00" is a range, "T10:00-03:00" an offset.
    let is_dash = words.punctuation(i) == Some('-') && words.glued(i);
    if is_dash && !fields.iso && fields.clock.is_none_or(|clock| clock.precision != crate::model::Precision::Second) {
        return None;
    }
    let (zone, used) = clock::offset(words, i)?;
    fields.offset = Some(zone);
    Some(used)
}
