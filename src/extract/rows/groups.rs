//! Dumps of rows to snapshots: consecutive rows with equal capture time and source belong together.

use super::fields::{self, Columns, Field, Header};
use super::row::text_of;
use super::split::{RowFormat, Splitter};
use super::{format_of, instant};
use crate::extract::Options;
use jiff::Timestamp;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::io::{self, BufRead};

/// A group is cut at this many rows: some thirty groups are in memory at once while they are read on all cores.
pub const MAX_GROUP_ROWS: usize = 2_000;

/// A group is also cut at this many bytes.
const MAX_GROUP_BYTES: usize = 64 * 1024 * 1024;

/// Rows of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowGroup {
    /// Source that the rows name.
    pub source: Option<String>,
    /// Capture time that the rows state.
    pub captured_at: Option<Timestamp>,
    /// Byte offset of the first row in the input.
    pub offset: u64,
    /// Number of rows.
    pub rows: usize,
    /// How the rows follow each other in `body`.
    pub format: RowFormat,
    /// The rows as they stand in the input, readable on their own: a CSV group begins with the header again, an array
    /// has its brackets again. Good as the body of a snapshot.
    pub body: Vec<u8>,
}

/// Iterator over the groups of a reader.
#[derive(Debug)]
pub struct Groups<R> {
    splitter: Splitter<R>,
    format: RowFormat,
    columns: Columns,
    header: Option<(Vec<u8>, Header)>,
    row: Vec<u8>,
    pending: Option<RowGroup>,
    ended: bool,
}

/// Splits a dump of rows into groups, in one pass, with memory for one group at most.
///
/// In: a buffered reader at the beginning of the rows; `None` when [`format_of`] sees none in its first buffer (a
/// buffer of 64 KiB is a good size). Out: the groups in order; an error of the reader ends them.
///
/// Cost: linear; each row is scanned once for its capture time and source.
///
/// # Errors
///
/// What the reader answers to the first bytes.
pub fn groups<R: BufRead>(mut reader: R, options: &Options) -> io::Result<Option<Groups<R>>> {
    let Some(format) = format_of(reader.fill_buf()?, options) else { return Ok(None) };
    let mut splitter = Splitter::new(reader, format);
    let mut header = None;
    if format == RowFormat::Csv {
        let mut line = Vec::new();
        splitter.next(&mut line)?;
        let text = String::from_utf8_lossy(&line).into_owned();
        let Some(columns) = fields::header(&text, options) else { return Ok(None) };
        header = Some((line, columns));
    }
    let columns = Columns::new(options);
    Ok(Some(Groups { splitter, format, columns, header, row: Vec::new(), pending: None, ended: false }))
}

impl<R: BufRead> Iterator for Groups<R> {
    type Item = io::Result<RowGroup>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let mut row = std::mem::take(&mut self.row);
            let offset = match self.splitter.next(&mut row) {
                Ok(Some(offset)) => offset,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            };
            let full = self.add(&row, offset);
            self.row = row;
            if let Some(group) = full {
                return Some(Ok(closed(group)));
            }
        }
        self.pending.take().map(|group| Ok(closed(group)))
    }
}

impl<R: BufRead> Groups<R> {
    /// Adds a row; out comes the group before it when the row begins another one.
    fn add(&mut self, row: &[u8], offset: u64) -> Option<RowGroup> {
        let key = self.key(row);
        let goes_on = self.pending.as_ref().is_some_and(|group| {
            // A row that cannot be read stays with its neighbors, to be rejected there.
            let same = key.as_ref().is_none_or(|(source, at)| *source == group.source && *at == group.captured_at);
            same && group.rows < MAX_GROUP_ROWS && group.body.len() + row.len() < MAX_GROUP_BYTES
        });
        let before = if goes_on { None } else { self.pending.take() };
        let group = self.pending.get_or_insert_with(|| {
            let (source, captured_at) = key.unwrap_or_default();
            let mut body = Vec::new();
            match (&self.header, self.format) {
                (Some((header, _)), _) => body.extend(header.iter().chain(b"\n")),
                (None, RowFormat::JsonArray) => body.push(b'['),
                _ => {}
            }
            RowGroup { source, captured_at, offset, rows: 0, format: self.format, body }
        });
        if group.format == RowFormat::JsonArray && group.rows > 0 {
            group.body.push(b',');
        }
        group.body.extend_from_slice(row);
        if group.format != RowFormat::JsonArray {
            group.body.push(b'\n');
        }
        group.rows += 1;
        before
    }

    /// Source and capture time of a row; `None` when it cannot be read.
    fn key(&mut self, row: &[u8]) -> Option<(Option<String>, Option<Timestamp>)> {
        let Some((_, header)) = &self.header else {
            let mut deserializer = serde_json::Deserializer::from_slice(row);
            return serde::Deserializer::deserialize_map(&mut deserializer, Key(&mut self.columns)).ok();
        };
        let place = |wanted: Field| header.columns.iter().position(|c| c.is_some_and(|(field, _)| field == wanted));
        let (source, at) = (place(Field::Source), place(Field::CapturedAt));
        if source.is_none() && at.is_none() {
            return Some((None, None));
        }
        let mut reader =
            csv::ReaderBuilder::new().delimiter(header.delimiter).has_headers(false).flexible(true).from_reader(row);
        let record = reader.records().next()?.ok()?;
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).map(str::trim).filter(|c| !c.is_empty());
        Some((cell(source).map(str::to_owned), cell(at).and_then(instant::read)))
    }
}

fn closed(mut group: RowGroup) -> RowGroup {
    if group.format == RowFormat::JsonArray {
        group.body.push(b']');
    }
    group
}

/// Reads two keys of an object and passes over the rest without building it.
struct Key<'a>(&'a mut Columns);

impl<'de> Visitor<'de> for Key<'_> {
    type Value = (Option<String>, Option<Timestamp>);

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut key = (None, None);
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match self.0.field(&name) {
                Some((Field::Source, _)) => {
                    key.0 = text_of(&map.next_value::<Value>()?).filter(|s| !s.trim().is_empty());
                }
                Some((Field::CapturedAt, _)) => {
                    key.1 = text_of(&map.next_value::<Value>()?).as_deref().and_then(instant::read);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::rows::teasers;

    fn read(text: &str) -> Vec<RowGroup> {
        let reader = io::BufReader::with_capacity(4096, text.as_bytes());
        let groups = groups(reader, &Options::default()).expect("memory does not fail").expect("these are rows");
        groups.map(|group| group.expect("memory does not fail")).collect()
    }

    fn titles(group: &RowGroup) -> String {
        let found = teasers(group, None, &Options::default());
        found.teasers.iter().filter_map(|t| t.title.clone()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn equal_neighbors_are_one_group() {
        let text = "{\"title\":\"A\",\"captured_at\":\"2025-01-01T00:00:00Z\",\"source\":\"s\"}\n\
            {\"title\":\"B\",\"captured_at\":\"2025-01-01T00:00:00Z\",\"source\":\"s\"}\nbroken\n\
            {\"title\":\"C\",\"captured_at\":\"2025-01-02\",\"source\":\"s\"}\n{\"title\":\"D\"}";
        let found = read(text);
        let rows: Vec<(usize, String)> = found.iter().map(|g| (g.rows, titles(g))).collect();
        assert_eq!(rows, [(3, "A B".to_owned()), (1, "C".to_owned()), (1, "D".to_owned())]);
        assert_eq!(found[0].source.as_deref(), Some("s"));
        assert_eq!(found[1].captured_at, "2025-01-02T00:00:00Z".parse().ok());
        let offset = usize::try_from(found[1].offset).expect("small");
        assert!(text[offset..].starts_with("{\"title\":\"C\""));
    }

    #[test]
    fn arrays_and_csv_are_split_alike() {
        let found = read("[\n {\"title\": \"A]\\\"\"}, {\"title\": \"B\", \"captured_at\": 1735689600}\n]\n");
        assert_eq!(found.iter().map(titles).collect::<Vec<_>>(), ["A]\"", "B"]);
        let found = read("title,captured_at\nA,2025-01-01\n\"B\nb\",2025-01-01\nC,2025-01-02\n");
        assert_eq!(found.iter().map(titles).collect::<Vec<_>>(), ["A B b", "C"]);
    }

    #[test]
    fn groups_and_rows_have_caps() {
        let many = "{\"title\":\"A\"}\n".repeat(MAX_GROUP_ROWS + 1);
        assert_eq!(read(&many).iter().map(|g| g.rows).collect::<Vec<_>>(), [MAX_GROUP_ROWS, 1]);
        let long = format!("{{\"title\":\"{}\"}}\n{{\"title\":\"B\"}}\n", "x".repeat(3_000_000));
        let found = read(&long);
        assert!(found[0].body.len() < 1_100_000);
        assert_eq!(titles(&found[0]), "B");
    }
}
