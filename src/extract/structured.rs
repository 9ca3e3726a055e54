//! What a page says in data beside what it shows: JSON-LD, and JSON state embedded for a script.
//!
//! In: the page. Out: stories with the fields the data states. Checked against the page by the caller: data alone is
//! a list only where the page itself shows none, and a menu in JSON is no list of stories because it is an array.

use super::base::resolve;
use super::listing::{Facts, key};
use crate::model::{Basis, DateText, Teaser};
use crate::text::clean;
use serde_json::{Map, Value};
use std::collections::HashMap;
use url::Url;

/// Scripts larger than this are not read.
const MAX_JSON_BYTES: usize = 4_000_000;
/// Values looked at in all data of a page.
const MAX_VALUES: usize = 400_000;
/// Stories that make an array in embedded state a list.
const LEAST_STORIES: usize = 3;
/// Letters of a title in embedded state, on average; menu entries are shorter.
const LEAST_TITLE: usize = 18;

/// Names of fields in the data that scripts of all makes use, best first.
const TITLE_KEYS: [&str; 6] = ["headline", "title", "name", "heading", "shortTitle", "label"];
const URL_KEYS: [&str; 8] = ["url", "@id", "href", "link", "permalink", "canonicalUrl", "path", "slug"];
const DATE_KEYS: [&str; 12] = [
    "datePublished",
    "publishedAt",
    "published_at",
    "publishDate",
    "publicationDate",
    "firstPublished",
    "date",
    "pubDate",
    "createdAt",
    "created_at",
    "dateCreated",
    "startDate",
];
const TEXT_KEYS: [&str; 8] =
    ["description", "excerpt", "summary", "teaser", "lead", "standfirst", "abstract", "subtitle"];

/// Types of schema.org that are stories.
pub(super) const STORY_TYPES: [&str; 12] = [
    "Article",
    "NewsArticle",
    "BlogPosting",
    "Report",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "LiveBlogPosting",
    "SocialMediaPosting",
    "Event",
    "VideoObject",
    "PodcastEpisode",
];

/// Stories that JSON-LD lists, in its order.
pub(super) fn json_ld(facts: &Facts<'_>) -> Vec<Teaser> {
    let mut out = Vec::new();
    let mut budget = MAX_VALUES;
    for value in scripts(facts, |kind| kind == "application/ld+json") {
        stories(facts, &value, &mut out, &mut budget);
    }
    distinct(out)
}

/// The best list of stories in embedded state; empty when there is none.
pub(super) fn embedded_state(facts: &Facts<'_>) -> Vec<Teaser> {
    let mut best: (usize, Vec<Teaser>) = (0, Vec::new());
    let mut budget = MAX_VALUES;
    for value in scripts(facts, |kind| kind == "application/json" || kind.is_empty() || kind == "text/javascript") {
        let mut open = vec![&value];
        while let Some(value) = open.pop() {
            budget = budget.saturating_sub(1);
            if budget == 0 {
                return best.1;
            }
            match value {
                Value::Array(items) => {
                    let list = state_list(facts, items);
                    let worth: usize = list.iter().map(evidence).sum();
                    if worth > best.0 {
                        best = (worth, list);
                    }
                    open.extend(items);
                }
                Value::Object(fields) => open.extend(fields.values()),
                _ => {}
            }
        }
    }
    distinct(best.1)
}

/// Fills the fields that a record lacks from data about the same address. Returns how many records the data knows.
pub(super) fn fill(teasers: &mut [Teaser], known: &[Teaser]) -> usize {
    let by_key: HashMap<String, &Teaser> = known.iter().filter_map(|t| Some((key(t.url.as_ref()?), t))).collect();
    let mut found = 0;
    for teaser in teasers {
        let Some(data) = teaser.url.as_ref().and_then(|u| by_key.get(&key(u))) else { continue };
        found += 1;
        if teaser.excerpt.is_none() && data.excerpt.is_some() {
            teaser.excerpt.clone_from(&data.excerpt);
            teaser.rules.excerpt = data.rules.excerpt;
        }
        if teaser.author.is_none() && data.author.is_some() {
            teaser.author.clone_from(&data.author);
            teaser.rules.author = data.rules.author;
        }
        if teaser.image_url.is_none() && data.image_url.is_some() {
            teaser.image_url.clone_from(&data.image_url);
            teaser.rules.image = data.rules.image;
        }
        if !teaser.date_texts.iter().any(|d| d.basis == Basis::TimeElement) {
            let mut texts = data.date_texts.clone();
            texts.append(&mut teaser.date_texts);
            teaser.date_texts = texts;
            teaser.rules.date = teaser.rules.date.or(data.rules.date);
        }
    }
    found
}

/// The JSON of the scripts of a kind; of plain scripts only one assignment of an object (`window.STATE = {…};`).
fn scripts(facts: &Facts<'_>, wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let doc = facts.doc;
    let mut out = Vec::new();
    for node in doc.elements().filter(|&n| doc.tag(n) == "script" && doc.attribute(n, "src").is_none()) {
        let kind = doc.attribute(node, "type").unwrap_or("").trim().to_ascii_lowercase();
        if !wanted(&kind) {
            continue;
        }
        let text = doc.hidden_text(node);
        if text.len() > MAX_JSON_BYTES {
            continue;
        }
        let text = text.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
        let json = if kind.ends_with("json") { Some(text) } else { assigned_object(text) };
        // Broken JSON in a page is nothing to report: the page itself is read all the same.
        out.extend(json.and_then(|j| serde_json::from_str(j).ok()));
    }
    out
}

/// The object in `name = {…};` when the script begins with such an assignment.
fn assigned_object(text: &str) -> Option<&str> {
    let (left, right) = text.split_once('=')?;
    let names = left.trim().trim_start_matches("var ").trim_start_matches("window.").trim();
    let plain = !names.is_empty() && names.len() < 60 && !names.contains(['(', '{', ';', '\n']);
    let right = right.trim().trim_end_matches(';').trim_end();
    (plain && right.starts_with('{') && right.ends_with('}')).then_some(right)
}

/// Collects stories below a JSON-LD value, without recursion.
fn stories(facts: &Facts<'_>, value: &Value, out: &mut Vec<Teaser>, budget: &mut usize) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        *budget = budget.saturating_sub(1);
        if *budget == 0 {
            return;
        }
        match value {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(fields) => {
                let listed = has_type(fields, &["ListItem"]) && !fields.contains_key("item");
                if has_type(fields, &STORY_TYPES) || listed {
                    out.extend(story(facts, fields, Basis::JsonLd, "json-ld"));
                }
                // The author, publisher and image of a story are no stories.
                let deeper =
                    ["@graph", "itemListElement", "item", "mainEntity", "hasPart", "blogPost", "blogPosts", "about"];
                open.extend(deeper.iter().rev().filter_map(|name| fields.get(*name)));
            }
            _ => {}
        }
    }
}

fn has_type(fields: &Map<String, Value>, types: &[&str]) -> bool {
    match fields.get("@type") {
        Some(Value::String(own)) => types.contains(&own.as_str()),
        Some(Value::Array(own)) => own.iter().filter_map(Value::as_str).any(|t| types.contains(&t)),
        _ => false,
    }
}

/// Stories of one array of embedded state; empty when the array is something else.
fn state_list(facts: &Facts<'_>, items: &[Value]) -> Vec<Teaser> {
    let objects = || items.iter().filter_map(Value::as_object);
    if objects().count() < LEAST_STORIES {
        return Vec::new();
    }
    let read = |fields: &Map<String, Value>| {
        // `{node: {…}}`, `{data: {…}}`, `{attributes: {…}}`: the story one step down.
        let inner = ["node", "data", "attributes", "fields", "article", "post"]
            .iter()
            .find_map(|k| fields.get(*k)?.as_object());
        story(facts, fields, Basis::JsonLd, "embedded state")
            .or_else(|| story(facts, inner?, Basis::JsonLd, "embedded state"))
    };
    let list: Vec<Teaser> = objects().filter_map(read).collect();
    let letters: usize = list.iter().filter_map(|t| t.title.as_ref()).map(|t| t.chars().count()).sum();
    let witnessed = list.iter().filter(|t| !t.date_texts.is_empty() || t.excerpt.is_some()).count();
    let is_list = list.len() >= LEAST_STORIES
        && list.len() * 2 > items.len()
        && witnessed * 2 > list.len()
        && letters >= list.len() * LEAST_TITLE;
    if is_list { list } else { Vec::new() }
}

fn evidence(teaser: &Teaser) -> usize {
    1 + usize::from(!teaser.date_texts.is_empty()) + usize::from(teaser.excerpt.is_some())
}

fn story(facts: &Facts<'_>, fields: &Map<String, Value>, basis: Basis, rule: &'static str) -> Option<Teaser> {
    let title = TITLE_KEYS.iter().find_map(|k| plain(fields.get(*k)?));
    let url = URL_KEYS.iter().find_map(|k| address(facts, fields.get(*k)?))?;
    let mut teaser = Teaser { title, url: Some(url), ..Teaser::default() };
    teaser.title.as_ref()?;
    teaser.excerpt = TEXT_KEYS.iter().find_map(|k| plain(fields.get(*k)?));
    teaser.author =
        fields.get("author").or_else(|| fields.get("authors")).or_else(|| fields.get("creator")).and_then(names);
    teaser.image_url = fields.get("image").or_else(|| fields.get("thumbnailUrl")).and_then(|i| image(facts, i));
    let date =
        DATE_KEYS.iter().find_map(|k| fields.get(*k)?.as_str()).filter(|t| t.chars().any(|c| c.is_ascii_digit()));
    teaser.date_texts.extend(date.map(|t| DateText { basis, text: t.chars().take(80).collect() }));
    teaser.rules.title = Some(rule);
    teaser.rules.url = Some(rule);
    teaser.rules.excerpt = teaser.excerpt.is_some().then_some(rule);
    teaser.rules.author = teaser.author.is_some().then_some(rule);
    teaser.rules.image = teaser.image_url.is_some().then_some(rule);
    teaser.rules.date = teaser.date_texts.first().map(|_| rule);
    Some(teaser)
}

/// Plain text of a string, or of `{rendered: "…"}` and `{text: "…"}`; markup is read as a page reads it.
fn plain(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("rendered")?.as_str()).or_else(|| value.get("text")?.as_str())?;
    if !text.contains(['<', '&']) {
        return clean(text);
    }
    let doc = crate::html::Document::parse(text);
    let first = doc.elements().next()?;
    clean(&doc.text(first))
}

fn address(facts: &Facts<'_>, value: &Value) -> Option<Url> {
    let text = value.as_str().or_else(|| value.get("@id")?.as_str()).or_else(|| value.get("url")?.as_str())?;
    let looks = text.contains('/') && !text.contains(char::is_whitespace);
    looks.then(|| resolve(facts.head.base.as_ref(), text)).flatten()
}

fn names(value: &Value) -> Option<String> {
    let one = |v: &Value| v.as_str().or_else(|| v.get("name")?.as_str()).filter(|n| !n.contains("://")).and_then(clean);
    match value {
        Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(one).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        single => one(single),
    }
}

fn image(facts: &Facts<'_>, value: &Value) -> Option<Url> {
    match value {
        Value::String(text) => resolve(facts.head.base.as_ref(), text),
        Value::Array(all) => all
            .iter()
            .find_map(|v| v.as_str().or_else(|| v.get("url")?.as_str()))
            .and_then(|t| resolve(facts.head.base.as_ref(), t)),
        other => other.get("url").and_then(Value::as_str).and_then(|t| resolve(facts.head.base.as_ref(), t)),
    }
}

/// The first story of each address; positions count from 1.
fn distinct(teasers: Vec<Teaser>) -> Vec<Teaser> {
    let mut seen = std::collections::HashSet::new();
    let mut out: Vec<Teaser> =
        teasers.into_iter().filter(|t| t.url.as_ref().is_none_or(|u| seen.insert(key(u)))).collect();
    for (i, teaser) in out.iter_mut().enumerate() {
        teaser.position = u32::try_from(i + 1).unwrap_or(u32::MAX);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{embedded_state, json_ld};
    use crate::extract::base::head;
    use crate::extract::listing::Facts;
    use crate::html::Document;
    use url::Url;

    fn titles(html: &str, state: bool) -> Vec<String> {
        let doc = Document::parse(html);
        let head = head(&doc, Url::parse("https://a.example/").ok().as_ref());
        let facts = Facts::new(&doc, &head);
        let found = if state { embedded_state(&facts) } else { json_ld(&facts) };
        found.into_iter().filter_map(|t| t.title).collect()
    }

    #[test]
    fn item_lists_and_graphs() {
        let html = r#"<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"x","url":"/"},
            {"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":{"@type":"NewsArticle","headline":"One &amp; two","url":"/1"}},
            {"@type":"ListItem","name":"Three","url":"/3"}]}]}</script>"#;
        assert_eq!(titles(html, false), ["One & two", "Three"]);
    }

    #[test]
    fn a_menu_in_json_is_no_list() {
        let story = |i: u8| {
            format!(r#"{{"title":"A story long enough to be one {i}","href":"/s/{i}","publishedAt":"2026-01-0{i}"}}"#)
        };
        let menu = |i: u8| format!(r#"{{"title":"Section {i}","href":"/m/{i}"}}"#);
        let html = |f: &dyn Fn(u8) -> String| {
            format!(
                r#"<script id="__NEXT_DATA__" type="application/json">{{"props":{{"list":[{},{},{}]}}}}</script>"#,
                f(1),
                f(2),
                f(3)
            )
        };
        assert_eq!(titles(&html(&story), true).len(), 3);
        assert_eq!(titles(&html(&menu), true), Vec::<String>::new());
    }
}
