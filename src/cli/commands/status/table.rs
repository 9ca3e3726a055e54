//! The sources as a table.

use super::chart;
use crate::cli::output::Table;
use jiff::Timestamp;
use tearsheet::pipeline::SourceHealth;

/// The table of all sources.
pub(super) fn of(sources: &[SourceHealth], now: Timestamp) -> Table {
    let header = [
        "source",
        "outcome",
        "last visit",
        "next due",
        "records",
        "records over time",
        "dated",
        "dated over time",
        "last new",
        "to do",
    ];
    let mut table = Table::new(&header);
    for source in sources {
        table.row(&[
            source.source.clone(),
            outcome(source),
            source.last_visit.map(|at| ago(now, at)).unwrap_or_default(),
            source.next_due.map(|at| if at <= now { "now".to_owned() } else { ahead(now, at) }).unwrap_or_default(),
            source.records.to_string(),
            chart::yields(&source.visits),
            share(source.dated, source.records),
            chart::dated(&source.visits),
            source.last_new.map(|at| ago(now, at)).unwrap_or_default(),
            source.todo.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn outcome(source: &SourceHealth) -> String {
    let word = source.outcome.clone().unwrap_or_else(|| "never visited".to_owned());
    let told = source.detail.as_ref().map_or(word.clone(), |detail| format!("{word}: {detail}"));
    source
        .feed_problem
        .as_ref()
        .map_or(told.clone(), |problem| format!("{told}; its feed could not be read: {problem}"))
}

fn share(part: u64, whole: u64) -> String {
    (part * 100).checked_div(whole).map(|percent| format!("{percent} %")).unwrap_or_default()
}

fn ago(now: Timestamp, at: Timestamp) -> String {
    format!("{} ago", span(now.duration_since(at).as_secs()))
}

fn ahead(now: Timestamp, at: Timestamp) -> String {
    format!("in {}", span(at.duration_since(now).as_secs()))
}

/// The largest unit that fits at least once: what a person wants to know.
fn span(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}
