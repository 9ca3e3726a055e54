//! What is found in a dump, and what the dump says about it: snapshots of pages, of rows, of records of web archives.

use super::{DumpItem, DumpOptions, archive_stem, folder_name, site_name};
use crate::archive::{Damage, DamageKind, RecordKind, WarcRecord};
use crate::extract::rows::RowGroup;
use crate::model::{CaptureBasis, Digest, Origin, Snapshot};
use jiff::Timestamp;
use std::path::PathBuf;
use url::Url;

/// Where a body was found: enough to make a snapshot of it.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) modified: Option<Timestamp>,
    pub(super) stdin: bool,
    /// What stands before this offset is kept already.
    pub(super) from: u64,
    /// Offset of the first byte that is read.
    pub(super) base: u64,
    pub(super) options: DumpOptions,
}

impl Place {
    /// A snapshot of `body`; `member` is the name and the time of a member of an archive.
    pub(super) fn page(&self, member: Option<(&str, Option<Timestamp>)>, body: Vec<u8>) -> DumpItem {
        let file = match member {
            Some((name, _)) => PathBuf::from(format!("{}!{name}", self.path.display())),
            None => self.path.clone(),
        };
        if body.is_empty() {
            return DumpItem::Failed { input: file.display().to_string(), reason: "empty file".to_owned() };
        }
        let source = self.source(self.options.base_url.as_ref(), member.is_some());
        let time = member.and_then(|(_, time)| time);
        let origin = if self.stdin { Origin::Stdin } else { Origin::File(file) };
        self.snapshot(Found { source, stated: None, file_time: time, base_url: None, content_type: None, body, origin })
    }

    /// A snapshot of consecutive rows.
    pub(super) fn rows(&self, group: RowGroup) -> DumpItem {
        let named = self.options.source.is_none().then_some(group.source).flatten();
        let source = named.unwrap_or_else(|| self.source(self.options.base_url.as_ref(), false));
        self.snapshot(Found {
            source,
            stated: group.captured_at,
            file_time: None,
            base_url: None,
            content_type: None,
            body: group.body,
            origin: self.part(self.base + group.offset),
        })
    }

    /// A snapshot of a record of a web archive, when it is a page.
    pub(super) fn record(&self, record: Result<WarcRecord, Damage>) -> DumpItem {
        let record = match record {
            Ok(record) => record,
            Err(damage) => {
                let input = self.path.display().to_string();
                return if damage.kind == DamageKind::NotAnArchive {
                    DumpItem::Failed { input, reason: damage.to_string() }
                } else {
                    DumpItem::Damaged { input, reason: damage.to_string() }
                };
            }
        };
        let Some(url) = record.url().filter(|_| is_page(&record)) else { return DumpItem::NoPage };
        self.snapshot(Found {
            source: self.options.source.clone().unwrap_or_else(|| site_name(&url)),
            stated: record.date,
            file_time: None,
            base_url: Some(url),
            content_type: record.content_type,
            body: record.payload.into(),
            origin: self.part(record.offset),
        })
    }

    fn part(&self, offset: u64) -> Origin {
        if self.stdin { Origin::Stdin } else { Origin::Part { path: self.path.clone(), offset } }
    }

    fn snapshot(&self, found: Found) -> DumpItem {
        let shown = match &found.origin {
            Origin::File(path) => path.clone(),
            _ => self.path.clone(),
        };
        let file_time = found.file_time.or(self.modified);
        let (captured_at, captured_basis) = match (found.stated, self.options.at, file_time) {
            (Some(stated), _, _) => (stated, CaptureBasis::Dump),
            (None, Some(at), _) => (at, CaptureBasis::Flag),
            (None, None, Some(time)) => (time, CaptureBasis::FileTime),
            (None, None, None) => {
                let reason = "no capture time is known; give one with --at".to_owned();
                return DumpItem::Failed { input: shown.display().to_string(), reason };
            }
        };
        let base_url = found.base_url.or_else(|| self.options.base_url.clone());
        let page = match &base_url {
            Some(url) => url.to_string(),
            None if self.stdin => "-".to_owned(),
            None => std::path::absolute(&shown).unwrap_or(shown).display().to_string(),
        };
        if self.is_passed_over(captured_at, &page) {
            return DumpItem::PassedOver;
        }
        DumpItem::Page(Box::new(Snapshot {
            source: found.source,
            digest: Digest::of_body(&found.body),
            page,
            base_url,
            captured_at,
            captured_basis,
            content_type: found.content_type,
            body: found.body,
            origin: found.origin,
        }))
    }

    fn is_passed_over(&self, captured_at: Timestamp, page: &str) -> bool {
        self.options.since.is_some_and(|since| captured_at < since)
            || self.options.matching.as_ref().is_some_and(|glob| !glob.is_match(page))
    }

    fn source(&self, base_url: Option<&Url>, in_archive: bool) -> String {
        match (&self.options.source, base_url) {
            (Some(name), _) => name.clone(),
            (None, Some(url)) => site_name(url),
            (None, None) if self.stdin => "stdin".to_owned(),
            (None, None) if in_archive => archive_stem(&self.path),
            (None, None) => folder_name(&self.path),
        }
    }
}

/// Bytes that were found, and what the dump says about them.
struct Found {
    source: String,
    stated: Option<Timestamp>,
    file_time: Option<Timestamp>,
    base_url: Option<Url>,
    content_type: Option<String>,
    body: Vec<u8>,
    origin: Origin,
}

/// True for a response or a conversion that a person would call a page: not an image, a script, a redirect.
fn is_page(record: &WarcRecord) -> bool {
    let kind = matches!(record.kind, RecordKind::Response | RecordKind::Resource | RecordKind::Conversion);
    let status = record.http.as_ref().and_then(|http| http.status).is_none_or(|status| (200..300).contains(&status));
    let text = record.content_type.as_deref().is_none_or(|content_type| {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let plain = matches!(essence.as_str(), "text/html" | "text/plain" | "text/xml" | "text/csv");
        plain || essence.ends_with("xml") || essence.ends_with("json") || essence.is_empty()
    });
    kind && status && text && !record.payload.is_empty()
}
