//! Stage: raw captures on disk: written as WARC 1.1, read back as WARC, WET or ARC, whole or damaged.
//!
//! In: captures to keep, or any reader of bytes. Out: files that every web-archive tool opens, or [`WarcRecord`]s with
//! their payloads. Does not read pages and does not decide which records are pages.
//!
//! Source: ISO 28500 (WARC 1.1), the ARC 1.0 format of the Internet Archive. The crate fastwarc was tried for reading:
//! it has no ARC, and behind a damaged gzip member or a wrong Content-Length it does not find the next record.

mod damage;
mod header;
mod held;
mod reader;
mod record;
mod retention;
mod stream;
mod writer;

pub use damage::{Damage, DamageKind};
pub use reader::{Records, is_archive, records};
pub use record::{HttpHead, RecordKind, WarcRecord};
pub use retention::{Retention, prune};
pub use writer::{Archive, ExchangeToKeep, Place};
