//! `tearsheet demo`: the whole pipeline on a sample site of its own.
//!
//! Starts the site on loopback, visits it twice with a clock that stands still (so that every demo dates its records
//! alike), ingests a text dump, and leaves a database, a CSV file and the config that it used.

mod site;

use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::output::{self, Table};
use crate::cli::stop;
use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tearsheet::atomic_file;
use tearsheet::config::Config;
use tearsheet::export::Format;
use tearsheet::fetch::{Clock, FixedClock};
use tearsheet::pipeline::{self, DumpOptions, IngestOptions, Lock, RunContext, RunReport};
use tearsheet::store::{Filter, Store, StoreError};

/// When the demo visits its site for the first time. The pages are dated around it.
const FIRST_VISIT: &str = "2026-11-20T12:00:00Z";
/// Names of the files that the demo leaves; a folder with others in it is foreign.
const OWN_FILES: &[&str] =
    &["demo.db", "demo.db-wal", "demo.db-shm", "demo.db.lock", "demo.csv", "demo.toml", "bulletin.txt", "archive"];

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs no network and no set-up.

Examples:
  tearsheet demo
  tearsheet demo /tmp/try-it")]
pub(crate) struct DemoArgs {
    /// Where to leave `demo.db`, `demo.csv`, `demo.toml` and the text dump; made if it is not there.
    #[arg(value_name = "DIR", default_value = "tearsheet-demo")]
    folder: PathBuf,
}

/// Runs the command.
pub(crate) fn run(_global: &Global, args: &DemoArgs) -> anyhow::Result<Ended> {
    let folder = &args.folder;
    prepare(folder)?;
    let stop = stop::flag()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let site = runtime.block_on(site::start())?;

    let text = site::config(site.address);
    let config_path = folder.join("demo.toml");
    write(&config_path, text.as_bytes())?;
    let config = Config::load(&config_path)?;
    let database = folder.join("demo.db");
    let _lock = Lock::take(&database, "demo")?;
    let mut store = Store::open(&database)?;

    let first: Timestamp = FIRST_VISIT.parse().expect("the instant is a literal");
    output::say("A small news site is running on this machine; visiting it.\n");
    let visits = Visits { config: &config, stop: &stop, runtime: &runtime };
    visits.run(&mut store, first)?;
    ingest_dump(&mut store, folder, first, &stop)?;
    let records = print_records(&store)?;

    site.publish_next_edition();
    output::say("\nAn hour later the site has one new story and has changed a headline; visiting it again.\n");
    let report = visits.run(&mut store, first + SignedDuration::from_hours(1))?;
    print_second_visit(&report)?;
    print_headlines(&store)?;

    pipeline::export_to_file(&store, &Filter::default(), Format::Csv, &folder.join("demo.csv"))?;
    output::say(&format!(
        "\n{records} records after the first visit. Left in `{0}`: demo.db (SQLite), demo.csv, demo.toml (the config)\n\
         Try: tearsheet status --config {0}/demo.toml",
        folder.display()
    ));
    Ok(Ended::Done)
}

/// Makes the folder, or empties it of an earlier demo; a folder with anything else in it is refused.
fn prepare(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    if let Some(foreign) = entries.iter().find(|e| !OWN_FILES.iter().any(|own| e.file_name().as_os_str() == *own)) {
        return Err(Usage(format!(
            "`{}` holds `{}`, which is not from a demo; name an empty folder",
            folder.display(),
            foreign.file_name().display()
        ))
        .into());
    }
    for entry in entries {
        let path = entry.path();
        if path.is_dir() { std::fs::remove_dir_all(&path)? } else { std::fs::remove_file(&path)? }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    atomic_file::write(path, |out| out.write_all(bytes)).with_context(|| format!("cannot write `{}`", path.display()))
}

/// What both visits share.
struct Visits<'a> {
    config: &'a Config,
    stop: &'a AtomicBool,
    runtime: &'a tokio::runtime::Runtime,
}

impl Visits<'_> {
    fn run(&self, store: &mut Store, at: Timestamp) -> Result<RunReport, StoreError> {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock(at));
        let fetcher = pipeline::fetcher_of(self.config, Arc::clone(&clock));
        let context = RunContext {
            config: self.config,
            fetcher: &fetcher,
            clock: &*clock,
            stop: self.stop,
            archive: None,
            relearn: false,
        };
        pipeline::run(store, &context, self.runtime, &[], |_| ())
    }
}

fn ingest_dump(store: &mut Store, folder: &Path, at: Timestamp, stop: &AtomicBool) -> anyhow::Result<()> {
    let dump = folder.join("bulletin.txt");
    write(&dump, site::BULLETIN.as_bytes())?;
    let dumps = DumpOptions { source: Some("northern-shore".to_owned()), at: Some(at), ..DumpOptions::default() };
    let options = IngestOptions { dumps, ..IngestOptions::default() };
    pipeline::ingest(store, vec![dump], &options, stop, None, |_| ())?;
    Ok(())
}

fn print_records(store: &Store) -> anyhow::Result<u64> {
    let mut table = Table::new(&["source", "published", "precision", "title"]);
    let mut records = 0;
    store.each_record::<StoreError>(&Filter::default(), |record| {
        records += 1;
        let published = record.published_at.clone().unwrap_or_else(|| match &record.published_latest {
            Some(latest) => format!("by {}", latest.get(..10).unwrap_or(latest)),
            None => String::new(),
        });
        let precision = record.published_precision.clone().unwrap_or_default();
        table.row(&[record.source.clone(), published, precision, record.title.clone().unwrap_or_default()]);
        Ok(())
    })?;
    let mut out = output::data();
    out.table(&table)?;
    out.finish()?;
    Ok(records)
}

fn print_second_visit(report: &RunReport) -> anyhow::Result<()> {
    let mut table = Table::new(&["source", "seen again", "new", "headline changed"]);
    for source in &report.sources {
        let counts = source.counts;
        let numbers = [counts.repeats, counts.new, counts.revised].map(|count| count.to_string());
        table.row(&[std::slice::from_ref(&source.source), &numbers].concat());
    }
    let mut out = output::data();
    out.table(&table)?;
    out.finish()?;
    Ok(())
}

fn print_headlines(store: &Store) -> Result<(), StoreError> {
    for (old, new) in store.changed_titles()? {
        output::say(&format!("One record, two headlines: “{old}” became “{new}”"));
    }
    Ok(())
}
