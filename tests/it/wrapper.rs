//! Wrappers: learned on the first page, checked on every other one, healed after a redesign or kept as they were.

use crate::program::{rows, run_in};
use jiff::Timestamp;
use std::fs;
use tearsheet::model::{CaptureBasis, Digest, ListingMemory, Origin, Snapshot, WrapperCheck, WrapperMemory};
use tearsheet::pipeline::{self, Reading, ReadingOptions};
use url::Url;

const STORIES: [(&str, &str, &str); 8] = [
    ("stones", "The quay wall is mended stone by stone", "Divers lay them by hand, because the crane cannot reach."),
    (
        "geese",
        "Grey geese winter on the football field",
        "The club plays away until March and keeps the grass for them.",
    ),
    ("lamp", "The last gas lamp burns again", "A pupil found the missing part in a box of buttons."),
    ("soup", "Soup for everybody at the station", "On Fridays the night shift cooks what the market left over."),
    ("organ", "An organ built from milk cans", "It has two octaves and a sound that nobody can describe."),
    ("snow", "The pass stays open for the mail", "A single van may drive, with chains and a shovel."),
    ("apples", "Forty kinds of apples in one garden", "The owner gives cuttings to whoever brings a pot."),
    ("bells", "Two villages argue about one bell", "It was lent in 1911 and nobody wrote down until when."),
];

fn day(place: usize) -> String {
    format!("2026-02-{:02}", 20 - place)
}

/// Cards with a heading, a date and a text.
fn cards(stories: &[(&str, &str, &str)]) -> String {
    let card = |(i, (slug, title, text)): (usize, &(&str, &str, &str))| {
        format!(
            r#"<article class="card"><h2 class="card-title"><a href="/s/{slug}">{title}</a></h2><time datetime="{d}">{d}</time><p class="card-text">{text}</p></article>"#,
            d = day(i)
        )
    };
    page(&format!(r#"<section class="latest">{}</section>"#, stories.iter().enumerate().map(card).collect::<String>()))
}

/// List items whose link is the title.
fn items(stories: &[(&str, &str, &str)]) -> String {
    let item = |(i, (slug, title, text)): (usize, &(&str, &str, &str))| {
        format!(
            r#"<li class="row"><span class="date">{}</span> <a class="title" href="/s/{slug}">{title}</a> <p class="text">{text}</p></li>"#,
            day(i)
        )
    };
    page(&format!(r#"<ul class="news">{}</ul>"#, stories.iter().enumerate().map(item).collect::<String>()))
}

/// Table rows.
fn table(stories: &[(&str, &str, &str)]) -> String {
    let row = |(i, (slug, title, text)): (usize, &(&str, &str, &str))| {
        format!(
            r#"<tr class="line"><td class="when">{}</td><td class="what"><a href="/s/{slug}">{title}</a></td><td class="more">{text}</td></tr>"#,
            day(i)
        )
    };
    page(&format!(r#"<table class="papers">{}</table>"#, stories.iter().enumerate().map(row).collect::<String>()))
}

fn page(list: &str) -> String {
    format!(
        r#"<!doctype html><html lang="en"><head><title>Coast News</title></head><body><nav class="menu"><a href="/">Home</a> <a href="/about">About us</a></nav><main class="main"><h1>News</h1>{list}</main><footer class="foot"><a href="/imprint">Imprint</a></footer></body></html>"#
    )
}

type Redesign = fn(&str) -> String;

/// What designers do to a page without touching its stories.
const REDESIGNS: [(&str, Redesign); 5] = [
    ("classes renamed", |page| page.replace("class=\"", "class=\"zz-")),
    ("classes dropped", |page| {
        let parts: Vec<&str> = page.split(" class=\"").collect();
        let rest: Vec<&str> = parts[1..].iter().map(|part| part.split_once('"').unwrap().1).collect();
        format!("{}{}", parts[0], rest.concat())
    }),
    ("boxes around everything", |page| {
        page.replace("<main", "<div class=\"o\"><div class=\"i\"><main").replace("</main>", "</main></div></div>")
    }),
    ("articles and sections become divs", |page| {
        ["article", "section", "main"].iter().fold(page.to_owned(), |page, tag| {
            page.replace(&format!("<{tag}"), "<div").replace(&format!("</{tag}"), "</div")
        })
    }),
    ("headings shifted", |page| page.replace("<h2", "<h3").replace("</h2", "</h3")),
];

fn read_at(body: &str, memory: &ListingMemory, captured_at: &str) -> Reading {
    let url = Url::parse("https://coast.example/news").unwrap();
    let snapshot = Snapshot {
        source: "coast".to_owned(),
        page: url.to_string(),
        base_url: Some(url),
        captured_at: captured_at.parse::<Timestamp>().unwrap(),
        captured_basis: CaptureBasis::Fetch,
        content_type: Some("text/html; charset=utf-8".to_owned()),
        digest: Digest::of_body(body.as_bytes()),
        body: body.as_bytes().to_vec(),
        origin: Origin::Live,
    };
    pipeline::read(&snapshot, memory, &ReadingOptions::default())
}

fn read(body: &str, memory: &ListingMemory) -> Reading {
    read_at(body, memory, "2026-02-21T08:00:00Z")
}

fn titles(reading: &Reading) -> Vec<&str> {
    reading.records.iter().filter_map(|record| record.title.as_deref()).collect()
}

fn wrapper(reading: &Reading) -> &WrapperMemory {
    reading.memory.wrapper.as_ref().unwrap()
}

#[test]
fn redesigns_heal() {
    for (name, build) in [("cards", cards as fn(&[_]) -> String), ("items", items), ("table", table)] {
        let first = read(&build(&STORIES), &ListingMemory::default());
        assert_eq!((first.records.len(), &first.wrapper), (8, &WrapperCheck::Learned), "{name}");
        let again = read(&build(&STORIES), &first.memory);
        assert_eq!(again.wrapper, WrapperCheck::Held, "{name}");
        for (change, redesign) in REDESIGNS {
            let second = read(&redesign(&build(&STORIES[1..])), &again.memory);
            assert_eq!(titles(&second).len(), 7, "{name}, {change}: {:?}", titles(&second));
            let is_good = match second.wrapper {
                WrapperCheck::Held => wrapper(&second).version == 1,
                WrapperCheck::Healed { found, known } => (found, known, wrapper(&second).version) == (7, 8, 2),
                _ => false,
            };
            assert!(is_good, "{name}, {change}: {:?}", second.wrapper);
            let third = read(&redesign(&build(&STORIES[2..])), &second.memory);
            assert_eq!(third.wrapper, WrapperCheck::Held, "{name}, {change}: the new wrapper holds");
        }
    }
}

#[test]
fn renamed_classes_and_new_tags_are_a_new_version() {
    let first = read(&cards(&STORIES), &ListingMemory::default());
    assert_eq!(wrapper(&first).items, ["main.main > section.latest > article.card"]);
    let second = read(&REDESIGNS[3].1(&REDESIGNS[0].1(&cards(&STORIES))), &first.memory);
    assert_eq!(second.wrapper, WrapperCheck::Healed { found: 8, known: 8 });
    assert_eq!(wrapper(&second).version, 2);
}

#[test]
fn another_list_is_not_accepted() {
    let first = read(&cards(&STORIES), &ListingMemory::default());
    let others: Vec<(String, String, String)> = (0..8)
        .map(|i| {
            (
                format!("offer-{i}"),
                format!("Offer number {i} of the garden shop"),
                "A pot, a spade and a bag of soil at half the usual price.".to_owned(),
            )
        })
        .collect();
    let others: Vec<(&str, &str, &str)> = others.iter().map(|(a, b, c)| (&**a, &**b, &**c)).collect();
    let second = read(&items(&others), &first.memory);
    assert_eq!(second.wrapper, WrapperCheck::Lost { found: 0, known: 8 });
    assert_eq!(second.memory.wrapper, first.memory.wrapper, "the old wrapper stays");
    let back = read(&cards(&STORIES[..7]), &second.memory);
    assert_eq!(back.wrapper, WrapperCheck::Held);
    let much_later = read_at(&items(&others), &first.memory, "2026-09-01T08:00:00Z");
    assert_eq!(much_later.wrapper, WrapperCheck::Learned, "nobody remembers the stories of winter in autumn");
}

#[test]
fn a_drop_is_told_and_the_records_are_there() {
    let first = read(&cards(&STORIES), &ListingMemory::default());
    let undated = cards(&STORIES).replace("<time", "<i hidden").replace("</time>", "</i>");
    let undated: String =
        undated.split("2026-02-").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit())).collect();
    let second = read(&undated, &first.memory);
    assert_eq!(
        second.wrapper,
        WrapperCheck::Dropped { what: "0 of 8 records with a date, always 100 % before".to_owned() }
    );
    assert_eq!(second.records.len(), 8);
    assert_eq!(second.memory.wrapper, first.memory.wrapper);
}

/// A day on which the list has one short entry and a box beside it is the better looking list.
#[test]
fn the_wrapper_finds_the_list_that_today_does_not_stand_out() {
    let first = read(&cards(&STORIES), &ListingMemory::default());
    let popular: Vec<String> = (0..9)
        .map(|i| format!(r#"<div class="p"><h3><a href="/old/{i}">Story number {i} that everybody has read before</a></h3><time datetime="2025-11-0{}">November</time><p>It was printed last year and is still shown here, because so many people liked it.</p></div>"#, i % 9 + 1))
        .collect();
    let short = cards(&STORIES[..1])
        .replace(r#"<h2 class="card-title">"#, "<h2>")
        .replace("<time", "<i")
        .replace("</time>", "</i>");
    let today = short.replace("</main>", &format!(r#"<section class="popular">{}</section></main>"#, popular.concat()));
    let fresh = read(&today, &ListingMemory::default());
    assert!(fresh.records.len() >= 9, "the case is pointless: {:?}", titles(&fresh));
    let held = read(&today, &first.memory);
    assert_eq!(titles(&held), [STORIES[0].1]);
    assert!(matches!(held.wrapper, WrapperCheck::Dropped { .. }), "{:?}", held.wrapper);
}

#[test]
fn an_ingest_heals_and_keeps_every_version() {
    let folder = tempfile::tempdir().unwrap();
    fs::File::create(folder.path().join("a.html"))
        .and_then(|mut f| std::io::Write::write_all(&mut f, cards(&STORIES).as_bytes()))
        .unwrap();
    let redesigned = REDESIGNS[3].1(&REDESIGNS[0].1(&cards(&STORIES)));
    fs::File::create(folder.path().join("b.html"))
        .and_then(|mut f| std::io::Write::write_all(&mut f, redesigned.as_bytes()))
        .unwrap();
    for (file, at) in [("a.html", "2026-02-21"), ("b.html", "2026-02-22")] {
        let arguments = ["ingest", "--source", "coast", "--base-url", "https://coast.example/news", "--at", at, file];
        let said = run_in(folder.path(), &arguments);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(said.err.contains("1 pages were redesigned and healed"), file == "b.html", "{}", said.err);
    }
    let database = folder.path().join("tearsheet.db");
    assert_eq!(rows(&database, "SELECT count(*), sum(sightings) FROM records"), ["8|16"]);
    let versions = rows(&database, "SELECT version, json_extract(wrapper, '$[0]') FROM wrappers ORDER BY version");
    assert_eq!(
        versions,
        ["1|main.main > section.latest > article.card", "2|div.zz-main > div.zz-latest > div.zz-card"]
    );
}
