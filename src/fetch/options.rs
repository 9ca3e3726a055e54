//! Settings of the stage, with the reasons for their defaults.

use std::time::Duration;
use url::Url;

/// Settings of [`Fetcher`](super::Fetcher).
#[derive(Debug, Clone)]
pub struct Options {
    /// Who runs this: an address or a page where a site owner can complain; sent in the User-Agent.
    pub contact: Option<String>,
    /// Least time between two requests to one registrable domain.
    pub delay: Duration,
    /// Requests to one registrable domain at once.
    pub connections: usize,
    /// How often a transient failure is tried again in one fetch.
    pub retries: u32,
    /// Wait before the first of these; doubled before each further one.
    pub retry_delay: Duration,
    /// Longest wait inside one fetch for a delay, a back-off or a Retry-After; past it the fetch fails and the
    /// wait is remembered.
    pub max_wait: Duration,
    /// Trusted proxy for every request. With one, names are resolved by the proxy.
    pub proxy: Option<Url>,
    /// Seed of the jitter; two runs with one seed wait equally long.
    pub seed: u64,
    /// What a server can cost.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            contact: None,
            delay: Duration::from_secs(1),
            connections: 1,
            retries: 2,
            retry_delay: Duration::from_secs(2),
            max_wait: Duration::from_secs(20),
            proxy: None,
            seed: 0,
            limits: Limits::default(),
        }
    }
}

/// What a server can cost. Every request has all of these.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body, on the wire and after each decoding. The largest listing pages and feeds we saw are under 6 MB.
    pub body_bytes: usize,
    /// Header lines of a response. Busy sites send under 60.
    pub header_lines: usize,
    /// Redirects followed. Browsers stop at 20; a chain past 10 is a loop that changes its URL.
    pub redirects: usize,
    /// From the start of a request to the end of the response's head, connecting included.
    pub first_byte: Duration,
    /// From the start of a request to the end of the body, all redirects together.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 16 << 20,
            header_lines: 128,
            redirects: 10,
            first_byte: Duration::from_secs(30),
            total: Duration::from_mins(2),
        }
    }
}
