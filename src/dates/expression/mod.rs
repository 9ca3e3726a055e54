//! One date expression: the run of tokens that belong together, sorted into fields.
//!
//! In: tokens from a place on. Out: what they state (month, numbers, weekday, clock, counted units …) and where they
//! end. Deliberately no decision between readings: `settle` makes them, with the context.

mod collect;
mod counts;
mod fields;
mod names;
mod numbers;

pub(super) use collect::collect;
pub(super) use fields::{Fields, Plain};
