//! The state as a text file for the collector of Prometheus.

use std::fmt::Write as _;
use tearsheet::model::Outcome;
use tearsheet::pipeline::{Health, SourceHealth};

/// A measurement of one source, where there is one.
type Measure = fn(&SourceHealth) -> Option<i64>;

/// Name, help and value of what is measured per source.
const MEASURES: [(&str, &str, Measure); 9] = [
    ("needs_person", "1 when only a person can mend it.", |s| Some(i64::from(s.needs_person))),
    ("feed_failed", "1 when its feed could not be read at the last visit.", |s| {
        Some(i64::from(s.feed_problem.is_some()))
    }),
    ("records", "Records kept.", |s| Some(s.records.cast_signed())),
    ("dated_records", "Records with a date of publication.", |s| Some(s.dated.cast_signed())),
    ("last_yield", "Records on the page at the last visit.", |s| Some(s.visits.last()?.seen.cast_signed())),
    ("last_new_records", "New records at the last visit.", |s| Some(s.visits.last()?.new.cast_signed())),
    ("last_visit_timestamp_seconds", "When the last visit began.", |s| Some(s.last_visit?.as_second())),
    ("last_new_timestamp_seconds", "When the last visit began that found something new.", |s| {
        Some(s.last_new?.as_second())
    }),
    ("next_due_timestamp_seconds", "When the next visit is due.", |s| Some(s.next_due?.as_second())),
];

/// The whole file.
pub(super) fn text(health: &Health) -> String {
    let mut out = String::new();
    for (name, help, measure) in MEASURES {
        head(&mut out, &format!("tearsheet_source_{name}"), help);
        for source in &health.sources {
            if let Some(value) = measure(source) {
                line(&mut out, &format!("tearsheet_source_{name}{{source=\"{}\"}}", label(&source.source)), value);
            }
        }
    }
    head(&mut out, "tearsheet_source_outcome", "1 for the outcome of the last visit.");
    for source in &health.sources {
        for outcome in Outcome::ALL.map(Outcome::as_str) {
            let is = source.outcome.as_deref() == Some(outcome);
            let name =
                format!("tearsheet_source_outcome{{source=\"{}\",outcome=\"{outcome}\"}}", label(&source.source));
            line(&mut out, &name, i64::from(is));
        }
    }
    for (name, help, value) in [
        ("tearsheet_missed_visits_7d", "Visits missed while another writer held the lock.", health.missed_visits),
        ("tearsheet_database_bytes", "Size of the database with its journals.", health.disk.database_bytes),
        ("tearsheet_archive_bytes", "Size of the archive of originals.", health.disk.archive_bytes),
    ] {
        head(&mut out, name, help);
        line(&mut out, name, value.cast_signed());
    }
    out
}

fn head(out: &mut String, name: &str, help: &str) {
    // Writing to a string cannot fail.
    let _ = write!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n");
}

fn line(out: &mut String, name: &str, value: i64) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{name} {value}");
}

/// A label value as the format wants it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
