//! Request to capture, one try: guard, robots, politeness, redirects, decoding, validators.

use super::error::{FetchError, shown};
use super::fetcher::Fetcher;
use super::guard;
use super::hop::{Answer, Hop, PastCap};
use super::request::{Capture, Fetched, NotModified, Redirect, Request};
use super::validators;
use crate::content_coding::{self, BodyDamage, CodingError};
use crate::model::Validators;
use reqwest::Client;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, LOCATION};
use std::time::Duration;
use url::Url;

/// Pages first, then feeds; never images.
const ACCEPT_PAGES: &str = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,\
    application/feed+json,application/xml;q=0.9,*/*;q=0.8";

impl Fetcher {
    /// Follows `request` to its page.
    pub(super) async fn walk(&self, request: &Request) -> Result<Fetched, FetchError> {
        if let Some(command) = &request.render {
            return self.render(request, command).await;
        }
        let client = self.clients.get(&request.allowed_networks, &self.options)?;
        let conditional = validators::is_conditional(&request.url, &request.validators);
        let mut url = request.url.clone();
        let mut redirects = Vec::new();
        let mut budget = self.options.limits.total;
        loop {
            let answer = self.ask(&client, request, &url, conditional, &mut budget).await?;
            match answer.status {
                200..=299 if answer.status != 206 => {
                    return self.capture(request, url, redirects, answer).map(Box::new).map(Fetched::Captured);
                }
                304 if conditional => return Ok(not_modified(url, &request.validators, answer)),
                301 | 302 | 303 | 307 | 308 => {
                    if redirects.len() >= self.options.limits.redirects {
                        let reason = "in circles or without end".to_owned();
                        return Err(FetchError::Redirect { url: shown(&request.url), reason });
                    }
                    let next = redirect_target(&request.url, &url, &answer)?;
                    redirects.push(Redirect { from: public(url), to: public(next.clone()), status: answer.status });
                    url = next;
                }
                status => return Err(FetchError::Status { url: shown(&url), status }),
            }
        }
    }

    /// One polite request: everything that has to be true of every hop.
    async fn ask(
        &self,
        client: &Client,
        request: &Request,
        url: &Url,
        conditional: bool,
        budget: &mut Duration,
    ) -> Result<Answer, FetchError> {
        guard::check_url(url, &request.allowed_networks)
            .map_err(|refusal| FetchError::Refused { url: shown(url), reason: refusal.0 })?;
        let impatient = |retry_after| FetchError::RateLimited { url: shown(url), retry_after };
        self.politeness.patience(url, self.clock.now()).map_err(impatient)?;
        let crawl_delay = self.pass_gate(client, request, url).await?;
        let turn = self.politeness.turn(url, &*self.clock, request.delay, crawl_delay).await.map_err(impatient)?;
        let mut headers = plain_headers();
        let same_origin = url.origin() == request.url.origin();
        let private = if same_origin { add_configured(&mut headers, request) } else { Vec::new() };
        if conditional {
            validators::add_conditions(&mut headers, &request.validators);
        }
        let (limits, clock) = (&self.options.limits, &*self.clock);
        let hop = Hop { client, clock, url, headers, private: &private, limits, past_cap: PastCap::Refuse };
        let answer = hop.send(budget).await?;
        if let Some(mark) = challenge(&answer) {
            return Err(FetchError::Challenged { url: shown(url), mark });
        }
        match self.politeness.note(&turn, answer.status, &answer.headers, answer.at) {
            Some(retry_after) => Err(impatient(retry_after)),
            None => Ok(answer),
        }
    }

    fn capture(
        &self,
        request: &Request,
        url: Url,
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
        Ok(Capture {
            url: public(url),
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
}

/// Headers by which services say that they ask for a proof instead of answering.
const CHALLENGES: [(&str, &str, &str); 5] = [
    ("cf-mitigated", "challenge", "cf-mitigated: challenge"),
    ("x-amzn-waf-action", "challenge", "x-amzn-waf-action: challenge"),
    ("x-amzn-waf-action", "captcha", "x-amzn-waf-action: captcha"),
    ("x-vercel-mitigated", "challenge", "x-vercel-mitigated: challenge"),
    ("x-datadome", "protected", "x-datadome: protected"),
];

/// The header that names a challenge, on an answer without a page. Such an answer asks for no patience.
fn challenge(answer: &Answer) -> Option<&'static str> {
    if matches!(answer.status, 200 | 203 | 300..=399) {
        return None;
    }
    let says = |name: &str, value: &str| {
        answer.headers.get(name).is_some_and(|held| held.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
    };
    CHALLENGES.iter().find(|(name, value, _)| says(name, value)).map(|(_, _, mark)| *mark)
}

/// Where an answer leads. Credentials of the first URL go along while the origin stays, and no further.
fn redirect_target(first: &Url, from: &Url, answer: &Answer) -> Result<Url, FetchError> {
    let wrong = |reason: &str| FetchError::Redirect { url: shown(first), reason: reason.to_owned() };
    let location = answer.headers.get(LOCATION).ok_or_else(|| wrong("to nowhere: no `Location`"))?;
    let location = String::from_utf8_lossy(location.as_bytes());
    let mut next = public(from.join(&location).map_err(|_| wrong("to something that is no URL"))?);
    if next.origin() == first.origin() {
        // Cannot fail: a URL with an origin has a host.
        let _ = next.set_username(first.username());
        let _ = next.set_password(first.password());
    }
    Ok(next)
}

/// `url` without credentials.
pub(super) fn public(mut url: Url) -> Url {
    if url.has_host() {
        // Cannot fail: it has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    url
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

fn not_modified(url: Url, before: &Validators, answer: Answer) -> Fetched {
    Fetched::NotModified(Box::new(NotModified {
        url: public(url),
        validators: validators::after_not_modified(before, &answer.headers),
        captured_at: answer.at,
        exchange: answer.exchange,
    }))
}
