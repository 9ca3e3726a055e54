//! Request to capture: guard, redirects, limits, decoding, validators.
//!
//! In: a [`Request`]. Out: a [`Capture`], the news that nothing changed, or a [`FetchError`]. Does not read pages,
//! does not decide what to visit, keeps nothing on disk.

use super::clock::Clock;
use super::error::{FetchError, shown};
use super::guard;
use super::hop::{Answer, Hop, PastCap};
use super::options::Options;
use super::request::{Capture, Fetched, Redirect, Request};
use super::resolver::{Guarded, Resolver, SystemResolver};
use super::validators;
use crate::content_coding::{self, BodyDamage, CodingError};
use crate::model::Validators;
use ipnet::IpNet;
use reqwest::Client;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, LOCATION};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Pages first, then feeds; never images.
const ACCEPT_PAGES: &str = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,\
    application/feed+json,application/xml;q=0.9,*/*;q=0.8";

/// Fetches pages as a good citizen. One for all sources of a run: it holds the budgets of the domains.
pub struct Fetcher {
    pub(super) options: Options,
    pub(super) clock: Arc<dyn Clock>,
    resolver: Arc<dyn Resolver>,
    /// One client for each set of allowed networks, so that no source is handed a pooled connection into another
    /// source's private network.
    clients: Mutex<HashMap<Vec<IpNet>, Client>>,
}

impl Fetcher {
    /// A fetcher that asks the resolver of the machine.
    #[must_use]
    pub fn new(options: Options, clock: Arc<dyn Clock>) -> Self {
        Self::with_resolver(options, clock, Arc::new(SystemResolver))
    }

    /// A fetcher with another resolver.
    #[must_use]
    pub fn with_resolver(options: Options, clock: Arc<dyn Clock>, resolver: Arc<dyn Resolver>) -> Self {
        Self { options, clock, resolver, clients: Mutex::default() }
    }

    /// Fetches one page.
    ///
    /// # Errors
    ///
    /// When there is no page to be had: see [`FetchError`].
    pub async fn fetch(&self, request: &Request) -> Result<Fetched, FetchError> {
        let client = self.client(&request.allowed_networks)?;
        let conditional = validators::is_conditional(&request.url, &request.validators);
        let mut url = request.url.clone();
        let mut redirects = Vec::new();
        let mut budget = self.options.limits.total;
        loop {
            guard(&url, request)?;
            let same_origin = url.origin() == request.url.origin();
            let mut headers = plain_headers();
            let private = if same_origin { add_configured(&mut headers, request) } else { Vec::new() };
            if conditional && redirects.is_empty() {
                validators::add_conditions(&mut headers, &request.validators);
            }
            let hop = Hop {
                client: &client,
                clock: &*self.clock,
                url: &url,
                headers,
                private: &private,
                limits: &self.options.limits,
                past_cap: PastCap::Refuse,
            };
            let answer = hop.send(&mut budget).await?;
            match answer.status {
                200..=299 if answer.status != 206 => {
                    return self.capture(request, url, redirects, answer).map(Box::new).map(Fetched::Captured);
                }
                304 if conditional => return Ok(not_modified(&request.validators, answer)),
                301 | 302 | 303 | 307 | 308 => {
                    let next = self.redirect(&request.url, &url, &answer, redirects.len())?;
                    redirects.push(Redirect { from: url, to: next.clone(), status: answer.status });
                    url = next;
                }
                status => return Err(FetchError::Status { url: shown(&url), status }),
            }
        }
    }

    /// Where an answer leads, without credentials.
    fn redirect(&self, first: &Url, from: &Url, answer: &Answer, followed: usize) -> Result<Url, FetchError> {
        let wrong = |reason: &str| FetchError::Redirect { url: shown(first), reason: reason.to_owned() };
        if followed >= self.options.limits.redirects {
            return Err(wrong("in circles or without end"));
        }
        let location = answer.headers.get(LOCATION).ok_or_else(|| wrong("to nowhere: no `Location`"))?;
        let location = String::from_utf8_lossy(location.as_bytes());
        let mut next = from.join(&location).map_err(|_| wrong("to something that is no URL"))?;
        if matches!(next.scheme(), "http" | "https") {
            // Userinfo in a redirect is another site's idea of our credentials. Cannot fail: http URLs have a host.
            let _ = next.set_username("");
            let _ = next.set_password(None);
        }
        Ok(next)
    }

    fn capture(
        &self,
        request: &Request,
        mut url: Url,
        redirects: Vec<Redirect>,
        answer: Answer,
    ) -> Result<Capture, FetchError> {
        let codings: Vec<&str> =
            answer.headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
        let limit = self.options.limits.body_bytes;
        let decoded = content_coding::decode(answer.body.clone(), &codings.join(","), limit).map_err(|error| {
            let url = shown(&url);
            match error {
                CodingError::TooLarge(_) => FetchError::TooLarge { url, limit, unit: "decoded bytes" },
                other => FetchError::Malformed { url, reason: other.to_string() },
            }
        })?;
        let damage = if answer.truncated { Some(BodyDamage::Truncated) } else { decoded.damage };
        let (validators, unmasked) =
            validators::after_body(&request.validators, &answer.headers, &decoded.body, damage);
        // Cannot fail: http URLs have a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Ok(Capture {
            url,
            redirects,
            status: answer.status,
            headers: answer.headers,
            raw_body: answer.body,
            body: decoded.body,
            damage,
            validators,
            unmasked,
            captured_at: answer.at,
            exchange: answer.exchange,
        })
    }

    /// The client for one set of allowed networks.
    pub(super) fn client(&self, allowed: &[IpNet]) -> Result<Client, FetchError> {
        let mut key = allowed.to_vec();
        key.sort_unstable();
        key.dedup();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let client = self.build_client(&key).map_err(|error| FetchError::Unreachable {
            url: String::new(),
            reason: format!("the HTTP client cannot start: {}", error.without_url()),
        })?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    fn build_client(&self, allowed: &[IpNet]) -> reqwest::Result<Client> {
        let mut builder = Client::builder()
            .user_agent(user_agent(self.options.contact.as_deref()))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_max_headers(self.options.limits.header_lines)
            .connect_timeout(self.options.limits.first_byte);
        builder = match &self.options.proxy {
            // The proxy's own address is the operator's choice and is not guarded.
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone())?),
            None => {
                builder.no_proxy().dns_resolver(Guarded { inner: Arc::clone(&self.resolver), allowed: allowed.into() })
            }
        };
        builder.build()
    }
}

fn guard(url: &Url, request: &Request) -> Result<(), FetchError> {
    guard::check_url(url, &request.allowed_networks)
        .map_err(|refusal| FetchError::Refused { url: shown(url), reason: refusal.0 })
}

fn plain_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(ACCEPT_PAGES));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br, zstd"));
    headers
}

/// Adds the headers of the config; says which they are.
fn add_configured(headers: &mut HeaderMap, request: &Request) -> Vec<HeaderName> {
    let mut private = Vec::new();
    for (name, value) in &request.headers {
        // The config has checked them; one that is no header all the same is left out rather than sent wrong.
        if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
        {
            value.set_sensitive(true);
            private.push(name.clone());
            headers.insert(name, value);
        }
    }
    private
}

fn not_modified(before: &Validators, answer: Answer) -> Fetched {
    Fetched::NotModified {
        validators: validators::after_not_modified(before, &answer.headers),
        captured_at: answer.at,
        exchange: Box::new(answer.exchange),
    }
}

/// Who we are: program, version, and where to complain.
fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("tearsheet/", env!("CARGO_PKG_VERSION"));
    let contact: String = contact.unwrap_or("").chars().filter(|c| matches!(c, ' '..='~')).collect();
    if contact.trim().is_empty() { name.to_owned() } else { format!("{name} (+{})", contact.trim()) }
}

#[cfg(test)]
mod tests {
    use super::user_agent;

    #[test]
    fn the_user_agent_names_the_contact() {
        assert!(user_agent(None).starts_with("tearsheet/"));
        assert!(user_agent(Some("mailto:a@example.org\r\nX: y")).ends_with("(+mailto:a@example.orgX: y)"));
    }
}
