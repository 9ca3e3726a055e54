//! Pages still to visit, as the store keeps them.

use super::Way;
use jiff::Timestamp;
use url::Url;

/// A page to visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontierPage {
    /// Its address.
    pub url: Url,
    /// What it is recognized by: no two pages of a backfill have the same.
    pub key: String,
    /// What the addresses of its kind have in common.
    pub template: String,
    /// The way that it belongs to.
    pub way: Way,
    /// Order among pages of one way; smaller comes first.
    pub rank: u32,
    /// Pages between it and the start.
    pub depth: u32,
    /// Pages in a row, up to the one that named it, that gave nothing this backfill had not seen.
    pub barren: u32,
    /// Pages in a row, up to the one that named it, whose records were all stored before the backfill.
    pub known: u32,
}

/// What a page in the frontier waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrontierSlot {
    /// Its turn.
    Waiting,
    /// All others: it was not the first guess at the next page.
    Doubtful,
    /// The way that is taken to give nothing.
    Spare,
    /// A person to ask for more: a rule ended the backfill before it.
    Beyond,
    /// The next call: it could not be reached in this one.
    Later,
    /// Nothing: it was visited.
    Done,
    /// Nothing: it cannot be had, or is a trap.
    Failed,
}

impl FrontierSlot {
    /// The word stored in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Doubtful => "doubtful",
            Self::Spare => "spare",
            Self::Beyond => "beyond",
            Self::Later => "later",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// What became of a visited page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrontierYield {
    /// Records on it.
    pub seen: u64,
    /// Of these, not seen before by this backfill.
    pub fresh: u64,
    /// Of these, new to the store.
    pub new: u64,
    /// True for a date archive whose records are of its time: no trap, even when they were seen before.
    pub is_archive: bool,
    /// Publication of the oldest record.
    pub oldest: Option<Timestamp>,
}

impl FrontierYield {
    /// True when the page gave something new, or is plainly what its address says.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.fresh > 0 || self.is_archive
    }
}

/// A backfill as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackfillState {
    /// Its number.
    pub number: i64,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended; `None` while there is something to do.
    pub finished_at: Option<Timestamp>,
    /// Why it ended, in one word.
    pub ended: Option<String>,
    /// Pages committed.
    pub pages: u64,
    /// Pages that had been committed when the present stint began: `--pages` counts from here.
    pub stint_from: u64,
    /// Different records seen.
    pub records: u64,
    /// Of these, new to the store.
    pub new: u64,
    /// Publication of the oldest record: how far it has reached into the past.
    pub reached: Option<Timestamp>,
    /// Pages that wait.
    pub waiting: u64,
    /// Pages that could not be had.
    pub failed: u64,
}
