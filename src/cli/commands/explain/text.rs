//! The explanation of a page for people.

use super::Explained;
use crate::cli::output::{self, Table};
use tearsheet::dates;
use tearsheet::extract::RegionReport;
use tearsheet::model::{Teaser, WrapperCheck};
use tearsheet::pipeline::Reading;

/// Regions worth looking at; behind them come menus of menus.
const REGIONS_SHOWN: usize = 12;

/// Prints everything that is known about one page.
pub(super) fn print(out: &mut output::Data, page: &Explained<'_>) -> anyhow::Result<()> {
    let Explained { snapshot, reading, regions, .. } = page;
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
    out.table(&record_table(page))?;
    feed(out, page)?;
    lessons(out, reading)?;
    out.line("\nNot kept")?;
    let mut rejected = Table::new(&["reason", "place", "text"]);
    for block in &extraction.furniture {
        let text = block.teaser.title.clone().or_else(|| block.teaser.excerpt.clone()).unwrap_or_default();
        rejected.row(&[format!("furniture: {}", block.reason.as_str()), place(&block.teaser), text]);
    }
    for rejection in &extraction.rejections {
        rejected.row(&[rejection.reason.as_str().to_owned(), rejection.place.clone(), rejection.text.clone()]);
    }
    for region in regions.iter().filter(|region| region.kept == 0).take(REGIONS_SHOWN) {
        rejected.row(&[format!("region: {}", region.verdict), region.path.clone(), region.text.clone()]);
    }
    out.table(&rejected)?;
    parameters(out, page)?;
    wrapper(out, &snapshot.source, reading)
}

/// What the dates of the listing decide together.
fn lessons(out: &mut output::Data, reading: &Reading) -> anyhow::Result<()> {
    let lessons = dates::lessons(&reading.memory.dates);
    if lessons.is_empty() {
        return Ok(());
    }
    out.line("\nWhat its dates decide together; `time_zone` and `language` in the config overrule")?;
    let mut table = Table::new(&["what", "verdict", "why"]);
    for lesson in lessons {
        table.row(&[lesson.what.to_owned(), lesson.verdict, lesson.why]);
    }
    out.table(&table)?;
    Ok(())
}

/// What the feed of the source has filled in.
fn feed(out: &mut output::Data, page: &Explained<'_>) -> anyhow::Result<()> {
    let Some(feed) = page.feed else { return Ok(()) };
    let name = feed.url.as_ref().map_or_else(|| "that the source had".to_owned(), |url| format!("`{url}`"));
    let counts: Vec<String> = feed.counts().iter().map(|(field, count)| format!("{field} {count}")).collect();
    let given = if counts.is_empty() { "nothing so far".to_owned() } else { counts.join(", ") };
    out.line(&format!("\nFilled in from the feed {name}, over all records: {given}"))?;
    if let Some(problem) = &feed.problem {
        out.line(&format!("At the last visit it could not be read: {problem}"))?;
    }
    Ok(())
}

/// What the query parameters of the source mean, as its records tell.
fn parameters(out: &mut output::Data, page: &Explained<'_>) -> anyhow::Result<()> {
    if page.parameters.is_empty() {
        return Ok(());
    }
    out.line("\nQuery parameters of this source; `url_parameters` in the config overrules")?;
    let mut table = Table::new(&["parameter", "host", "verdict", "why"]);
    for parameter in page.parameters {
        let host = if parameter.host.is_empty() { "all" } else { &parameter.host };
        let verdict = parameter.verdict.as_str().to_owned();
        table.row(&[parameter.name.clone(), host.to_owned(), verdict, parameter.reason.clone()]);
    }
    out.table(&table)?;
    Ok(())
}

/// What was learned about the listing, ready for the config.
fn wrapper(out: &mut output::Data, source: &str, reading: &Reading) -> anyhow::Result<()> {
    let Some(wrapper) = &reading.memory.wrapper else { return Ok(()) };
    let verdict = match &reading.wrapper {
        WrapperCheck::None => "not asked: the page is no listing".to_owned(),
        WrapperCheck::Learned => "learned from this page".to_owned(),
        WrapperCheck::Held => "the page is built as it was".to_owned(),
        WrapperCheck::Healed { found, known } => format!("healed, {found}/{known} known records found again"),
        WrapperCheck::Dropped { what } => format!("kept as it was: {what}"),
        WrapperCheck::Lost { found, known } => {
            format!("kept as it was: the page is built differently, {found}/{known} known records found again")
        }
    };
    out.line(&format!("\nWrapper, version {}: {verdict}. To fix it in the config:", wrapper.version))?;
    let item = wrapper.items.join(", ").replace('\\', "\\\\").replace('"', "\\\"");
    out.line(&format!("[source.{source}.selectors]\nitem = \"{item}\""))?;
    Ok(())
}

fn region_table(regions: &[RegionReport]) -> Table {
    let mut table = Table::new(&["score", "candidates", "kept", "verdict", "terms of the score", "first candidate"]);
    for region in regions.iter().take(REGIONS_SHOWN) {
        let terms: Vec<String> = region.terms.iter().map(|(name, worth)| format!("{name} {worth:+.2}")).collect();
        table.row(&[
            format!("{:.2}", region.score),
            region.candidates.to_string(),
            region.kept.to_string(),
            region.verdict.to_owned(),
            terms.join(", "),
            format!("{}: {}", region.path, region.text),
        ]);
    }
    table
}

fn record_table(page: &Explained<'_>) -> Table {
    let Explained { reading, feed, .. } = page;
    let mut table = Table::new(&["#", "title", "rules", "place"]);
    for (teaser, record) in reading.extraction.teasers.iter().zip(&reading.records) {
        let rules = &teaser.rules;
        let fields = [
            ("title", rules.title),
            ("url", rules.url),
            ("excerpt", rules.excerpt),
            ("author", rules.author),
            ("date", rules.date),
            ("image", rules.image),
        ];
        let mut fields: Vec<String> =
            fields.iter().filter_map(|(field, rule)| rule.map(|rule| format!("{field}: {rule}"))).collect();
        fields.extend(record.published_offset.map(|basis| format!("offset: {}", basis.as_str())));
        let filled = feed.map_or(&[][..], |feed| feed.of_record(record));
        fields.extend((!filled.is_empty()).then(|| format!("from the feed: {}", filled.join(" "))));
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
