//! How a visit ended, in one word.

use serde::Serialize;

/// The named outcomes of a visit. Of several pages the last one in this order counts: what a person must know wins over
/// what gave records, and that over what gave none. Documented in `docs/outcomes.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No records by design: none were ever seen, or the page says that there are none.
    Empty,
    /// The server says that nothing changed.
    Unchanged,
    /// Records were read and all were known, as is usual for this listing.
    Quiet,
    /// Records were read.
    Ok,
    /// The server asked for patience; the next visit waits.
    Slowed,
    /// No connection, a time-out, a failing server: tried again soon.
    Unreachable,
    /// The page redirects to another address for good.
    Moved,
    /// The page had records before and has none now, or other ones, or far fewer: it changed.
    Broken,
    /// A challenge, consent or log-in page, a refusal, or robots.txt.
    Blocked,
    /// The page does not exist any more.
    Gone,
}

impl Outcome {
    /// The word stored in the database and printed in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unchanged => "unchanged",
            Self::Quiet => "quiet",
            Self::Ok => "ok",
            Self::Slowed => "slowed",
            Self::Unreachable => "unreachable",
            Self::Moved => "moved",
            Self::Broken => "broken",
            Self::Blocked => "blocked",
            Self::Gone => "gone",
        }
    }

    /// True when only a person can mend it: exit 3.
    #[must_use]
    pub const fn needs_person(self) -> bool {
        matches!(self, Self::Broken | Self::Blocked | Self::Gone)
    }

    /// True when the visit gave nothing for a reason that may pass: the source is tried again early.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Slowed | Self::Unreachable)
    }

    /// All outcomes.
    pub const ALL: [Self; 10] = [
        Self::Empty,
        Self::Unchanged,
        Self::Quiet,
        Self::Ok,
        Self::Slowed,
        Self::Unreachable,
        Self::Moved,
        Self::Broken,
        Self::Blocked,
        Self::Gone,
    ];

    /// The outcome that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}
