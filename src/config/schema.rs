//! `config/tearsheet.schema.json`, for editors: generated from `config/tearsheet.toml`, which a test keeps true.
//!
//! Keys, types, defaults and descriptions all come from there; `TEARSHEET_UPDATE=1 cargo test --lib schema` writes the file.

use serde_json::{Map, Value, json};
use std::path::Path;

const EXAMPLE: &str = include_str!("../../config/tearsheet.toml");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/tearsheet.schema.json");

/// Keys that take more than the type of their example.
fn wider(section: &str, key: &str, schema: Value) -> Value {
    match (section, key) {
        ("source.example-news", "url") => {
            json!({"anyOf": [schema, {"type": "array", "items": {"type": "string"}, "minItems": 1}]})
        }
        _ => schema,
    }
}

/// The type of an example value.
fn kind(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(_) | toml::Value::Datetime(_) => json!({"type": "string"}),
        toml::Value::Integer(_) => json!({"type": "integer"}),
        toml::Value::Float(_) => json!({"type": "number"}),
        toml::Value::Boolean(_) => json!({"type": "boolean"}),
        toml::Value::Array(items) => json!({"type": "array", "items": items.first().map_or(json!({}), kind)}),
        toml::Value::Table(_) => json!({"type": "object", "additionalProperties": {"type": "string"}}),
    }
}

/// One `# key = value` line with the comment above or behind it.
struct Shown<'a> {
    section: &'a str,
    key: &'a str,
    value: toml::Value,
    description: String,
}

/// Every key of the example file. Behind "A source is" the values are examples, before it defaults.
fn shown() -> Vec<Shown<'static>> {
    let (mut all, mut section, mut above) = (Vec::new(), "", Vec::new());
    for line in EXAMPLE.lines() {
        let text = line.strip_prefix("# ").unwrap_or(line).trim_end_matches('#').trim();
        let header = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let key = text.split_once(" = ").filter(|(key, _)| !key.contains(' '));
        if let Some(header) = header {
            (section, above) = (header, Vec::new());
        } else if let Some((key, _)) = key.filter(|_| toml::from_str::<toml::Table>(text).is_ok()) {
            let mut table: toml::Table = toml::from_str(text).expect("it was parsed just now");
            let value = table.remove(key).expect("the line has this key");
            let behind = text.rsplit_once("  # ").map(|(_, comment)| comment.trim().to_owned());
            let description = behind.unwrap_or_else(|| above.join(" "));
            all.push(Shown { section, key, value, description });
        } else if text.is_empty() {
            above.clear();
        } else if line.starts_with("# ") {
            above.push(text);
        }
    }
    all
}

/// The properties of one section.
fn properties(section: &str) -> Map<String, Value> {
    let mut out = Map::new();
    for shown in shown().into_iter().filter(|shown| shown.section == section) {
        let mut schema = wider(section, shown.key, kind(&shown.value));
        schema["description"] = match (section.ends_with(".selectors"), shown.description.is_empty()) {
            (true, true) if shown.key == "item" => json!("CSS selector of each record."),
            (true, true) => json!(format!("CSS selector of the {} of a record.", shown.key)),
            _ => json!(shown.description),
        };
        if !section.starts_with("source") {
            schema["default"] = serde_json::to_value(&shown.value).expect("TOML values are JSON");
        }
        out.insert(shown.key.to_owned(), schema);
    }
    out
}

fn object(properties: &Map<String, Value>) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn schema() -> Value {
    let mut source = properties("source.example-news");
    source.insert("selectors".to_owned(), object(&properties("source.example-news.selectors")));
    let mut source = object(&source);
    source["required"] = json!(["url"]);
    let mut top = properties("");
    top.insert("fetch".to_owned(), object(&properties("fetch")));
    let sources = json!({"type": "object", "additionalProperties": source, "description": "The sources, by name."});
    top.insert("source".to_owned(), sources);
    let mut schema = object(&top);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("tearsheet configuration");
    schema
}

/// Keys that the parser knows in a section, as its message about an unknown one names them.
fn known_keys(section: &str) -> Vec<String> {
    let text = if section.is_empty() { "x = 1".to_owned() } else { format!("[{section}]\nx = 1") };
    let error = super::Config::parse(Path::new("t"), &text).expect_err("`x` is no key").to_string();
    let mut keys: Vec<String> = error.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_schema_names_the_keys_that_the_parser_knows() {
    let schema = schema();
    let source = "/properties/source/additionalProperties";
    for (section, place) in [
        ("", String::new()),
        ("fetch", "/properties/fetch".to_owned()),
        ("source.a", source.to_owned()),
        ("source.a.selectors", format!("{source}/properties/selectors")),
    ] {
        let object = schema.pointer(&place).expect("the section is there");
        let mut named: Vec<String> = object["properties"].as_object().expect("an object").keys().cloned().collect();
        named.sort_unstable();
        assert_eq!(named, known_keys(section), "[{section}]: show the key with its default in config/tearsheet.toml");
        for (key, value) in object["properties"].as_object().expect("an object") {
            let is_told =
                value["description"].as_str().is_some_and(|d| !d.is_empty()) || value["properties"].is_object();
            assert!(is_told || key == "fetch", "`{key}` has no description in config/tearsheet.toml");
        }
    }
}

#[test]
fn the_schema_file_is_what_is_generated() {
    let generated = format!("{:#}\n", schema());
    if std::env::var_os("TEARSHEET_UPDATE").is_some() {
        crate::atomic_file::write(Path::new(FILE), |out| std::io::Write::write_all(out, generated.as_bytes()))
            .expect("the schema can be written");
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(kept == generated, "run `TEARSHEET_UPDATE=1 cargo test --lib schema` and commit {FILE}");
}
