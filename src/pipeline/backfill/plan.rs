//! Which pages come next: the ways that a page offers, and which of them is taken.

use super::BackfillOptions;
use crate::fetch::Capture;
use crate::frontier::{self, MAX_BARREN};
use crate::model::{
    Extraction, FrontierPage, FrontierSlot, FrontierYield, PostsApi, Record, RobotsEntry, RobotsVerdict, Snapshot, Way,
};
use crate::text::{Period, Span, period};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

/// Where sitemaps stand that no robots.txt names.
const GUESSED_SITEMAPS: [&str; 4] = ["/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/news-sitemap.xml"];
/// Posts asked for at once: the most that WordPress gives.
const POSTS_PER_PAGE: u32 = 100;
/// Pages of an API that are believed.
const MAX_API_PAGES: u32 = 100_000;

/// A page, and all that was found on it.
pub(super) struct Found<'a> {
    pub(super) page: &'a FrontierPage,
    pub(super) capture: &'a Capture,
    pub(super) snapshot: &'a Snapshot,
    pub(super) extraction: &'a Extraction,
    pub(super) records: &'a [Record],
    pub(super) gave: FrontierYield,
    pub(super) robots: &'a [RobotsEntry],
}

/// Pages that are worth a visit, best first.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) pages: Vec<FrontierPage>,
    /// True when they are different guesses at one thing: the first that is no trap and not known is taken, the others
    /// get their turn when nothing else waits.
    pub(super) only_first: bool,
}

/// What to put into the frontier.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) ways: Vec<(FrontierSlot, Chain)>,
    pub(super) is_cut_by_known: bool,
}

/// The page where a backfill begins.
pub(super) fn start_page(url: &Url) -> FrontierPage {
    page(url.clone(), Way::Pages, 0, None)
}

/// What comes after a page.
pub(super) fn next(found: &Found<'_>, options: &BackfillOptions) -> Plan {
    let mut plan = if found.page.depth == 0 { at_start(found, options) } else { below(found, options) };
    let is_known = options.known.is_some_and(|most| known(found) >= most);
    if barren(found) >= MAX_BARREN {
        plan.ways.retain(|(_, chain)| chain.pages.iter().all(|page| matches!(page.way, Way::Api | Way::Sitemap)));
    } else if is_known || is_older_than(found.records, options.until) {
        plan.is_cut_by_known = is_known;
        for (slot, chain) in &mut plan.ways {
            if chain.only_first && *slot == FrontierSlot::Waiting {
                *slot = FrontierSlot::Beyond;
            }
        }
    }
    plan
}

/// All ways that the first page offers; the best is taken, the others are kept in case it gives nothing.
fn at_start(found: &Found<'_>, options: &BackfillOptions) -> Plan {
    let onward = &found.extraction.onward;
    if !onward.sitemaps.is_empty() || !onward.untitled.is_empty() {
        return Plan { ways: vec![(FrontierSlot::Waiting, sitemap_chain(found, options))], ..Plan::default() };
    }
    if is_posts_api(&options.start) {
        return Plan { ways: vec![(FrontierSlot::Waiting, api_chain(found))], ..Plan::default() };
    }
    let is_front_page = options.start.path() == "/";
    let asked = |way: Way| options.ways.contains(&way);
    let free = options.ways.is_empty();
    let mut chains: Vec<Chain> = Vec::new();
    if let Some(api) = posts_api(found)
        && (asked(Way::Api) || free && (api.is_narrowed || is_front_page))
    {
        chains.push(Chain {
            pages: vec![child(found, with_page(&api.latest(POSTS_PER_PAGE), 1), Way::Api, 1)],
            only_first: false,
        });
    }
    if asked(Way::Pages) || free {
        chains.push(paging_chain(found, Way::Pages));
    }
    if asked(Way::Archive) || free {
        let in_scope = |url: &Url| !free || is_below(url, &options.start);
        chains.push(archive_chain(found, &in_scope));
    }
    if asked(Way::Sitemap) || free && is_front_page {
        chains.push(guessed_sitemaps(found));
    }
    chains.retain(|chain| !chain.pages.is_empty());
    let slot = |at: usize| if at == 0 || !free { FrontierSlot::Waiting } else { FrontierSlot::Spare };
    Plan { ways: chains.into_iter().enumerate().map(|(at, chain)| (slot(at), chain)).collect(), ..Plan::default() }
}

/// What a page below the start leads to, by its own way.
fn below(found: &Found<'_>, options: &BackfillOptions) -> Plan {
    let chains = match found.page.way {
        Way::Pages => vec![paging_chain(found, Way::Pages)],
        Way::Api => vec![api_chain(found)],
        Way::Sitemap => vec![sitemap_chain(found, options)],
        Way::Archive => vec![paging_chain(found, Way::Archive), further_archives(found)],
    };
    Plan { ways: chains.into_iter().map(|chain| (FrontierSlot::Waiting, chain)).collect(), ..Plan::default() }
}

/// The next page of the list: what the server says, then what the page says.
fn paging_chain(found: &Found<'_>, way: Way) -> Chain {
    let header = found.capture.header("link").unwrap_or_default();
    let mut urls = frontier::linked(&header, "next", &found.capture.url);
    urls.extend(found.extraction.next_pages.iter().cloned());
    let rank = if way == Way::Archive { found.page.rank } else { 0 };
    Chain { pages: urls.into_iter().map(|url| child(found, url, way, rank)).collect(), only_first: true }
}

/// The pages of an API: the first answer says how many there are.
fn api_chain(found: &Found<'_>) -> Chain {
    let number = page_number(&found.page.url);
    let total = found.capture.header("x-wp-totalpages").and_then(|total| total.trim().parse::<u32>().ok());
    let last = match total {
        Some(total) if number == 1 => total.min(MAX_API_PAGES),
        None if found.gave.seen > 0 => number + 1,
        _ => number,
    };
    let pages = (number + 1..=last).map(|next| child(found, with_page(&found.page.url, next), Way::Api, next));
    Chain { pages: pages.collect(), only_first: false }
}

fn page_number(url: &Url) -> u32 {
    url.query_pairs().find(|(name, _)| name == "page").and_then(|(_, value)| value.parse().ok()).unwrap_or(1)
}

fn with_page(url: &Url, number: u32) -> Url {
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| name != "page").map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(kept).append_pair("page", &number.to_string());
    url
}

fn is_posts_api(url: &Url) -> bool {
    let route = url.query_pairs().find(|(name, _)| name == "rest_route").map(|(_, value)| value.into_owned());
    route.as_deref().unwrap_or(url.path()).trim_end_matches('/').ends_with("/wp/v2/posts")
}

/// The API that the page announces, or that its server does.
fn posts_api(found: &Found<'_>) -> Option<PostsApi> {
    found.extraction.onward.posts_api.clone().or_else(|| {
        let header = found.capture.header("link").unwrap_or_default();
        let root = frontier::linked(&header, "https://api.w.org/", &found.capture.url).into_iter().next()?;
        Some(PostsApi { url: PostsApi::below(&root), is_narrowed: false })
    })
}

/// The archives that a first page names, without those that lie inside another.
fn archive_chain(found: &Found<'_>, in_scope: &dyn Fn(&Url) -> bool) -> Chain {
    let named: Vec<(Period, &Url)> = found
        .extraction
        .onward
        .archives
        .iter()
        .filter(|url| in_scope(url))
        .filter_map(|url| Some((period(url)?, url)))
        .collect();
    let lies_inside = |inner: Period| {
        named.iter().any(|(outer, _)| outer.span < inner.span && outer.first <= inner.first && inner.last <= outer.last)
    };
    let pages = named.iter().filter(|(days, _)| !lies_inside(*days)).map(|(days, url)| archive(found, *days, url));
    Chain { pages: pages.collect(), only_first: false }
}

/// The archives that an archive names: earlier ones of its kind; its own parts, where it is no list itself or a year
/// that shows only some of its records.
fn further_archives(found: &Found<'_>) -> Chain {
    let Some(here) = period(&found.page.url) else { return Chain::default() };
    let is_whole = found.gave.seen > 0 && (here.span == Span::Month || !found.extraction.next_pages.is_empty());
    let leads_on = |there: Period| {
        let is_earlier = there.span == here.span && there.first < here.first;
        let is_part = there.span > here.span && here.first <= there.first && there.last <= here.last;
        is_earlier || (is_part && !is_whole)
    };
    let archives = found.extraction.onward.archives.iter().filter_map(|url| Some((period(url)?, url)));
    let pages = archives.filter(|(there, _)| leads_on(*there)).map(|(there, url)| archive(found, there, url));
    Chain { pages: pages.collect(), only_first: false }
}

/// An archive; later ones come first.
fn archive(found: &Found<'_>, days: Period, url: &Url) -> FrontierPage {
    let today = day_of(found.snapshot.captured_at);
    let back = today.since(days.last).map_or(0, |span| span.get_days());
    child(found, url.clone(), Way::Archive, u32::try_from(back).unwrap_or(0))
}

/// What a sitemap names: further sitemaps, latest first; its pages, where they are wanted.
fn sitemap_chain(found: &Found<'_>, options: &BackfillOptions) -> Chain {
    let onward = &found.extraction.onward;
    let mut named: Vec<(Option<Date>, &Url)> = onward
        .sitemaps
        .iter()
        .map(|(url, changed)| (changed.as_deref().and_then(day_in).or_else(|| Some(period(url)?.last)), url))
        .collect();
    // Stable: sitemaps without a date keep their order.
    named.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    let until = options.until.map(day_of);
    let is_wanted = |day: Option<Date>| day.is_none_or(|day| until.is_none_or(|until| day >= until));
    let rank = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut pages: Vec<FrontierPage> = named
        .into_iter()
        .filter(|(day, _)| is_wanted(*day))
        .enumerate()
        .map(|(at, (_, url))| child(found, url.clone(), Way::Sitemap, rank(at)))
        .collect();
    if options.articles {
        pages.extend(onward.untitled.iter().map(|url| child(found, url.clone(), Way::Sitemap, found.page.rank)));
    }
    Chain { pages, only_first: false }
}

/// Where the site's sitemaps are: what its robots.txt says, else where they usually stand.
fn guessed_sitemaps(found: &Found<'_>) -> Chain {
    let authority = found.page.url.origin().ascii_serialization();
    let robots = found.robots.iter().find(|entry| entry.authority == authority);
    let mut urls = match robots.map(|entry| &entry.verdict) {
        Some(RobotsVerdict::Rules(text)) => frontier::robots_sitemaps(text),
        _ => Vec::new(),
    };
    if urls.is_empty() {
        urls = GUESSED_SITEMAPS.iter().filter_map(|path| found.page.url.join(path).ok()).collect();
    }
    Chain { pages: urls.into_iter().map(|url| child(found, url, Way::Sitemap, 0)).collect(), only_first: false }
}

fn is_below(url: &Url, start: &Url) -> bool {
    let folder = start.path().trim_end_matches('/');
    url.path().strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn barren(found: &Found<'_>) -> u32 {
    if found.gave.is_alive() || found.page.depth == 0 { 0 } else { found.page.barren + 1 }
}

fn known(found: &Found<'_>) -> u32 {
    let is_known = found.gave.seen > 0 && found.gave.new == 0;
    if is_known { found.page.known + 1 } else { 0 }
}

fn child(found: &Found<'_>, url: Url, way: Way, rank: u32) -> FrontierPage {
    page(url, way, rank, Some(found))
}

fn page(mut url: Url, way: Way, rank: u32, parent: Option<&Found<'_>>) -> FrontierPage {
    url.set_fragment(None);
    FrontierPage {
        key: frontier::key(&url),
        template: frontier::template(&url),
        url,
        way,
        rank,
        depth: parent.map_or(0, |found| found.page.depth + 1),
        barren: parent.map_or(0, barren),
        known: parent.map_or(0, known),
    }
}

/// True when the address covers a time that lies before the date to stop at.
pub(super) fn is_beyond(page: &FrontierPage, options: &BackfillOptions) -> bool {
    let Some(until) = options.until.map(day_of) else { return false };
    page.way == Way::Archive && period(&page.url).is_some_and(|days| days.last < until)
}

/// True for an archive that begins before the oldest record so far.
pub(super) fn lies_before(page: &FrontierPage, reached: Option<Date>) -> bool {
    let Some(reached) = reached else { return false };
    page.way == Way::Archive && period(&page.url).is_some_and(|days| days.first < reached)
}

/// True when every dated record, and there is one, is older than the date to stop at.
fn is_older_than(records: &[Record], until: Option<Timestamp>) -> bool {
    let Some(until) = until else { return false };
    let mut dated = records.iter().filter_map(|record| record.published_latest).peekable();
    dated.peek().is_some() && dated.all(|latest| latest < until)
}

/// Publication of the oldest record.
pub(super) fn oldest(records: &[Record]) -> Option<Timestamp> {
    records.iter().filter(|record| record.published_at.is_some()).filter_map(|record| record.published_earliest).min()
}

/// True for a date archive most of whose dated records are of its time.
pub(super) fn is_archive_of_its_time(url: &Url, records: &[Record]) -> bool {
    let Some(days) = period(url) else { return false };
    let dated: Vec<Date> = records
        .iter()
        .filter(|record| record.published_at.is_some())
        .filter_map(|record| record.published_earliest)
        .map(day_of)
        .collect();
    // A day of grace: pages count in their own time zone.
    let around = |day: &&Date| {
        let first = days.first.yesterday().unwrap_or(days.first);
        let last = days.last.tomorrow().unwrap_or(days.last);
        (first..=last).contains(*day)
    };
    !dated.is_empty() && dated.iter().filter(around).count() * 2 >= dated.len()
}

/// The day (UTC) of an instant.
pub(super) fn day_of(instant: Timestamp) -> Date {
    instant.to_zoned(TimeZone::UTC).date()
}

fn day_in(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}
