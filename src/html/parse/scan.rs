//! Text to tokens: the tokenizer of the HTML standard (section 13.2.5), written for whole texts.
//!
//! In: the text of a page, without carriage returns. Out: texts, tags, comments and the doctype, one by one. Linear in
//! the text. Nothing is copied that need not be decoded.

use super::pool::{Attribute, Attributes, Pool, Slice, place};
use super::references::{self, Place};
use super::script;
use crate::html::tag::Tag;

/// Attributes of one tag that are kept; real tags stay under 40, and each is compared with those before it.
const MAX_ATTRIBUTES: usize = 256;

/// A start or end tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct TagToken {
    pub(super) tag: Tag,
    pub(super) is_end: bool,
    pub(super) is_self_closing: bool,
    pub(super) attributes: Attributes,
}

/// What the text is made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Token {
    Text(Slice),
    Tag(TagToken),
    Comment(Slice),
    Doctype { is_quirky: bool },
}

/// How the content of an element is read that holds no elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RawText {
    /// Ends at its end tag; references are resolved.
    Escapable,
    /// Ends at its end tag.
    Plain,
    /// As a script: comments may hide end tags.
    Script,
    /// To the end of the page.
    Rest,
}

pub(super) struct Scanner<'a> {
    source: &'a str,
    at: usize,
    has_null: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, at: 0, has_null: memchr::memchr(0, source.as_bytes()).is_some() }
    }

    fn bytes(&self) -> &'a [u8] {
        self.source.as_bytes()
    }

    /// The next token. `is_foreign` says that the open element is one of graphics or formulas, where CDATA is text.
    pub(super) fn next(&mut self, pool: &mut Pool<'_>, is_foreign: bool) -> Option<Token> {
        loop {
            let rest = &self.bytes()[self.at..];
            let first = *rest.first()?;
            if first != b'<' {
                return Some(Token::Text(self.text(pool, is_foreign)));
            }
            match rest.get(1) {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    self.at += 1;
                    return self.tag(pool, false).map(Token::Tag);
                }
                Some(b'/') => match rest.get(2) {
                    Some(letter) if letter.is_ascii_alphabetic() => {
                        self.at += 2;
                        return self.tag(pool, true).map(Token::Tag);
                    }
                    Some(b'>') => self.at += 3,
                    Some(_) => return Some(Token::Comment(self.bogus_comment(pool, 2))),
                    None => return Some(Token::Text(self.text(pool, is_foreign))),
                },
                Some(b'!') => return Some(self.declaration(pool, is_foreign)),
                Some(b'?') => return Some(Token::Comment(self.bogus_comment(pool, 1))),
                _ => return Some(Token::Text(self.text(pool, is_foreign))),
            }
        }
    }

    /// Characters up to the next `<`; the first one may be a `<` that opens nothing.
    fn text(&mut self, pool: &mut Pool<'_>, is_foreign: bool) -> Slice {
        let from = self.at;
        let next = memchr::memchr(b'<', &self.bytes()[from + 1..]);
        self.at = next.map_or(self.source.len(), |offset| from + 1 + offset);
        let text = &self.source[from..self.at];
        let has_null = self.has_null && text.contains('\0');
        if !has_null && memchr::memchr(b'&', text.as_bytes()).is_none() {
            return Slice::source(from, self.at);
        }
        let text =
            if has_null { text.replace('\0', if is_foreign { "\u{fffd}" } else { "" }) } else { text.to_owned() };
        pool.decode(|out| references::decode(out, &text, Place::Text))
    }

    /// A piece of the source in which a zero stands for itself.
    fn plain(&self, pool: &mut Pool<'_>, from: usize, to: usize) -> Slice {
        let text = &self.source[from..to];
        if self.has_null && text.contains('\0') {
            return pool.decode(|out| out.push_str(&text.replace('\0', "\u{fffd}")));
        }
        Slice::source(from, to)
    }

    /// The content of an element that holds text only, up to its end tag.
    pub(super) fn raw_text(&mut self, pool: &mut Pool<'_>, tag: Tag, kind: RawText) -> Slice {
        let from = self.at;
        self.at = match kind {
            RawText::Rest => self.source.len(),
            RawText::Script => script::end(self.bytes(), from),
            RawText::Escapable | RawText::Plain => end_of(self.bytes(), from, tag.name().unwrap_or_default()),
        };
        let slice = self.plain(pool, from, self.at);
        let text = pool.text(slice);
        if kind == RawText::Escapable && text.contains('&') {
            let text = text.to_owned();
            return pool.decode(|out| references::decode(out, &text, Place::Text));
        }
        slice
    }

    /// `<!…`: a comment, the doctype, CDATA.
    fn declaration(&mut self, pool: &mut Pool<'_>, is_foreign: bool) -> Token {
        let rest = &self.bytes()[self.at + 2..];
        if rest.starts_with(b"--") {
            return Token::Comment(self.comment(pool));
        }
        if rest.len() >= 7 && rest[..7].eq_ignore_ascii_case(b"doctype") {
            self.at += 9;
            let doctype = super::doctype::read(self.source, self.at);
            self.at = doctype.end;
            return Token::Doctype { is_quirky: doctype.is_quirky };
        }
        if is_foreign && rest.starts_with(b"[CDATA[") {
            let from = self.at + 9;
            let end = memchr::memmem::find(&self.bytes()[from..], b"]]>").map(|offset| from + offset);
            self.at = end.map_or(self.source.len(), |end| end + 3);
            return Token::Text(self.plain(pool, from, end.unwrap_or(self.source.len())));
        }
        Token::Comment(self.bogus_comment(pool, 2))
    }

    /// A comment that opened with `<!--`.
    fn comment(&mut self, pool: &mut Pool<'_>) -> Slice {
        let from = self.at + 4;
        let bytes = self.bytes();
        for (start, skipped) in [(&b">"[..], 1), (b"->", 2)] {
            if bytes[from..].starts_with(start) {
                self.at = from + skipped;
                return Slice::source(from, from);
            }
        }
        let mut at = from;
        while let Some(offset) = memchr::memmem::find(&bytes[at..], b"--") {
            at += offset;
            let rest = &bytes[at + 2..];
            let end = if rest.starts_with(b">") {
                3
            } else if rest.starts_with(b"!>") {
                4
            } else {
                at += 1;
                continue;
            };
            self.at = at + end;
            return self.plain(pool, from, at);
        }
        self.at = self.source.len();
        let open = &self.source[from..];
        let kept = ["--!", "--", "-"].iter().find_map(|end| open.strip_suffix(end)).unwrap_or(open);
        self.plain(pool, from, from + kept.len())
    }

    /// What looks like markup and is none, up to the next `>`.
    fn bogus_comment(&mut self, pool: &mut Pool<'_>, opening: usize) -> Slice {
        let from = self.at + opening;
        let end = memchr::memchr(b'>', &self.bytes()[from..]).map(|offset| from + offset);
        self.at = end.map_or(self.source.len(), |end| end + 1);
        self.plain(pool, from, end.unwrap_or(self.source.len()))
    }

    /// A tag whose name begins here; `None` when the page ends in it.
    fn tag(&mut self, pool: &mut Pool<'_>, is_end: bool) -> Option<TagToken> {
        let bytes = self.bytes();
        let from = self.at;
        let length = bytes[from..].iter().position(|&b| ends_name(b));
        let Some(length) = length else {
            self.at = bytes.len();
            return None;
        };
        self.at = from + length;
        let tag = pool.tag(&self.source[from..self.at]);
        let start = pool.attributes.len();
        let is_self_closing = self.attributes(pool, start)?;
        let count = if is_end { 0 } else { pool.attributes.len() - start };
        pool.attributes.truncate(start + count);
        let attributes = Attributes { start: place(start), count: place(count) };
        Some(TagToken { tag, is_end, is_self_closing, attributes })
    }

    /// Reads attributes up to the end of the tag and says whether it closes itself; `None` when the page ends first.
    fn attributes(&mut self, pool: &mut Pool<'_>, start: usize) -> Option<bool> {
        let bytes = self.bytes();
        loop {
            let skipped = bytes[self.at..].iter().position(|&b| !is_space(b));
            self.at += skipped.unwrap_or(bytes.len() - self.at);
            match bytes.get(self.at) {
                None => return None,
                Some(b'>') => {
                    self.at += 1;
                    return Some(false);
                }
                Some(b'/') => {
                    self.at += 1;
                    if bytes.get(self.at) == Some(&b'>') {
                        self.at += 1;
                        return Some(true);
                    }
                }
                Some(_) => self.attribute(pool, start)?,
            }
        }
    }

    /// Reads one attribute; `None` when the page ends in it. An attribute that the tag had before is left out.
    fn attribute(&mut self, pool: &mut Pool<'_>, start: usize) -> Option<()> {
        let bytes = self.bytes();
        let from = self.at;
        let rest = &bytes[from + 1..];
        let length = 1 + rest.iter().position(|&b| ends_name(b) || b == b'=').unwrap_or(rest.len());
        self.at = from + length;
        let (from, to) = (from, self.at);
        self.at += bytes[to..].iter().position(|&b| !is_space(b))?;
        let value = if bytes[self.at] == b'=' {
            self.at += 1;
            self.at += bytes[self.at..].iter().position(|&b| !is_space(b))?;
            self.value()?
        } else {
            (self.at, self.at)
        };
        if pool.attributes.len() - start >= MAX_ATTRIBUTES {
            return Some(());
        }
        let written = &self.source[from..to];
        let name = if written.bytes().any(|b| b.is_ascii_uppercase() || b == 0) {
            pool.decode(|out| out.push_str(&written.to_ascii_lowercase().replace('\0', "\u{fffd}")))
        } else {
            Slice::source(from, to)
        };
        let text = pool.text(name);
        let is_known = pool.attributes[start..].iter().any(|a| a.name.is(text, pool.source, &pool.decoded));
        if !is_known {
            let value = self.decoded_value(pool, value);
            pool.attributes.push(Attribute { name, value });
        }
        Some(())
    }

    /// Where the value stands; `None` when the page ends in it.
    fn value(&mut self) -> Option<(usize, usize)> {
        let bytes = self.bytes();
        match bytes[self.at] {
            quote @ (b'"' | b'\'') => {
                let from = self.at + 1;
                let to = from + memchr::memchr(quote, &bytes[from..])?;
                self.at = to + 1;
                // The page must go on: a tag needs its end.
                (self.at < bytes.len()).then_some((from, to))
            }
            b'>' => Some((self.at, self.at)),
            _ => {
                let from = self.at;
                let to = from + bytes[from..].iter().position(|&b| is_space(b) || b == b'>')?;
                self.at = to;
                Some((from, to))
            }
        }
    }

    fn decoded_value(&self, pool: &mut Pool<'_>, (from, to): (usize, usize)) -> Slice {
        let text = &self.source[from..to];
        if !text.bytes().any(|b| b == b'&' || b == 0) {
            return Slice::source(from, to);
        }
        if text.contains('\0') {
            let text = text.replace('\0', "\u{fffd}");
            return pool.decode(|out| references::decode(out, &text, Place::Attribute));
        }
        pool.decode(|out| references::decode(out, text, Place::Attribute))
    }
}

/// Where the end tag `</name` begins; the end of the page when there is none.
pub(super) fn end_of(bytes: &[u8], mut at: usize, name: &str) -> usize {
    while let Some(offset) = memchr::memchr(b'<', &bytes[at..]) {
        at += offset;
        if bytes.get(at + 1) == Some(&b'/') && is_name_at(bytes, at + 2, name) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// True when the name stands there as a whole, whatever its case.
pub(super) fn is_name_at(bytes: &[u8], at: usize, name: &str) -> bool {
    let end = at + name.len();
    bytes.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(end).is_some_and(|&b| ends_name(b))
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | 0x0c)
}
