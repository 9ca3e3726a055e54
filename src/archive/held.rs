//! What a file of the archive holds already: what its revisits may refer to.

use super::damage::{Damage, DamageKind};
use super::header::fields;
use super::reader::records;
use super::record::{RecordKind, WarcRecord};
use crate::model::Digest;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// A capture that the file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) record_id: String,
    pub(super) url: String,
    pub(super) date: String,
}

/// The captures of one file.
#[derive(Debug, Default)]
pub(super) struct HeldCaptures {
    bodies: HashMap<Digest, Held>,
    /// The last capture of each page with the validators that came with it.
    pages: HashMap<String, (Validated, Held)>,
}

/// The validators of an answer, or those that a request asks about.
#[derive(Debug, Default, PartialEq, Eq)]
struct Validated {
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Validated {
    fn of(headers: &[(String, String)], etag: &str, last_modified: &str) -> Self {
        let value = |name: &str| {
            headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        };
        Self { etag: value(etag), last_modified: value(last_modified) }
    }

    /// A server that is asked about both looks at the tag alone (RFC 9110 section 13.2.2).
    fn are_asked_by(&self, request: &Self) -> bool {
        match (&request.etag, &request.last_modified) {
            (Some(etag), _) => self.etag.as_ref() == Some(etag),
            (None, Some(last_modified)) => self.last_modified.as_ref() == Some(last_modified),
            (None, None) => false,
        }
    }
}

impl HeldCaptures {
    /// The capture with this body.
    pub(super) fn body(&self, digest: Digest) -> Option<&Held> {
        self.bodies.get(&digest)
    }

    /// The capture that a 304 to this request confirms, where the file holds it.
    pub(super) fn confirmed(&self, url: &str, request_head: &[u8]) -> Option<&Held> {
        let (validated, held) = self.pages.get(url)?;
        let asked = Validated::of(&fields(request_head), "if-none-match", "if-modified-since");
        validated.are_asked_by(&asked).then_some(held)
    }

    /// Takes in an answer for `url` with its head. `held` is the record with its body: its own, or an earlier one.
    pub(super) fn take_in(&mut self, digest: Digest, url: &str, response_head: &[u8], held: Held) {
        self.take_in_fields(url, &fields(response_head), &held);
        self.bodies.entry(digest).or_insert(held);
    }

    fn take_in_fields(&mut self, url: &str, headers: &[(String, String)], held: &Held) {
        let validated = Validated::of(headers, "etag", "last-modified");
        self.pages.insert(url.to_owned(), (validated, held.clone()));
    }

    fn take_in_record(&mut self, record: WarcRecord) -> Option<()> {
        if record.is_cut || !matches!(record.kind, RecordKind::Response | RecordKind::Revisit) {
            return None;
        }
        // Without one: a 304, which brings no body.
        let digest = parse_digest(record.payload_digest.as_deref()?)?;
        let (url, headers) = (record.target_uri?, record.http.map(|http| http.headers).unwrap_or_default());
        let held = match record.kind {
            RecordKind::Response => {
                let date = record.date?.to_string();
                let held = Held { record_id: record.id?, url: url.clone(), date };
                self.bodies.entry(digest).or_insert(held).clone()
            }
            _ => self.bodies.get(&digest)?.clone(),
        };
        self.take_in_fields(&url, &headers, &held);
        Some(())
    }
}

/// What a file holds: its captures, and where its last whole record ends.
pub(super) fn survey(path: &Path) -> io::Result<(HeldCaptures, u64)> {
    let mut held = HeldCaptures::default();
    let mut torn = None;
    for item in records(File::open(path)?, 0) {
        match item {
            Ok(record) => {
                // Only a torn tail is cut: damage in the middle has whole records behind it.
                torn = None;
                // `None`: nothing that could be referred to.
                let _ = held.take_in_record(record);
            }
            Err(Damage { offset, kind: DamageKind::Truncated | DamageKind::Length }) => {
                torn = Some(torn.map_or(offset, |before: u64| before.min(offset)));
            }
            // A page that broke off on its way to us is a whole record.
            Err(_) => {}
        }
    }
    Ok((held, torn.unwrap_or(fs::metadata(path)?.len())))
}

fn parse_digest(text: &str) -> Option<Digest> {
    let hex = text.strip_prefix("sha256:")?;
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(Digest(bytes))
}
