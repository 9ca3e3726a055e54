//! Tables a reader can scan: what is read, what is left alone, what a listing decides.

use super::words::QUESTIONS;
use super::{DateContext, Kind, ListingContext, Rereading, StoredDate, read, resolve};
use crate::model::{Basis, DateMemory, DateText, FieldOrder, Teaser};
use proptest::prelude::*;

const CAPTURED: &str = "2025-11-20T12:00:00Z";

fn context() -> DateContext<'static> {
    DateContext::captured(CAPTURED.parse().expect("an instant"))
}

fn value(text: &str) -> String {
    read(text, &context()).map_or("-".to_owned(), |read| format!("{} {}", read.value, read.precision.as_str()))
}

#[test]
fn forms() {
    for (text, want) in [
        ("9 October 2025", "2025-10-09 day"),
        ("Oct. 9, 2025, 2:30 p.m.", "2025-10-09T14:30 minute"),
        ("2025-10-09T14:30:00-05:00", "2025-10-09T14:30:00-05:00 second"),
        ("20251009T1430", "2025-10-09T14:30 minute"),
        ("Thu, 09 Oct 2025 14:30:00 GMT", "2025-10-09T14:30:00Z second"),
        ("9. Oktober 2025 um 14:30 Uhr", "2025-10-09T14:30 minute"),
        ("Veröffentlicht am 09.10.2025", "2025-10-09 day"),
        ("9 d’octubre del 2025, a les 14:05", "2025-10-09T14:05 minute"),
        ("2025年10月9日", "2025-10-09 day"),
        ("2025년 10월 9일 오후 2:05", "2025-10-09T14:05 minute"),
        ("ngày 9 tháng 10 năm 2025", "2025-10-09 day"),
        ("९ अक्टूबर २०२५", "2025-10-09 day"),
        ("3 hours ago", "2025-11-20T09:00Z minute"),
        ("hace 2 días", "2025-11-18 day"),
        ("昨天", "2025-11-19 day"),
        ("vor 5 Min.", "2025-11-20T11:55Z minute"),
        ("2d", "2025-11-18 day"),
        ("October 2025", "2025-10 month"),
        ("Q3 2025", "2025-07 quarter"),
        ("last week", "2025-11-10 week"),
        ("令和7年10月9日", "2025-10-09 day"),
        ("民國114年10月9日", "2025-10-09 day"),
        ("9 ตุลาคม 2568", "2025-10-09 day"),
        ("۱۷ مهر ۱۴۰۴", "2025-10-09 day"),
        ("31/05/2024 15/06/2024", "2024-05-31 day"),
        ("UPDATED: 12 Oct 2025 | Published: 9 Oct 2025", "2025-10-09 day"),
        ("Friday, October 10", "2025-10-10 day"),
        ("Thursday, October 10", "2024-10-10 day"),
        ("December 24", "2024-12-24 day"),
    ] {
        assert_eq!(value(text), want, "{text}");
    }
}

/// "ET" is one zone with two offsets; "EST" is one offset, whatever the season.
#[test]
fn a_zone_with_summer_time_has_the_offset_of_the_day() {
    for (text, want) in [
        ("July 9, 2025, 2:30 pm ET", "2025-07-09T14:30-04:00 minute"),
        ("Jan 9, 2025 2:30 p.m. (ET)", "2025-01-09T14:30-05:00 minute"),
        ("July 9, 2025, 2:30 pm EST", "2025-07-09T14:30-05:00 minute"),
        ("9 July 2025 10:00 AM Pacific Time", "2025-07-09T10:00-07:00 minute"),
        ("March 9, 2025 1:59 am CT", "2025-03-09T01:59-06:00 minute"),
        ("March 9, 2025 3:00 am CT", "2025-03-09T03:00-05:00 minute"),
        // An hour that the clocks skip counts on from before.
        ("March 9, 2025 2:30 am MT", "2025-03-09T02:30-07:00 minute"),
    ] {
        assert_eq!(value(text), want, "{text}");
    }
}

#[test]
fn no_dates() {
    for text in [
        "",
        "12",
        "2025-13-40",
        "30 February 2024",
        "€ 12.50",
        "12,50 €",
        "20 °C",
        "3:",
        "v1.2.3",
        "Version 10.11.12",
        "192.168.10.12",
        "+49 30 85 40 44 50",
        "313-974-7441",
        "Page 3",
        "Seite 16",
        "20 Kommentare",
        "4 min read",
        "87 cm",
        "#12",
        "99%",
        "Read more",
        "two three",
        "This may take a while",
    ] {
        assert_eq!(value(text), "-", "{text}");
    }
}

#[test]
fn urls() {
    let context = DateContext { kind: Kind::Url, ..context() };
    for (url, want) in [
        ("https://example.org/2025/10/09/title", Some("2025-10-09")),
        ("https://example.org/news/2025-10-09-title.html", Some("2025-10-09")),
        ("https://example.org/2025/10/title", Some("2025-10")),
        ("https://example.org/a-20251009.html", Some("2025-10-09")),
        ("https://example.org/2025/oct/09/title", Some("2025-10-09")),
        ("https://example.org/list?date=2025-10-09", Some("2025-10-09")),
        ("https://example.org/article/12345678", None),
        ("https://example.org/p/20259999", None),
    ] {
        assert_eq!(read(url, &context).map(|read| read.value).as_deref(), want, "{url}");
    }
}

fn teasers(texts: &[&str]) -> Vec<Teaser> {
    texts
        .iter()
        .map(|text| Teaser {
            date_texts: vec![DateText { basis: Basis::Text, text: (*text).to_owned() }],
            ..Teaser::default()
        })
        .collect()
}

fn resolved(teasers: &[Teaser], captured: &str, memory: &DateMemory) -> (Vec<String>, DateMemory) {
    let captured_at = captured.parse().expect("an instant");
    let resolution =
        resolve(teasers, &ListingContext { captured_at, zone: None, language: None, page_dates: &[], memory });
    let values = resolution
        .dates
        .iter()
        .map(|date| date.published.as_ref().map_or("-".to_owned(), |p| p.value.clone()))
        .collect();
    (values, resolution.memory)
}

#[test]
fn one_day_above_twelve_settles_the_order_of_all() {
    let (values, memory) =
        resolved(&teasers(&["24/04/2025", "16/04/2025", "02/05/2024"]), CAPTURED, &DateMemory::default());
    assert_eq!(values, ["2025-04-24", "2025-04-16", "2024-05-02"]);
    assert_eq!(memory.order, Some(FieldOrder::DayMonthYear));
    let (values, _) = resolved(&teasers(&["03/04/2025"]), CAPTURED, &memory);
    assert_eq!(values, ["2025-04-03"]);
    let (values, memory) = resolved(&teasers(&["10/24/2025", "10/09/2025"]), CAPTURED, &DateMemory::default());
    assert_eq!(values, ["2025-10-24", "2025-10-09"]);
    assert_eq!(memory.order, Some(FieldOrder::MonthDayYear));
}

#[test]
fn later_evidence_corrects_what_was_stored() {
    let before = DateMemory::default();
    let after = DateMemory { order: Some(FieldOrder::MonthDayYear), month_first_proofs: 3, ..DateMemory::default() };
    let corrected = |raw: &str, value: &str| {
        let captured_at = CAPTURED.parse().expect("an instant");
        let stored = StoredDate { raw, basis: Basis::Text, value, language: None, captured_at };
        Rereading::after(None, &before, &after)?.read(&stored)
    };
    let correction = corrected("10/09/2025", "2025-09-10").expect("a correction");
    assert_eq!(correction.published.value, "2025-10-09");
    assert!(correction.reason.contains("3 dates"), "{}", correction.reason);
    assert_eq!(corrected("10/09/2025", "2025-10-09"), None, "corrected before");
    assert_eq!(corrected("3 hours ago", "2025-11-20T09:00Z"), None, "frozen");
    assert_eq!(corrected("9 October 2025", "2025-10-09"), None);
    assert_eq!(corrected("10/09", "2023-09-10").map(|c| c.published.value).as_deref(), Some("2023-10-09"));
}

#[test]
fn years_step_back_across_new_year() {
    let (values, _) = resolved(
        &teasers(&["5 Mar", "12 Jan", "28 Dec", "3 Feb", "30 Dec"]),
        "2025-03-06T12:00:00Z",
        &DateMemory::default(),
    );
    assert_eq!(values, ["2025-03-05", "2025-01-12", "2024-12-28", "2024-02-03", "2023-12-30"]);
}

#[test]
fn calendars_reach_ahead() {
    let (values, memory) =
        resolved(&teasers(&["December 1, 2025", "December 8, 2025", "January 12"]), CAPTURED, &DateMemory::default());
    assert!(memory.future_proven);
    assert_eq!(values, ["2025-12-01", "2025-12-08", "2026-01-12"]);
}

#[test]
fn a_machine_date_ahead_of_the_capture_loses_against_what_readers_see() {
    let text = |basis, text: &str| DateText { basis, text: text.to_owned() };
    let teaser = |texts: Vec<DateText>| Teaser { date_texts: texts, ..Teaser::default() };
    let list = [
        teaser(vec![text(Basis::TimeElement, "2026-03-03T00:00:00Z"), text(Basis::Text, "07 Jul 2025")]),
        teaser(vec![text(Basis::TimeElement, "2025-07-06T10:00:00Z"), text(Basis::Text, "06 Jul 2025")]),
    ];
    let (values, _) = resolved(&list, CAPTURED, &DateMemory::default());
    assert_eq!(values, ["2025-07-07", "2025-07-06T10:00:00Z"]);
    // The next meeting of an agenda, and when its paper was put there.
    let agenda = [teaser(vec![text(Basis::Text, "November 25, 2025"), text(Basis::Text, "November 18, 2025")])];
    let (values, _) = resolved(&agenda, CAPTURED, &DateMemory::default());
    assert_eq!(values, ["2025-11-25"]);
}

#[test]
fn undated_teasers_get_mentions_and_intervals() {
    let excerpt = |text: &str| Teaser { excerpt: Some(text.to_owned()), ..Teaser::default() };
    let list = [
        excerpt("On Friday, October 10, the council met."),
        excerpt("Nothing is said here."),
        excerpt("On Thursday, October 10, and again on October 12 it rained."),
    ];
    let memory = DateMemory::default();
    let captured_at = CAPTURED.parse().expect("an instant");
    let resolution = resolve(
        &list,
        &ListingContext { captured_at, zone: None, language: Some("en"), page_dates: &[], memory: &memory },
    );
    let mentions: Vec<Vec<&str>> =
        resolution.dates.iter().map(|d| d.mentioned.iter().map(|m| m.value.as_str()).collect()).collect();
    assert_eq!(mentions, [vec!["2025-10-10"], vec![], vec!["2024-10-10", "2024-10-12"]]);
    assert!(resolution.dates.iter().all(|date| date.published.is_none()));
    assert!(resolution.dates.iter().all(|date| date.latest == Some(captured_at)));
}

#[test]
fn neighbors_bound_an_undated_teaser() {
    let mut list = teasers(&["9 October 2025", "", "9 October 2025", "", "7 October 2025"]);
    list[1].date_texts.clear();
    list[3].date_texts.clear();
    let memory = DateMemory::default();
    let captured_at = CAPTURED.parse().expect("an instant");
    let resolution =
        resolve(&list, &ListingContext { captured_at, zone: None, language: None, page_dates: &[], memory: &memory });
    let between = resolution.dates[1].published.as_ref().expect("one day is left");
    assert_eq!((between.value.as_str(), between.basis), ("2025-10-09", Basis::Inferred));
    let open = &resolution.dates[3];
    assert_eq!(open.published, None);
    assert_eq!(open.earliest.map(|t| t.to_string()).as_deref(), Some("2025-10-07T00:00:00Z"));
    assert_eq!(open.latest.map(|t| t.to_string()).as_deref(), Some("2025-10-09T23:59:59Z"));
}

/// Found by the fuzzer: a scheme before a sign that ends a URL was looked at for ever.
#[test]
fn a_url_that_ends_where_it_begins_is_passed() {
    for text in ["http://\" 9 October 2025", "#://\"", "a ://<b> 9 October 2025", "see http://> ://\"://\" it"] {
        let want = if text.contains("2025") { "2025-10-09 day" } else { "-" };
        assert_eq!(value(text), want, "{text}");
    }
}

#[test]
fn twice_the_text_is_at_most_twice_the_work() {
    let work = |text: &str| {
        QUESTIONS.set(0);
        let _ = read(text, &context());
        QUESTIONS.get()
    };
    for unit in [
        "12 ",
        "may ",
        "1/2/",
        "10:",
        "99 monkeys ",
        "mar ",
        "in ",
        "vor 3 ",
        "年",
        "Monday ",
        "(",
        "- ",
        "Published: ",
        "3 d ",
        "2 ",
        "at ",
        "5 pm ",
        "http://a/",
        "http://\"",
        "32 January ",
        "и ",
        "last ",
        "T",
        "+",
        "1 1 ",
        "Q3",
        "令和",
    ] {
        let (once, twice) = (work(&unit.repeat(300)), work(&unit.repeat(600)));
        assert!(twice <= once * 2 + once / 10 + 200, "`{unit}`: {once}, then {twice}");
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,80}", url in any::<bool>()) {
        let kind = if url { Kind::Url } else { Kind::Text };
        if let Some(read) = read(&text, &DateContext { kind, ..context() }) {
            prop_assert!(text.get(read.span.0..read.span.1).is_some());
        }
    }

    #[test]
    fn text_of_date_parts_is_survived(parts in prop::collection::vec(
        prop::sample::select(vec!["12", "2025", "99999999999999999999", "oct", "ago", "in", "-", ":", "/", ".", "T", "pm", "年", "月", "3h", "yesterday", "vor", "Uhr", "à", "(", " ", " ", "0", "31", "Q3", "令和", "week", "last"]), 0..30)) {
        let text = parts.concat();
        if let Some(read) = read(&text, &context()) {
            prop_assert!(text.get(read.span.0..read.span.1).is_some());
        }
    }
}
