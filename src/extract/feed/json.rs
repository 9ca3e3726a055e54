//! JSON Feed 1.0 and 1.1 to teasers; a cut file gives the items before the cut.

use super::Head;
use super::entry::{address, author_name};
use crate::extract::{json_parts, markup};
use crate::model::{Basis, DateText, FieldRules, Teaser};
use crate::text::clean;
use serde_json::Value;
use url::Url;

/// Walks the feed; an item is a teaser or the text of what could not be one.
pub(super) fn walk(text: &str, base: Option<&Url>) -> (Head, Vec<Result<Teaser, String>>) {
    let Some(items) = json_parts::array_under(text, "items") else {
        return (Head { base: base.cloned(), ..Head::default() }, Vec::new());
    };
    // The feed without its items; a cut file has no valid rest, and then says nothing about itself.
    let whole: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let page = base.cloned().or_else(|| whole["home_page_url"].as_str().and_then(|u| address(u, None)));
    let head = Head {
        next_pages: whole["next_url"].as_str().and_then(|u| address(u, page.as_ref())).into_iter().collect(),
        language: string(&whole["language"]),
        base: page,
    };
    let of_feed = authors(&whole);
    let teasers = json_parts::values(items)
        .map(|item| match serde_json::from_str::<Value>(item) {
            Ok(value) if value.is_object() => teaser(&value, &head, of_feed.as_deref()),
            _ => Err(item.to_owned()),
        })
        .collect();
    (head, teasers)
}

fn teaser(item: &Value, head: &Head, author_of_feed: Option<&str>) -> Result<Teaser, String> {
    let base = head.base.as_ref();
    let link = |key: &str| item[key].as_str().and_then(|u| address(u, base));
    let summary = item["summary"].as_str().and_then(markup::line);
    let plain = || item["content_text"].as_str().and_then(clean);
    let (from_html, image_in_text) = item["content_html"].as_str().map_or((None, None), markup::paragraphs);
    let excerpt = summary.or(from_html).or_else(plain).map(|t| t.chars().take(markup::MAX_FIELD_CHARS).collect());
    let title = item["title"].as_str().and_then(markup::line);
    let url =
        link("url").or_else(|| link("external_url")).or_else(|| item["id"].as_str().and_then(|u| address(u, None)));
    if title.is_none() && excerpt.is_none() && url.is_none() {
        return Err(String::new());
    }
    let author = authors(item).or_else(|| author_of_feed.map(str::to_owned));
    let date_texts: Vec<DateText> = ["date_published", "date_modified"]
        .iter()
        .filter_map(|key| string(&item[*key]))
        .map(|text| DateText { basis: Basis::Feed, text })
        .collect();
    let image_url = link("image").or_else(|| link("banner_image")).or_else(|| address(&image_in_text?, base));
    let rules = FieldRules {
        title: title.is_some().then_some("feed_title"),
        url: url.is_some().then_some("feed_link"),
        excerpt: excerpt.is_some().then_some("feed_text"),
        author: author.is_some().then_some("feed_author"),
        date: (!date_texts.is_empty()).then_some("feed_date"),
        image: image_url.is_some().then_some("feed_image"),
        path: None,
        place: None,
    };
    let tags = item["tags"].as_array().into_iter().flatten().filter_map(string).collect();
    let language = string(&item["language"]).or_else(|| head.language.clone());
    Ok(Teaser { title, excerpt, author, url, image_url, tags, language, date_texts, rules, ..Teaser::default() })
}

fn string(value: &Value) -> Option<String> {
    value.as_str().and_then(clean)
}

/// Names of `authors` (1.1) or `author` (1.0).
fn authors(value: &Value) -> Option<String> {
    let many = value["authors"].as_array().into_iter().flatten();
    let names: Vec<String> =
        many.chain(value.get("author")).filter_map(|a| a["name"].as_str()).filter_map(author_name).collect();
    Some(names.join(", ")).filter(|n| !n.is_empty())
}
