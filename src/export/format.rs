//! The formats that are a stream of bytes.

use super::ExportError;
use super::csv::{Cells, CsvRows};
use super::feed::{FeedKind, FeedWriter};
use crate::model::StoredRecord;
use std::io::Write;

/// A format that is a stream of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values; cells that a spreadsheet would run are quoted with an apostrophe.
    Csv,
    /// Comma-separated values, every text exactly as stored.
    CsvRaw,
    /// One JSON object a line.
    JsonLines,
    /// Atom 1.0.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    JsonFeed,
}

/// Writes records in one format.
pub struct Exporter<W: Write> {
    kind: Kind<W>,
}

enum Kind<W: Write> {
    Csv(Box<CsvRows<W>>),
    JsonLines(W),
    Feed(FeedWriter<W>),
}

impl<W: Write> Exporter<W> {
    /// Begins an export to `out`. `title` names the feed and is not used by the other formats.
    ///
    /// # Errors
    ///
    /// When the output fails.
    pub fn new(format: Format, title: &str, out: W) -> Result<Self, ExportError> {
        let kind = match format {
            Format::Csv => Kind::Csv(Box::new(CsvRows::new(out, Cells::Safe)?)),
            Format::CsvRaw => Kind::Csv(Box::new(CsvRows::new(out, Cells::Raw)?)),
            Format::JsonLines => Kind::JsonLines(out),
            Format::Atom => Kind::Feed(FeedWriter::new(out, FeedKind::Atom, title)),
            Format::Rss => Kind::Feed(FeedWriter::new(out, FeedKind::Rss, title)),
            Format::JsonFeed => Kind::Feed(FeedWriter::new(out, FeedKind::Json, title)),
        };
        Ok(Self { kind })
    }

    /// Writes one record.
    ///
    /// # Errors
    ///
    /// When the output fails.
    pub fn write(&mut self, record: &StoredRecord) -> Result<(), ExportError> {
        match &mut self.kind {
            Kind::Csv(rows) => rows.write(record),
            Kind::JsonLines(out) => {
                serde_json::to_writer(&mut *out, record).map_err(std::io::Error::from)?;
                Ok(out.write_all(b"\n")?)
            }
            Kind::Feed(feed) => feed.write(record),
        }
    }

    /// Ends the export: closes what is open and flushes.
    ///
    /// # Errors
    ///
    /// When the output fails.
    pub fn finish(self) -> Result<(), ExportError> {
        match self.kind {
            Kind::Csv(rows) => rows.finish(),
            Kind::JsonLines(mut out) => Ok(out.flush()?),
            Kind::Feed(feed) => feed.finish(),
        }
    }
}
