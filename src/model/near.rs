//! What near-duplicates are found by.

/// The text of one record, as far as near-duplicates are found by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NearText {
    /// Number of the record in the store.
    pub record: i64,
    /// Number of its source in the store.
    pub source: i64,
    /// Its title.
    pub title: Option<String>,
    /// Its excerpt.
    pub excerpt: Option<String>,
    /// Bounds of its date of publication in milliseconds since 1970, when it states one.
    pub published: Option<(i64, i64)>,
}

/// Why two records are near-duplicates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearLink {
    /// The word stored in the database.
    pub reason: &'static str,
    /// In 0.0..=1.0, 1.0 = same.
    pub similarity: f64,
}
