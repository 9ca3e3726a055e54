//! The dates that a title and an excerpt speak of.
//!
//! In: plain text of a teaser and what bounds it. Out: absolute dates with a month, as written and resolved. "Today"
//! and "last week" are no mentions: they count from a publication that may be unknown.

use super::read::{Candidate, DateContext, scan};
use super::settle::Strength;
use crate::lexicon::dates::{table, tokenize};
use crate::model::{MentionedDate, Precision};

/// A teaser speaks of few dates; a text of nothing but dates is an attack or a calendar.
const MAX_MENTIONS: usize = 12;

/// Reads the mentions of one text.
pub(super) fn of(text: &str, context: &DateContext<'_>, take: &mut Vec<(MentionedDate, Candidate)>) {
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    let prior = context.language.and_then(|tag| table().language(tag));
    scan(&tokens, prior, context, |found| {
        if is_mention(&found)
            && let Some(raw) = text.get(found.span.0..found.span.1)
        {
            let mention = MentionedDate {
                raw: raw.to_owned(),
                value: found.settled.value.to_iso(),
                precision: found.settled.value.precision,
            };
            let known = take.iter().any(|(other, _)| other.value == mention.value && other.raw == mention.raw);
            if !known {
                take.push((mention, found));
            }
        }
        take.len() < MAX_MENTIONS
    });
}

fn is_mention(found: &Candidate) -> bool {
    let settled = &found.settled;
    let of_a_calendar = matches!(
        settled.rule,
        "month name" | "month and day" | "month and year" | "numeric" | "other calendar" | "quarter"
    );
    of_a_calendar
        && !settled.relative
        && settled.strength == Strength::Strong
        && settled.value.precision >= Precision::Quarter
}
