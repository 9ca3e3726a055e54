//! CSS selectors of a config, checked when the config is read.

/// A checked CSS selector list.
#[derive(Debug, Clone)]
pub struct Selector(pub(super) scraper::Selector);

impl Selector {
    /// Parses a selector list.
    ///
    /// # Errors
    ///
    /// The parser's message when `text` is no selector, ready to stand after "expected a CSS selector: ".
    pub fn parse(text: &str) -> Result<Self, String> {
        scraper::Selector::parse(text).map(Self).map_err(|e| e.to_string())
    }
}
