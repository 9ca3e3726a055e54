//! What `fetch` is asked for and what it answers.

use crate::content_coding::BodyDamage;
use crate::model::Validators;
use bytes::Bytes;
use ipnet::IpNet;
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use url::Url;

/// One page to fetch.
#[derive(Clone)]
pub struct Request {
    /// Name of the source, for the log.
    pub source: String,
    /// The page.
    pub url: Url,
    /// What the last capture of this page left behind.
    pub validators: Validators,
    /// Headers from the config: credentials, cookies. Sent to the origin of `url` and to no other.
    pub headers: Vec<(String, String)>,
    /// Private networks that the config opens for this source.
    pub allowed_networks: Vec<IpNet>,
    /// Visit whatever robots.txt says. Logged at every visit.
    pub ignore_robots: bool,
    /// Least time between two requests to the domain, for this source; `None` leaves it to the options.
    pub delay: Option<Duration>,
    /// A program that is given the URL and prints the page, instead of our own request.
    pub render: Option<Vec<String>>,
}

impl Request {
    /// A request for `url` with nothing remembered and nothing special.
    #[must_use]
    pub fn new(source: &str, url: Url) -> Self {
        Self {
            source: source.to_owned(),
            url,
            validators: Validators::default(),
            headers: Vec::new(),
            allowed_networks: Vec::new(),
            ignore_robots: false,
            delay: None,
            render: None,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither query nor headers: both carry secrets.
        write!(f, "Request({}, {})", self.source, super::error::shown(&self.url))
    }
}

/// One redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Where it stood.
    pub from: Url,
    /// Where it led.
    pub to: Url,
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
}

/// The last exchange of a fetch as text, for the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    /// Request line and headers, each line ending in CR LF, and the empty line. Configured headers are left out.
    pub request_head: Vec<u8>,
    /// Status line and headers, each line ending in CR LF, and the empty line, to stand before `Capture::raw_body`.
    pub response_head: Vec<u8>,
    /// Who answered.
    pub peer: Option<SocketAddr>,
}

/// A page as it was answered.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The page, redirects followed; without credentials.
    pub url: Url,
    /// How we came there.
    pub redirects: Vec<Redirect>,
    /// HTTP status, 200 to 299.
    pub status: u16,
    /// Headers of the answer.
    pub headers: HeaderMap,
    /// The body without transfer coding, content codings as they came.
    pub raw_body: Bytes,
    /// The body, content codings undone.
    pub body: Bytes,
    /// What was wrong with the body when it could be read all the same.
    pub damage: Option<BodyDamage>,
    /// What to hand to the next request for this page.
    pub validators: Validators,
    /// True when this answer proves that the server's validators lie; `validators` then says so too.
    pub unmasked: bool,
    /// When the answer began to arrive.
    pub captured_at: Timestamp,
    /// For the archive.
    pub exchange: Exchange,
}

impl Capture {
    /// A header as text; bytes that are not ASCII become U+FFFD.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// The `Content-Type` header.
    #[must_use]
    pub fn content_type(&self) -> Option<String> {
        self.header("content-type")
    }
}

/// What a fetch gives.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// A page.
    Captured(Box<Capture>),
    /// The page of the last capture still stands.
    NotModified(Box<NotModified>),
}

/// The answer 304.
#[derive(Debug, Clone)]
pub struct NotModified {
    /// The page, redirects followed; without credentials.
    pub url: Url,
    /// What to hand to the next request for this page.
    pub validators: Validators,
    /// When the server said so.
    pub captured_at: Timestamp,
    /// For the archive.
    pub exchange: Exchange,
}
