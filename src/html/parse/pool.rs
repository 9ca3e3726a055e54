//! The characters and attributes of a page, named by places instead of copies.

use crate::html::tag::Tag;
use std::collections::HashMap;

/// A piece of the source, or of what was decoded from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::html) struct Slice {
    /// The highest bit says which of the two.
    start: u32,
    length: u32,
}

const DECODED: u32 = 1 << 31;

impl Slice {
    /// A piece of the source; a page is smaller than 2 GB.
    pub(super) fn source(from: usize, to: usize) -> Self {
        Self { start: place(from), length: place(to - from) }
    }

    fn decoded(from: usize, to: usize) -> Self {
        Self { start: place(from) | DECODED, length: place(to - from) }
    }

    pub(super) fn is_empty(self) -> bool {
        self.length == 0
    }

    /// The first `count` bytes, and the rest.
    pub(super) fn split(self, count: usize) -> (Self, Self) {
        let count = place(count);
        (
            Self { start: self.start, length: count },
            Self { start: self.start + count, length: self.length.saturating_sub(count) },
        )
    }

    /// True when `next` follows at once in the same text.
    fn meets(self, next: Self) -> bool {
        self.start + self.length == next.start
    }

    /// True when these are the characters.
    pub(in crate::html) fn is(self, text: &str, source: &str, decoded: &str) -> bool {
        if self.length as usize != text.len() {
            return false;
        }
        let start = (self.start & !DECODED) as usize;
        let all = if self.start & DECODED == 0 { source } else { decoded };
        all.as_bytes()[start..start + text.len()] == *text.as_bytes()
    }

    /// The characters.
    pub(in crate::html) fn of<'s>(self, source: &'s str, decoded: &'s str) -> &'s str {
        let start = (self.start & !DECODED) as usize;
        let text = if self.start & DECODED == 0 { source } else { decoded };
        &text[start..start + self.length as usize]
    }
}

/// A place in a text or a table of a page.
pub(super) fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// One attribute: name in lower case, value decoded.
#[derive(Debug, Clone, Copy)]
pub(in crate::html) struct Attribute {
    pub(in crate::html) name: Slice,
    pub(in crate::html) value: Slice,
}

/// The attributes of one element: a range of [`Pool::attributes`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::html) struct Attributes {
    pub(in crate::html) start: u32,
    pub(in crate::html) count: u32,
}

impl Attributes {
    /// The range, for indexing.
    pub(in crate::html) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.count) as usize
    }
}

/// All characters and attributes of a page.
pub(super) struct Pool<'a> {
    pub(super) source: &'a str,
    pub(super) decoded: String,
    pub(super) attributes: Vec<Attribute>,
    /// Names of elements that the page made up.
    pub(super) names: Vec<String>,
    numbers: HashMap<String, Tag>,
}

impl<'a> Pool<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        // Measured on listing pages: an attribute for every 60 bytes.
        let attributes = Vec::with_capacity(source.len() / 60 + 8);
        Self { source, decoded: String::new(), attributes, names: Vec::new(), numbers: HashMap::new() }
    }

    pub(super) fn text(&self, slice: Slice) -> &str {
        slice.of(self.source, &self.decoded)
    }

    /// Keeps what `write` appends.
    pub(super) fn decode(&mut self, write: impl FnOnce(&mut String)) -> Slice {
        let from = self.decoded.len();
        write(&mut self.decoded);
        Slice::decoded(from, self.decoded.len())
    }

    /// Two pieces as one, without a copy where they meet.
    pub(super) fn join(&mut self, first: Slice, second: Slice) -> Slice {
        if first.meets(second) {
            return Slice { start: first.start, length: first.length + second.length };
        }
        let ends_the_decoded = (first.start & DECODED != 0)
            && (first.start & !DECODED) as usize + first.length as usize == self.decoded.len();
        let from = if ends_the_decoded {
            (first.start & !DECODED) as usize
        } else {
            let from = self.decoded.len();
            self.append(first);
            from
        };
        self.append(second);
        Slice::decoded(from, self.decoded.len())
    }

    fn append(&mut self, slice: Slice) {
        let start = (slice.start & !DECODED) as usize;
        let range = start..start + slice.length as usize;
        if slice.start & DECODED == 0 {
            self.decoded.push_str(&self.source[range]);
        } else {
            self.decoded.extend_from_within(range);
        }
    }

    /// The element of this name, known or made up.
    pub(super) fn tag(&mut self, name: &str) -> Tag {
        if let Some(known) = Tag::known(name.as_bytes()) {
            return known;
        }
        let name = name.to_ascii_lowercase().replace('\0', "\u{fffd}");
        self.tag_named(name)
    }

    /// The element of exactly this name, which is no known one.
    pub(super) fn tag_named(&mut self, name: String) -> Tag {
        if let Some(&tag) = self.numbers.get(&name) {
            return tag;
        }
        let tag = Tag::made_up(self.names.len());
        if tag.place() == self.names.len() {
            self.names.push(name.clone());
        }
        self.numbers.insert(name, tag);
        tag
    }

    /// Value of an attribute.
    pub(super) fn value(&self, attributes: Attributes, name: &str) -> Option<&str> {
        let own = &self.attributes[attributes.range()];
        let found = own.iter().find(|a| a.name.is(name, self.source, &self.decoded))?;
        Some(self.text(found.value))
    }
}
