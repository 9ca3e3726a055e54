//! One HTML page to an extraction.

use super::base::head;
use super::listing::{self, Candidate, Common, Facts};
use super::options::{Compiled, Options};
use super::{article, barrier, microdata, notice, onward, pager, structured, wrapper};
use crate::html::{Document, Selector};
use crate::model::{Extraction, Method, PageKind, Rejection, RejectionReason, Teaser, WrapperMemory};
use foldhash::{HashSet, HashSetExt as _};
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
    /// Why it was kept or not.
    pub verdict: &'static str,
    /// Places of the candidates' elements among the nodes of the page.
    pub places: Vec<usize>,
}

/// Every region of a page with its score, best first.
#[must_use]
pub fn regions(text: &str, stated: Option<&Url>) -> Vec<RegionReport> {
    let doc = Document::parse(text);
    let head = head(&doc, stated);
    let facts = Facts::new(&doc, &head);
    let scored = listing::segment(&facts).into_iter().map(|r| listing::score(&facts, r, &[])).collect();
    let (candidates, scored) = listing::choose(&facts, scored);
    let kept: HashSet<_> = candidates.iter().map(|c| (c.span, c.link)).collect();
    let report = |s: listing::Scored| {
        let all = &s.region.candidates;
        let kept = all.iter().filter(|c| kept.contains(&(c.span, c.link))).count();
        RegionReport {
            score: s.score,
            candidates: all.len(),
            kept,
            path: doc.path(all[0].root),
            text: doc.text(all[0].root).chars().take(REJECTED_CHARS).collect(),
            verdict: region_verdict(&s, kept, &candidates),
            places: all.iter().map(|c| c.root.index()).collect(),
            terms: s.terms,
        }
    };
    scored.into_iter().map(report).collect()
}

/// Why a region was kept or not, told by its terms and by what was kept.
fn region_verdict(scored: &listing::Scored, kept: usize, candidates: &[Candidate]) -> &'static str {
    let has = |term: &str| scored.terms.iter().any(|&(name, worth)| name == term && worth < 0.0);
    let meets = |c: &Candidate| candidates.iter().any(|k| k.span.from < c.span.to && c.span.from < k.span.to);
    if kept > 0 {
        "kept"
    } else if scored.region.candidates.iter().all(meets) {
        "another view of kept records"
    } else if has("menu") {
        "part of a menu, header or footer"
    } else if has("aside") {
        "a box beside the list"
    } else if scored.score < listing::LEAST {
        "too little like stories"
    } else {
        "weaker than the best region"
    }
}

/// Reads a page: what stands in the way, configured selectors, repeated records, the one article. `learned` is the
/// wrapper that read earlier pages of the listing.
pub(super) fn read(text: &str, stated: Option<&Url>, options: &Options, learned: Option<&WrapperMemory>) -> Extraction {
    let doc = Document::parse(text);
    let head = head(&doc, stated);
    let facts = Facts::new(&doc, &head);
    let compiled = match options.selectors.compile() {
        Ok(compiled) => compiled,
        Err((key, message)) => {
            return Extraction::nothing(PageKind::Empty, format!("the selector `{key}` cannot be used: {message}"));
        }
    };
    let mut extraction = match &compiled.item {
        Some(item) => configured(&facts, item, &compiled, options),
        None => automatic(&facts, &compiled, options),
    };
    extraction.wrapper = wrapper::sketch(&doc, &extraction);
    if let Some(learned) = learned
        && let Some(held) = by_wrapper(&facts, &compiled, learned, &extraction)
    {
        extraction = held;
    }
    notice::apply(&facts, &mut extraction);
    extraction.next_pages = if extraction.kind == PageKind::Listing { pager::next_pages(&facts) } else { Vec::new() };
    extraction.onward = onward::read(&facts);
    extraction.base_url.clone_from(&head.base);
    extraction.language.clone_from(&head.language);
    extraction.feeds = head.feeds;
    extraction
}

/// Records that the config names.
fn configured(facts: &Facts<'_>, item: &Selector, compiled: &Compiled, options: &Options) -> Extraction {
    let candidates = listing::configured_candidates(facts, item);
    let text = options.selectors.item.as_deref().unwrap_or("");
    if candidates.is_empty() {
        return Extraction::nothing(
            PageKind::Empty,
            format!("the item selector `{text}` matches nothing on this page"),
        );
    }
    let (teasers, rejections) = teasers(facts, &candidates, compiled);
    outcome(
        PageKind::Listing,
        Method::Selectors,
        teasers,
        rejections,
        &format!("no record of `{text}` has a title or an excerpt"),
    )
}

/// The page as the learned wrapper reads it, when that finds the listing and the fresh reading does not.
fn by_wrapper(
    facts: &Facts<'_>,
    compiled: &Compiled,
    learned: &WrapperMemory,
    fresh: &Extraction,
) -> Option<Extraction> {
    if compiled.item.is_some() || !matches!(fresh.kind, PageKind::Listing | PageKind::Article | PageKind::Empty) {
        return None;
    }
    // A wrapper that a person has edited may hold what is no selector; then it finds nothing.
    let selector = Selector::parse(&learned.items.join(", ")).ok()?;
    let candidates = listing::configured_candidates(facts, &selector);
    let (teasers, rejections) = teasers(facts, &candidates, compiled);
    let mut held = outcome(PageKind::Listing, Method::Wrapper, teasers, rejections, "");
    held.wrapper = wrapper::sketch(facts.doc, &held);
    let better = wrapper::better_read_by(learned, held.wrapper.as_ref()?, fresh.wrapper.as_ref());
    better.then_some(held)
}

/// Records found without being told where.
fn automatic(facts: &Facts<'_>, compiled: &Compiled, options: &Options) -> Extraction {
    let scored = listing::segment(facts).into_iter().map(|r| listing::score(facts, r, &options.without)).collect();
    let (candidates, _) = listing::choose(facts, scored);
    let dated = candidates.iter().filter(|c| facts.dates(c.span) > 0).count();
    if let Some((kind, reason)) = barrier::recognise(facts, candidates.len(), dated) {
        return Extraction::nothing(kind, reason);
    }
    if let Some(teaser) = article::read(facts, &candidates) {
        let reject = |c: &Candidate| rejection(facts, c, RejectionReason::Sidebar);
        let rejections = candidates.iter().map(reject).collect();
        return outcome(PageKind::Article, Method::Dom, vec![teaser], rejections, "");
    }
    let (mut teasers, mut rejections) = teasers(facts, &candidates, compiled);
    reject_headings(&mut teasers, &mut rejections);
    let parts = microdata::fill(facts, &mut teasers);
    rejections.extend(parts.into_iter().map(|part| rejected(part, RejectionReason::RepeatOnPage)));
    let stated = structured::json_ld(facts);
    structured::fill(&mut teasers, &stated);
    // What the page shows comes first; data is a list of its own only where the page shows none.
    if teasers.is_empty() {
        if stated.len() >= LEAST_STATED {
            return outcome(PageKind::Listing, Method::StructuredData, stated, rejections, "");
        }
        let state = structured::embedded_state(facts);
        if !state.is_empty() {
            return outcome(PageKind::Listing, Method::EmbeddedState, state, rejections, "");
        }
    }
    outcome(PageKind::Listing, Method::Dom, teasers, rejections, "no list of stories was found on this page")
}

/// The teasers of the candidates, repeats and empty ones rejected.
fn teasers(facts: &Facts<'_>, candidates: &[Candidate], compiled: &Compiled) -> (Vec<Teaser>, Vec<Rejection>) {
    let common = Common::new(facts, candidates);
    let (mut teasers, mut rejections) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for candidate in candidates {
        let mut teaser = listing::read_fields(facts, &common, candidate).unwrap_or_default();
        let missed = listing::overrule(facts, compiled, candidate, &mut teaser);
        if teaser.title.is_none() && teaser.excerpt.is_none() {
            let miss = missed.contains(&"title");
            rejections.push(rejection(
                facts,
                candidate,
                if miss { RejectionReason::SelectorMiss } else { RejectionReason::NoText },
            ));
        } else if seen.insert((teaser.url.as_ref().map(listing::key), teaser.title.clone(), stated_dates(&teaser))) {
            teaser.position = u32::try_from(teasers.len() + 1).unwrap_or(u32::MAX);
            teasers.push(teaser);
        } else {
            rejections.push(rejection(facts, candidate, RejectionReason::RepeatOnPage));
        }
    }
    listing::trim(&mut teasers);
    (teasers, rejections)
}

/// Records that must stand on a page before one that is only a heading is taken for the heading of the list.
const LEAST_LINKED: usize = 2;

/// Takes out what says nothing but a title and leads nowhere among records that lead to their stories: the heading of
/// the list, of one of its sections.
fn reject_headings(teasers: &mut Vec<Teaser>, rejections: &mut Vec<Rejection>) {
    let linked = teasers.iter().filter(|t| t.url.is_some()).count();
    if linked < LEAST_LINKED || linked * 3 < teasers.len() * 2 {
        return;
    }
    let is_record = |t: &Teaser| t.url.is_some() || t.excerpt.is_some() || !t.date_texts.is_empty();
    for heading in teasers.extract_if(.., |t| !is_record(t)) {
        rejections.push(rejected(heading, RejectionReason::Navigation));
    }
    for (place, teaser) in teasers.iter_mut().enumerate() {
        teaser.position = u32::try_from(place + 1).unwrap_or(u32::MAX);
    }
}

/// All dates that a teaser states: of two meetings on a Monday, the weekday stands first in both.
fn stated_dates(teaser: &Teaser) -> Vec<String> {
    teaser.date_texts.iter().map(|d| d.text.clone()).collect()
}

/// A teaser that is taken out again.
fn rejected(teaser: Teaser, reason: RejectionReason) -> Rejection {
    let text = teaser.title.unwrap_or_default().chars().take(REJECTED_CHARS).collect();
    Rejection { reason, place: teaser.rules.path.unwrap_or_default(), text }
}

fn rejection(facts: &Facts<'_>, candidate: &Candidate, reason: RejectionReason) -> Rejection {
    let text = facts.doc.text(candidate.root).chars().take(REJECTED_CHARS).collect();
    Rejection { reason, place: facts.doc.path(candidate.root), text }
}

/// Stories that structured data must list to be a listing; one may be the page itself.
const LEAST_STATED: usize = 2;

/// Characters of a rejected block that a person needs to find it.
const REJECTED_CHARS: usize = 80;

fn outcome(kind: PageKind, method: Method, teasers: Vec<Teaser>, rejections: Vec<Rejection>, none: &str) -> Extraction {
    let mut extraction = Extraction::nothing(PageKind::Empty, none);
    if !teasers.is_empty() {
        extraction.kind = kind;
        extraction.method = method;
        extraction.reason = None;
    }
    extraction.teasers = teasers;
    extraction.rejections = rejections;
    extraction
}
