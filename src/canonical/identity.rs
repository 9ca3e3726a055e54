//! Which teasers of a snapshot are the same article, and the id of each.

use super::url::{VERSION, canonicalize};
use crate::model::{CanonicalUrl, RecordId, Teaser};
use crate::text::fold;
use foldhash::{HashMap, HashMapExt as _, HashSet};
use url::Url;

/// Counts up whenever the key without a URL is made in another way; part of every such id.
const TEXT_VERSION: &str = "text1";

/// A URL that so many different teasers of one snapshot share names a place (a venue, a video page), not an article.
const SHARED_BY: usize = 3;

/// Folded characters of the excerpt in the key without a URL: what dumps cut off differs past them.
const EXCERPT_CHARS: usize = 40;

/// Identity of one teaser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The public id.
    pub id: RecordId,
    /// The canonical URL, also where it is not usable as a key.
    pub canonical_url: Option<CanonicalUrl>,
}

/// Identifies all teasers of one snapshot together, because a URL that three of them share is no key.
///
/// In: the source's name, the page's URL if it is known, the teasers and, in the same order, the absolute date
/// that each states. Out: one identity per teaser, in the same order.
#[must_use]
pub fn identify(
    source: &str,
    page: Option<&Url>,
    teasers: &[Teaser],
    stated_dates: &[Option<&str>],
) -> Vec<Identified> {
    let canonical: Vec<Option<CanonicalUrl>> = teasers.iter().map(|t| t.url.as_ref().map(canonicalize)).collect();
    let titles: Vec<String> = teasers.iter().map(|t| fold(t.title.as_deref().unwrap_or_default())).collect();
    let listings = listing_forms(page);
    let mut sharing = HashMap::<&CanonicalUrl, HashSet<(&str, Option<&str>)>>::new();
    for ((url, title), date) in canonical.iter().zip(&titles).zip(stated_dates) {
        if let Some(url) = url {
            sharing.entry(url).or_default().insert((title, *date));
        }
    }
    let usable = |url: &CanonicalUrl| {
        url.as_str().starts_with("https://") && !listings.contains(url) && sharing[url].len() < SHARED_BY
    };
    teasers
        .iter()
        .zip(&titles)
        .zip(stated_dates)
        .zip(&canonical)
        .map(|(((teaser, title), date), url)| Identified {
            id: match url {
                Some(url) if usable(url) => id_from_url(source, url),
                _ => id_from_text(source, title, teaser.excerpt.as_deref(), *date),
            },
            canonical_url: url.clone(),
        })
        .collect()
}

/// Id of the article that a usable URL identifies.
pub(super) fn id_from_url(source: &str, url: &CanonicalUrl) -> RecordId {
    RecordId::of(&[source.as_bytes(), VERSION.as_bytes(), url.as_str().as_bytes()])
}

fn id_from_text(source: &str, title: &str, excerpt: Option<&str>, date: Option<&str>) -> RecordId {
    let excerpt: String = fold(excerpt.unwrap_or_default()).chars().take(EXCERPT_CHARS).collect();
    RecordId::of(&[
        source.as_bytes(),
        TEXT_VERSION.as_bytes(),
        title.as_bytes(),
        excerpt.trim_end().as_bytes(),
        date.unwrap_or_default().as_bytes(),
    ])
}

/// The listing itself, with its paging and without.
fn listing_forms(page: Option<&Url>) -> Vec<CanonicalUrl> {
    let Some(page) = page else { return Vec::new() };
    let mut bare = page.clone();
    bare.set_query(None);
    vec![canonicalize(page), canonicalize(&bare)]
}

#[cfg(test)]
mod tests {
    use super::{Identified, identify};
    use crate::model::Teaser;

    fn teaser(title: &str, url: Option<&str>, excerpt: Option<&str>) -> Teaser {
        Teaser {
            title: Some(title.to_owned()),
            url: url.map(|url| url.parse().unwrap()),
            excerpt: excerpt.map(str::to_owned),
            ..Teaser::default()
        }
    }

    fn ids(teasers: &[Teaser], dates: &[Option<&str>]) -> Vec<Identified> {
        let page = "https://gazette.example/news?page=2".parse().unwrap();
        identify("gazette", Some(&page), teasers, dates)
    }

    #[test]
    fn a_usable_url_decides() {
        let found = ids(
            &[
                teaser("Old", Some("https://gazette.example/a?utm_source=x"), None),
                teaser("New", Some("http://www.gazette.example/a/"), Some("text")),
                teaser("New", Some("https://gazette.example/b"), Some("text")),
            ],
            &[None; 3],
        );
        assert_eq!(found[0].id, found[1].id);
        assert_ne!(found[1].id, found[2].id);
        assert_ne!(
            found[0].id,
            identify("herald", None, &[teaser("Old", Some("https://gazette.example/a"), None)], &[None])[0].id
        );
    }

    #[test]
    fn a_shared_url_or_the_listing_does_not() {
        let hall = Some("https://gazette.example/town-hall");
        let rows = [
            teaser("Regular Meeting", hall, None),
            teaser("Regular Meeting", hall, None),
            teaser("Regular Meeting", hall, None),
        ];
        let found = ids(&rows, &[Some("2026-01-05"), Some("2026-02-02"), Some("2026-03-02")]);
        assert!(found[0].id != found[1].id && found[1].id != found[2].id);
        let itself = [
            teaser("A", Some("https://gazette.example/news#a"), None),
            teaser("B", Some("https://gazette.example/news?page=2"), None),
        ];
        let found = ids(&itself, &[None; 2]);
        assert_ne!(found[0].id, found[1].id);
    }

    #[test]
    fn without_a_url_the_text_decides() {
        let long = "A long beginning that dumps cut off at different places of the text, sooner or later";
        let found = ids(
            &[
                teaser("“Words”", None, Some(long)),
                teaser("\"words\"", None, Some(&format!("{}…", &long[..60]))),
                teaser("Words", None, Some("Another text")),
            ],
            &[None; 3],
        );
        assert_eq!(found[0].id, found[1].id);
        assert_ne!(found[0].id, found[2].id);
    }
}
