//! Name, schedule and language for a source that nobody has described.

use super::compare::Other;
use jiff::SignedDuration;
use tearsheet::model::{Precision, Record, RhythmMemory};
use tearsheet::pipeline::{self, Reading};
use url::Url;

/// Hours.
const HOUR: i64 = 1;
/// Hours of a day.
const DAY: i64 = 24;

/// A schedule with the reason for it.
pub(super) struct Proposal {
    pub(super) schedule: String,
    pub(super) reason: String,
}

/// A name that needs no quotes in TOML: the site, and as much of the path as tells it from the names that are taken.
pub(super) fn name(url: &Url, is_taken: impl Fn(&str) -> bool) -> String {
    let site = pipeline::site_name(url);
    let mut name = slug(site.strip_prefix("www.").unwrap_or(&site));
    for segment in url.path_segments().into_iter().flatten().map(slug).filter(|segment| !segment.is_empty()) {
        if !is_taken(&name) {
            return name;
        }
        name = format!("{name}-{segment}");
    }
    if !is_taken(&name) {
        return name;
    }
    let numbered = |n: u32| format!("{name}-{n}");
    (2..u32::MAX).map(numbered).find(|name| !is_taken(name)).unwrap_or(name)
}

/// `news.example.org` → `news-example-org`.
fn slug(text: &str) -> String {
    let dashed: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The language that was given, that the page states, or that its dates are written in.
pub(super) fn language(given: Option<&str>, reading: &Reading) -> Option<String> {
    let learned = || reading.memory.dates.language.clone();
    given.map(str::to_owned).or_else(|| reading.extraction.language.clone()).or_else(learned)
}

/// When the page publishes, by its own dates or by those of its feed, which often know the hour.
pub(super) fn rhythm(page: &Reading, others: &[Other]) -> RhythmMemory {
    let of_records = |records: &[Record]| {
        let fine = records.iter().filter(|r| r.published_precision.is_some_and(|p| p >= Precision::Day));
        let mut rhythm = RhythmMemory::default();
        rhythm.add(fine.filter_map(|record| record.published_earliest));
        rhythm
    };
    let all = std::iter::once(&page.records).chain(others.iter().map(|other| &other.reading.records));
    all.map(|records| of_records(records)).max_by_key(|rhythm| rhythm.instants.len()).unwrap_or_default()
}

/// Often enough for the usual gap between two records, at a minute that spreads the sources over the hour.
pub(super) fn schedule(rhythm: &RhythmMemory, name: &str) -> Proposal {
    let Some(gap) = rhythm.usual_gap() else {
        let reason = "the page shows too few dates to tell how often it publishes: `auto` will learn it".to_owned();
        return Proposal { schedule: "auto".to_owned(), reason };
    };
    let minute = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 60;
    let (schedule, words) = match gap.as_hours() {
        ..HOUR => (format!("{},{} * * * *", minute % 30, minute % 30 + 30), "twice an hour"),
        HOUR..6 => (format!("{minute} * * * *"), "every hour"),
        6..DAY => (format!("{minute} */3 * * *"), "every three hours"),
        _ => (format!("{minute} */8 * * *"), "three times a day"),
    };
    let reason = format!("usually {} lie between two records: visit it {words}", span(gap));
    Proposal { schedule, reason }
}

fn span(gap: SignedDuration) -> String {
    match gap.as_hours() {
        0 => format!("{} minutes", gap.as_mins().max(1)),
        hours @ 1..48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn names_are_plain_and_free() {
        let url = Url::parse("https://www.news.example/Sport/local/").unwrap();
        assert_eq!(name(&url, |_| false), "news-example");
        assert_eq!(name(&url, |n| n == "news-example"), "news-example-sport");
        assert_eq!(name(&url, |n| !n.ends_with('2')), "news-example-sport-local-2");
    }

    #[test]
    fn schedules_follow_the_rhythm() {
        let every = |hours: i64| {
            let mut rhythm = RhythmMemory::default();
            rhythm.add((0..10).map(|n| Timestamp::from_second(n * hours * 3600).unwrap()));
            schedule(&rhythm, "a").schedule
        };
        assert_eq!(every(2), "37 * * * *");
        assert_eq!(every(12), "37 */3 * * *");
        assert_eq!(every(24 * 9), "37 */8 * * *");
        assert_eq!(schedule(&RhythmMemory::default(), "a").schedule, "auto");
    }
}
