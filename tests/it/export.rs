//! Exports as they are written, against the vectors.

use crate::shared;
use tearsheet::export::{Exporter, Format};
use tearsheet::model::StoredRecord;

fn titled(title: &str) -> StoredRecord {
    StoredRecord {
        id: "1".to_owned(),
        source: "gazette".to_owned(),
        title: Some(title.to_owned()),
        url: None,
        canonical_url: None,
        excerpt: None,
        author: None,
        image_url: None,
        tags: Vec::new(),
        language: None,
        published_at: None,
        published_precision: None,
        published_basis: None,
        published_raw: None,
        published_earliest: None,
        published_latest: None,
        mentioned_dates: Vec::new(),
        position: 1,
        fingerprint: "2".to_owned(),
        first_seen_at: "2026-01-01T00:00:00Z".to_owned(),
        last_seen_at: "2026-01-01T00:00:00Z".to_owned(),
        sightings: 1,
        cluster: None,
    }
}

/// The title as a spreadsheet gets it.
fn cell(title: &str, format: Format) -> String {
    let mut bytes = Vec::new();
    let mut exporter = Exporter::new(format, "t", &mut bytes).unwrap();
    exporter.write(&titled(title)).unwrap();
    exporter.finish().unwrap();
    let row = csv::Reader::from_reader(&bytes[..]).records().next().unwrap().unwrap();
    row[StoredRecord::FIELDS.iter().position(|field| *field == "title").unwrap()].to_owned()
}

#[test]
fn spreadsheets_get_no_formulas() {
    let rows = shared::rows("vectors/hostile/csv.jsonl");
    for row in &rows {
        let text = row["in"].as_str().unwrap();
        let must = row["must_neutralise"].as_bool().unwrap();
        let expected = if must { format!("'{text}") } else { text.to_owned() };
        assert_eq!(cell(text, Format::Csv), expected);
        assert_eq!(cell(text, Format::CsvRaw), text, "and it can be told not to");
    }
    assert!(rows.is_empty() || rows.len() == 43, "{}", rows.len());
}
