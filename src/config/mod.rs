//! Assembly: the configuration file as typed (`raw`), checked and with its defaults filled in (`resolve`).
//!
//! In: the text of a TOML file. Out: a [`Config`], or a [`ConfigError`] that names file, line, key, what was
//! expected and the nearest right word. Does not look for the file: `cli` does, and says where it looked.

mod error;
mod raw;
mod resolve;
mod schedule;
#[cfg(test)]
mod schema;
mod settings;

pub use error::ConfigError;
pub use resolve::{Config, FetchSettings, Robots, SourceConfig};
pub use schedule::{AutoBounds, CronSchedule, Schedule};
