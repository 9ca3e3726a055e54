//! `tearsheet explain`: the terms of the scores, the rules of the fields, the reasons of the rejections, the drawing.

use crate::program::run_in;
use crate::shared;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use tearsheet::html::Document;

const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>Fen News</title><script>steal()</script>
<link rel="stylesheet" href="https://fen.example/x.css"></head><body onload="steal()">
<nav><ul><li><a href="/a">Home and garden</a></li><li><a href="/b">Weather today</a></li><li><a href="/c">Ferry times</a></li></ul></nav>
<main><article><h2><a href="/s/reed" onclick="x()">Reed is cut on the ice</a></h2><time datetime="2026-01-05">5 January</time><p>It is the best roof that money cannot buy, say those who carry it.</p></article>
<article><h2><a href="/s/eel">Eels climb the new ladder</a></h2><time datetime="2026-01-04">4 January</time><p>Pupils counted eleven in one night, by torchlight and with cold feet.</p></article>
<article><h2><a href="/s/peat">Peat is not burned any more</a></h2><time datetime="2026-01-03">3 January</time><p>The last cutter has sold his spade to the museum for a cake.</p><img src="https://fen.example/p.jpg" alt="A spade &lt;old&gt;"></article>
<article><h2><a href="/s/reed" onclick="x()">Reed is cut on the ice</a></h2><time datetime="2026-01-05">5 January</time><p>It is the best roof that money cannot buy, say those who carry it.</p></article></main>
<iframe src="https://ads.example/"></iframe></body></html>"#;

fn put(folder: &Path, name: &str, text: &str) {
    File::create(folder.join(name)).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn everything_that_was_decided_is_told() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "page.html", PAGE);
    let arguments = ["explain", "page.html", "--base-url", "https://fen.example/news", "--format"];
    let said = run_in(folder.path(), &[&arguments[..], &["jsonl"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let told: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&told["kind"], &told["method"]), (&"listing".into(), &"dom".into()));
    assert_eq!(told["records"].as_array().unwrap().len(), 3);
    let rules = &told["records"][0]["rules"];
    for field in ["title", "url", "date", "excerpt", "path"] {
        assert!(rules[field].is_string(), "{field}: {rules}");
    }
    assert_eq!(told["rejections"][0]["reason"], "repeat_on_page");
    let regions = told["regions"].as_array().unwrap();
    assert_eq!(regions[0]["verdict"], "kept");
    assert!(regions[0]["terms"].as_object().unwrap().len() >= 3);
    let menu = regions.iter().find(|r| r["text"].as_str().unwrap().starts_with("Home and garden")).unwrap();
    assert_eq!((&menu["kept"], &menu["verdict"]), (&0.into(), &"part of a menu, header or footer".into()));
    assert_eq!(told["wrapper"]["items"][0], "main > article");

    let said = run_in(folder.path(), &[&arguments[..], &["table"]].concat());
    for part in ["Reed is cut on the ice", "repeat_on_page", "part of a menu", "item = \"main > article\"", "title: "] {
        assert!(said.out.contains(part), "`{part}` is missing in\n{}", said.out);
    }
}

/// Everything in `html` that could load, run or lead somewhere.
fn dangers(html: &str) -> Vec<String> {
    let doc = Document::parse(html);
    let mut found = Vec::new();
    for node in doc.elements() {
        let tag = doc.tag(node);
        let is_known = tearsheet_tags().contains(&tag);
        if !is_known {
            found.push(format!("<{tag}>"));
        }
        for (name, value) in doc.attributes(node) {
            let is_plain = matches!(name, "class" | "data-label") || tag == "meta" && !value.contains("refresh");
            if !is_plain {
                found.push(format!("<{tag} {name}={value}>"));
            }
        }
    }
    found
}

/// Tags that load and run nothing.
fn tearsheet_tags() -> Vec<&'static str> {
    "html head meta title style body article aside b blockquote br dd div dl dt em figcaption figure footer h1 h2 h3 h4 h5 \
     h6 header hr i li main nav ol p pre section small span strong sub sup table tbody td tfoot th thead time tr ul"
        .split_whitespace()
        .collect()
}

#[test]
fn the_drawing_outlines_and_holds_nothing_of_the_page_but_its_text() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "page.html", PAGE);
    let arguments = ["explain", "page.html", "--base-url", "https://fen.example/news", "--html", "why.html"];
    let said = run_in(folder.path(), &arguments);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    let drawing = std::fs::read_to_string(folder.path().join("why.html")).unwrap();
    assert_eq!(drawing.matches("class=\"record\"").count(), 3);
    assert!(drawing.contains("class=\"rejected\" data-label=\"repeat_on_page\""), "{drawing}");
    assert!(drawing.contains("part of a menu"));
    assert!(drawing.contains("[image: A spade &lt;old&gt;]"));
    assert!(drawing.contains("Content-Security-Policy"));
    assert!(!drawing.contains("steal()") && !drawing.contains("ads.example") && !drawing.contains("x.css"));
    assert_eq!(dangers(&drawing), [""; 0]);
}

#[test]
fn hostile_text_stays_text_in_the_drawing() {
    let rows = shared::rows("vectors/hostile/xss.jsonl");
    if rows.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut page = String::from("<html><head><title>x</title></head><body><main>");
    for (i, row) in rows.iter().enumerate() {
        let text = row["in"].as_str().unwrap_or_default();
        let as_text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(page, "<article><h2><a href='/s/{i}'>{as_text} {i}</a></h2><div>{text}</div></article>");
    }
    put(folder.path(), "page.html", &page);
    let arguments = ["explain", "page.html", "--base-url", "https://fen.example/news", "--html", "why.html"];
    let said = run_in(folder.path(), &arguments);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let drawing = std::fs::read_to_string(folder.path().join("why.html")).unwrap();
    assert!(drawing.len() > 20_000, "the drawing is nearly empty");
    assert_eq!(dangers(&drawing), [""; 0]);
}
