//! The remembered wrapper and the one that today's page shows: the same, healed, dropped, or lost?

use super::sketch::found_again;
use super::template::{MAX_TEMPLATES, Template};
use crate::model::{Extraction, Method, PageKind, PageYield, WrapperCheck, WrapperMemory};
use jiff::{SignedDuration, Timestamp};

/// Checks remembered.
const MAX_HISTORY: usize = 20;
/// Checks from which on the history is firm.
const FIRM_HISTORY: usize = 3;
/// A yield below this part of the least one so far has dropped: a half when the history is firm,
const FIRM_DROP: u32 = 2;
/// a quarter when it is not.
const EARLY_DROP: u32 = 4;
/// Lists that were as short as this may shrink at will.
const SHORT_LIST: u32 = 4;
/// A field has dropped when at least this share (in percent) of the records always had it,
const ALWAYS_FILLED: u32 = 80;
/// and now at most this share has it,
const HARDLY_FILLED: u32 = 15;
/// on a page with at least this many records.
const ENOUGH_RECORDS: u32 = 5;
/// A wrapper that was not checked for so long binds nobody: the list has turned over, known records cannot be found.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Of the records that can be found again, this part (one in five) must be.
const FOUND_PART: usize = 5;

/// The wrapper of a listing after a page, and what the page said about it.
///
/// In: the wrapper as it was remembered, the page's extraction, the time of its capture. A page that shows no wrapper
/// (a feed, text, nothing) leaves the old one as it is.
#[must_use]
pub fn reconcile(
    old: Option<&WrapperMemory>,
    page: &Extraction,
    captured_at: Timestamp,
) -> (Option<WrapperMemory>, WrapperCheck) {
    let Some(sketch) = &page.wrapper else {
        let is_article = page.kind == PageKind::Article;
        return match old {
            Some(old) if is_article && !old.items.is_empty() && !is_forgotten(old, captured_at) => {
                (Some(old.clone()), WrapperCheck::Lost { found: 0, known: old.known.len() })
            }
            old => (old.cloned(), WrapperCheck::None),
        };
    };
    let shown = WrapperMemory { checked_at: Some(captured_at), ..sketch.clone() };
    let Some(old) = old.filter(|old| !old.items.is_empty() && !is_forgotten(old, captured_at)) else {
        let version = old.map_or(1, |old| old.version + 1);
        return (Some(WrapperMemory { version, ..shown }), WrapperCheck::Learned);
    };
    let is_same = page.method == Method::Selectors || is_same(old, &shown);
    let found = found_again(&old.known, &shown.known);
    let is_found = found >= needed(old, &shown);
    let known = old.known.len();
    if !is_same && !is_found {
        return (Some(old.clone()), WrapperCheck::Lost { found, known });
    }
    if let Some(what) = shown.history.first().and_then(|now| dropped(&old.history, now)) {
        return (Some(old.clone()), WrapperCheck::Dropped { what });
    }
    if is_same {
        (Some(held(old, shown)), WrapperCheck::Held)
    } else {
        (Some(WrapperMemory { version: old.version + 1, ..shown }), WrapperCheck::Healed { found, known })
    }
}

fn is_forgotten(old: &WrapperMemory, captured_at: Timestamp) -> bool {
    old.checked_at.is_none_or(|at| captured_at.duration_since(at).abs() > FORGOTTEN_AFTER)
}

/// True when most of what the page shows is built like something that the wrapper knows.
pub(super) fn is_same(old: &WrapperMemory, shown: &WrapperMemory) -> bool {
    let known: Vec<Template> = old.items.iter().filter_map(|item| Template::parse(item)).collect();
    let is_known = |item: &&String| {
        old.items.contains(*item) || Template::parse(item).is_some_and(|t| known.iter().any(|k| k.is_like(&t)))
    };
    // The first selector matches most records.
    shown.items.first().is_none_or(|item| is_known(&item))
}

/// Known records that a changed page must show.
pub(super) fn needed(old: &WrapperMemory, shown: &WrapperMemory) -> usize {
    old.known.len().min(shown.known.len()).div_ceil(FOUND_PART).max(1)
}

/// What is far below the history, in words.
pub(super) fn dropped(history: &[PageYield], now: &PageYield) -> Option<String> {
    let least = history.iter().map(|y| y.records).min()?;
    let factor = if history.len() >= FIRM_HISTORY { FIRM_DROP } else { EARLY_DROP };
    if least > SHORT_LIST && now.records * factor < least {
        return Some(format!("{} records, never fewer than {least} before", now.records));
    }
    if now.records < ENOUGH_RECORDS {
        return None;
    }
    let percent = |part: u32, whole: u32| part * 100 / whole.max(1);
    now.fields().into_iter().enumerate().find_map(|(i, (field, filled))| {
        let always = history.iter().map(|y| percent(y.fields()[i].1, y.records)).min()?;
        (always >= ALWAYS_FILLED && percent(filled, now.records) <= HARDLY_FILLED).then(|| {
            format!("{filled} of {} records with {}, always {always} % before", now.records, with_article(field))
        })
    })
}

fn with_article(field: &str) -> String {
    let article = if matches!(field, "excerpt" | "author") { "an" } else { "a" };
    format!("{article} {field}")
}

/// The old wrapper with what the page adds: regions come and go, so selectors of earlier pages stay for a while.
fn held(old: &WrapperMemory, shown: WrapperMemory) -> WrapperMemory {
    let mut items = shown.items;
    let of_old = old.items.iter().filter(|item| {
        let template = Template::parse(item);
        let is_like = |i: &String| Template::parse(i).is_some_and(|t| template.as_ref().is_some_and(|o| o.is_like(&t)));
        !items.iter().any(is_like)
    });
    let of_old: Vec<String> = of_old.cloned().collect();
    items.extend(of_old);
    items.truncate(MAX_TEMPLATES);
    let mut history = old.history.clone();
    history.extend(shown.history);
    let surplus = history.len().saturating_sub(MAX_HISTORY);
    history.drain(..surplus);
    WrapperMemory { version: old.version, items, history, known: shown.known, checked_at: shown.checked_at }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yields(records: &[u32]) -> Vec<PageYield> {
        let one = |&n: &u32| PageYield { records: n, titles: n, urls: n, dates: n, excerpts: n / 2, authors: 0 };
        records.iter().map(one).collect()
    }

    #[test]
    fn a_drop_is_judged_by_the_listings_own_history() {
        let drop = |history: &[u32], now: u32| dropped(&yields(history), &yields(&[now])[0]);
        assert_eq!(drop(&[30, 28, 31], 15), None);
        assert_eq!(drop(&[30, 28, 31], 13).unwrap(), "13 records, never fewer than 28 before");
        assert_eq!(drop(&[30], 13), None, "one visit is no history");
        assert!(drop(&[30], 7).is_some());
        assert_eq!(drop(&[30, 3, 28], 1), None, "it was short before");
        assert_eq!(drop(&[], 1), None);
    }

    #[test]
    fn a_field_that_was_always_there_is_missed() {
        let undated = PageYield { dates: 1, ..yields(&[20])[0] };
        let what = dropped(&yields(&[20]), &undated).unwrap();
        assert_eq!(what, "1 of 20 records with a date, always 100 % before");
        let without_excerpt = PageYield { excerpts: 0, ..yields(&[20])[0] };
        assert_eq!(dropped(&yields(&[20]), &without_excerpt), None, "half of them never had one");
    }
}
