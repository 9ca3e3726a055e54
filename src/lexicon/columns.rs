//! Words in the heads of table columns by language. Weak hints: callers weigh them against what the column holds.

use crate::text;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the head of a column speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnHint {
    /// What the row is about.
    Title,
    /// When it happened.
    Date,
    /// Its files.
    Document,
    /// Place, number, person, kind and the like.
    Other,
}

/// Longer heads are sentences.
const MAX_CHARS: usize = 60;

static HINTS: LazyLock<HashMap<&'static str, ColumnHint>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    let mut section = ColumnHint::Other;
    for line in include_str!("columns.txt").lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        match line {
            "[title]" => section = ColumnHint::Title,
            "[date]" => section = ColumnHint::Date,
            "[document]" => section = ColumnHint::Document,
            "[other]" => section = ColumnHint::Other,
            word => {
                all.entry(word).or_insert(section);
            }
        }
    }
    all
});

/// What the head of a column speaks of: the whole text, or else the last word that is known ("Date of Decision" has no
/// known whole; "Case Number:" has).
#[must_use]
pub fn column_hint(head: &str) -> Option<ColumnHint> {
    if head.chars().count() > MAX_CHARS {
        return None;
    }
    let folded = text::fold(head);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let known = |word: &str| HINTS.get(word).copied();
    known(bare).or_else(|| {
        let words = bare.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        words.rev().find_map(known)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_columns() {
        let hint = |head| column_hint(head);
        assert_eq!(hint("Case Name:"), Some(ColumnHint::Title));
        assert_eq!(hint("Case Number"), Some(ColumnHint::Other));
        assert_eq!(hint("Date of Decision"), Some(ColumnHint::Date));
        assert_eq!(hint("Betreff"), Some(ColumnHint::Title));
        assert_eq!(hint("Meeting Location"), Some(ColumnHint::Other));
        assert_eq!(hint("Quux"), None);
    }
}
