//! One text to one date.

use crate::model::{DateRead, FieldOrder};
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
    /// Text or URL.
    pub kind: Kind,
}

/// Reads one text. `None` when it holds no date, which is no error.
#[must_use]
pub fn read(_text: &str, _context: &DateContext<'_>) -> Option<DateRead> {
    None
}
