//! Plain text that lost its markup: one dump of a page to teasers, furniture, or one article.
//!
//! In: decoded text. Out: an [`Extraction`]. Works on lines: what each may be ([`lines`]), which arrangement of
//! title, date, body and chip repeats ([`template`]), what each record then holds ([`records`]). Signals are
//! repetition, order, length and dates; the word lists of [`crate::lexicon`] only hint. Titles may be lost where a
//! page shows neither dates nor bodies nor chips: then a menu and a list look alike.
//!
//! Method: repeated-record mining as for markup (Liu, "Mining Data Records in Web Pages"), on line classes instead of
//! tags.

mod anchors;
mod article;
mod authors;
mod dateline;
mod furniture;
mod headings;
mod labels;
mod lines;
mod records;
mod runs;
mod stamps;
mod template;

use crate::model::{Basis, DateText, Extraction, Method, PageKind, Snapshot};

/// Text past this many bytes is not read: the longest listing dump seen is a tenth of it.
const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// Reads the plain text of one page.
///
/// Cost: linear in the text times a small fixed number of arrangements tried.
#[must_use]
pub(super) fn read(snapshot: &Snapshot, text: &str) -> Extraction {
    let lines = lines::split(&text[..text.floor_char_boundary(MAX_TEXT_BYTES)]);
    if lines.is_empty() {
        return Extraction::nothing(PageKind::Empty, "the text is empty");
    }
    let found = template::find(&lines);
    let mut extraction =
        Extraction::nothing(PageKind::Empty, "no teasers stand in this text: menus and short lines only");
    extraction.base_url.clone_from(&snapshot.base_url);
    extraction.page_dates = page_dates(&lines, &found);
    if let Some(teaser) = article::read(&lines, &found) {
        extraction.kind = PageKind::Article;
        extraction.teasers = vec![teaser];
    } else if !found.is_empty() {
        extraction.kind = PageKind::Listing;
        let (blocks, rejections) = records::build(&lines, &found);
        extraction.rejections = rejections;
        (extraction.teasers, extraction.furniture) = furniture::part(blocks);
    } else if article::is_error_page(&lines) {
        return Extraction::nothing(PageKind::Error, "this is an error page");
    }
    if !extraction.teasers.is_empty() {
        extraction.method = Method::Text;
        extraction.reason = None;
    }
    extraction
}

/// Dates outside the records: hints about the page itself. The first few do.
fn page_dates(lines: &[lines::Line], found: &[template::Found]) -> Vec<DateText> {
    let start = found.first().map_or(lines.len(), |f| f.start);
    let end = found.last().map_or(lines.len(), |f| f.end);
    lines
        .iter()
        .enumerate()
        .filter(|(at, line)| (*at < start || *at >= end) && line.date.is_some())
        .map(|(_, line)| DateText { basis: Basis::Text, text: line.text.chars().take(200).collect() })
        .take(5)
        .collect()
}
