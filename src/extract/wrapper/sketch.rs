//! The wrapper that a page shows by itself.

use super::template::{MAX_TEMPLATES, Template};
use crate::html::Document;
use crate::model::{Extraction, Method, PageKind, PageYield, Teaser, WrapperMemory};
use crate::text::fold;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use url::Url;

/// Records remembered, first ones of the page first: more than most listings show.
const MAX_KNOWN: usize = 40;
/// Templates told apart on one page; a list of more is none that a wrapper could know again.
const MAX_KINDS: usize = 64;
/// Bytes of a hash.
const HASH_BYTES: usize = 5;
/// Characters of a title that tell records apart.
const TITLE_CHARS: usize = 80;

/// The wrapper of a page that was read without one; `None` for pages that are no listing.
pub(in crate::extract) fn sketch(doc: &Document, extraction: &Extraction) -> Option<WrapperMemory> {
    if extraction.kind != PageKind::Listing || extraction.teasers.is_empty() {
        return None;
    }
    Some(WrapperMemory {
        version: 1,
        items: items(doc, extraction),
        history: vec![page_yield(&extraction.teasers)],
        known: extraction.teasers.iter().take(MAX_KNOWN).map(known).collect(),
        checked_at: None,
    })
}

/// Selectors of the records' elements, those of most records first. Records that stand in no element (structured
/// data, embedded state) are known by their way of reading.
fn items(doc: &Document, extraction: &Extraction) -> Vec<String> {
    let mut templates: Vec<(Template, usize)> = Vec::new();
    for place in extraction.teasers.iter().filter_map(|t| t.rules.place).filter(|&place| place < doc.len()) {
        let template = Template::of(doc, doc.node_at(place));
        if let Some((known, count)) = templates.iter_mut().find(|(known, _)| known.is_like(&template)) {
            known.meet(&template);
            *count += 1;
        } else if templates.len() < MAX_KINDS {
            templates.push((template, 1));
        }
    }
    templates.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut items: Vec<String> = templates.iter().take(MAX_TEMPLATES).map(|(t, _)| t.selector()).collect();
    items.dedup();
    if items.is_empty() && matches!(extraction.method, Method::StructuredData | Method::EmbeddedState) {
        items.push("script".to_owned());
    }
    items
}

/// How much the teasers hold.
pub(super) fn page_yield(teasers: &[Teaser]) -> PageYield {
    let count = |has: fn(&Teaser) -> bool| {
        u32::try_from(teasers.iter().filter(|teaser| has(teaser)).count()).unwrap_or(u32::MAX)
    };
    PageYield {
        records: count(|_| true),
        titles: count(|t| t.title.is_some()),
        urls: count(|t| t.url.is_some()),
        dates: count(|t| !t.date_texts.is_empty()),
        excerpts: count(|t| t.excerpt.is_some()),
        authors: count(|t| t.author.is_some()),
    }
}

/// What a teaser is recognised by: `HASH HASH` of its address and of its folded title.
fn known(teaser: &Teaser) -> String {
    let title = teaser.title.as_deref().or(teaser.excerpt.as_deref());
    let title = title.map(|title| fold(title).chars().take(TITLE_CHARS).collect::<String>());
    let short = |text: Option<String>| text.map_or_else(|| "-".to_owned(), |text| hash(&text));
    format!("{} {}", short(teaser.url.as_ref().map(address)), short(title))
}

/// Start of SHA-256: two of a few dozen records on a page are never equal by chance.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(HASH_BYTES).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Scheme, `www.`, fragment and a trailing slash say nothing about the article.
fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or("");
    let mut text = format!("{}{}", host.strip_prefix("www.").unwrap_or(host), url.path().trim_end_matches('/'));
    if let Some(query) = url.query() {
        text.push('?');
        text.push_str(query);
    }
    text
}

/// How many of `known` stand among `shown`, by address or by title.
pub(super) fn found_again(known: &[String], shown: &[String]) -> usize {
    let halves = |record: &str| record.split_once(' ').map(|(a, t)| (a.to_owned(), t.to_owned())).unwrap_or_default();
    let (addresses, titles): (HashSet<String>, HashSet<String>) = shown.iter().map(|record| halves(record)).unzip();
    let again = |record: &&String| {
        let (address, title) = halves(record);
        (address != "-" && addresses.contains(&address)) || (title != "-" && titles.contains(&title))
    };
    known.iter().filter(again).count()
}
