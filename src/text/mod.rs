//! Tool: plain text. Cleaning what pages show (`clean`) and folding what identity compares (`fold`).

mod clean;
mod fold;

pub use clean::clean;
pub use fold::fold;
