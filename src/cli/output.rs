//! The only place that writes to the terminal: data on stdout, talk and logs on stderr.

use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use tracing_subscriber::EnvFilter;

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people.
    Table,
    /// JSON Lines for programs.
    Jsonl,
}

impl Format {
    /// The format asked for, else a table on a terminal and JSON Lines elsewhere.
    pub(crate) fn or_default(asked: Option<Self>) -> Self {
        let default = if io::stdout().is_terminal() { Self::Table } else { Self::Jsonl };
        asked.unwrap_or(default)
    }
}

/// Sends logs to stderr: warnings by default, more with `-v`, only errors with `--quiet`. `TEARSHEET_LOG` takes a
/// filter of the `tracing` family instead.
pub(crate) fn start_logging(verbose: u8, quiet: bool) {
    // The HTML parser warns of every page that is not well formed: that is all of them.
    let level = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn,html5ever=error",
        (false, 1) => "tearsheet=info,warn,html5ever=error",
        (false, 2) => "tearsheet=debug,info,html5ever=error",
        (false, _) => "tearsheet=trace,debug",
    };
    let filter = EnvFilter::try_from_env("TEARSHEET_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
}

/// Prints an error and its causes to stderr.
pub(crate) fn error(error: &anyhow::Error) {
    say(&format!("error: {error:#}"));
}

/// Prints one line of talk to stderr. Text of pages in it cannot steer the terminal.
pub(crate) fn say(line: &str) {
    // A closed stderr must not stop the work.
    let _ = writeln!(io::stderr(), "{}", neutral(line));
}

/// Prints a warning to stderr: we recovered, and a person may want to know.
pub(crate) fn warn(line: &str) {
    say(&format!("warning: {line}"));
}

/// Stdout, buffered and locked.
pub(crate) struct Data(BufWriter<StdoutLock<'static>>);

impl Write for Data {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Opens stdout for data.
pub(crate) fn data() -> Data {
    Data(BufWriter::new(io::stdout().lock()))
}

impl Data {
    /// Prints `value` as one line of JSON.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, value).map_err(io::Error::from)?;
        writeln!(self.0)
    }

    /// Prints a line of text.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.0, "{}", neutral(text))
    }

    /// Prints a table.
    pub(crate) fn table(&mut self, table: &Table) -> io::Result<()> {
        writeln!(self.0, "{}", table.0)
    }

    /// Flushes what is buffered; without it an error of the last write would be lost.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A table as wide as the terminal.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// An empty table.
    pub(crate) fn new(header: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
        table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
        table.set_header(header.iter().copied());
        Self(table)
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[String]) {
        self.0.add_row(cells.iter().map(|cell| neutral(cell)));
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// `text` without control characters: escape sequences in a title must not reach the terminal.
fn neutral(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c }).collect()
}
