//! When a source is due: a cron expression in a time zone, or as often as it publishes.

use croner::Cron;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// When a source is due.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// At the times of a cron expression.
    Cron(Box<CronSchedule>),
    /// As often as the source publishes, within bounds: `schedule = "auto"`.
    Auto(AutoBounds),
}

/// Bounds of the pause between two visits of an automatic schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AutoBounds {
    /// The shortest pause, for a source that never rests.
    pub shortest: SignedDuration,
    /// The longest pause, for a source that hardly ever publishes.
    pub longest: SignedDuration,
}

impl Default for AutoBounds {
    fn default() -> Self {
        Self { shortest: SignedDuration::from_hours(1), longest: SignedDuration::from_hours(3) }
    }
}

/// A cron expression with its time zone.
#[derive(Debug, Clone)]
pub struct CronSchedule {
    cron: Cron,
    zone: TimeZone,
}

/// The word that asks for an automatic schedule.
const AUTO: &str = "auto";

impl Schedule {
    /// Reads `auto`, or a cron expression as [`CronSchedule::parse`] does.
    ///
    /// # Errors
    /// What is wrong with the expression, for a person.
    pub fn parse(text: &str, zone: TimeZone, bounds: AutoBounds) -> Result<Self, String> {
        if text.trim() == AUTO {
            return Ok(Self::Auto(bounds));
        }
        CronSchedule::parse(text, zone).map(|cron| Self::Cron(Box::new(cron)))
    }
}

impl CronSchedule {
    /// Reads `expression` (five cron fields, or `@hourly`, `@daily`, `@weekly`, `@monthly`).
    ///
    /// # Errors
    /// What is wrong with the expression, for a person.
    pub fn parse(expression: &str, zone: TimeZone) -> Result<Self, String> {
        let expected =
            "expected \"auto\", or five cron fields (minute hour day month weekday), for example \"*/30 * * * *\"";
        let cron: Cron =
            expression.parse().map_err(|error| format!("`{expression}` is no schedule: {error}; {expected}"))?;
        let schedule = Self { cron, zone };
        // "0 0 31 2 *" parses and never comes.
        match schedule.next_after(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(schedule),
            None => Err(format!("`{expression}` never comes due; {expected}")),
        }
    }

    /// The first due time strictly after `instant`.
    #[must_use]
    pub fn next_after(&self, instant: Timestamp) -> Option<Timestamp> {
        let from = instant.to_zoned(self.zone.clone());
        self.cron.find_next_occurrence(&from, false).ok().map(|zoned| zoned.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_due() {
        let next = |cron: &str, zone: &str, after: &str| {
            CronSchedule::parse(cron, TimeZone::get(zone).unwrap())
                .map(|s| s.next_after(after.parse().unwrap()).unwrap().to_string())
        };
        assert_eq!(next("0 * * * *", "UTC", "2026-01-01T00:00:00Z").unwrap(), "2026-01-01T01:00:00Z");
        assert_eq!(next("0 6 * * *", "America/Lima", "2026-01-01T00:00:00Z").unwrap(), "2026-01-01T11:00:00Z");
        assert_eq!(next("@daily", "UTC", "2026-01-01T00:00:00Z").unwrap(), "2026-01-02T00:00:00Z");
        assert!(next("61 * * * *", "UTC", "2026-01-01T00:00:00Z").unwrap_err().contains("five cron fields"));
        assert!(next("0 0 31 2 *", "UTC", "2026-01-01T00:00:00Z").unwrap_err().contains("never"));
    }
}
