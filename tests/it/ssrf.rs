//! Which addresses a request may reach, against the vectors.

use crate::loopback::{LoopbackNames, Server, answer};
use crate::shared;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tearsheet::fetch::{FetchError, Fetcher, FixedClock, Limits, Options, Request, Resolver};
use url::Url;

fn fetcher(resolver: Arc<dyn Resolver>, proxy: Option<Url>) -> Fetcher {
    // Public addresses are dialled for real: half a second tells "allowed" from "refused" without a network.
    let limits =
        Limits { first_byte: Duration::from_millis(50), total: Duration::from_millis(50), ..Limits::default() };
    let options = Options { delay: Duration::ZERO, retries: 0, limits, proxy, ..Options::default() };
    let clock = FixedClock("2026-03-05T12:00:00Z".parse().unwrap());
    Fetcher::with_resolver(options, Arc::new(clock), resolver)
}

async fn is_blocked(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return true };
    let mut request = Request::new("test", url);
    request.ignore_robots = true;
    let fetcher = fetcher(Arc::new(Table(vec!["93.184.216.34".parse().unwrap()])), None);
    matches!(fetcher.fetch(&request).await, Err(FetchError::Refused { .. }))
}

/// Answers every name alike.
struct Table(Vec<std::net::IpAddr>);

impl Resolver for Table {
    fn resolve(&self, _: &str) -> tearsheet::fetch::Answer {
        let answer = self.0.clone();
        Box::pin(async move { Ok(answer) })
    }
}

#[tokio::test]
async fn literals_schemes_and_names() {
    let mut wrong = Vec::new();
    for row in shared::rows("vectors/hostile/ssrf.jsonl") {
        let Some(url) = row["url"].as_str() else { continue };
        if Some(is_blocked(url).await) != row["blocked"].as_bool() {
            wrong.push(row);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn addresses(row: &Value, field: &str) -> Vec<std::net::IpAddr> {
    let list = row[field].as_array().into_iter().flatten();
    list.map(|address| address.as_str().unwrap().parse().unwrap()).collect()
}

/// Answers the first query with one list, all later ones with the other.
struct Rebinding {
    first: Vec<std::net::IpAddr>,
    later: Vec<std::net::IpAddr>,
    asked: std::sync::atomic::AtomicUsize,
}

impl Resolver for Rebinding {
    fn resolve(&self, _: &str) -> tearsheet::fetch::Answer {
        let asked = self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let answer = if asked == 0 { self.first.clone() } else { self.later.clone() };
        Box::pin(async move { Ok(answer) })
    }
}

/// True when a server on loopback is reached although only `row`'s answers lead there.
#[tokio::test]
async fn answers_of_the_resolver() {
    for row in shared::rows("vectors/hostile/ssrf.jsonl") {
        let first = addresses(&row, "resolve");
        if first.is_empty() {
            continue;
        }
        let later = addresses(&row, "resolve2");
        let later = if later.is_empty() { first.clone() } else { later };
        let server = Server::start(|_| answer("200 OK", "", b"inside")).await;
        let fetcher = fetcher(Arc::new(Rebinding { first, later, asked: 0.into() }), None);
        let mut refused = false;
        // Twice: the second request is where a name that rebinds answers with loopback.
        for path in ["a", "b"] {
            let mut request =
                Request::new("test", Url::parse(&format!("http://name.test:{}/{path}", server.port)).unwrap());
            request.ignore_robots = true;
            refused |= matches!(fetcher.fetch(&request).await, Err(FetchError::Refused { .. }));
        }
        assert_eq!(Some(refused), row["blocked"].as_bool(), "{row}");
        assert!(server.seen().is_empty(), "{row}");
    }
}

#[tokio::test]
async fn redirects_are_checked_again() {
    for row in shared::rows("vectors/hostile/ssrf.jsonl") {
        let Some(redirects) = row["redirects"].as_array() else { continue };
        if row["blocked"].as_bool() != Some(true) {
            // Credentials: `fetch::credentials_end_at_the_origin`.
            continue;
        }
        let target = redirects[1].as_str().unwrap().to_owned();
        let location = target.replace("127.0.0.1", "10.0.0.1");
        let server = Server::start(move |_| answer("302 Found", &format!("Location: {location}\r\n"), b"")).await;
        let fetcher = fetcher(Arc::new(LoopbackNames::default()), None);
        let mut request = Request::new("test", Url::parse(&format!("http://public.test:{}/", server.port)).unwrap());
        request.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
        request.ignore_robots = true;
        let error = fetcher.fetch(&request).await.unwrap_err();
        assert!(matches!(error, FetchError::Refused { .. }), "{row}: {error}");
    }
}

#[tokio::test]
async fn a_proxy_of_the_operator_is_trusted_and_the_guard_stays_on_the_target() {
    let proxy = Server::start(|_| answer("200 OK", "", b"by proxy")).await;
    let url = Url::parse(&format!("http://127.0.0.1:{}/", proxy.port)).unwrap();
    let fetcher = fetcher(Arc::new(LoopbackNames::default()), Some(url));
    let mut request = Request::new("test", Url::parse("http://public.test/").unwrap());
    request.ignore_robots = true;
    assert!(fetcher.fetch(&request).await.is_ok());
    request.url = Url::parse("http://10.0.0.1/").unwrap();
    assert!(matches!(fetcher.fetch(&request).await, Err(FetchError::Refused { .. })));
}
