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
