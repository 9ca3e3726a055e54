//! Feeds to teasers: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF, JSON Feed.
//!
//! In: decoded text. Out: an [`Extraction`]; every entry is a teaser or a rejection, and a broken feed gives what
//! stood before and after the break. Entities are never declared or expanded beyond those of HTML, document types
//! are skipped, nothing is fetched.
//!
//! A reader of our own on top of a tokenizer, because the feeds of real sites break every strict reader: entries
//! outside of channels, missing versions and namespaces, bad ampersands, unclosed elements.

mod entry;
mod json;
mod names;
mod xml;

use crate::model::{Extraction, Method, Notice, PageKind, Rejection, RejectionReason, Snapshot, Teaser};
use url::Url;

/// What a feed says about itself.
#[derive(Debug, Default)]
struct Head {
    /// What relative links of entries are resolved against.
    base: Option<Url>,
    language: Option<String>,
    next_pages: Vec<Url>,
}

/// An entry past this many is a rejection: archives of a site in one feed stay below.
const MAX_ENTRIES: usize = 20_000;

/// First characters kept of what was rejected.
const REJECTED_CHARS: usize = 120;

/// Reads an XML feed.
pub(super) fn read_xml(snapshot: &Snapshot, text: &str) -> Extraction {
    let (head, entries) = xml::walk(text, snapshot.base_url.as_ref());
    let teasers = entries.into_iter().map(|e| e.finish(&head)).collect();
    let mut extraction = gather(snapshot, head, teasers);
    if !is_complete(text) {
        extraction.notice = None;
    }
    extraction
}

/// True when the feed was not cut off: then "no entries" is what it says.
fn is_complete(text: &str) -> bool {
    let end = text.trim_end().rsplit_once("</").map_or("", |(_, end)| end).to_ascii_lowercase();
    ["rss", "feed", "rdf:rdf", "channel"].iter().any(|root| end.starts_with(root))
}

/// Reads a JSON Feed.
pub(super) fn read_json(snapshot: &Snapshot, text: &str) -> Extraction {
    let (head, teasers) = json::walk(text, snapshot.base_url.as_ref());
    gather(snapshot, head, teasers)
}

/// Teasers in order, or the text of what could not be one.
fn gather(snapshot: &Snapshot, head: Head, entries: Vec<Result<Teaser, String>>) -> Extraction {
    let mut extraction = Extraction::nothing(PageKind::Empty, "the feed has no entries");
    extraction.method = Method::Feed;
    for (at, entry) in entries.into_iter().enumerate() {
        let place = format!("entry {}", at + 1);
        let mut reject = |reason, text: &str| {
            let text = text.chars().take(REJECTED_CHARS).collect();
            extraction.rejections.push(Rejection { reason, place: place.clone(), text });
        };
        match entry {
            Ok(teaser) if extraction.teasers.len() >= MAX_ENTRIES => {
                reject(RejectionReason::OverLimit, teaser.title.as_deref().unwrap_or_default());
            }
            Ok(mut teaser) => {
                teaser.position = u32::try_from(extraction.teasers.len() + 1).unwrap_or(u32::MAX);
                teaser.rules.path = Some(place);
                extraction.teasers.push(teaser);
            }
            Err(text) if text.is_empty() => reject(RejectionReason::NoText, ""),
            Err(text) => reject(RejectionReason::Malformed, &text),
        }
    }
    if !extraction.teasers.is_empty() {
        extraction.kind = PageKind::Listing;
        extraction.reason = None;
    } else if !extraction.rejections.is_empty() {
        extraction.reason = Some("no entry of the feed could be read".to_owned());
    } else {
        extraction.notice = Some(Notice::Empty);
    }
    extraction.base_url = head.base.or_else(|| snapshot.base_url.clone());
    extraction.language = head.language;
    extraction.next_pages = head.next_pages;
    extraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CaptureBasis, Digest, Origin};

    fn read(text: &str) -> Extraction {
        let snapshot = Snapshot {
            source: "s".to_owned(),
            page: "p".to_owned(),
            base_url: None,
            captured_at: jiff::Timestamp::UNIX_EPOCH,
            captured_basis: CaptureBasis::Flag,
            content_type: None,
            digest: Digest::of_body(text.as_bytes()),
            body: text.as_bytes().to_vec(),
            origin: Origin::Stdin,
        };
        if text.starts_with('{') { read_json(&snapshot, text) } else { read_xml(&snapshot, text) }
    }

    fn titles(extraction: &Extraction) -> Vec<&str> {
        extraction.teasers.iter().map(|t| t.title.as_deref().unwrap_or("-")).collect()
    }

    #[test]
    fn rss_gives_every_field() {
        let found = read(
            "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><link>https://news.example/</link>
            <language>en-GB</language><item><title>Tea &amp;amp; cake</title><link>/tea</link>
            <pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><dc:creator>Ann Lee</dc:creator><category>Food</category>
            <description><![CDATA[<p>First.</p><p>Second.</p>]]></description>
            <enclosure url='/tea.jpg' type='image/jpeg' length='1'/></item></channel></rss>",
        );
        let teaser = &found.teasers[0];
        assert_eq!(teaser.title.as_deref(), Some("Tea & cake"));
        assert_eq!(teaser.url.as_ref().map(Url::as_str), Some("https://news.example/tea"));
        assert_eq!(teaser.excerpt.as_deref(), Some("First. Second."));
        assert_eq!(teaser.author.as_deref(), Some("Ann Lee"));
        assert_eq!(teaser.date_texts[0].text, "Tue, 05 Mar 2024 10:00:00 GMT");
        assert_eq!(teaser.image_url.as_ref().map(Url::as_str), Some("https://news.example/tea.jpg"));
        assert_eq!(
            (teaser.tags.as_slice(), teaser.language.as_deref()),
            (["Food".to_owned()].as_slice(), Some("en-GB"))
        );
    }

    #[test]
    fn atom_keeps_text_as_text_and_prefers_the_page() {
        let found = read(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/x/'>
            <link rel='next' href='?page=2'/><entry><title>Use &lt;div&gt; wisely</title>
            <link rel='self' href='1.xml'/><link rel='alternate' href='1'/>
            <updated>2024-03-06T00:00:00Z</updated><published>2024-03-05T00:00:00Z</published>
            <author><name>Ann</name><email>ann@a.example</email></author><source><title>Other</title></source>
            <summary type='xhtml'><div><p>One <b>two</b></p></div></summary></entry></feed>",
        );
        let teaser = &found.teasers[0];
        assert_eq!(teaser.title.as_deref(), Some("Use <div> wisely"));
        assert_eq!(teaser.url.as_ref().map(Url::as_str), Some("https://a.example/x/1"));
        assert_eq!(teaser.date_texts[0].text, "2024-03-05T00:00:00Z");
        assert_eq!(teaser.author.as_deref(), Some("Ann"));
        assert_eq!(teaser.excerpt.as_deref(), Some("One two"));
        assert_eq!(found.next_pages[0].as_str(), "https://a.example/x/?page=2");
    }

    #[test]
    fn what_is_broken_costs_itself_only() {
        let found =
            read("<rss><channel><item><title>A</title><item><title>B & C</b></title></item><item/><item><title>D");
        assert_eq!(titles(&found), ["A", "B & C", "D"]);
        assert_eq!(found.rejections.len(), 1);
        let found = read("{\"items\": [{\"title\": \"A\", \"url\": \"https://a.example/\"}, 7, {\"title\": \"B");
        assert_eq!(titles(&found), ["A"]);
        assert_eq!(found.rejections.len(), 2);
    }

    #[test]
    fn entities_are_never_declared() {
        let found = read(
            "<!DOCTYPE rss [<!ENTITY a 'boom'>]><rss><channel><item><title>&a;&amp;&eacute;</title></item></channel></rss>",
        );
        assert_eq!(titles(&found), ["&a;&é"]);
    }
}
