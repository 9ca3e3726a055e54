//! `schedule = "auto"` on the publishing times of real listings, with a simulated clock.

use crate::shared;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tearsheet::config::{Config, SourceConfig};
use tearsheet::pipeline::next_due;
use tearsheet::store::{LastVisit, VisitCounts};

/// Visits that a real run looks at.
const HISTORY: usize = 20;

/// When one listing was first and last captured, and when each article appeared in between.
struct Times {
    first: Timestamp,
    last: Timestamp,
    published: Vec<Timestamp>,
}

/// What a schedule costs and brings.
#[derive(Default)]
struct Outcome {
    requests: u32,
    delays: Vec<SignedDuration>,
}

#[test]
fn half_the_requests_of_an_hourly_schedule_and_a_median_delay_under_two_hours() {
    let Some(archive) = shared::path("corpus/series.tar.xz") else { return };
    let folder = tempfile::tempdir().unwrap();
    let unpacked = std::process::Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(folder.path()).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        return shared::skip("tar with xz");
    }
    let config = "[source.a]\nurl = 'https://a.example/'\nschedule = 'auto'";
    let config = Config::parse(Path::new("t.toml"), config).unwrap();
    let mut all = Outcome::default();
    let mut hourly = 0.0;
    for listing in folders(&folder.path().join("series")) {
        let times = times(&listing);
        let hours = times.last.duration_since(times.first).as_secs_f64() / 3_600.0;
        let outcome = simulate(&config.sources[0], &times);
        eprintln!(
            "{:55} {:4} articles {:6.3} of the hourly requests, median delay {:5.2} h",
            listing.file_name().unwrap().to_string_lossy(),
            times.published.len(),
            f64::from(outcome.requests) / hours,
            median(&outcome.delays)
        );
        hourly += hours;
        all.requests += outcome.requests;
        all.delays.extend(outcome.delays);
    }
    let (share, delay) = (f64::from(all.requests) / hourly, median(&all.delays));
    eprintln!("{} articles: {share:.3} of the hourly requests, median delay {delay:.2} h", all.delays.len());
    assert!(all.delays.len() > 1_000, "the publishing times were not read");
    assert!(share < 0.5 && delay < 2.0, "{share} of the requests, {delay} h");
}

fn median(delays: &[SignedDuration]) -> f64 {
    let mut sorted = delays.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).map_or(0.0, |delay| delay.as_secs_f64() / 3_600.0)
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort_unstable();
    found
}

/// An article appears with the first dump that lists it; those of the first dump are older, and say nothing.
fn times(listing: &Path) -> Times {
    let mut dumps: Vec<(Timestamp, BTreeSet<String>)> = Vec::new();
    for file in folders(listing) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = || std::fs::read_to_string(&file).unwrap();
        let rows: Vec<Value> = if name.ends_with(".gold.json") {
            serde_json::from_str(&text()).unwrap()
        } else if file.extension().is_some_and(|ending| ending == "jsonl") {
            text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        } else {
            continue;
        };
        let instant = DateTime::strptime("%Y%m%dT%H%M%SZ", &name[..16]).unwrap();
        let urls = rows.iter().filter_map(|row| row["url"].as_str()).map(without_query).collect();
        dumps.push((instant.to_zoned(TimeZone::UTC).unwrap().timestamp(), urls));
    }
    let mut seen = dumps[0].1.clone();
    let mut published = Vec::new();
    for (instant, urls) in &dumps {
        published.extend(urls.difference(&seen).map(|_| *instant));
        seen.extend(urls.iter().cloned());
    }
    Times { first: dumps[0].0, last: dumps[dumps.len() - 1].0, published }
}

fn without_query(url: &str) -> String {
    url.split(['?', '#']).next().unwrap_or(url).to_owned()
}

/// Visits from the first dump to the last, each when the one before says that it is due.
fn simulate(source: &SourceConfig, times: &Times) -> Outcome {
    let mut visits = vec![visit(times.first, 0)];
    let mut outcome = Outcome::default();
    let mut waiting = times.published.iter().peekable();
    while visits[0].started_at < times.last {
        let now = next_due(source, &visits).unwrap();
        assert!(now > visits[0].started_at, "time goes forward");
        outcome.requests += 1;
        let mut new = 0;
        while let Some(published) = waiting.next_if(|published| **published <= now) {
            outcome.delays.push(now.duration_since(*published));
            new += 1;
        }
        visits.insert(0, visit(now, new));
        visits.truncate(HISTORY);
    }
    outcome
}

fn visit(started_at: Timestamp, new: u64) -> LastVisit {
    let counts = VisitCounts { new, ..VisitCounts::default() };
    LastVisit {
        started_at,
        finished_at: Some(started_at),
        outcome: Some("ok".to_owned()),
        detail: None,
        feed_problem: None,
        counts,
    }
}
