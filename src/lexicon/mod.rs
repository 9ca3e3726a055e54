//! Tool: words of languages as data files: month names, bylines, "read more" chips, calls to action, notices.

pub mod dates;
pub mod notices;
pub mod phrases;

pub use dates::looks_like_date;
