//! The shell: uses `tearsheet::` like any stranger would. Data on stdout; talk and logs on stderr.

mod args;
mod commands;
mod exit;
mod hints;
mod inputs;
mod output;
mod pages;
mod places;
mod progress;
mod stop;

use clap::Parser;
use std::process::ExitCode;

/// Parses the command line, runs the command, and turns what happened into an exit code.
pub(crate) fn main() -> ExitCode {
    let args = args::Args::parse();
    output::start_logging(args.global.verbose, args.global.quiet);
    let result = match &args.command {
        args::Command::Run(run) => commands::run::run(&args.global, run),
        args::Command::Watch(watch) => commands::watch::run(&args.global, watch),
        args::Command::Backfill(backfill) => commands::backfill::run(&args.global, backfill),
        args::Command::Extract(extract) => commands::extract::run(&args.global, extract),
        args::Command::Ingest(ingest) => commands::ingest::run(&args.global, ingest),
        args::Command::Export(export) => commands::export::run(&args.global, export),
        args::Command::Add(add) => commands::add::run(&args.global, add),
        args::Command::Explain(explain) => commands::explain::run(&args.global, explain),
        args::Command::Reprocess(reprocess) => commands::reprocess::run(&args.global, reprocess),
        args::Command::Status(status) => commands::status::run(&args.global, status),
        args::Command::Demo(demo) => commands::demo::run(&args.global, demo),
        args::Command::Date(date) => commands::date::run(date),
    };
    exit::code(result)
}
