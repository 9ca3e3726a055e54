//! Tool: plain text. Cleaning what pages show (`clean`) and folding what identity compares (`fold`),
//! and the time that an address covers (`period`).

mod clean;
mod fold;
mod period;

pub use clean::clean;
pub use fold::fold;
pub use period::{Period, Span, period};
