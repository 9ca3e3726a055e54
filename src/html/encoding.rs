//! Bytes to text: byte order mark, header, `<meta>` or XML declaration, detection, in that order.
//!
//! In: a body without content coding and its `Content-Type`. Out: text, always, and which encoding was declared and
//! which was used. Does not parse the document.
//!
//! Source: WHATWG Encoding and HTML. It is left in two cases, because a reader of archives sees what a browser's user
//! would have complained about: a body that is plainly UTF-8 is read as UTF-8 whatever was declared, and a body that
//! is plainly not UTF-8 is not read as such.

use super::prescan::{self, Wide};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, WINDOWS_1252};

/// Bytes that the detector reads: enough for a verdict, and no more than 20 ms.
const MAX_DETECT_BYTES: usize = 1 << 20;

/// A body declared as UTF-8 is believed up to this many bad bytes, if they are fewer than the good characters.
const MAX_BAD_BYTES: usize = 4;

/// Text of a body and the encodings that were declared and used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; undecodable bytes are U+FFFD.
    pub text: String,
    /// Encoding that the header or else the document declared, by its WHATWG name.
    pub declared: Option<&'static str>,
    /// Encoding that was used, by its WHATWG name, or `UTF-32BE`, `UTF-32LE`.
    pub used: &'static str,
}

/// Decodes `body`.
///
/// In: raw bytes and the `Content-Type` header if there was one. Out: text, always; bad bytes
/// become U+FFFD. Cost: linear in `body`.
#[must_use]
pub fn decode(body: &[u8], content_type: Option<&str>) -> Decoded {
    let declared =
        content_type.and_then(|value| prescan::charset_parameter(value.as_bytes())).or_else(|| prescan::declared(body));
    let name = declared.map(Encoding::name);
    if let Some(little_endian) = utf32(body) {
        return Decoded {
            text: decode_utf32(body, little_endian),
            declared: name,
            used: if little_endian { "UTF-32LE" } else { "UTF-32BE" },
        };
    }
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return finish(&body[mark..], encoding, name);
    }
    let encoding = match (declared, prescan::wide_pattern(body)) {
        (_, Some(Wide::Utf16(encoding))) => encoding,
        (Some(encoding), _) => correct(encoding, body),
        (None, _) => detect(body, Utf8Detection::Allow),
    };
    finish(body, encoding, name)
}

fn finish(body: &[u8], encoding: &'static Encoding, declared: Option<&'static str>) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(body);
    Decoded { text: text.into_owned(), declared, used: encoding.name() }
}

fn detect(body: &[u8], utf8: Utf8Detection) -> &'static Encoding {
    if body.is_ascii() && !body.contains(&0x1b) {
        // Nothing to detect: the defaults of XML and of the web. (Escapes may be ISO-2022-JP.)
        return if body.starts_with(b"<?xml") { UTF_8 } else { WINDOWS_1252 };
    }
    if utf8 == Utf8Detection::Allow && std::str::from_utf8(body).is_ok_and(|text| !text.is_ascii()) {
        // What the detector would say, without its score for each of forty encodings.
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&body[..body.len().min(MAX_DETECT_BYTES)], body.len() <= MAX_DETECT_BYTES);
    detector.guess(None, utf8)
}

/// The declared encoding, unless the bytes plainly say otherwise.
fn correct(declared: &'static Encoding, body: &[u8]) -> &'static Encoding {
    if declared == UTF_8 {
        if std::str::from_utf8(body).is_ok() {
            return UTF_8;
        }
        let (good, bad) = count_utf8(body);
        return if bad > MAX_BAD_BYTES && bad > good { detect(body, Utf8Detection::Deny) } else { UTF_8 };
    }
    // ISO-2022-JP is ASCII to this test; a multi-byte text can be valid UTF-8 by chance while it is short.
    let plainly_utf8 = declared != ISO_2022_JP
        && !body.is_ascii()
        && std::str::from_utf8(body).is_ok()
        && (declared.is_single_byte() || declared.decode_without_bom_handling(body).1);
    if plainly_utf8 { UTF_8 } else { declared }
}

/// Characters of more than one byte, and malformed sequences.
fn count_utf8(body: &[u8]) -> (usize, usize) {
    body.utf8_chunks().fold((0, 0), |(good, bad), chunk| {
        let wide = chunk.valid().bytes().filter(|&byte| byte >= 0xc0).count();
        (good + wide, bad + usize::from(!chunk.invalid().is_empty()))
    })
}

/// Byte order of UTF-32, by its mark or its zeros. No encoding of the web, but feeds in it exist.
fn utf32(body: &[u8]) -> Option<bool> {
    match body {
        [0xff, 0xfe, 0, 0, ..] => Some(true),
        [0, 0, 0xfe, 0xff, ..] => Some(false),
        _ => match prescan::wide_pattern(body)? {
            Wide::Utf32 { little_endian } => Some(little_endian),
            Wide::Utf16(_) => None,
        },
    }
}

fn decode_utf32(body: &[u8], little_endian: bool) -> String {
    let unit = |bytes: &[u8; 4]| if little_endian { u32::from_le_bytes(*bytes) } else { u32::from_be_bytes(*bytes) };
    let (units, rest) = body.as_chunks::<4>();
    let chars = units.iter().map(|bytes| char::from_u32(unit(bytes)).unwrap_or(char::REPLACEMENT_CHARACTER));
    let tail = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    chars.chain(tail).skip_while(|&c| c == '\u{feff}').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(body: &[u8], content_type: Option<&str>) -> (String, &'static str) {
        let decoded = decode(body, content_type);
        (decoded.text, decoded.used)
    }

    #[test]
    fn mark_before_header_before_meta_before_detection() {
        assert_eq!(used(b"\xef\xbb\xbfcaf\xc3\xa9", Some("text/html; charset=gbk")), ("café".into(), "UTF-8"));
        let (text, name) =
            used(b"<meta charset=utf-8>\xcf\xf0\xe8\xe2\xe5\xf2", Some("text/html; charset=windows-1251"));
        assert!(text.ends_with("Привет") && name == "windows-1251", "{text} {name}");
        assert_eq!(used(b"<meta charset=gbk>\xd6\xd0\xce\xc4", None).1, "GBK");
        assert_eq!(used("Zürich, schöne Grüße".as_bytes(), None).1, "UTF-8");
    }

    #[test]
    fn plain_lies_are_corrected_and_both_names_kept() {
        let decoded = decode("café <meta charset=utf-8>".as_bytes(), Some("text/html; charset=iso-8859-1"));
        assert_eq!((decoded.declared, decoded.used), (Some("windows-1252"), "UTF-8"));
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("Сегодня в городе открыли новый мост через реку");
        assert_eq!(decode(&bytes, Some("text/html; charset=utf-8")).used, "windows-1251");
    }

    #[test]
    fn one_bad_byte_does_not_change_the_encoding() {
        assert_eq!(used(b"caf\xe9 au lait", Some("text/html; charset=utf-8")), ("caf\u{fffd} au lait".into(), "UTF-8"));
    }

    #[test]
    fn wide_text_without_a_mark() {
        let utf16: Vec<u8> = "<rss>é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(used(&utf16, None), ("<rss>é".into(), "UTF-16LE"));
        let utf32: Vec<u8> = "<rss>é".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(used(&utf32, None), ("<rss>é".into(), "UTF-32BE"));
    }

    #[test]
    fn unknown_labels_are_ignored() {
        assert_eq!(used(b"abc", Some("text/html; charset=\"no-such")).0, "abc");
    }
}
