//! Tool: plain text. Cleaning what pages show (`clean`), folding what identity compares (`fold`) and its short
//! value (`fingerprint`), and the time that an address covers (`period`).

mod ascii;
mod clean;
mod fingerprint;
mod fold;
mod period;

pub use clean::clean;
pub use fingerprint::fingerprint;
pub use fold::fold;
pub use period::{Period, Span, period};
