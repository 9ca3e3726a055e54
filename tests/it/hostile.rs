//! The fetcher against a server that does all that servers must not do.

use crate::loopback::LoopbackNames;
use crate::shared;
use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tearsheet::content_coding::{self, BodyDamage, CodingError};
use tearsheet::fetch::{FetchError, Fetched, Fetcher, FixedClock, Limits, Options, Request};
use url::Url;

/// The whole list, in debug builds on a loaded machine too.
const WHOLE_LIST: Duration = Duration::from_secs(90);

struct Hostile {
    process: Child,
    port: u16,
}

impl Drop for Hostile {
    fn drop(&mut self) {
        // A child that is gone already is what we want.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts the server; `None` where it or python3 is absent.
fn start() -> Option<Hostile> {
    let script = shared::path("vectors/hostile/hostile_server.py")?;
    let Ok(mut process) = Command::new("python3").arg(script).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    else {
        shared::skip("python3");
        return None;
    };
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Some(Hostile { process, port: line.trim().parse().unwrap() })
}

fn fetcher() -> Fetcher {
    let limits = Limits {
        body_bytes: 2 << 20,
        first_byte: Duration::from_secs(2),
        total: Duration::from_secs(3),
        ..Limits::default()
    };
    // The server closes connections without a word: a request on one that is kept may have to be sent again.
    let retry_delay = Duration::from_millis(5);
    let options = Options {
        delay: Duration::ZERO,
        connections: 100,
        retries: 1,
        retry_delay,
        max_wait: Duration::ZERO,
        limits,
        ..Options::default()
    };
    let clock = FixedClock("2026-03-05T12:00:00Z".parse().unwrap());
    Fetcher::with_resolver(options, Arc::new(clock), Arc::new(LoopbackNames::default()))
}

/// One word for how it ended.
fn word(result: &Result<Fetched, FetchError>) -> String {
    match result {
        Ok(Fetched::Captured(capture)) => {
            let damage = capture.damage.map_or("", BodyDamage::as_str);
            format!("captured {damage}").trim_end().to_owned()
        }
        Ok(Fetched::NotModified(_)) => "not modified".to_owned(),
        Err(error) => {
            let text = format!("{error:?}");
            text.split([' ', '{']).next().unwrap_or_default().to_owned()
        }
    }
}

/// Routes whose outcome is more than "ends within the limits".
const OUTCOMES: [(&str, &str); 48] = [
    ("/ok", "captured"),
    ("/slow_headers", "Timeout"),
    ("/slow_body", "captured truncated|Timeout"),
    ("/stall_after_headers", "Timeout"),
    ("/never_reply", "Timeout"),
    ("/endless_body", "TooLarge"),
    ("/endless_chunked", "TooLarge|Timeout"),
    ("/endless_headers", "Malformed|Unreachable"),
    ("/endless_header_line", "Malformed|Unreachable"),
    ("/endless_1xx", "Timeout|Malformed|Unreachable"),
    ("/cl_too_long", "captured truncated"),
    ("/cl_huge", "TooLarge"),
    ("/cl_overflow", "Malformed|Unreachable"),
    ("/cl_negative", "Malformed|Unreachable"),
    ("/cl_two", "Malformed|Unreachable"),
    ("/chunk_truncated", "captured truncated"),
    ("/empty_reply", "Unreachable|Malformed"),
    ("/http09", "Malformed|Unreachable"),
    ("/garbage", "Malformed|Unreachable"),
    ("/status_999", "Status"),
    ("/s304_unasked", "Status"),
    ("/s206_unasked", "Status"),
    ("/s401", "Status"),
    ("/s429_big", "RateLimited"),
    ("/redir_self", "Redirect"),
    ("/redir_ab", "Redirect"),
    ("/redir_chain", "Redirect"),
    ("/redir_none", "Redirect"),
    ("/redir_file", "Refused"),
    ("/redir_js", "Refused"),
    ("/redir_meta", "Refused"),
    ("/redir_dec", "Refused"),
    ("/redir_long", "Malformed|Unreachable"),
    ("/redir_utf8", "captured"),
    ("/cookie_big", "Malformed|Unreachable"),
    ("/cookie_many", "Malformed|Unreachable"),
    ("/ct_none", "captured"),
    ("/gzip_bomb", "TooLarge"),
    ("/gzip_bomb2", "TooLarge"),
    ("/br_bomb", "TooLarge"),
    ("/zstd_bomb", "TooLarge"),
    ("/zstd_window", "Malformed"),
    ("/gzip_trunc", "captured truncated"),
    ("/gzip_badcrc", "captured checksum"),
    ("/gzip_lie", "captured mislabelled"),
    ("/gzip_x20", "Malformed"),
    ("/enc_unknown", "Malformed"),
    ("/page_trap", "captured"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_ends_within_the_limits() {
    let Some(server) = start() else { return };
    let url = |path: &str| Url::parse(&format!("http://127.0.0.1:{}{path}", server.port)).unwrap();
    let fetch = |path: String| {
        let mut request = Request::new("hostile", url(&path));
        request.allowed_networks = vec!["127.0.0.1/32".parse().unwrap()];
        async move {
            // A fetcher each: one that is asked for patience must not silence the others.
            let started = Instant::now();
            let result = fetcher().fetch(&request).await;
            (path, word(&result), started.elapsed())
        }
    };
    let mut request = Request::new("hostile", url("/"));
    request.allowed_networks = vec!["127.0.0.1/32".parse().unwrap()];
    let Ok(Fetched::Captured(list)) = fetcher().fetch(&request).await else { panic!("no list of routes") };
    let routes: Vec<String> = String::from_utf8(list.body.to_vec()).unwrap().lines().map(str::to_owned).collect();
    assert!(routes.len() >= 65, "{}", routes.len());
    let started = Instant::now();
    let mut wrong = Vec::new();
    for batch in routes.chunks(8) {
        for (path, word, took) in futures::future::join_all(batch.iter().cloned().map(fetch)).await {
            eprintln!("{path}: {word} in {} ms", took.as_millis());
            let expected = OUTCOMES.iter().find(|(known, _)| *known == path).map(|(_, expected)| *expected);
            if took > Duration::from_secs(15) || expected.is_some_and(|list| !list.split('|').any(|one| one == word)) {
                wrong.push(format!("{path}: {word} in {took:?}, expected {expected:?}"));
            }
        }
    }
    assert!(started.elapsed() < WHOLE_LIST, "{:?}", started.elapsed());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn bodies_that_were_made_to_hurt() {
    let Some(folder) = shared::path("vectors/hostile/files") else { return };
    let cap = 2 << 20;
    let decode = |name: &str, codings: &str| {
        let body = std::fs::read(folder.join(name)).unwrap();
        content_coding::decode(body.into(), codings, cap).map(|decoded| decoded.damage.map(BodyDamage::as_str))
    };
    let too_large = Err(CodingError::TooLarge(cap));
    for (name, codings, expected) in [
        ("gzip_ok.gz", "gzip", Ok(None)),
        ("gzip_bomb_1GiB.gz", "gzip", too_large.clone()),
        ("gzip_bomb_nested2.gz", "gzip, gzip", too_large.clone()),
        ("gzip_multimember.gz", "gzip", Ok(None)),
        ("gzip_truncated.gz", "gzip", Ok(Some("truncated"))),
        ("gzip_badcrc.gz", "gzip", Ok(Some("checksum"))),
        ("gzip_trailing_garbage.gz", "gzip", Ok(None)),
        ("deflate_raw.bin", "deflate", Ok(None)),
        ("deflate_zlib.bin", "deflate", Ok(None)),
        ("identity_labelled_gzip.html", "gzip", Ok(Some("mislabelled"))),
        ("brotli_bomb_1GiB.br", "br", too_large.clone()),
        ("zstd_bomb_1GiB.zst", "zstd", too_large),
        ("zstd_huge_window.zst", "zstd", Err(CodingError::Invalid("zstd"))),
    ] {
        assert_eq!(decode(name, codings), expected, "{name}");
    }
}

/// CPU seconds that the worst page may cost an optimized build, and a debug build, which is some ten times slower.
const CPU_SECONDS: f64 = if cfg!(debug_assertions) { 15.0 } else { 1.0 };
/// The most that is read as one page from a packed file.
const LARGEST_PAGE: u64 = 128 << 20;
/// Memory beside the body itself, in bytes.
const MEMORY: u64 = 64 << 20;
/// Runs a program and says its CPU seconds and the most memory that it held, in kilobytes.
const COST: &str = "import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)";

#[test]
fn no_hostile_file_costs_more_than_its_share() {
    let Some(folder) = shared::path("vectors/hostile/files") else { return };
    if Command::new("python3").arg("--version").output().is_err() {
        return shared::skip("python3");
    }
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 70, "{}", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let (seconds, bytes) = cost(&file);
        let packed = file.extension().is_some_and(|ending| matches!(ending.to_str(), Some("gz" | "zst" | "br")));
        // A packed file is as large as what is read of it.
        let body = if packed { LARGEST_PAGE } else { file.metadata().unwrap().len() };
        if seconds > CPU_SECONDS || bytes > body + MEMORY {
            wrong.push(format!("{}: {seconds} s, {} MiB", file.display(), bytes >> 20));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// CPU seconds and bytes of memory that `extract` takes for a file.
fn cost(file: &Path) -> (f64, u64) {
    let program = crate::program::tearsheet();
    let mut python = Command::new("python3");
    python.args(["-c", COST]).arg(program.get_program());
    python.args(["extract", "--at", "2026-01-01", "--base-url", "https://a.example/"]).arg(file);
    let said = crate::program::said(&python.output().expect("python3 starts"));
    let (seconds, kilobytes) = said.out.trim().split_once(' ').unwrap_or_else(|| panic!("{}", said.err));
    (seconds.parse().unwrap(), kilobytes.parse::<u64>().unwrap() * 1024)
}

/// Listings of a megabyte: what is asked of every record of a page must not look at every other one.
#[test]
fn long_listings_cost_as_much_as_they_are_long() {
    if Command::new("python3").arg("--version").output().is_err() {
        return shared::skip("python3");
    }
    let many = |count: usize, each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<String>();
    let day = |i: usize| format!("{} Jan {}", 1 + i % 28, 2000 + i % 25);
    let story = |i: usize| format!("<a href=/{i}>Story number {i} of the day</a>");
    let pages = [
        ("days", many(40_000, &|i| format!("<p>{}</p>", day(i)))),
        ("days with documents", many(20_000, &|i| format!("{} <a href=/{i}.pdf>Agenda</a><br>", day(i)))),
        (
            "headings with texts",
            many(10_000, &|i| format!("<h2>{}</h2><p>Some words about the story {i}.</p>", story(i))),
        ),
        ("a class each", many(10_000, &|i| format!("<div class='{}'>{}</div>", letters(i), story(i)))),
        ("an element each", many(10_000, &|i| format!("<x{i}>{}</x{i}>", story(i)))),
        ("words and links", many(10_000, &|i| format!("{} and some words ", story(i)))),
        ("rows", format!("<table>{}", many(10_000, &|i| format!("<tr><td>{}<td>{}", day(i), story(i))))),
        ("tables", many(5_000, &|i| format!("<table><tr><td>{}<td>{}</table>", day(i), story(i)))),
        ("one stressed page", format!("<strong>{}", many(10_000, &|i| format!("<p>{} list {i}</p>", 2000 + i % 25)))),
        ("one record", format!("<ul><li>{}<li>{}", many(10_000, &story), story(1))),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (name, page) in pages {
        let file = folder.path().join("page.html");
        let page = format!("<html><body><div>{page}");
        File::create(&file).unwrap().write_all(page.as_bytes()).unwrap();
        let (seconds, bytes) = cost(&file);
        if seconds > CPU_SECONDS || bytes > page.len() as u64 + 2 * MEMORY {
            wrong.push(format!("{name}: {seconds} s, {} MiB", bytes >> 20));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A word for a number.
fn letters(number: usize) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}
