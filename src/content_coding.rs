//! Tool: undoes HTTP content codings (gzip, deflate, brotli, zstd, stacked) under one cap.
//!
//! In: a body as it came, and the `Content-Encoding` values. Out: the decoded body, and what was wrong with it when
//! it was readable all the same. Never reserves memory by what a body claims about itself.
//!
//! Source: RFC 9110 section 8.4; RFC 9659 (window of zstd); the trailing bytes that RFC 1952 leaves open are ignored.

use bytes::Bytes;
use std::io::{self, BufRead, Read};

/// Codings that may be stacked. More than two were never seen outside of attacks.
const MAX_LAYERS: usize = 4;

/// RFC 9659: content coding `zstd` may ask for at most 8 MiB of window.
const ZSTD_WINDOW_LOG: u32 = 23;

/// What was wrong with a body that could be read at least in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyDamage {
    /// It ends before its end: what came is kept.
    Truncated,
    /// A checksum does not fit.
    Checksum,
    /// The coding breaks in the middle: what stood before the break is kept.
    Corrupt,
    /// It is not coded in the way that its header says, and was taken as it is.
    Mislabelled,
}

impl BodyDamage {
    /// The word stored and logged.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Checksum => "checksum",
            Self::Corrupt => "corrupt",
            Self::Mislabelled => "mislabelled",
        }
    }
}

/// A decoded body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The bytes below all codings.
    pub body: Bytes,
    /// What was wrong, outermost coding first.
    pub damage: Option<BodyDamage>,
}

/// Why a body cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodingError {
    /// A layer decodes to more than the cap.
    #[error("the body decodes to more than {0} bytes")]
    TooLarge(usize),
    /// More codings on top of each other than anybody needs.
    #[error("the body is coded {0} times")]
    TooManyLayers(usize),
    /// A coding that nobody registered.
    #[error("content coding `{0}` is unknown")]
    Unknown(String),
    /// Nothing could be decoded at all.
    #[error("the body is not valid {0}")]
    Invalid(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Undoes `codings` (`Content-Encoding` values in the order of the header, joined with commas) of `body`.
///
/// No layer may decode to more than `cap` bytes. Cost: linear in what is decoded.
///
/// # Errors
///
/// When a layer passes the cap, is unknown, or decodes to nothing at all; a body that breaks later is returned up to
/// the break, with its damage.
pub fn decode(body: Bytes, codings: &str, cap: usize) -> Result<Decoded, CodingError> {
    let layers = layers(codings)?;
    let mut decoded = Decoded { body, damage: None };
    for &layer in layers.iter().rev() {
        let (body, damage) = match undo(&decoded.body, layer, cap)? {
            Some(done) => done,
            None => (decoded.body.clone(), Some(BodyDamage::Mislabelled)),
        };
        decoded = Decoded { body, damage: decoded.damage.or(damage) };
    }
    Ok(decoded)
}

fn layers(codings: &str) -> Result<Vec<Coding>, CodingError> {
    let mut layers = Vec::new();
    for token in codings.split(',').map(|t| t.trim().to_ascii_lowercase()) {
        match token.as_str() {
            // `none` and text encodings are common mistakes of servers that send the body as it is.
            "" | "identity" | "none" | "utf-8" | "binary" | "8bit" => {}
            "gzip" | "x-gzip" => layers.push(Coding::Gzip),
            "deflate" => layers.push(Coding::Deflate),
            "br" => layers.push(Coding::Brotli),
            "zstd" => layers.push(Coding::Zstd),
            _ => return Err(CodingError::Unknown(token.chars().filter(|c| !c.is_control()).take(40).collect())),
        }
    }
    if layers.len() > MAX_LAYERS { Err(CodingError::TooManyLayers(layers.len())) } else { Ok(layers) }
}

type Layer = (Bytes, Option<BodyDamage>);

/// One layer; `None` when the bytes are plainly not in this coding.
fn undo(body: &[u8], coding: Coding, cap: usize) -> Result<Option<Layer>, CodingError> {
    if body.is_empty() {
        return Ok(Some((Bytes::new(), None)));
    }
    let mut out = Vec::new();
    let (damage, name) = match coding {
        Coding::Gzip if !body.starts_with(&[0x1f, 0x8b]) => return Ok(None),
        Coding::Gzip => (gunzip(body, cap, &mut out)?, "gzip"),
        Coding::Deflate => (inflate(body, cap, &mut out)?, "deflate"),
        Coding::Brotli => (drain(brotli::Decompressor::new(body, 4096), cap, &mut out)?, "brotli"),
        Coding::Zstd if !body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => return Ok(None),
        Coding::Zstd => (unzstd(body, cap, &mut out)?, "zstd"),
    };
    if out.is_empty() && damage.is_some() {
        return if looks_like_text(body) { Ok(None) } else { Err(CodingError::Invalid(name)) };
    }
    Ok(Some((Bytes::from(out), damage)))
}

/// A server that forgot to compress: no bytes that text does not have.
fn looks_like_text(body: &[u8]) -> bool {
    body.iter().take(512).all(|&byte| byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r'))
}

/// All members, one after the other; what follows the last one is ignored, as browsers do.
fn gunzip(body: &[u8], cap: usize, out: &mut Vec<u8>) -> Result<Option<BodyDamage>, CodingError> {
    let mut rest = body;
    loop {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        if let Some(damage) = drain(&mut member, cap, out)? {
            return Ok(Some(damage));
        }
        rest = member.into_inner();
        if !rest.starts_with(&[0x1f, 0x8b]) {
            return Ok(None);
        }
    }
}

/// `deflate` means zlib, but servers that send raw deflate were never rare.
fn inflate(body: &[u8], cap: usize, out: &mut Vec<u8>) -> Result<Option<BodyDamage>, CodingError> {
    let zlib_header =
        body.len() > 1 && body[0] & 0x0f == 8 && u16::from_be_bytes([body[0], body[1]]).is_multiple_of(31);
    if zlib_header {
        let damage = drain(flate2::bufread::ZlibDecoder::new(body), cap, out)?;
        if damage.is_none() || !out.is_empty() {
            return Ok(damage);
        }
    }
    drain(flate2::bufread::DeflateDecoder::new(body), cap, out)
}

fn unzstd(body: &[u8], cap: usize, out: &mut Vec<u8>) -> Result<Option<BodyDamage>, CodingError> {
    let Ok(mut decoder) = zstd::stream::read::Decoder::with_buffer(body) else {
        return Err(CodingError::Invalid("zstd"));
    };
    if decoder.window_log_max(ZSTD_WINDOW_LOG).is_err() {
        return Err(CodingError::Invalid("zstd"));
    }
    drain(decoder, cap, out)
}

/// Reads `decoder` to its end into `out`; what a break leaves is kept.
fn drain(mut decoder: impl Read, cap: usize, out: &mut Vec<u8>) -> Result<Option<BodyDamage>, CodingError> {
    let mut chunk = [0; 16 << 10];
    loop {
        match decoder.read(&mut chunk) {
            Ok(0) => return Ok(None),
            Ok(read) if out.len() + read > cap => return Err(CodingError::TooLarge(cap)),
            Ok(read) => out.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Ok(Some(damage_of(&error))),
        }
    }
}

fn damage_of(error: &io::Error) -> BodyDamage {
    let text = error.to_string();
    if error.kind() == io::ErrorKind::UnexpectedEof || text.contains("incomplete") {
        BodyDamage::Truncated
    } else if text.contains("checksum") {
        BodyDamage::Checksum
    } else {
        BodyDamage::Corrupt
    }
}

/// Undoes `Transfer-Encoding: chunked` of a stored message.
///
/// Wrong chunk sizes are common in archives: from the first line that is no size on, the bytes are taken as they are;
/// a body whose first line is no chunk size was stored without its transfer coding and comes back unchanged.
#[must_use]
pub fn dechunk(body: &[u8]) -> (Vec<u8>, Option<BodyDamage>) {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let Some((size, line)) = chunk_size(rest) else {
            if out.is_empty() && rest.len() == body.len() {
                return (body.to_vec(), Some(BodyDamage::Mislabelled));
            }
            out.extend_from_slice(rest);
            let damage = if rest.is_empty() { BodyDamage::Truncated } else { BodyDamage::Corrupt };
            return (out, Some(damage));
        };
        rest = &rest[line..];
        if size == 0 {
            return (out, None);
        }
        if size > rest.len() {
            out.extend_from_slice(rest);
            return (out, Some(BodyDamage::Truncated));
        }
        out.extend_from_slice(&rest[..size]);
        rest = &rest[size..];
        let Some(next) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) else {
            out.extend_from_slice(rest);
            return (out, Some(if rest.is_empty() { BodyDamage::Truncated } else { BodyDamage::Corrupt }));
        };
        rest = next;
    }
}

/// Size of the chunk and length of its size line.
fn chunk_size(mut rest: &[u8]) -> Option<(usize, usize)> {
    /// Longest size line with extensions that is believed.
    const MAX_LINE: usize = 1 << 10;
    let before = rest.len();
    let mut line = Vec::new();
    (&mut rest).take(MAX_LINE as u64).read_until(b'\n', &mut line).ok()?;
    let text = line.strip_suffix(b"\n")?;
    let digits = text.split(|&byte| byte == b';').next()?.trim_ascii();
    if digits.is_empty() || digits.len() > 15 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some((size, before - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const TEXT: &[u8] = b"<li>one</li><li>two</li>";

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn show(body: Vec<u8>, codings: &str) -> (Vec<u8>, Option<BodyDamage>) {
        let decoded = decode(body.into(), codings, 1 << 20).unwrap();
        (decoded.body.to_vec(), decoded.damage)
    }

    #[test]
    fn every_coding_and_stacks_of_them() {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(TEXT).unwrap();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(TEXT).unwrap();
        let mut brotli = Vec::new();
        brotli::CompressorWriter::new(&mut brotli, 4096, 4, 20).write_all(TEXT).unwrap();
        let stacked = gzip(&zstd::encode_all(TEXT, 1).unwrap());
        for (body, codings) in [
            (TEXT.to_vec(), "identity"),
            (gzip(TEXT), "x-gzip"),
            (zlib.finish().unwrap(), "deflate"),
            (raw.finish().unwrap(), "deflate"),
            (brotli, "br"),
            (zstd::encode_all(TEXT, 1).unwrap(), "zstd"),
            (stacked, "zstd, gzip"),
        ] {
            assert_eq!(show(body, codings), (TEXT.to_vec(), None), "{codings}");
        }
    }

    #[test]
    fn gzip_members_are_joined_and_garbage_behind_them_ignored() {
        let two = [gzip(b"a"), gzip(b"b"), b"garbage".to_vec()].concat();
        assert_eq!(show(two, "gzip"), (b"ab".to_vec(), None));
    }

    #[test]
    fn damage_is_named_and_the_rest_kept() {
        let mut long = Vec::new();
        for number in 0..4000_u32 {
            long.extend_from_slice(&number.wrapping_mul(2_654_435_761).to_le_bytes());
        }
        let whole = gzip(&long);
        let cut = whole[..whole.len() / 2].to_vec();
        let (kept, damage) = show(cut, "gzip");
        assert_eq!(damage, Some(BodyDamage::Truncated));
        assert!(!kept.is_empty() && long.starts_with(&kept));

        let mut wrong = whole;
        let crc = wrong.len() - 8;
        wrong[crc] ^= 1;
        assert_eq!(show(wrong, "gzip"), (long, Some(BodyDamage::Checksum)));
        assert_eq!(show(TEXT.to_vec(), "gzip"), (TEXT.to_vec(), Some(BodyDamage::Mislabelled)));
        assert_eq!(show(TEXT.to_vec(), "br"), (TEXT.to_vec(), Some(BodyDamage::Mislabelled)));
    }

    #[test]
    fn the_cap_holds_in_every_layer() {
        let bomb = gzip(&gzip(&vec![0; 1 << 21]));
        assert_eq!(decode(bomb.into(), "gzip, gzip", 1 << 20), Err(CodingError::TooLarge(1 << 20)));
        let many = ["gzip"; 20].join(",");
        assert_eq!(decode(Bytes::from_static(TEXT), &many, 99), Err(CodingError::TooManyLayers(20)));
        assert_eq!(decode(Bytes::from_static(TEXT), "zz", 99), Err(CodingError::Unknown("zz".to_owned())));
    }

    #[test]
    fn chunks_right_and_wrong() {
        assert_eq!(dechunk(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), (b"abcde".to_vec(), None));
        assert_eq!(dechunk(b"9\r\nabc"), (b"abc".to_vec(), Some(BodyDamage::Truncated)));
        assert_eq!(dechunk(b"<html>"), (b"<html>".to_vec(), Some(BodyDamage::Mislabelled)));
        assert_eq!(dechunk(b"3\r\nabcdef\r\n"), (b"abcdef\r\n".to_vec(), Some(BodyDamage::Corrupt)));
        assert_eq!(dechunk(b"ffffffffffffffff\r\nabc").1, Some(BodyDamage::Mislabelled));
    }
}
