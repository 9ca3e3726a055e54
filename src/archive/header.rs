//! Record headers of WARC and ARC, and the start of the next record in damaged bytes.

use super::record::RecordKind;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Bytes of a record's headers. Those of honest archives stay under 4 KiB.
pub(super) const MAX_HEADER_BYTES: usize = 64 << 10;

/// What a record's own headers say.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordHeader {
    pub(super) kind: RecordKind,
    pub(super) id: Option<String>,
    pub(super) target_uri: Option<String>,
    pub(super) date: Option<Timestamp>,
    pub(super) content_type: Option<String>,
    pub(super) payload_digest: Option<String>,
    pub(super) refers_to: Option<String>,
    /// Bytes of the block; `None` when missing or wrong.
    pub(super) length: Option<u64>,
    pub(super) known_version: bool,
}

/// Length of the headers in `window` with the empty line that ends them.
pub(super) fn header_length(window: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(end) = memchr::memchr(b'\n', &window[at..]) {
        let line = &window[at..at + end];
        at += end + 1;
        if line.is_empty() || line == b"\r" {
            return Some(at);
        }
    }
    None
}

/// Name and value of each header line; a line that begins with white space continues the one before.
pub(super) fn fields(head: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split(|&byte| byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(text.trim());
                *value = value.trim().to_owned();
            }
        } else if let Some((name, value)) = text.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    fields
}

impl RecordHeader {
    /// Reads the headers of a WARC record, its version line first.
    pub(super) fn parse_warc(head: &[u8]) -> Self {
        let version = head.split(|&byte| byte == b'\n').next().unwrap_or(head).trim_ascii();
        let mut header = Self {
            known_version: version.starts_with(b"WARC/1.") || version.starts_with(b"WARC/0."),
            ..Self::default()
        };
        for (name, value) in fields(head) {
            match name.to_ascii_lowercase().as_str() {
                "warc-type" => header.kind = RecordKind::of(&value),
                "warc-record-id" => header.id = Some(value),
                // wget wraps the address in the signs that the grammar of an early draft shows.
                "warc-target-uri" => {
                    let uri = value.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(&value);
                    header.target_uri = Some(uri.replace(' ', "%20"));
                }
                "warc-date" => header.date = value.parse().ok(),
                "content-type" => header.content_type = Some(value),
                "warc-payload-digest" => header.payload_digest = Some(value),
                "warc-refers-to" => header.refers_to = Some(value),
                "content-length" => header.length = value.parse().ok(),
                _ => {}
            }
        }
        header
    }

    /// Reads the one line of an ARC record: URL, IP address, date, content type, length. URLs may hold spaces.
    pub(super) fn parse_arc(line: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(line).ok()?.trim_end();
        let mut words = line.rsplitn(5, ' ');
        let (length, kind) = (words.next()?, words.next()?);
        let (date, address, url) = (words.next()?, words.next()?, words.next()?);
        let dated = date.len() >= 12 && date.bytes().all(|byte| byte.is_ascii_digit());
        if !dated || !url.contains(':') || address.parse::<std::net::IpAddr>().is_err() {
            return None;
        }
        let is_file = url.starts_with("filedesc:");
        Some(Self {
            kind: if is_file { RecordKind::ArcHeader } else { RecordKind::Response },
            target_uri: Some(url.replace(' ', "%20")),
            date: arc_date(date),
            content_type: Some(kind.to_owned()),
            length: length.parse().ok(),
            known_version: true,
            ..Self::default()
        })
    }
}

/// `YYYYMMDDhhmmss`; programs wrote more and fewer digits.
fn arc_date(digits: &str) -> Option<Timestamp> {
    let number = |from: usize, to: usize| digits.get(from..to).unwrap_or("0").parse::<i8>().ok();
    let year = digits.get(..4)?.parse().ok()?;
    let time = DateTime::new(year, number(4, 6)?, number(6, 8)?, number(8, 10)?, number(10, 12)?, number(12, 14)?, 0);
    time.ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// True when a record begins here. `false` too when there are too few bytes to tell.
pub(super) fn begins_record(window: &[u8]) -> bool {
    begins_warc(window) || first_line(window).is_some_and(|line| RecordHeader::parse_arc(line).is_some())
}

pub(super) fn begins_warc(window: &[u8]) -> bool {
    let Some(rest) = window.strip_prefix(b"WARC/") else { return false };
    let version = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    version > 0 && matches!(rest.get(version), Some(b'\r' | b'\n'))
}

/// The first line, if it is short enough for an ARC header.
pub(super) fn first_line(window: &[u8]) -> Option<&[u8]> {
    /// URL, address, date, type, length.
    const MAX_LINE: usize = 8 << 10;
    let end = memchr::memchr(b'\n', &window[..window.len().min(MAX_LINE)])?;
    Some(&window[..end])
}

/// Where the next record begins in `window`, at the start of a line.
pub(super) fn next_record(window: &[u8], arc: bool) -> Option<usize> {
    if !arc {
        return memchr::memmem::find_iter(window, b"\nWARC/").map(|at| at + 1).find(|&at| begins_warc(&window[at..]));
    }
    let starts = memchr::memchr_iter(b'\n', window).map(|at| at + 1);
    starts.into_iter().find(|&at| first_line(&window[at..]).is_some_and(|line| RecordHeader::parse_arc(line).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warc_headers_with_the_mistakes_of_their_writers() {
        let header = RecordHeader::parse_warc(
            b"WARC/1.0\r\nwarc-type: Response\r\nWARC-Target-URI: <http://example.org/a b>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nContent-Length:\r\n 12\r\n\r\n",
        );
        assert_eq!(header.kind, RecordKind::Response);
        assert_eq!(header.target_uri.as_deref(), Some("http://example.org/a%20b"));
        assert_eq!((header.length, header.known_version), (Some(12), true));
        assert!(!RecordHeader::parse_warc(b"WARC/9.9\r\n\r\n").known_version);
        assert_eq!(RecordHeader::parse_warc(b"WARC/1.0\r\nContent-Length: -1\r\n\r\n").length, None);
    }

    #[test]
    fn arc_lines() {
        let header =
            RecordHeader::parse_arc(b"http://example.org/a b 93.184.216.34 20140216050221 text/html 12\r").unwrap();
        assert_eq!(header.target_uri.as_deref(), Some("http://example.org/a%20b"));
        assert_eq!(header.date.unwrap().to_string(), "2014-02-16T05:02:21Z");
        assert!(RecordHeader::parse_arc(b"a line of text that ends in 12").is_none());
    }

    #[test]
    fn the_next_record_is_found_at_the_start_of_a_line() {
        assert_eq!(next_record(b"x WARC/1.0\r\n\r\nWARC/1.0\r\n", false), Some(14));
        assert_eq!(next_record(b"text\nWARC/one\n", false), None);
    }
}
