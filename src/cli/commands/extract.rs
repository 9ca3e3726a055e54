//! `tearsheet extract`: what is on this page? Prints records, keeps nothing.

use crate::cli::exit::Ended;
use crate::cli::inputs::InputArgs;
use crate::cli::output::{self, Format, Table};
use tearsheet::model::{ListingMemory, PageKind, Snapshot};
use tearsheet::pipeline::{self, DumpItem, Reading};

/// Arguments of `extract`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tearsheet extract page.html --base-url https://news.example/latest
  curl -s https://news.example/latest | tearsheet extract - --base-url https://news.example/latest
  tearsheet extract dumps/ --format jsonl > records.jsonl")]
pub(crate) struct ExtractArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// How to print: `table` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Runs the command.
pub(crate) fn run(args: &ExtractArgs) -> anyhow::Result<Ended> {
    let format = Format::or_default(args.format);
    let mut ended = Ended::Done;
    let mut out = output::data();
    for item in pipeline::snapshots(args.inputs.paths(), args.inputs.dump_options()?) {
        match item {
            DumpItem::Page(snapshot) => {
                let reading = pipeline::read(&snapshot, &ListingMemory::default(), &args.inputs.reading_options()?);
                print(&mut out, format, &reading)?;
                if reading.extraction.kind == PageKind::NotText {
                    ended = Ended::WithFailures;
                }
                say_reason(&snapshot, &reading);
            }
            DumpItem::Failed { input, reason } => {
                output::say(&format!("`{input}`: {reason}"));
                ended = Ended::WithFailures;
            }
            DumpItem::Damaged { input, reason } => output::warn(&format!("`{input}`: {reason}")),
            DumpItem::Companion | DumpItem::NoPage => {}
        }
    }
    out.finish()?;
    Ok(ended)
}

fn print(out: &mut output::Data, format: Format, reading: &Reading) -> anyhow::Result<()> {
    match format {
        Format::Jsonl => reading.records.iter().try_for_each(|record| out.json_line(record))?,
        Format::Table if reading.records.is_empty() => {}
        Format::Table => {
            let mut table = Table::new(&["#", "published", "title", "url"]);
            for record in &reading.records {
                table.row(&[
                    record.position.to_string(),
                    record.published_at.clone().unwrap_or_default(),
                    record.title.clone().or_else(|| record.excerpt.clone()).unwrap_or_default(),
                    record.url.as_ref().map(ToString::to_string).unwrap_or_default(),
                ]);
            }
            out.table(&table)?;
        }
    }
    Ok(())
}

fn say_reason(snapshot: &Snapshot, reading: &Reading) {
    if reading.records.is_empty() {
        let reason = reading.extraction.reason.as_deref().unwrap_or("nothing was found on this page");
        output::say(&format!("`{}`: {reason}", snapshot.page));
    }
}
