//! Names of feed vocabularies: which field an element fills.

/// Where the text of an element goes. A lower rank is the better place for the same field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Title(u8),
    Excerpt(u8),
    Link,
    /// Permanent link of RSS unless its attribute says otherwise.
    Guid,
    /// Identifier of Atom: a link when it looks like one.
    Id,
    Date(u8),
    Author(u8),
    Tag,
    Keywords,
    Language,
    /// Elements whose attributes carry an address.
    Media,
    /// Address of an image as text.
    ImageUrl,
}

/// Conventional prefix of the vocabulary behind a namespace; `""` for the feed formats themselves.
pub(super) fn vocabulary(uri: &str) -> &'static str {
    let uri = uri.to_ascii_lowercase();
    let known = [
        ("purl.org/dc/terms", "dcterms"),
        ("purl.org/dc/", "dc"),
        ("modules/content", "content"),
        ("search.yahoo.com/mrss", "media"),
        ("itunes", "itunes"),
        ("w3.org/1999/xhtml", "xhtml"),
        ("w3.org/2005/atom", ""),
        ("purl.org/atom", ""),
        ("purl.org/net/rss", ""),
        ("my.netscape.com", ""),
        ("channel.netscape.com", ""),
        ("backend.userland.com", ""),
        ("blogs.law.harvard.edu", ""),
        ("purl.org/rss/1.0/modules", "other"),
        ("purl.org/rss", ""),
    ];
    known.iter().find(|(part, _)| uri.contains(part)).map_or("other", |(_, prefix)| prefix)
}

/// What an undeclared prefix means by convention.
pub(super) fn conventional(prefix: &str) -> &'static str {
    match prefix {
        "" | "rss" | "atom" | "a" | "a10" | "atom03" | "atom10" => "",
        "dc" => "dc",
        "dcterms" => "dcterms",
        "content" => "content",
        "media" => "media",
        "itunes" => "itunes",
        "xhtml" | "html" => "xhtml",
        _ => "other",
    }
}

/// The field that an element of an entry fills.
pub(super) fn slot(vocabulary: &str, local: &str) -> Option<Slot> {
    Some(match (vocabulary, local) {
        ("", "title") => Slot::Title(0),
        ("dc" | "dcterms", "title") => Slot::Title(1),
        ("itunes" | "media", "title") => Slot::Title(2),
        ("", "description" | "summary" | "abstract") => Slot::Excerpt(0),
        ("dc" | "dcterms", "description" | "abstract") => Slot::Excerpt(1),
        ("itunes", "summary" | "subtitle") => Slot::Excerpt(2),
        ("content", "encoded") | ("", "content" | "body" | "fullitem" | "prodlink") | ("xhtml", "body" | "div") => {
            Slot::Excerpt(3)
        }
        ("media", "description" | "text") => Slot::Excerpt(4),
        ("", "link") => Slot::Link,
        ("", "guid") => Slot::Guid,
        ("", "id") => Slot::Id,
        ("", "published" | "issued" | "pubdate") => Slot::Date(0),
        ("dc" | "", "date") | ("dcterms", "issued" | "available" | "date") => Slot::Date(1),
        ("" | "dcterms", "created") => Slot::Date(2),
        ("", "updated" | "modified" | "lastmod") | ("dcterms", "modified") => Slot::Date(3),
        ("", "author") => Slot::Author(0),
        ("dc", "creator" | "author") => Slot::Author(1),
        ("itunes", "author") => Slot::Author(2),
        ("media", "credit") => Slot::Author(3),
        ("" | "dc", "contributor") => Slot::Author(4),
        ("", "category") | ("dc", "subject") => Slot::Tag,
        ("media" | "itunes", "keywords") => Slot::Keywords,
        ("" | "dc", "language") => Slot::Language,
        ("", "enclosure") | ("media", "content" | "thumbnail") | ("itunes", "image") => Slot::Media,
        _ => return None,
    })
}

/// Elements that only group: what they hold belongs to the entry.
pub(super) fn is_group(vocabulary: &str, local: &str) -> bool {
    matches!((vocabulary, local), ("media", "group" | "content"))
}

/// Elements that are entries: of RSS, CDF and Atom.
pub(super) fn is_entry(vocabulary: &str, local: &str) -> bool {
    vocabulary.is_empty() && matches!(local, "item" | "entry")
}
