//! What the first bytes of a document say about its encoding: `<meta>`, the XML declaration, and patterns of zeros.
//!
//! Source: WHATWG HTML, "prescan a byte stream to determine its encoding" and "get an XML encoding"; the patterns of
//! zeros from appendix F of XML 1.0.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes that are looked at. The standard says 1024; real pages put scripts and links before their `<meta>`, and
/// browsers honor one that they meet later by starting over.
const MAX_PRESCAN_BYTES: usize = 16 << 10;

/// The encoding that the document declares about itself.
pub(super) fn declared(body: &[u8]) -> Option<&'static Encoding> {
    let head = &body[..body.len().min(MAX_PRESCAN_BYTES)];
    xml_declaration(head).or_else(|| Scanner { bytes: head, at: 0 }.meta()).map(readable)
}

/// A declaration that could be read byte by byte is no UTF-16; `x-user-defined` is a label for scripts.
fn readable(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else if encoding == encoding_rs::X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    }
}

fn xml_declaration(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.trim_ascii_start();
    let rest = head.strip_prefix(b"<?xml")?;
    let rest = &rest[..rest.iter().position(|&byte| byte == b'>')?];
    let at = find(rest, b"encoding")? + b"encoding".len();
    let rest = rest[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (&quote, rest) = rest.split_first()?;
    if quote != b'"' && quote != b'\'' {
        return None;
    }
    let label = &rest[..rest.iter().position(|&byte| byte == quote)?];
    Encoding::for_label(label)
}

/// UTF-16 and UTF-32 without a mark, by where the zeros of the first characters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wide {
    Utf16(&'static Encoding),
    Utf32 { little_endian: bool },
}

pub(super) fn wide_pattern(body: &[u8]) -> Option<Wide> {
    let shape = |byte: u8| {
        if byte == 0 {
            '0'
        } else if byte.is_ascii() {
            'x'
        } else {
            '?'
        }
    };
    let shapes: String = body.iter().take(8).map(|&byte| shape(byte)).collect();
    match shapes.as_str() {
        "x000x000" => Some(Wide::Utf32 { little_endian: true }),
        "000x000x" => Some(Wide::Utf32 { little_endian: false }),
        "x0x0x0x0" => Some(Wide::Utf16(UTF_16LE)),
        "0x0x0x0x" => Some(Wide::Utf16(UTF_16BE)),
        _ => None,
    }
}

/// The `charset` in a `Content-Type` value or in the `content` of a `<meta>`.
pub(super) fn charset_parameter(value: &[u8]) -> Option<&'static Encoding> {
    let mut rest = value;
    loop {
        rest = &rest[find(rest, b"charset")? + b"charset".len()..];
        if let Some(after) = rest.trim_ascii_start().strip_prefix(b"=") {
            rest = after.trim_ascii_start();
            break;
        }
    }
    let label = match rest.split_first() {
        Some((&quote @ (b'"' | b'\''), rest)) => &rest[..rest.iter().position(|&byte| byte == quote)?],
        _ => rest.split(|&byte| byte.is_ascii_whitespace() || byte == b';').next()?,
    };
    Encoding::for_label(label)
}

/// First place of `needle` (lower case) in `haystack`, whatever its case.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

struct Attribute {
    name: Vec<u8>,
    value: Vec<u8>,
}

impl Scanner<'_> {
    /// The first `<meta>` that declares an encoding we know.
    fn meta(mut self) -> Option<&'static Encoding> {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            if rest.starts_with(b"<!--") {
                // The dashes of the opening may be those of the end: `<!-->`.
                self.at += 2 + memchr::memmem::find(&rest[2..], b"-->")? + 3;
            } else if rest.len() > 5
                && rest[..5].eq_ignore_ascii_case(b"<meta")
                && (is_space(rest[5]) || rest[5] == b'/')
            {
                self.at += 5;
                if let Some(encoding) = self.meta_encoding() {
                    return Some(encoding);
                }
            } else if is_tag(rest) {
                while !self.peek().is_none_or(|byte| is_space(byte) || byte == b'>') {
                    self.at += 1;
                }
                while self.attribute().is_some() {}
            } else if matches!(rest, [b'<', b'!' | b'/' | b'?', ..]) {
                self.at += memchr::memchr(b'>', rest)? + 1;
            } else {
                self.at += 1 + memchr::memchr(b'<', &rest[1..]).unwrap_or(rest.len() - 1);
            }
        }
        None
    }

    fn meta_encoding(&mut self) -> Option<&'static Encoding> {
        let mut seen: Vec<Vec<u8>> = Vec::new();
        let (mut pragma, mut content, mut charset) = (false, None, None);
        while let Some(Attribute { name, value }) = self.attribute() {
            if seen.contains(&name) {
                continue;
            }
            match name.as_slice() {
                b"http-equiv" => pragma = value.eq_ignore_ascii_case(b"content-type"),
                b"content" => content = charset_parameter(&value),
                b"charset" => charset = Some(Encoding::for_label(&value)),
                _ => continue,
            }
            seen.push(name);
        }
        match charset {
            Some(charset) => charset,
            None => content.filter(|_| pragma),
        }
        .filter(|_| self.peek().is_some())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next attribute of the tag; `None` at its end. A tag that the bytes cut off declares nothing.
    fn attribute(&mut self) -> Option<Attribute> {
        while self.peek().is_some_and(|byte| is_space(byte) || byte == b'/') {
            self.at += 1;
        }
        if self.peek()? == b'>' {
            return None;
        }
        let name = self.attribute_name();
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        let value = if self.peek() == Some(b'=') {
            self.at += 1;
            self.attribute_value()
        } else {
            Vec::new()
        };
        Some(Attribute { name, value })
    }

    fn attribute_name(&mut self) -> Vec<u8> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if is_space(byte) || matches!(byte, b'/' | b'>') || (byte == b'=' && self.at > start) {
                break;
            }
            self.at += 1;
        }
        self.bytes[start..self.at].to_ascii_lowercase()
    }

    fn attribute_value(&mut self) -> Vec<u8> {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        let quote = self.peek().filter(|&byte| byte == b'"' || byte == b'\'');
        self.at += usize::from(quote.is_some());
        let start = self.at;
        let ends = |byte| quote.map_or(is_space(byte) || byte == b'>', |quote| byte == quote);
        while self.peek().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
        let value = self.bytes[start..self.at].to_vec();
        self.at += usize::from(quote.is_some());
        value
    }
}

/// `<a` or `</a`.
fn is_tag(rest: &[u8]) -> bool {
    match rest {
        [b'<', b'/', letter, ..] | [b'<', letter, ..] => letter.is_ascii_alphabetic(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        let name = |html: &str| declared(html.as_bytes()).map_or("-", Encoding::name);
        for (html, expected) in [
            ("<meta charset=gbk>", "GBK"),
            ("<META\tCharSet = 'koi8-r'>", "KOI8-R"),
            ("<meta http-equiv=Content-Type content='text/html; charset=shift_jis'>", "Shift_JIS"),
            ("<meta content='text/html; charset=shift_jis'>", "-"),
            ("<!-- <meta charset=gbk> --><p title='<meta charset=gbk>'>", "-"),
            ("<!--><meta charset=gbk>", "GBK"),
            ("<meta charset=utf-16>", "UTF-8"),
            ("<meta charset=nonsense><meta charset=big5>", "Big5"),
            ("<?xml version='1.0' encoding=\"euc-kr\"?><rss>", "EUC-KR"),
            ("<meta", "-"),
            ("<meta charset='gbk", "-"),
        ] {
            assert_eq!(name(html), expected, "{html}");
        }
    }

    #[test]
    fn zeros_tell_wide_encodings() {
        assert_eq!(wide_pattern(b"<\0h\0t\0m\0"), Some(Wide::Utf16(UTF_16LE)));
        assert_eq!(wide_pattern(b"\0\0\0<\0\0\0r"), Some(Wide::Utf32 { little_endian: false }));
        assert_eq!(wide_pattern(b"<html><b"), None);
    }
}
