//! The fetcher against loopback servers.

use crate::loopback::{LoopbackNames, Server, answer, path};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tearsheet::content_coding::BodyDamage;
use tearsheet::fetch::{Capture, FetchError, Fetched, Fetcher, FixedClock, Limits, Options, Request};
use tearsheet::model::Validators;
use url::Url;

fn options() -> Options {
    Options {
        delay: Duration::ZERO,
        retry_delay: Duration::from_millis(5),
        contact: Some("https://example.org/contact".to_owned()),
        ..Options::default()
    }
}

fn fetcher(options: Options) -> Fetcher {
    let clock = FixedClock("2026-03-05T12:00:00Z".parse().unwrap());
    Fetcher::with_resolver(options, Arc::new(clock), Arc::new(LoopbackNames::default()))
}

fn request(url: &str) -> Request {
    let mut request = Request::new("test", Url::parse(url).unwrap());
    request.allowed_networks = vec!["127.0.0.0/8".parse().unwrap()];
    request
}

fn captured(fetched: Result<Fetched, FetchError>) -> Capture {
    match fetched {
        Ok(Fetched::Captured(capture)) => *capture,
        other => panic!("no capture: {other:?}"),
    }
}

/// robots.txt is absent everywhere; `rest` answers the rest.
fn no_robots(
    rest: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
) -> impl Fn(&str) -> Vec<u8> + Send + Sync + 'static {
    move |head| if path(head) == "/robots.txt" { answer("404 Not Found", "", b"") } else { rest(head) }
}

#[tokio::test]
async fn a_page_comes_with_all_that_belongs_to_it() {
    let body = zstd::encode_all(&b"<li>one</li>"[..], 1).unwrap();
    let server = Server::start(no_robots(move |_| {
        answer("200 OK", "Content-Type: text/html\r\nETag: \"a\"\r\nContent-Encoding: zstd\r\n", &body)
    }))
    .await;
    let url = format!("http://news.test:{}/list?page=2#top", server.port);
    let capture = captured(fetcher(options()).fetch(&request(&url)).await);
    assert_eq!(&capture.body[..], b"<li>one</li>");
    assert_eq!(capture.captured_at.to_string(), "2026-03-05T12:00:00Z");
    assert_eq!(capture.validators.etag.as_deref(), Some("\"a\""));
    assert_eq!(capture.content_type().as_deref(), Some("text/html"));
    let head = String::from_utf8(capture.exchange.request_head).unwrap();
    assert!(head.starts_with("GET /list?page=2 HTTP/1.1\r\nHost: news.test:"), "{head}");
    assert!(server.seen()[0].contains("user-agent: tearsheet/"), "{:?}", server.seen());
    assert!(server.seen()[0].contains("(+https://example.org/contact)"));
    let head = String::from_utf8(capture.exchange.response_head).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn conditions_are_sent_and_a_304_is_no_failure() {
    let server = Server::start(no_robots(|head| {
        if head.contains("if-none-match: \"a\"") {
            answer("304 Not Modified", "", b"")
        } else {
            answer("200 OK", "", b"x")
        }
    }))
    .await;
    let mut request = request(&format!("http://news.test:{}/", server.port));
    request.validators = Validators { etag: Some("\"a\"".to_owned()), ..Validators::default() };
    match fetcher(options()).fetch(&request).await {
        Ok(Fetched::NotModified(answer)) => assert_eq!(answer.validators.not_modified_streak, 1),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_audit_unmasks_a_server_that_answers_304_falsely() {
    let server = Server::start(no_robots(|head| {
        if head.contains("if-none-match") {
            answer("304 Not Modified", "", b"")
        } else {
            answer("200 OK", "ETag: \"a\"\r\n", b"new")
        }
    }))
    .await;
    let url = format!("http://news.test:{}/", server.port);
    let mut validators = Validators {
        etag: Some("\"a\"".to_owned()),
        digest: Some(tearsheet::model::Digest::of_body(b"old")),
        ..Validators::default()
    };
    for _ in 0..40 {
        let mut request = request(&url);
        request.validators = validators;
        match fetcher(options()).fetch(&request).await.unwrap() {
            Fetched::NotModified(answer) => validators = answer.validators,
            Fetched::Captured(capture) => {
                assert!(capture.unmasked && capture.validators.distrusted);
                return;
            }
        }
    }
    panic!("no audit in 40 visits");
}

#[tokio::test]
async fn credentials_end_at_the_origin() {
    let second = Server::start(no_robots(|_| answer("200 OK", "", b"there"))).await;
    let to = second.port;
    let first = Server::start(no_robots(move |head| match path(head) {
        "/a" => answer("302 Found", "Location: /b\r\n", b""),
        _ => answer("301 Moved", &format!("Location: http://u:p@news.test:{to}/c\r\n"), b""),
    }))
    .await;
    let mut request = request(&format!("http://me:secret@news.test:{}/a", first.port));
    request.headers = vec![("X-Api-Key".to_owned(), "k123".to_owned()), ("Cookie".to_owned(), "c=1".to_owned())];
    let capture = captured(fetcher(options()).fetch(&request).await);
    for head in first.seen() {
        assert!(head.contains("x-api-key: k123") && head.contains("authorization: Basic"), "{head}");
    }
    let there = second.seen().concat().to_lowercase();
    assert!(!there.contains("k123") && !there.contains("cookie") && !there.contains("authorization"), "{there}");
    assert_eq!(capture.redirects.len(), 2);
    let kept = format!("{:?} {:?} {:?}", capture.redirects, capture.url.as_str(), capture.exchange);
    assert!(!kept.contains("secret") && !kept.contains("k123"), "{kept}");
}

#[tokio::test]
async fn robots_txt_is_asked_once_and_obeyed() {
    let server = Server::start(|head| match path(head) {
        "/robots.txt" => answer("200 OK", "", b"User-agent: tearsheet\nDisallow: /private\nCrawl-delay: 0.01"),
        _ => answer("200 OK", "", b"page"),
    })
    .await;
    let fetcher = fetcher(options());
    let at = |path: &str| request(&format!("http://news.test:{}{path}", server.port));
    captured(fetcher.fetch(&at("/a")).await);
    captured(fetcher.fetch(&at("/b")).await);
    let denied = fetcher.fetch(&at("/private?token=x")).await.unwrap_err();
    assert!(matches!(denied, FetchError::Disallowed { unreachable: false, .. }));
    assert_eq!(denied.to_string(), "robots.txt of `news.test` disallows `/private`");
    let mut open = at("/private");
    open.ignore_robots = true;
    captured(fetcher.fetch(&open).await);
    assert_eq!(server.robots_seen(), 1);

    let next_run = self::fetcher(options());
    next_run.remember(fetcher.changes());
    captured(next_run.fetch(&at("/a")).await);
    assert_eq!(server.robots_seen(), 1);
}

#[tokio::test]
async fn a_robots_txt_out_of_reach_denies() {
    let server = Server::start(|_| answer("500 Oops", "", b"")).await;
    let error = fetcher(options()).fetch(&request(&format!("http://news.test:{}/", server.port))).await.unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { unreachable: true, .. }) && error.is_transient());
}

#[tokio::test]
async fn refusals_are_remembered_across_runs() {
    let server = Server::start(no_robots(|_| answer("429 Too Many", "Retry-After: 3600\r\n", b""))).await;
    let request = request(&format!("http://news.test:{}/", server.port));
    let first = fetcher(options());
    let error = first.fetch(&request).await.unwrap_err();
    assert!(matches!(error, FetchError::RateLimited { retry_after, .. } if retry_after == Duration::from_hours(1)));
    let second = fetcher(options());
    second.remember(first.changes());
    let error = second.fetch(&request).await.unwrap_err();
    assert!(matches!(error, FetchError::RateLimited { .. }));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_is_transient_is_tried_again_and_nothing_else() {
    let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let seen = Arc::clone(&count);
    let server = Server::start(no_robots(move |head| match path(head) {
        "/gone" => answer("410 Gone", "", b""),
        _ if seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2 => answer("502 Bad Gateway", "", b""),
        _ => answer("200 OK", "", b"at last"),
    }))
    .await;
    let fetcher = fetcher(options());
    let at = |path: &str| request(&format!("http://news.test:{}{path}", server.port));
    assert_eq!(&captured(fetcher.fetch(&at("/")).await).body[..], b"at last");
    let error = fetcher.fetch(&at("/gone")).await.unwrap_err();
    assert!(!error.is_transient());
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn no_url_is_asked_for_twice_in_a_run() {
    let server = Server::start(no_robots(|_| answer("200 OK", "", b"page"))).await;
    let fetcher = fetcher(options());
    let request = request(&format!("http://news.test:{}/", server.port));
    let (a, b) = tokio::join!(fetcher.fetch(&request), fetcher.fetch(&request));
    assert_eq!(captured(a).body, captured(b).body);
    captured(fetcher.fetch(&request).await);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_slow_server_ends_at_the_limits() {
    let server = Server::start(no_robots(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".to_vec())).await;
    let stalled = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let limits =
        Limits { first_byte: Duration::from_millis(100), total: Duration::from_millis(200), ..Limits::default() };
    let fetcher = fetcher(Options { limits, ..options() });
    let started = Instant::now();
    let mut silent = request(&format!("http://127.0.0.1:{}/", stalled.local_addr().unwrap().port()));
    silent.ignore_robots = true;
    let error = fetcher.fetch(&silent).await.unwrap_err();
    assert!(matches!(error, FetchError::Timeout { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(2));
    let cut = captured(fetcher.fetch(&request(&format!("http://news.test:{}/", server.port))).await);
    assert_eq!((&cut.body[..], cut.damage), (&b"abc"[..], Some(BodyDamage::Truncated)));
}
