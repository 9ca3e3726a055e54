//! `tearsheet extract`: what is on this page? Prints records, keeps nothing.

use crate::cli::args::Global;
use crate::cli::exit::Ended;
use crate::cli::output::{self, Format, Table};
use crate::cli::pages::{self, PageArgs};
use tearsheet::model::{ListingMemory, PageKind, Record, Snapshot};
use tearsheet::pipeline::{self, Reading};

/// Arguments of `extract`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tearsheet extract https://news.example/latest
  tearsheet extract page.html --base-url https://news.example/latest
  tearsheet extract dumps/ --format jsonl > records.jsonl")]
pub(crate) struct ExtractArgs {
    #[command(flatten)]
    pages: PageArgs,
    /// How to print: `table` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &ExtractArgs) -> anyhow::Result<Ended> {
    let format = Format::or_default(args.format);
    let options = args.pages.inputs.reading_options()?;
    let mut out = output::data();
    let all_read = pages::each_page(global, &args.pages, |snapshot| {
        let reading = pipeline::read(&snapshot, &ListingMemory::default(), &options);
        print(&mut out, format, &reading.records)?;
        say_reason(&snapshot, &reading);
        Ok(reading.extraction.kind != PageKind::NotText)
    })?;
    out.finish()?;
    Ok(if all_read { Ended::Done } else { Ended::WithFailures })
}

fn print(out: &mut output::Data, format: Format, records: &[Record]) -> std::io::Result<()> {
    match format {
        Format::Jsonl => records.iter().try_for_each(|record| out.json_line(record)),
        Format::Table if records.is_empty() => Ok(()),
        Format::Table => out.table(&table(records)),
    }
}

/// The records as a person looks at them first.
pub(crate) fn table(records: &[Record]) -> Table {
    let mut table = Table::new(&["#", "published", "title", "url"]);
    for record in records {
        table.row(&[
            record.position.to_string(),
            record.published_at.clone().unwrap_or_default(),
            record.title.clone().or_else(|| record.excerpt.clone()).unwrap_or_default(),
            record.url.as_ref().map(ToString::to_string).unwrap_or_default(),
        ]);
    }
    table
}

fn say_reason(snapshot: &Snapshot, reading: &Reading) {
    if reading.records.is_empty() {
        let reason = reading.extraction.reason.as_deref().unwrap_or("nothing was found on this page");
        output::say(&format!("`{}`: {reason}", snapshot.page));
    }
}
