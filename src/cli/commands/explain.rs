//! `tearsheet explain`: why each block was kept or rejected, and which rule read each field.

use crate::cli::args::Global;
use crate::cli::exit::Ended;
use crate::cli::output::{self, Format, Table};
use crate::cli::pages::{self, PageArgs};
use serde_json::json;
use tearsheet::extract::{self, RegionReport};
use tearsheet::html;
use tearsheet::model::{ListingMemory, Snapshot, Teaser};
use tearsheet::pipeline::{self, Reading};

/// Regions worth looking at; behind them come menus of menus.
const REGIONS_SHOWN: usize = 12;

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Shows, for each page: what kind of page it is and which way of reading was taken; every candidate region with its score
and the terms of the score; for every record the rule that read each field; for every rejected block the reason.

Examples:
  tearsheet explain https://news.example/latest
  tearsheet explain page.html --base-url https://news.example/latest --format jsonl | jq .rejections")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pages: PageArgs,
    /// How to print: `table` on a terminal, else `jsonl` (one object a page).
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// Runs the command.
pub(crate) fn run(global: &Global, args: &ExplainArgs) -> anyhow::Result<Ended> {
    let format = Format::or_default(args.format);
    let options = args.pages.inputs.reading_options()?;
    let mut out = output::data();
    let all_read = pages::each_page(global, &args.pages, |snapshot| {
        let reading = pipeline::read(&snapshot, &ListingMemory::default(), &options);
        let text = html::decode(&snapshot.body, snapshot.content_type.as_deref()).text;
        let regions = extract::regions(&text, snapshot.base_url.as_ref());
        match format {
            Format::Jsonl => out.json_line(&as_json(&snapshot, &reading, &regions))?,
            Format::Table => print(&mut out, &snapshot, &reading, &regions)?,
        }
        Ok(true)
    })?;
    out.finish()?;
    Ok(if all_read { Ended::Done } else { Ended::WithFailures })
}

fn print(
    out: &mut output::Data,
    snapshot: &Snapshot,
    reading: &Reading,
    regions: &[RegionReport],
) -> anyhow::Result<()> {
    let extraction = &reading.extraction;
    out.line(&format!(
        "{}: {} page, read by {}; base URL {}; language {}",
        snapshot.page,
        extraction.kind.as_str(),
        word(&extraction.method),
        extraction.base_url.as_ref().map_or("unknown", |url| url.as_str()),
        extraction.language.as_deref().unwrap_or("unknown"),
    ))?;
    if let Some(reason) = &extraction.reason {
        out.line(&format!("no records: {reason}"))?;
    }
    out.line("\nRegions: places where siblings repeat, best first")?;
    out.table(&region_table(regions))?;
    out.line("\nRecords, and the rule that read each field")?;
    out.table(&record_table(&extraction.teasers))?;
    out.line("\nNot kept")?;
    let mut rejected = Table::new(&["reason", "place", "text"]);
    for block in &extraction.furniture {
        let text = block.teaser.title.clone().or_else(|| block.teaser.excerpt.clone()).unwrap_or_default();
        rejected.row(&[format!("furniture: {}", block.reason.as_str()), place(&block.teaser), text]);
    }
    for rejection in &extraction.rejections {
        rejected.row(&[rejection.reason.as_str().to_owned(), rejection.place.clone(), rejection.text.clone()]);
    }
    out.table(&rejected)?;
    Ok(())
}

fn region_table(regions: &[RegionReport]) -> Table {
    let mut table = Table::new(&["score", "candidates", "kept", "terms of the score", "first candidate"]);
    for region in regions.iter().take(REGIONS_SHOWN) {
        let terms: Vec<String> = region.terms.iter().map(|(name, worth)| format!("{name} {worth:+.2}")).collect();
        table.row(&[
            format!("{:.2}", region.score),
            region.candidates.to_string(),
            region.kept.to_string(),
            terms.join(", "),
            format!("{}: {}", region.path, region.text),
        ]);
    }
    table
}

fn record_table(teasers: &[Teaser]) -> Table {
    let mut table = Table::new(&["#", "title", "rules", "place"]);
    for teaser in teasers {
        let rules = &teaser.rules;
        let fields = [
            ("title", rules.title),
            ("url", rules.url),
            ("excerpt", rules.excerpt),
            ("author", rules.author),
            ("date", rules.date),
            ("image", rules.image),
        ];
        let fields: Vec<String> =
            fields.iter().filter_map(|(field, rule)| rule.map(|rule| format!("{field}: {rule}"))).collect();
        let title = teaser.title.clone().or_else(|| teaser.excerpt.clone()).unwrap_or_default();
        table.row(&[teaser.position.to_string(), title, fields.join(", "), place(teaser)]);
    }
    table
}

fn place(teaser: &Teaser) -> String {
    teaser.rules.path.clone().unwrap_or_default()
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn as_json(snapshot: &Snapshot, reading: &Reading, regions: &[RegionReport]) -> serde_json::Value {
    let extraction = &reading.extraction;
    let regions: Vec<_> = regions
        .iter()
        .map(|region| {
            let terms: serde_json::Map<String, serde_json::Value> =
                region.terms.iter().map(|(name, worth)| ((*name).to_owned(), json!(worth))).collect();
            json!({"score": region.score, "candidates": region.candidates, "kept": region.kept, "terms": terms,
                "path": region.path, "text": region.text})
        })
        .collect();
    let records: Vec<_> = extraction
        .teasers
        .iter()
        .zip(&reading.records)
        .map(|(teaser, record)| json!({"record": record, "rules": teaser.rules, "date_texts": teaser.date_texts}))
        .collect();
    let furniture: Vec<_> = extraction
        .furniture
        .iter()
        .map(|block| json!({"reason": block.reason, "title": block.teaser.title, "place": block.teaser.rules.path}))
        .collect();
    json!({"page": snapshot.page, "kind": extraction.kind, "method": extraction.method, "reason": extraction.reason,
        "base_url": extraction.base_url, "language": extraction.language, "next_pages": extraction.next_pages,
        "feeds": extraction.feeds, "encoding_conflict": extraction.encoding_conflict, "regions": regions,
        "records": records, "furniture": furniture, "rejections": extraction.rejections})
}
