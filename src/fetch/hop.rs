//! One request and its answer, within the limits; no redirects, no politeness, no decoding.

use super::clock::Clock;
use super::error::{FetchError, shown};
use super::guard::Refusal;
use super::options::Limits;
use super::request::Exchange;
use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, TRANSFER_ENCODING};
use reqwest::{Client, Response, Version};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use url::Url;

/// Headers whose values stay out of the archive.
const SECRET_HEADERS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// The answer to one request.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    /// Without transfer coding; empty unless the status is 2xx.
    pub(super) body: Bytes,
    /// The connection broke before the end of the body.
    pub(super) truncated: bool,
    /// When the head arrived.
    pub(super) at: Timestamp,
    pub(super) exchange: Exchange,
}

/// One request to send.
pub(super) struct Hop<'a> {
    pub(super) client: &'a Client,
    pub(super) clock: &'a dyn Clock,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    /// Names of `headers` that came from the config: left out of the archive.
    pub(super) private: &'a [HeaderName],
    pub(super) limits: &'a Limits,
    /// What to do with a body past the cap.
    pub(super) past_cap: PastCap,
}

/// What to do with a body past the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PastCap {
    /// Fail.
    Refuse,
    /// Keep what fits and say that it is truncated.
    Cut,
}

impl Hop<'_> {
    /// Sends the request; takes what it used off `budget`, the time that all hops of a fetch share.
    pub(super) async fn send(self, budget: &mut Duration) -> Result<Answer, FetchError> {
        let started = Instant::now();
        let result = timeout(*budget, self.exchange()).await;
        *budget = budget.saturating_sub(started.elapsed());
        result.unwrap_or_else(|_| {
            Err(FetchError::Timeout { url: shown(self.url), phase: "in all", limit: self.limits.total })
        })
    }

    async fn exchange(&self) -> Result<Answer, FetchError> {
        let request = self
            .client
            .get(self.url.clone())
            .headers(self.headers.clone())
            .build()
            .map_err(|error| explain(self.url, &error))?;
        let request_head = self.request_head(&request);
        let limit = self.limits.first_byte;
        let response = timeout(limit, self.client.execute(request))
            .await
            .map_err(|_| FetchError::Timeout { url: shown(self.url), phase: "to begin its answer", limit })?
            .map_err(|error| explain(self.url, &error))?;
        let at = self.clock.now();
        let exchange = Exchange { request_head, response_head: response_head(&response), peer: response.remote_addr() };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let (body, truncated) =
            if (200..300).contains(&status) { self.body(response).await? } else { (Bytes::new(), false) };
        Ok(Answer { status, headers, body, truncated, at, exchange })
    }

    async fn body(&self, mut response: Response) -> Result<(Bytes, bool), FetchError> {
        let cap = self.limits.body_bytes;
        let too_large = || FetchError::TooLarge { url: shown(self.url), limit: cap, unit: "bytes" };
        if self.past_cap == PastCap::Refuse && response.content_length().is_some_and(|length| length > cap as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok((body.freeze(), false)),
                Ok(Some(chunk)) if body.len() + chunk.len() > cap => {
                    if self.past_cap == PastCap::Refuse {
                        return Err(too_large());
                    }
                    body.extend_from_slice(&chunk[..cap - body.len()]);
                    return Ok((body.freeze(), true));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                // Nothing came: as if the connection had failed. Else the page up to the break is worth keeping.
                Err(error) if body.is_empty() => return Err(explain(self.url, &error)),
                Err(_) => return Ok((body.freeze(), true)),
            }
        }
    }

    fn request_head(&self, request: &reqwest::Request) -> Vec<u8> {
        let path = &self.url[url::Position::BeforePath..url::Position::AfterQuery];
        let authority = &self.url[url::Position::BeforeHost..url::Position::AfterPort];
        let mut head = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
        for (name, value) in request.headers() {
            if !SECRET_HEADERS.contains(&name.as_str()) && !self.private.contains(name) {
                push_line(&mut head, name, value.as_bytes());
            }
        }
        head.extend_from_slice(b"\r\n");
        head
    }
}

fn push_line(head: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    head.extend_from_slice(name.as_str().as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}

/// The head as it stands before the body in the archive: the transfer coding is undone there, so its header goes.
fn response_head(response: &Response) -> Vec<u8> {
    let version = if response.version() == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or("");
    let mut head = format!("{version} {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in response.headers() {
        if name != TRANSFER_ENCODING {
            push_line(&mut head, name, value.as_bytes());
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Finds the lowest cause, which is the one that says something.
fn explain(url: &Url, error: &reqwest::Error) -> FetchError {
    let shown = shown(url);
    let (mut cause, mut protocol): (&dyn std::error::Error, bool) = (error, false);
    while let Some(next) = cause.source() {
        cause = next;
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return FetchError::Refused { url: shown, reason: refusal.0.clone() };
        }
        // hyper's own words for an answer that is no HTTP; its type is not exported by the client.
        let text = cause.to_string();
        protocol |= text.contains("invalid") || text.contains("message head is too large") || text.contains("parse");
    }
    let reason = if cause.source().is_none() && std::ptr::addr_eq(cause, error) {
        "the request could not be built".to_owned()
    } else {
        cause.to_string()
    };
    if protocol && !error.is_connect() {
        FetchError::Malformed { url: shown, reason }
    } else {
        FetchError::Unreachable { url: shown, reason }
    }
}
