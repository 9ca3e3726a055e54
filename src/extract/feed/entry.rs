//! One entry of a feed: fields as they come, then a teaser.

use super::Head;
use super::names::Slot;
use crate::extract::markup;
use crate::model::{Basis, DateText, FieldRules, Teaser};
use crate::text::clean;
use url::Url;

/// Tags kept of one entry, authors, dates.
const MAX_TAGS: usize = 50;
const MAX_AUTHORS: usize = 20;
const MAX_DATES: usize = 6;

/// Text of unknown elements kept in case that an entry has nothing else.
const MAX_OTHER_BYTES: usize = 400;

/// Attributes of one element.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes {
    pairs: Vec<(String, String)>,
    /// What addresses in them are relative to.
    pub(super) base: Option<Url>,
}

impl Attributes {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    pub(super) fn push(&mut self, key: String, value: String) {
        self.pairs.push((key, value));
    }

    fn address(&self, name: &str) -> Option<Url> {
        self.get(name).and_then(|href| address(href, self.base.as_ref()))
    }
}

/// An address for people: http or https, relative ones resolved.
pub(super) fn address(href: &str, base: Option<&Url>) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() {
        return None;
    }
    let url = match base {
        Some(base) => base.join(href).ok(),
        None => Url::parse(href).ok(),
    };
    url.filter(|u| matches!(u.scheme(), "http" | "https"))
}

/// How the text of a field becomes markup for the HTML parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// The text is markup.
    Html,
    /// The text is text, elements in it are markup.
    Inline,
    /// Not for the parser: addresses, dates, encoded bytes.
    Raw,
    /// Base64: not read.
    Skip,
}

impl Markup {
    pub(super) fn of(slot: Slot, attributes: &Attributes, atom: bool) -> Self {
        if !matches!(slot, Slot::Title(_) | Slot::Excerpt(_) | Slot::Author(_) | Slot::Tag | Slot::Keywords) {
            return Self::Raw;
        }
        let kind = attributes.get("type").unwrap_or("").to_ascii_lowercase();
        let text_like = kind.is_empty() || kind.contains("text") || kind.contains("html") || kind.contains("xml");
        match attributes.get("mode") {
            Some("base64") => return Self::Skip,
            Some("escaped") => return Self::Html,
            Some("xml") => return Self::Inline,
            _ if matches!(slot, Slot::Excerpt(3)) && atom && !text_like => return Self::Skip,
            _ => {}
        }
        match kind.as_str() {
            "html" | "text/html" => Self::Html,
            "xhtml" | "application/xhtml+xml" => Self::Inline,
            _ if atom => Self::Inline,
            _ => Self::Html,
        }
    }

    pub(super) fn text(self, out: &mut String, text: &str) {
        match self {
            Self::Html | Self::Raw => out.push_str(text),
            Self::Inline => markup::escape_into(out, text),
            Self::Skip => {}
        }
    }

    pub(super) fn open(self, out: &mut String, slot: Slot, local: &str) {
        match slot {
            // The name alone: what came before it was white space.
            Slot::Author(_) if local == "name" => out.clear(),
            Slot::Author(_) => out.push('\u{1}'),
            _ if matches!(self, Self::Html | Self::Inline) => out.extend(["<", local, ">"]),
            _ => {}
        }
    }

    pub(super) fn close(self, out: &mut String, local: &str) {
        match local {
            "name" | "email" | "uri" | "url" | "homepage" | "img" | "br" => out.push('\u{1}'),
            _ if matches!(self, Self::Html | Self::Inline) => out.extend(["</", local, ">"]),
            _ => {}
        }
    }
}

/// An entry while it is read: every field with its rank, the best comes out.
#[derive(Debug, Default)]
pub(super) struct Entry {
    title: Option<(u8, String)>,
    excerpt: Option<(u8, String)>,
    image_in_text: Option<String>,
    url: Option<(u8, Url)>,
    image: Option<(u8, Url)>,
    dates: Vec<(u8, String)>,
    authors: Vec<(u8, String)>,
    tags: Vec<String>,
    language: Option<String>,
    other: String,
    /// It holds an element, an attribute or text of any kind.
    pub(super) has_content: bool,
}

/// Keeps the value with the lowest rank, the first among equals.
fn keep<T>(place: &mut Option<(u8, T)>, rank: u8, value: Option<T>) {
    if let Some(value) = value
        && place.as_ref().is_none_or(|(kept, _)| rank < *kept)
    {
        *place = Some((rank, value));
    }
}

impl Entry {
    /// What the entry's own attributes say: CDF and RDF put the address there.
    pub(super) fn attributes(&mut self, attributes: &Attributes) {
        self.has_content = !attributes.pairs.is_empty();
        keep(&mut self.url, 1, attributes.address("href"));
        keep(&mut self.url, 4, attributes.address("rdf:about"));
        self.language = attributes.get("xml:lang").map(str::to_owned);
        if let Some(date) = attributes.get("lastmod").and_then(clean) {
            self.dates.push((3, date));
        }
    }

    /// A finished field.
    pub(super) fn field(&mut self, slot: Slot, attributes: &Attributes, text: &str, base: Option<&Url>) {
        if !matches!(slot, Slot::Title(_) | Slot::Excerpt(_)) {
            self.other_text(text);
        }
        match slot {
            Slot::Title(rank) => keep(&mut self.title, rank, markup::line(text)),
            Slot::Excerpt(rank) => {
                let (excerpt, image) = markup::paragraphs(&text.replace('\u{1}', " "));
                keep(&mut self.excerpt, rank, excerpt);
                self.image_in_text = self.image_in_text.take().or(image);
            }
            Slot::Link => keep(&mut self.url, 0, address(text, base)),
            Slot::Guid if attributes.get("ispermalink") != Some("false") => {
                keep(&mut self.url, 2, address(text, None));
            }
            Slot::Id => keep(&mut self.url, 3, address(text, None)),
            Slot::Date(rank) if self.dates.len() < MAX_DATES => {
                self.dates.extend(clean(text).map(|date| (rank, date.chars().take(200).collect())));
            }
            Slot::Author(rank) if self.authors.len() < MAX_AUTHORS => {
                self.authors.extend(author_name(text).map(|name| (rank, name)));
            }
            Slot::Tag => {
                let named =
                    attributes.get("label").or_else(|| attributes.get("term")).or_else(|| attributes.get("text"));
                self.tag(named.filter(|n| !n.is_empty()).unwrap_or(text));
            }
            Slot::Keywords => text.split(',').for_each(|word| self.tag(word)),
            Slot::Language => self.language = clean(text).or(self.language.take()),
            Slot::ImageUrl => keep(&mut self.image, 3, address(text, base)),
            // A guid that is no link, what is past its cap, and media, which have attributes only.
            Slot::Guid | Slot::Date(_) | Slot::Author(_) | Slot::Media => {}
        }
    }

    /// An element whose attributes carry an address: a link of Atom, an enclosure, an image.
    pub(super) fn media(&mut self, slot: Slot, attributes: &Attributes) {
        let kind = attributes.get("type").unwrap_or("");
        let url = attributes.address("href").or_else(|| attributes.address("url"));
        let is_image = kind.starts_with("image/") || attributes.get("medium") == Some("image");
        let thumbnail = slot == Slot::Media
            && kind.is_empty()
            && attributes.get("length").is_none()
            && attributes.get("medium").is_none();
        match (slot, attributes.get("rel")) {
            (Slot::Link, None | Some("alternate" | "")) => {
                let rank = u8::from(!(kind.is_empty() || kind.contains("html")));
                keep(&mut self.url, rank, url);
            }
            (Slot::Link, Some("enclosure")) if !is_image => keep(&mut self.url, 6, url),
            (Slot::Link, Some("enclosure")) => keep(&mut self.image, 1, url),
            (Slot::Link, _) => keep(&mut self.url, 7, url),
            _ if is_image => keep(&mut self.image, 0, url),
            _ if thumbnail => keep(&mut self.image, 2, url),
            _ => keep(&mut self.url, 6, url),
        }
    }

    /// Text of elements that no field knows.
    pub(super) fn other_text(&mut self, text: &str) {
        if self.other.len() < MAX_OTHER_BYTES && !text.trim().is_empty() {
            self.has_content = true;
            let room = MAX_OTHER_BYTES - self.other.len();
            self.other.push(' ');
            self.other.push_str(&text[..text.floor_char_boundary(room)]);
        }
    }

    fn tag(&mut self, text: &str) {
        if self.tags.len() < MAX_TAGS
            && let Some(tag) = markup::line(text)
            && !self.tags.contains(&tag)
        {
            self.tags.push(tag);
        }
    }

    /// The teaser; no text for an entry that is empty.
    pub(super) fn finish(mut self, head: &Head) -> Result<Teaser, String> {
        self.dates.sort_by_key(|(rank, _)| *rank);
        let best = self.authors.iter().map(|(rank, _)| *rank).min();
        let mut authors: Vec<String> = Vec::new();
        for (_, name) in self.authors.into_iter().filter(|(rank, _)| Some(*rank) == best) {
            if !authors.contains(&name) {
                authors.push(name);
            }
        }
        let base = head.base.as_ref();
        let image = self.image.map(|(_, url)| url).or_else(|| self.image_in_text.and_then(|src| address(&src, base)));
        let author = Some(authors.join(", ")).filter(|a| !a.is_empty());
        let title = self.title.map(|(_, title)| title);
        let mut excerpt = self.excerpt.map(|(_, excerpt)| excerpt);
        if title.is_none() && excerpt.is_none() {
            // An entry of elements that we do not know: their text is better than nothing.
            excerpt = clean(&self.other);
        }
        let url = self.url.map(|(_, url)| url);
        // A feed states its entries: one without words (a picture, a chapter mark) is still one.
        if !self.has_content {
            return Err(String::new());
        }
        let rules = FieldRules {
            title: title.is_some().then_some("feed_title"),
            url: url.is_some().then_some("feed_link"),
            excerpt: excerpt.is_some().then_some("feed_text"),
            author: author.is_some().then_some("feed_author"),
            date: (!self.dates.is_empty()).then_some("feed_date"),
            image: image.is_some().then_some("feed_image"),
            path: None,
            place: None,
        };
        let date_texts = self.dates.into_iter().map(|(_, text)| DateText { basis: Basis::Feed, text }).collect();
        let language = self.language.or_else(|| head.language.clone());
        Ok(Teaser {
            title,
            excerpt,
            author,
            url,
            image_url: image,
            tags: self.tags,
            language,
            date_texts,
            rules,
            ..Teaser::default()
        })
    }
}

/// "ann@example.org (Ann Lee)" and "Ann Lee <ann@example.org>" to "Ann Lee".
pub(super) fn author_name(text: &str) -> Option<String> {
    let first = text.split('\u{1}').find(|part| !part.trim().is_empty())?;
    let plain = match first.split_once('<') {
        Some((name, rest)) if rest.contains('@') && !name.trim().is_empty() => name.to_owned(),
        _ => markup::line(first)?,
    };
    let name = match (plain.find('('), plain.rfind(')')) {
        (Some(open), Some(close)) if plain[..open].contains('@') && open + 1 < close => &plain[open + 1..close],
        (Some(open), Some(close)) if open < close && plain[open..close].contains('@') => &plain[..open],
        _ => &plain,
    };
    clean(name)
}
