//! Counted units: "3 hours ago", "2d".
//!
//! In: a number with a unit. Out: the count, where nothing else can be meant.

use super::fields::Fields;
use super::numbers::is_unspaced;
use crate::dates::relative::{self, Group};
use crate::dates::words::Words;
use crate::lexicon::dates::Unit;

/// "3 hours ago": with its direction said, nothing else can be meant.
pub(super) fn toward_group(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.has_calendar_date() || fields.plain_count > 0 || fields.group.is_some() || is_tail(words, i) {
        return None;
    }
    let (group, used) = relative::group(words, i).filter(|(group, _)| group.direction.is_some())?;
    fields.group = Some(group);
    Some(used)
}

pub(super) fn group(words: &Words<'_>, i: usize, fields: &mut Fields) -> Option<usize> {
    if fields.group.is_some() || is_tail(words, i) {
        return None;
    }
    let (group, used) = relative::group(words, i)?;
    // 2025年10月9日 and "17h10" read as units too; they are marks unless a direction says otherwise.
    if group.direction.is_none() && (group.vague || looks_marked(words, i, &group) || !ends_there(words, i + used)) {
        return None;
    }
    fields.group = Some(group);
    Some(used)
}

/// "04/04/0d4": the rest of something else is no count.
fn is_tail(words: &Words<'_>, i: usize) -> bool {
    let before = i.checked_sub(1).filter(|_| words.glued(i));
    before.is_some_and(|before| {
        words.number(before).is_some() || matches!(words.punctuation(before), Some('/' | '.' | '=' | '_' | '&'))
    })
}

fn looks_marked(words: &Words<'_>, i: usize, group: &Group) -> bool {
    let first_year = words.number(i).is_some_and(|(_, digits)| digits >= 3)
        && group.items().next().is_some_and(|item| item.unit == Unit::Year);
    let last = group.items().last().map(|item| item.unit);
    let unspaced = is_unspaced(words, i + 1) && !matches!(last, Some(Unit::Minute | Unit::Second));
    first_year || unspaced
}

/// A count without a direction says when only where nothing but a clock follows: "2 Tage 18:50".
fn ends_there(words: &Words<'_>, mut i: usize) -> bool {
    while words.punctuation(i).is_some_and(|c| matches!(c, '.' | ',' | ')' | '|')) {
        i += 1;
    }
    i >= words.tokens.len() || words.number(i).is_some() && words.punctuation(i + 1) == Some(':')
}
