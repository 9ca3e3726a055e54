//! `tearsheet date`: how is this date read?

use crate::cli::exit::{Ended, Usage};
use crate::cli::output::{self, Format};
use anyhow::Context as _;
use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, BufReader, Read as _};
use tearsheet::dates::{self, DateContext, Kind};
use tearsheet::fetch::{Clock as _, SystemClock};
use tearsheet::model::{DateRead, FieldOrder, OffsetBasis, Precision};

/// A line of a batch longer than this is no question; it bounds the memory.
const MAX_LINE_BYTES: u64 = 1 << 20;

const EXAMPLES: &str = "\
Examples:
  tearsheet date \"3 hours ago\" \"Friday, October 10\"
  tearsheet date --ref 2025-11-20 \"9. Oktober 2025 um 14:30 Uhr\" \"hace 2 días\"
  tearsheet date --ref 2025-11-20T12:00:00Z --order MDY 10/09/2025
  tearsheet date --ref 2025-11-20 https://example.org/2025/10/09/title
  echo '{\"text\":\"3 hours ago\",\"ref\":\"2025-11-20T12:00:00Z\"}' | tearsheet date --jsonl

An answer cuts the value at what was stated; `?` marks a day and month that could be the other way round.
Of several dates the one of publication is taken. Bare numbers, prices, scores and versions are no dates.";

/// Arguments of `date`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DateArgs {
    /// Texts or URLs to read.
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    text: Vec<String>,
    /// The instant that relative dates count back from, else now; without an offset it is a wall clock.
    #[arg(long = "ref", value_name = "INSTANT", conflicts_with = "jsonl")]
    reference: Option<String>,
    /// Language of the page (BCP 47); a hint, never a filter.
    #[arg(long, value_name = "TAG", conflicts_with = "jsonl")]
    lang: Option<String>,
    /// Order of numeric dates: any permutation of YMD.
    #[arg(long, value_name = "ORDER", value_parser = order, conflicts_with = "jsonl")]
    order: Option<FieldOrder>,
    /// How the answers are printed; else a table on a terminal and JSON Lines elsewhere.
    #[arg(long, value_enum, conflicts_with = "jsonl")]
    format: Option<Format>,
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

#[derive(Default, Serialize)]
struct Answer {
    /// Only where the question came from the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    value: Option<String>,
    precision: Option<Precision>,
    ambiguous: Option<bool>,
    rule: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset_basis: Option<OffsetBasis>,
    span: Option<(usize, usize)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: &DateArgs) -> anyhow::Result<Ended> {
    if args.jsonl { answer_lines() } else { show(args) }
}

/// The texts of the command line: a table for people, or a line of JSON each.
fn show(args: &DateArgs) -> anyhow::Result<Ended> {
    let (reference, offset) = match args.reference.as_deref() {
        Some(text) => instant(text).map_err(Usage)?,
        None => (Offset::UTC.to_datetime(SystemClock.now()), Some(Offset::UTC)),
    };
    let mut table = output::Table::new(&["text", "value", "precision", "why"]);
    let mut out = output::data();
    let format = Format::or_default(args.format);
    for text in &args.text {
        let context = DateContext {
            reference,
            offset,
            language: args.lang.as_deref(),
            order: args.order,
            future: false,
            days_ahead: 1,
            kind: kind_of(text),
        };
        match format {
            Format::Table => table.row(&row(text, &context)),
            Format::Jsonl => {
                out.json_line(&Answer { text: Some(text.clone()), ..Answer::of(dates::read(text, &context)) })?;
            }
        }
    }
    if format == Format::Table {
        out.table(&table)?;
    }
    out.finish()?;
    Ok(Ended::Done)
}

/// Text, value, precision and why.
fn row(text: &str, context: &DateContext<'_>) -> [String; 4] {
    let Some(read) = dates::read(text, context) else {
        let number = !text.trim().is_empty() && text.trim().chars().all(char::is_numeric);
        let why = if number { "a number alone is no date" } else { "no date is stated" };
        return [text.to_owned(), "-".to_owned(), "-".to_owned(), why.to_owned()];
    };
    let stated = text.get(read.span.0..read.span.1).unwrap_or_default();
    let other = read.ambiguous.then(|| other_order(text, context, &read.value)).flatten();
    let other = other.map(|(order, value)| format!("; {value} with --order {order}")).unwrap_or_default();
    let offset = read.offset_basis.map(|basis| format!("; offset {}", basis.as_str())).unwrap_or_default();
    let why = format!("{}: `{stated}`{offset}{other}", read.rule);
    let mark = if read.ambiguous { " ?" } else { "" };
    [text.to_owned(), format!("{}{mark}", read.value), read.precision.as_str().to_owned(), why]
}

/// What an ambiguous text says when day and month stand the other way round.
fn other_order(text: &str, context: &DateContext<'_>, value: &str) -> Option<(&'static str, String)> {
    [("DMY", FieldOrder::DayMonthYear), ("MDY", FieldOrder::MonthDayYear)].into_iter().find_map(|(name, order)| {
        let read = dates::read(text, &DateContext { order: Some(order), ..context.clone() })?;
        (read.value != value).then_some((name, read.value))
    })
}

fn kind_of(text: &str) -> Kind {
    if text.starts_with("http://") || text.starts_with("https://") { Kind::Url } else { Kind::Text }
}

/// Answers every line, also the bad ones: an answer for each question, in order.
fn answer_lines() -> anyhow::Result<Ended> {
    let mut out = output::data();
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line).context("cannot read stdin")?;
        if read == 0 {
            break;
        }
        let too_long = read as u64 == MAX_LINE_BYTES && line.last() != Some(&b'\n');
        if too_long {
            input.skip_until(b'\n').context("cannot read stdin")?;
        }
        let answered = if too_long { Err("longer than 1 MiB".to_owned()) } else { answer(&line) };
        let answer =
            answered.unwrap_or_else(|why| Answer { error: Some(format!("line {number}: {why}")), ..Answer::default() });
        out.json_line(&answer)?;
    }
    out.finish()?;
    Ok(Ended::Done)
}

fn answer(line: &[u8]) -> Result<Answer, String> {
    let question: Question = serde_json::from_slice(line).map_err(|error| format!("not a question: {error}"))?;
    let reference = question.reference.ok_or("`ref` is needed: the instant that relative dates count back from")?;
    let (reference, offset) = instant(&reference)?;
    let context = DateContext {
        reference,
        offset,
        language: question.lang.as_deref(),
        order: question.order,
        future: false,
        days_ahead: 1,
        kind: if question.kind.as_deref() == Some("url") { Kind::Url } else { Kind::Text },
    };
    Ok(Answer::of(dates::read(&question.text, &context)))
}

impl Answer {
    fn of(read: Option<DateRead>) -> Self {
        let Some(read) = read else { return Self::default() };
        Self {
            value: Some(read.value),
            precision: Some(read.precision),
            ambiguous: Some(read.ambiguous),
            rule: Some(read.rule),
            offset_basis: read.offset_basis,
            span: Some(read.span),
            ..Self::default()
        }
    }
}

fn order(text: &str) -> Result<FieldOrder, String> {
    serde_json::from_value(serde_json::Value::String(text.to_ascii_uppercase()))
        .map_err(|_| "expected a permutation of YMD, for example DMY".to_owned())
}

/// Wall clock and offset of a reference instant.
fn instant(text: &str) -> Result<(DateTime, Option<Offset>), String> {
    let pieces = Pieces::parse(text)
        .map_err(|_| format!("`ref`: expected an instant like 2025-11-20T12:00:00Z, not `{text}`"))?;
    let time = pieces.time().unwrap_or(Time::midnight());
    let offset = match pieces.offset() {
        Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
        Some(_) => Some(Offset::UTC),
        None => None,
    };
    Ok((pieces.date().to_datetime(time), offset))
}

#[cfg(test)]
mod tests {
    use super::{answer, instant, order};

    #[test]
    fn bad_lines_are_answered() {
        for line in ["", "{", "[]", "{\"text\":1}", "{\"text\":\"x\"}", "{\"text\":\"x\",\"ref\":\"soon\"}"] {
            assert!(answer(line.as_bytes()).is_err(), "{line}");
        }
        assert!(answer(&[0xFF, 0xFE]).is_err());
    }

    #[test]
    fn offsets_are_kept_and_not_invented() {
        assert_eq!(instant("2025-11-20T12:00:00").expect("a wall clock").1, None);
        assert_eq!(
            instant("2025-11-20T12:00:00-02:00").expect("an instant").1.map(jiff::tz::Offset::seconds),
            Some(-7200)
        );
        assert!(order("DMY").is_ok() && order("MMM").is_err());
    }
}
