//! Asks robots.txt before every request, once a day for each authority.

use super::error::{FetchError, shown};
use super::fetcher::Fetcher;
use super::guard;
use super::hop::{Answer, Hop, PastCap};
use super::options::Limits;
use super::request::Request;
use super::robots::{MAX_ROBOTS_BYTES, Rules};
use crate::content_coding;
use crate::model::{RobotsEntry, RobotsVerdict};
use reqwest::Client;
use reqwest::header::{CONTENT_ENCODING, HeaderMap, LOCATION};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;
use url::Url;

/// Our product token (RFC 9309 section 2.2.1).
const TOKEN: &str = "tearsheet";

/// RFC 9309 section 2.3.1.2: at least five redirects are followed.
const MAX_REDIRECTS: usize = 5;

/// A robots.txt comes at once or not today.
const TOTAL_TIME: Duration = Duration::from_secs(30);

/// What is known about one authority; locked while it is being asked, so that nobody asks twice.
#[derive(Default)]
struct Known {
    entry: Option<RobotsEntry>,
    /// The entry's rules, parsed once; the inner `None` is "everything is disallowed".
    rules: Option<Arc<Option<Rules>>>,
}

/// What the robots.txt files of a run say.
#[derive(Default)]
pub(super) struct Gate {
    known: Mutex<HashMap<String, Arc<AsyncMutex<Known>>>>,
    /// Entries for the next run; apart from `known`, which is locked while requests are under way.
    entries: Mutex<HashMap<String, RobotsEntry>>,
    /// Entries learned since they were last asked for.
    changed: Mutex<Vec<RobotsEntry>>,
}

impl Gate {
    fn known(&self, authority: &str) -> Arc<AsyncMutex<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(authority.to_owned()).or_default())
    }

    pub(super) fn remember(&self, entry: RobotsEntry) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(entry.authority.clone(), entry);
    }

    fn remembered(&self, authority: &str) -> Option<RobotsEntry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).get(authority).cloned()
    }

    /// Remembers an answer of this run.
    fn learn(&self, entry: RobotsEntry) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).push(entry.clone());
        self.remember(entry);
    }

    /// What was learned since this was last asked for, by authority.
    pub(super) fn changes(&self) -> Vec<RobotsEntry> {
        let mut changed = std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner));
        changed.sort_by(|a, b| a.authority.cmp(&b.authority));
        changed
    }
}

impl Fetcher {
    /// Permission of `url`'s robots.txt, with the delay that it asks for.
    pub(super) async fn pass_gate(
        &self,
        client: &Client,
        request: &Request,
        url: &Url,
    ) -> Result<Option<Duration>, FetchError> {
        if request.ignore_robots {
            return Ok(None);
        }
        let rules = self.rules(client, request, url).await;
        let disallowed = |unreachable| FetchError::Disallowed {
            host: url.host_str().unwrap_or("").to_owned(),
            path: url.path().to_owned(),
            unreachable,
        };
        match &*rules {
            None => Err(disallowed(true)),
            Some(rules) if rules.allow(url) => Ok(rules.crawl_delay()),
            Some(_) => Err(disallowed(false)),
        }
    }

    async fn rules(&self, client: &Client, request: &Request, url: &Url) -> Arc<Option<Rules>> {
        let authority = url.origin().ascii_serialization();
        let known = self.gate.known(&authority);
        let mut known = known.lock().await;
        let now = self.clock.now();
        let before = known.entry.take().or_else(|| self.gate.remembered(&authority));
        let fresh = before.as_ref().is_some_and(|entry| entry.is_fresh(now));
        let entry = match before {
            Some(entry) if fresh => entry,
            before => {
                let verdict = self.ask_robots(client, request, &authority).await;
                known.rules = None;
                let entry = RobotsEntry::after(before.as_ref(), &authority, now, verdict);
                self.gate.learn(entry.clone());
                entry
            }
        };
        let rules = known.rules.take().unwrap_or_else(|| Arc::new(entry.rules(TOKEN, now)));
        known.rules = Some(Arc::clone(&rules));
        known.entry = Some(entry);
        rules
    }

    /// Asks `authority` for its robots.txt. Redirects may lead to other hosts; the rules stay those of `authority`.
    async fn ask_robots(&self, client: &Client, request: &Request, authority: &str) -> RobotsVerdict {
        let Ok(mut url) = Url::parse(&format!("{authority}/robots.txt")) else { return RobotsVerdict::Absent };
        let mut budget = TOTAL_TIME;
        for _ in 0..=MAX_REDIRECTS {
            if guard::check_url(&url, &request.allowed_networks).is_err() {
                return RobotsVerdict::Absent;
            }
            let answer = match self.ask_robots_once(client, &url, &mut budget).await {
                Ok(answer) => answer,
                Err(error) => {
                    tracing::debug!(url = shown(&url), "robots.txt is out of reach: {error}");
                    return RobotsVerdict::Unreachable;
                }
            };
            let target =
                answer.headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            match (answer.status, target.and_then(|target| url.join(&target).ok())) {
                (300..=399, Some(next)) => url = next,
                (300..=399, None) => return RobotsVerdict::Absent,
                (status, _) => return RobotsEntry::verdict_of(status, &body(&answer)),
            }
        }
        RobotsVerdict::Absent
    }

    async fn ask_robots_once(&self, client: &Client, url: &Url, budget: &mut Duration) -> Result<Answer, FetchError> {
        // A connection of the domain's budget, but no delay: the page that the file is asked for comes next.
        let patience = |retry_after| FetchError::RateLimited { url: shown(url), retry_after };
        let turn = self.politeness.turn(url, &*self.clock, None, None).await.map_err(patience)?.without_delay();
        let limits = Limits { body_bytes: MAX_ROBOTS_BYTES, total: TOTAL_TIME, ..self.options.limits };
        let (headers, clock) = (HeaderMap::new(), &*self.clock);
        let hop = Hop { client, clock, url, headers, private: &[], limits: &limits, past_cap: PastCap::Cut };
        let answer = hop.send(budget).await?;
        self.politeness.note(&turn, answer.status, &answer.headers, answer.at);
        Ok(answer)
    }
}

/// The text of the file. We ask for no coding, but some servers code all the same.
fn body(answer: &Answer) -> Vec<u8> {
    let coding = answer.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let decoded = content_coding::decode(answer.body.clone(), coding, 4 * MAX_ROBOTS_BYTES);
    let body = decoded.map_or_else(|_| answer.body.clone(), |decoded| decoded.body);
    // One byte more than is read, so that a line at the cap is seen to be cut.
    body[..body.len().min(MAX_ROBOTS_BYTES + 1)].to_vec()
}
