//! What `extract` says about one snapshot. Counts add up: every candidate is a teaser, furniture or a rejection.

use super::{DateText, Onward, Rejection, Teaser, WrapperMemory};
use serde::Serialize;
use url::Url;

/// What kind of page the snapshot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PageKind {
    /// A repeated set of teasers.
    Listing,
    /// One article; its own teaser is the only one.
    Article,
    /// A log-in, consent or sign-up page.
    Login,
    /// A challenge ("checking your browser").
    Challenge,
    /// An error page, whatever its status said.
    Error,
    /// Nothing to read, or a listing that says it is empty.
    Empty,
    /// Not a page at all: an image, a PDF, binary bytes.
    NotText,
}

impl PageKind {
    /// The word printed in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Article => "article",
            Self::Login => "login",
            Self::Challenge => "challenge",
            Self::Error => "error",
            Self::Empty => "empty",
            Self::NotText => "not_text",
        }
    }
}

/// What a page says instead of showing a list, most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Notice {
    /// Prove that you are human.
    Challenge,
    /// You may not see this.
    Denied,
    /// Log in first.
    Login,
    /// Agree first.
    Consent,
    /// There is no such page.
    Missing,
    /// Come back later.
    Maintenance,
    /// The list is empty.
    Empty,
}

/// Which way of the cascade read the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Method {
    /// Selectors from the config.
    Selectors,
    /// A learned wrapper.
    Wrapper,
    /// Repeated records in the DOM.
    Dom,
    /// JSON-LD, microdata or microformats.
    StructuredData,
    /// JSON state embedded for a script.
    EmbeddedState,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// Plain text that lost its markup.
    Text,
    /// JSON Lines or CSV of teasers.
    Rows,
    /// Nothing was found.
    None,
}

/// Why a block that looks like a teaser is furniture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FurnitureReason {
    /// Its heading stands twice in one snapshot, without a link or a date of its own.
    RepeatedHeading,
    /// It calls to action at the edge of the list.
    CallToAction,
    /// Snapshots of different pages share it although they share no other teaser.
    SharedAcrossPages,
}

impl FurnitureReason {
    /// The word stored in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RepeatedHeading => "repeated_heading",
            Self::CallToAction => "call_to_action",
            Self::SharedAcrossPages => "shared_across_pages",
        }
    }
}

/// A block kept as suppressed furniture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FurnitureBlock {
    /// The block, read like a teaser.
    pub teaser: Teaser,
    /// Why it is none.
    pub reason: FurnitureReason,
}

/// What one snapshot holds.
#[derive(Debug, Clone)]
pub struct Extraction {
    /// What kind of page it is.
    pub kind: PageKind,
    /// Which way of the cascade read it.
    pub method: Method,
    /// The teasers in reading order; positions count from 1.
    pub teasers: Vec<Teaser>,
    /// Blocks that look like teasers and are furniture.
    pub furniture: Vec<FurnitureBlock>,
    /// What was not kept.
    pub rejections: Vec<Rejection>,
    /// Why there is nothing, in words for a person; `None` when there are teasers.
    pub reason: Option<String>,
    /// What the page says instead of showing a list.
    pub notice: Option<Notice>,
    /// What relative links were resolved against.
    pub base_url: Option<Url>,
    /// BCP 47 tag that the page states.
    pub language: Option<String>,
    /// Dates that the page states about itself (heading of the list, footer): hints for `dates`.
    pub page_dates: Vec<DateText>,
    /// Pages that continue the listing, best first.
    pub next_pages: Vec<Url>,
    /// What else it links beyond itself.
    pub onward: Onward,
    /// Feeds that the page announces.
    pub feeds: Vec<Url>,
    /// Text encoding that was declared and the one that was used, when they differ.
    pub encoding_conflict: Option<(String, String)>,
    /// The wrapper as this page alone shows it; `None` when it is no listing in a page.
    pub wrapper: Option<WrapperMemory>,
}

impl Extraction {
    /// Why rows gave nothing although there are some: no column is known as a title, as a rule. `None` for all else.
    #[must_use]
    pub fn rows_without_teasers(&self) -> Option<&str> {
        self.reason.as_deref().filter(|_| self.method == Method::Rows && !self.rejections.is_empty())
    }

    /// An extraction without teasers, for the given reason.
    #[must_use]
    pub fn nothing(kind: PageKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            method: Method::None,
            teasers: Vec::new(),
            furniture: Vec::new(),
            rejections: Vec::new(),
            reason: Some(reason.into()),
            notice: None,
            base_url: None,
            language: None,
            page_dates: Vec::new(),
            next_pages: Vec::new(),
            onward: Onward::default(),
            feeds: Vec::new(),
            encoding_conflict: None,
            wrapper: None,
        }
    }
}
