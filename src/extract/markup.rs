//! Markup inside fields of feeds and rows to plain text.
//!
//! In: text that may hold tags and entities. Out: plain text, first paragraphs first, and the first image. Text
//! without tags and entities never meets the HTML parser.

use crate::html::Document;
use crate::text::clean;

/// Markup past this many bytes is not read: an excerpt and an image stand at the beginning.
const MAX_MARKUP_BYTES: usize = 256 * 1024;

/// Paragraphs are taken until the excerpt has this many characters.
const EXCERPT_CHARS: usize = 280;

/// No field is longer, in characters.
pub(super) const MAX_FIELD_CHARS: usize = 4_000;

/// A heading, label or the like: all text on one line.
pub(super) fn line(markup: &str) -> Option<String> {
    if !has_markup(markup) {
        return clean(markup).map(cap);
    }
    let document = Document::parse(head(markup));
    // What the parser took for a tag and is none ("<3") is better kept than lost.
    let lost = || clean(markup).filter(|text| !text.contains('>'));
    clean(&document.text(document.node_at(0))).or_else(lost).map(cap)
}

/// The first paragraphs, and the address of the first image.
pub(super) fn paragraphs(markup: &str) -> (Option<String>, Option<String>) {
    if !has_markup(markup) {
        return (clean(markup).map(cap), None);
    }
    let document = Document::parse(head(markup));
    let image = document.elements().find(|n| document.tag(*n) == "img").and_then(|n| document.attribute(n, "src"));
    let mut out = String::new();
    for line in document.lines(document.node_at(0)) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&line.text);
        if out.chars().count() >= EXCERPT_CHARS {
            break;
        }
    }
    (clean(&out).map(cap), image.map(str::to_owned))
}

/// Escapes text that must pass through the HTML parser unchanged.
pub(super) fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

fn has_markup(text: &str) -> bool {
    text.contains(['<', '&'])
}

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_MARKUP_BYTES)]
}

/// Cuts a field at the last word that fits.
pub(super) fn cap(text: String) -> String {
    match text.char_indices().nth(MAX_FIELD_CHARS) {
        Some((at, _)) => {
            let cut = text[..at].rfind(' ').unwrap_or(at);
            format!("{}…", &text[..cut])
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(line("Tea &amp; <b>cake</b>").as_deref(), Some("Tea & cake"));
        assert_eq!(line("5 < 6").as_deref(), Some("5 < 6"));
        let (text, image) = paragraphs("<p><img src='/a.jpg'>One.</p><script>x()</script><p>Two.</p>");
        assert_eq!(text.as_deref(), Some("One. Two."));
        assert_eq!(image.as_deref(), Some("/a.jpg"));
    }
}
