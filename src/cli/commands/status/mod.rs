//! `tearsheet status`: sources, health, last visits, next due.

mod chart;
mod prometheus;
mod table;

use crate::cli::args::Global;
use crate::cli::exit::Ended;
use crate::cli::output;
use crate::cli::places;
use anyhow::Context as _;
use clap::ValueEnum;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use tearsheet::atomic_file;
use tearsheet::fetch::{Clock as _, SystemClock};
use tearsheet::pipeline::{self, Health};
use tearsheet::store::Store;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The charts show the latest visits, oldest first: the number of records on the page, and the share of them with a date;
`×` stands for a visit that gave none. The last line is the one thing to do next.

Examples:
  tearsheet status
  tearsheet status --format json | jq '.sources[] | select(.needs_person)'
  tearsheet status --quiet --prometheus /var/lib/node_exporter/tearsheet.prom")]
pub(crate) struct StatusArgs {
    /// How to print: `table` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<StatusFormat>,
    /// Write the state for the text file collector of Prometheus instead of printing it.
    #[arg(long, value_name = "FILE", env = "TEARSHEET_PROMETHEUS")]
    prometheus: Option<PathBuf>,
}

/// How the state is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StatusFormat {
    /// A table for people.
    Table,
    /// One object with everything, for monitors.
    Json,
    /// JSON Lines, one source each.
    Jsonl,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &StatusArgs) -> anyhow::Result<Ended> {
    let found = places::config(global)?;
    let database = places::database(global, found.as_ref());
    let store = if database.is_file() { Some(Store::open_read_only(&database)?) } else { None };
    if found.is_none() && store.is_none() {
        places::existing_database(global)?;
    }
    let now = SystemClock.now();
    let health = pipeline::health(store.as_ref(), found.as_ref().map(|found| &found.config), &database, now)?;
    if let Some(file) = &args.prometheus {
        let text = prometheus::text(&health);
        atomic_file::write(file, |out| out.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write `{}`", file.display()))?;
        return Ok(Ended::Done);
    }
    let default = if std::io::stdout().is_terminal() { StatusFormat::Table } else { StatusFormat::Jsonl };
    let mut out = output::data();
    match args.format.unwrap_or(default) {
        StatusFormat::Json => out.json_line(&health)?,
        StatusFormat::Jsonl => health.sources.iter().try_for_each(|source| out.json_line(source))?,
        StatusFormat::Table => out.table(&table::of(&health.sources, now))?,
    }
    out.finish()?;
    if !global.quiet {
        say(&database, &health);
    }
    Ok(Ended::Done)
}

/// What concerns all sources, and the one thing to do.
fn say(database: &Path, health: &Health) {
    let bytes = |count| indicatif::HumanBytes(count).to_string();
    let disk = health.disk;
    output::say(&format!(
        "database `{}`, {}; archive {}",
        database.display(),
        if disk.database_bytes == 0 { "not there yet".to_owned() } else { bytes(disk.database_bytes) },
        bytes(disk.archive_bytes)
    ));
    if health.missed_visits > 0 {
        let count = health.missed_visits;
        output::say(&format!("{count} visits of the last week were missed while another writer held the lock"));
    }
    match &health.todo {
        Some(todo) => output::say(&format!("next: {todo}")),
        None => output::say("next: nothing, all is well"),
    }
}
