//! Which listing a snapshot belongs to: the page URL without its paging.

use crate::model::{Extraction, Snapshot};
use url::Url;

/// Query keys that only say which part of a listing a page shows.
const PAGING_KEYS: &[&str] = &["page", "p", "paged", "pg", "pagina", "seite", "start", "offset", "from"];

/// Name of the listing of `snapshot`: its page URL, else the base URL that the page states, without paging; empty when
/// neither is known, so that all such pages of a source are one listing.
pub(super) fn listing_of(snapshot: &Snapshot, extraction: &Extraction) -> String {
    let page = Url::parse(&snapshot.page).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    page.or_else(|| extraction.base_url.clone()).map_or_else(String::new, listing_of_url)
}

/// Name of the listing that the page at `url` belongs to.
pub(super) fn listing_of_url(mut url: Url) -> String {
    url.set_fragment(None);
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, value)| !(PAGING_KEYS.contains(&&*key.to_lowercase()) && is_number(value)))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    let segments: Vec<&str> = url.path().trim_end_matches('/').split('/').collect();
    let path = match segments.as_slice() {
        [front @ .., "page" | "seite" | "pagina", number] if is_number(number) => front.join("/"),
        whole => whole.join("/"),
    };
    url.set_path(&path);
    url.into()
}

/// True when both pages show the same listing: scheme, `www.`, paging and a trailing slash make no other one.
#[must_use]
pub fn same_listing(a: &Url, b: &Url) -> bool {
    let name = |url: &Url| {
        let name = listing_of_url(url.clone());
        let bare = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest);
        bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').to_owned()
    };
    name(a) == name(b)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paging_is_not_part_of_a_listing() {
        let listing = |url: &str| listing_of_url(Url::parse(url).unwrap());
        assert_eq!(listing("https://a.example/news/page/3/"), "https://a.example/news");
        assert_eq!(listing("https://a.example/news/?page=2&topic=x#top"), "https://a.example/news?topic=x");
        assert_eq!(listing("https://a.example/?p=about"), "https://a.example/?p=about");
        assert_eq!(listing("https://a.example"), "https://a.example/");
    }
}
