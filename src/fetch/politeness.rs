//! One budget for each registrable domain: delay, connections, and the patience that its servers asked for.
//!
//! In: a URL to ask for, the present instant, and what is remembered of earlier runs. Out: a turn, once it is time;
//! or how long to stay away. Does not send requests.
//!
//! Source: RFC 9110 section 10.2.3 (Retry-After); the scope is the registrable domain of the Public Suffix List.

use super::clock::Clock;
use super::options::Options;
use crate::model::{Digest, DomainMemory};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

/// Nobody is left alone for longer because of one answer: a typing error in a header must not silence a source for years.
const MAX_PATIENCE: Duration = Duration::from_hours(24);

/// First wait after a 429 or 503 that names no time; doubled by each further one.
const FIRST_BACK_OFF: Duration = Duration::from_mins(1);

/// The budgets of all domains.
pub(super) struct Politeness {
    delay: Duration,
    connections: usize,
    max_wait: Duration,
    seed: u64,
    domains: Mutex<HashMap<String, Arc<Domain>>>,
    /// Domains whose memory changed since it was last asked for.
    changed: Mutex<BTreeSet<String>>,
}

struct Domain {
    slots: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Clone, Default)]
struct State {
    /// When the next request may start.
    next: Option<Instant>,
    not_before: Option<Timestamp>,
    refusals: u32,
}

impl Domain {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Permission for one request; the delay counts from its end.
pub(super) struct Turn {
    name: String,
    domain: Arc<Domain>,
    delay: Duration,
    _slot: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// The next request to the domain need not wait.
    pub(super) fn without_delay(mut self) -> Self {
        self.delay = Duration::ZERO;
        self.domain.state().next = None;
        self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = Instant::now() + self.delay;
        let mut state = self.domain.state();
        state.next = Some(state.next.map_or(next, |known| known.max(next)));
    }
}

impl Politeness {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            delay: options.delay,
            connections: options.connections.max(1),
            max_wait: options.max_wait,
            seed: options.seed,
            domains: Mutex::default(),
            changed: Mutex::default(),
        }
    }

    fn domain(&self, name: &str) -> Arc<Domain> {
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Domain { slots: Arc::new(Semaphore::new(self.connections)), state: Mutex::default() };
        Arc::clone(domains.entry(name.to_owned()).or_insert_with(|| Arc::new(new())))
    }

    pub(super) fn remember(&self, memory: &DomainMemory) {
        let domain = self.domain(&memory.domain);
        let mut state = domain.state();
        state.not_before = memory.not_before;
        state.refusals = memory.refusals;
    }

    /// What changed since this was last asked for, by name.
    pub(super) fn changes(&self) -> Vec<DomainMemory> {
        let changed = std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner));
        let memory = |domain: String| {
            let State { not_before, refusals, .. } = self.domain(&domain).state().clone();
            DomainMemory { domain, not_before, refusals }
        };
        changed.into_iter().map(memory).collect()
    }

    /// How long `url`'s domain still wants to be left alone; fails when that is more than one fetch waits.
    pub(super) fn patience(&self, url: &Url, now: Timestamp) -> Result<Duration, Duration> {
        let not_before = self.domain(&domain_name(url)).state().not_before;
        let remaining = not_before.map_or(Duration::ZERO, |until| span(now, until));
        if remaining > self.max_wait { Err(remaining) } else { Ok(remaining) }
    }

    /// Waits until `url` may be asked for. `own_delay` is what the config says for the source, `crawl_delay` what
    /// robots.txt asks for; the longer one counts.
    ///
    /// Fails with the remaining time when the domain asked for more patience than one fetch has; what others learn
    /// while this waits for its turn counts too.
    pub(super) async fn turn(
        &self,
        url: &Url,
        clock: &dyn Clock,
        own_delay: Option<Duration>,
        crawl_delay: Option<Duration>,
    ) -> Result<Turn, Duration> {
        let name = domain_name(url);
        let domain = self.domain(&name);
        // The semaphore is never closed; without a permit the delay still holds.
        let slot = Arc::clone(&domain.slots).acquire_owned().await.ok();
        sleep(self.patience(url, clock.now())?).await;
        let delay = own_delay.unwrap_or(self.delay).max(crawl_delay.unwrap_or_default());
        let start = {
            let mut state = domain.state();
            let start = state.next.map_or_else(Instant::now, |next| next.max(Instant::now()));
            state.next = Some(start + delay);
            start
        };
        sleep_until(start).await;
        Ok(Turn { name, domain, delay, _slot: slot })
    }

    /// Notes what an answer says about patience; how long to stay away if it asks for that.
    pub(super) fn note(&self, turn: &Turn, status: u16, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
        let mut state = turn.domain.state();
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(status, 429 | 503) {
            if state.refusals > 0 || state.not_before.is_some() {
                changed.insert(turn.name.clone());
            }
            state.refusals = 0;
            state.not_before = None;
            return None;
        }
        changed.insert(turn.name.clone());
        state.refusals = state.refusals.saturating_add(1);
        let wait = retry_after(headers, now).unwrap_or_else(|| back_off(self.seed, &turn.name, state.refusals));
        state.not_before = SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
        Some(wait)
    }

    /// How long to wait before trying a transient failure again, `attempt` counting from 0.
    pub(super) fn retry_wait(&self, url: &Url, base: Duration, attempt: u32) -> Duration {
        jittered(self.seed, &domain_name(url), attempt, base.saturating_mul(1 << attempt.min(10)))
    }
}

/// The registrable domain of `url`'s host, or the host itself (addresses, suffixes): what shares one budget.
#[must_use]
pub fn domain_name(url: &Url) -> String {
    let host = url.host_str().unwrap_or("").trim_end_matches('.');
    let registrable = matches!(url.host(), Some(url::Host::Domain(_))).then(|| psl::domain_str(host)).flatten();
    registrable.unwrap_or(host).to_owned()
}

fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

/// `Retry-After` in seconds or as a date, at most a day; `None` when absent, past or unreadable.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_or(MAX_PATIENCE, Duration::from_secs)
    } else {
        httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::from(now)).unwrap_or(Duration::ZERO)
    };
    (!wait.is_zero()).then(|| wait.min(MAX_PATIENCE))
}

/// Doubles with each refusal in a row.
fn back_off(seed: u64, domain: &str, refusals: u32) -> Duration {
    let doubled = FIRST_BACK_OFF.saturating_mul(1 << refusals.saturating_sub(1).min(20)).min(MAX_PATIENCE);
    jittered(seed, domain, refusals, doubled).min(MAX_PATIENCE)
}

/// Half to one and a half of `wait`, equal for equal inputs: many machines do not come back together, and tests do.
fn jittered(seed: u64, domain: &str, attempt: u32, wait: Duration) -> Duration {
    let digest = Digest::of_body(format!("{seed} {domain} {attempt}").as_bytes());
    let part = u16::from_be_bytes([digest.0[0], digest.0[1]]);
    wait.mul_f64(0.5 + f64::from(part) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::FixedClock;
    use reqwest::header::HeaderValue;

    fn now() -> Timestamp {
        "2026-03-05T12:00:00Z".parse().unwrap()
    }

    fn asked(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::try_from(text).unwrap());
        retry_after(&headers, now())
    }

    #[test]
    fn retry_after_in_both_forms() {
        assert_eq!(asked("120"), Some(Duration::from_mins(2)));
        assert_eq!(asked("Thu, 05 Mar 2026 12:01:30 GMT"), Some(Duration::from_secs(90)));
        for capped in ["99999999999", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(asked(capped), Some(MAX_PATIENCE), "{capped}");
        }
        for nothing in ["-5", "0", "soon", "", "Thu, 05 Mar 2020 12:00:00 GMT"] {
            assert_eq!(asked(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn back_off_doubles_with_jitter_and_is_the_same_for_the_same_seed() {
        for refusals in 1..6 {
            let wait = back_off(7, "example.org", refusals);
            let middle = FIRST_BACK_OFF * (1 << (refusals - 1));
            assert!(wait >= middle / 2 && wait <= middle * 3 / 2, "{wait:?}");
            assert_eq!(wait, back_off(7, "example.org", refusals));
        }
        assert_ne!(back_off(7, "example.org", 1), back_off(8, "example.org", 1));
        assert!(back_off(7, "example.org", u32::MAX) <= MAX_PATIENCE);
    }

    #[test]
    fn subdomains_share_a_budget() {
        let name = |url: &str| domain_name(&Url::parse(url).unwrap());
        assert_eq!(name("https://news.example.co.uk/a"), name("http://www.example.co.uk:8080/b"));
        assert_ne!(name("https://a.github.io/"), name("https://b.github.io/"));
        assert_eq!(name("http://127.0.0.1:1/"), "127.0.0.1");
    }

    #[tokio::test]
    async fn patience_is_remembered_and_kept() {
        let politeness = Politeness::new(&Options { delay: Duration::ZERO, ..Options::default() });
        let url = Url::parse("https://www.example.org/").unwrap();
        let turn = politeness.turn(&url, &FixedClock(now()), None, None).await.ok().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("3600"));
        assert_eq!(politeness.note(&turn, 429, &headers, now()), Some(Duration::from_hours(1)));
        let kept = politeness.changes();
        assert_eq!(politeness.changes(), [], "each change is told once");
        assert_eq!((kept[0].domain.as_str(), kept[0].refusals), ("example.org", 1));

        let next_run = Politeness::new(&Options::default());
        for memory in &kept {
            next_run.remember(memory);
        }
        let later = now() + SignedDuration::from_mins(50);
        assert_eq!(next_run.turn(&url, &FixedClock(later), None, None).await.err(), Some(Duration::from_mins(10)));
    }

    #[tokio::test]
    async fn requests_to_one_domain_keep_their_distance() {
        let delay = Duration::from_millis(30);
        let politeness = Politeness::new(&Options { delay, connections: 4, ..Options::default() });
        let url = Url::parse("https://www.example.org/").unwrap();
        let started = Instant::now();
        let clock = FixedClock(now());
        let turns = futures::future::join_all((0..4).map(|_| politeness.turn(&url, &clock, None, None))).await;
        assert!(turns.iter().all(Result::is_ok));
        assert!(started.elapsed() >= delay * 3);
    }
}
