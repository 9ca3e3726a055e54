//! One record of an archive, and the HTTP message in its block.

use super::damage::DamageKind;
use super::header::{RecordHeader, fields, header_length};
use crate::content_coding::{self, BodyDamage};
use bytes::Bytes;
use jiff::Timestamp;
use url::Url;

/// What kind of record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordKind {
    /// About the file.
    Warcinfo,
    /// The first record of an ARC file, about the file.
    ArcHeader,
    /// A response with its head, or an ARC record.
    Response,
    /// A file as it is.
    Resource,
    /// The request of a response.
    Request,
    /// A response equal to an earlier one.
    Revisit,
    /// About another record.
    Metadata,
    /// Another form of a page: the text of a WET file.
    Conversion,
    /// Anything else.
    #[default]
    Other,
}

impl RecordKind {
    pub(super) fn of(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "warcinfo" => Self::Warcinfo,
            "response" => Self::Response,
            "resource" => Self::Resource,
            "request" => Self::Request,
            "revisit" => Self::Revisit,
            "metadata" => Self::Metadata,
            "conversion" => Self::Conversion,
            _ => Self::Other,
        }
    }
}

/// Status and headers of a stored HTTP message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpHead {
    /// Status of a response; `None` in requests and when it cannot be read.
    pub status: Option<u16>,
    /// Headers as they stand.
    pub headers: Vec<(String, String)>,
}

impl HttpHead {
    /// The first header of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// One record of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarcRecord {
    /// Byte of the file, as it lies on disk, where the record begins, or the compressed member that holds it:
    /// [`super::records`] can begin there.
    pub offset: u64,
    /// What kind of record.
    pub kind: RecordKind,
    /// `WARC-Record-ID`.
    pub id: Option<String>,
    /// Address of what was captured, as written; spaces are escaped.
    pub target_uri: Option<String>,
    /// When it was captured.
    pub date: Option<Timestamp>,
    /// Type of the payload: from the HTTP head where there is one.
    pub content_type: Option<String>,
    /// `WARC-Payload-Digest`.
    pub payload_digest: Option<String>,
    /// `WARC-Refers-To` of a revisit.
    pub refers_to: Option<String>,
    /// Head of the HTTP message in the block.
    pub http: Option<HttpHead>,
    /// The block, or the body of its HTTP message with transfer and content codings undone.
    pub payload: Bytes,
    /// True when the payload is not all that was captured.
    pub is_cut: bool,
}

impl WarcRecord {
    /// Address of what was captured when it is an http(s) one.
    #[must_use]
    pub fn url(&self) -> Option<Url> {
        let url = Url::parse(self.target_uri.as_deref()?).ok()?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    }

    /// Builds the record from its headers and its block. Also gives what is wrong with the payload, and whether an HTTP
    /// body is as long as its head states.
    pub(super) fn new(offset: u64, header: RecordHeader, block: Bytes, cap: usize) -> (Self, Option<DamageKind>, bool) {
        let mut record = Self {
            offset,
            kind: header.kind,
            id: header.id,
            target_uri: header.target_uri,
            date: header.date,
            content_type: header.content_type,
            payload_digest: header.payload_digest,
            refers_to: header.refers_to,
            payload: block,
            ..Self::default()
        };
        let (damage, whole) = if record.holds_http() { record.open_http(cap) } else { (None, false) };
        (record, damage, whole)
    }

    fn holds_http(&self) -> bool {
        let stated = self
            .content_type
            .as_deref()
            .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/http"));
        match self.kind {
            RecordKind::Response | RecordKind::Revisit => self.payload.starts_with(b"HTTP/"),
            RecordKind::Request => stated,
            _ => false,
        }
    }

    /// Splits the block into head and body, and undoes the body's codings. Also says whether the body is as long as
    /// the head states.
    fn open_http(&mut self, cap: usize) -> (Option<DamageKind>, bool) {
        let length = header_length(&self.payload).unwrap_or(self.payload.len());
        let head = self.payload.slice(..length);
        let body = self.payload.slice(length..);
        let line = String::from_utf8_lossy(head.split(|&byte| byte == b'\n').next().unwrap_or_default()).into_owned();
        let http = HttpHead {
            status: line.split(' ').nth(1).and_then(|status| status.trim().parse().ok()),
            headers: fields(&head),
        };
        self.content_type = http.header("content-type").map(str::to_owned);
        let chunked =
            http.header("transfer-encoding").is_some_and(|coding| coding.to_ascii_lowercase().contains("chunked"));
        // Wrong chunk sizes are left in: the text around them is still the page.
        let body = if chunked { Bytes::from(content_coding::dechunk(&body).0) } else { body };
        let codings = http.header("content-encoding").unwrap_or("").to_owned();
        // A record that lost bytes may still hold the whole body: text whose line ends were converted gets shorter.
        let stated = http.header("content-length").and_then(|length| length.parse::<usize>().ok());
        let whole = !chunked && stated.is_some_and(|length| length <= body.len());
        self.http = Some(http);
        let Ok(decoded) = content_coding::decode(body, &codings, cap) else {
            self.payload = Bytes::new();
            self.is_cut = true;
            return (Some(DamageKind::Payload), false);
        };
        self.payload = decoded.body;
        self.is_cut = matches!(decoded.damage, Some(BodyDamage::Truncated | BodyDamage::Corrupt));
        (self.is_cut.then_some(DamageKind::Payload), whole)
    }
}
