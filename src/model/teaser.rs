//! One story as the listing shows it.

use super::DateText;
use serde::Serialize;
use url::Url;

/// Names of the rules that read each field, for `explain`. `None` where the field is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FieldRules {
    /// Rule that read the title.
    pub title: Option<&'static str>,
    /// Rule that read the URL.
    pub url: Option<&'static str>,
    /// Rule that read the excerpt.
    pub excerpt: Option<&'static str>,
    /// Rule that read the author.
    pub author: Option<&'static str>,
    /// Rule that found the date text.
    pub date: Option<&'static str>,
    /// Rule that read the image.
    pub image: Option<&'static str>,
    /// Path of the record's element in the page (`html>body>main>div.list>article:3`) or line number.
    pub path: Option<String>,
    /// Place of that element among the nodes of the page, in reading order.
    #[serde(skip)]
    pub place: Option<usize>,
}

/// One story as the listing shows it.
///
/// Text fields are plain text: entities decoded, white space collapsed, no markup, no control or
/// bidi characters. Absent is `None`, never an empty string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Teaser {
    /// Rank on the page, from 1.
    pub position: u32,
    /// All that stands in the heading, a kicker included (joined with ": ").
    pub title: Option<String>,
    /// The text below the heading.
    pub excerpt: Option<String>,
    /// Names of the authors, joined with ", ".
    pub author: Option<String>,
    /// Absolute, as the page links it.
    pub url: Option<Url>,
    /// Absolute URL of the largest image of the record.
    pub image_url: Option<Url>,
    /// Sections, categories, keywords shown on the record.
    pub tags: Vec<String>,
    /// BCP 47 tag when the record or the page states it.
    pub language: Option<String>,
    /// Every date-looking text of the record, best basis first; read by `dates`.
    pub date_texts: Vec<DateText>,
    /// Which rule read each field.
    pub rules: FieldRules,
}
