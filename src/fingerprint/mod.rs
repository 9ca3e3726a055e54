//! Stage: short values that compare content: `exact` for equal wording, `near` for the same story told elsewhere.
//!
//! In: titles and excerpts. Out: fingerprints, keys to find candidates by, and verdicts on pairs. It keeps nothing: the
//! store holds the keys and asks.

pub mod near;
mod shingles;
