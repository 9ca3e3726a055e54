//! Is this address worth a visit?

use super::MAX_BARREN;
use super::address::{parameters, segments};
use crate::model::Way;
use crate::text::period;
use jiff::civil::Date;
use serde::Serialize;
use url::Url;

/// Longer addresses have grown.
const MAX_ADDRESS_BYTES: usize = 1_000;
/// Times that a group of path segments may stand one behind the other.
const MAX_REPEATS: usize = 2;
/// Parameters that say in which order or form a list is shown, not which part of it.
const MANNERS: [&str; 17] = [
    "sort",
    "sortby",
    "sort_by",
    "sortorder",
    "order",
    "orderby",
    "order_by",
    "dir",
    "direction",
    "view",
    "layout",
    "display",
    "mode",
    "print",
    "format",
    "theme",
    "style",
];
/// Words in the path of pages that take no part in a list: forms, accounts, another form of the page.
const NO_LISTS: [&str; 6] = ["login", "signin", "register", "cart", "print", "share"];

/// Why an address is not visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trap {
    /// Another site.
    OffSite,
    /// It grows at every step: repeated path segments, a parameter that stands twice.
    Growing,
    /// A calendar: a time that has not come yet, or one later than that of the page which names it.
    Calendar,
    /// The same list in another order or form.
    SortOrder,
    /// Not a list: a form, an account.
    NoList,
    /// Its kind was tried and gave nothing.
    Spent,
}

/// An address and where it was found.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The address.
    pub url: &'a Url,
    /// The page that names it.
    pub parent: &'a Url,
    /// Where the backfill began.
    pub start: &'a Url,
    /// What it is thought to be.
    pub way: Way,
    /// The day of the capture that names it.
    pub today: Date,
}

/// The trap that an address is, as far as its text tells.
///
/// ```
/// # use tearsheet::frontier::{judge, Candidate, Trap};
/// # use tearsheet::model::Way;
/// let url = |text: &str| text.parse().unwrap();
/// let (start, next) = (url("https://a.example/events"), url("https://a.example/events/2031-05"));
/// let today = jiff::civil::date(2026, 1, 5);
/// let candidate = Candidate { url: &next, parent: &start, start: &start, way: Way::Pages, today };
/// assert_eq!(judge(&candidate), Some(Trap::Calendar));
/// ```
#[must_use]
pub fn judge(candidate: &Candidate<'_>) -> Option<Trap> {
    let Candidate { url, parent, start, way, today } = *candidate;
    if !is_same_site(url, start) {
        Some(Trap::OffSite)
    } else if grows(url) {
        Some(Trap::Growing)
    } else if leads_forward(url, parent, today) {
        Some(Trap::Calendar)
    } else if way != Way::Api && changes_manner(url, parent, start) {
        Some(Trap::SortOrder)
    } else if way == Way::Pages && segments(url).any(|segment| NO_LISTS.contains(&segment.to_lowercase().as_str())) {
        Some(Trap::NoList)
    } else {
        None
    }
}

/// Has a template been tried in vain? `alive` of its `visited` pages gave anything.
#[must_use]
pub fn is_spent(visited: u64, alive: u64) -> bool {
    visited >= u64::from(MAX_BARREN) && alive == 0
}

/// Equal hosts, or one below the other; `www.` does not count.
fn is_same_site(url: &Url, start: &Url) -> bool {
    fn bare(url: &Url) -> &str {
        let host = url.host_str().unwrap_or_default();
        host.strip_prefix("www.").unwrap_or(host)
    }
    let (a, b) = (bare(url), bare(start));
    let below = |host: &str, parent: &str| host.strip_suffix(parent).is_some_and(|front| front.ends_with('.'));
    matches!(url.scheme(), "http" | "https") && (a == b || below(a, b) || below(b, a)) && url.port() == start.port()
}

fn grows(url: &Url) -> bool {
    if url.as_str().len() > MAX_ADDRESS_BYTES {
        return true;
    }
    let mut names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let all = names.len();
    names.retain(|name| !name.ends_with("[]"));
    let lists = all - names.len();
    names.sort_unstable();
    names.dedup();
    names.len() + lists < all || repeats(&segments(url).collect::<Vec<_>>())
}

/// `/a/b/a/b/a/b`, and `/page/2/page/3`: numbers count as equal.
fn repeats(segments: &[String]) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let alike = |a: &String, b: &String| a == b || (is_number(a) && is_number(b));
    let named = |group: &[String]| group.iter().any(|segment| !is_number(segment));
    (1..=segments.len() / 2).any(|length| {
        (0..=segments.len().saturating_sub(2 * length)).any(|at| {
            let group = &segments[at..at + length];
            let times =
                segments[at..].chunks_exact(length).take_while(|next| next.iter().zip(group).all(|(a, b)| alike(a, b)));
            let count = times.count();
            // A word with a number behind it says which page; twice, and links were resolved one below the other.
            named(group) && (count > MAX_REPEATS || (count == 2 && group.iter().any(|s| is_number(s))))
        })
    })
}

/// A time to come, or a calendar that is turned forward.
fn leads_forward(url: &Url, parent: &Url, today: Date) -> bool {
    let Some(there) = period(url) else { return false };
    if there.first > today {
        return true;
    }
    let here = period(parent).filter(|here| here.span == there.span);
    here.is_some_and(|here| there.first > here.first)
}

/// The list of the parent in another order. What the first page's own links say is how the site shows its list.
fn changes_manner(url: &Url, parent: &Url, start: &Url) -> bool {
    let (there, here) = (manners(url), manners(parent));
    if parent == start && here.is_empty() { false } else { there != here && !there.is_empty() }
}

/// Parameters of order and form.
fn manners(url: &Url) -> Vec<(String, String)> {
    let mut manners = parameters(url);
    manners.retain(|(name, _)| MANNERS.contains(&name.to_lowercase().as_str()));
    manners
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn trap(parent: &str, url: &str) -> Option<Trap> {
        let url_of = |text: &str| Url::parse("https://a.example/news").unwrap().join(text).unwrap();
        let (start, parent, url) = (url_of(""), url_of(parent), url_of(url));
        let today = date(2026, 1, 5);
        judge(&Candidate { url: &url, parent: &parent, start: &start, way: Way::Pages, today })
    }

    #[test]
    fn traps_are_told_by_their_address() {
        for (parent, url, want) in [
            ("/news", "/news/page/2", None),
            ("/news/page/2", "/news/page/3", None),
            ("/news?page=2", "/news?page=3&sid=1", None),
            ("/news", "https://b.example/news", Some(Trap::OffSite)),
            ("/news", "https://archive.a.example/news", None),
            ("/news", "ftp://a.example/", Some(Trap::OffSite)),
            ("/news/page/2", "/news/page/2/page/3", Some(Trap::Growing)),
            ("/news/older/older", "/news/older/older/older", Some(Trap::Growing)),
            ("/news", "/news?page=2&page=3", Some(Trap::Growing)),
            ("/news", "/news?tag[]=2&tag[]=3", None),
            ("/news", "/2026/02/", Some(Trap::Calendar)),
            ("/news", "/2025/12/", None),
            ("/2024/05/", "/2024/06/", Some(Trap::Calendar)),
            ("/2024/05/", "/2024/04/", None),
            ("/2024/", "/2024/04/", None),
            ("/news", "/news?page=2&sort=date", None),
            ("/news?page=2&sort=date", "/news?page=3&sort=date", None),
            ("/news?page=2&sort=date", "/news?page=3&sort=title", Some(Trap::SortOrder)),
            ("/news?page=2", "/news?page=3&order=asc", Some(Trap::SortOrder)),
            ("/news", "/login?next=/news", Some(Trap::NoList)),
        ] {
            assert_eq!(trap(parent, url), want, "{parent} -> {url}");
        }
    }
}
