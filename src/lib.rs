//! Collects article teasers from listing pages and dumps into clean, dated, deduplicated records.
//!
//! The modules stand in the order in which bytes travel; `ARCHITECTURE.md` says who may import whom.

pub mod model;

pub mod atomic_file;
pub mod content_coding;
pub mod html;
pub mod lexicon;
pub mod text;

pub mod frontier;

pub mod fetch;

pub mod archive;
pub mod canonical;
pub mod dates;
pub mod extract;
pub mod fingerprint;
pub mod store;

pub mod export;

pub mod config;

pub mod pipeline;
