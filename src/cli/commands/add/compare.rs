//! The page beside what its site offers to programs: which of them knows more?

use crate::cli::output::{self, Table};
use crate::cli::pages::{Browser, PageArgs};
use std::collections::HashSet;
use tearsheet::model::{ListingMemory, Precision, Record};
use tearsheet::pipeline::{self, Reading, ReadingOptions};
use url::Url;

/// Feeds that are looked at; pages announce comments, categories and languages behind them.
const FEEDS_TRIED: usize = 2;
/// Posts asked for of an API: as many as a feed usually has.
const POSTS_ASKED: u32 = 20;
/// A feed that shows less than this share (in percent) of the page's records is another list.
const SAME_LIST: usize = 50;

/// A feed or an API of the site, read.
pub(super) struct Other {
    what: &'static str,
    url: Url,
    pub(super) reading: Reading,
}

/// The feeds and APIs that the page announces, as far as they can be read.
pub(super) fn others(browser: &Browser, args: &PageArgs, page: &Reading, options: &ReadingOptions) -> Vec<Other> {
    let feeds = page.extraction.feeds.iter().take(FEEDS_TRIED).map(|url| ("feed", url.clone()));
    let api = page.extraction.onward.posts_api.iter().map(|api| ("API", api.latest(POSTS_ASKED)));
    let read = |(what, url): (&'static str, Url)| {
        let snapshot = browser.fetch(&args.request(&url))?;
        let reading = pipeline::read(&snapshot, &ListingMemory::default(), options);
        Some(Other { what, url, reading })
    };
    feeds.chain(api).filter_map(read).collect()
}

/// Page, feeds and API side by side.
pub(super) fn table(page: &Reading, others: &[Other]) -> Table {
    let mut table = Table::new(&[
        "what",
        "records",
        "dated",
        "with a time",
        "excerpts",
        "authors",
        "images",
        "of the page's records",
    ]);
    table.row(&row("the page", &page.records, &page.records));
    for other in others {
        table.row(&row(&format!("{} {}", other.what, other.url), &other.reading.records, &page.records));
    }
    table
}

fn row(what: &str, records: &[Record], of_page: &[Record]) -> Vec<String> {
    let count = |has: fn(&Record) -> bool| records.iter().filter(|record| has(record)).count().to_string();
    vec![
        what.to_owned(),
        records.len().to_string(),
        count(is_dated),
        count(has_time),
        count(|record| record.excerpt.is_some()),
        count(|record| record.author.is_some()),
        count(|record| record.image_url.is_some()),
        shared(records, of_page).to_string(),
    ]
}

fn is_dated(record: &Record) -> bool {
    record.published_at.is_some()
}

fn has_time(record: &Record) -> bool {
    record.published_precision.is_some_and(|precision| precision > Precision::Day)
}

/// How many of the page's records stand among `records`.
fn shared(records: &[Record], of_page: &[Record]) -> usize {
    let urls: HashSet<_> = records.iter().filter_map(|record| record.canonical_url.as_ref()).collect();
    let titles: HashSet<_> = records.iter().filter_map(|record| record.title.as_ref()).collect();
    let is_shared = |record: &&Record| {
        record.canonical_url.as_ref().is_some_and(|url| urls.contains(url))
            || record.title.as_ref().is_some_and(|title| titles.contains(title))
    };
    of_page.iter().filter(is_shared).count()
}

/// Fields that are filled, over all records.
fn richness(records: &[Record]) -> usize {
    let of_one = |record: &Record| {
        let fields = [
            is_dated(record),
            has_time(record),
            record.excerpt.is_some(),
            record.author.is_some(),
            record.title.is_some(),
        ];
        fields.into_iter().filter(|is_filled| *is_filled).count()
    };
    records.iter().map(of_one).sum()
}

/// Says which one is the richer source.
pub(super) fn advise(page: &Reading, others: &[Other]) {
    if others.is_empty() {
        output::say("the page announces no feed and no API");
        return;
    }
    let same_list =
        |other: &&Other| shared(&other.reading.records, &page.records) * 100 >= page.records.len() * SAME_LIST;
    for other in others.iter().filter(|other| !same_list(other)) {
        output::say(&format!("the {} {} lists other records than this page", other.what, other.url));
    }
    match others.iter().filter(same_list).max_by_key(|other| richness(&other.reading.records)) {
        Some(best) if richness(&best.reading.records) > richness(&page.records) => {
            output::say(&format!("hint: the {} is richer than the page: `tearsheet add {}`", best.what, best.url));
        }
        Some(_) => output::say("the page is as rich as what the site offers to programs"),
        None => {}
    }
}
