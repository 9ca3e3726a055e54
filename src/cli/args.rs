//! The command line as typed.

use clap::{ArgAction, Args as ClapArgs, Parser, Subcommand};

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
    /// What is on this page? Prints its records and keeps nothing.
    Extract(super::commands::extract::ExtractArgs),
    /// How is this date read?
    Date(super::commands::date::DateArgs),
}
