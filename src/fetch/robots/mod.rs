//! robots.txt: parsed, matched, remembered.
//!
//! In: the bytes of a robots.txt, our product token, a URL. Out: whether we may ask for it, and how long to wait
//! between requests. Nothing here asks the network; `Fetcher` does.
//!
//! Source: RFC 9309. Of what it leaves open: spelling mistakes that Google's parser forgives are forgiven, `Crawl-delay`
//! and `Request-rate` are read.

mod entry;
mod pattern;
mod rules;

pub(super) use rules::MAX_ROBOTS_BYTES;
pub use rules::Rules;
