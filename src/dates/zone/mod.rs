//! The time zone of a listing, as its own clocks prove it.
//!
//! [`evidence`] finds on one page which offset its clocks have, [`fitting`] asks which
//! zones of the world have had all offsets that were ever found, and gives a clock the offset that all of them agree on.

mod evidence;
mod fitting;
#[cfg(test)]
mod tests;

pub(super) use evidence::ClocksOfPage;
pub(super) use fitting::{Zones, heard, is_clock_of_listing, offset_of, reason};
