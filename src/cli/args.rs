//! The command line as typed.

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand};
use std::path::PathBuf;

/// Collects article teasers from listing pages and dumps into clean, dated, deduplicated records.
#[derive(Debug, Parser)]
#[command(name = "tearsheet", version, about, long_about = None, propagate_version = true)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// The config; else `config/tearsheet.toml`, else `tearsheet/tearsheet.toml` in the user's config folder.
    #[arg(long, global = true, value_name = "FILE", env = "TEARSHEET_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The database; else `database` in the config, else `tearsheet.db` beside the config, else `./tearsheet.db`.
    #[arg(long, global = true, value_name = "FILE", env = "TEARSHEET_DB")]
    pub(crate) db: Option<PathBuf>,
    /// A key of the config for this call, stronger than the file, for example `fetch.delay_s=5`; several are
    /// given by several flags or parted by `;`.
    #[arg(long, global = true, value_name = "KEY=VALUE", env = "TEARSHEET_SET", value_delimiter = ';')]
    pub(crate) set: Vec<String>,
    /// Say only what went wrong.
    #[arg(long, short, global = true, env = "TEARSHEET_QUIET")]
    pub(crate) quiet: bool,
    /// Say more; twice for decisions, three times for everything.
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// The commands that work.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Visit the sources that are due; made for cron.
    Run(super::commands::run::RunArgs),
    /// The schedule in the foreground, for systemd or a container.
    Watch(super::commands::watch::WatchArgs),
    /// Follow a listing into its past.
    Backfill(super::commands::backfill::BackfillArgs),
    /// Read dumps into the database: saved pages, text dumps, feeds, JSON Lines, CSV.
    Ingest(super::commands::ingest::IngestArgs),
    /// What is on this page? Prints its records and keeps nothing.
    Extract(super::commands::extract::ExtractArgs),
    /// Look at a page, show what would be collected, write the source into the config.
    Add(super::commands::add::AddArgs),
    /// Why each block of a page was kept or rejected, and which rule read each field.
    Explain(super::commands::explain::ExplainArgs),
    /// Read the kept originals with today's extractor; shows the difference first.
    Reprocess(super::commands::reprocess::ReprocessArgs),
    /// Sources, health, last visits, next due.
    Status(super::commands::status::StatusArgs),
    /// Write records as CSV, JSON Lines, SQLite or a feed.
    Export(super::commands::export::ExportArgs),
    /// How is this date read?
    Date(super::commands::date::DateArgs),
    /// The whole pipeline on a sample site of its own.
    Demo(super::commands::demo::DemoArgs),
}
