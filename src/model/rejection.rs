//! Why something that looked like a record was not kept. A value, not an error: the web is dirty.

use serde::Serialize;

/// The reasons, each documented in `docs/outcomes.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectionReason {
    /// Part of a menu, a footer, a pager, a tag cloud, share links.
    Navigation,
    /// A box of another list beside the main one (most read, related).
    Sidebar,
    /// Neither a title nor an excerpt.
    NoText,
    /// The same article stands twice in this snapshot; the better place was kept.
    RepeatOnPage,
    /// A configured selector matched an element without the needed field.
    SelectorMiss,
    /// A feed entry, a JSON line or a CSV row that could not be read.
    Malformed,
    /// Past a limit of the work budget.
    OverLimit,
}

impl RejectionReason {
    /// All reasons.
    pub const ALL: [Self; 7] = [
        Self::Navigation,
        Self::Sidebar,
        Self::NoText,
        Self::RepeatOnPage,
        Self::SelectorMiss,
        Self::Malformed,
        Self::OverLimit,
    ];

    /// The word stored in the database and printed by `explain`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Navigation => "navigation",
            Self::Sidebar => "sidebar",
            Self::NoText => "no_text",
            Self::RepeatOnPage => "repeat_on_page",
            Self::SelectorMiss => "selector_miss",
            Self::Malformed => "malformed",
            Self::OverLimit => "over_limit",
        }
    }
}

/// One thing that was not kept, with what a person needs to find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// Why.
    pub reason: RejectionReason,
    /// Where: a path in the page, or a line or row number.
    pub place: String,
    /// First characters of its text.
    pub text: String,
}
