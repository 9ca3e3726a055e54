//! `tearsheet export`: records out of the database.

use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::{inputs, output, places};
use clap::ValueEnum;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use tearsheet::export::{ExportError, Format};
use tearsheet::pipeline;
use tearsheet::store::{Filter, Store};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The same database gives the same bytes. A file is there whole or not at all.

Examples:
  tearsheet export --output news.csv
  tearsheet export --format jsonl --source example-news --published-from 2025-01-01
  tearsheet export --format jsonl --after 1200     what changed since change 1200; stderr says the last one")]
pub(crate) struct ExportArgs {
    /// How to write; else the ending of the output file, else CSV.
    #[arg(long, value_enum)]
    format: Option<ExportFormat>,
    /// Where to write; else stdout.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only this source; can be given several times.
    #[arg(long, value_name = "NAME")]
    source: Vec<String>,
    /// Only what was certainly published at or after this instant.
    #[arg(long, value_name = "INSTANT")]
    published_from: Option<String>,
    /// Only what was certainly published before this instant.
    #[arg(long, value_name = "INSTANT")]
    published_before: Option<String>,
    /// Only what was first seen at or after this instant.
    #[arg(long, value_name = "INSTANT")]
    seen_from: Option<String>,
    /// Only what was first seen before this instant.
    #[arg(long, value_name = "INSTANT")]
    seen_before: Option<String>,
    /// Only what changed after this change; the number is said on stderr at the end of every export.
    #[arg(long, value_name = "N")]
    after: Option<i64>,
    /// `cluster`: of several copies of a story only the earliest.
    #[arg(long, value_enum)]
    unique: Option<Unique>,
    /// Write CSV cells that a spreadsheet would run as formulas exactly as they are.
    #[arg(long)]
    raw: bool,
}

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// Comma-separated values for spreadsheets and data frames.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// A small SQLite file with one table.
    Sqlite,
    /// Atom 1.0.
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    JsonFeed,
}

/// What is kept once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unique {
    /// Of each cluster of near-duplicates the earliest record.
    Cluster,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &ExportArgs) -> anyhow::Result<Ended> {
    let filter = filter(args)?;
    let database = places::existing_database(global)?;
    let store = Store::open_read_only(&database)?;
    let report = match (format(args)?, &args.output) {
        (ExportFormat::Sqlite, None) => {
            return Err(Usage("an SQLite export needs a file: add --output FILE".to_owned()).into());
        }
        (ExportFormat::Sqlite, Some(path)) => pipeline::export_to_sqlite(&store, &filter, path),
        (format, Some(path)) => pipeline::export_to_file(&store, &filter, stream(format, args.raw), path),
        (format, None) => pipeline::export(&store, &filter, stream(format, args.raw), output::data()),
    };
    let report = report.map_err(|error| unwritable(error, args.output.as_deref()))?;
    if !global.quiet {
        output::say(&format!("{} records, up to change {}", report.records, report.last_change));
    }
    Ok(Ended::Done)
}

fn unwritable(error: ExportError, output: Option<&Path>) -> anyhow::Error {
    match (error, output) {
        (error @ ExportError::Io(_), Some(path)) => anyhow::Error::from(error).context(format!("`{}`", path.display())),
        (error, _) => error.into(),
    }
}

fn format(args: &ExportArgs) -> Result<ExportFormat, Usage> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let Some(path) = &args.output else { return Ok(ExportFormat::Csv) };
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => Ok(ExportFormat::Csv),
        Some("jsonl" | "ndjson") => Ok(ExportFormat::Jsonl),
        Some("db" | "sqlite" | "sqlite3") => Ok(ExportFormat::Sqlite),
        Some("atom") => Ok(ExportFormat::Atom),
        Some("rss" | "xml") => Ok(ExportFormat::Rss),
        Some("json") => Ok(ExportFormat::JsonFeed),
        _ => Err(Usage(format!("the ending of `{}` names no format; add --format", path.display()))),
    }
}

fn stream(format: ExportFormat, raw: bool) -> Format {
    match format {
        ExportFormat::Csv | ExportFormat::Sqlite if raw => Format::CsvRaw,
        ExportFormat::Csv | ExportFormat::Sqlite => Format::Csv,
        ExportFormat::Jsonl => Format::JsonLines,
        ExportFormat::Atom => Format::Atom,
        ExportFormat::Rss => Format::Rss,
        ExportFormat::JsonFeed => Format::JsonFeed,
    }
}

fn filter(args: &ExportArgs) -> Result<Filter, Usage> {
    let instant = |text: &Option<String>| -> Result<Option<Timestamp>, Usage> {
        text.as_deref().map(inputs::instant).transpose()
    };
    Ok(Filter {
        sources: args.source.clone(),
        published_from: instant(&args.published_from)?,
        published_before: instant(&args.published_before)?,
        first_seen_from: instant(&args.seen_from)?,
        first_seen_before: instant(&args.seen_before)?,
        after_change: args.after,
        unique_cluster: args.unique == Some(Unique::Cluster),
    })
}
