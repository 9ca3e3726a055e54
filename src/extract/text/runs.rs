//! Which of the records found belong to the list of the page: menus, side boxes and footers have look-alikes.

use super::lines::{Class, Line};
use super::template::Found;

/// Between two records of one list stand at most this many lines more than usual.
const MAX_EXTRA_GAP: usize = 8;

/// A run of fewer records than this, apart from the main one, is no list.
const MIN_SIDE_RUN: usize = 3;

/// Keeps the runs of records that make the list; where records with and without a body are `mixed`, both are the list.
pub(super) fn main_list(lines: &[Line], records: Vec<Found>, mixed: bool) -> Vec<Found> {
    let mut runs = runs(lines, records);
    for run in runs.iter_mut().filter(|_| !mixed) {
        drop_bare_ends(lines, run);
    }
    let size = |run: &[Found]| run.iter().map(|r| columns(&lines[r.start..r.end])).sum::<usize>();
    let Some(best) = runs.iter().max_by_key(|run| size(run)) else { return Vec::new() };
    let best_size = size(best);
    let tail = best.last().map_or(0, |last| last.end);
    let closed = tail_start(lines, tail);
    let bodies = |run: &[Found]| run.iter().filter(|r| lines[r.title + 1..r.end].iter().any(Line::is_body)).count();
    // Comments, events and menus look alike, but have no bodies where the list has some.
    let has_bodies = bodies(best) * 3 > best.len() * 2;
    let alike = |run: &[Found]| !has_bodies || bodies(run) * 3 > run.len();
    runs.iter()
        .filter(|run| {
            run.as_slice() == best.as_slice()
                || run.len() >= MIN_SIDE_RUN && size(run) * 8 > best_size && run[0].start < closed && alike(run)
        })
        .flatten()
        .copied()
        .collect()
}

/// This many records without a body, at an end of a list whose others all have one, are another list.
const MIN_BARE_END: usize = 3;

fn drop_bare_ends(lines: &[Line], run: &mut Vec<Found>) {
    let has_body = |r: &Found| lines[r.title + 1..r.end].iter().any(Line::is_body);
    let (Some(first), Some(last)) = (run.iter().position(has_body), run.iter().rposition(has_body)) else { return };
    let inner = &run[first..=last];
    let complete = inner.len() >= MIN_BARE_END && inner.iter().filter(|r| has_body(r)).count() * 10 >= inner.len() * 7;
    if complete && run.len() - last > MIN_BARE_END {
        run.truncate(last + 1);
    }
    if complete && first >= MIN_BARE_END {
        run.drain(..first);
    }
}

fn columns(lines: &[Line]) -> usize {
    lines.iter().map(|l| l.width.min(300)).sum()
}

/// Cuts the records where the page goes on with something else.
fn runs(lines: &[Line], records: Vec<Found>) -> Vec<Vec<Found>> {
    let mut gaps: Vec<usize> = records.windows(2).map(|w| w[1].start.saturating_sub(w[0].end)).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    let mut runs: Vec<Vec<Found>> = Vec::new();
    for record in records {
        let joins = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            let between = &lines[last.end.min(record.start)..record.start];
            let alike = lines[last.title].bullet == lines[record.title].bullet;
            alike && between.len() <= usual * 2 + MAX_EXTRA_GAP && !between.iter().any(ends_list)
        });
        match runs.last_mut() {
            Some(run) if joins => run.push(record),
            _ => runs.push(vec![record]),
        }
    }
    runs
}

/// A line that stands below lists: pager, side heading, copyright.
fn ends_list(line: &Line) -> bool {
    line.class != Class::Long && line.ends_page
}

/// Where the page is over, at the earliest from `from` on.
fn tail_start(lines: &[Line], from: usize) -> usize {
    (from..lines.len()).find(|&i| ends_list(&lines[i])).unwrap_or(lines.len())
}
