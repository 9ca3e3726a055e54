//! The time that the address of a date archive covers: `/2025/`, `/2025/10`, `/2025-10-09/`, `?m=202510`.
//!
//! In: a URL. Out: first and last day, when the path ends in a date or the query says one. The address of an article
//! ends in its name, so it has no period. Numbered pages of an archive have that of the archive.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use url::Url;

/// The web has no older archives; larger numbers are ids.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;
/// Path segments and query keys that only count pages.
const PAGE_WORDS: [&str; 5] = ["page", "seite", "pagina", "p", "paged"];
/// Query keys that hold a date or a part of one.
const DATE_KEYS: [&str; 9] = ["m", "date", "month", "year", "day", "archive", "period", "monat", "jahr"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// How much time an archive covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
}

/// The days that an address covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// How much.
    pub span: Span,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl Period {
    fn of(parts: &[i16]) -> Option<Self> {
        let month = |part: i16| i8::try_from(part).ok().filter(|month| (1..=12).contains(month));
        let (span, first) = match *parts {
            [y] => (Span::Year, date_of(y, 1, 1)?),
            [y, m] => (Span::Month, date_of(y, month(m)?, 1)?),
            [y, m, d] => (Span::Day, date_of(y, month(m)?, i8::try_from(d).ok()?)?),
            _ => return None,
        };
        let last = match span {
            Span::Year => date(first.year(), 12, 31),
            Span::Month => first.checked_add(1.month()).ok()?.yesterday().ok()?,
            Span::Day => first,
        };
        Some(Self { span, first, last })
    }
}

fn date_of(year: i16, month: i8, day: i8) -> Option<Date> {
    if YEARS.contains(&year) { Date::new(year, month, day).ok() } else { None }
}

/// The days that the archive at `url` covers; `None` for any other page.
///
/// ```
/// # use tearsheet::text::period;
/// let days = |url: &str| period(&url.parse().unwrap()).map(|p| format!("{}..{}", p.first, p.last));
/// assert_eq!(days("https://a.example/news/2024/02/page/3/").as_deref(), Some("2024-02-01..2024-02-29"));
/// assert_eq!(days("https://a.example/2024/02/29/the-bridge"), None);
/// ```
#[must_use]
pub fn period(url: &Url) -> Option<Period> {
    of_path(url.path()).or_else(|| of_query(url))
}

fn of_path(path: &str) -> Option<Period> {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if let [.., word, number] = segments.as_slice()
        && PAGE_WORDS.contains(word)
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        segments.truncate(segments.len() - 2);
    }
    let last = segments.pop()?;
    let last = last.split_once('.').map_or(last, |(stem, _)| stem);
    let mut parts: Vec<i16> = parts_of(last)?;
    // A year stands first: months and days need the segments before them.
    while !YEARS.contains(&parts[0]) && parts.len() < 3 {
        let before = parts_of(segments.pop()?)?;
        parts.splice(0..0, before);
    }
    Period::of(&parts)
}

fn of_query(url: &Url) -> Option<Period> {
    let mut named: Vec<(String, Vec<i16>)> = Vec::new();
    for (key, value) in url.query_pairs() {
        let key = key.to_lowercase();
        if DATE_KEYS.contains(&key.as_str())
            && let Some(parts) = parts_of(&value)
        {
            named.push((key, parts));
        }
    }
    if let Some((_, parts)) = named.iter().find(|(_, parts)| parts.len() > 1) {
        return Period::of(parts);
    }
    let single = |keys: &[&str]| named.iter().find(|(key, _)| keys.contains(&key.as_str())).map(|(_, parts)| parts[0]);
    let year = single(&["year", "jahr"]).or_else(|| {
        let (_, parts) = named.iter().find(|(_, parts)| YEARS.contains(&parts[0]))?;
        Some(parts[0])
    })?;
    let (month, day) = (single(&["month", "m", "monat"]).filter(|m| *m != year), single(&["day"]));
    let parts: Vec<i16> = std::iter::once(year).chain(month).chain(month.and(day)).collect();
    Period::of(&parts)
}

/// `2025`, `2025-10`, `202510`, `20251009`, `10`, `october` as numbers; `None` for anything else.
fn parts_of(text: &str) -> Option<Vec<i16>> {
    if text.len() > 12 {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    if let Some(month) = month_of(&lower) {
        return Some(vec![month]);
    }
    let digits =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten();
    match (lower.len(), lower.bytes().all(|byte| byte.is_ascii_digit())) {
        (6, true) => Some(vec![digits(&lower[..4])?, digits(&lower[4..])?]),
        (8, true) => Some(vec![digits(&lower[..4])?, digits(&lower[4..6])?, digits(&lower[6..])?]),
        (1 | 2 | 4, true) => Some(vec![digits(&lower)?]),
        _ => {
            let parts: Option<Vec<i16>> =
                lower.split(['-', '_']).map(|part| month_of(part).or_else(|| digits(part))).collect();
            parts.filter(|parts| (2..=3).contains(&parts.len()) && YEARS.contains(&parts[0]))
        }
    }
}

fn month_of(word: &str) -> Option<i16> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = MONTHS.iter().position(|m| *m == word).or_else(|| NAMES.iter().position(|m| *m == word))?;
    i16::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_have_a_period_and_articles_have_none() {
        for (path, want) in [
            ("/2024/", "Year 2024-01-01"),
            ("/archive/2024/3", "Month 2024-03-01"),
            ("/2024/03/05/", "Day 2024-03-05"),
            ("/news/2024-03", "Month 2024-03-01"),
            ("/news/2024-03-05.html", "Day 2024-03-05"),
            ("/archiv/202403/", "Month 2024-03-01"),
            ("/sitemap/2024/march/", "Month 2024-03-01"),
            ("/?m=202403", "Month 2024-03-01"),
            ("/?m=20240305", "Day 2024-03-05"),
            ("/x?year=2024&month=3", "Month 2024-03-01"),
            ("/x?month=2024-03&page=2", "Month 2024-03-01"),
            ("/2024/03/page/7", "Month 2024-03-01"),
            ("/2024/03/05/bridge", "-"),
            ("/news/page/7", "-"),
            ("/news/1812", "-"),
            ("/news/2024/13", "-"),
            ("/12/05", "-"),
            ("/?page=3&m=7", "-"),
            ("/story-2024", "-"),
            ("/", "-"),
        ] {
            let url = Url::parse(&format!("https://a.example{path}")).unwrap();
            let found = period(&url).map_or_else(|| "-".to_owned(), |p| format!("{:?} {}", p.span, p.first));
            assert_eq!(found, want, "{path}");
        }
    }
}
