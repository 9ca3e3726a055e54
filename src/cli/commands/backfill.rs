//! `tearsheet backfill`: a listing into its past.

use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::inputs::{instant, zone};
use crate::cli::output::{self, Format, Table};
use crate::cli::places::{self, Found};
use crate::cli::progress::Progress;
use crate::cli::stop;
use std::path::Path;
use std::sync::Arc;
use tearsheet::config::Config;
use tearsheet::fetch::{Clock, Request, SystemClock};
use tearsheet::model::Way;
use tearsheet::pipeline::{self, BackfillContext, BackfillOptions, BackfillReport, Lock, PageSettings, ReadingOptions};
use tearsheet::store::Store;
use url::Url;

/// Arguments of `backfill`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The pages that it knows of are in the database: after an interrupt or a kill the same command goes on where it was. It
asks one page at a time, with the delays, robots.txt and limits of every visit.

Examples:
  tearsheet backfill example-news                         all of it
  tearsheet backfill example-news --until 2020-01-01      back to that day
  tearsheet backfill example-news --known 3               what was missed while the machine was off
  tearsheet backfill https://news.example/politics --pages 20 --via pages")]
pub(crate) struct BackfillArgs {
    /// A source of the config, or the address of a listing, a feed, a sitemap or a WordPress API.
    #[arg(value_name = "SOURCE|URL")]
    start: String,
    /// Fetch at most so many pages; the same command goes on behind them.
    #[arg(long, value_name = "N", env = "TEARSHEET_PAGES")]
    pages: Option<u64>,
    /// Stop where every record is older (`2020-01-01`).
    #[arg(long, value_name = "DATE", env = "TEARSHEET_UNTIL")]
    until: Option<String>,
    /// Stop after so many pages in a row whose records were all in the database before.
    #[arg(long, value_name = "N", env = "TEARSHEET_KNOWN")]
    known: Option<u32>,
    /// The ways to take: `pages`, `api`, `archive`, `sitemap`; else the best that the first page offers.
    #[arg(long, value_name = "WAY", value_delimiter = ',', value_parser = way)]
    via: Vec<Way>,
    /// Fetch each page that a sitemap names without a title: as many requests as there are articles.
    #[arg(long)]
    articles: bool,
    /// Begin anew where an earlier backfill ended; what it collected stays.
    #[arg(long)]
    again: bool,
    /// Name of the source, when an address is given; else that of its site.
    #[arg(long, value_name = "NAME", env = "TEARSHEET_SOURCE")]
    source: Option<String>,
    /// A private network (CIDR) that may be reached, when an address is given.
    #[arg(long, value_name = "CIDR", env = "TEARSHEET_ALLOW_NETWORK")]
    allow_network: Vec<ipnet::IpNet>,
    /// BCP 47 language of the pages, when an address is given.
    #[arg(long, value_name = "TAG", env = "TEARSHEET_LANGUAGE")]
    language: Option<String>,
    /// Zone of times that state none, when an address is given.
    #[arg(long, value_name = "ZONE", env = "TEARSHEET_TIME_ZONE")]
    time_zone: Option<String>,
    /// How to print the result: `table` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

fn way(word: &str) -> Result<Way, String> {
    let known = || Way::ALL.map(Way::as_str).join(", ");
    Way::parse(word).ok_or_else(|| format!("expected one of {}", known()))
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &BackfillArgs) -> anyhow::Result<Ended> {
    let found = places::config(global)?;
    let starts = starts(args, found.as_ref())?;
    let database = places::database(global, found.as_ref());
    let config = match found {
        Some(found) => found.config,
        None => Config::parse(Path::new("defaults"), "")?,
    };
    // Before the lock: whoever sees it taken may already ask to stop.
    let stop = stop::flag()?;
    let mut lock = Lock::take_giving_way(&database, "backfill")?;
    let mut store = Store::open(&database)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let fetcher = pipeline::fetcher_of(&config, Arc::clone(&clock));
    let folder = database.with_file_name("archive");
    let archive = config.archive.then_some(&*folder);
    let context =
        BackfillContext { fetcher: &fetcher, clock: &*clock, stop: &stop, archive, pause: config.fetch.delay };
    let progress = Progress::start("backfill", global.quiet);
    let runtime = tokio::runtime::Runtime::new()?;
    let mut reports = Vec::new();
    for options in &starts {
        let work = pipeline::backfill(&mut store, &context, options, Some(&mut lock), |state| {
            progress.show(|| state.in_words());
        });
        reports.push(runtime.block_on(work)?);
    }
    progress.finish();
    print(global, args, &reports)?;
    let unarchived: u64 = reports.iter().map(|report| report.unarchived).sum();
    let folder = folder.display();
    anyhow::ensure!(unarchived == 0, "{unarchived} pages could not be archived in `{folder}`; their records are kept");
    let needs_person = reports.iter().any(|report| report.end.needs_person());
    Ok(if needs_person { Ended::WithFailures } else { Ended::Done })
}

/// The addresses to begin at: one, or all of a source.
fn starts(args: &BackfillArgs, found: Option<&Found>) -> anyhow::Result<Vec<BackfillOptions>> {
    let options = |start: Url, settings: PageSettings| -> anyhow::Result<BackfillOptions> {
        Ok(BackfillOptions {
            start,
            settings,
            ways: args.via.clone(),
            pages: args.pages,
            until: args.until.as_deref().map(instant).transpose()?,
            known: args.known,
            again: args.again,
            articles: args.articles,
        })
    };
    let sources = found.map(|found| found.config.sources.as_slice()).unwrap_or_default();
    if let Some(source) = sources.iter().find(|source| source.name == args.start) {
        return source.urls.iter().map(|url| options(url.clone(), PageSettings::of(source, url))).collect();
    }
    let Some(url) = Url::parse(&args.start).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
        let known: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        let known = if known.is_empty() {
            "no config names a source".to_owned()
        } else {
            format!("sources: {}", known.join(", "))
        };
        return Err(Usage(format!("`{}` is no source and no address; {known}", args.start)).into());
    };
    let configured = sources.iter().find(|source| source.urls.contains(&url));
    let mut settings = match configured {
        Some(source) => PageSettings::of(source, &url),
        None => PageSettings {
            request: Request {
                allowed_networks: args.allow_network.clone(),
                ..Request::new(&pipeline::site_name(&url), url.clone())
            },
            reading: ReadingOptions {
                language: args.language.clone(),
                zone: args.time_zone.as_deref().map(zone).transpose()?,
                ..ReadingOptions::default()
            },
        },
    };
    if let Some(name) = &args.source {
        settings.request.source.clone_from(name);
    }
    Ok(vec![options(url, settings)?])
}

fn print(global: &Global, args: &BackfillArgs, reports: &[BackfillReport]) -> anyhow::Result<()> {
    let mut out = output::data();
    match Format::or_default(args.format) {
        Format::Jsonl if global.quiet => {}
        Format::Jsonl => reports.iter().try_for_each(|report| out.json_line(report))?,
        Format::Table => out.table(&table(reports))?,
    }
    out.finish()?;
    for report in reports.iter().filter(|report| !global.quiet || report.end.needs_person()) {
        output::say(&format!("`{}`: {}", report.source, report.end.in_words()));
        if let pipeline::BackfillEnd::Failed { hint: Some(hint), .. } = &report.end {
            output::say(&format!("hint: {hint}"));
        }
    }
    Ok(())
}

fn table(reports: &[BackfillReport]) -> Table {
    let header = ["source", "ended", "pages", "in all", "records", "new", "back to", "waiting", "not followed"];
    let mut table = Table::new(&header);
    for report in reports {
        let reached = report.reached.map_or_else(|| "-".to_owned(), |at| at.strftime("%Y-%m-%d").to_string());
        table.row(&[
            report.source.clone(),
            report.end.as_str().to_owned(),
            report.pages.to_string(),
            report.pages_in_all.to_string(),
            report.records.to_string(),
            report.counts.new.to_string(),
            reached,
            report.waiting.to_string(),
            report.traps.values().sum::<u64>().to_string(),
        ]);
    }
    table
}
