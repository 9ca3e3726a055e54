//! Fields to one value: day or month first, which year, which calendar, how far back.
//!
//! In: what an expression states and what is known around it. Out: the value, and whether another order of day and month
//! would have been possible. Invalid dates ("30 February") are none.

mod counted;
mod names;
mod order;
mod settled;
mod years;

pub(super) use order::month_before_day;
pub(super) use settled::{Proof, Settled, Strength, settle, strong};
