//! What was learned about one listing: one plain value, loaded by `store`, handed by `pipeline` to
//! `extract` and `dates`, and returned changed.

use super::ZoneMemory;
use jiff::{SignedDuration, Timestamp};
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
    /// What clocks prove of the listing's time zone.
    #[serde(skip_serializing_if = "ZoneMemory::is_empty")]
    pub zone: ZoneMemory,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// How many records a page gave, and in how many of them each field was filled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageYield {
    /// Records on the page.
    pub records: u32,
    /// Of these, with a title.
    pub titles: u32,
    /// Of these, with a URL.
    pub urls: u32,
    /// Of these, with a date text.
    pub dates: u32,
    /// Of these, with an excerpt.
    pub excerpts: u32,
    /// Of these, with an author.
    pub authors: u32,
}

impl PageYield {
    /// The fields with the number of records that have them.
    #[must_use]
    pub const fn fields(&self) -> [(&'static str, u32); 5] {
        [
            ("title", self.titles),
            ("url", self.urls),
            ("date", self.dates),
            ("excerpt", self.excerpts),
            ("author", self.authors),
        ]
    }
}

/// What reads one listing template, and how well it did so far. Made by `extract`, kept as readable JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WrapperMemory {
    /// Counts up whenever the wrapper is replaced.
    pub version: u32,
    /// CSS selectors that match the elements of the records, most records first; ready for `item` in the config.
    pub items: Vec<String>,
    /// What the page gave at each check, oldest first, at most 20.
    pub history: Vec<PageYield>,
    /// The records last read, first ones first, at most 40: short hashes of address and title (`-` where there is none),
    /// to recognise them after a redesign.
    pub known: Vec<String>,
    /// Capture time of the page last checked.
    pub checked_at: Option<Timestamp>,
}

/// What a page said about the wrapper of its listing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum WrapperCheck {
    /// Such a page has no wrapper: feeds, text, rows, pages without records.
    #[default]
    None,
    /// The first page of the listing, or the first after a long time: the wrapper is new.
    Learned,
    /// The page is built as it was.
    Held,
    /// The page is built in another way; the new wrapper found known records again and replaced the old one.
    Healed {
        /// Known records found again.
        found: usize,
        /// Known records.
        known: usize,
    },
    /// The records are the right ones, but there are far fewer of them, or a field is gone. The old wrapper stays.
    Dropped {
        /// What dropped, in words.
        what: String,
    },
    /// The page is built in another way, and what was found does not show the known records. The old wrapper stays.
    Lost {
        /// Known records found again.
        found: usize,
        /// Known records.
        known: usize,
    },
}

/// When a listing publishes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RhythmMemory {
    /// Instants at which something new was published, oldest first, at most 50: as the records say, or where they
    /// have no dates, when something new was captured.
    pub instants: Vec<Timestamp>,
}

/// Instants that a rhythm keeps.
const RHYTHM_INSTANTS: usize = 50;
/// Instants that must be known before a listing has a rhythm.
const LEAST_INSTANTS: usize = 5;
/// A silence of up to this is never conspicuous: a weekend.
const WEEKEND: SignedDuration = SignedDuration::from_hours(72);
/// A silence is conspicuous when it lasts this many times the longest one seen.
const LONG_SILENCE: i32 = 2;

impl RhythmMemory {
    /// Adds instants.
    pub fn add(&mut self, instants: impl IntoIterator<Item = Timestamp>) {
        self.instants.extend(instants);
        self.instants.sort_unstable();
        self.instants.dedup();
        let surplus = self.instants.len().saturating_sub(RHYTHM_INSTANTS);
        self.instants.drain(..surplus);
    }

    /// The latest instant.
    #[must_use]
    pub fn newest(&self) -> Option<Timestamp> {
        self.instants.last().copied()
    }

    /// The longest time between two instants; `None` while too few are known.
    #[must_use]
    pub fn longest_gap(&self) -> Option<SignedDuration> {
        self.gaps().last().copied()
    }

    /// The usual time between two instants; `None` while too few are known.
    #[must_use]
    pub fn usual_gap(&self) -> Option<SignedDuration> {
        let gaps = self.gaps();
        gaps.get(gaps.len() / 2).copied()
    }

    /// How long the listing has been silent at `now`, when that is much longer than ever before.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<SignedDuration> {
        let silence = now.duration_since(self.newest()?);
        let usual = self.longest_gap()? * LONG_SILENCE;
        (silence > usual.max(WEEKEND)).then_some(silence)
    }

    fn gaps(&self) -> Vec<SignedDuration> {
        if self.instants.len() < LEAST_INSTANTS {
            return Vec::new();
        }
        let mut gaps: Vec<SignedDuration> = self.instants.windows(2).map(|w| w[1].duration_since(w[0])).collect();
        gaps.sort_unstable();
        gaps
    }
}

/// Everything learned about one listing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListingMemory {
    /// Date order, language, future.
    pub dates: DateMemory,
    /// The wrapper, once there is one.
    pub wrapper: Option<WrapperMemory>,
    /// When it publishes.
    pub rhythm: RhythmMemory,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_judged_by_the_rhythm() {
        let day = |n: i64| Timestamp::from_second(n * 86_400).unwrap();
        let mut rhythm = RhythmMemory::default();
        rhythm.add((0..4).map(day));
        assert_eq!(rhythm.overdue(day(300)), None, "four instants are no rhythm");
        rhythm.add([day(6), day(4), day(4)]);
        assert_eq!(rhythm.usual_gap(), Some(SignedDuration::from_hours(24)));
        assert_eq!(rhythm.longest_gap(), Some(SignedDuration::from_hours(48)));
        assert_eq!(rhythm.overdue(day(10)), None, "twice the longest gap");
        assert_eq!(rhythm.overdue(day(11)), Some(SignedDuration::from_hours(120)));
        rhythm.add((10..100).map(day));
        assert_eq!(rhythm.instants.len(), 50);
        assert_eq!(rhythm.overdue(day(102)), None, "a weekend");
    }
}
