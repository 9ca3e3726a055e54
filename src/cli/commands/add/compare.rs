//! The page beside what its site offers to programs: which of them knows more?

use crate::cli::output::{self, Table};
use crate::cli::pages::{Browser, PageArgs};
use std::collections::{HashMap, HashSet};
use tearsheet::model::{Basis, ListingMemory, Precision, Record, is_midnight};
use tearsheet::pipeline::{self, Reading, ReadingOptions};
use url::Url;

/// Feeds that are looked at; pages announce comments, categories and languages behind them.
const FEEDS_TRIED: usize = 2;
/// Posts asked for of an API: as many as a feed usually has.
const POSTS_ASKED: u32 = 20;
/// A feed that shows less than this share (in percent) of the page's records is another list.
const SAME_LIST: usize = 50;
/// Records that a feed must share with the page before it is asked beside it: fewer may be chance.
const LEAST_SHARED: usize = 3;

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

/// A feed or an API that knows more of the page's own records.
pub(super) struct Beside<'a> {
    pub(super) url: &'a Url,
    what: &'static str,
    gains: Gains,
}

/// For how many of the page's records it knows more.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Gains {
    shared: usize,
    times: usize,
    authors: usize,
    excerpts: usize,
}

impl Gains {
    fn of(page: &[Record], other: &[Record]) -> Self {
        let entries: HashMap<_, _> =
            other.iter().filter_map(|entry| Some((entry.canonical_url.as_ref()?, entry))).collect();
        let pairs = page.iter().filter_map(|record| Some((record, *entries.get(record.canonical_url.as_ref()?)?)));
        pairs.fold(Self::default(), |sum, (record, entry)| Self {
            shared: sum.shared + 1,
            times: sum.times + usize::from(tells_time(record, entry)),
            authors: sum.authors + usize::from(record.author.is_none() && entry.author.is_some()),
            excerpts: sum.excerpts + usize::from(record.excerpt.is_none() && entry.excerpt.is_some()),
        })
    }

    /// Worth a request at each visit: one of the three for half of the records that both show.
    fn are_worth_it(&self) -> bool {
        let most = self.times.max(self.authors).max(self.excerpts);
        self.shared >= LEAST_SHARED && most * 2 >= self.shared
    }
}

/// A date where the page has none; or a time, within what the page says, where it says no more than a day.
fn tells_time(record: &Record, entry: &Record) -> bool {
    let is_inside =
        || record.published_earliest <= entry.published_earliest && entry.published_latest <= record.published_latest;
    let is_fed = entry.published_basis == Some(Basis::Feed);
    let is_time = || has_time(entry) && !entry.published_at.as_deref().is_some_and(is_midnight);
    let is_missing = record.published_basis.is_none_or(|basis| basis == Basis::Inferred);
    is_fed && (is_missing || !has_time(record) && is_time() && is_inside())
}

/// The feed or API that is to be asked beside the page, if one is worth it.
pub(super) fn feed_beside<'a>(page: &Reading, others: &'a [Other]) -> Option<Beside<'a>> {
    let beside = others.iter().map(|other| {
        let gains = Gains::of(&page.records, &other.reading.records);
        Beside { url: &other.url, what: other.what, gains }
    });
    // The first of equals: a feed before an API.
    beside.filter(|beside| beside.gains.are_worth_it()).reduce(|best, next| {
        let worth = |beside: &Beside<'_>| beside.gains.times + beside.gains.authors + beside.gains.excerpts;
        if worth(&next) > worth(&best) { next } else { best }
    })
}

impl Beside<'_> {
    /// What it adds, for the config.
    pub(super) fn comment(&self) -> String {
        let Gains { shared, times, authors, excerpts } = self.gains;
        let gains = [(times, "times"), (authors, "authors"), (excerpts, "excerpts")];
        let gains: Vec<String> =
            gains.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what} of {count}")).collect();
        format!("Of {shared} records that it shares with the page this {} knows {}.", self.what, gains.join(", "))
    }
}
