//! What is known about the robots.txt of one authority: a plain value to keep for a day.

use super::rules::Rules;
use crate::model::{RobotsEntry, RobotsVerdict};
use jiff::{SignedDuration, Timestamp};

/// RFC 9309 section 2.4: a copy may serve a day.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// A server that could not be reached is asked again after this time: a cron run later, not a day.
const FRESH_UNREACHABLE: SignedDuration = SignedDuration::from_mins(30);

/// RFC 9309 section 2.3.1.4: after 30 days out of reach a robots.txt may count as absent.
const LONG_UNREACHABLE: SignedDuration = SignedDuration::from_hours(30 * 24);

impl RobotsEntry {
    /// True when the entry may be used at `now` without asking again.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let lifetime = if self.unreachable_since.is_some() { FRESH_UNREACHABLE } else { FRESH };
        // A clock that was set back must not keep an entry for years.
        let age = now.duration_since(self.fetched_at);
        age >= SignedDuration::ZERO && age < lifetime
    }

    /// The entry after asking at `now`: `before` serves on while the file cannot be reached.
    #[must_use]
    pub fn after(before: Option<&Self>, authority: &str, now: Timestamp, verdict: RobotsVerdict) -> Self {
        let (unreachable_since, verdict) = match verdict {
            RobotsVerdict::Unreachable => {
                let since = before.and_then(|before| before.unreachable_since).unwrap_or(now);
                (Some(since), before.map_or(RobotsVerdict::Unreachable, |before| before.verdict.clone()))
            }
            reached => (None, reached),
        };
        Self { authority: authority.to_owned(), fetched_at: now, unreachable_since, verdict }
    }

    /// What the entry says to the agent `token` at `now`; `None` when everything is disallowed because the file is
    /// out of reach.
    #[must_use]
    pub fn rules(&self, token: &str, now: Timestamp) -> Option<Rules> {
        match &self.verdict {
            RobotsVerdict::Rules(text) => Some(Rules::parse(text.as_bytes(), token)),
            RobotsVerdict::Absent => Some(Rules::default()),
            RobotsVerdict::Unreachable => {
                let since = self.unreachable_since.unwrap_or(now);
                (now.duration_since(since) >= LONG_UNREACHABLE).then(Rules::default)
            }
        }
    }

    /// What an HTTP status says: a file, none, or out of reach.
    ///
    /// 429 counts as out of reach although it is a 4xx: a server that asks for patience has not said that it has no
    /// rules.
    #[must_use]
    pub fn verdict_of(status: u16, body: &[u8]) -> RobotsVerdict {
        match status {
            200..=299 => RobotsVerdict::Rules(String::from_utf8_lossy(body).into_owned()),
            429 | 500..=599 => RobotsVerdict::Unreachable,
            _ => RobotsVerdict::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hours * 3_600).unwrap()
    }

    #[test]
    fn a_copy_serves_a_day_and_longer_only_out_of_reach() {
        let file = RobotsVerdict::Rules("User-agent: *\nDisallow: /x".to_owned());
        let first = RobotsEntry::after(None, "https://a.org", at(0), file.clone());
        assert!(first.is_fresh(at(23)) && !first.is_fresh(at(24)) && !first.is_fresh(at(-1)));
        let later = RobotsEntry::after(Some(&first), "https://a.org", at(25), RobotsVerdict::Unreachable);
        assert_eq!(later.verdict, file);
        assert!(!later.is_fresh(at(26)));
        assert!(!later.rules("tearsheet", at(26)).unwrap().allow_path("/x"));
    }

    #[test]
    fn out_of_reach_denies_for_thirty_days() {
        let entry = RobotsEntry::after(None, "https://a.org", at(0), RobotsVerdict::Unreachable);
        let entry = RobotsEntry::after(Some(&entry), "https://a.org", at(600), RobotsVerdict::Unreachable);
        assert_eq!(entry.rules("tearsheet", at(700)), None);
        assert!(entry.rules("tearsheet", at(30 * 24)).is_some());
    }
}
