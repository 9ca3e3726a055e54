//! Rows of teasers: JSON Lines, JSON arrays, CSV.

use super::Options;

/// True when the text begins with a CSV header that names teaser fields.
pub(super) fn is_csv(_head: &str, _options: &Options) -> bool {
    false
}
