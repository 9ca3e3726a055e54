//! The explanation of a page as one JSON object.

use super::Explained;
use serde_json::json;

/// Everything that is known about one page.
pub(super) fn of(page: &Explained<'_>) -> serde_json::Value {
    let Explained { snapshot, reading, regions, memory, parameters, feed, .. } = page;
    let extraction = &reading.extraction;
    let regions: Vec<_> = regions
        .iter()
        .map(|region| {
            let terms: serde_json::Map<String, serde_json::Value> =
                region.terms.iter().map(|(name, worth)| ((*name).to_owned(), json!(worth))).collect();
            json!({"score": region.score, "candidates": region.candidates, "kept": region.kept, "terms": terms,
                "path": region.path, "text": region.text, "verdict": region.verdict})
        })
        .collect();
    let records: Vec<_> = extraction
        .teasers
        .iter()
        .zip(&reading.records)
        .map(|(teaser, record)| {
            json!({"record": record, "rules": teaser.rules, "date_texts": teaser.date_texts,
                "offset_basis": record.published_offset, "from_feed": feed.map(|feed| feed.of_record(record))})
        })
        .collect();
    let furniture: Vec<_> = extraction
        .furniture
        .iter()
        .map(|block| json!({"reason": block.reason, "title": block.teaser.title, "place": block.teaser.rules.path}))
        .collect();
    let from_feed = feed.map(|feed| json!({"url": feed.url, "problem": feed.problem, "fields": feed.counts()}));
    json!({"page": snapshot.page, "feed": from_feed, "kind": extraction.kind, "method": extraction.method, "reason": extraction.reason,
        "base_url": extraction.base_url, "language": extraction.language, "next_pages": extraction.next_pages,
        "feeds": extraction.feeds, "encoding_conflict": extraction.encoding_conflict, "regions": regions,
        "records": records, "dates": reading.memory.dates, "furniture": furniture, "rejections": extraction.rejections, "wrapper": reading.memory.wrapper,
        "wrapper_check": reading.wrapper, "learned_before": memory.wrapper, "url_parameters": parameters})
}
