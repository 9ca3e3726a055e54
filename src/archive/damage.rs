//! What is wrong with an archive, and where. A value that is counted; reading goes on behind it.

/// One damaged place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct Damage {
    /// Byte of the file, as it lies on disk, near which it is: the start of the record or of its compressed member.
    pub offset: u64,
    /// What is wrong.
    pub kind: DamageKind,
}

/// Kinds of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DamageKind {
    /// The bytes are no archive at all.
    #[error("no WARC or ARC record")]
    NotAnArchive,
    /// Bytes between records that belong to none.
    #[error("bytes that belong to no record")]
    Garbage,
    /// A record's headers end nowhere or pass the cap.
    #[error("record headers that cannot be read")]
    Header,
    /// A record's length is missing or wrong; its end was found by the start of the next one.
    #[error("a wrong record length")]
    Length,
    /// The file ends inside a record or a compressed member.
    #[error("the end of the file inside a record")]
    Truncated,
    /// A compressed member cannot be decoded to its end.
    #[error("a broken compressed member")]
    Compression,
    /// The checksum of a compressed member does not fit.
    #[error("a wrong checksum")]
    Checksum,
    /// A version of the format that does not exist; read like 1.1.
    #[error("an unknown WARC version")]
    Version,
    /// The payload cannot be decoded, or passes the cap.
    #[error("a payload that cannot be decoded")]
    Payload,
    /// The file could not be read.
    #[error("a read error")]
    Io,
    /// Compressed in a way that is not read here.
    #[error("LZ4 compression, which is not read here")]
    Lz4,
}
