//! Archive bytes as they lie on disk to the bytes below their compression, with flat memory.
//!
//! gzip (a member per record, or one for all), zstd (the same with frames), or none. A member that cannot be decoded
//! ends in a break, and decoding goes on at the next member that can be found behind its start.
//!
//! Source: RFC 1952, RFC 8878.

use super::damage::DamageKind;
use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::collections::VecDeque;
use std::io::{self, Read};
use zstd::stream::raw::{Decoder as Zstd, InBuffer, Operation, OutBuffer};

/// Bytes read from the file at a time.
const CHUNK: usize = 64 << 10;

/// Raw bytes of a member that are kept to search them again when it turns out to be broken. Longer members are
/// searched from where they broke.
const MAX_REWIND: usize = 4 << 20;

/// zstd may ask for a window of at most 32 MiB.
const ZSTD_WINDOW_LOG: u32 = 25;

/// Bytes that tell text from a compression whose beginning is lost.
const MAX_PROBE: usize = 256;

const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const LZ4_MAGIC: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];

/// A place in the decoded bytes where they do not continue what stood before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Break {
    /// Position in the decoded bytes.
    pub(super) at: u64,
    /// Position on disk of the member that broke.
    pub(super) offset: u64,
    pub(super) kind: DamageKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Unknown,
    Plain,
    Gzip,
    Zstd,
}

/// What stands where a member should begin.
enum Opened {
    Member(Member),
    /// A frame that holds nothing.
    Empty,
}

enum Member {
    Gzip { inflate: Box<Decompress>, crc: Crc },
    Zstd(Zstd<'static>),
}

/// The decoded bytes of an archive, as a window that moves forward.
pub(super) struct Stream<R> {
    reader: R,
    format: Format,
    raw: Vec<u8>,
    /// First byte of `raw` that was not yet decoded.
    raw_at: usize,
    /// Position on disk of `raw[0]`.
    raw_base: u64,
    raw_end: bool,
    member: Option<Member>,
    /// Index in `raw` of the current member's first byte, while it is kept.
    member_start: Option<usize>,
    member_offset: u64,
    /// Decoded bytes; the window begins at `out_at`.
    out: Vec<u8>,
    out_at: usize,
    /// Decoded position of `out[0]`.
    out_base: u64,
    /// Decoded positions where members begin, with their positions on disk.
    marks: VecDeque<(u64, u64)>,
    breaks: VecDeque<Break>,
    done: bool,
}

impl<R: Read> Stream<R> {
    /// Decodes `reader`, whose first byte lies at `offset` of the file.
    pub(super) fn new(reader: R, offset: u64) -> Self {
        Self {
            reader,
            format: Format::Unknown,
            raw: Vec::new(),
            raw_at: 0,
            raw_base: offset,
            raw_end: false,
            member: None,
            member_start: None,
            member_offset: offset,
            out: Vec::new(),
            out_at: 0,
            out_base: 0,
            marks: VecDeque::from([(0, offset)]),
            breaks: VecDeque::new(),
            done: false,
        }
    }

    /// The window: decoded bytes that were not consumed, up to the next break.
    pub(super) fn window(&self) -> &[u8] {
        let window = &self.out[self.out_at..];
        match self.breaks.front() {
            Some(next) => {
                let length = usize::try_from(next.at - self.position()).unwrap_or(usize::MAX);
                &window[..length.min(window.len())]
            }
            None => window,
        }
    }

    /// Decoded position of the window's first byte.
    pub(super) fn position(&self) -> u64 {
        self.out_base + self.out_at as u64
    }

    /// Position on disk of what stands at the window's start: of the byte itself without compression, else of the
    /// member that holds it.
    pub(super) fn offset(&self) -> u64 {
        let at = self.position();
        let mark = self.marks.iter().rev().find(|(start, _)| *start <= at);
        let (start, offset) = mark.copied().unwrap_or((0, 0));
        if self.format == Format::Plain { offset + (at - start) } else { offset }
    }

    /// The break at the window's start, once the window before it is consumed.
    pub(super) fn take_break(&mut self) -> Option<Break> {
        let at = self.position();
        if self.breaks.front().is_some_and(|next| next.at == at) { self.breaks.pop_front() } else { None }
    }

    /// True when a break cuts the window off.
    pub(super) fn is_cut(&self) -> bool {
        !self.breaks.is_empty()
    }

    /// Widens the window to `length` bytes; false when there are no more before the next break or the end.
    pub(super) fn fill(&mut self, length: usize) -> bool {
        while self.window().len() < length {
            if self.done || !self.breaks.is_empty() {
                return false;
            }
            self.decode_more();
        }
        true
    }

    /// Moves the window forward.
    pub(super) fn consume(&mut self, length: usize) {
        self.out_at += length.min(self.window().len());
        if self.out_at > CHUNK && self.out_at * 2 > self.out.len() {
            self.out.drain(..self.out_at);
            self.out_base += self.out_at as u64;
            self.out_at = 0;
        }
        let at = self.position();
        while self.marks.len() > 1 && self.marks[1].0 <= at {
            self.marks.pop_front();
        }
    }

    fn end(&self) -> u64 {
        self.out_base + self.out.len() as u64
    }

    /// Reads once more from the file; false at its end.
    fn read_raw(&mut self) -> bool {
        if self.raw_end {
            return false;
        }
        let keep = self.member_start.unwrap_or(self.raw_at).min(self.raw_at);
        let keep = if self.raw_at - keep > MAX_REWIND { self.raw_at } else { keep };
        if keep > 0 {
            self.raw.drain(..keep);
            self.raw_base += keep as u64;
            self.raw_at -= keep;
            self.member_start = self.member_start.and_then(|start| start.checked_sub(keep));
        }
        let before = self.raw.len();
        self.raw.resize(before + CHUNK, 0);
        let read = loop {
            match self.reader.read(&mut self.raw[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.breaks.push_back(Break { at: self.end(), offset: self.raw_base, kind: DamageKind::Io });
                    break 0;
                }
                Ok(read) => break read,
            }
        };
        self.raw.truncate(before + read);
        self.raw_end = read == 0;
        read > 0
    }

    /// Makes sure that `length` undecoded raw bytes are there, if the file has them.
    fn want(&mut self, length: usize) -> bool {
        while self.raw.len() - self.raw_at < length {
            if !self.read_raw() {
                return false;
            }
        }
        true
    }

    fn decode_more(&mut self) {
        if self.format == Format::Unknown {
            self.want(4);
            self.format = format_of(&self.raw[self.raw_at..]);
            if self.raw[self.raw_at..].starts_with(&LZ4_MAGIC) {
                self.break_here(DamageKind::Lz4);
                self.done = true;
                return;
            }
            self.want(MAX_PROBE);
            if self.format == Format::Plain
                && self.raw[self.raw_at..].iter().take(MAX_PROBE).any(|&byte| is_binary(byte))
            {
                self.find_format();
            }
        }
        match (self.format, self.member.take()) {
            (Format::Plain | Format::Unknown, _) => {
                self.want(1);
                self.out.extend_from_slice(&self.raw[self.raw_at..]);
                self.raw_at = self.raw.len();
                self.done = self.raw_end;
            }
            (_, None) => self.open_member(),
            (_, Some(Member::Gzip { inflate, crc })) => self.inflate(inflate, crc),
            (_, Some(Member::Zstd(decoder))) => self.unzstd(decoder),
        }
    }

    /// Looks for the first member of a file whose beginning is lost.
    fn find_format(&mut self) {
        self.want(MAX_REWIND);
        let raw = &self.raw[self.raw_at..];
        let gzip = memchr::memmem::find(raw, &GZIP_MAGIC);
        let zstd = memchr::memmem::find(raw, &ZSTD_MAGIC);
        let (format, at) = match (gzip, zstd) {
            (Some(gzip), Some(zstd)) if zstd < gzip => (Format::Zstd, zstd),
            (Some(gzip), _) => (Format::Gzip, gzip),
            (None, Some(zstd)) => (Format::Zstd, zstd),
            (None, None) => return,
        };
        self.format = format;
        self.break_here(DamageKind::Compression);
        self.raw_at += at;
    }

    /// Begins the next member; what stands before it and is none is a break.
    fn open_member(&mut self) {
        if !self.want(1) {
            self.done = true;
            return;
        }
        self.member_offset = self.raw_base + self.raw_at as u64;
        self.member_start = Some(self.raw_at);
        let opened = match self.format {
            Format::Gzip => self.gzip_header(),
            _ => self.zstd_header(),
        };
        match opened {
            Some(Opened::Member(member)) => {
                self.marks.push_back((self.end(), self.member_offset));
                self.member = Some(member);
            }
            Some(Opened::Empty) => {}
            None => {
                let rest = &self.raw[self.raw_at..];
                let is_start = rest.len() < 10 && (rest.starts_with(&GZIP_MAGIC) || GZIP_MAGIC.starts_with(rest));
                let torn = self.raw_end && self.format == Format::Gzip && is_start;
                self.break_here(if torn { DamageKind::Truncated } else { DamageKind::Compression });
                self.find_member();
            }
        }
    }

    fn break_here(&mut self, kind: DamageKind) {
        self.breaks.push_back(Break { at: self.end(), offset: self.member_offset, kind });
    }

    /// Looks for the next member behind the start of the one that broke.
    fn find_member(&mut self) {
        let start = self.member_start.take().map_or(self.raw_at, |start| start + 1);
        self.raw_at = start.min(self.raw.len());
        let magic: &[u8] = if self.format == Format::Gzip { &GZIP_MAGIC } else { &ZSTD_MAGIC };
        loop {
            if let Some(at) = memchr::memmem::find(&self.raw[self.raw_at..], magic) {
                self.raw_at += at;
                return;
            }
            // The magic may lie across the border of two reads.
            self.raw_at = self.raw.len().saturating_sub(magic.len() - 1).max(self.raw_at);
            if !self.read_raw() {
                self.raw_at = self.raw.len();
                self.done = true;
                return;
            }
        }
    }

    /// Header of a gzip member, with its optional fields.
    fn gzip_header(&mut self) -> Option<Opened> {
        if !self.want(10) || !self.raw[self.raw_at..].starts_with(&GZIP_MAGIC) {
            return None;
        }
        let flags = self.raw[self.raw_at + 3];
        if flags & 0xe0 != 0 {
            return None;
        }
        let mut length = 10;
        if flags & 4 != 0 {
            self.want(length + 2).then_some(())?;
            let at = self.raw_at + length;
            length += 2 + usize::from(u16::from_le_bytes([self.raw[at], self.raw[at + 1]]));
        }
        for flag in [8, 16] {
            if flags & flag != 0 {
                length = self.skip_text(length)?;
            }
        }
        length += if flags & 2 != 0 { 2 } else { 0 };
        self.want(length).then_some(())?;
        self.raw_at += length;
        Some(Opened::Member(Member::Gzip { inflate: Box::new(Decompress::new(false)), crc: Crc::new() }))
    }

    /// End of a zero-terminated field that begins `length` bytes into the header.
    fn skip_text(&mut self, length: usize) -> Option<usize> {
        /// Longer file names and comments are attacks.
        const MAX_TEXT: usize = 64 << 10;
        let mut end = length;
        loop {
            self.want(end + 1).then_some(())?;
            if self.raw[self.raw_at + end] == 0 {
                return Some(end + 1);
            }
            end += 1;
            (end - length <= MAX_TEXT).then_some(())?;
        }
    }

    fn inflate(&mut self, mut inflate: Box<Decompress>, mut crc: Crc) {
        let more = self.raw_at < self.raw.len() || self.read_raw();
        let before = self.out.len();
        self.out.resize(before + CHUNK, 0);
        let (read, written) = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(&self.raw[self.raw_at..], &mut self.out[before..], FlushDecompress::None);
        let counted = |now: u64, then: u64| usize::try_from(now - then).unwrap_or(0);
        let (read, written) = (counted(inflate.total_in(), read), counted(inflate.total_out(), written));
        self.raw_at += read;
        self.out.truncate(before + written);
        crc.update(&self.out[before..]);
        match status {
            Ok(Status::StreamEnd) => self.gzip_trailer(&crc),
            Ok(_) if read == 0 && written == 0 && !more => {
                self.break_here(DamageKind::Truncated);
                self.find_member();
            }
            Ok(_) => self.member = Some(Member::Gzip { inflate, crc }),
            Err(_) => {
                self.break_here(DamageKind::Compression);
                self.find_member();
            }
        }
    }

    fn gzip_trailer(&mut self, crc: &Crc) {
        if !self.want(8) {
            self.break_here(DamageKind::Truncated);
            self.find_member();
            return;
        }
        let trailer = &self.raw[self.raw_at..self.raw_at + 4];
        if u32::from_le_bytes([trailer[0], trailer[1], trailer[2], trailer[3]]) != crc.sum() {
            self.break_here(DamageKind::Checksum);
            self.want(8 + GZIP_MAGIC.len());
            let next = &self.raw[self.raw_at + 8..];
            if !next.is_empty() && !next.starts_with(&GZIP_MAGIC) {
                // Not only the checksum is wrong: the broken data ended in the wrong place.
                return self.find_member();
            }
        }
        self.raw_at += 8;
        self.member_start = None;
    }

    /// A zstd frame, or a skippable one.
    fn zstd_header(&mut self) -> Option<Opened> {
        self.want(8);
        let raw = &self.raw[self.raw_at..];
        if raw.starts_with(&ZSTD_MAGIC) {
            let mut decoder = Zstd::new().ok()?;
            decoder.set_parameter(zstd::zstd_safe::DParameter::WindowLogMax(ZSTD_WINDOW_LOG)).ok()?;
            return Some(Opened::Member(Member::Zstd(decoder)));
        }
        let [first, 0x2a, 0x4d, 0x18, a, b, c, d, ..] = *raw else { return None };
        if first & 0xf0 != 0x50 {
            return None;
        }
        let length = u32::from_le_bytes([a, b, c, d]) as usize + 8;
        // A dictionary or an index: small, or a lie.
        (length <= MAX_REWIND && self.want(length)).then_some(())?;
        self.raw_at += length;
        Some(Opened::Empty)
    }

    fn unzstd(&mut self, mut decoder: Zstd<'static>) {
        let more = self.raw_at < self.raw.len() || self.read_raw();
        let before = self.out.len();
        self.out.resize(before + CHUNK, 0);
        let mut input = InBuffer::around(&self.raw[self.raw_at..]);
        let mut output = OutBuffer::around(&mut self.out[before..]);
        let status = decoder.run(&mut input, &mut output);
        let (read, written) = (input.pos(), output.pos());
        self.raw_at += read;
        self.out.truncate(before + written);
        match status {
            Ok(0) => self.member_start = None,
            Ok(_) if read == 0 && written == 0 && !more => {
                self.break_here(DamageKind::Truncated);
                self.find_member();
            }
            Ok(_) => self.member = Some(Member::Zstd(decoder)),
            Err(_) => {
                self.break_here(DamageKind::Compression);
                self.find_member();
            }
        }
    }
}

/// A byte that no text begins with.
fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
}

fn format_of(start: &[u8]) -> Format {
    if start.starts_with(&GZIP_MAGIC) {
        Format::Gzip
    } else if start.starts_with(&ZSTD_MAGIC) || matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) {
        Format::Zstd
    } else {
        Format::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    /// Decoded pieces between breaks, with the kinds of the breaks.
    fn pieces(raw: &[u8]) -> Vec<(Vec<u8>, Option<DamageKind>)> {
        let mut stream = Stream::new(raw, 0);
        let mut pieces = Vec::new();
        loop {
            stream.fill(usize::MAX);
            let piece = stream.window().to_vec();
            stream.consume(piece.len());
            let cut = stream.take_break().map(|cut| cut.kind);
            pieces.push((piece, cut));
            if cut.is_none() {
                return pieces;
            }
        }
    }

    #[test]
    fn all_formats_come_out_alike() {
        let body = vec![b'a'; 300_000];
        let zstd = zstd::encode_all(&body[..], 1).unwrap();
        for raw in [body.clone(), gzip(&body), [gzip(&body[..7]), gzip(&body[7..])].concat(), zstd] {
            assert_eq!(pieces(&raw), [(body.clone(), None)]);
        }
    }

    #[test]
    fn the_members_around_a_broken_one_are_found() {
        let mut text = Vec::new();
        for number in 0..3_000_u32 {
            text.extend_from_slice(&number.wrapping_mul(2_654_435_761).to_le_bytes());
        }
        let mut broken = gzip(&text);
        let middle = broken.len() / 2;
        broken[middle..middle + 64].fill(0xff);
        let pieces = pieces(&[gzip(b"one"), broken, gzip(b"three")].concat());
        assert!(pieces[0].0.starts_with(b"one"));
        assert!(matches!(pieces[0].1, Some(DamageKind::Compression | DamageKind::Checksum)), "{:?}", pieces[0].1);
        assert_eq!(pieces.last(), Some(&(b"three".to_vec(), None)));
    }

    #[test]
    fn a_member_without_an_end_is_a_break() {
        let whole = gzip(b"some text that is long enough to be cut");
        let cut = pieces(&[gzip(b"one"), whole[..whole.len() - 6].to_vec()].concat());
        assert_eq!(cut[0].1, Some(DamageKind::Truncated));
    }
}
