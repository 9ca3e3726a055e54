//! The dates that a title and an excerpt speak of.
//!
//! In: plain text of a teaser and what bounds it. Out: absolute dates with a month, as written and resolved. "Today"
//! and "last week" are no mentions: they count from a publication that may be unknown.

use super::read::{Candidate, DateContext, scan};
use super::settle::Strength;
use crate::lexicon::dates::{table, tokenize};
use crate::model::{MentionedDate, Precision};
use jiff::civil::Date;

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

/// True when a weekday stands beside the date and fits it: that fixes the year.
pub(super) fn is_fixed_by_weekday(found: &Candidate) -> bool {
    let date = found.settled.value.at.date();
    found.settled.weekday.is_some_and(|day| date.weekday().to_monday_one_offset().unsigned_abs() == day)
}

/// Moves a mention without a year to the year nearest to `anchor`, never far ahead of the capture.
pub(super) fn move_near(mention: &mut MentionedDate, found: &mut Candidate, anchor: Date, context: &DateContext<'_>) {
    let settled = &found.settled;
    if settled.year_stated || is_fixed_by_weekday(found) || settled.value.precision < Precision::Day {
        return;
    }
    let settled = &mut found.settled;
    let date = settled.value.at.date();
    let limit = context.reference.date().saturating_add(jiff::Span::new().days(i64::from(context.days_ahead)));
    let best = (anchor.year().saturating_sub(1)..=anchor.year().saturating_add(1))
        .filter_map(|year| Date::new(year, date.month(), date.day()).ok())
        .filter(|date| *date <= limit)
        .min_by_key(|date| (*date - anchor).get_days().abs());
    if let Some(best) = best {
        settled.value.at = best.to_datetime(settled.value.at.time());
        mention.value = settled.value.to_iso();
    }
}
