//! One row: values as they come, then a teaser.

use super::fields::Field;
use super::instant;
use crate::extract::markup;
use crate::model::{Basis, DateText, FieldRules, Teaser};
use crate::text::clean;
use serde_json::Value;
use url::Url;

/// Tags and authors kept of one row.
const MAX_TAGS: usize = 50;

/// A date longer than this is none.
const MAX_DATE_CHARS: usize = 200;

/// Keys under which an object holds its text, best first.
const TEXT_KEYS: [&str; 8] = ["name", "rendered", "title", "url", "href", "src", "value", "#text"];

/// A row while it is read: every field with the rank of the column that filled it.
#[derive(Debug, Default)]
pub(super) struct Row {
    title: Option<(u8, String)>,
    excerpt: Option<(u8, String)>,
    author: Option<(u8, String)>,
    url: Option<(u8, String)>,
    image: Option<(u8, String)>,
    date: Option<(u8, String)>,
    language: Option<(u8, String)>,
    tags: Vec<String>,
}

impl Row {
    /// A cell of CSV.
    pub(super) fn text(&mut self, field: Field, rank: u8, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        let (place, value) = match field {
            Field::Title => (&mut self.title, plain_line(cell)),
            Field::Excerpt => (&mut self.excerpt, plain_paragraphs(cell)),
            Field::Author => (&mut self.author, plain_line(cell)),
            Field::Url => (&mut self.url, Some(cell.to_owned())),
            Field::Image => (&mut self.image, Some(cell.to_owned())),
            Field::Date => (&mut self.date, date_text(cell)),
            Field::Language => (&mut self.language, clean(cell)),
            Field::Tags => return cell.split([',', ';', '|']).for_each(|tag| self.tag(tag)),
            Field::CapturedAt | Field::Source => return,
        };
        if let Some(value) = value
            && place.as_ref().is_none_or(|(kept, _)| rank < *kept)
        {
            *place = Some((rank, value));
        }
    }

    /// A value of JSON.
    pub(super) fn json(&mut self, field: Field, rank: u8, value: &Value) {
        match (field, value) {
            (Field::Tags, Value::Array(tags)) => tags.iter().filter_map(text_of).for_each(|tag| self.tag(&tag)),
            (Field::Author, Value::Array(authors)) => {
                let names: Vec<String> = authors.iter().filter_map(text_of).take(MAX_TAGS).collect();
                self.text(field, rank, &names.join(", "));
            }
            (_, Value::String(text)) => self.text(field, rank, text),
            _ => {
                if let Some(text) = text_of(value) {
                    self.text(field, rank, &text);
                }
            }
        }
    }

    fn tag(&mut self, text: &str) {
        if self.tags.len() < MAX_TAGS
            && let Some(tag) = clean(text)
            && !self.tags.contains(&tag)
        {
            self.tags.push(tag);
        }
    }

    /// The teaser; `None` without a title and an excerpt.
    pub(super) fn finish(self, base: Option<&Url>) -> Option<Teaser> {
        let value = |place: Option<(u8, String)>| place.map(|(_, value)| value);
        let address = |place: Option<(u8, String)>| place.and_then(|(_, href)| address(&href, base));
        let (title, excerpt) = (value(self.title), value(self.excerpt));
        if title.is_none() && excerpt.is_none() {
            return None;
        }
        let (author, url, image_url) = (value(self.author), address(self.url), address(self.image));
        let date_texts: Vec<DateText> =
            value(self.date).map(|text| DateText { basis: Basis::Feed, text }).into_iter().collect();
        let rules = FieldRules {
            title: title.is_some().then_some("row_title"),
            url: url.is_some().then_some("row_url"),
            excerpt: excerpt.is_some().then_some("row_excerpt"),
            author: author.is_some().then_some("row_author"),
            date: (!date_texts.is_empty()).then_some("row_date"),
            image: image_url.is_some().then_some("row_image"),
            path: None,
            place: None,
        };
        let language = value(self.language);
        Some(Teaser {
            title,
            excerpt,
            author,
            url,
            image_url,
            tags: self.tags,
            language,
            date_texts,
            rules,
            ..Teaser::default()
        })
    }
}

/// Text of a JSON value: of an object what its best key holds, of an array its first value.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => TEXT_KEYS.iter().find_map(|key| object.get(*key)?.as_str()).map(str::to_owned),
        Value::Array(values) => values.first()?.as_str().map(str::to_owned),
        Value::Null | Value::Bool(_) => None,
    }
}

/// Seconds since 1970 become an instant; other text is left to the reader of dates.
fn date_text(cell: &str) -> Option<String> {
    let instant = cell.parse().ok().and_then(instant::epoch);
    instant.map(|at| at.to_string()).or_else(|| clean(cell)).map(|date| date.chars().take(MAX_DATE_CHARS).collect())
}

/// Rows hold text; markup is read only where it plainly is some, so that "a < b" stays.
fn has_markup(text: &str) -> bool {
    let entity = text.find('&').is_some_and(|at| text[at..].bytes().take(10).any(|b| b == b';'));
    entity
        || text.contains("</")
        || text.contains("/>")
        || text.contains("<br")
        || text.contains("<p>")
        || text.contains("<img")
}

fn plain_line(text: &str) -> Option<String> {
    if has_markup(text) { markup::line(text) } else { clean(text).map(markup::cap) }
}

fn plain_paragraphs(text: &str) -> Option<String> {
    if has_markup(text) { markup::paragraphs(text).0 } else { clean(text).map(markup::cap) }
}

fn address(href: &str, base: Option<&Url>) -> Option<Url> {
    let url = base.map_or_else(|| Url::parse(href.trim()), |base| base.join(href.trim())).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}
