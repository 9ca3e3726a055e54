//! `tearsheet status`: sources, health, last visits, next due.

use crate::cli::args::Global;
use crate::cli::exit::Ended;
use crate::cli::output::{self, Format, Table};
use crate::cli::places;
use jiff::Timestamp;
use std::path::Path;
use tearsheet::fetch::{Clock as _, SystemClock};
use tearsheet::pipeline::{self, SourceHealth};
use tearsheet::store::Store;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tearsheet status
  tearsheet status --format jsonl | jq 'select(.outcome == \"broken\")'")]
pub(crate) struct StatusArgs {
    /// How to print: `table` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &StatusArgs) -> anyhow::Result<Ended> {
    let found = places::config(global)?;
    let database = places::database(global, found.as_ref());
    let store = if database.is_file() { Some(Store::open_read_only(&database)?) } else { None };
    if found.is_none() && store.is_none() {
        places::existing_database(global)?;
    }
    let health = pipeline::health(store.as_ref(), found.as_ref().map(|found| &found.config))?;
    let mut out = output::data();
    match Format::or_default(args.format) {
        Format::Jsonl => health.iter().try_for_each(|source| out.json_line(source))?,
        Format::Table => out.table(&table(&health, SystemClock.now()))?,
    }
    out.finish()?;
    if !global.quiet {
        output::say(&format!("database `{}`, {}", database.display(), size(&database)));
    }
    Ok(Ended::Done)
}

fn table(health: &[SourceHealth], now: Timestamp) -> Table {
    let mut table =
        Table::new(&["source", "outcome", "last visit", "next due", "records", "dated", "last new", "detail"]);
    for source in health {
        table.row(&[
            source.source.clone(),
            source.outcome.clone().unwrap_or_else(|| "never visited".to_owned()),
            source.last_visit.map(|at| ago(now, at)).unwrap_or_default(),
            source.next_due.map(|at| if at <= now { "now".to_owned() } else { ahead(now, at) }).unwrap_or_default(),
            source.records.to_string(),
            share(source.dated, source.records),
            source.last_new.map(|at| ago(now, at)).unwrap_or_default(),
            source.detail.clone().unwrap_or_default(),
        ]);
    }
    table
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

fn size(database: &Path) -> String {
    match std::fs::metadata(database) {
        Ok(meta) => indicatif::HumanBytes(meta.len()).to_string(),
        Err(_) => "not there yet".to_owned(),
    }
}
