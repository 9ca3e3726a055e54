//! robots.txt against the vectors.

use crate::shared;
use std::time::Duration;
use tearsheet::fetch::robots::Rules;
use tearsheet::model::{RobotsEntry, RobotsVerdict};
use url::Url;

struct Score {
    right: usize,
    all: usize,
}

/// Path and query as the row spells them: a `Url` would escape them first.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").filter(|(scheme, _)| scheme.len() < 6);
    let path = rest.map_or(url, |(_, rest)| rest.find(['/', '?']).map_or("/", |at| &rest[at..]));
    path.split('#').next().unwrap_or(path)
}

fn score(origin: impl Fn(&str) -> bool) -> Score {
    let mut score = Score { right: 0, all: 0 };
    for row in shared::rows("vectors/robots/robots.jsonl") {
        let name = row["origin"].as_str().unwrap();
        if !origin(name) {
            continue;
        }
        let robots = match row["robots"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => shared::base64(&row, "robots_b64"),
        };
        let rules = Rules::parse(&robots, row["agent"].as_str().unwrap());
        let url = row["url"].as_str().unwrap();
        // Google's rows tell raw from escaped paths, which a `Url` does not.
        let url = Url::parse(url).ok().filter(|_| !name.starts_with("google")).map_or(url.into(), String::from);
        let verdict = rules.allow_path(path(&url));
        score.all += 1;
        if Some(verdict) == row["allowed"].as_bool() {
            score.right += 1;
        } else {
            eprintln!(
                "{name}: {verdict}, google {}: {} {url}\n{}\n",
                row["google"],
                row["agent"],
                String::from_utf8_lossy(&robots)
            );
        }
    }
    score
}

#[test]
fn rfc_9309() {
    let score = score(|origin| origin.starts_with("RFC"));
    assert_eq!(score.right, score.all);
}

#[test]
fn google() {
    let score = score(|origin| origin.starts_with("google") && !origin.contains("GoogleOnly_"));
    assert_eq!(score.right, score.all);
}

#[test]
fn protego() {
    let score = score(|origin| origin.starts_with("scrapy"));
    assert!(score.right * 100 >= score.all * 97, "{} of {}", score.right, score.all);
}

#[test]
fn others() {
    let score = score(|origin| origin.starts_with("Smerity") || origin.starts_with("seomoz"));
    assert!(score.right * 100 >= score.all * 90, "{} of {}", score.right, score.all);
}

/// The rows that differ give a delay to agents that the file does not speak to.
#[test]
fn delays() {
    let (mut right, mut all) = (0, 0);
    for row in shared::rows("vectors/robots/crawl_delay.jsonl") {
        let Some(robots) = row["robots"].as_str() else { continue };
        let rules = Rules::parse(robots.as_bytes(), row["agent"].as_str().unwrap());
        let stated = row["crawl_delay"].as_f64().or_else(|| {
            let rate = row["request_rate"].as_array()?;
            Some(rate[1].as_f64()? / rate[0].as_f64()?)
        });
        let expected = stated.map(|seconds| Duration::from_secs_f64(seconds.min(60.0)));
        all += 1;
        right += usize::from(rules.crawl_delay() == expected);
    }
    assert!(right * 10 >= all * 8, "{right} of {all}");
}

#[test]
fn statuses() {
    for row in shared::rows("vectors/robots/fetch_policy.jsonl") {
        let Some(status) = row["status"].as_u64() else { continue };
        let effect = match RobotsEntry::verdict_of(u16::try_from(status).unwrap(), b"") {
            RobotsVerdict::Rules(_) => "parse",
            RobotsVerdict::Absent => "allow_all",
            RobotsVerdict::Unreachable => "deny_all",
        };
        // 429: the row itself advises the stricter reading.
        let expected = if status == 429 { "deny_all" } else { row["effect"].as_str().unwrap() };
        assert_eq!(effect, expected, "{status}");
    }
}
