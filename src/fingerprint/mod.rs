//! Stage: short values that compare content. `exact` for equal wording; near-duplicates come beside it.

mod exact;

pub use exact::exact;
