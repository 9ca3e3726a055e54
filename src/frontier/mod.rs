//! Stage: which pages of a site are worth visiting next.
//!
//! In: addresses that a page names, and where they were found. Out: pages to visit, each with what it is recognized
//! by, or the [`Trap`] that an address is. It fetches nothing, reads no page and keeps nothing: `store` keeps the
//! frontier, and marks a page as known when it is put there, not when it is visited.
//!
//! Three things keep a backfill out of traps. Addresses that cannot lead into the past are refused at sight
//! ([`judge()`]). What a template of addresses has given decides whether more of it is visited ([`is_spent`]). And every
//! chain ends after [`MAX_BARREN`] pages in a row that gave nothing new, whatever it is made of.

mod address;
mod header;
mod judge;

pub use address::{key, template};
pub use header::{linked, robots_sitemaps};
pub use judge::{Candidate, Trap, is_spent, judge};

/// Pages in a row without anything new before a chain ends. One may be a page of advertising, two a page that was
/// shown twice while the site published; the third is a trap or the end.
pub const MAX_BARREN: u32 = 3;
