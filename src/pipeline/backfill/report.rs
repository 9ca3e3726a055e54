//! What a backfill did, and how it stands while it works.

use super::BackfillOptions;
use super::pace::spoken;
use crate::frontier::Trap;
use crate::model::{BackfillState, FrontierYield};
use crate::store::{CommitReport, Store, StoreError, VisitCounts};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;
use url::Url;

/// Addresses remembered so that each trap is counted once.
const MAX_TRAPS: usize = 10_000;

/// Why a backfill ended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "ended")]
pub enum BackfillEnd {
    /// Every page that it found was visited.
    Complete,
    /// As many pages as asked for.
    Pages,
    /// The date to stop at was reached.
    Until,
    /// Everything was known for as many pages as asked for.
    Known,
    /// It was stopped; the same command goes on.
    Stopped,
    /// It had ended before, and nothing was done.
    DoneBefore,
    /// The site asks to be left alone for so long.
    Slowed {
        /// How long.
        wait: Duration,
    },
    /// Pages could not be reached; the same command tries them again.
    Unreachable {
        /// The last reason.
        detail: String,
    },
    /// A log-in, a consent form or a challenge stands in the way.
    Blocked {
        /// What.
        detail: String,
    },
    /// The first page cannot be had.
    Failed {
        /// Why.
        detail: String,
        /// What a person can do about it.
        hint: Option<String>,
    },
}

impl BackfillEnd {
    /// The word stored in the database.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Pages => "pages",
            Self::Until => "until",
            Self::Known => "known",
            Self::Stopped => "stopped",
            Self::DoneBefore => "done_before",
            Self::Slowed { .. } => "slowed",
            Self::Unreachable { .. } => "unreachable",
            Self::Blocked { .. } => "blocked",
            Self::Failed { .. } => "failed",
        }
    }

    /// True for an end that a rule of the person set: behind it there is more.
    #[must_use]
    pub fn can_go_on(word: &str) -> bool {
        matches!(word, "pages" | "until" | "known")
    }

    /// True when the backfill is over until somebody asks for more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Complete | Self::Pages | Self::Until | Self::Known)
    }

    /// True when only a person can mend it: exit 3.
    #[must_use]
    pub const fn needs_person(&self) -> bool {
        matches!(self, Self::Blocked { .. } | Self::Failed { .. })
    }

    /// What happened and what to do next, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Complete => "every page that was found is visited".to_owned(),
            Self::Pages => "as many pages as asked for; the same command goes on".to_owned(),
            Self::Until => "the date to stop at is reached; an earlier --until goes on".to_owned(),
            Self::Known => "everything was known; without --known it goes on".to_owned(),
            Self::Stopped => "stopped; the same command goes on".to_owned(),
            Self::DoneBefore => "it was finished before; --again begins anew".to_owned(),
            Self::Slowed { wait } => {
                format!("the site asks to be left alone for {}; the same command goes on then", spoken(*wait))
            }
            Self::Unreachable { detail } => format!("{detail}; the same command tries again"),
            Self::Blocked { detail } => format!("the site does not let us in: {detail}"),
            Self::Failed { detail, .. } => detail.clone(),
        }
    }
}

/// What a backfill did in this call, and how it stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BackfillReport {
    /// Name of the source.
    pub source: String,
    /// Where it began.
    pub start: String,
    /// Why it ended.
    #[serde(flatten)]
    pub end: BackfillEnd,
    /// True when it went on with an earlier one.
    pub resumed: bool,
    /// Pages fetched and kept in this call.
    pub pages: u64,
    /// What they gave.
    #[serde(flatten)]
    pub counts: VisitCounts,
    /// Different records that the backfill has seen in all its calls.
    pub records: u64,
    /// Pages of all its calls.
    pub pages_in_all: u64,
    /// Publication of the oldest record.
    pub reached: Option<Timestamp>,
    /// Pages that wait.
    pub waiting: u64,
    /// Pages that could not be had.
    pub failed: u64,
    /// Pages whose originals could not be archived; their records are kept.
    pub unarchived: u64,
    /// Addresses that were not followed, by kind of trap.
    pub traps: BTreeMap<Trap, u64>,
    #[serde(skip)]
    trapped: HashSet<String>,
    /// Why the last page that was put off could not be had.
    #[serde(skip)]
    pub(super) put_off: Option<String>,
    #[serde(skip)]
    pub(super) cut_by_known: bool,
}

impl BackfillReport {
    pub(super) fn begin(options: &BackfillOptions, state: &BackfillState) -> Self {
        Self {
            source: options.settings.request.source.clone(),
            start: options.start.to_string(),
            end: BackfillEnd::Stopped,
            resumed: state.pages > 0,
            pages: 0,
            counts: VisitCounts::default(),
            records: state.records,
            pages_in_all: state.pages,
            reached: state.reached,
            waiting: state.waiting,
            failed: state.failed,
            unarchived: 0,
            traps: BTreeMap::new(),
            trapped: HashSet::new(),
            put_off: None,
            cut_by_known: false,
        }
    }

    pub(super) fn add(&mut self, counts: &CommitReport, gave: FrontierYield) {
        self.pages += 1;
        self.counts.add(counts);
        self.records += gave.fresh;
    }

    /// Counts an address that is not followed, once.
    pub(super) fn trap(&mut self, trap: Trap, key: &str) {
        if self.trapped.len() < MAX_TRAPS && self.trapped.insert(key.to_owned()) {
            *self.traps.entry(trap).or_default() += 1;
        }
    }

    /// Writes the end into the store and takes over how the backfill stands there.
    pub(super) fn finish(
        &mut self,
        store: &Store,
        at: Timestamp,
        number: i64,
        end: BackfillEnd,
    ) -> Result<(), StoreError> {
        if end.is_over() {
            store.end_backfill(number, at, end.as_str())?;
        }
        self.end = end;
        if let Some(state) = store.backfill(&self.source, &self.start)? {
            self.records = state.records;
            self.pages_in_all = state.pages;
            self.reached = state.reached;
            self.waiting = state.waiting;
            self.failed = state.failed;
        }
        Ok(())
    }
}

/// How a backfill stands after a page.
#[derive(Debug, Clone, PartialEq)]
pub struct BackfillProgress {
    /// The page.
    pub page: Url,
    /// Pages kept, earlier calls included.
    pub pages: u64,
    /// Pages that wait.
    pub waiting: u64,
    /// Different records seen.
    pub records: u64,
    /// Of these, new to the store.
    pub new: u64,
    /// Publication of the oldest record.
    pub reached: Option<Timestamp>,
    /// Speed of this call.
    pub pages_per_minute: f64,
    /// How long it may still take, where anything tells.
    pub time_left: Option<Duration>,
}

impl BackfillProgress {
    /// One line for people: rate, reach into the past, time left.
    #[must_use]
    pub fn in_words(&self) -> String {
        let reached = self.reached.map_or_else(String::new, |at| format!(", back to {}", at.strftime("%Y-%m-%d")));
        let left = self.time_left.map_or_else(String::new, |left| format!(", {} left", spoken(left)));
        format!(
            "{} pages ({:.0} a minute), {} records, {} new{reached}{left}",
            self.pages, self.pages_per_minute, self.records, self.new
        )
    }
}
