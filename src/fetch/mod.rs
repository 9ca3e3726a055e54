//! Stage: request to capture. The client, its guard, politeness and robots.txt.
//!
//! In: a [`Request`] and a [`Clock`]. Out: [`Fetched`] or a [`FetchError`]. The only stage that is async and the only
//! one that asks the clock, to stamp `captured_at`. Does not read pages and keeps nothing on disk.

mod clients;
mod clock;
mod error;
mod fetcher;
mod gate;
mod guard;
mod hop;
mod once;
mod options;
mod politeness;
mod render;
mod request;
mod resolver;
pub mod robots;
mod validators;
mod walk;

pub use clock::{Clock, FixedClock, SystemClock};
pub use error::FetchError;
pub use fetcher::Fetcher;
pub use guard::is_public;
pub use options::{Limits, Options};
pub use politeness::domain_name;
pub use request::{Capture, Exchange, Fetched, NotModified, Redirect, Request};
pub use resolver::{Answer, Resolver, SystemResolver};
