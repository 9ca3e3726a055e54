//! `tearsheet add`: look at a page, show what would be collected, write the source into the config.

mod compare;
mod propose;
mod stanza;

use super::extract::table;
use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::output;
use crate::cli::pages::{self, Browser, PageArgs};
use crate::cli::places::{self, Found};
use anyhow::Context as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tearsheet::atomic_file;
use tearsheet::config::Config;
use tearsheet::model::{ListingMemory, PageKind, Snapshot};
use tearsheet::pipeline::{self, Reading};
use url::Url;

/// Where the config is made when there is none.
const NEW_CONFIG: &str = "config/tearsheet.toml";

/// Arguments of `add`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows the records that a visit would collect, says whether the site announces a feed or an API and which of them knows
more, proposes a name, a schedule and the language, and appends [source.NAME] to the config. A feed or an API that knows
more of the page's own articles (times, authors, excerpts) becomes its `feed`: visits fill the records in from it. Comments
in the config stay. A page that the config has already is refused.

Examples:
  tearsheet add https://news.example/latest
  tearsheet add https://council.example/agendas --source city-council --schedule '0 7 * * 1-5'
  tearsheet add saved.html --base-url https://news.example/latest --dry-run")]
pub(crate) struct AddArgs {
    #[command(flatten)]
    page: PageArgs,
    /// When the source is due; else as often as its dates suggest.
    #[arg(long, value_name = "CRON")]
    schedule: Option<String>,
    /// Only show; write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &AddArgs) -> anyhow::Result<Ended> {
    pages::only_one(&args.page)?;
    let browser = Browser::new(global)?;
    let options = args.page.inputs.reading_options()?;
    let mut seen = None;
    let all_read = pages::each_page_of(&browser, &args.page, args.page.inputs.paths(), |snapshot| {
        seen = Some((pipeline::read(&snapshot, &ListingMemory::default(), &options), snapshot));
        Ok(true)
    })?;
    let Some((reading, snapshot)) = seen.filter(|_| all_read) else { return Ok(Ended::WithFailures) };
    if let Some(reason) = refusal(&reading) {
        output::warn(&format!("nothing would be collected: {reason}; nothing was written"));
        return Ok(Ended::WithFailures);
    }
    let target = Target::of(global, args, &snapshot, &reading)?;
    let mut out = output::data();
    out.table(&table(&reading.records))?;
    let others = compare::others(&browser, &args.page, &reading, &options);
    out.table(&compare::table(&reading, &others))?;
    out.finish()?;
    compare::advise(&reading, &others);
    let rhythm = propose::rhythm(&reading, &others);
    let feed = compare::feed_beside(&reading, &others);
    write_stanza(&target, args, &reading, &propose::schedule(&rhythm, &target.name), feed.as_ref())?;
    Ok(Ended::Done)
}

/// Why a page makes no source.
fn refusal(reading: &Reading) -> Option<String> {
    let extraction = &reading.extraction;
    if reading.records.is_empty() {
        let reason = extraction.reason.as_deref().unwrap_or("nothing was found on this page");
        return Some(reason.to_owned());
    }
    (extraction.kind == PageKind::Article).then(|| "this is one article; add the page that lists it".to_owned())
}

/// Which source is written where.
struct Target {
    path: PathBuf,
    /// Text of the config, "" when there is none yet.
    text: String,
    name: String,
    url: Url,
}

impl Target {
    /// The place and the name, once it is certain that the config has no such source.
    fn of(global: &Global, args: &AddArgs, snapshot: &Snapshot, reading: &Reading) -> anyhow::Result<Self> {
        let url = page_url(args, snapshot, reading)?;
        let found = config(global)?;
        let path = match (&found, &global.config) {
            (Some(found), _) => found.path.clone(),
            (None, Some(path)) => path.clone(),
            (None, None) => PathBuf::from(NEW_CONFIG),
        };
        let text = if found.is_some() { std::fs::read_to_string(&path)? } else { String::new() };
        let sources = found.as_ref().map_or(&[][..], |found| &found.config.sources);
        let is_same = |url: &Url, known: &Url| pipeline::same_listing(url, known);
        if let Some(known) = sources.iter().find(|source| source.urls.iter().any(|known| is_same(&url, known))) {
            let problem = format!("`{}` has this page already, as source `{}`", path.display(), known.name);
            return Err(Usage(problem).into());
        }
        let is_taken = |name: &str| sources.iter().any(|source| source.name == name);
        let name = match args.page.inputs.source() {
            Some(name) if is_taken(name) => {
                let problem = format!("`{}` has a source `{name}`; name another with --source NAME", path.display());
                return Err(Usage(problem).into());
            }
            Some(name) => name.to_owned(),
            None => propose::name(&url, is_taken),
        };
        Ok(Self { path, text, name, url })
    }
}

/// The config that applies; a file that was named and is not there yet will be made.
fn config(global: &Global) -> anyhow::Result<Option<Found>> {
    if global.config.as_ref().is_some_and(|path| !path.exists()) {
        return Ok(None);
    }
    places::config(global)
}

/// The URL that visits will ask for: the one given, or for a file the one that the page names.
fn page_url(args: &AddArgs, snapshot: &Snapshot, reading: &Reading) -> Result<Url, Usage> {
    let of_page = Url::parse(&snapshot.page).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    of_page
        .or_else(|| args.page.inputs.base_url().cloned())
        .or_else(|| reading.extraction.base_url.clone())
        .ok_or_else(|| Usage("the file does not say which URL it was saved from; add --base-url URL".to_owned()))
}

fn write_stanza(
    target: &Target,
    args: &AddArgs,
    reading: &Reading,
    proposed: &propose::Proposal,
    feed: Option<&compare::Beside<'_>>,
) -> anyhow::Result<()> {
    let schedule = args.schedule.as_ref().unwrap_or(&proposed.schedule);
    let language = propose::language(args.page.inputs.language(), reading);
    let keys = stanza::Keys {
        name: &target.name,
        url: &target.url,
        feed: feed.map(|beside| (beside.url, beside.comment())),
        schedule,
        language: language.as_deref(),
        time_zone: args.page.inputs.time_zone(),
        networks: args.page.allowed_networks(),
    };
    let (stanza, text) = stanza::added(&target.text, &keys).context("the config cannot be edited")?;
    Config::parse(&target.path, &text)?;
    if args.schedule.is_none() {
        output::say(&proposed.reason);
    }
    output::say(&format!("\n{}", stanza.trim_end()));
    if args.dry_run {
        output::say("nothing was written (--dry-run)");
        return Ok(());
    }
    write(&target.path, &text)?;
    output::say(&format!("\nwritten to `{}`; try `tearsheet run {}`", target.path.display(), target.name));
    Ok(())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    atomic_file::write(path, |out| out.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}
