//! Records as a feed: Atom, RSS, JSON Feed.

use super::ExportError;
use crate::model::StoredRecord;
use jiff::{Timestamp, tz::TimeZone};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::json;
use std::io::{self, Write};

/// Which feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeedKind {
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

/// Writes entries one at a time.
pub(super) struct FeedWriter<W: Write> {
    out: Writer<W>,
    kind: FeedKind,
    title: String,
    is_open: bool,
}

impl<W: Write> FeedWriter<W> {
    pub(super) fn new(out: W, kind: FeedKind, title: &str) -> Self {
        Self { out: Writer::new(out), kind, title: title.to_owned(), is_open: false }
    }

    pub(super) fn write(&mut self, record: &StoredRecord) -> Result<(), ExportError> {
        let is_first = !self.is_open;
        self.open(&record.first_seen_at)?;
        match self.kind {
            FeedKind::Atom => self.atom_entry(record)?,
            FeedKind::Rss => self.rss_item(record)?,
            FeedKind::Json => {
                let separator: &[u8] = if is_first { b"\n" } else { b",\n" };
                self.out.get_mut().write_all(separator)?;
                serde_json::to_writer(self.out.get_mut(), &json_item(record)).map_err(io::Error::from)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), ExportError> {
        self.open("1970-01-01T00:00:00Z")?;
        match self.kind {
            FeedKind::Atom => self.end("feed")?,
            FeedKind::Rss => {
                self.end("channel")?;
                self.end("rss")?;
            }
            FeedKind::Json => self.out.get_mut().write_all(b"\n]}")?,
        }
        self.out.get_mut().write_all(b"\n")?;
        Ok(self.out.get_mut().flush()?)
    }

    /// Writes the head once, dated by the first entry: a feed must have a date, and the clock is not asked.
    fn open(&mut self, updated: &str) -> io::Result<()> {
        if std::mem::replace(&mut self.is_open, true) {
            return Ok(());
        }
        let title = self.title.clone();
        if self.kind == FeedKind::Json {
            let out = self.out.get_mut();
            out.write_all(br#"{"version":"https://jsonfeed.org/version/1.1","title":"#)?;
            serde_json::to_writer(&mut *out, &title)?;
            return out.write_all(br#","items":["#);
        }
        self.out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        if self.kind == FeedKind::Atom {
            self.start("feed", &[("xmlns", "http://www.w3.org/2005/Atom")])?;
            self.text("title", &title)?;
            self.text("id", &format!("urn:tearsheet:feed:{}", title.replace(char::is_whitespace, "-")))?;
            self.text("updated", updated)
        } else {
            self.start("rss", &[("version", "2.0")])?;
            self.start("channel", &[])?;
            self.text("title", &title)?;
            self.text("link", "about:blank")?;
            self.text("description", &title)
        }
    }

    fn atom_entry(&mut self, record: &StoredRecord) -> io::Result<()> {
        self.start("entry", &[])?;
        self.text("id", &format!("urn:sha256:{}", record.id))?;
        self.text("title", title(record))?;
        self.text("updated", &record.first_seen_at)?;
        if let Some(published) = instant(record) {
            self.text("published", &published.to_string())?;
        }
        if let Some(url) = &record.url {
            let link = BytesStart::new("link").with_attributes([("href", url.as_str())]);
            self.out.write_event(Event::Empty(link))?;
        }
        self.start("author", &[])?;
        self.text("name", record.author.as_deref().unwrap_or(&record.source))?;
        self.end("author")?;
        for tag in &record.tags {
            self.out
                .write_event(Event::Empty(BytesStart::new("category").with_attributes([("term", tag.as_str())])))?;
        }
        if let Some(excerpt) = &record.excerpt {
            self.text("summary", excerpt)?;
        }
        self.end("entry")
    }

    fn rss_item(&mut self, record: &StoredRecord) -> io::Result<()> {
        self.start("item", &[])?;
        self.text("title", title(record))?;
        if let Some(url) = &record.url {
            self.text("link", url)?;
        }
        self.start("guid", &[("isPermaLink", "false")])?;
        self.out.write_event(Event::Text(BytesText::new(&record.id)))?;
        self.end("guid")?;
        if let Some(published) = instant(record) {
            let date = published.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
            self.text("pubDate", &date)?;
        }
        for tag in &record.tags {
            self.text("category", tag)?;
        }
        if let Some(excerpt) = &record.excerpt {
            self.text("description", excerpt)?;
        }
        self.end("item")
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.out.write_event(Event::Start(start))
    }

    fn end(&mut self, name: &str) -> io::Result<()> {
        self.out.write_event(Event::End(BytesEnd::new(name)))
    }

    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.start(name, &[])?;
        self.out.write_event(Event::Text(BytesText::new(text)))?;
        self.end(name)
    }
}

fn title(record: &StoredRecord) -> &str {
    record.title.as_deref().or(record.excerpt.as_deref()).unwrap_or_default()
}

/// The date of publication where it names a day or less: feeds have no words for a month.
fn instant(record: &StoredRecord) -> Option<Timestamp> {
    let is_exact = matches!(record.published_precision.as_deref(), Some("day" | "hour" | "minute" | "second"));
    record.published_earliest.as_ref().filter(|_| is_exact)?.parse().ok()
}

fn json_item(record: &StoredRecord) -> serde_json::Value {
    let mut item = json!({"id": record.id, "title": title(record)});
    let mut put = |name: &str, value: serde_json::Value| {
        item[name] = value;
    };
    if let Some(url) = &record.url {
        put("url", json!(url));
    }
    put("content_text", json!(record.excerpt.as_deref().unwrap_or_default()));
    if let Some(image) = &record.image_url {
        put("image", json!(image));
    }
    if let Some(published) = instant(record) {
        put("date_published", json!(published.to_string()));
    }
    if let Some(author) = &record.author {
        put("authors", json!([{"name": author}]));
    }
    if !record.tags.is_empty() {
        put("tags", json!(record.tags));
    }
    if let Some(language) = &record.language {
        put("language", json!(language));
    }
    item
}
