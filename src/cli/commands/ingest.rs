//! `tearsheet ingest`: dumps into the database.

use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::inputs::{InputArgs, instant};
use crate::cli::progress::Progress;
use crate::cli::{output, places, stop};
use globset::Glob;
use tearsheet::pipeline::{self, DumpOptions, IngestOptions, IngestReport, Lock};
use tearsheet::store::Store;

/// Inputs named one by one when they failed or are damaged; the rest is counted.
const FAILURES_SHOWN: usize = 20;

/// Arguments of `ingest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The same files again change nothing, so an interrupted ingest simply runs again.

Examples:
  tearsheet ingest dumps/
  tearsheet ingest --source example-news --base-url https://news.example/latest saved/*.html
  zcat old.html.gz | tearsheet ingest - --source example-news --at 2019-04-01")]
pub(crate) struct IngestArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// Captures before this instant are passed over, before they are parsed.
    #[arg(long, value_name = "INSTANT", env = "TEARSHEET_SINCE")]
    since: Option<String>,
    /// Captures whose URL does not match are passed over (`https://news.example/world/*`); `*` also stands for slashes.
    #[arg(long = "match", value_name = "GLOB", env = "TEARSHEET_MATCH")]
    matching: Option<String>,
}

impl IngestArgs {
    fn dump_options(&self) -> Result<DumpOptions, Usage> {
        let glob = |text: &str| {
            Glob::new(text).map(|glob| glob.compile_matcher()).map_err(|error| Usage(format!("--match: {error}")))
        };
        Ok(DumpOptions {
            since: self.since.as_deref().map(instant).transpose()?,
            matching: self.matching.as_deref().map(glob).transpose()?,
            ..self.inputs.dump_options()?
        })
    }
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &IngestArgs) -> anyhow::Result<Ended> {
    let config = places::config(global)?;
    let options = IngestOptions {
        dumps: args.dump_options()?,
        reading: args.inputs.reading_options()?,
        told: config.as_ref().map(|found| pipeline::told_parameters(&found.config.sources)),
    };
    let database = places::database(global, config.as_ref());
    // Before the lock: whoever sees it taken may already ask to stop.
    let stop = stop::flag()?;
    let mut lock = Lock::take_giving_way(&database, "ingest")?;
    let mut store = Store::open(&database)?;
    let progress = Progress::start_bytes("ingest", global.quiet, || pipeline::total_bytes(&args.inputs.paths()));
    let report = pipeline::ingest(&mut store, args.inputs.paths(), &options, &stop, Some(&mut lock), |report| {
        progress.show_bytes(report.bytes, || {
            format!("{} snapshots, {} new, {} repeats", report.snapshots, report.records.new, report.records.repeats)
        });
    })?;
    progress.finish();
    warn(&report, &options);
    if !global.quiet {
        say(&report);
    }
    Ok(if report.failed.is_empty() { Ended::Done } else { Ended::WithFailures })
}

/// What went wrong, or may mislead.
fn warn(report: &IngestReport, options: &IngestOptions) {
    for (input, reason) in report.damaged.iter().take(FAILURES_SHOWN) {
        output::warn(&format!("`{input}`: {reason}; what stands around it was read"));
    }
    for (input, reason) in report.failed.iter().take(FAILURES_SHOWN) {
        output::warn(&format!("cannot read `{input}`: {reason}"));
    }
    for (input, reason) in report.without_teasers.iter().take(FAILURES_SHOWN) {
        output::warn(&format!("nothing is kept of `{input}`: {reason}"));
    }
    if report.without_teasers.len() > FAILURES_SHOWN {
        output::warn(&format!("and {} more files of rows gave nothing", report.without_teasers.len() - FAILURES_SHOWN));
    }
    if report.failed.len() > FAILURES_SHOWN {
        output::warn(&format!("and {} more inputs could not be read", report.failed.len() - FAILURES_SHOWN));
    }
    if report.dated_by_file > 0 && options.dumps.at.is_none() {
        output::warn(&format!(
            "{} snapshots are dated by the modification time of their file, which copying changes; give --at INSTANT if you know better",
            report.dated_by_file
        ));
    }
    if report.stopped {
        output::warn("stopped before the end; run the same command again to go on");
    }
}

/// What was done.
fn say(report: &IngestReport) {
    let nothing: Vec<String> = report.nothing.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let nothing = if nothing.is_empty() { String::new() } else { format!("; without records: {}", nothing.join(", ")) };
    let counts = &report.records;
    output::say(&format!("{} snapshots, {} of them known before{nothing}", report.snapshots, report.known));
    output::say(&format!(
        "{} teasers seen: {} new, {} repeats, {} revised; {} dated, {} rejected, {} furniture",
        counts.seen, counts.new, counts.repeats, counts.revised, counts.dated, counts.rejected, report.furniture,
    ));
    if report.healed + report.changed > 0 {
        output::say(&format!(
            "{} pages were redesigned and healed; {} changed in a way that could not be verified",
            report.healed, report.changed
        ));
    }
    if report.inputs_known > 0 {
        output::say(&format!("{} inputs were read to their end before; nothing was done", report.inputs_known));
    }
    if report.passed_over > 0 {
        output::say(&format!("{} captures passed over", report.passed_over));
    }
}
