//! `tearsheet reprocess`: today's extractor over what was kept.

use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::inputs::zone;
use crate::cli::output::{self, Format, Table};
use crate::cli::{places, stop};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tearsheet::config::Config;
use tearsheet::pipeline::{self, Lock, ReadingOptions, Reprocessed};
use tearsheet::store::{FieldChange, Store};

/// Examples printed of each kind of difference.
const EXAMPLES: usize = 3;
/// Lost originals named one by one; the rest is counted.
const GONE_SHOWN: usize = 10;

/// Arguments of `reprocess`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads the archive of live captures and the originals of what was ingested once more, and prints what would be different:
records that would be new or gone, fields that would change. Nothing is written without --apply. Ids stay. Records that
rest on an original which is gone are left as they are.

Examples:
  tearsheet reprocess                        what would be different, for all sources
  tearsheet reprocess example-news --examples 20
  tearsheet reprocess example-news --apply")]
pub(crate) struct ReprocessArgs {
    /// Sources to read again; else all that the database has.
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Write the difference into the database.
    #[arg(long)]
    apply: bool,
    /// Examples to print of each kind of difference.
    #[arg(long, value_name = "N", default_value_t = EXAMPLES)]
    examples: usize,
    /// BCP 47 language of sources that are not in the config.
    #[arg(long, value_name = "TAG", env = "TEARSHEET_LANGUAGE")]
    language: Option<String>,
    /// Zone of times that state none, for sources that are not in the config.
    #[arg(long, value_name = "ZONE", env = "TEARSHEET_TIME_ZONE")]
    time_zone: Option<String>,
    /// How to print the result: `table` on a terminal, else `jsonl`.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &ReprocessArgs) -> anyhow::Result<Ended> {
    let config = places::config(global)?.map(|found| found.config);
    let database = places::existing_database(global)?;
    let stop = stop::flag()?;
    let _lock = if args.apply { Some(Lock::take(&database, "reprocess")?) } else { None };
    let mut store = if args.apply { Store::open(&database)? } else { Store::open_read_only(&database)? };
    let known = store.source_names()?;
    if let Some(name) = args.sources.iter().find(|name| !known.contains(name)) {
        return Err(Usage(format!("the database has no source `{name}`; it has {}", known.join(", "))).into());
    }
    let sources = if args.sources.is_empty() { &known } else { &args.sources };
    let results = all(&mut store, &database, sources, config.as_ref(), args, &stop)?;
    if args.apply {
        pipeline::settle(&mut store)?;
    }
    print(global, args, &results)?;
    if results.len() < sources.len() {
        output::warn("stopped before the end; the sources above are done, the others are as they were");
    }
    Ok(Ended::Done)
}

fn all(
    store: &mut Store,
    database: &Path,
    sources: &[String],
    config: Option<&Config>,
    args: &ReprocessArgs,
    stop: &AtomicBool,
) -> anyhow::Result<Vec<Reprocessed>> {
    let others = ReadingOptions {
        language: args.language.clone(),
        zone: args.time_zone.as_deref().map(zone).transpose()?,
        ..ReadingOptions::default()
    };
    let mut results = Vec::new();
    for source in sources {
        let options = pipeline::options_for(config, source, &others);
        match pipeline::reprocess(store, database, source, &options, args.apply, stop)? {
            Some(done) => results.push(done),
            None => break,
        }
    }
    Ok(results)
}

/// Changes by field.
fn by_field(result: &Reprocessed) -> BTreeMap<&'static str, Vec<&FieldChange>> {
    let mut fields = BTreeMap::<&str, Vec<&FieldChange>>::new();
    for change in &result.difference.changed {
        fields.entry(change.field).or_default().push(change);
    }
    fields
}

fn print(global: &Global, args: &ReprocessArgs, results: &[Reprocessed]) -> anyhow::Result<()> {
    let mut out = output::data();
    match Format::or_default(args.format) {
        Format::Jsonl => results.iter().try_for_each(|result| out.json_line(&line(result, args.examples)))?,
        Format::Table => {
            let mut table =
                Table::new(&["source", "read", "gone originals", "new", "gone", "changed fields", "applied"]);
            for result in results {
                let fields = by_field(result);
                let fields: Vec<String> =
                    fields.iter().map(|(field, changes)| format!("{field} {}", changes.len())).collect();
                table.row(&[
                    result.source.clone(),
                    result.read.to_string(),
                    result.originals_gone.len().to_string(),
                    result.difference.new.len().to_string(),
                    result.difference.gone.len().to_string(),
                    fields.join(", "),
                    if result.is_applied { "yes" } else { "no" }.to_owned(),
                ]);
            }
            out.table(&table)?;
            for result in results {
                examples(&mut out, result, args.examples)?;
            }
        }
    }
    out.finish()?;
    if !global.quiet {
        results.iter().for_each(say);
    }
    Ok(())
}

fn line(result: &Reprocessed, examples: usize) -> serde_json::Value {
    let fields = by_field(result);
    let counts: BTreeMap<&str, usize> = fields.iter().map(|(field, changes)| (*field, changes.len())).collect();
    let some: Vec<&&FieldChange> = fields.values().flat_map(|changes| changes.iter().take(examples)).collect();
    serde_json::json!({
        "source": result.source,
        "read": result.read,
        "originals_gone": result.originals_gone.len(),
        "frozen": result.difference.frozen,
        "new": result.difference.new.len(),
        "gone": result.difference.gone.len(),
        "changed": counts,
        "applied": result.is_applied,
        "examples": {
            "new": result.difference.new.iter().take(examples).collect::<Vec<_>>(),
            "gone": result.difference.gone.iter().take(examples).collect::<Vec<_>>(),
            "changed": some,
        },
    })
}

fn examples(out: &mut output::Data, result: &Reprocessed, most: usize) -> std::io::Result<()> {
    for (word, records) in [("new", &result.difference.new), ("gone", &result.difference.gone)] {
        for record in records.iter().take(most) {
            out.line(&format!("{}: {word}: {}", result.source, record.title))?;
        }
    }
    let text =
        |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned()).chars().take(120).collect::<String>();
    for (field, changes) in by_field(result) {
        for change in changes.iter().take(most) {
            out.line(&format!("{}: {field}: {} → {}", result.source, text(&change.before), text(&change.after)))?;
        }
    }
    Ok(())
}

fn say(result: &Reprocessed) {
    let source = &result.source;
    for (page, reason) in result.originals_gone.iter().take(GONE_SHOWN) {
        output::warn(&format!("`{source}`: the original of `{page}` is gone: {reason}"));
    }
    if result.originals_gone.len() > GONE_SHOWN {
        output::warn(&format!("`{source}`: and {} more originals are gone", result.originals_gone.len() - GONE_SHOWN));
    }
    if result.difference.frozen > 0 {
        output::say(&format!(
            "`{source}`: {} records rest on originals that are gone; they are left as they are",
            result.difference.frozen
        ));
    }
}
