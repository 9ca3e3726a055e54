//! Why is a source silent? The pages of one visit to one named outcome.

use super::reading::Reading;
use crate::fetch::{Capture, FetchError, NotModified};
use crate::model::{Notice, Outcome, PageKind, RhythmMemory, Snapshot, WrapperCheck};
use jiff::{SignedDuration, Timestamp};
use url::Url;

/// Words in the path of a page that stands in the way: a redirect to one is no move.
const BARRIER_PATHS: [&str; 14] = [
    "login",
    "signin",
    "sign-in",
    "log-in",
    "auth",
    "sso",
    "oauth",
    "consent",
    "captcha",
    "challenge",
    "paywall",
    "subscribe",
    "cookie",
    "blocked",
];
/// Response headers by which services say that they ask for a proof instead of answering.
const CHALLENGE_HEADERS: [(&str, &str); 4] = [
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("x-vercel-mitigated", "challenge"),
];

/// What one page of a visit gave.
pub(super) enum PageResult {
    /// Fetched and read.
    Read { url: Url, capture: Box<Capture>, snapshot: Box<Snapshot>, reading: Box<Reading>, had_records: bool },
    /// The server says that it did not change.
    Unchanged { url: Url, answer: Box<NotModified>, rhythm: RhythmMemory },
    /// Not to be had.
    Failed(FetchError),
    /// The program failed on it.
    Defect { url: Url, problem: String },
}

impl PageResult {
    /// True when there is something for the archive.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self, Self::Read { .. } | Self::Unchanged { .. })
    }
}

/// An outcome with its reason and advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) detail: Option<String>,
    pub(super) hint: Option<String>,
}

impl Verdict {
    fn plain(outcome: Outcome) -> Self {
        Self { outcome, detail: None, hint: None }
    }

    fn new(outcome: Outcome, detail: impl Into<String>, hint: &str) -> Self {
        Self { outcome, detail: Some(detail.into()), hint: (!hint.is_empty()).then(|| hint.to_owned()) }
    }
}

/// The outcome of a visit: that of the page which a person must know of most.
pub(super) fn verdict(pages: &[PageResult]) -> Verdict {
    let worst = pages.iter().map(of_page).max_by_key(|verdict| verdict.outcome);
    worst.unwrap_or_else(|| Verdict::plain(Outcome::Empty))
}

/// The same once it is known whether anything was new: `ok` becomes `quiet` when nothing was, and a silence that is much
/// longer than ever before is told.
pub(super) fn after_count(verdict: Verdict, pages: &[PageResult], new: u64, now: Timestamp) -> Verdict {
    if new > 0 || !matches!(verdict.outcome, Outcome::Ok | Outcome::Unchanged) {
        return verdict;
    }
    let rhythms = pages.iter().filter_map(|page| match page {
        PageResult::Read { reading, .. } => Some(&reading.memory.rhythm),
        PageResult::Unchanged { rhythm, .. } => Some(rhythm),
        _ => None,
    });
    let overdue: Vec<_> = rhythms.map(|rhythm| Some((rhythm.overdue(now)?, rhythm.longest_gap()?))).collect();
    // One listing that publishes is enough for the source to live.
    if let Some(all) = overdue.into_iter().collect::<Option<Vec<_>>>()
        && let Some((silence, gap)) = all.into_iter().min()
    {
        let detail = format!("nothing new for {}, never longer than {} before", days(silence), days(gap));
        let hint = "look whether the list has moved to another page";
        return Verdict { outcome: verdict.outcome, ..Verdict::new(Outcome::Ok, detail, hint) };
    }
    let outcome = if verdict.outcome == Outcome::Ok { Outcome::Quiet } else { verdict.outcome };
    Verdict { outcome, ..verdict }
}

/// A span in the unit that a person counts it in.
fn days(span: SignedDuration) -> String {
    let hours = span.as_hours();
    if hours >= 48 { format!("{} days", hours / 24) } else { format!("{} hours", hours.max(1)) }
}

/// True when the records of the page are those of the listing: they are kept. Else only the snapshot is.
pub(super) fn keeps_records(page: &PageResult) -> bool {
    let PageResult::Read { reading, .. } = page else { return false };
    !matches!(reading.wrapper, WrapperCheck::Lost { .. })
        && !matches!(of_page(page).outcome, Outcome::Blocked | Outcome::Gone)
}

/// True when the page may be asked for conditionally next time. One that needs a person may not: it would be
/// `unchanged` from then on.
pub(super) fn is_good(page: &PageResult) -> bool {
    let PageResult::Read { reading, .. } = page else { return false };
    !reading.records.is_empty() && !of_page(page).outcome.needs_person()
}

fn of_page(page: &PageResult) -> Verdict {
    match page {
        PageResult::Unchanged { .. } => Verdict::plain(Outcome::Unchanged),
        PageResult::Failed(error) => {
            Verdict { outcome: of_error(error), detail: Some(error.to_string()), hint: error.hint() }
        }
        PageResult::Defect { url, problem } => Verdict::new(
            Outcome::Broken,
            format!("the program failed on `{}`: {problem}", url.path()),
            "please report it with the page",
        ),
        PageResult::Read { url, capture, reading, had_records, .. } => {
            of_redirect(url, capture, reading).unwrap_or_else(|| of_reading(capture, reading, *had_records))
        }
    }
}

/// What a redirect means, when it means something: a page in the way, the front page instead of a lost one, a move.
fn of_redirect(asked: &Url, capture: &Capture, reading: &Reading) -> Option<Verdict> {
    if capture.redirects.is_empty() || address(asked) == address(&capture.url) {
        return None;
    }
    let is_listing = !reading.records.is_empty() && !matches!(reading.wrapper, WrapperCheck::Lost { .. });
    let to = format!("redirects to `{}{}`", capture.url.host_str().unwrap_or(""), capture.url.path());
    if !is_listing && leads_to_barrier(&capture.url) {
        return Some(Verdict::new(Outcome::Blocked, to, "open the page in a browser: it may want a log-in or consent"));
    }
    let is_front = capture.url.path() == "/" && asked.path() != "/";
    let is_known = matches!(reading.wrapper, WrapperCheck::Held | WrapperCheck::Learned | WrapperCheck::None);
    if is_front && !(is_listing && is_known) {
        let detail = format!("{to}: the front page instead of the listing");
        return Some(Verdict::new(Outcome::Gone, detail, "look for the new address of the list in a browser"));
    }
    let is_permanent = capture.redirects.iter().all(|hop| matches!(hop.status, 301 | 308));
    (is_listing && is_permanent).then(|| {
        let hint = format!("set `url = \"{}\"`", plain(&capture.url));
        Verdict::new(Outcome::Moved, to, &hint)
    })
}

/// The URL without what may be secret.
fn plain(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), &url[url::Position::BeforeHost..url::Position::AfterPort], url.path())
}

/// Scheme, `www.` and a trailing slash are no other address.
fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or("");
    let path = url.path().trim_end_matches('/');
    format!("{}{path}?{}", host.strip_prefix("www.").unwrap_or(host), url.query().unwrap_or(""))
}

fn leads_to_barrier(url: &Url) -> bool {
    let text = format!("{}{}", url.host_str().unwrap_or(""), url.path()).to_lowercase();
    BARRIER_PATHS.iter().any(|word| text.contains(word))
}

fn of_reading(capture: &Capture, reading: &Reading, had_records: bool) -> Verdict {
    const LOOK: &str = "look at the page in a browser; `tearsheet explain SOURCE` shows what is read today, \
        `tearsheet run --relearn SOURCE` accepts it";
    match &reading.wrapper {
        WrapperCheck::Healed { found, known } => {
            return Verdict::new(Outcome::Ok, format!("healed, {found}/{known} known records found again"), "");
        }
        WrapperCheck::Dropped { what } => return Verdict::new(Outcome::Broken, what.as_str(), LOOK),
        WrapperCheck::Lost { found, known } => {
            let shows =
                if reading.extraction.kind == PageKind::Article { "an article now" } else { "built differently" };
            let detail = format!("the page is {shows}, {found}/{known} known records found again");
            return Verdict::new(Outcome::Broken, detail, LOOK);
        }
        WrapperCheck::None | WrapperCheck::Learned | WrapperCheck::Held => {}
    }
    if !reading.records.is_empty() {
        return Verdict::plain(Outcome::Ok);
    }
    let is = |name: &str, value: &str| capture.header(name).is_some_and(|held| held.eq_ignore_ascii_case(value));
    if let Some((name, value)) = CHALLENGE_HEADERS.iter().find(|(name, value)| is(name, value)) {
        let detail = format!("the server asks for a proof that we are human (`{name}: {value}`)");
        return Verdict::new(Outcome::Blocked, detail, CHALLENGED);
    }
    of_nothing(reading, had_records)
}

const CHALLENGED: &str = "the site keeps programs out; ask its owner for access or use its feed";

/// The outcome of a page without records.
fn of_nothing(reading: &Reading, had_records: bool) -> Verdict {
    let extraction = &reading.extraction;
    let (outcome, hint) = match (extraction.notice, extraction.kind) {
        (Some(Notice::Challenge), _) | (_, PageKind::Challenge) => (Outcome::Blocked, CHALLENGED),
        (Some(Notice::Denied), _) => (Outcome::Blocked, "the site refuses us; look at the page in a browser"),
        (Some(Notice::Login | Notice::Consent), _) | (_, PageKind::Login) => {
            (Outcome::Blocked, "the page wants a log-in or consent; a cookie can be set under `headers`")
        }
        (Some(Notice::Missing), _) => (Outcome::Gone, "look for the new address of the list in a browser"),
        (Some(Notice::Maintenance), _) => (Outcome::Unreachable, ""),
        (Some(Notice::Empty), _) => (Outcome::Empty, ""),
        (None, PageKind::Error) => (Outcome::Broken, "look at the page in a browser"),
        _ if had_records => {
            (Outcome::Broken, "look at the page in a browser; `tearsheet explain SOURCE` shows what is read today")
        }
        _ => (Outcome::Empty, ""),
    };
    let reason = extraction.reason.clone().unwrap_or_else(|| "no records were found".to_owned());
    Verdict::new(outcome, reason, hint)
}

fn of_error(error: &FetchError) -> Outcome {
    match error {
        FetchError::RateLimited { .. } => Outcome::Slowed,
        FetchError::Status { status: 404 | 410, .. } => Outcome::Gone,
        FetchError::Status { status: 401 | 402 | 403 | 407 | 451, .. }
        | FetchError::Challenged { .. }
        | FetchError::Refused { .. }
        | FetchError::Disallowed { unreachable: false, .. } => Outcome::Blocked,
        FetchError::Redirect { .. } | FetchError::Malformed { .. } | FetchError::TooLarge { .. } => Outcome::Broken,
        error if error.is_transient() => Outcome::Unreachable,
        _ => Outcome::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::Exchange;
    use crate::model::Validators;

    fn failed(error: FetchError) -> PageResult {
        PageResult::Failed(error)
    }

    fn unchanged(url: &Url, rhythm: RhythmMemory) -> PageResult {
        let (validators, exchange) = (Validators::default(), Exchange::default());
        let answer = NotModified { url: url.clone(), validators, captured_at: Timestamp::UNIX_EPOCH, exchange };
        PageResult::Unchanged { url: url.clone(), answer: Box::new(answer), rhythm }
    }

    #[test]
    fn one_word_for_each_failure() {
        let status = |status| failed(FetchError::Status { url: "u".to_owned(), status });
        let word = |page: PageResult| verdict(&[page]).outcome.as_str();
        assert_eq!(word(status(404)), "gone");
        assert_eq!(word(status(403)), "blocked");
        assert_eq!(word(status(503)), "unreachable");
        assert_eq!(word(status(418)), "broken");
        assert_eq!(
            word(failed(FetchError::RateLimited {
                url: "u".to_owned(),
                retry_after: std::time::Duration::from_secs(9)
            })),
            "slowed"
        );
    }

    #[test]
    fn a_broken_page_does_not_hide_behind_a_good_one() {
        let url = Url::parse("https://a.example/").unwrap();
        let rhythm = RhythmMemory::default;
        let unchanged = || unchanged(&url, rhythm());
        let gone = failed(FetchError::Status { url: "u".to_owned(), status: 410 });
        assert_eq!(verdict(&[unchanged(), gone, unchanged()]).outcome, Outcome::Gone);
    }

    #[test]
    fn a_long_silence_is_told() {
        let day = |n: i64| Timestamp::from_second(n * 86_400).unwrap();
        let mut rhythm = RhythmMemory::default();
        rhythm.add((0..10).map(day));
        let url = Url::parse("https://a.example/").unwrap();
        let page = [unchanged(&url, rhythm)];
        let at = |now| after_count(verdict(&page), &page, 0, now).detail;
        assert_eq!(at(day(11)), None);
        assert_eq!(at(day(30)).unwrap(), "nothing new for 21 days, never longer than 24 hours before");
    }
}
