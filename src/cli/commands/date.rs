//! `tearsheet date`: how is this date read?

use crate::cli::exit::{Ended, Usage};
use anyhow::Context as _;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, Write as _};
use tearsheet::dates::{self, DateContext, Kind};
use tearsheet::model::{FieldOrder, Precision};

/// Arguments of `date`.
#[derive(Debug, clap::Args)]
pub(crate) struct DateArgs {
    /// Read `{"text","ref","lang","order","kind"}` lines from stdin and answer each with one line.
    #[arg(long)]
    jsonl: bool,
}

#[derive(Deserialize)]
struct Question {
    text: String,
    #[serde(rename = "ref")]
    reference: Option<String>,
    lang: Option<String>,
    order: Option<FieldOrder>,
    kind: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    value: Option<String>,
    precision: Option<Precision>,
    ambiguous: Option<bool>,
    rule: Option<&'static str>,
    span: Option<(usize, usize)>,
}

/// Runs the command.
pub(crate) fn run(args: &DateArgs) -> anyhow::Result<Ended> {
    if !args.jsonl {
        return Err(Usage("give --jsonl".to_owned()).into());
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line?).context("not a question")?;
        let (reference, offset) = instant(question.reference.as_deref())?;
        let context = DateContext {
            reference,
            offset,
            language: question.lang.as_deref(),
            order: question.order,
            future: false,
            days_ahead: 1,
            kind: if question.kind.as_deref() == Some("url") { Kind::Url } else { Kind::Text },
        };
        let read = dates::read(&question.text, &context);
        serde_json::to_writer(
            &mut out,
            &Answer {
                precision: read.as_ref().map(|r| r.precision),
                ambiguous: read.as_ref().map(|r| r.ambiguous),
                rule: read.as_ref().map(|r| r.rule),
                span: read.as_ref().map(|r| r.span),
                value: read.map(|r| r.value),
            },
        )?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(Ended::Done)
}

/// Wall clock and offset of a reference instant.
fn instant(text: Option<&str>) -> anyhow::Result<(DateTime, Option<Offset>)> {
    let text = text.ok_or_else(|| Usage("`ref` is needed".to_owned()))?;
    let pieces =
        jiff::fmt::temporal::Pieces::parse(text).with_context(|| format!("`ref`: not an instant: `{text}`"))?;
    let time = pieces.time().unwrap_or(jiff::civil::Time::midnight());
    let offset = match pieces.offset() {
        Some(jiff::fmt::temporal::PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
        Some(_) => Some(Offset::UTC),
        None => None,
    };
    Ok((pieces.date().to_datetime(time), offset))
}
