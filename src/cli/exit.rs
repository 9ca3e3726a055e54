//! What happened, as an exit code (README: "Exit codes").

use super::output;
use std::io::ErrorKind;
use std::process::ExitCode;
use tearsheet::config::ConfigError;
use tearsheet::pipeline::{IngestError, LockError};
use tearsheet::store::StoreError;

/// How a command that could go on has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// 0
    Done,
    /// 3: finished and stored, but an input could not be read at all, or a source needs a person.
    WithFailures,
}

/// A mistake of the person who typed: exit 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// Exit code of a finished command; an error is printed here and nowhere else.
pub(crate) fn code(result: anyhow::Result<Ended>) -> ExitCode {
    match result {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::WithFailures) => ExitCode::from(3),
        // A closed pipe is success: `tearsheet extract … | head`.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            if let Some(hint) = hint(&error) {
                output::say(&format!("hint: {hint}"));
            }
            ExitCode::from(error_code(&error))
        }
    }
}

fn error_code(error: &anyhow::Error) -> u8 {
    if error.is::<Usage>() || error.is::<ConfigError>() {
        2
    } else if matches!(error.downcast_ref(), Some(LockError::Held { .. })) {
        75
    } else {
        1
    }
}

/// What the person can do about it.
fn hint(error: &anyhow::Error) -> Option<String> {
    let ingest = error.downcast_ref().and_then(|error| match error {
        IngestError::Store(error) => Some(error),
        _ => None,
    });
    let store = || error.chain().find_map(|cause| cause.downcast_ref::<StoreError>());
    ingest.or_else(store).and_then(StoreError::hint)
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|e| e.downcast_ref::<std::io::Error>()).any(|e| e.kind() == ErrorKind::BrokenPipe)
}
