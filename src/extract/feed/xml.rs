//! Walks the elements of an XML feed, however broken, and fills entries.

use super::Head;
use super::entry::{Attributes, Entry, Markup};
use super::names::{self, Slot};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use url::Url;

/// Elements nested deeper than this are passed over: feeds nest a handful of levels, markup in them a few dozen.
const MAX_DEPTH: usize = 256;

/// Attributes read of one element, and namespaces kept.
const MAX_ATTRIBUTES: usize = 64;
const MAX_NAMESPACES: usize = 256;

/// After this many errors of syntax the rest is left alone.
const MAX_ERRORS: usize = 1_000;

/// Text kept of one field.
const MAX_TEXT_BYTES: usize = 256 * 1024;

struct Open {
    name: String,
    group: bool,
    base: Option<Url>,
}

struct Capture {
    slot: Slot,
    depth: usize,
    attributes: Attributes,
    markup: Markup,
    text: String,
}

struct Walk {
    stack: Vec<Open>,
    too_deep: usize,
    vocabularies: HashMap<String, &'static str>,
    head: Head,
    entries: Vec<Entry>,
    /// Depth of the open entry: the stack's length inside it.
    entry: Option<usize>,
    capture: Option<Capture>,
    /// Fields of the feed itself have been read up to the first entry.
    channel_link: Option<String>,
}

/// Walks the feed; relative addresses lead on from `base`.
pub(super) fn walk(text: &str, base: Option<&Url>) -> (Head, Vec<Entry>) {
    let mut walk = Walk {
        stack: Vec::new(),
        too_deep: 0,
        vocabularies: HashMap::new(),
        head: Head { base: base.cloned(), ..Head::default() },
        entries: Vec::new(),
        entry: None,
        capture: None,
        channel_link: None,
    };
    let mut rest = text;
    for _ in 0..MAX_ERRORS {
        match walk.run(rest) {
            Some(next) => rest = next,
            None => break,
        }
    }
    walk.close_to(0);
    (walk.head, walk.entries)
}

impl Walk {
    /// Walks up to the end (`None`) or to an error of syntax: the text to go on with.
    fn run<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        config.expand_empty_elements = true;
        loop {
            let before = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            match reader.read_event() {
                Ok(Event::Start(start)) => self.start(&start),
                Ok(Event::End(end)) => self.end(end.name().into_inner()),
                Ok(Event::Text(content)) => self.text(&content.into_inner()),
                Ok(Event::CData(content)) => self.text(&content.into_inner()),
                Ok(Event::GeneralRef(reference)) => self.reference(&reference.into_inner()),
                Ok(Event::Eof) => return None,
                Ok(_) => {}
                Err(_) => return self.recover(text, before),
            }
        }
    }

    /// After an error that began at `at`: what cannot be markup is text, and the walk goes on behind it.
    fn recover<'a>(&mut self, text: &'a str, at: usize) -> Option<&'a str> {
        let rest = text.get(at..)?;
        if let Some(unclosed) = rest.strip_prefix("<![CDATA[") {
            // Never closed: the section ends where its element does, or with the feed.
            let end = unclosed.find("</").unwrap_or(unclosed.len());
            self.text(&unclosed[..end]);
            return Some(&unclosed[end..]).filter(|r| !r.is_empty());
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return rest[2..].find('<').map(|next| &rest[2 + next..]);
        }
        let mut chars = rest.chars();
        let first = chars.next()?;
        self.text(first.encode_utf8(&mut [0; 4]));
        Some(chars.as_str()).filter(|r| !r.is_empty())
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let name = start.name().into_inner().to_ascii_lowercase();
        if self.stack.len() >= MAX_DEPTH {
            self.too_deep += 1;
            return;
        }
        let attributes = self.attributes(start);
        let (prefix, local) = name.rsplit_once(':').unwrap_or(("", &name));
        let vocabulary = self.vocabularies.get(prefix).copied().unwrap_or_else(|| names::conventional(prefix));
        let local = local.to_owned();
        if names::is_entry(vocabulary, &local) {
            self.open_entry(&attributes);
        }
        let parent = self.stack.last();
        let image_url = local == "url" && parent.is_some_and(|o| o.name == "image");
        let in_groups = self.entry.is_some_and(|depth| {
            let inside = &self.stack[depth..self.stack.len() - usize::from(image_url && self.stack.len() > depth)];
            inside.iter().all(|o| o.group)
        });
        let at_head = self.entry.is_none() && parent.is_some_and(|o| matches!(o.name.as_str(), "channel" | "feed"));
        let base = attributes.get("xml:base").and_then(|href| self.resolve(href));
        let group = names::is_group(vocabulary, &local);
        self.stack.push(Open { name, group, base });
        if names::is_entry(vocabulary, &local) {
            self.entry = Some(self.stack.len());
            return;
        }
        if self.stack.len() == 1 && self.head.language.is_none() {
            self.head.language = attributes.get("xml:lang").map(str::to_owned);
        }
        if self.entry.is_some()
            && let Some(entry) = self.entries.last_mut()
        {
            entry.has_content = true;
        }
        self.start_field(vocabulary, &local, attributes, in_groups, at_head);
    }

    fn start_field(&mut self, vocabulary: &str, local: &str, attributes: Attributes, in_groups: bool, at_head: bool) {
        if let Some(capture) = &mut self.capture {
            capture.markup.open(&mut capture.text, capture.slot, local);
            return;
        }
        if !in_groups && !at_head {
            return;
        }
        let image_url = local == "url" && self.stack.len() >= 2 && self.stack[self.stack.len() - 2].name == "image";
        let slot = if image_url { Some(Slot::ImageUrl) } else { names::slot(vocabulary, local) };
        let Some(slot) = slot else { return };
        if at_head {
            self.start_head(slot, attributes);
            return;
        }
        if slot == Slot::Media || slot == Slot::Link && attributes.get("href").is_some() {
            let attributes = self.with_base(attributes);
            if let Some(entry) = self.entries.last_mut() {
                entry.media(slot, &attributes);
            }
            return;
        }
        let markup = Markup::of(slot, &attributes, self.stack.first().is_some_and(|root| root.name.ends_with("feed")));
        self.capture = Some(Capture { slot, depth: self.stack.len(), attributes, markup, text: String::new() });
    }

    /// Fields of the feed itself: language, its own page, its next page.
    fn start_head(&mut self, slot: Slot, attributes: Attributes) {
        match slot {
            Slot::Link if attributes.get("href").is_some() => {
                let href = attributes.get("href").and_then(|h| self.resolve(h));
                match (attributes.get("rel"), href) {
                    (Some("next"), Some(url)) => self.head.next_pages.push(url),
                    (None | Some("alternate" | ""), Some(url)) if self.head.base.is_none() => {
                        self.head.base = Some(url);
                    }
                    _ => {}
                }
            }
            Slot::Link | Slot::Language => {
                let markup = Markup::of(slot, &attributes, false);
                self.capture = Some(Capture { slot, depth: self.stack.len(), attributes, markup, text: String::new() });
            }
            _ => {}
        }
    }

    fn open_entry(&mut self, attributes: &Attributes) {
        // An entry inside an entry: the outer one was never closed.
        if let Some(depth) = self.entry {
            self.close_to(depth - 1);
        }
        let mut entry = Entry::default();
        entry.attributes(&self.with_base(attributes.clone()));
        self.entries.push(entry);
    }

    fn end(&mut self, name: &str) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let name = name.trim().to_ascii_lowercase();
        // Stray end tags inside a field must not close the entry around it.
        let floor = self.capture.as_ref().map_or(0, |c| c.depth.saturating_sub(1));
        let entry_end = self.entry.is_some_and(|d| self.stack.get(d - 1).is_some_and(|o| o.name == name));
        let low = if entry_end { 0 } else { floor };
        if let Some(at) = self.stack[low.min(self.stack.len())..].iter().rposition(|o| o.name == name) {
            self.close_to(low + at);
        }
    }

    /// Closes elements down to `depth`, the field and the entry among them.
    fn close_to(&mut self, depth: usize) {
        if let Some(capture) = &mut self.capture
            && depth >= capture.depth
        {
            let local = self.stack.get(depth).map_or("", |o| o.name.rsplit(':').next().unwrap_or(""));
            capture.markup.close(&mut capture.text, local);
        }
        if self.capture.as_ref().is_some_and(|c| depth < c.depth)
            && let Some(capture) = self.capture.take()
        {
            self.finish(&capture);
        }
        if self.entry.is_some_and(|d| depth < d) {
            self.entry = None;
        }
        self.stack.truncate(depth);
    }

    fn finish(&mut self, capture: &Capture) {
        let base = self.base();
        if self.entry.is_some() {
            if let Some(entry) = self.entries.last_mut() {
                entry.field(capture.slot, &capture.attributes, &capture.text, base.as_ref());
            }
            return;
        }
        let text = capture.text.trim();
        match capture.slot {
            Slot::Language => self.head.language = Some(text.to_owned()).filter(|t| !t.is_empty()),
            Slot::Link if self.channel_link.is_none() && !text.is_empty() => {
                self.channel_link = Some(text.to_owned());
                if self.head.base.is_none() {
                    self.head.base = Url::parse(text).ok().filter(|u| matches!(u.scheme(), "http" | "https"));
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(capture) = &mut self.capture {
            if capture.text.len() < MAX_TEXT_BYTES {
                capture.markup.text(&mut capture.text, text);
            }
        } else if self.entry.is_some()
            && let Some(entry) = self.entries.last_mut()
        {
            entry.other_text(text);
        }
    }

    /// An entity: those of XML and character numbers here, those of HTML with the markup, no other.
    fn reference(&mut self, name: &str) {
        let known = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => quick_xml::events::BytesRef::new(name).resolve_char_ref().ok().flatten(),
        };
        match (known, &mut self.capture) {
            (Some(c), _) => self.text(c.encode_utf8(&mut [0; 4])),
            // Kept as written; the HTML parser knows the named ones.
            (None, Some(capture)) if capture.text.len() < MAX_TEXT_BYTES => {
                capture.text.push('&');
                capture.text.push_str(name);
                capture.text.push(';');
            }
            (None, _) => {}
        }
    }

    fn attributes(&mut self, start: &BytesStart<'_>) -> Attributes {
        let mut out = Attributes::default();
        let mut attributes = start.html_attributes();
        for attribute in attributes.with_checks(false).take(MAX_ATTRIBUTES) {
            // A bad attribute costs itself only.
            let Ok(attribute) = attribute else { continue };
            let key = attribute.key.into_inner().to_ascii_lowercase();
            let value = quick_xml::escape::unescape(&attribute.value)
                .unwrap_or_else(|_| attribute.value.as_ref().into())
                .into_owned();
            if let Some(prefix) = key.strip_prefix("xmlns:") {
                if self.vocabularies.len() < MAX_NAMESPACES {
                    self.vocabularies.insert(prefix.to_owned(), names::vocabulary(&value));
                }
            } else {
                out.push(key, value);
            }
        }
        out
    }

    /// What addresses are relative to at this place.
    fn base(&self) -> Option<Url> {
        self.stack.iter().rev().find_map(|o| o.base.clone()).or_else(|| self.head.base.clone())
    }

    fn resolve(&self, href: &str) -> Option<Url> {
        super::entry::address(href, self.base().as_ref())
    }

    fn with_base(&self, mut attributes: Attributes) -> Attributes {
        attributes.base = attributes.get("xml:base").and_then(|h| self.resolve(h)).or_else(|| self.base());
        attributes
    }
}
