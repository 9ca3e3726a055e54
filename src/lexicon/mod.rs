//! Tool: words of languages as data files: month names, bylines, "read more" chips, calls to action, notices.

mod columns;
pub mod dates;
pub mod notices;
pub mod phrases;

pub use columns::{ColumnHint, column_hint};
pub use dates::{MAX_DATE_CHARS, is_hour_word, is_month_or_weekday, looks_like_date, names_a_day, words_beside_date};
