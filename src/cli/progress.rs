//! Progress of long work: a line that moves on a terminal, nothing in a log.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// A moving line on stderr; silent when stderr is no terminal.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Starts the line for `what`.
    pub(crate) fn start(what: &'static str, quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {per_sec} {msg}")
            .expect("the template is a literal");
        let bar = ProgressBar::no_length().with_style(style).with_prefix(what);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(Some(bar))
    }

    /// Starts the line for bytes, with their rate and the time that is left; `total` is only asked for when somebody looks.
    pub(crate) fn start_bytes(what: &'static str, quiet: bool, total: impl FnOnce() -> u64) -> Self {
        let progress = Self::start(what, quiet);
        if let Some(bar) = &progress.0 {
            let template = "{spinner} {prefix} {elapsed} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left; {msg}";
            bar.set_style(ProgressStyle::with_template(template).expect("the template is a literal"));
            bar.set_length(total());
        }
        progress
    }

    /// So many bytes are done; `message` is only asked for when somebody looks.
    pub(crate) fn show_bytes(&self, bytes: u64, message: impl FnOnce() -> String) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
            bar.set_message(message());
        }
    }

    /// One step further; `message` is only asked for when somebody looks.
    pub(crate) fn show(&self, message: impl FnOnce() -> String) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
            bar.set_message(message());
        }
    }

    /// Removes the line.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
