//! `tearsheet run`: visit the sources that are due.

use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::output::{self, Format, Table};
use crate::cli::places::{self, Found};
use crate::cli::progress::Progress;
use crate::cli::{hints, stop};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tearsheet::fetch::{Clock, SystemClock};
use tearsheet::pipeline::{self, Lock, RunContext, RunReport};
use tearsheet::store::Store;

/// Folder beside the database that keeps every fetched page.
const ARCHIVE: &str = "archive";
/// How long a run waits for a writer that gives way, as `ingest` does between two snapshots. A line of cron comes
/// again in minutes.
const PATIENCE: Duration = Duration::from_mins(1);

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without names it visits the sources whose schedule came due since their last visit, so one crontab line serves all:
  */10 * * * * tearsheet run --quiet --config /home/me/tearsheet/tearsheet.toml

Examples:
  tearsheet run                      what is due
  tearsheet run example-news         this source, now
  tearsheet run --relearn town       accept how its page is built since a redesign")]
pub(crate) struct RunArgs {
    /// Sources to visit now, due or not.
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Take the pages of the named sources as they are built today, after a redesign that could not be verified.
    #[arg(long, requires = "sources")]
    relearn: bool,
    /// How to print the result: `table` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &RunArgs) -> anyhow::Result<Ended> {
    let found = places::config_with_sources(global)?;
    if let Some(name) = pipeline::unknown_sources(&found.config, &args.sources).first() {
        let known: Vec<&str> = found.config.sources.iter().map(|source| source.name.as_str()).collect();
        return Err(
            Usage(format!("`{}` has no source `{name}`; it has {}", found.path.display(), known.join(", "))).into()
        );
    }
    let database = places::database(global, Some(&found));
    let wanted = Wanted { names: &args.sources, relearn: args.relearn };
    let report = visit_due(global, &found, &database, "run", &wanted, &*stop::flag()?)?;
    print(global, args, &report)?;
    hints::say(&report);
    all_archived(&report, &database)?;
    let needs_person = report.sources.iter().any(|source| source.outcome.needs_person());
    Ok(if needs_person { Ended::WithFailures } else { Ended::Done })
}

/// Fails when pages could not be archived: the disk needs a person, although the records are kept.
pub(crate) fn all_archived(report: &RunReport, database: &Path) -> anyhow::Result<()> {
    let folder = database.with_file_name(ARCHIVE);
    let (pages, folder) = (report.unarchived, folder.display());
    anyhow::ensure!(pages == 0, "{pages} pages could not be archived in `{folder}`; their records are kept");
    Ok(())
}

/// Which visits a run should make, and how.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    /// Sources to visit, due or not; none for those that are due.
    names: &'a [String],
    /// Take their pages as they are built today.
    relearn: bool,
}

/// One run, with the lock held for its length: what `run` does once and `watch` over and over.
pub(crate) fn visit_due(
    global: &Global,
    found: &Found,
    database: &Path,
    command: &'static str,
    wanted: &Wanted<'_>,
    stop: &AtomicBool,
) -> anyhow::Result<RunReport> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let _lock = Lock::take_in_turn(database, command, PATIENCE).inspect_err(|held| {
        pipeline::note_missed_visits(database, &found.config, wanted.names, clock.now(), held);
    })?;
    let mut store = Store::open(database)?;
    pipeline::keep_missed_visits(&mut store, database)?;
    let fetcher = pipeline::fetcher_of(&found.config, Arc::clone(&clock));
    let folder = database.with_file_name(ARCHIVE);
    let archive = found.config.archive.then_some(&*folder);
    let context =
        RunContext { config: &found.config, fetcher: &fetcher, clock: &*clock, stop, archive, relearn: wanted.relearn };

    let progress = Progress::start(command, global.quiet);
    let runtime = tokio::runtime::Runtime::new()?;
    let report = pipeline::run(&mut store, &context, &runtime, wanted.names, |source| {
        progress.show(|| format!("{}: {}", source.source, source.outcome.as_str()));
    })?;
    progress.finish();
    Ok(report)
}

fn print(global: &Global, args: &RunArgs, report: &RunReport) -> anyhow::Result<()> {
    let mut out = output::data();
    match Format::or_default(args.format) {
        Format::Jsonl if global.quiet => {}
        Format::Jsonl => report.sources.iter().try_for_each(|source| out.json_line(source))?,
        Format::Table if report.sources.is_empty() => {}
        Format::Table => out.table(&table(report))?,
    }
    out.finish()?;
    if report.sources.is_empty() && !global.quiet {
        let next = report.next_due.map(|next| format!("; the next one is due at {next}")).unwrap_or_default();
        output::say(&format!("nothing is due{next}"));
    }
    if report.stopped {
        output::warn("stopped before the end; the next run goes on");
    }
    Ok(())
}

fn table(report: &RunReport) -> Table {
    let header = ["source", "outcome", "seen", "new", "repeats", "revised", "rejected", "dated"];
    let mut table = Table::new(&header);
    for source in &report.sources {
        let counts = source.counts;
        let numbers = [counts.seen, counts.new, counts.repeats, counts.revised, counts.rejected, counts.dated];
        let mut cells = vec![source.source.clone(), source.outcome.as_str().to_owned()];
        cells.extend(numbers.iter().map(ToString::to_string));
        table.row(&cells);
    }
    table
}
