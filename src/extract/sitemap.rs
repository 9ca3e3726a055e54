//! Sitemaps: those of news name titles and dates, an index names further ones.
//!
//! In: the text of a sitemap. Out: an [`Extraction`]. An entry with a title is a teaser; the others are addresses
//! without one, and nothing is made up for them. `lastmod` says when a page changed, not when it was published: it is
//! no date of a teaser.
//!
//! Source: sitemaps.org protocol 0.9, Google's extensions for news, images and videos.

use super::markup;
use crate::model::{Basis, DateText, Extraction, FieldRules, Method, PageKind, Snapshot, Teaser};
use crate::text::clean;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

/// The protocol allows 50,000 addresses a file.
const MAX_ENTRIES: usize = 50_000;
/// Bytes kept of one field.
const MAX_TEXT_BYTES: usize = 8 * 1024;

/// One `<url>` or `<sitemap>` while it is read.
#[derive(Debug, Default)]
struct Entry {
    is_index: bool,
    address: Option<Url>,
    lastmod: Option<String>,
    title: Option<String>,
    video_title: Option<String>,
    published: Option<String>,
    language: Option<String>,
    tags: Vec<String>,
    image: Option<Url>,
}

/// Reads a sitemap or an index of sitemaps.
pub(super) fn read(snapshot: &Snapshot, text: &str) -> Extraction {
    let mut extraction = Extraction::nothing(PageKind::Empty, "the sitemap names no page with a title");
    extraction.method = Method::Feed;
    extraction.base_url.clone_from(&snapshot.base_url);
    for entry in entries(text) {
        let Some(address) = entry.address.clone() else { continue };
        if entry.is_index {
            extraction.onward.sitemaps.push((address, entry.lastmod));
        } else if let Some(mut teaser) = entry.teaser() {
            teaser.position = u32::try_from(extraction.teasers.len() + 1).unwrap_or(u32::MAX);
            extraction.teasers.push(teaser);
        } else {
            extraction.onward.untitled.push(address);
        }
    }
    if !extraction.teasers.is_empty() {
        extraction.kind = PageKind::Listing;
        extraction.reason = None;
    }
    extraction
}

/// Every entry of the file, as far as it can be read.
fn entries(text: &str) -> Vec<Entry> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut walk = Walk::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => walk.start(&start),
            Ok(Event::End(end)) => walk.end(end.name().into_inner()),
            Ok(Event::Text(content)) => walk.text(&content.into_inner()),
            Ok(Event::CData(content)) => walk.text(&content.into_inner()),
            Ok(Event::GeneralRef(reference)) => walk.reference(&reference.into_inner()),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            // A file that was cut, or broken: what stands before the break counts.
            Err(error) => {
                tracing::debug!("the sitemap breaks off: {error}");
                break;
            }
        }
        if walk.entries.len() >= MAX_ENTRIES {
            break;
        }
    }
    walk.entries
}

#[derive(Default)]
struct Walk {
    entries: Vec<Entry>,
    open: Option<Entry>,
    /// Name of the innermost element, and its text so far.
    field: String,
    content: String,
}

impl Walk {
    fn start(&mut self, start: &BytesStart<'_>) {
        let name = local(start.name().into_inner());
        self.content.clear();
        if matches!(name.as_str(), "url" | "sitemap") {
            self.open = Some(Entry { is_index: name == "sitemap", ..Entry::default() });
        }
        self.field = qualified(start.name().into_inner());
    }

    fn end(&mut self, name: &str) {
        if matches!(local(name).as_str(), "url" | "sitemap") {
            self.entries.extend(self.open.take());
        } else if let Some(entry) = &mut self.open
            && self.field == qualified(name)
        {
            entry.set(&self.field, self.content.trim());
        }
        self.field.clear();
        self.content.clear();
    }

    fn text(&mut self, text: &str) {
        if self.content.len() < MAX_TEXT_BYTES {
            self.content.push_str(text);
        }
    }

    /// Entities of XML and character numbers; those of HTML are left to the field's own reading.
    fn reference(&mut self, name: &str) {
        let known = match name {
            "amp" => "&".to_owned(),
            "lt" => "<".to_owned(),
            "gt" => ">".to_owned(),
            "quot" => "\"".to_owned(),
            "apos" => "'".to_owned(),
            other => match quick_xml::events::BytesRef::new(other).resolve_char_ref() {
                Ok(Some(c)) => c.to_string(),
                _ => format!("&{other};"),
            },
        };
        self.text(&known);
    }
}

impl Entry {
    fn set(&mut self, field: &str, text: &str) {
        let address = || Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        match field {
            "loc" => self.address = self.address.take().or_else(address),
            "lastmod" => self.lastmod = clean(text),
            "news:title" => self.title = markup::line(text),
            "video:title" => self.video_title = markup::line(text),
            "news:publication_date" => self.published = clean(text),
            "video:publication_date" => self.published = self.published.take().or_else(|| clean(text)),
            "news:language" => self.language = clean(text),
            "news:keywords" => self.tags = text.split(',').filter_map(clean).take(50).collect(),
            "image:loc" => self.image = self.image.take().or_else(address),
            _ => {}
        }
    }

    /// The teaser; `None` without a title.
    fn teaser(self) -> Option<Teaser> {
        let title = self.title.or(self.video_title)?;
        let date = self.published;
        let rules = FieldRules {
            title: Some("sitemap_title"),
            url: Some("sitemap_loc"),
            date: date.is_some().then_some("sitemap_publication_date"),
            image: self.image.is_some().then_some("sitemap_image"),
            ..FieldRules::default()
        };
        Some(Teaser {
            title: Some(title),
            url: self.address,
            image_url: self.image,
            tags: self.tags,
            language: self.language,
            date_texts: date.map(|text| DateText { basis: Basis::Feed, text }).into_iter().collect(),
            rules,
            ..Teaser::default()
        })
    }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

/// The name with its usual prefix: what stands in a namespace of its own is told from the protocol's own elements.
fn qualified(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match lower.split_once(':') {
        Some(("sm" | "sitemap" | "ns0", bare)) => bare.to_owned(),
        Some(("n", bare)) => format!("news:{bare}"),
        _ => lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CaptureBasis, Digest, Origin};

    fn found(text: &str) -> Extraction {
        let snapshot = Snapshot {
            source: "s".to_owned(),
            page: "https://a.example/sitemap.xml".to_owned(),
            base_url: None,
            captured_at: jiff::Timestamp::UNIX_EPOCH,
            captured_basis: CaptureBasis::Flag,
            content_type: None,
            digest: Digest::of_body(text.as_bytes()),
            body: Vec::new(),
            origin: Origin::Stdin,
        };
        read(&snapshot, text)
    }

    #[test]
    fn news_have_titles_and_dates() {
        let extraction = found(
            "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='x'><url>
             <loc>https://a.example/bridge?a=1&amp;b=2</loc><lastmod>2026-01-09</lastmod><news:news><news:publication>
             <news:name>The Gazette</news:name><news:language>en</news:language></news:publication>
             <news:publication_date>2026-01-05T08:00:00+01:00</news:publication_date>
             <news:title><![CDATA[Tea &amp; cake]]></news:title></news:news></url>
             <url><loc>https://a.example/about</loc></url></urlset>",
        );
        let teaser = &extraction.teasers[0];
        assert_eq!(teaser.title.as_deref(), Some("Tea & cake"));
        assert_eq!(teaser.url.as_ref().map(Url::as_str), Some("https://a.example/bridge?a=1&b=2"));
        assert_eq!(teaser.date_texts[0].text, "2026-01-05T08:00:00+01:00");
        assert_eq!(teaser.language.as_deref(), Some("en"));
        assert_eq!((extraction.teasers.len(), extraction.onward.untitled.len()), (1, 1));
    }

    #[test]
    fn an_index_leads_on() {
        let extraction = found(
            "<sitemapindex><sitemap><loc>https://a.example/s-2.xml</loc><lastmod>2026-01-02</lastmod></sitemap>
             <sitemap><loc>https://a.example/s-1.xml</loc></sitemap><sitemap><loc>htt",
        );
        let named: Vec<(&str, Option<&str>)> =
            extraction.onward.sitemaps.iter().map(|(url, at)| (url.path(), at.as_deref())).collect();
        assert_eq!(named, [("/s-2.xml", Some("2026-01-02")), ("/s-1.xml", None)]);
    }
}
