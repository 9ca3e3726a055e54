//! Which regions are the listing? The best one, and those within its reach that do not overlap it.

use super::facts::{Facts, Span};
use super::front_page;
use super::score::Scored;
use super::segment::Candidate;
use crate::html::NodeId;
use foldhash::{HashSet, HashSetExt as _};

/// A region joins the best one when it scores at least this share of it. docs/measurements.md#finding-teasers.
const REACH: f64 = 0.72;
/// Beside a best region in the open, one in a menu, an aside or a widget joins at this share; so does one without dates and
/// links beside records that have both.
const SUSPECT_REACH: f64 = 0.85;
/// A region of linked headings in the main part joins at this share already (small cards without text or date), and so do
/// rows of a table like one that was taken.
const CLEAR_REACH: f64 = 0.5;
/// A page whose best region scores less has no listing.
pub(in crate::extract) const LEAST: f64 = 1.1;

/// The candidates of the chosen regions in reading order, and the scored regions, best first.
pub(in crate::extract) fn choose(facts: &Facts<'_>, mut scored: Vec<Scored>) -> (Vec<Candidate>, Vec<Scored>) {
    scored.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then(a.region.candidates[0].span.from.cmp(&b.region.candidates[0].span.from))
    });
    let best = scored.first().map_or(0.0, |s| s.score);
    let mut taken = Taken::default();
    let mut out: Vec<Candidate> = Vec::new();
    let mut rows: HashSet<u64> = HashSet::new();
    for s in &scored {
        let bare = s.is_bare_beside(&scored[0]);
        let clear = !bare && (s.is_clear() || is_hero(s, &scored[0]));
        let suspect = bare || s.is_suspect_beside(&scored[0]);
        let reach = if suspect { SUSPECT_REACH } else { REACH };
        let clear = clear || rows_trail(facts, s).is_some_and(|trail| rows.contains(&trail));
        if s.score < LEAST || s.score < reach * best && !(s.score >= CLEAR_REACH * best && clear) {
            continue;
        }
        if stands_beside(facts, s, &scored[0])
            || is_part_of_records(s, &scored)
            || is_lesser_view(s, &scored, REACH * best)
        {
            continue;
        }
        let free: Vec<&Candidate> = s.region.candidates.iter().filter(|c| taken.is_free(c.span)).collect();
        let same = s.region.candidates.iter().filter(|c| taken.has(c.span)).count();
        // A region that mostly cuts through records taken already is another view of them; one that holds the very
        // same records and some more adds what it has.
        if (free.len() + same) * 2 <= s.region.candidates.len() {
            continue;
        }
        rows.extend(rows_trail(facts, s));
        for candidate in free {
            if taken.is_free(candidate.span) {
                taken.take(candidate.span);
                out.push(candidate.clone());
            }
        }
    }
    out.sort_by_key(|c| c.span.from);
    front_page::complete(facts, &mut out);
    (out, scored)
}

/// The signature of the rows of a region of table rows: tables of one template are one list, each with a year of it.
fn rows_trail(facts: &Facts<'_>, one: &Scored) -> Option<u64> {
    let is_row = |c: &Candidate| c.told.as_ref().is_some_and(|told| told.is_row);
    let first = one.region.candidates.first()?;
    one.region.candidates.iter().all(is_row).then(|| facts.trail[first.root.index()])
}

/// True for the one large story before the best region: a clear record of another shape, with a picture.
fn is_hero(one: &Scored, best: &Scored) -> bool {
    let first = |s: &Scored| s.region.candidates.first().map(|c| c.span);
    let before = first(one).zip(first(best)).is_some_and(|(one, best)| one.to <= best.from);
    one.region.candidates.len() == 1 && before && one.is_clear_record()
}

/// Columns of a page that stand side by side: the list, and what stands beside it on one or two sides.
const COLUMNS: usize = 3;
/// The column beside the list has at most one part in this many of its sentences.
const FEW_SENTENCES: usize = 10;

/// True when the region stands in a column of its own behind the one of the best region, a column without pictures at
/// its records and with hardly a sentence.
fn stands_beside(facts: &Facts<'_>, one: &Scored, best: &Scored) -> bool {
    let doc = facts.doc;
    let (Some(mine), Some(first)) = (one.region.candidates.first(), best.region.candidates.first()) else {
        return false;
    };
    let Some(common) = doc.ancestors(mine.root).find(|&a| doc.contains(a, first.root)) else { return false };
    let column = |root: NodeId| doc.child_elements(common).find(|&c| doc.contains(c, root));
    let (Some(own), Some(main)) = (column(mine.root), column(first.root)) else { return false };
    let columns = doc.child_elements(common).filter(|&c| facts.letters(facts.span(c)) > 0).count();
    let long = |node: NodeId| facts.long_letters(facts.span(node));
    (2..=COLUMNS).contains(&columns)
        && own > main
        && !one.has_images()
        && long(main) > 0
        && long(own) * FEW_SENTENCES <= long(main)
        && one.region.candidates.iter().all(|c| doc.contains(own, c.root))
        && best.region.candidates.iter().all(|c| doc.contains(main, c.root))
}

/// A region whose every candidate stands in one and the same candidate of a region of at least this many
const WHOLE: usize = 3;
/// is a part of that record, when the larger region scores at least this share of its score.
const WHOLE_SHARE: f64 = 0.7;

/// True when the region lies within one record of another good region.
fn is_part_of_records(part: &Scored, all: &[Scored]) -> bool {
    let (Some(first), Some(last)) = (part.region.candidates.first(), part.region.candidates.last()) else {
        return false;
    };
    all.iter().any(|whole| {
        let candidates = &whole.region.candidates;
        if candidates.len() < WHOLE
            || whole.score < WHOLE_SHARE * part.score
            || candidates.len() <= part.region.candidates.len()
        {
            return false;
        }
        let place = candidates.partition_point(|c| c.span.from <= first.span.from);
        let Some(around) = place.checked_sub(1).map(|p| candidates[p].span) else { return false };
        around.to >= last.span.to && (around.from < first.span.from || around.to > last.span.to)
    })
}

/// A region gives way to one that holds its very records and more, when that one scores at least this share.
const SAME_RECORDS: f64 = 0.85;

/// True when another good region holds the same records and more: links of a category that only some records have.
fn is_lesser_view(view: &Scored, all: &[Scored], least: f64) -> bool {
    all.iter().any(|other| {
        let (mine, theirs) = (&view.region.candidates, &other.region.candidates);
        mine.len() < theirs.len()
            && other.score >= least.max(SAME_RECORDS * view.score)
            && mine.iter().all(|c| {
                let place = theirs.partition_point(|t| t.span.from < c.span.from);
                theirs.get(place).is_some_and(|t| t.span == c.span)
            })
    })
}

/// Spans taken so far, by start.
#[derive(Default)]
struct Taken {
    spans: std::collections::BTreeMap<usize, usize>,
}

impl Taken {
    fn is_free(&self, span: Span) -> bool {
        self.spans.range(..span.to).next_back().is_none_or(|(_, &to)| to <= span.from)
    }

    fn has(&self, span: Span) -> bool {
        self.spans.get(&span.from) == Some(&span.to)
    }

    fn take(&mut self, span: Span) {
        self.spans.insert(span.from, span.to);
    }
}
