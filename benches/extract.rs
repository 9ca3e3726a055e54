//! How many pages a second are read on one core, and how much of that time the HTML parser takes: `parse` against
//! `teasers` for the same page. The pages are written by this bench.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jiff::Timestamp;
use std::fmt::Write as _;
use tearsheet::extract::{Options, teasers};
use tearsheet::html::Document;
use tearsheet::model::{CaptureBasis, Digest, ListingMemory, Origin, Snapshot};

fn main() {
    divan::main();
}

/// Kinds of listing pages, small to large.
const PAGES: [Page; 4] = [Page::Notes, Page::Blog, Page::Table, Page::Front];

#[derive(Debug, Clone, Copy)]
enum Page {
    /// Ten linked titles with dates.
    Notes,
    /// Ten posts in full, with a column of boxes beside them.
    Blog,
    /// A table of 100 meetings with documents.
    Table,
    /// 240 cards in 20 sections, each with a set of pictures.
    Front,
}

#[divan::bench(args = PAGES)]
fn parse(bencher: Bencher<'_, '_>, page: Page) {
    let text = page.html();
    bencher.counter(ItemsCount::new(1_usize)).bench(|| Document::parse(black_box(&text)).len());
}

#[divan::bench(args = PAGES)]
fn read(bencher: Bencher<'_, '_>, page: Page) {
    let snapshot = snapshot(page.html());
    let (memory, options) = (ListingMemory::default(), Options::default());
    bencher.counter(ItemsCount::new(1_usize)).bench(|| teasers(black_box(&snapshot), &memory, &options).teasers.len());
}

fn snapshot(text: String) -> Snapshot {
    let body = text.into_bytes();
    Snapshot {
        source: "bench".to_owned(),
        page: "https://news.example/".to_owned(),
        base_url: "https://news.example/".parse().ok(),
        captured_at: Timestamp::UNIX_EPOCH,
        captured_basis: CaptureBasis::Flag,
        content_type: Some("text/html; charset=utf-8".to_owned()),
        digest: Digest::of_body(&body),
        body,
        origin: Origin::Stdin,
    }
}

const SENTENCE: &str =
    "The old harbour of the town reopened after nine months of work, a job that was planned for five. ";

impl Page {
    fn html(self) -> String {
        let mut out = String::from("<!doctype html><html lang=\"en\"><head><title>News</title></head><body><nav><ul>");
        for section in ["Town", "Region", "Sport", "Culture", "Science", "Contact"] {
            write(&mut out, format_args!("<li><a href=\"/{section}/\">{section}</a></li>"));
        }
        out.push_str("</ul></nav><main>");
        match self {
            Self::Notes => (0..10).for_each(|i| note(&mut out, i)),
            Self::Blog => blog(&mut out),
            Self::Table => table(&mut out),
            Self::Front => (0..20).for_each(|i| section(&mut out, i)),
        }
        out.push_str(
            "</main><footer><a href=\"/imprint\">Imprint</a> <a href=\"/privacy\">Privacy</a></footer></body></html>",
        );
        out
    }
}

fn note(out: &mut String, i: usize) {
    let day = i + 1;
    write(
        out,
        format_args!(
            "<li class=\"note\"><a href=\"/n/{i}\">Note number {i} about the harbour</a> <time datetime=\"2026-11-{day:02}\">{day} Nov</time></li>"
        ),
    );
}

fn blog(out: &mut String) {
    for i in 0..10 {
        let day = i + 1;
        write(
            out,
            format_args!(
                "<article class=\"post post-{i}\"><h2><a href=\"/p/{i}\">Post number {i} about a town by the sea</a></h2><p class=\"meta\">November {day}, 2026 by <a href=\"/author/ann\">Ann Lee</a></p><div class=\"body\">"
            ),
        );
        for _ in 0..12 {
            write(
                out,
                format_args!(
                    "<p>{SENTENCE}{SENTENCE}<a href=\"https://else.example/{i}\">A source</a> says so. {SENTENCE}</p>"
                ),
            );
        }
        out.push_str("</div></article>");
    }
    out.push_str("<aside>");
    for i in 0..60 {
        write(out, format_args!("<a class=\"tag\" href=\"/t/{i}\">Tag {i}</a> "));
    }
    out.push_str("</aside>");
}

fn table(out: &mut String) {
    out.push_str("<table><tr><th>Date</th><th>Meeting</th><th>Documents</th></tr>");
    for i in 0..100 {
        let (month, day) = (i / 28 + 1, i % 28 + 1);
        write(
            out,
            format_args!(
                "<tr><td>{month:02}/{day:02}/2026</td><td>Regular meeting of committee {i}</td><td><a href=\"/d/{i}.pdf\">Agenda</a> <a href=\"/m/{i}.pdf\">Minutes</a></td></tr>"
            ),
        );
    }
    out.push_str("</table>");
}

fn section(out: &mut String, s: usize) {
    write(out, format_args!("<section><h2><a href=\"/s/{s}/\">Section {s}</a></h2><div class=\"grid\">"));
    for i in 0..12 {
        let shape = if i == 0 { "large" } else { "small" };
        write(
            out,
            format_args!(
                "<article class=\"card {shape}\"><a href=\"/s/{s}/{i}\"><picture><source srcset=\"/i/{s}-{i}-400.webp 400w, /i/{s}-{i}-800.webp 800w, /i/{s}-{i}-1600.webp 1600w\"><img src=\"/i/{s}-{i}.jpg\" alt=\"\"></picture><h3><span class=\"kicker\">Harbour</span> <span>Story {i} of section {s} and what it means</span></h3></a><p>{SENTENCE}</p><span class=\"time\">{i} minutes ago</span></article>"
            ),
        );
    }
    out.push_str("</div></section>");
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}
