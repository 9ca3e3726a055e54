//! Every folder of `tests/corpus` is one page case: `page.html`, `case.toml` (why the case exists, what kind of page it
//! is), `expected.jsonl` (the records, with the fields that the case is about). No Rust is needed to add one.

use jiff::Timestamp;
use serde::Deserialize;
use std::path::Path;
use tearsheet::model::{CaptureBasis, Digest, ListingMemory, Origin, Snapshot};
use tearsheet::pipeline::{self, Reading, ReadingOptions};
use url::Url;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Why the case exists.
    reason: String,
    /// Kind of page, as `PageKind` is written.
    kind: String,
    base_url: Url,
    captured_at: String,
}

#[test]
fn every_page_reads_as_its_case_says() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus"));
    let mut folders: Vec<_> =
        std::fs::read_dir(root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    assert!(folders.len() >= 40, "the corpus is incomplete: {} cases", folders.len());
    let wrong: Vec<String> = folders
        .iter()
        .filter_map(|folder| check(folder).err().map(|e| format!("{}: {e}", folder.file_name().unwrap().display())))
        .collect();
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), folders.len(), wrong.join("\n"));
}

fn check(folder: &Path) -> Result<(), String> {
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|e| format!("`{name}`: {e}"));
    let case: Case = toml::from_str(&text("case.toml")?).map_err(|e| e.to_string())?;
    if case.reason.is_empty() {
        return Err("the case gives no reason".to_owned());
    }
    let expected: Vec<serde_json::Value> = text("expected.jsonl")?
        .lines()
        .map(|l| serde_json::from_str(l).map_err(|e| e.to_string()))
        .collect::<Result<_, _>>()?;
    let reading = read(text("page.html")?.into_bytes(), &case);
    let kind = serde_json::to_value(reading.extraction.kind).map_err(|e| e.to_string())?;
    let got: Vec<serde_json::Value> = reading.records.iter().map(|r| serde_json::to_value(r).unwrap()).collect();
    let titles: Vec<_> = got.iter().map(|r| r["title"].as_str().unwrap_or("-")).collect();
    if kind != case.kind.as_str() || got.len() != expected.len() {
        return Err(format!("read as {kind} with {titles:?}, expected {} with {} records", case.kind, expected.len()));
    }
    for (record, want) in got.iter().zip(&expected) {
        for (key, value) in want.as_object().ok_or("a line of `expected.jsonl` is no object")? {
            if &record[key] != value {
                return Err(format!("`{key}` is {}, expected {value}", record[key]));
            }
        }
    }
    Ok(())
}

fn read(body: Vec<u8>, case: &Case) -> Reading {
    let snapshot = Snapshot {
        source: "corpus".to_owned(),
        page: case.base_url.to_string(),
        base_url: Some(case.base_url.clone()),
        captured_at: case.captured_at.parse::<Timestamp>().unwrap(),
        captured_basis: CaptureBasis::Flag,
        content_type: Some("text/html; charset=utf-8".to_owned()),
        digest: Digest::of_body(&body),
        body,
        origin: Origin::Stdin,
    };
    pipeline::read(&snapshot, &ListingMemory::default(), &ReadingOptions::default())
}
