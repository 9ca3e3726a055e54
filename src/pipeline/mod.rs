//! Composers: the only modules that put stages together.

mod reading;

pub use reading::{Reading, ReadingOptions, read};
