//! `tearsheet add`: look at a page, show what would be collected, write the source into the config.

use super::extract::table;
use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::output;
use crate::cli::pages::{self, PageArgs};
use crate::cli::places;
use anyhow::Context as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tearsheet::atomic_file;
use tearsheet::config::Config;
use tearsheet::model::{ListingMemory, Snapshot};
use tearsheet::pipeline::{self, Reading, ReadingOptions};
use toml_edit::{DocumentMut, Item, Table as TomlTable, value};
use url::Url;

/// Where the config is made when there is none.
const NEW_CONFIG: &str = "config/tearsheet.toml";
/// Feeds that are looked at; pages announce comments, categories and languages behind them.
const FEEDS_TRIED: usize = 2;

/// Arguments of `add`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows the records that a visit would collect, says whether the site announces a feed and which of the two knows more,
and appends [source.NAME] to the config. Comments in the config stay.

Examples:
  tearsheet add https://news.example/latest
  tearsheet add https://council.example/agendas --source city-council --schedule '0 7 * * 1-5'
  tearsheet add saved.html --base-url https://news.example/latest --dry-run")]
pub(crate) struct AddArgs {
    #[command(flatten)]
    page: PageArgs,
    /// When the source is due; else once an hour.
    #[arg(long, value_name = "CRON")]
    schedule: Option<String>,
    /// Only show; write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &AddArgs) -> anyhow::Result<Ended> {
    pages::only_one(&args.page)?;
    let mut seen = None;
    let all_read = pages::each_page(global, &args.page, |snapshot| {
        let options = args.page.inputs.reading_options()?;
        seen = Some((pipeline::read(&snapshot, &ListingMemory::default(), &options), snapshot));
        Ok(true)
    })?;
    let Some((reading, snapshot)) = seen.filter(|_| all_read) else { return Ok(Ended::WithFailures) };
    if reading.records.is_empty() {
        let reason = reading.extraction.reason.as_deref().unwrap_or("nothing was found on this page");
        output::warn(&format!("nothing would be collected: {reason}; nothing was written"));
        return Ok(Ended::WithFailures);
    }
    let mut out = output::data();
    out.table(&table(&reading.records))?;
    out.finish()?;
    say_yield("the page", &reading);
    compare_feeds(global, args, &reading)?;
    write_stanza(global, args, &snapshot, &reading)?;
    Ok(Ended::Done)
}

fn say_yield(what: &str, reading: &Reading) {
    let count =
        |has: fn(&tearsheet::model::Record) -> bool| reading.records.iter().filter(|record| has(record)).count();
    output::say(&format!(
        "{what}: {} records, {} with a date, {} with an excerpt, {} with an author",
        reading.records.len(),
        count(|record| record.published_at.is_some()),
        count(|record| record.excerpt.is_some()),
        count(|record| record.author.is_some()),
    ));
}

/// Looks at the feeds that the page announces: a feed that knows more is the better source.
fn compare_feeds(global: &Global, args: &AddArgs, page: &Reading) -> anyhow::Result<()> {
    for feed in page.extraction.feeds.iter().take(FEEDS_TRIED) {
        let Some(snapshot) = pages::fetch(global, &args.page, feed)? else { continue };
        let reading = pipeline::read(&snapshot, &ListingMemory::default(), &ReadingOptions::default());
        say_yield(&format!("its feed {feed}"), &reading);
        let worth = |reading: &Reading| -> usize {
            let fields = |record: &tearsheet::model::Record| {
                2 + usize::from(record.published_at.is_some()) + usize::from(record.excerpt.is_some())
            };
            reading.records.iter().map(fields).sum()
        };
        if worth(&reading) > worth(page) {
            output::say(&format!("hint: the feed knows more than the page: `tearsheet add {feed}`"));
        }
    }
    Ok(())
}

fn write_stanza(global: &Global, args: &AddArgs, snapshot: &Snapshot, reading: &Reading) -> anyhow::Result<()> {
    let url = page_url(args, snapshot, reading)?;
    let found = places::config(global)?;
    let path = match (&found, &global.config) {
        (Some(found), _) => found.path.clone(),
        (None, Some(path)) => path.clone(),
        (None, None) => PathBuf::from(NEW_CONFIG),
    };
    let text = if found.is_some() { std::fs::read_to_string(&path)? } else { String::new() };
    let name = args.page.inputs.source().map_or_else(|| slug(&pipeline::site_name(&url)), str::to_owned);
    if let Some(known) =
        found.iter().flat_map(|found| &found.config.sources).find(|s| s.name == name || s.urls.contains(&url))
    {
        return Err(Usage(format!(
            "`{}` has source `{}` with {}; name another with --source NAME",
            path.display(),
            known.name,
            if known.name == name { "that name" } else { "that URL" },
        ))
        .into());
    }
    let (stanza, text) = with_source(&text, &name, &url, args, reading).context("the config cannot be edited")?;
    Config::parse(&path, &text)?;
    output::say(&format!("\n{stanza}"));
    if args.dry_run {
        output::say("nothing was written (--dry-run)");
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    write(&path, &text)?;
    output::say(&format!("written to `{}`; try `tearsheet run {name}`", path.display()));
    Ok(())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    atomic_file::write(path, |out| out.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The URL that visits will ask for: the one given, or for a file the one that the page names.
fn page_url(args: &AddArgs, snapshot: &Snapshot, reading: &Reading) -> Result<Url, Usage> {
    let of_page = Url::parse(&snapshot.page).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    of_page
        .or_else(|| args.page.inputs.base_url().cloned())
        .or_else(|| reading.extraction.base_url.clone())
        .ok_or_else(|| Usage("the file does not say which URL it was saved from; add --base-url URL".to_owned()))
}

/// The stanza, and the config with it at its end.
fn with_source(
    text: &str,
    name: &str,
    url: &Url,
    args: &AddArgs,
    reading: &Reading,
) -> Result<(String, String), toml_edit::TomlError> {
    let mut source = TomlTable::new();
    source["url"] = value(url.as_str());
    if let Some(schedule) = &args.schedule {
        source["schedule"] = value(schedule);
    }
    if let Some(language) = args.page.inputs.language().or(reading.extraction.language.as_deref()) {
        source["language"] = value(language);
    }
    let mut stanza = DocumentMut::new();
    let mut sources = TomlTable::new();
    sources.set_implicit(true);
    sources.insert(name, Item::Table(source.clone()));
    stanza.insert("source", Item::Table(sources));

    let mut document: DocumentMut = text.parse()?;
    let sources = document.entry("source").or_insert_with(|| {
        let mut sources = TomlTable::new();
        sources.set_implicit(true);
        Item::Table(sources)
    });
    if let Some(table) = sources.as_table_mut() {
        source.decor_mut().set_prefix("\n");
        table.insert(name, Item::Table(source));
    }
    Ok((stanza.to_string(), document.to_string()))
}

/// `news.example.org` → `news-example-org`: a name that needs no quotes in TOML.
fn slug(site: &str) -> String {
    site.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}
