//! A stream of bytes to rows, one at a time, whatever their length.

use super::fields;
use crate::extract::Options;
use std::io::{self, BufRead};

/// No row is longer: what is past it is dropped and the row becomes a rejection.
pub(super) const MAX_ROW_BYTES: usize = 1024 * 1024;

/// How rows follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFormat {
    /// One JSON object a line.
    JsonLines,
    /// One JSON array of objects.
    JsonArray,
    /// A header, then one record a row; quoted cells may hold line breaks.
    Csv,
}

/// The format of the rows that these first bytes begin; `None` when they begin no rows. Some 64 KiB are enough.
///
/// One object over many lines and a JSON Feed are no stream of rows: they are read whole, like pages.
#[must_use]
pub fn format_of(head: &[u8], options: &Options) -> Option<RowFormat> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = head.iter().position(|b| !b.is_ascii_whitespace())?;
    let text = &head[start..];
    let line = text.split(|b| *b == b'\n').next().unwrap_or(text);
    match text[0] {
        b'[' => {
            let next = text[1..].iter().find(|b| !b.is_ascii_whitespace())?;
            (*next == b'{').then_some(RowFormat::JsonArray)
        }
        b'{' => {
            let whole = serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok();
            // A line longer than what was handed in is a row too: pages do not begin like this.
            let long = line.len() == text.len() && line.starts_with(b"{\"");
            let feed = memchr::memmem::find(line, b"jsonfeed.org").is_some();
            ((whole || long) && !feed).then_some(RowFormat::JsonLines)
        }
        _ => {
            let line = std::str::from_utf8(line).ok()?;
            fields::header(line, options).map(|_| RowFormat::Csv)
        }
    }
}

/// Reads raw rows off a reader.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    reader: R,
    format: RowFormat,
    /// Bytes read so far.
    pub(super) offset: u64,
    opened: bool,
}

/// Where the scanner stands inside a row.
#[derive(Default)]
struct State {
    depth: usize,
    in_string: bool,
    escaped: bool,
    length: usize,
}

impl<R: BufRead> Splitter<R> {
    pub(super) fn new(reader: R, format: RowFormat) -> Self {
        Self { reader, format, offset: 0, opened: false }
    }

    /// The next row into `row`, at most one byte more than [`MAX_ROW_BYTES`]. Out: where it begins; `None` at the end.
    pub(super) fn next(&mut self, row: &mut Vec<u8>) -> io::Result<Option<u64>> {
        loop {
            row.clear();
            let start = self.offset;
            let ended = self.scan(row)?;
            while row.last().is_some_and(u8::is_ascii_whitespace) {
                row.pop();
            }
            let blank = row.iter().all(u8::is_ascii_whitespace);
            if !blank {
                return Ok(Some(start));
            }
            if ended {
                return Ok(None);
            }
        }
    }

    /// Scans one row; true when the input ended.
    fn scan(&mut self, row: &mut Vec<u8>) -> io::Result<bool> {
        let mut state = State::default();
        loop {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                return Ok(true);
            }
            let (used, done) = match self.format {
                RowFormat::JsonLines => take_line(chunk, row),
                format => take_row(chunk, row, format, &mut state, &mut self.opened),
            };
            self.reader.consume(used);
            self.offset += used as u64;
            if done {
                return Ok(false);
            }
        }
    }
}

/// Takes the line that `chunk` begins with, or goes on with. Out: the bytes used, and whether the line ended.
fn take_line(chunk: &[u8], row: &mut Vec<u8>) -> (usize, bool) {
    let end = memchr::memchr(b'\n', chunk);
    let line = &chunk[..end.unwrap_or(chunk.len())];
    let room = (MAX_ROW_BYTES + 1).saturating_sub(row.len());
    row.extend_from_slice(&line[..line.len().min(room)]);
    (line.len() + usize::from(end.is_some()), end.is_some())
}

/// The same for rows that do not end with their line. `opened` is true once the bracket of an array was passed.
fn take_row(chunk: &[u8], row: &mut Vec<u8>, format: RowFormat, state: &mut State, opened: &mut bool) -> (usize, bool) {
    for (at, &byte) in chunk.iter().enumerate() {
        if format == RowFormat::JsonArray && !*opened {
            *opened = byte == b'[';
            continue;
        }
        if ends_row(format, state, byte) {
            return (at + 1, true);
        }
        state.length += 1;
        if row.len() <= MAX_ROW_BYTES {
            row.push(byte);
        }
    }
    (chunk.len(), false)
}

/// True when `byte` stands behind the row.
fn ends_row(format: RowFormat, state: &mut State, byte: u8) -> bool {
    match format {
        RowFormat::JsonLines => byte == b'\n',
        RowFormat::Csv => {
            state.in_string ^= byte == b'"';
            // A quote that is never closed must not swallow the file.
            byte == b'\n' && (!state.in_string || state.length > MAX_ROW_BYTES)
        }
        RowFormat::JsonArray => {
            if state.in_string {
                let quote = byte == b'"' && !state.escaped;
                state.escaped = byte == b'\\' && !state.escaped;
                state.in_string = !quote;
                return false;
            }
            match byte {
                b'"' => state.in_string = true,
                b'{' | b'[' => state.depth += 1,
                b'}' | b']' if state.depth == 0 => return true,
                b'}' | b']' => state.depth -= 1,
                b',' => return state.depth == 0,
                _ => {}
            }
            false
        }
    }
}
