//! Settings of the stage.

use crate::html::Selector;
use serde::Deserialize;

/// CSS selectors of one source. Each is optional; what is missing is found automatically.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selectors {
    /// Matches each record.
    pub item: Option<String>,
    /// Title inside a record.
    pub title: Option<String>,
    /// Element inside a record whose `href` is the URL.
    pub url: Option<String>,
    /// Excerpt inside a record.
    pub excerpt: Option<String>,
    /// Date inside a record.
    pub date: Option<String>,
    /// Author inside a record.
    pub author: Option<String>,
    /// Image inside a record.
    pub image: Option<String>,
}

impl Selectors {
    /// Checks every selector that is set.
    ///
    /// # Errors
    ///
    /// Key of the first bad selector and the parser's message.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        self.compile().map(|_| ())
    }

    /// All selectors, compiled.
    pub(super) fn compile(&self) -> Result<Compiled, (&'static str, String)> {
        let one = |key: &'static str, text: &Option<String>| match text {
            Some(text) => Selector::parse(text).map(Some).map_err(|message| (key, message)),
            None => Ok(None),
        };
        Ok(Compiled {
            item: one("item", &self.item)?,
            title: one("title", &self.title)?,
            url: one("url", &self.url)?,
            excerpt: one("excerpt", &self.excerpt)?,
            date: one("date", &self.date)?,
            author: one("author", &self.author)?,
            image: one("image", &self.image)?,
        })
    }
}

/// Selectors ready to match.
#[derive(Debug, Clone, Default)]
pub(super) struct Compiled {
    pub(super) item: Option<Selector>,
    pub(super) title: Option<Selector>,
    pub(super) url: Option<Selector>,
    pub(super) excerpt: Option<Selector>,
    pub(super) date: Option<Selector>,
    pub(super) author: Option<Selector>,
    pub(super) image: Option<Selector>,
}

/// Settings of [`teasers`](super::teasers).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Selectors from the config.
    pub selectors: Selectors,
    /// Signals of the listing score that are switched off, by name; for measurements.
    pub without: Vec<String>,
    /// Columns of rows by field, stronger than the alias table: `("title", "Thema")`.
    pub map: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::Selectors;

    #[test]
    fn a_bad_selector_is_named() {
        let good = Selectors { item: Some("li.post > a".to_owned()), ..Selectors::default() };
        assert_eq!(good.check(), Ok(()));
        let bad = Selectors { title: Some("h2::(".to_owned()), ..good };
        assert_eq!(bad.check().unwrap_err().0, "title");
    }
}
