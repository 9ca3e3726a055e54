//! Stamps that machines write: `2025-10-09`, `2025-10-09T14:30:05Z`, `2025-10-09T14:30:05.123-05:00`.
//!
//! In: a text that is such a stamp and nothing else. Out: what the way over the words gives (`read`), at a fraction of its
//! cost and without a language: T and Z are words of none. Any other form is left to that way.

use super::read::{Candidate, DateContext};
use super::settle::{Settled, strong};
use super::value::Value;
use crate::model::{FieldOrder, OffsetBasis, Precision};
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// Of other years a page may count in another calendar.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2099;

/// Offsets are at most so many hours.
const MAX_OFFSET_HOURS: i32 = 14;

const DATE_BYTES: usize = 10;
const CLOCK_BYTES: usize = 9;

/// Reads a stamp; `None` for every other text.
pub(super) fn read(text: &str, context: &DateContext<'_>) -> Option<Candidate> {
    // Who is known to write 2025-09-10 for the ninth of October is asked in full.
    if context.order == Some(FieldOrder::YearDayMonth) {
        return None;
    }
    let (date, rest) = text.as_bytes().split_at_checked(DATE_BYTES)?;
    let date = date_of(date)?;
    let settled = if rest.is_empty() { strong(Value::day(date), "numeric") } else { clocked(date, rest)? };
    Some(Candidate::new(settled, (0, text.len())))
}

fn date_of(text: &[u8]) -> Option<Date> {
    let year = i16::from(two(text, 0)?) * 100 + i16::from(two(text, 2)?);
    if !stands(text, b'-', [4, 7]) || !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, two(text, 5)?, two(text, 8)?).ok()
}

/// The date with the clock behind it, and the offset if there is one.
fn clocked(date: Date, rest: &[u8]) -> Option<Settled> {
    let (clock, rest) = rest.split_at_checked(CLOCK_BYTES)?;
    if !stands(clock, b'T', [0]) || !stands(clock, b':', [3, 6]) {
        return None;
    }
    let time = Time::new(two(clock, 1)?, two(clock, 4)?, two(clock, 7)?, 0).ok()?;
    let (offset, offset_basis) = offset(without_fraction(rest)?)?.unzip();
    let value = Value { at: date.to_datetime(time), precision: Precision::Second, offset };
    Some(Settled { offset_basis, ..strong(value, "numeric") })
}

/// A fraction of a second says nothing here; `None` when its digits are missing.
fn without_fraction(rest: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = rest.strip_prefix(b".") else { return Some(rest) };
    let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then(|| &fraction[digits..])
}

#[expect(clippy::option_option, reason = "no offset is an answer, and not the same as none that can be read")]
fn offset(rest: &[u8]) -> Option<Option<(Offset, OffsetBasis)>> {
    let seconds = match *rest {
        [] => return Some(None),
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (i32::from(two(rest, 1)?), i32::from(two(rest, 4)?));
            let seconds = hours * 3600 + minutes * 60;
            if hours > MAX_OFFSET_HOURS || minutes > 59 || seconds > MAX_OFFSET_HOURS * 3600 {
                return None;
            }
            if sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    Some(Some((Offset::from_seconds(seconds).ok()?, OffsetBasis::Stated)))
}

/// The number of two digits at `place`.
fn two(text: &[u8], place: usize) -> Option<i8> {
    let digit = |place: usize| {
        let byte = *text.get(place)?;
        byte.is_ascii_digit().then(|| i8::try_from(byte - b'0').ok()).flatten()
    };
    Some(digit(place)? * 10 + digit(place + 1)?)
}

/// True when `sign` stands at all these places.
fn stands<const N: usize>(text: &[u8], sign: u8, places: [usize; N]) -> bool {
    places.iter().all(|place| text.get(*place) == Some(&sign))
}

#[cfg(test)]
mod tests {
    use super::super::read::by_words;
    use super::*;
    use crate::dates::resolve;
    use crate::dates::{DateContext, ListingContext};
    use crate::model::{Basis, DateMemory, DateText, Teaser};
    use proptest::prelude::*;

    fn context() -> DateContext<'static> {
        DateContext::captured("2025-11-20T12:00:00Z".parse().expect("an instant"))
    }

    fn shown(found: Option<Candidate>) -> String {
        format!("{:?}", found.map(|found| Candidate { language: None, ..found }))
    }

    #[test]
    fn other_forms_are_left_alone() {
        for text in [
            "",
            "2025-10-9",
            "2025-13-01",
            "2025-02-30",
            "1899-12-31",
            "2100-01-01",
            "2025-10-09 14:30:05",
            "2025-10-09T14:30",
            "2025-10-09T24:00:00Z",
            "2025-10-09T14:30:05.Z",
            "2025-10-09T14:30:05+0200",
            "2025-10-09T14:30:05+15:00",
            "2025-10-09T14:30:05Z ",
            "2025-10-09é",
            "２０２５-10-09",
        ] {
            assert!(read(text, &context()).is_none(), "`{text}`");
        }
        let order = Some(FieldOrder::YearDayMonth);
        assert!(read("2025-10-09", &DateContext { order, ..context() }).is_none());
    }

    #[test]
    fn stamps_teach_no_language() {
        let stamps = ["2025-10-09T14:30:05Z", "2025-10-08T14:30:05Z"].map(|text| Teaser {
            date_texts: vec![DateText { basis: Basis::Feed, text: text.to_owned() }],
            ..Teaser::default()
        });
        let listing = ListingContext {
            captured_at: "2025-11-20T12:00:00Z".parse().expect("an instant"),
            zone: None,
            language: None,
            page_dates: &[],
            memory: &DateMemory::default(),
        };
        assert_eq!(resolve(&stamps, &listing).memory.language, None);
    }

    proptest! {
        #[test]
        fn a_stamp_says_what_its_words_say(
            (year, month, day) in (1900..2100_i16, 1..13_i8, 1..32_i8),
            clock in prop::option::of((0..24, 0..60, 0..60)),
            fraction in prop::sample::select(vec!["", ".5", ".123", ".123456789"]),
            offset in prop_oneof![Just(None), Just(Some(None)), (0..15, 0..60, any::<bool>()).prop_map(|o| Some(Some(o)))],
            order in prop::sample::select(vec![None, Some(FieldOrder::DayMonthYear), Some(FieldOrder::MonthDayYear), Some(FieldOrder::YearMonthDay)]),
            language in prop::sample::select(vec![None, Some("en"), Some("de"), Some("fa"), Some("ar"), Some("zh"), Some("th")]),
            future in any::<bool>(),
        ) {
            let mut text = format!("{year:04}-{month:02}-{day:02}");
            if let Some((hour, minute, second)) = clock {
                let zone = match offset {
                    None => String::new(),
                    Some(None) => "Z".to_owned(),
                    Some(Some((hours, minutes, west))) => format!("{}{hours:02}:{minutes:02}", if west { '-' } else { '+' }),
                };
                text = format!("{text}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
            }
            let context = DateContext { language, order, future, ..context() };
            if let Some(found) = read(&text, &context) {
                prop_assert_eq!(shown(Some(found)), shown(by_words(&text, &context)), "`{}`", text);
            } else {
                prop_assert!(Date::new(year, month, day).is_err() || matches!(offset, Some(Some((14, 1.., _)))), "`{}`", text);
            }
        }
    }
}
