//! `tearsheet extract`: what is on this page? Prints records, keeps nothing.

use crate::cli::exit::{Ended, Usage};
use crate::cli::output;
use anyhow::Context as _;
use jiff::Timestamp;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use tearsheet::model::{CaptureBasis, Digest, ListingMemory, Origin, Snapshot};
use tearsheet::pipeline;
use url::Url;

/// Arguments of `extract`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExtractArgs {
    /// Files to read; `-` for stdin.
    #[arg(required = true)]
    input: Vec<PathBuf>,
    /// What relative links are resolved against.
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// When the page was captured (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Output format.
    #[arg(long, default_value = "jsonl")]
    format: String,
}

/// Runs the command.
pub(crate) fn run(args: &ExtractArgs) -> anyhow::Result<Ended> {
    let at = args.at.as_deref().map(str::parse::<Timestamp>).transpose().map_err(|e| Usage(format!("--at: {e}")))?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in &args.input {
        let mut body = Vec::new();
        if path.as_os_str() == "-" {
            std::io::stdin().read_to_end(&mut body).context("cannot read stdin")?;
        } else {
            body = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        }
        let modified =
            std::fs::metadata(path).and_then(|m| m.modified()).ok().and_then(|t| Timestamp::try_from(t).ok());
        let snapshot = Snapshot {
            source: args.base_url.as_ref().and_then(Url::host_str).unwrap_or("stdin").to_owned(),
            page: args.base_url.as_ref().map_or_else(|| path.display().to_string(), Url::to_string),
            base_url: args.base_url.clone(),
            captured_at: at.or(modified).unwrap_or(Timestamp::UNIX_EPOCH),
            captured_basis: if at.is_some() { CaptureBasis::Flag } else { CaptureBasis::FileTime },
            content_type: None,
            digest: Digest::of_body(&body),
            body,
            origin: Origin::File(path.clone()),
        };
        let reading = pipeline::read(&snapshot, &ListingMemory::default(), &pipeline::ReadingOptions::default());
        for record in &reading.records {
            serde_json::to_writer(&mut out, record)?;
            writeln!(out)?;
        }
        if let Some(reason) = &reading.extraction.reason {
            output::say(&format!("`{}`: {reason}", path.display()));
        }
    }
    out.flush()?;
    Ok(Ended::Done)
}
