//! The dates that a title and an excerpt speak of.
//!
//! In: plain text of a teaser and what bounds it. Out: absolute dates with a month, as written and resolved. "Today"
//! and "last week" are no mentions: they count from a publication that may be unknown.

use super::read::{Candidate, DateContext, scan};
use super::settle::Strength;
use crate::lexicon::dates::{may_state_number, table, tokenize};
use crate::model::{MentionedDate, Precision};
use jiff::civil::Date;

/// A teaser speaks of few dates; a text of nothing but dates is an attack or a calendar.
const MAX_MENTIONS: usize = 12;

/// Reads the mentions of one text.
pub(super) fn of(text: &str, context: &DateContext<'_>, take: &mut Vec<(MentionedDate, Candidate)>) {
    // What is kept of a calendar has a day or a year: most texts need not be taken apart.
    if may_state_number(text) {
        in_full(text, context, take);
    }
}

fn in_full(text: &str, context: &DateContext<'_>, take: &mut Vec<(MentionedDate, Candidate)>) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Words of dates of some languages, and words that are none.
    const WORDS: [&str; 36] = [
        "the",
        "Council",
        "votes",
        "in",
        "on",
        "of",
        "March",
        "May",
        "march",
        "mai",
        "août",
        "décembre",
        "März",
        "Friday",
        "first",
        "second",
        "third",
        "fifth",
        "twenty",
        "vierte",
        "Ersten",
        "quinto",
        "première",
        "dos",
        "de",
        "quarter",
        "year",
        "دی",
        "چهاردهم",
        "اول",
        "января",
        "первого",
        "第三",
        "三月",
        "मार्च",
        "PMకి",
    ];

    fn context() -> DateContext<'static> {
        DateContext::captured("2025-11-20T12:00:00Z".parse().expect("an instant"))
    }

    fn found(of: impl Fn(&str, &DateContext<'_>, &mut Vec<(MentionedDate, Candidate)>), text: &str) -> Vec<String> {
        let mut found = Vec::new();
        of(text, &context(), &mut found);
        found.into_iter().map(|(mention, _)| format!("{} {}", mention.raw, mention.value)).collect()
    }

    #[test]
    fn days_in_words_are_mentions() {
        assert_eq!(found(of, "Statement of the چهاردهم دی"), found(in_full, "Statement of the چهاردهم دی"));
        assert!(!found(of, "چهاردهم دی").is_empty(), "the fourteenth, in words alone");
        assert!(found(of, "The council votes in March").is_empty());
    }

    proptest! {
        #[test]
        fn a_text_that_is_passed_over_mentions_no_date(
            parts in prop::collection::vec((prop::sample::select(WORDS.to_vec()), prop::sample::select(vec![" ", ", ", "-", "\u{ad}", "\u{7f}", "", "’", "\u{a0}"])), 1..12),
        ) {
            let text: String = parts.iter().flat_map(|(word, joint)| [*word, *joint]).collect();
            prop_assert_eq!(found(of, &text), found(in_full, &text), "`{}`", text);
        }
    }
}
