//! What clocks prove, what they do not, and that no order of pages makes a difference.

use crate::dates::{ListingContext, Rereading, StoredDate, resolve};
use crate::model::{Basis, DateMemory, DateText, OffsetBasis, PublishedAt, Teaser};
use jiff::Timestamp;
use proptest::prelude::*;

/// A teaser with a date that machines read, or "", and one that people read, or "".
fn teaser(machine: &str, shown: &str) -> Teaser {
    let texts = [(Basis::TimeElement, machine), (Basis::Text, shown)];
    let date_texts = texts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(basis, text)| DateText { basis, text: text.to_owned() })
        .collect();
    Teaser { date_texts, ..Teaser::default() }
}

fn at(captured: &str) -> Timestamp {
    captured.parse().expect("an instant")
}

fn dates_of(page: &[Teaser], captured: &str, memory: &DateMemory) -> (Vec<Option<PublishedAt>>, DateMemory) {
    let context =
        ListingContext { captured_at: at(captured), zone: None, language: Some("en"), page_dates: &[], memory };
    let resolution = resolve(page, &context);
    (resolution.dates.into_iter().map(|date| date.published).collect(), resolution.memory)
}

/// What the page taught about its clocks.
fn taught(page: &[Teaser], captured: &str) -> DateMemory {
    dates_of(page, captured, &DateMemory::default()).1
}

/// How a listing with this memory reads a clock that stands alone.
fn read(shown: &str, memory: &DateMemory) -> String {
    let (dates, _) = dates_of(&[teaser("", shown)], "2026-02-01T12:00:00Z", memory);
    dates[0].as_ref().map_or("-".to_owned(), |date| date.value.clone())
}

fn summer() -> [Teaser; 2] {
    [teaser("2025-07-03T12:30:00Z", "3 July 2025, 14:30"), teaser("2025-07-02T07:05:00Z", "2 July 2025, 09:05")]
}

fn winter() -> [Teaser; 2] {
    [
        teaser("2025-01-08T13:30:00+00:00", "8 January 2025, 14:30"),
        teaser("2025-01-07T08:05:10+00:00", "7 January 2025, 09:05"),
    ]
}

#[test]
fn clocks_beside_their_instants_tell_their_season() {
    let memory = taught(&summer(), "2025-07-03T18:00:00Z");
    for (shown, want) in [
        ("1 August 2025, 08:00", "2025-08-01T08:00+02:00"),
        ("1 July 2024, 8:00:05", "2024-07-01T08:00:05+02:00"),
        ("1 August 2025, 2 pm", "2025-08-01T14:00+02:00"),
        // Berlin and Johannesburg have the same summers.
        ("12 January 2025, 08:00", "2025-01-12T08:00"),
        ("1 August 2025", "2025-08-01"),
        ("1 August 2025, 08:00 UTC", "2025-08-01T08:00Z"),
        ("1 August 2025, 08:00 EST", "2025-08-01T08:00-05:00"),
    ] {
        assert_eq!(read(shown, &memory), want, "{shown}");
    }
}

#[test]
fn summer_and_winter_tell_the_zone() {
    let (_, memory) = dates_of(&winter(), "2025-01-08T18:00:00Z", &taught(&summer(), "2025-07-03T18:00:00Z"));
    for (shown, want) in [
        ("1 August 2025, 08:00", "2025-08-01T08:00+02:00"),
        ("1 December 2025, 08:00", "2025-12-01T08:00+01:00"),
        // The clocks of Europe were put forward that night, and back that one.
        ("30 March 2025, 01:59", "2025-03-30T01:59+01:00"),
        ("30 March 2025, 02:30", "2025-03-30T02:30"),
        ("30 March 2025, 03:00", "2025-03-30T03:00+02:00"),
        ("26 October 2025, 02:30", "2025-10-26T02:30"),
    ] {
        assert_eq!(read(shown, &memory), want, "{shown}");
    }
}

#[test]
fn the_page_itself_is_read_with_what_it_teaches() {
    let page = [&summer()[..], &[teaser("", "1 July 2025, 23:15")]].concat();
    let (dates, _) = dates_of(&page, "2025-07-03T18:00:00Z", &DateMemory::default());
    let last = dates[2].as_ref().expect("a date");
    assert_eq!((last.value.as_str(), last.offset_basis), ("2025-07-01T23:15+02:00", Some(OffsetBasis::Listing)));
    assert_eq!(last.earliest, at("2025-07-01T21:15:00Z"));
    assert_eq!(dates[0].as_ref().and_then(|date| date.offset_basis), Some(OffsetBasis::Stated));
}

#[test]
fn a_configured_zone_wins() {
    let page = [&summer()[..], &[teaser("", "1 July 2025, 23:15")]].concat();
    let zone = jiff::tz::TimeZone::get("America/New_York").expect("a zone");
    let memory = DateMemory::default();
    let context = ListingContext {
        captured_at: at("2025-07-03T18:00:00Z"),
        zone: Some(&zone),
        language: Some("en"),
        page_dates: &[],
        memory: &memory,
    };
    let resolution = resolve(&page, &context);
    let last = resolution.dates[2].published.as_ref().expect("a date");
    assert_eq!((last.value.as_str(), last.offset_basis), ("2025-07-01T23:15-04:00", Some(OffsetBasis::Config)));
    let after = resolution.memory;
    let before = DateMemory { zone: memory.zone.clone(), ..after.clone() };
    assert!(Rereading::after(Some(&zone), &before, &after).is_none(), "nothing to read again");
    assert!(Rereading::after(None, &before, &after).is_some());
}

#[test]
fn offsets_stated_elsewhere_on_the_page() {
    let stated = [
        teaser("2025-07-03T14:30:00+02:00", "3 July 2025"),
        teaser("2025-07-02T10:00:00+02:00", "2 July 2025"),
        teaser("", "1 July 2025, 09:15"),
    ];
    assert_eq!(read("1 July 2025, 09:15", &taught(&stated, "2025-07-03T18:00:00Z")), "2025-07-01T09:15+02:00");
    // With the offset of its server, what the page shows would not be written yet.
    let fresh = [&stated[..], &[teaser("", "4 July 2025, 02:10")]].concat();
    assert_eq!(read("1 July 2025, 09:15", &taught(&fresh, "2025-07-03T18:00:00Z")), "2025-07-01T09:15");
}

#[test]
fn counts_of_minutes_on_two_days() {
    let page = |day: u8, hour: u8| {
        [
            teaser("", &format!("{day} July 2025, {hour}:55 (5 minutes ago)")),
            Teaser {
                date_texts: vec![
                    DateText { basis: Basis::Text, text: "9 minutes ago".to_owned() },
                    DateText { basis: Basis::Text, text: format!("{day} July 2025, {hour}:51") },
                ],
                ..Teaser::default()
            },
            Teaser {
                date_texts: vec![
                    DateText { basis: Basis::Text, text: "15 minutes ago".to_owned() },
                    DateText { basis: Basis::Text, text: format!("{day} July 2025, {hour}:44") },
                ],
                ..Teaser::default()
            },
        ]
    };
    let first = taught(&page(3, 19), "2025-07-03T18:00:00Z");
    assert_eq!(read("1 July 2025, 09:15", &first), "2025-07-01T09:15", "the page may have waited in a cache");
    let (_, both) = dates_of(&page(5, 16), "2025-07-05T15:00:00Z", &first);
    assert_eq!(read("1 July 2025, 09:15", &both), "2025-07-01T09:15+02:00");
}

#[test]
fn what_proves_nothing() {
    let captured = "2025-07-03T18:00:00Z";
    let untaught =
        |page: &[Teaser]| assert_eq!(read("1 July 2025, 09:15", &taught(page, captured)), "2025-07-01T09:15");
    // Z behind the local clock.
    untaught(&[
        teaser("2025-07-03T14:30:00Z", "3 July 2025, 14:30"),
        teaser("2025-07-02T09:05:00Z", "2 July 2025, 09:05"),
    ]);
    // One may be an accident.
    untaught(&summer()[..1]);
    // Names of zones.
    untaught(&[teaser("", "3 July 2025, 14:30 CET"), teaser("", "2 July 2025, 09:05 CET")]);
    // The clock of a change, or of another thing: no zone is 37 minutes off.
    untaught(&[
        teaser("2025-07-03T12:30:00Z", "Updated: 3 July 2025, 14:30"),
        teaser("2025-07-02T07:05:00Z", "Updated: 2 July 2025, 09:05"),
    ]);
    untaught(&[
        teaser("2025-07-03T12:30:00Z", "3 July 2025, 13:07"),
        teaser("2025-07-02T07:05:00Z", "2 July 2025, 07:42"),
    ]);
    // Two zones on one page.
    untaught(
        &[
            &summer()[..],
            &[
                teaser("2025-07-03T12:30:00Z", "3 July 2025, 08:30"),
                teaser("2025-07-02T07:05:00Z", "2 July 2025, 03:05"),
            ],
        ]
        .concat(),
    );
}

#[test]
fn a_clock_that_would_run_ahead_keeps_its_wall() {
    let page = [
        teaser("2025-07-03T16:30:00Z", "3 July 2025, 12:30"),
        teaser("2025-07-02T11:05:00Z", "2 July 2025, 07:05"),
        teaser("", "3 July 2025, 19:00"),
    ];
    let (dates, _) = dates_of(&page, "2025-07-03T18:00:00Z", &DateMemory::default());
    assert_eq!(dates[2].as_ref().map(|date| date.value.as_str()), Some("2025-07-03T19:00"));
}

#[test]
fn stored_clocks_are_corrected_with_the_reason() {
    let before = DateMemory::default();
    let after = taught(&summer(), "2025-07-03T18:00:00Z");
    let correct = |before: &DateMemory, after: &DateMemory, raw: &str, value: &str, basis: Basis| {
        let stored = StoredDate { raw, basis, value, language: Some("en"), captured_at: at("2025-06-05T12:00:00Z") };
        let correction = Rereading::after(None, before, after)?.read(&stored)?;
        Some((correction.published.value, correction.reason))
    };
    let (raw, wall, full) = ("1 June 2025, 08:00", "2025-06-01T08:00", "2025-06-01T08:00+02:00");
    let (value, reason) = correct(&before, &after, raw, wall, Basis::Text).expect("a correction");
    assert_eq!(value, full);
    let expected = "2 clocks beside their instants stand at +02:00: `1 June 2025, 08:00` is 2025-06-01T08:00+02:00, \
                    not 2025-06-01T08:00";
    assert_eq!(reason, expected);
    assert_eq!(correct(&before, &after, raw, full, Basis::Text), None, "corrected before");
    assert_eq!(correct(&before, &after, "1 June 2025", "2025-06-01", Basis::Text), None);
    assert_eq!(correct(&before, &after, "2025-06-01T08:00", wall, Basis::JsonLd), None, "a machine's own time");
    // Proofs that contradict each other take it back.
    let elsewhere = [
        teaser("2025-08-03T12:30:00Z", "3 August 2025, 08:30"),
        teaser("2025-08-02T07:05:00Z", "2 August 2025, 03:05"),
    ];
    let (_, contradicted) = dates_of(&elsewhere, "2025-08-03T18:00:00Z", &after);
    let (value, reason) = correct(&after, &contradicted, raw, full, Basis::Text).expect("a correction");
    assert_eq!(value, wall);
    assert!(reason.starts_with("the clocks of the listing do not agree on one zone: "), "{reason}");
}

/// Pages of a listing, with what may be known of their clocks.
fn pages() -> impl Strategy<Value = Vec<(Vec<Teaser>, &'static str)>> {
    let instants = prop::sample::select(vec![
        ("2025-07-03T12:30:00Z", "3 July 2025, 14:30"),
        ("2025-07-02T07:05:00Z", "2 July 2025, 09:05"),
        ("2025-07-01T07:05:00+02:00", "1 July 2025, 07:05"),
        ("2025-01-08T13:30:00Z", "8 January 2025, 14:30"),
        ("2025-01-07T08:05:00+01:00", "7 January 2025"),
        ("2025-06-07T08:05:00-04:00", "7 June 2025"),
        ("2025-06-08T08:05:00Z", "8 June 2025, 08:05"),
        ("", "9 June 2025, 08:05"),
        ("", "3 July 2025, 23:05"),
    ]);
    let captured = prop::sample::select(vec!["2025-07-03T18:00:00Z", "2025-07-04T06:00:00Z", "2025-12-01T00:00:00Z"]);
    let page = (prop::collection::vec(instants, 0..6), captured);
    prop::collection::vec(page, 1..6).prop_map(|pages| {
        pages
            .into_iter()
            .map(|(dates, captured)| (dates.iter().map(|(machine, shown)| teaser(machine, shown)).collect(), captured))
            .collect()
    })
}

/// The values of all dates after the pages came in this order, each page's in its own place.
fn shown_after(pages: &[(Vec<Teaser>, &str)], order: &[usize]) -> Vec<Vec<(String, Timestamp)>> {
    let mut memory = DateMemory::default();
    let mut shown: Vec<Vec<PublishedAt>> = vec![Vec::new(); pages.len()];
    for (seen, &place) in order.iter().enumerate() {
        let (page, captured) = &pages[place];
        let (dates, after) = dates_of(page, captured, &memory);
        if let Some(rereading) = Rereading::after(None, &memory, &after) {
            for &earlier in &order[..seen] {
                for date in &mut shown[earlier] {
                    let stored = StoredDate {
                        raw: &date.raw,
                        basis: date.basis,
                        value: &date.value,
                        language: Some("en"),
                        captured_at: at(pages[earlier].1),
                    };
                    if let Some(correction) = rereading.read(&stored) {
                        *date = correction.published;
                    }
                }
            }
        }
        shown[place] = dates.into_iter().flatten().collect();
        memory = after;
    }
    shown.into_iter().map(|page| page.into_iter().map(|date| (date.value, date.earliest)).collect()).collect()
}

proptest! {
    #[test]
    fn no_order_of_pages_makes_a_difference(pages in pages(), seed in any::<prop::sample::Index>()) {
        let forward: Vec<usize> = (0..pages.len()).collect();
        let backward: Vec<usize> = forward.iter().rev().copied().collect();
        let mut turned = forward.clone();
        turned.rotate_left(seed.index(pages.len()));
        let shown = shown_after(&pages, &forward);
        prop_assert_eq!(&shown, &shown_after(&pages, &backward));
        prop_assert_eq!(&shown, &shown_after(&pages, &turned));
    }
}
