//! Feeds, rows and text against the vectors: nothing is lost, nothing panics, text stays text.

use crate::shared;
use std::process::Command;
use tearsheet::extract::{self, Options};
use tearsheet::model::{CaptureBasis, Digest, Extraction, ListingMemory, Origin, Snapshot};

fn read(body: &[u8]) -> Extraction {
    let snapshot = Snapshot {
        source: "s".to_owned(),
        page: "https://s.example/".to_owned(),
        base_url: None,
        captured_at: jiff::Timestamp::UNIX_EPOCH,
        captured_basis: CaptureBasis::Flag,
        content_type: None,
        digest: Digest::of_body(body),
        body: body.to_vec(),
        origin: Origin::Stdin,
    };
    extract::teasers(&snapshot, &ListingMemory::default(), &Options::default())
}

/// Control and bidi characters in any text field.
fn has_hidden(extraction: &Extraction) -> bool {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    let texts =
        extraction.teasers.iter().flat_map(|t| [&t.title, &t.excerpt, &t.author].into_iter().flatten().chain(&t.tags));
    texts.into_iter().any(|text| text.chars().any(hidden) || text.trim().is_empty())
}

#[test]
fn entries_of_feeds_are_counted_like_feedparser_does() {
    let (Some(pack), gold) =
        (shared::path("vectors/feeds/feedparser-tests.tar.xz"), shared::rows("vectors/feeds/feedparser_gold.jsonl"))
    else {
        return;
    };
    let root = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar").arg("-xJf").arg(pack).arg("-C").arg(root.path()).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        return shared::skip("tar with xz");
    }
    let (mut same, mut all) = (0, 0);
    for row in gold.iter().filter(|row| row["n"] != 0) {
        let body = std::fs::read(root.path().join("tests").join(row["path"].as_str().unwrap())).unwrap();
        let found = read(&body);
        assert!(!has_hidden(&found), "{}", row["path"]);
        all += 1;
        same += usize::from(row["n"] == found.teasers.len());
    }
    assert!(same * 100 >= all * 99, "{same} of {all} feeds have the entries that feedparser finds");
}

#[test]
fn naughty_strings_stay_text() {
    let Some(path) = shared::path("vectors/hostile/blns.json") else { return };
    let strings: Vec<String> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for string in &strings {
        let row =
            serde_json::json!({"title": string, "excerpt": string, "author": string, "tags": [string]}).to_string();
        let feed = format!("<rss><channel><item><title><![CDATA[{string}]]></title></item></channel></rss>");
        let list = format!("{string}\n{}\n{string}\n", "Words of a story that goes on. ".repeat(6)).repeat(3);
        for body in [row.as_bytes(), feed.as_bytes(), list.as_bytes(), string.as_bytes()] {
            assert!(!has_hidden(&read(body)), "{string:?}");
        }
    }
}

#[test]
fn markup_in_fields_becomes_text() {
    for row in shared::rows("vectors/hostile/xss.jsonl") {
        let Some(markup) = row["in"].as_str() else { continue };
        let body = serde_json::json!({"title": "A story", "excerpt": markup}).to_string();
        let found = read(body.as_bytes());
        assert_eq!(found.teasers.len(), 1, "{markup}");
        assert!(!has_hidden(&found), "{markup}");
        let excerpt = found.teasers[0].excerpt.clone().unwrap_or_default();
        assert!(!excerpt.contains("<script>alert"), "{excerpt}");
    }
}
