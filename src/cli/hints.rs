//! Advice after a run: at most three hints, each naming the key or the command that helps.

use super::output;
use tearsheet::pipeline::{RunReport, SourceReport};

/// More than this is a wall of text that nobody reads.
const MOST_HINTS: usize = 3;
/// A source with at least this many records and no date at all is worth a hint.
const UNDATED_RECORDS: u64 = 10;

/// Says what went wrong with each source that needs a person, and what to do about the first few.
pub(crate) fn say(report: &RunReport) {
    for source in report.sources.iter().filter(|source| source.detail.is_some()) {
        let detail = source.detail.as_deref().unwrap_or_default();
        output::warn(&format!("`{}` is {}: {detail}", source.source, source.outcome.as_str()));
    }
    for source in &report.sources {
        if let Some(problem) = &source.feed_problem {
            output::warn(&format!("the feed of `{}` could not be read: {problem}", source.source));
        }
    }
    for hint in report.sources.iter().filter_map(hint).take(MOST_HINTS) {
        output::say(&format!("hint: {hint}"));
    }
}

fn hint(source: &SourceReport) -> Option<String> {
    if let Some(hint) = &source.hint {
        return Some(format!("`{}`: {hint}", source.source));
    }
    if source.counts.seen >= UNDATED_RECORDS && source.counts.dated == 0 {
        return Some(format!(
            "`{0}`: {1} teasers and none with a date; if the page shows dates, set `date = \"…\"` under [source.{0}.selectors]",
            source.source, source.counts.seen
        ));
    }
    None
}
