//! One module per command: its arguments and what it does.

pub(crate) mod add;
pub(crate) mod backfill;
pub(crate) mod date;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod ingest;
pub(crate) mod reprocess;
pub(crate) mod run;
pub(crate) mod status;
pub(crate) mod watch;
