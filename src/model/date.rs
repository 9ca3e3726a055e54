//! What is known about a point in time that a page states: value, precision, basis, raw text.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How much of a date was stated. Ordered from coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// `2025`
    Year,
    /// `2025-10`: the first month of the quarter.
    Quarter,
    /// `2025-10`
    Month,
    /// `2025-10-06`: the Monday of the ISO week.
    Week,
    /// `2025-10-09`
    Day,
    /// `2025-10-09T14:00`
    Hour,
    /// `2025-10-09T14:30`
    Minute,
    /// `2025-10-09T14:30:00`
    Second,
}

impl Precision {
    /// The word stored in the database and printed in exports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// True for a value (ISO 8601) whose clock says the first instant of a day: many feeds write a day so.
#[must_use]
pub fn is_midnight(value: &str) -> bool {
    let clock = value.split_once('T').map_or("", |(_, clock)| clock);
    clock.starts_with("00:00") && (!clock[5..].starts_with(':') || clock[5..].starts_with(":00"))
}

/// Where a date was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// `<time datetime>` or a microdata/microformat date.
    TimeElement,
    /// A `schema.org` object in the page.
    JsonLd,
    /// A feed entry, or a row of JSON Lines or CSV.
    Feed,
    /// A `<meta>` element or an attribute of the record's element.
    Meta,
    /// Text that a reader sees.
    Text,
    /// The path or query of the article's URL.
    Url,
    /// Concluded from neighbors; nothing of the teaser itself states it.
    Inferred,
}

impl Basis {
    /// The word stored in the database and printed in exports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TimeElement => "time_element",
            Self::JsonLd => "json_ld",
            Self::Feed => "feed",
            Self::Meta => "meta",
            Self::Text => "text",
            Self::Url => "url",
            Self::Inferred => "inferred",
        }
    }
}

/// How the offset of a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffsetBasis {
    /// The text states it in numbers, or as Z.
    Stated,
    /// The text names its zone ("CET").
    Named,
    /// It is that of the instant from which the date counts back.
    Capture,
    /// The config names the zone.
    Config,
    /// The clocks of the listing prove it.
    Listing,
}

impl OffsetBasis {
    /// What `explain` and `date` say.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Named => "by the name of a zone",
            Self::Capture => "of the reference",
            Self::Config => "by the config",
            Self::Listing => "by the clocks of the listing",
        }
    }
}

/// Date-looking text of a teaser, exactly as found and not yet read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateText {
    /// Where it stood.
    pub basis: Basis,
    /// The text, untrimmed and capped by the extractor.
    pub text: String,
}

/// One reading of one date text, before the listing has its say.
///
/// `value` follows DESIGN "words of the record": ISO 8601 cut at `precision`, an offset only if
/// it was stated or is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateRead {
    /// ISO 8601 cut at `precision`.
    pub value: String,
    /// How much was stated.
    pub precision: Precision,
    /// True when another day/month order would have given another valid date.
    pub ambiguous: bool,
    /// Name of the rule that read it, for `explain` and `date`.
    pub rule: &'static str,
    /// How its offset is known; `None` when it has none.
    pub offset_basis: Option<OffsetBasis>,
    /// Byte range of the date inside the text it was read from.
    pub span: (usize, usize),
}

/// When a teaser says that its article was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedAt {
    /// ISO 8601 cut at `precision`.
    pub value: String,
    /// How much was stated.
    pub precision: Precision,
    /// Where it was read.
    pub basis: Basis,
    /// The text it was read from.
    pub raw: String,
    /// True when day and month could still be the other way round.
    pub ambiguous: bool,
    /// True when it counts back from the capture ("3 hours ago"); such a value is frozen at the
    /// earliest sighting.
    pub relative: bool,
    /// How its offset is known; `None` when it has none.
    pub offset_basis: Option<OffsetBasis>,
    /// First instant (UTC) that the value allows.
    pub earliest: Timestamp,
    /// Last instant (UTC) that the value allows.
    pub latest: Timestamp,
}

/// A date that a title or an excerpt speaks of; not the date of publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionedDate {
    /// As written.
    pub raw: String,
    /// ISO 8601 cut at `precision`.
    pub value: String,
    /// How much was stated.
    pub precision: Precision,
}
