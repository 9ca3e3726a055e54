//! One HTML page to an extraction.

use super::base::{Head, head};
use super::listing::{self, Common, Facts};
use crate::html::Document;
use crate::model::{Extraction, Method, PageKind, Rejection, RejectionReason, Teaser};
use std::collections::HashSet;
use url::Url;

/// One candidate region of a page, for `explain`.
#[derive(Debug, Clone)]
pub struct RegionReport {
    /// What the region scored.
    pub score: f64,
    /// Name and worth of each signal.
    pub terms: Vec<(&'static str, f64)>,
    /// Number of candidates.
    pub candidates: usize,
    /// Candidates that were kept as records.
    pub kept: usize,
    /// Path of the first candidate.
    pub path: String,
    /// Text of the first candidate, shortened.
    pub text: String,
}

/// Every region of a page with its score, best first.
#[must_use]
pub fn regions(text: &str, stated: Option<&Url>) -> Vec<RegionReport> {
    let doc = Document::parse(text);
    let head = head(&doc, stated);
    let facts = Facts::new(&doc, &head);
    let scored = listing::segment(&facts).into_iter().map(|r| listing::score(&facts, r)).collect();
    let (candidates, scored) = listing::choose(scored);
    let kept: HashSet<_> = candidates.iter().map(|c| (c.span, c.link)).collect();
    let report = |s: listing::Scored| RegionReport {
        score: s.score,
        candidates: s.region.candidates.len(),
        kept: s.region.candidates.iter().filter(|c| kept.contains(&(c.span, c.link))).count(),
        path: doc.path(s.region.candidates[0].root),
        text: doc.text(s.region.candidates[0].root).chars().take(80).collect(),
        terms: s.terms,
    };
    scored.into_iter().map(report).collect()
}

/// Reads a page: repeated records of the DOM.
pub(super) fn read(text: &str, stated: Option<&Url>) -> Extraction {
    let doc = Document::parse(text);
    let head = head(&doc, stated);
    let facts = Facts::new(&doc, &head);
    let scored = listing::segment(&facts).into_iter().map(|r| listing::score(&facts, r)).collect();
    let (candidates, _) = listing::choose(scored);
    let common = Common::new(&facts, &candidates);
    let (mut teasers, mut rejections) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for candidate in &candidates {
        let reject = |reason| Rejection {
            reason,
            place: doc.path(candidate.root),
            text: doc.text(candidate.root).chars().take(80).collect(),
        };
        let Some(mut teaser) = listing::read_fields(&facts, &common, candidate) else {
            rejections.push(reject(RejectionReason::NoText));
            continue;
        };
        if !seen.insert((teaser.url.as_ref().map(listing::key), teaser.title.clone())) {
            rejections.push(reject(RejectionReason::RepeatOnPage));
            continue;
        }
        teaser.position = u32::try_from(teasers.len() + 1).unwrap_or(u32::MAX);
        teasers.push(teaser);
    }
    outcome(teasers, rejections, head)
}

fn outcome(teasers: Vec<Teaser>, rejections: Vec<Rejection>, head: Head) -> Extraction {
    let mut extraction = Extraction::nothing(PageKind::Empty, "no list of stories was found on this page");
    if !teasers.is_empty() {
        extraction.kind = PageKind::Listing;
        extraction.method = Method::Dom;
        extraction.reason = None;
    }
    extraction.teasers = teasers;
    extraction.rejections = rejections;
    extraction.base_url = head.base;
    extraction.language = head.language;
    extraction.feeds = head.feeds;
    extraction
}
