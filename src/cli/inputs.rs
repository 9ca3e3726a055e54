//! The arguments that all commands share which read dumps.

use super::exit::Usage;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use tearsheet::extract;
use tearsheet::pipeline::{DumpOptions, ReadingOptions};
use url::Url;

/// What to read, and what is known about it.
#[derive(Debug, clap::Args)]
pub(crate) struct InputArgs {
    /// Saved pages, text dumps, feeds, JSON Lines, CSV; files, folders, zip and tar archives; `-` for stdin. The kind
    /// is recognized from the bytes.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Name of the source; else the site of the base URL, else the folder of the file.
    #[arg(long, value_name = "NAME", env = "TEARSHEET_SOURCE")]
    source: Option<String>,
    /// What relative links are resolved against; else what the page itself says.
    #[arg(long, value_name = "URL", env = "TEARSHEET_BASE_URL")]
    base_url: Option<Url>,
    /// When the pages were captured (`2025-11-20`, `2025-11-20T08:00:00Z`), where the dump does not say it; else the
    /// file's modification time.
    #[arg(long, value_name = "INSTANT", env = "TEARSHEET_AT")]
    at: Option<String>,
    /// Which column of rows (JSON Lines, CSV) holds a field, for example `title=Thema`; can be given several times.
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = column)]
    map: Vec<(String, String)>,
    /// BCP 47 language of the pages, where they do not say it themselves.
    #[arg(long, value_name = "TAG", env = "TEARSHEET_LANGUAGE")]
    language: Option<String>,
    /// Zone of times that state none, for example `Europe/Berlin`.
    #[arg(long, value_name = "ZONE", env = "TEARSHEET_TIME_ZONE")]
    time_zone: Option<String>,
}

impl InputArgs {
    /// The inputs.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.paths.clone()
    }

    /// Name of the source, when it was given.
    pub(crate) fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// What relative links are resolved against, when it was given.
    pub(crate) fn base_url(&self) -> Option<&Url> {
        self.base_url.as_ref()
    }

    /// BCP 47 language, when it was given.
    pub(crate) fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// Zone of times that state none, when it was given.
    pub(crate) fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    /// What is known about them.
    pub(crate) fn dump_options(&self) -> Result<DumpOptions, Usage> {
        Ok(DumpOptions {
            source: self.source.clone(),
            base_url: self.base_url.clone(),
            at: self.at.as_deref().map(instant).transpose()?,
            extract: self.extract_options(),
            ..DumpOptions::default()
        })
    }

    /// How they are read.
    pub(crate) fn reading_options(&self) -> Result<ReadingOptions, Usage> {
        let zone = self.time_zone.as_deref().map(zone).transpose()?;
        Ok(ReadingOptions { extract: self.extract_options(), zone, language: self.language.clone() })
    }

    fn extract_options(&self) -> extract::Options {
        extract::Options { map: self.map.clone(), ..extract::Options::default() }
    }
}

fn column(text: &str) -> Result<(String, String), String> {
    let expected = || format!("expected FIELD=COLUMN, with a field of {}", extract::rows::FIELDS.join(", "));
    let (field, column) = text.split_once('=').ok_or_else(expected)?;
    if extract::rows::FIELDS.contains(&field) { Ok((field.to_owned(), column.to_owned())) } else { Err(expected()) }
}

/// A time zone by its name.
pub(crate) fn zone(name: &str) -> Result<TimeZone, Usage> {
    TimeZone::get(name).map_err(|_| {
        Usage(format!("--time-zone: `{name}` is no time zone; expected an IANA name such as `Europe/Berlin`"))
    })
}

/// An instant as people write it; without an offset it is UTC.
pub(crate) fn instant(text: &str) -> Result<Timestamp, Usage> {
    let civil = |text: &str| text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse()
        .ok()
        .or_else(|| civil(text))
        .ok_or_else(|| Usage(format!("`{text}` is no instant; expected `2025-11-20` or `2025-11-20T08:00:00Z`")))
}
