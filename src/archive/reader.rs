//! Archive bytes to records: framing, and finding one's feet after damage.
//!
//! A record is believed when another record, or the end, follows where its length says. Else its end is where the next
//! record begins; bytes that belong to none are named and skipped.

use super::damage::{Damage, DamageKind};
use super::header::{
    MAX_HEADER_BYTES, RecordHeader, begins_record, begins_warc, first_line, header_length, next_record,
};
use super::record::WarcRecord;
use super::stream::Stream;
use bytes::Bytes;
use std::collections::VecDeque;
use std::io::Read;

/// Largest block that is kept; what is larger (films, images of disks) is passed over.
const MAX_BLOCK_BYTES: usize = 32 << 20;

/// Largest payload after its codings are undone.
const MAX_PAYLOAD_BYTES: usize = 32 << 20;

/// Empty lines between records: two in the standard, more in the wild.
const MAX_GAP_BYTES: usize = 64;

/// True when `start`, the first bytes of a file, looks like an archive: WARC or ARC as it is, or a compression that
/// must be opened to tell.
#[must_use]
pub fn is_archive(start: &[u8]) -> bool {
    let mut stream = Stream::new(start, 0);
    stream.fill(8 << 10);
    begins_record(stream.window().trim_ascii_start())
}

/// The records of an archive whose first byte lies at `offset` of its file: 0, or the offset of a record read earlier.
///
/// Damage is an item of its own; every intact record before and after it is read. A record that could be read in part
/// comes first, marked as cut, its damage after it. Memory stays flat. Cost: linear in the decoded bytes.
pub fn records<R: Read>(reader: R, offset: u64) -> Records<R> {
    Records { stream: Stream::new(reader, offset), pending: VecDeque::new(), found: false, arc: false, finished: false }
}

/// Iterator of [`records`].
pub struct Records<R> {
    stream: Stream<R>,
    pending: VecDeque<Result<WarcRecord, Damage>>,
    /// A record was found.
    found: bool,
    arc: bool,
    finished: bool,
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<WarcRecord, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.pending.pop_front() {
                return Some(item);
            }
            if self.finished {
                return None;
            }
            self.step();
        }
    }
}

impl<R: Read> Records<R> {
    fn damaged(&mut self, offset: u64, kind: DamageKind) {
        self.pending.push_back(Err(Damage { offset, kind }));
    }

    /// Reads one record, passes one break, or ends.
    fn step(&mut self) {
        self.skip_gap();
        if !self.stream.fill(1) {
            match self.stream.take_break() {
                Some(cut) => self.damaged(cut.offset, cut.kind),
                None => self.finished = true,
            }
            return;
        }
        // Enough for a version line, or for an ARC header of usual length.
        self.stream.fill(1 << 10);
        if begins_warc(self.stream.window()) {
            self.arc = false;
            self.warc_record();
        } else if let Some(header) = self.arc_header() {
            self.arc = true;
            let length = first_line(self.stream.window()).map_or(0, <[u8]>::len) + 1;
            let offset = self.stream.offset();
            self.stream.consume(length);
            self.block(offset, header);
        } else {
            self.skip_garbage();
        }
    }

    fn arc_header(&mut self) -> Option<RecordHeader> {
        self.stream.fill(8 << 10);
        RecordHeader::parse_arc(first_line(self.stream.window())?)
    }

    /// Empty lines before a record.
    fn skip_gap(&mut self) {
        for _ in 0..MAX_GAP_BYTES {
            if !self.stream.fill(1) || !matches!(self.stream.window()[0], b'\r' | b'\n') {
                return;
            }
            self.stream.consume(1);
        }
    }

    /// Bytes that belong to no record, up to the next one, a break or the end.
    fn skip_garbage(&mut self) {
        let offset = self.stream.offset();
        let kind = if self.found { DamageKind::Garbage } else { DamageKind::NotAnArchive };
        self.damaged(offset, kind);
        self.seek_record();
    }

    /// Moves to the next record behind the window's first byte, to a break, or to the end.
    fn seek_record(&mut self) {
        /// Bytes looked at together; a record's first line fits in many times.
        const STRIDE: usize = 64 << 10;
        loop {
            let more = self.stream.fill(STRIDE);
            let window = self.stream.window();
            // Whichever format the file begins with, the other may follow garbage.
            let next = next_record(window, self.arc)
                .or_else(|| if self.found { None } else { next_record(window, !self.arc) });
            if let Some(at) = next {
                self.stream.consume(at);
                return;
            }
            // The last line may be the cut start of a record.
            let last = memchr::memrchr(b'\n', window).filter(|&at| more && at > 0);
            let step = last.unwrap_or(window.len());
            self.stream.consume(step);
            if !more {
                return;
            }
        }
    }

    fn warc_record(&mut self) {
        let offset = self.stream.offset();
        let length = loop {
            let seen = self.stream.window().len().min(MAX_HEADER_BYTES);
            if let Some(length) = header_length(&self.stream.window()[..seen]) {
                break length;
            }
            if seen >= MAX_HEADER_BYTES || !self.stream.fill(seen + 1) {
                self.damaged(offset, if seen < MAX_HEADER_BYTES { DamageKind::Truncated } else { DamageKind::Header });
                return self.seek_record();
            }
        };
        let header = RecordHeader::parse_warc(&self.stream.window()[..length]);
        self.stream.consume(length);
        self.block(offset, header);
    }

    /// The block of a record whose headers were just consumed.
    fn block(&mut self, offset: u64, header: RecordHeader) {
        self.found = true;
        let known_version = header.known_version;
        match header.length.map(usize::try_from) {
            Some(Ok(length)) if length <= MAX_BLOCK_BYTES => {
                let whole = self.stream.fill(length);
                if whole && self.follows_record(length) {
                    let block = Bytes::copy_from_slice(&self.stream.window()[..length]);
                    self.stream.consume(length);
                    self.push(offset, header, block, None);
                } else {
                    self.repair(offset, header, whole);
                }
            }
            Some(_) => self.pass_over(offset, header),
            None => self.repair(offset, header, true),
        }
        if !known_version {
            self.damaged(offset, DamageKind::Version);
        }
    }

    fn push(&mut self, offset: u64, header: RecordHeader, block: Bytes, damage: Option<DamageKind>) {
        let (mut record, payload_damage, whole) = WarcRecord::new(offset, header, block, MAX_PAYLOAD_BYTES);
        let damage = damage.map(|kind| if kind == DamageKind::Truncated && whole { DamageKind::Length } else { kind });
        record.is_cut |= damage == Some(DamageKind::Truncated);
        self.pending.push_back(Ok(record));
        if let Some(kind) = damage.or(payload_damage) {
            self.damaged(offset, kind);
        }
    }

    /// True when what stands `length` bytes ahead is a record, a break, or the end, empty lines apart.
    fn follows_record(&mut self, length: usize) -> bool {
        /// Looked at behind the block: empty lines and a first line.
        const AHEAD: usize = 256;
        let more = self.stream.fill(length + AHEAD);
        let after = &self.stream.window()[length..];
        let gap = after.iter().take(MAX_GAP_BYTES).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let rest = &after[gap..];
        // A record starts on a line of its own; without that line break the length would cut the block.
        let cut_off = !more && (rest.starts_with(b"WARC/") || b"WARC/".starts_with(rest));
        rest.is_empty() || gap > 0 && (cut_off || begins_warc(rest) || self.arc && begins_long(rest))
    }

    /// A record whose length is missing or wrong: it ends where the next one begins.
    fn repair(&mut self, offset: u64, header: RecordHeader, whole: bool) {
        let mut length = 0;
        loop {
            let more = self.stream.fill((length + (1 << 16)).min(MAX_BLOCK_BYTES));
            let window = self.stream.window();
            if let Some(at) = next_record(window, self.arc) {
                let block = Bytes::copy_from_slice(trim_gap(&window[..at]));
                self.stream.consume(at);
                return self.push(offset, header, block, Some(DamageKind::Length));
            }
            if !more || window.len() >= MAX_BLOCK_BYTES {
                break;
            }
            length = window.len();
        }
        if self.stream.window().len() >= MAX_BLOCK_BYTES {
            self.damaged(offset, DamageKind::Length);
            return self.seek_record();
        }
        // No record follows before a break or the end.
        let block = Bytes::copy_from_slice(self.stream.window());
        self.stream.consume(self.stream.window().len());
        let broken = self.stream.is_cut();
        let kind = if whole && !broken { DamageKind::Length } else { DamageKind::Truncated };
        self.push(offset, header, block, Some(kind));
        if broken
            && let Some(cut) = self.stream.take_break()
            && cut.kind != DamageKind::Truncated
        {
            self.damaged(cut.offset, cut.kind);
        }
    }

    /// A block too large to keep. Its length may be a lie that would swallow what follows, so records are looked for.
    fn pass_over(&mut self, offset: u64, header: RecordHeader) {
        /// Bytes looked at together.
        const STRIDE: usize = 1 << 20;
        let mut left = header.length.unwrap_or(0);
        let mut kind = None;
        while left > 0 {
            let want = usize::try_from(left).unwrap_or(STRIDE).min(STRIDE);
            let whole = self.stream.fill(want);
            let window = &self.stream.window()[..self.stream.window().len().min(want)];
            if let Some(at) = next_record(window, self.arc) {
                self.stream.consume(at);
                kind = Some(DamageKind::Length);
                break;
            }
            if !whole {
                self.stream.consume(window.len());
                kind = Some(DamageKind::Truncated);
                break;
            }
            // A record's first line may lie across two looks.
            let step = if left > want as u64 { want - 64 } else { want };
            self.stream.consume(step);
            left -= step as u64;
        }
        self.push(offset, header, Bytes::new(), kind);
        if let Some(Ok(record)) = self.pending.front_mut() {
            record.is_cut = true;
        }
    }
}

fn begins_long(rest: &[u8]) -> bool {
    first_line(rest).is_none_or(|line| RecordHeader::parse_arc(line).is_some())
}

/// Without the empty lines at the end.
fn trim_gap(block: &[u8]) -> &[u8] {
    let gap = block.iter().rev().take(4).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    &block[..block.len() - gap]
}
