//! Rows of teasers: JSON Lines, JSON arrays, CSV (also with tabs or semicolons).
//!
//! In: text, or a reader for dumps of any length. Out: an [`Extraction`]; every row is a teaser or a rejection. A row
//! is a teaser when it has a title or an excerpt. Rows are teasers already: no furniture, no menus.

mod fields;
mod groups;
mod instant;
mod row;
mod split;

use super::Options;
use super::json_parts;
use crate::model::{Extraction, Method, PageKind, Rejection, RejectionReason, Snapshot};
use fields::Columns;
use row::Row;
use serde_json::Value;
use url::Url;

pub use fields::FIELDS;
pub use groups::{Groups, MAX_GROUP_ROWS, RowGroup, groups};
pub use split::{RowFormat, format_of};

/// First characters kept of a row that was rejected.
const REJECTED_CHARS: usize = 120;

/// True when the text begins with a CSV header that names teaser fields.
pub(super) fn is_csv(head: &str, options: &Options) -> bool {
    fields::header(head.lines().next().unwrap_or(""), options).is_some()
}

/// Reads the rows of one group; relative addresses lead on from `base_url`.
#[must_use]
pub fn teasers(group: &RowGroup, base_url: Option<&Url>, options: &Options) -> Extraction {
    let text = String::from_utf8_lossy(&group.body);
    match group.format {
        RowFormat::Csv => csv_rows(&text, base_url, options),
        RowFormat::JsonLines | RowFormat::JsonArray => json_rows(&text, base_url, options),
    }
}

/// Reads JSON Lines, or one JSON array or object.
pub(super) fn read_json(snapshot: &Snapshot, text: &str, options: &Options) -> Extraction {
    json_rows(text, snapshot.base_url.as_ref(), options)
}

/// Reads CSV with a header.
pub(super) fn read_csv(snapshot: &Snapshot, text: &str, options: &Options) -> Extraction {
    csv_rows(text, snapshot.base_url.as_ref(), options)
}

/// Collects teasers and rejections in order.
struct Gather<'a> {
    extraction: Extraction,
    base_url: Option<&'a Url>,
    row: usize,
}

impl<'a> Gather<'a> {
    fn new(base_url: Option<&'a Url>) -> Self {
        let mut extraction = Extraction::nothing(PageKind::Empty, "there are no rows");
        extraction.method = Method::Rows;
        extraction.base_url = base_url.cloned();
        Self { extraction, base_url, row: 0 }
    }

    fn push(&mut self, row: Row, raw: &str) {
        match row.finish(self.base_url) {
            Some(mut teaser) => {
                self.row += 1;
                teaser.position = u32::try_from(self.extraction.teasers.len() + 1).unwrap_or(u32::MAX);
                teaser.rules.path = Some(format!("row {}", self.row));
                self.extraction.teasers.push(teaser);
            }
            None => self.reject(RejectionReason::NoText, raw),
        }
    }

    fn reject(&mut self, reason: RejectionReason, raw: &str) {
        self.row += 1;
        let text = raw.chars().take(REJECTED_CHARS).collect();
        self.extraction.rejections.push(Rejection { reason, place: format!("row {}", self.row), text });
    }

    fn finish(mut self) -> Extraction {
        if !self.extraction.teasers.is_empty() {
            self.extraction.kind = PageKind::Listing;
            self.extraction.reason = None;
        } else if !self.extraction.rejections.is_empty() {
            let words = "no row holds a title or an excerpt; `--map title=COLUMN` names the column";
            self.extraction.reason = Some(words.to_owned());
        }
        self.extraction
    }
}

fn json_rows(text: &str, base_url: Option<&Url>, options: &Options) -> Extraction {
    let mut gather = Gather::new(base_url);
    let mut columns = Columns::new(options);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if let Some(array) = text.strip_prefix('[') {
        for value in json_parts::values(array) {
            json_row(&mut gather, &mut columns, value);
        }
        return gather.finish();
    }
    let is_json = |line| serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    if !text.lines().next().is_some_and(is_json)
        && let Ok(whole) = serde_json::from_str::<Value>(text)
    {
        // One object over many lines: a row, or rows under one of its keys.
        match rows_inside(&whole, &mut columns) {
            Some(rows) => rows.iter().for_each(|row| object_row(&mut gather, &mut columns, row, "")),
            None => object_row(&mut gather, &mut columns, &whole, text),
        }
        return gather.finish();
    }
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        json_row(&mut gather, &mut columns, line);
    }
    gather.finish()
}

fn json_row(gather: &mut Gather<'_>, columns: &mut Columns, raw: &str) {
    if raw.len() > split::MAX_ROW_BYTES {
        return gather.reject(RejectionReason::OverLimit, raw);
    }
    match serde_json::from_str::<Value>(raw) {
        Ok(value) => match rows_inside(&value, columns) {
            Some(rows) => rows.iter().for_each(|row| object_row(gather, columns, row, raw)),
            None => object_row(gather, columns, &value, raw),
        },
        Err(_) => gather.reject(RejectionReason::Malformed, raw),
    }
}

fn object_row(gather: &mut Gather<'_>, columns: &mut Columns, value: &Value, raw: &str) {
    let Some(object) = value.as_object() else { return gather.reject(RejectionReason::Malformed, raw) };
    let mut row = Row::default();
    for (key, value) in object {
        if let Some((field, rank)) = columns.field(key) {
            row.json(field, rank, value);
        }
    }
    gather.push(row, raw);
}

/// The objects that an answer of an API wraps: under `articles`, `results` or any other key.
fn rows_inside<'a>(value: &'a Value, columns: &mut Columns) -> Option<&'a Vec<Value>> {
    let object = match value {
        Value::Array(rows) => return Some(rows),
        Value::Object(object) => object,
        _ => return None,
    };
    let mut names_text = |row: &Value| {
        row.as_object().is_some_and(|o| o.keys().any(|k| columns.field(k).is_some_and(|(f, _)| f.is_text())))
    };
    if names_text(value) {
        return None;
    }
    object.values().filter_map(Value::as_array).find(|rows| rows.first().is_some_and(&mut names_text))
}

fn csv_rows(text: &str, base_url: Option<&Url>, options: &Options) -> Extraction {
    let mut gather = Gather::new(base_url);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let Some(header) = fields::header(text.lines().next().unwrap_or(""), options) else {
        return gather.finish();
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(header.delimiter).flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        match record {
            Ok(record) if record.as_slice().len() > split::MAX_ROW_BYTES => {
                gather.reject(RejectionReason::OverLimit, record.as_slice());
            }
            Ok(record) => {
                let mut row = Row::default();
                for (cell, column) in record.iter().zip(&header.columns) {
                    if let Some((field, rank)) = *column {
                        row.text(field, rank, cell);
                    }
                }
                gather.push(row, record.as_slice());
            }
            Err(error) => gather.reject(RejectionReason::Malformed, &error.to_string()),
        }
    }
    gather.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(extraction: &Extraction) -> Vec<&str> {
        extraction.teasers.iter().map(|t| t.title.as_deref().unwrap_or("-")).collect()
    }

    #[test]
    fn json_lines_with_other_names_are_read() {
        let base = Url::parse("https://news.example/").ok();
        let found = json_rows(
            "{\"headline\": \"Tea &amp; cake\", \"link\": \"/tea\", \"pubDate\": 1709632800, \"authors\": [{\"name\": \"Ann\"}, \"Bo\"]}\n\
             {\"url\": \"https://news.example/none\"}\n{\"title\": \"cut\n\n{\"title\": {\"rendered\": \"<b>B</b>\"}, \"tags\": \"a; b\"}",
            base.as_ref(),
            &Options::default(),
        );
        assert_eq!(titles(&found), ["Tea & cake", "B"]);
        assert_eq!(
            found.rejections.iter().map(|r| r.reason).collect::<Vec<_>>(),
            [RejectionReason::NoText, RejectionReason::Malformed]
        );
        let tea = &found.teasers[0];
        assert_eq!(tea.url.as_ref().map(Url::as_str), Some("https://news.example/tea"));
        assert_eq!((tea.author.as_deref(), tea.date_texts[0].text.as_str()), (Some("Ann, Bo"), "2024-03-05T10:00:00Z"));
        assert_eq!(found.teasers[1].tags, ["a", "b"]);
    }

    #[test]
    fn arrays_and_answers_of_interfaces_are_rows() {
        let read = |text| titles(&json_rows(text, None, &Options::default())).join(" ");
        assert_eq!(read("[{\"title\": \"A\"},\n {\"title\": \"B\"}, {\"title"), "A B");
        assert_eq!(read("{\n \"status\": \"ok\",\n \"articles\": [{\"title\": \"A\"}]\n}"), "A");
        assert_eq!(read("{\"status\": \"ok\", \"articles\": [{\"title\": \"A\"}]}"), "A");
        assert_eq!(read("{\n \"title\": \"A\"\n}"), "A");
    }

    #[test]
    fn csv_takes_its_columns_from_the_header() {
        let options = Options { map: vec![("title".to_owned(), "Thema".to_owned())], ..Options::default() };
        let found = csv_rows(
            "\u{feff}Thema;Datum;url\n\"Tee; Kuchen\";05.03.2024;https://a.example/\n;;x\nNur Titel\n",
            None,
            &options,
        );
        assert_eq!(titles(&found), ["Tee; Kuchen", "Nur Titel"]);
        assert_eq!(found.rejections.len(), 1);
        assert!(is_csv("title,url\n", &Options::default()));
        assert!(!is_csv("Title of a story, with a comma\n", &Options::default()));
    }
}
