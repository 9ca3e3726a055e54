//! What is wrong with a configuration file, said so that it can be mended without the manual.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// A mistake in the configuration. Always exit 2.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A key, a value or the TOML itself is wrong.
    #[error("{}:{line}: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Key, what was found, what was expected.
        problem: String,
    },
    /// A setting given beside the file is wrong.
    #[error("setting `{key}`: {problem}")]
    Setting {
        /// Its key; the value is not repeated: it may be a credential.
        key: String,
        /// What was found, what was expected.
        problem: String,
    },
}

/// The text of a file, for turning byte ranges into line numbers.
#[derive(Clone, Copy)]
pub(super) struct Located<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Located<'_> {
    /// An error about the value at `span`.
    pub(super) fn wrong(&self, span: Range<usize>, problem: impl Into<String>) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        ConfigError::Wrong {
            path: self.path.to_owned(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            problem: problem.into(),
        }
    }

    /// An error of the TOML reader: with the key, and with the nearest right word when a key is unknown.
    pub(super) fn toml(&self, error: &toml::de::Error) -> ConfigError {
        let message = error.message().trim().replace("field", "key").replace('\n', " ");
        let span = error.span().unwrap_or(0..0);
        let key = || self.key_at(span.start).map(|key| format!("`{key}`: ")).unwrap_or_default();
        let problem = match (nearest_word(&message), wrong_type(&message)) {
            (Some(word), _) => format!("{message}; did you mean `{word}`?"),
            (None, Some(problem)) => format!("{}{problem}", key()),
            (None, None) if message == "duplicate key" => {
                format!("duplicate key `{}`: each name can stand once", self.text.get(span.clone()).unwrap_or_default())
            }
            (None, None) if message.starts_with("expected a ") => format!("{}{message}", key()),
            (None, None) => message,
        };
        self.wrong(span, problem)
    }

    /// The whole name of the key whose value stands at byte `at`.
    fn key_at(&self, at: usize) -> Option<String> {
        let document = toml_edit::Document::parse(self.text).ok()?;
        let mut path = Vec::new();
        descend(document.as_item(), at, &mut path).then(|| path.join("."))
    }

    /// Where the value of a key stands, for errors that are found later; `otherwise` where it cannot be told.
    pub(super) fn value_of(&self, path: &[&str], otherwise: Range<usize>) -> Range<usize> {
        let found = toml_edit::Document::parse(self.text).ok().and_then(|document| {
            let mut item = document.as_item();
            for key in path {
                item = item.get(key)?;
            }
            item.span()
        });
        found.unwrap_or(otherwise)
    }
}

/// Collects the keys on the way to the value at byte `at`.
fn descend(item: &toml_edit::Item, at: usize, path: &mut Vec<String>) -> bool {
    let Some(table) = item.as_table_like() else { return item.span().is_some_and(|span| span.contains(&at)) };
    table.iter().any(|(key, value)| {
        path.push(key.to_owned());
        let found = descend(value, at, path);
        if !found {
            path.pop();
        }
        found
    })
}

/// "invalid type: string "x", expected i64" in the words of people; `None` for other messages.
fn wrong_type(message: &str) -> Option<String> {
    let (found, expected) = message.strip_prefix("invalid type: ")?.split_once(", expected ")?;
    let expected = match expected {
        "i64" | "u64" | "u32" | "an integer" => "a whole number",
        "f64" | "a floating point number" => "a number",
        "a string" => "a text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list in brackets",
        other if other == "a map" || other.starts_with("struct") => "a table",
        other => other,
    };
    Some(format!("expected {expected}, found {found}"))
}

/// The expected word closest to the unknown one, from a message of the form
/// "unknown key `a`, expected one of `b`, `c`". `None` when nothing is close.
fn nearest_word(message: &str) -> Option<&str> {
    let (unknown, expected) = message.strip_prefix("unknown ")?.split_once(", expected ")?;
    let unknown = unknown.split('`').nth(1)?;
    nearest(unknown, expected.split('`').skip(1).step_by(2))
}

/// The candidate closest to `word`, if one is close enough to be what was meant.
pub(super) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this Jaro-Winkler similarity a suggestion confuses more than it helps.
    const CLOSE: f64 = 0.75;
    candidates
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= CLOSE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_right_word() {
        let message = "unknown key `langauge`, expected one of `url`, `language`, `schedule`";
        assert_eq!(nearest_word(message), Some("language"));
        assert_eq!(nearest_word("unknown key `zzz`, expected `url` or `language`"), None);
        assert_eq!(nearest_word("invalid type: integer `3`, expected a string"), None);
    }
}
