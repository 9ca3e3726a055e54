//! Stage: date text to date, and all dates of a listing to what each teaser is dated.
//!
//! [`read()`] reads one text, [`resolve()`] all teasers of one listing together. In: text and the time of capture; out:
//! dates with their evidence. No clock, no network, no store: the same text and context give the same date in ten years.

mod bounds;
mod calendar;
mod clock;
mod evidence;
mod expression;
mod lessons;
mod mentions;
mod numeric;
mod read;
mod relative;
mod reread;
mod resolve;
mod settle;
mod stamp;
#[cfg(test)]
mod tests;
mod url;
mod value;
mod words;
mod years;
mod zone;

pub use lessons::{Lesson, lessons};
pub use read::{DateContext, Kind, read};
pub use reread::{Correction, Rereading, StoredDate};
pub use resolve::{ListingContext, Resolution, TeaserDates, resolve};
