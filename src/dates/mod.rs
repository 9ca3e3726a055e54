//! Stage: date text to date, and all dates of a listing to what each teaser is dated.

mod read;
mod resolve;

pub use read::{DateContext, Kind, read};
pub use resolve::{ListingContext, Resolution, TeaserDates, resolve};
