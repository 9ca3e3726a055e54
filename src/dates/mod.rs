//! Stage: date text to date, and all dates of a listing to what each teaser is dated.
//!
//! [`read()`] reads one text, [`resolve()`] all teasers of one listing together. In: text and the time of capture; out:
//! dates with their evidence. No clock, no network, no store: the same text and context give the same date in ten years.

mod bounds;
mod calendar;
mod clock;
mod evidence;
mod expression;
mod mentions;
mod numeric;
mod read;
mod relative;
mod reread;
mod resolve;
mod settle;
#[cfg(test)]
mod tests;
mod url;
mod value;
mod words;
mod years;

pub use read::{DateContext, Kind, read};
pub use reread::{Correction, StoredDate, is_contradicted, reread};
pub use resolve::{ListingContext, Resolution, TeaserDates, resolve};
