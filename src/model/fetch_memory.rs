//! What one run of fetching leaves to the next: plain values that the store keeps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What one run leaves to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchMemory {
    /// What domains asked for, by name.
    pub domains: Vec<DomainMemory>,
    /// What robots.txt files said, by authority.
    pub robots: Vec<RobotsEntry>,
}

/// What a domain asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainMemory {
    /// The registrable domain, or the host where there is none.
    pub domain: String,
    /// Ask nothing before this instant.
    pub not_before: Option<Timestamp>,
    /// Answers 429 and 503 in a row.
    pub refusals: u32,
}

/// What an authority's robots.txt came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RobotsVerdict {
    /// A file: its text, at most 512 KiB.
    Rules(String),
    /// No file (4xx, too many redirects): everything is allowed.
    Absent,
    /// Out of reach (5xx, 429, no connection): nothing is allowed.
    Unreachable,
}

/// What is known about the robots.txt of one authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobotsEntry {
    /// Scheme, host and port: `https://example.org`.
    pub authority: String,
    /// When it was last asked for.
    pub fetched_at: Timestamp,
    /// Since when it cannot be reached.
    pub unreachable_since: Option<Timestamp>,
    /// The last answer, or the last good one while it cannot be reached.
    pub verdict: RobotsVerdict,
}
