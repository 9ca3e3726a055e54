//! Which column holds the title, which the date, which the document? Judged by all rows of a family together.
//!
//! In: rows with the headline of each cell. Out: a plan. What a column holds decides: words that differ from row to row
//! make a title, the same few words in every row a label, digits a number. The heads of the columns add a weak hint.

use super::headline::Headline;
use crate::lexicon::{ColumnHint, names_a_day};
use foldhash::HashSet;

/// What one column holds, as shares of its filled cells unless said otherwise.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// Share of the rows whose cell is filled.
    pub(super) filled: f64,
    pub(super) dates: f64,
    numbers: f64,
    /// Average number of words.
    words: f64,
    distinct: f64,
    linked: f64,
    hint: Option<ColumnHint>,
}

/// The columns of a family by what they are for.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) title: Option<usize>,
    /// Columns of dates, best first.
    pub(super) dates: Vec<usize>,
    pub(super) hints: Vec<Option<ColumnHint>>,
}

/// A title of this many words is as good as a longer one.
const FULL_WORDS: f64 = 6.0;
/// More words than this are a description.
const MANY_WORDS: f64 = 24.0;
/// A column of dates is one in at least this share of its cells.
const DATE_SHARE: f64 = 0.5;
/// A title column scores at least this.
const LEAST_TITLE: f64 = 0.5;

/// What each trait of a title column is worth: docs/measurements.md#courts-and-councils.
mod worth {
    pub(super) const WORDS: f64 = 1.0;
    pub(super) const DISTINCT: f64 = 0.8;
    pub(super) const LINKED: f64 = 0.3;
    pub(super) const FILLED: f64 = 0.5;
    pub(super) const NUMBER: f64 = -1.5;
    pub(super) const DATE: f64 = -2.0;
    pub(super) const DESCRIPTION: f64 = -0.6;
    pub(super) const HINT_TITLE: f64 = 1.2;
    pub(super) const HINT_OTHER: f64 = -0.8;
}

/// What a column must be like to hold titles.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Share of the rows in which it is filled.
    pub(super) least_filled: f64,
    /// Words of its texts, on average; more are texts, not titles.
    pub(super) most_words: f64,
}

/// The plan for rows whose columns' heads speak of `hints`.
pub(super) fn plan(rows: &[Vec<Option<Headline>>], hints: Vec<Option<ColumnHint>>, bounds: Bounds) -> Plan {
    let columns: Vec<Column> = hints.iter().enumerate().map(|(i, &hint)| column(rows, i, hint)).collect();
    let scored =
        columns.iter().enumerate().filter(|(_, c)| c.filled >= bounds.least_filled && c.words <= bounds.most_words);
    let title = scored
        .map(|(i, c)| (i, title_score(c)))
        .filter(|&(_, score)| score >= LEAST_TITLE)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(i, _)| i);
    let mut dates: Vec<usize> =
        (0..columns.len()).filter(|&i| columns[i].dates >= DATE_SHARE && Some(i) != title).collect();
    dates.sort_by_key(|&i| (columns[i].hint != Some(ColumnHint::Date), i));
    Plan { title, dates, hints }
}

fn column(rows: &[Vec<Option<Headline>>], place: usize, hint: Option<ColumnHint>) -> Column {
    let filled: Vec<&Headline> = rows.iter().filter_map(|r| r.get(place)?.as_ref()).collect();
    if filled.is_empty() {
        return Column { hint, ..Column::default() };
    }
    let n = real(filled.len());
    let share = |of: fn(&Headline) -> bool| real(filled.iter().filter(|h| of(h)).count()) / n;
    let labelled = hint == Some(ColumnHint::Date);
    let dates = filled.iter().filter(|h| h.is_date || labelled && names_a_day(&h.text)).count();
    let distinct: HashSet<&str> = filled.iter().map(|h| h.text.as_str()).collect();
    Column {
        filled: n / real(rows.len()),
        dates: real(dates) / n,
        numbers: share(|h| h.is_number),
        words: filled.iter().map(|h| real(h.words)).sum::<f64>() / n,
        distinct: real(distinct.len()) / n,
        linked: share(|h| h.link.is_some()),
        hint,
    }
}

fn title_score(c: &Column) -> f64 {
    let hint = match c.hint {
        Some(ColumnHint::Title) => worth::HINT_TITLE,
        Some(ColumnHint::Other | ColumnHint::Document | ColumnHint::Date) => worth::HINT_OTHER,
        None => 0.0,
    };
    let description = if c.words > MANY_WORDS { worth::DESCRIPTION } else { 0.0 };
    worth::WORDS * (c.words / FULL_WORDS).min(1.0)
        + worth::DISTINCT * c.distinct
        + worth::LINKED * c.linked * c.distinct
        + worth::FILLED * c.filled
        + worth::NUMBER * c.numbers
        + worth::DATE * c.dates
        + description
        + hint
}

/// A count as a real number; counts on a page are far below the limit.
pub(super) fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
