//! Stage: URL to the form we compare by, and teaser to identity (DESIGN: "what is a repeat?", question 1).

mod identity;
mod url;

pub use identity::{Identified, identify};
pub use url::canonicalize;
