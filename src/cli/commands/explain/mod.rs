//! `tearsheet explain`: why each block was kept or rejected, and which rule read each field.

mod drawing;
mod feed;
mod json;
mod text;

use self::feed::FromFeed;
use crate::cli::args::Global;
use crate::cli::exit::Ended;
use crate::cli::output::{self, Format};
use crate::cli::pages::{self, Browser, PageArgs};
use crate::cli::places;
use anyhow::Context as _;
use std::io::Write as _;
use std::path::PathBuf;
use tearsheet::atomic_file;
use tearsheet::config::SourceConfig;
use tearsheet::extract::{self, RegionReport};
use tearsheet::html;
use tearsheet::model::{ListingMemory, Snapshot, UrlParameter};
use tearsheet::pipeline::{self, Reading, ReadingOptions};
use tearsheet::store::Store;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows, for each page: what kind of page it is and which way of reading was taken; every candidate region with its score
and the terms of the score; for every record the rule that read each field; for every rejected block the reason; and the
wrapper that was learned, ready for the config. The name of a source stands for its pages, read with what was learned; it
also says which fields of its records come from its `feed`.

Examples:
  tearsheet explain https://news.example/latest
  tearsheet explain example-news --html why.html      the page as read, records and rejections outlined
  tearsheet explain page.html --base-url https://news.example/latest --format jsonl | jq .rejections")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pages: PageArgs,
    /// How to print: `table` on a terminal, else `jsonl` (one object a page).
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Draw the page as it was read into this file instead: one page, safe to open, nothing in it is loaded or run.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// One page with all that is known about it.
struct Explained<'a> {
    snapshot: &'a Snapshot,
    reading: &'a Reading,
    regions: &'a [RegionReport],
    memory: &'a ListingMemory,
    text: &'a str,
    parameters: &'a [UrlParameter],
    feed: Option<&'a FromFeed>,
}

/// What is known about a source beyond its page.
#[derive(Default)]
struct Known {
    memory: ListingMemory,
    parameters: Vec<UrlParameter>,
    feed: Option<FromFeed>,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &ExplainArgs) -> anyhow::Result<Ended> {
    let mut sink = Sink { args, out: output::data(), drawn: false };
    let found = places::config(global)?;
    let named = |path: &PathBuf| {
        let name = path.to_str().filter(|_| !path.exists())?;
        found.as_ref()?.config.sources.iter().find(|source| source.name == name)
    };
    let (sources, inputs): (Vec<PathBuf>, Vec<PathBuf>) =
        args.pages.inputs.paths().into_iter().partition(|path| named(path).is_some());
    let browser = Browser::new(global)?;
    let mut all_read = true;
    for source in sources.iter().filter_map(named) {
        all_read &= of_source(global, &browser, source, &mut sink)?;
    }
    let options = args.pages.inputs.reading_options()?;
    all_read &= pages::each_page_of(&browser, &args.pages, inputs, |snapshot| {
        explain(&snapshot, &Known::default(), &options, &mut sink)?;
        Ok(true)
    })?;
    sink.out.finish()?;
    Ok(if all_read { Ended::Done } else { Ended::WithFailures })
}

/// Explains the pages of a configured source with what was learned about them. Out: false when one is not to be had.
fn of_source(global: &Global, browser: &Browser, source: &SourceConfig, sink: &mut Sink<'_>) -> anyhow::Result<bool> {
    let database = places::database(global, places::config(global)?.as_ref());
    let store = if database.is_file() { Some(Store::open_read_only(&database)?) } else { None };
    let mut known = Known::default();
    if let Some(store) = &store {
        known.parameters = store.url_parameters(&source.name)?;
        known.feed = FromFeed::of(store, source)?;
    }
    let mut all_read = true;
    for url in &source.urls {
        let Some(snapshot) = browser.fetch(&pipeline::request(source, url)) else {
            all_read = false;
            continue;
        };
        if let Some(store) = &store {
            known.memory = pipeline::memory_of_page(store, &source.name, url)?;
        }
        explain(&snapshot, &known, &pipeline::reading_options(source), sink)?;
    }
    Ok(all_read)
}

fn explain(snapshot: &Snapshot, known: &Known, options: &ReadingOptions, sink: &mut Sink<'_>) -> anyhow::Result<()> {
    let Known { memory, parameters, feed } = known;
    let reading = pipeline::read(snapshot, memory, options);
    let text = html::decode(&snapshot.body, snapshot.content_type.as_deref()).text;
    let regions = extract::regions(&text, snapshot.base_url.as_ref());
    let feed = feed.as_ref();
    sink.take(&Explained { snapshot, reading: &reading, regions: &regions, memory, text: &text, parameters, feed })
}

/// Where explanations go.
struct Sink<'a> {
    args: &'a ExplainArgs,
    out: output::Data,
    drawn: bool,
}

impl Sink<'_> {
    fn take(&mut self, page: &Explained<'_>) -> anyhow::Result<()> {
        if let Some(file) = &self.args.html {
            if self.drawn {
                output::warn(&format!(
                    "`{}` shows the first page only; `{}` was left out",
                    file.display(),
                    page.snapshot.page
                ));
                return Ok(());
            }
            self.drawn = true;
            let drawing = drawing::of(page);
            atomic_file::write(file, |out| out.write_all(drawing.as_bytes()))
                .with_context(|| format!("cannot write `{}`", file.display()))?;
            output::say(&format!("drawn into `{}`", file.display()));
            return Ok(());
        }
        match Format::or_default(self.args.format) {
            Format::Jsonl => self.out.json_line(&json::of(page))?,
            Format::Table => text::print(&mut self.out, page)?,
        }
        Ok(())
    }
}
