//! The only place that writes to the terminal.

use std::io::{IsTerminal, Write};
use tracing_subscriber::EnvFilter;

/// Sends logs to stderr: warnings by default, more with `-v`, only errors with `--quiet`.
pub(crate) fn start_logging(verbose: u8, quiet: bool) {
    let level = match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "tearsheet=info,warn",
        (false, 2) => "tearsheet=debug,info",
        (false, _) => "tearsheet=trace,debug",
    };
    let filter = EnvFilter::try_from_env("TEARSHEET_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

/// Prints an error and its causes to stderr.
pub(crate) fn error(error: &anyhow::Error) {
    say(&format!("error: {error:#}"));
}

/// Prints one line of talk to stderr.
pub(crate) fn say(line: &str) {
    // A closed stderr must not stop the work.
    let _ = writeln!(std::io::stderr(), "{line}");
}
