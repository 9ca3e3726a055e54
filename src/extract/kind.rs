//! What kind of input a snapshot holds, told from its bytes and never from its name.
//!
//! In: the body, then its text. Out: an [`InputKind`]. Looks at [`SNIFF_BYTES`] behind
//! declarations and comments only. Does not parse: a kind is a promise of which reader to try, not that it will succeed.

use super::Options;
use super::rows;

/// The kinds that have a reader, and those that have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InputKind {
    /// Nothing but white space.
    Empty,
    /// HTML or XHTML.
    Html,
    /// RSS, Atom or RDF.
    XmlFeed,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// JSON Feed.
    JsonFeed,
    /// JSON Lines, or one JSON array or object, of teasers.
    JsonRows,
    /// CSV (or tabs, semicolons) with a header that names teaser fields.
    Csv,
    /// Text that lost its markup.
    Text,
}

/// Enough for every preamble seen in real pages (license comments, inlined style) and small enough to scan at once.
pub(super) const SNIFF_BYTES: usize = 65_536;

/// Of the sniffed bytes, at least one in this many stands inside tags when text is really HTML without a preamble.
/// Dumps of programming blogs quote tags, but far fewer.
const HTML_TAG_SHARE: usize = 12;

/// First bytes that name a format.
const MAGIC: [(&[u8], &str); 24] = [
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\xFF\xD8\xFF", "a JPEG image"),
    (b"RIFF", "a RIFF file (image, sound or video)"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1F\x8B", "gzip-compressed bytes"),
    (b"BZh", "bzip2-compressed bytes"),
    (b"\xFD7zXZ\0", "xz-compressed bytes"),
    (b"\x28\xB5\x2F\xFD", "zstd-compressed bytes"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"Rar!\x1A\x07", "a rar archive"),
    (b"\x7FELF", "a program"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\x01\0", "an icon"),
    (b"WARC/", "a WARC file, which `ingest` reads"),
];

/// What binary format the bytes are; `None` when they may be text.
#[must_use]
pub(super) fn not_text(body: &[u8]) -> Option<&'static str> {
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| body.starts_with(magic)) {
        return Some(name);
    }
    if body.get(4..8) == Some(b"ftyp") {
        return Some("an MP4 or HEIF file");
    }
    let head = &body[..body.len().min(SNIFF_BYTES)];
    let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") || is_utf16_markup(head);
    let odd = |b: &&u8| matches!(**b, 0..=8 | 14..=26 | 28..=31);
    // Real text holds a stray control byte now and then; one in ten is another alphabet altogether.
    let binary = head.contains(&0) && head.iter().filter(odd).count() * 50 > head.len()
        || head.iter().filter(odd).count() * 10 > head.len();
    (binary && !wide).then_some("binary bytes")
}

/// UTF-16 without a byte order mark shows as `<` and a zero byte (XML, appendix F).
fn is_utf16_markup(head: &[u8]) -> bool {
    head.starts_with(b"<\0") || head.starts_with(b"\0<")
}

/// The kind of decoded text.
#[must_use]
pub(super) fn of_text(text: &str, options: &Options) -> InputKind {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c.is_control());
    let head = &text[..text.floor_char_boundary(SNIFF_BYTES)];
    match head.as_bytes().first() {
        None => InputKind::Empty,
        Some(b'<') => of_markup(text),
        Some(b'{' | b'[') => of_json(text).unwrap_or(InputKind::Text),
        Some(_) if rows::is_csv(head, options) => InputKind::Csv,
        Some(_) if is_html_fragment(head) => InputKind::Html,
        Some(_) if has_feed_root_later(head) => InputKind::XmlFeed,
        Some(_) => InputKind::Text,
    }
}

/// Text that begins with `<`: which root element, after declarations and comments?
fn of_markup(text: &str) -> InputKind {
    let mut rest = text;
    for _ in 0..64 {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        let skip = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            rest.find('>').map(|at| at + 1)
        } else if rest.starts_with("<!") {
            doctype_end(rest)
        } else {
            break;
        };
        match skip {
            Some(at) => rest = &rest[at..],
            None => break,
        }
    }
    let rest = &rest[..rest.floor_char_boundary(SNIFF_BYTES)];
    match local_name(rest).to_ascii_lowercase().as_str() {
        "urlset" | "sitemapindex" => InputKind::Sitemap,
        "rss" | "rdf" | "feed" | "channel" | "item" | "entry" => InputKind::XmlFeed,
        "html" | "head" | "body" if !rest.contains("<rss") || !rest.contains("<channel") => InputKind::Html,
        _ if has_feed_root_later(rest) => InputKind::XmlFeed,
        _ => InputKind::Html,
    }
}

/// Name of the element that `rest` opens, without its prefix.
fn local_name(rest: &str) -> &str {
    let name = rest.strip_prefix('<').unwrap_or("");
    let end = name.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(name.len());
    name[..end].rsplit(':').next().unwrap_or("")
}

/// End of a document type declaration, an internal subset in brackets included.
fn doctype_end(rest: &str) -> Option<usize> {
    let close = rest.find('>')?;
    match rest[..close].find('[') {
        Some(_) => rest.find("]>").map(|at| at + 2).or(Some(close + 1)),
        None => Some(close + 1),
    }
}

/// A feed behind junk (a warning of the server's script, an unknown wrapper element).
fn has_feed_root_later(head: &str) -> bool {
    let near = &head[..head.floor_char_boundary(4096)];
    let root = ["<rss", "<rdf:RDF", "<feed"].iter().any(|root| near.contains(root));
    root && (!near.contains("<html") || near.contains("<channel"))
        || near.starts_with("<?xml") && near.contains("<item")
}

/// HTML that begins with text: enough of it stands inside tags.
fn is_html_fragment(head: &str) -> bool {
    let mut inside = 0;
    let mut closing = 0;
    let mut rest = head;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        closing += usize::from(rest.starts_with('/'));
        if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
            && let Some(end) = rest.find('>')
        {
            inside += end.min(1000);
            rest = &rest[end..];
        }
    }
    closing >= 2 && inside * HTML_TAG_SHARE > head.len()
}

/// Text that begins with a bracket: JSON Feed, rows, or only text in brackets.
fn of_json(text: &str) -> Option<InputKind> {
    let inner = text[1..].trim_start();
    let is_json = match text.as_bytes()[0] {
        b'[' => inner.starts_with(['{', ']']),
        _ => inner.starts_with(['"', '}']),
    };
    if !is_json {
        return None;
    }
    let head = &text[..text.floor_char_boundary(SNIFF_BYTES)];
    let first_line = head.lines().next().unwrap_or("");
    let is_feed = head.contains("jsonfeed.org/version") || head.contains("\"items\"") && !first_line.ends_with('}');
    Some(if text.starts_with('{') && is_feed { InputKind::JsonFeed } else { InputKind::JsonRows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(body: &str) -> InputKind {
        of_text(body, &Options::default())
    }

    #[test]
    fn kinds_are_told_from_the_bytes() {
        assert_eq!(kind("  \n"), InputKind::Empty);
        assert_eq!(kind("<!DOCTYPE html><html>"), InputKind::Html);
        assert_eq!(kind("<?xml version='1.0'?><!-- x --><html xmlns='…'>"), InputKind::Html);
        assert_eq!(kind("\u{feff}<?xml version='1.0'?>\n<rss version='2.0'>"), InputKind::XmlFeed);
        assert_eq!(kind("<?xml version='1.0'?><?xml-stylesheet href='x'?><urlset xmlns='…'>"), InputKind::Sitemap);
        assert_eq!(kind("<atom:feed xmlns:atom='…'>"), InputKind::XmlFeed);
        assert_eq!(kind("<!DOCTYPE rdf [<!ENTITY a 'b'>]><rdf:RDF>"), InputKind::XmlFeed);
        assert_eq!(kind("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": []}"), InputKind::JsonFeed);
        assert_eq!(kind("{\"title\": \"a\"}\n{\"title\": \"b\"}\n"), InputKind::JsonRows);
        assert_eq!(kind("[ {\"title\": \"a\"} ]"), InputKind::JsonRows);
        assert_eq!(kind("[Donate] today\nMore text"), InputKind::Text);
        assert_eq!(kind("title,url\nA,http://a.example/"), InputKind::Csv);
        assert_eq!(kind("Bridge reopens\n\nThe old bridge, closed since May, is open."), InputKind::Text);
        assert_eq!(kind("News <ul><li><a href='/a'>A</a></li><li><a href='/b'>B</a></li></ul>"), InputKind::Html);
    }

    #[test]
    fn binaries_are_named() {
        assert_eq!(not_text(b"%PDF-1.7\n..."), Some("a PDF file"));
        assert_eq!(not_text(b"\x89PNG\r\n\x1a\n"), Some("a PNG image"));
        assert_eq!(not_text(&[0, 1, 2, 3, 4, 200, 9]), Some("binary bytes"));
        assert_eq!(not_text(b"plain text with one \x07 bell in it, and more words after it"), None);
        assert_eq!(not_text(b"\xFF\xFE<\0h\0t\0"), None);
    }
}
