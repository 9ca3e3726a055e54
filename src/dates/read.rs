//! One text to one date.
//!
//! In: text as shown and what is known around it. Out: the date that the text states, or none: bare numbers, prices,
//! measures, scores, versions, phone and page numbers are no dates. Of several dates the one of publication is taken:
//! a full date before a weak one, "published" before "updated", the first of equals.

use super::expression;
use super::settle::{Settled, Strength, settle};
use super::stamp;
use super::url;
use super::words::Words;
use crate::lexicon::dates::{Label, LanguageSet, Sense, Token, TokenKind, table, tokenize};
use crate::model::{DateRead, FieldOrder, Precision};
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Text in the place of a date.
    #[default]
    Text,
    /// A URL whose path or query may hold a date.
    Url,
}

/// What is known before the text is read.
#[derive(Debug, Clone)]
pub struct DateContext<'a> {
    /// The reference instant as a wall clock.
    pub reference: DateTime,
    /// Offset of `reference`; `None` when it is only a wall clock, and then so is a relative answer.
    pub offset: Option<Offset>,
    /// BCP 47 tag: a prior, never a filter.
    pub language: Option<&'a str>,
    /// Order of numeric dates where it is known.
    pub order: Option<FieldOrder>,
    /// True when dates ahead of the reference are expected (calendars, agendas): then a missing year is the nearest
    /// one, not the latest past one.
    pub future: bool,
    /// How many days ahead of the reference a date without a year may lie: one, because the page may be written east
    /// of the reference's clock; more for texts that announce.
    pub days_ahead: u16,
    /// Text or URL.
    pub kind: Kind,
}

impl DateContext<'_> {
    /// A context that knows nothing but the time of capture.
    ///
    /// ```
    /// use tearsheet::dates::{DateContext, read};
    /// let context = DateContext::captured("2024-03-05T12:00:00Z".parse().unwrap());
    /// assert_eq!(read("2 hours ago", &context).unwrap().value, "2024-03-05T10:00Z");
    /// assert_eq!(read("gestern", &context).unwrap().value, "2024-03-04");
    /// assert_eq!(read("12 comments", &context), None);
    /// ```
    #[must_use]
    pub fn captured(at: jiff::Timestamp) -> Self {
        Self {
            reference: Offset::UTC.to_datetime(at),
            offset: Some(Offset::UTC),
            language: None,
            order: None,
            future: false,
            days_ahead: 1,
            kind: Kind::Text,
        }
    }
}

/// One date of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) settled: Settled,
    /// Byte range in the text.
    pub(super) span: (usize, usize),
    pub(super) label: Option<Label>,
    /// The language that its words agree on, when it has words.
    pub(super) language: Option<&'static str>,
}

impl Candidate {
    pub(super) const fn new(settled: Settled, span: (usize, usize)) -> Self {
        Self { settled, span, label: None, language: None }
    }

    pub(super) fn to_read(self) -> DateRead {
        DateRead {
            value: self.settled.value.to_iso(),
            precision: self.settled.value.precision,
            ambiguous: self.settled.ambiguous,
            rule: self.settled.rule,
            offset_basis: self.settled.offset_basis,
            span: self.span,
        }
    }
}

/// Reads one text. `None` when it holds no date, which is no error.
///
/// A time without an offset keeps none. "2 hours ago" counts back from `context.reference`, never from now. `03/04`
/// follows `context.order`, else the language, else day before month, and is marked ambiguous.
///
/// Cost: linear in `text`, which is read up to [`crate::lexicon::dates::MAX_TOKENS`] tokens. Never panics.
///
/// A wrong weekday beside a full date is ignored, because pages get it wrong.
#[must_use]
pub fn read(text: &str, context: &DateContext<'_>) -> Option<DateRead> {
    candidate(text, context).map(Candidate::to_read)
}

/// The date of a text, before it is written out.
pub(super) fn candidate(text: &str, context: &DateContext<'_>) -> Option<Candidate> {
    if context.kind == Kind::Url {
        return url::read(text, context);
    }
    stamp::read(text, context).or_else(|| by_words(text, context))
}

/// As [`candidate`], of any text, by its words and numbers.
pub(super) fn by_words(text: &str, context: &DateContext<'_>) -> Option<Candidate> {
    let prior = context.language.and_then(|tag| table().language(tag));
    let mut tokens = Vec::with_capacity(32);
    tokenize(text, &mut tokens);
    let mut best: Option<(Candidate, u8)> = None;
    scan(&tokens, prior, context, |candidate| {
        let rank = rank(&candidate);
        // Nothing beats a full date that nothing says is the one of an update.
        let done = rank == TOP_RANK;
        if best.as_ref().is_none_or(|(_, other)| rank > *other) {
            best = Some((candidate, rank));
        }
        !done
    });
    best.map(|(candidate, _)| candidate)
}

const TOP_RANK: u8 = 9;

/// How well a candidate answers "when was it published?".
pub(super) fn rank(candidate: &Candidate) -> u8 {
    let settled = &candidate.settled;
    let by_strength = match (settled.strength, settled.value.precision >= Precision::Day) {
        (Strength::Strong, true) if settled.relative => 8,
        (Strength::Strong, true) => TOP_RANK,
        (Strength::Strong, false) => 6,
        (Strength::Weak, true) => 5,
        (Strength::Weak, false) => 4,
        (Strength::Alone, _) => 3,
    };
    by_strength - u8::from(candidate.label == Some(Label::Updated))
}

/// Finds the dates of a text, left to right, until `take` says no.
pub(super) fn scan(
    tokens: &[Token],
    prior: Option<LanguageSet>,
    context: &DateContext<'_>,
    mut take: impl FnMut(Candidate) -> bool,
) {
    let words = Words::new(tokens, prior);
    let (first, last) = meaningful(&words);
    let language = words.language();
    let mut label = None;
    let mut i = 0;
    while i < tokens.len() {
        if let Some(said) = words.sense(i, |sense| match sense {
            Sense::Label(label) => Some(label),
            _ => None,
        }) {
            label = Some(said);
            i += 1;
            continue;
        }
        if let Some(end) = url_end(&words, i) {
            i = end;
            continue;
        }
        let Some((fields, end)) = may_begin(&words, i).then(|| expression::collect(&words, i)).flatten() else {
            i += 1;
            continue;
        };
        let whole = i <= first && end > last && (end - i > 1 || says_enough(&words, i));
        let settled =
            settle(&fields, context, language).filter(|settled| whole || allowed_in_text(&words, i, &fields, settled));
        let Some(settled) = settled else {
            // What is no date as a whole ("30 February 2020") is none in part.
            let failed =
                fields.month.is_some() && fields.plain_count > 0 || fields.numeric.is_some() || fields.group.is_some();
            i = if failed { end } else { i + 1 };
            continue;
        };
        let span = (tokens[i].start as usize, tokens[end - 1].end as usize);
        if !take(Candidate { settled, span, label, language }) {
            return;
        }
        label = None;
        i = end;
    }
}

/// Where a URL inside a text ends whose scheme stands before token `i`: its ids are no dates.
fn url_end(words: &Words<'_>, i: usize) -> Option<usize> {
    let slashes = i >= 3 && words.punctuation(i - 1) == Some('/') && words.punctuation(i - 2) == Some('/');
    if !slashes || words.punctuation(i - 3) != Some(':') || !words.glued(i) {
        return None;
    }
    let ends = |at: &usize| !words.glued(*at) || matches!(words.punctuation(*at), Some('"' | '<' | '>'));
    let end = (i..words.tokens.len()).find(ends).unwrap_or(words.tokens.len());
    // A text that is nothing but a URL is read like any other, and a scheme with nothing behind it is none.
    (end > i && (i > 4 || end < words.tokens.len())).then_some(end)
}

/// A cheap look at whether an expression can begin here.
fn may_begin(words: &Words<'_>, i: usize) -> bool {
    match words.kind(i) {
        Some(TokenKind::Number { .. } | TokenKind::Word { .. }) => true,
        Some(TokenKind::Punctuation('-' | '+' | '\'')) => words.number(i + 1).is_some(),
        _ => false,
    }
}

/// First and last token that are more than labels, fillers and signs.
fn meaningful(words: &Words<'_>) -> (usize, usize) {
    let says_something = |i: &usize| match words.kind(*i) {
        Some(TokenKind::Punctuation(c)) => matches!(c, '$' | '€' | '£' | '#' | '%'),
        Some(TokenKind::Word { .. }) => words
            .sense(*i, |sense| {
                matches!(sense, Sense::Label(_) | Sense::Filler | Sense::At | Sense::About).then_some(())
            })
            .is_none(),
        _ => true,
    };
    let count = words.tokens.len();
    let first = (0..count).find(says_something).unwrap_or(0);
    let last = (0..count).rev().find(says_something).unwrap_or(count.saturating_sub(1));
    (first, last)
}

/// In a longer text, only what is a date anywhere, or is announced as one.
fn allowed_in_text(words: &Words<'_>, start: usize, fields: &expression::Fields, settled: &Settled) -> bool {
    let announced = || {
        start.checked_sub(1).is_some_and(|before| {
            words
                .sense(before, |sense| {
                    matches!(sense, Sense::Filler | Sense::At | Sense::Label(_) | Sense::About | Sense::Toward(..))
                        .then_some(())
                })
                .is_some()
        })
    };
    let after_sign =
        || start.checked_sub(1).is_none_or(|before| matches!(words.punctuation(before), Some('|' | ':' | '·')));
    match settled.strength {
        Strength::Weak if settled.rule == "day-month" => {
            fields.weekday.is_some() || fields.clock.is_some() || announced() || settled.proof.is_some()
        }
        Strength::Strong | Strength::Weak => true,
        Strength::Alone if settled.rule == "time" => {
            settled.value.precision >= Precision::Minute
                && start.checked_sub(1).is_some_and(|before| words.is(before, Sense::At))
        }
        Strength::Alone => {
            let long = words.bytes(start) > SHORT_BYTES + 1;
            long && (announced() || after_sign()) && matches!(settled.rule, "weekday" | "month")
        }
    }
}

/// "May" and "mar" are words of other meanings too.
const SHORT_BYTES: u32 = 3;

/// One short word alone is no date, whatever it abbreviates: "mar", "sa", 月.
fn says_enough(words: &Words<'_>, i: usize) -> bool {
    let short = words.bytes(i) <= SHORT_BYTES;
    let is_month_or_day =
        words.sense(i, |sense| matches!(sense, Sense::Month(_) | Sense::Weekday(_)).then_some(())).is_some();
    !short || !is_month_or_day && words.fits_prior()
}
