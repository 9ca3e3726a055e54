//! When today's page was read in another place than ever before: does the remembered wrapper read it better?

use super::reconcile::{dropped, is_same, needed};
use super::sketch::found_again;
use crate::model::WrapperMemory;

/// True when `held`, what the remembered wrapper `old` finds on a page, is the listing and `fresh` is not: it shows
/// more of the known records, or enough of them where `fresh` does not, or as many and no drop where `fresh` has one.
///
/// A page whose fresh reading is built as the listing always was needs no help: false.
pub(in crate::extract) fn better_read_by(
    old: &WrapperMemory,
    held: &WrapperMemory,
    fresh: Option<&WrapperMemory>,
) -> bool {
    if fresh.is_some_and(|fresh| is_same(old, fresh)) {
        return false;
    }
    let has_dropped = |w: &WrapperMemory| w.history.first().is_none_or(|now| dropped(&old.history, now).is_some());
    let found = found_again(&old.known, &held.known);
    match fresh {
        None => found >= needed(old, held),
        Some(fresh) => {
            let found_fresh = found_again(&old.known, &fresh.known);
            let is_lost = found_fresh < needed(old, fresh);
            (found > found_fresh || is_lost) && found >= needed(old, held)
                || found == found_fresh && !has_dropped(held) && has_dropped(fresh)
        }
    }
}
