//! What a page says instead of showing a list: challenge, refusal, log-in, consent, missing, maintenance, empty.
//!
//! In: a page and its extraction. Out: the extraction with the notice, and without the two or three links of a page that
//! stands in the way. Asked only where a page gave nothing, or hardly anything: a list of news may speak of anything.

use super::listing::{Facts, Span};
use crate::lexicon::notices;
use crate::model::{Extraction, Notice, PageKind, Teaser};
use crate::text::fold;

/// A page that stands in the way says less than this.
const FEW_LETTERS: usize = 2500;
/// Below this a line about consent is no banner below a page, but all that there is.
const HARDLY_ANY: usize = 900;
/// A notice is a short line.
const LINE_CHARS: usize = 160;
/// Records that a page in the way may seem to have: help, terms, privacy.
const STRAY_RECORDS: usize = 3;
/// A phrase of a challenge with so many characters stands in no title.
const TELLING_CHARS: usize = 15;
/// Lines looked at; a page that shows no list has few.
const MAX_LINES: usize = 600;

/// Gives the extraction its notice, and takes from it what a page in the way seems to list.
pub(super) fn apply(facts: &Facts<'_>, extraction: &mut Extraction) {
    let stray = |teasers: &[Teaser]| {
        teasers.len() < STRAY_RECORDS && teasers.iter().all(|t| t.date_texts.is_empty()) && !teasers.is_empty()
    };
    let letters = facts.letters(Span { from: 0, to: facts.doc.len() });
    let is_stray = letters < FEW_LETTERS && stray(&extraction.teasers);
    if !extraction.teasers.is_empty() && !is_stray {
        return;
    }
    let Some((notice, phrase)) = of_status(extraction).or_else(|| find(facts, letters, is_stray)) else { return };
    extraction.notice = Some(notice);
    let is_told = matches!(extraction.kind, PageKind::Challenge | PageKind::Login | PageKind::Error);
    if is_told {
        return;
    }
    extraction.teasers.clear();
    extraction.wrapper = None;
    extraction.kind = kind(notice);
    extraction.reason = Some(format!("{} (`{phrase}`)", words(notice)));
}

const fn kind(notice: Notice) -> PageKind {
    match notice {
        Notice::Challenge => PageKind::Challenge,
        Notice::Login | Notice::Consent => PageKind::Login,
        Notice::Denied | Notice::Missing | Notice::Maintenance => PageKind::Error,
        Notice::Empty => PageKind::Empty,
    }
}

const fn words(notice: Notice) -> &'static str {
    match notice {
        Notice::Challenge => "the page asks the visitor to prove that they are human",
        Notice::Denied => "the page says that we may not see it",
        Notice::Login => "the page asks for a log-in",
        Notice::Consent => "the page asks for consent",
        Notice::Missing => "the page says that it does not exist",
        Notice::Maintenance => "the page says that the site is not working now",
        Notice::Empty => "the page says that there is nothing to list",
    }
}

/// The notice behind the status number that an error page names.
fn of_status(extraction: &Extraction) -> Option<(Notice, &'static str)> {
    let mark = extraction.reason.as_deref().filter(|_| extraction.kind == PageKind::Error)?.split('`').nth(1)?;
    let notice = match mark {
        "401" | "403" | "451" => Notice::Denied,
        "404" | "410" => Notice::Missing,
        "429" | "500" | "502" | "503" | "504" => Notice::Maintenance,
        words => return notices::notice(words),
    };
    Some((notice, ""))
}

/// Title and headings first; then a line that says that the list is empty; then any line of a page that says little.
///
/// Where a page seems to list something (`is_stray`), the line must say little but the notice: titles of stories speak of
/// members and refusals too.
fn find(facts: &Facts<'_>, letters: usize, is_stray: bool) -> Option<(Notice, &'static str)> {
    let doc = facts.doc;
    let is_little = letters < FEW_LETTERS;
    let told = |text: &str| {
        let length = text.chars().count();
        let (notice, phrase) = notices::notice(&fold(text)).filter(|_| length <= LINE_CHARS)?;
        let said = phrase.chars().count();
        let is_plain = match notice {
            Notice::Empty | Notice::Maintenance => false,
            Notice::Challenge if said >= TELLING_CHARS => true,
            _ => said * 2 >= length,
        };
        (is_plain || !is_stray).then_some((notice, phrase))
    };
    let title = doc.elements().find(|&n| doc.tag(n) == "title").map(|n| doc.text(n));
    let headings = facts.headings.iter().filter(|_| is_little).map(|h| h.text.clone());
    let head = title.into_iter().chain(headings).filter_map(|text| told(&text));
    if let Some(found) = head.filter(|(notice, _)| *notice != Notice::Empty).min_by_key(|(notice, _)| *notice) {
        return Some(found);
    }
    let root = doc.elements().next()?;
    let lines: Vec<_> = doc.lines(root).into_iter().take(MAX_LINES).filter_map(|line| told(&line.text)).collect();
    let empty = lines.iter().find(|(notice, _)| *notice == Notice::Empty).copied();
    let other = lines.iter().filter(|(notice, _)| match notice {
        Notice::Consent | Notice::Login => letters < HARDLY_ANY,
        _ => is_little,
    });
    empty.or_else(|| other.min_by_key(|(notice, _)| *notice).copied())
}

#[cfg(test)]
mod tests {
    use crate::extract::{Options, page};
    use crate::model::{Notice, PageKind};

    fn read(body: &str) -> (PageKind, Option<Notice>, usize) {
        let extraction = page::read(body, None, &Options::default(), None);
        (extraction.kind, extraction.notice, extraction.teasers.len())
    }

    #[test]
    fn pages_without_a_list_say_why() {
        let page =
            |title: &str, body: &str| format!("<html><head><title>{title}</title></head><body>{body}</body></html>");
        let read = |title: &str, body: &str| read(&page(title, body));
        assert_eq!(
            read("News", "<h1>News</h1><p>There are no items to show.</p>"),
            (PageKind::Empty, Some(Notice::Empty), 0)
        );
        assert_eq!(read("Just a moment...", "<p>Please wait</p>"), (PageKind::Challenge, Some(Notice::Challenge), 0));
        assert_eq!(read("News", "<p>Down for maintenance. Back at noon.</p>").1, Some(Notice::Maintenance));
        assert_eq!(read("News", "<p>Welcome.</p>"), (PageKind::Empty, None, 0));
        assert_eq!(read("404 Not Found", "<p>nginx</p>").1, Some(Notice::Missing));
        let two = |a: &str, b: &str| {
            let story = |i: u8, title: &str| {
                format!(
                    "<article><h2><a href='/{i}'>{title}</a></h2><p>It was told by somebody who had seen it with his own eyes from the bridge.</p></article>"
                )
            };
            read("News", &format!("<main>{}{}</main>", story(1, a), story(2, b))).2
        };
        assert_eq!(two("A members only evening at the old museum", "The road is closed for a week"), 2);
    }
}
