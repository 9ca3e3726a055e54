//! What relative links are resolved against, and what the head of a page announces.

use crate::html::Document;
use url::Url;

/// What the head of a page says about the page.
#[derive(Debug, Default, Clone)]
pub(super) struct Head {
    /// What relative links are resolved against.
    pub(super) base: Option<Url>,
    /// The page itself, when known; links to it are no records.
    pub(super) page: Option<Url>,
    /// BCP 47 tag of the page.
    pub(super) language: Option<String>,
    /// Feeds that the page announces.
    pub(super) feeds: Vec<Url>,
}

/// Feed media types of `<link rel=alternate>`.
const FEED_TYPES: [&str; 4] =
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"];

/// Reads the head. `stated` is what the capture says: the flag or the request URL.
///
/// Order of strength: `<base>` (resolved against the stated URL, as browsers do), the stated URL, the canonical link,
/// `og:url`, the comment that saving tools leave.
pub(super) fn head(doc: &Document, stated: Option<&Url>) -> Head {
    let mut head = Head::default();
    let (mut base, mut canonical, mut og_url) = (None, None, None);
    let mut feeds = Vec::new();
    for node in doc.elements() {
        match doc.tag(node) {
            "html" => head.language = doc.attribute(node, "lang").and_then(language_tag),
            "base" if base.is_none() => base = doc.attribute(node, "href"),
            "link" => {
                let rel = doc.attribute(node, "rel").unwrap_or("").to_ascii_lowercase();
                let href = doc.attribute(node, "href");
                let is_feed = doc.attribute(node, "type").is_some_and(|t| FEED_TYPES.contains(&t.trim()));
                if rel.split_ascii_whitespace().any(|r| r == "canonical") {
                    canonical = canonical.or(href);
                } else if rel.split_ascii_whitespace().any(|r| r == "alternate") && is_feed {
                    feeds.extend(href);
                }
            }
            "meta" if doc.attribute(node, "property") == Some("og:url") => {
                og_url = og_url.or(doc.attribute(node, "content"));
            }
            "meta" if head.language.is_none() && is_language_meta(doc, node) => {
                head.language = doc.attribute(node, "content").and_then(language_tag);
            }
            _ => {}
        }
    }
    let absolute = |text: Option<&str>| text.and_then(|t| Url::parse(t.trim()).ok()).filter(is_web);
    head.page =
        stated.cloned().or_else(|| absolute(canonical)).or_else(|| absolute(og_url)).or_else(|| saved_from(doc));
    head.base = match (base, &head.page) {
        (Some(text), Some(page)) => page.join(text.trim()).ok().filter(is_web).or_else(|| head.page.clone()),
        (Some(text), None) => absolute(Some(text)),
        (None, page) => page.clone(),
    };
    for href in feeds {
        if let Some(url) = resolve(head.base.as_ref(), href)
            && !head.feeds.contains(&url)
        {
            head.feeds.push(url);
        }
    }
    head
}

/// An absolute web address for `href`, `None` for scripts, mail, fragments and nonsense.
pub(super) fn resolve(base: Option<&Url>, href: &str) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    is_web(&url).then_some(url)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some()
}

fn is_language_meta(doc: &Document, node: crate::html::NodeId) -> bool {
    let equiv = doc.attribute(node, "http-equiv").is_some_and(|v| v.eq_ignore_ascii_case("content-language"));
    equiv || doc.attribute(node, "property") == Some("og:locale")
}

fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().split(',').next()?.trim().replace('_', "-");
    let primary = tag.split('-').next()?;
    ((2..=3).contains(&primary.len()) && tag.len() <= 35 && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        .then_some(tag)
}

/// The address in the comment of a browser's "Save page as" (`saved from url=(0023)https://…`), of `SingleFile`
/// (`url: https://…`) or of `wget`'s and `HTTrack`'s mirror lines.
fn saved_from(doc: &Document) -> Option<Url> {
    doc.comments().take(20).find_map(|comment| {
        let lower = comment.to_ascii_lowercase();
        let speaks = ["saved from url", "singlefile", "mirrored from", "saved by", "archived from"];
        let at = speaks.iter().find_map(|s| lower.find(s))?;
        let rest = &comment[at..];
        let start = rest.find("http://").into_iter().chain(rest.find("https://")).min();
        let (rest, prefix) = match start {
            Some(start) => (&rest[start..], ""),
            // HTTrack: "Mirrored from www.example.com/path by HTTrack".
            None => (rest.split_once("from ")?.1, "http://"),
        };
        let address = rest.split(|c: char| c.is_whitespace() || c == '"' || c == '>').next()?;
        Url::parse(&format!("{prefix}{address}")).ok().filter(is_web)
    })
}

#[cfg(test)]
mod tests {
    use super::head;
    use crate::html::Document;
    use url::Url;

    fn base(html: &str, stated: Option<&str>) -> String {
        let stated = stated.map(|s| Url::parse(s).unwrap());
        head(&Document::parse(html), stated.as_ref()).base.map_or_else(|| "-".to_owned(), |u| u.to_string())
    }

    #[test]
    fn base_by_strength() {
        for (html, stated, want) in [
            ("<base href='/x/'>", Some("https://a.example/y/z"), "https://a.example/x/"),
            ("<link rel=canonical href='https://c.example/'>", Some("https://a.example/y"), "https://a.example/y"),
            ("<link rel=canonical href='https://c.example/'>", None, "https://c.example/"),
            ("<meta property='og:url' content='https://o.example/n'>", None, "https://o.example/n"),
            ("<!-- saved from url=(0023)https://s.example/page --><html>", None, "https://s.example/page"),
            (
                "<html><!--\n Page saved with SingleFile \n url: https://f.example/p \n saved date: x-->",
                None,
                "https://f.example/p",
            ),
            ("<!-- Mirrored from www.m.example/a.html by HTTrack -->", None, "http://www.m.example/a.html"),
            ("<base href='javascript:1'>", None, "-"),
            ("<p>", None, "-"),
        ] {
            assert_eq!(base(html, stated), want, "{html}");
        }
    }
}
