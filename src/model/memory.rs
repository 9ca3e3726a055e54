//! What was learned about one listing: one plain value, loaded by `store`, handed by `pipeline` to
//! `extract` and `dates`, and returned changed.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Order of the parts of a numeric date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FieldOrder {
    /// Day, month, year.
    #[serde(rename = "DMY")]
    DayMonthYear,
    /// Month, day, year.
    #[serde(rename = "MDY")]
    MonthDayYear,
    /// Year, month, day.
    #[serde(rename = "YMD")]
    YearMonthDay,
    /// Year, day, month.
    #[serde(rename = "YDM")]
    YearDayMonth,
    /// Day, year, month.
    #[serde(rename = "DYM")]
    DayYearMonth,
    /// Month, year, day.
    #[serde(rename = "MYD")]
    MonthYearDay,
}

/// What the dates of a listing have taught.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DateMemory {
    /// Order that the listing's own dates prove or, where none proves any, suggest; `None` while nothing does.
    pub order: Option<FieldOrder>,
    /// Distinct dates that prove day before month: the most of one page, like all counts here, so that the order in
    /// which pages come makes no difference.
    pub day_first_proofs: u32,
    /// Distinct dates that prove month before day.
    pub month_first_proofs: u32,
    /// Dates that only lie ahead of the capture if the month stands first, where no other page says the contrary.
    #[serde(skip_serializing_if = "is_zero")]
    pub day_first_past: u32,
    /// Dates that only lie ahead of the capture if the day stands first.
    #[serde(skip_serializing_if = "is_zero")]
    pub month_first_past: u32,
    /// Places of a page that run newest first only if the day stands first.
    #[serde(skip_serializing_if = "is_zero")]
    pub day_first_places: u32,
    /// Places of a page that run newest first only if the month stands first.
    #[serde(skip_serializing_if = "is_zero")]
    pub month_first_places: u32,
    /// BCP 47 language of the date words: that of most.
    pub language: Option<String>,
    /// Date words by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, u32>,
    /// True once stated years, weekdays or order proved dates after the capture (agendas, calendars).
    pub future_proven: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A learned rule set that reads one listing template. Defined by `extract`, kept as readable JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WrapperMemory {
    /// Counts up whenever the wrapper is replaced.
    pub version: u32,
    /// Selector that matches each record.
    pub item: String,
    /// Records on the page when it was last checked, oldest first, at most 20.
    pub yields: Vec<u32>,
    /// Canonical URLs or folded titles of the records last read, to recognise them after a redesign.
    pub known: Vec<String>,
}

/// Everything learned about one listing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListingMemory {
    /// Date order, language, future.
    pub dates: DateMemory,
    /// The wrapper, once there is one.
    pub wrapper: Option<WrapperMemory>,
}
