//! Why is a source silent? The pages of one visit to one named outcome.

use super::reading::Reading;
use crate::fetch::{Capture, FetchError};
use crate::model::{Outcome, PageKind, Snapshot, Validators};
use url::Url;

/// What one page of a visit gave.
pub(super) enum PageResult {
    /// Fetched and read.
    Read { url: Url, capture: Box<Capture>, snapshot: Box<Snapshot>, reading: Box<Reading> },
    /// The server says that it did not change.
    Unchanged { url: Url, validators: Validators },
    /// Not to be had.
    Failed(FetchError),
    /// The program failed on it.
    Defect { url: Url, problem: String },
}

/// An outcome with its reason and advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) detail: Option<String>,
    pub(super) hint: Option<String>,
}

/// The outcome of a visit: the worst of its pages, since one broken page of five must not hide.
pub(super) fn verdict(pages: &[PageResult], had_records: bool) -> Verdict {
    let worst = pages.iter().map(|page| of_page(page, had_records)).max_by_key(|verdict| verdict.outcome);
    worst.unwrap_or(Verdict { outcome: Outcome::Empty, detail: None, hint: None })
}

fn of_page(page: &PageResult, had_records: bool) -> Verdict {
    match page {
        PageResult::Unchanged { .. } => Verdict { outcome: Outcome::Unchanged, detail: None, hint: None },
        PageResult::Failed(error) => {
            Verdict { outcome: of_error(error), detail: Some(error.to_string()), hint: error.hint() }
        }
        PageResult::Defect { url, problem } => Verdict {
            outcome: Outcome::Broken,
            detail: Some(format!("the program failed on `{}`: {problem}", url.path())),
            hint: Some("please report it with the page".to_owned()),
        },
        PageResult::Read { reading, .. } => of_reading(reading, had_records),
    }
}

fn of_reading(reading: &Reading, had_records: bool) -> Verdict {
    if !reading.records.is_empty() {
        return Verdict { outcome: Outcome::Ok, detail: None, hint: None };
    }
    let outcome = match reading.extraction.kind {
        PageKind::Login | PageKind::Challenge => Outcome::Blocked,
        PageKind::Error => Outcome::Broken,
        _ if had_records => Outcome::Broken,
        _ => Outcome::Empty,
    };
    let hint = (outcome == Outcome::Broken)
        .then(|| "look at the page in a browser; `tearsheet extract URL-OR-FILE` shows what is read today".to_owned());
    Verdict { outcome, detail: reading.extraction.reason.clone(), hint }
}

fn of_error(error: &FetchError) -> Outcome {
    match error {
        FetchError::RateLimited { .. } => Outcome::Slowed,
        FetchError::Status { status: 404 | 410, .. } => Outcome::Gone,
        FetchError::Status { status: 401 | 402 | 403 | 407 | 451, .. }
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

    fn failed(error: FetchError) -> PageResult {
        PageResult::Failed(error)
    }

    #[test]
    fn one_word_for_each_failure() {
        let status = |status| failed(FetchError::Status { url: "u".to_owned(), status });
        let word = |page: PageResult| verdict(&[page], true).outcome.as_str();
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
        let unchanged = || PageResult::Unchanged { url: url.clone(), validators: Validators::default() };
        let gone = failed(FetchError::Status { url: "u".to_owned(), status: 410 });
        assert_eq!(verdict(&[unchanged(), gone, unchanged()], true).outcome, Outcome::Gone);
    }
}
