//! Which arrangement of lines repeats: where each record begins, which line is its title, where it ends.
//!
//! Every arrangement is an anchor (a kind of line that records have: a date, a chip, a byline, a run of body text)
//! and a rule that leads from the anchor to the title. All are tried, each gives a list of records, and the list wins
//! that explains most of the page with the best records.

use super::anchors::{self, Anchor, AnchorSet, Rest};
use super::lines::{Class, Line};
use std::collections::HashSet;

/// One record of the page, by line index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// First line.
    pub(super) start: usize,
    /// The line of the title.
    pub(super) title: usize,
    /// One past the last line.
    pub(super) end: usize,
    /// The title shares its line with the date.
    pub(super) shared_line: bool,
}

/// The way from an anchor to its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// The n-th text before the anchor, counted back.
    Before(usize),
    /// The first text between the last record and the anchor.
    HeadBefore,
    /// The text before the body that stands before the anchor.
    BeforeBody,
    /// The n-th text after the anchor.
    After(usize),
    /// The text before the body that stands after the anchor.
    AfterHeadOfBody,
    /// The anchor's own line.
    Shared,
}

/// All rules, in the order in which ties are decided.
/// The factor says how often each is how pages are made: titles stand at their anchor.
const RULES: [(Rule, f64); 9] = [
    (Rule::Before(1), 1.0),
    (Rule::BeforeBody, 1.0),
    (Rule::After(1), 1.0),
    (Rule::AfterHeadOfBody, 0.97),
    (Rule::Before(2), 0.9),
    (Rule::HeadBefore, 0.66),
    (Rule::Before(3), 0.82),
    (Rule::After(2), 0.85),
    (Rule::Shared, 1.0),
];

/// Titles stand at most this many lines from their anchor, bodies aside.
const MAX_STEPS: usize = 8;

/// A body before its anchor has at most this many lines: full posts are longer, but their date stands at the title.
const MAX_BODY_LINES: usize = 40;

/// A post at full length has at most this many lines that are no body text before the next post.
const MAX_POST_LINES: usize = 400;

/// Finds the records of the page, in order.
pub(super) fn find(lines: &[Line]) -> Vec<Found> {
    let candidates = candidates(lines);
    let Some(best) = candidates.iter().rev().max_by(|a, b| a.score.total_cmp(&b.score)) else { return Vec::new() };
    if best.records.is_empty() {
        return Vec::new();
    }
    let best = wider(&candidates, best);
    tracing::debug!(best.score, rule = ?best.rule, best.set, records = best.records.len(), "arrangement chosen");
    let mut records = best.records.clone();
    super::runs::drop_undated_ends(lines, &mut records);
    part_merged(lines, records)
}

/// An arrangement that finds the same titles and this many times as many is the same list, read to its end.
const WIDER: f64 = 1.2;

/// It may explain the page a little worse: its other records look less alike.
const WIDER_SCORE: f64 = 0.9;

/// The arrangement with all records of `best` and more, if there is one.
fn wider<'a>(candidates: &'a [Candidate], best: &'a Candidate) -> &'a Candidate {
    let holds = |other: &&Candidate| {
        let titles: HashSet<usize> = other.records.iter().map(|r| r.title).collect();
        let kept = best.records.iter().filter(|r| titles.contains(&r.title)).count();
        // What lies before and behind the list is another list.
        let span = best.records[0].title..=best.records[best.records.len() - 1].title;
        let inside = titles.iter().filter(|title| span.contains(title)).count();
        kept * 10 >= best.records.len() * 9
            && as_f64(inside) >= as_f64(best.records.len()) * WIDER
            && other.score >= best.score * WIDER_SCORE
    };
    candidates.iter().filter(holds).max_by(|a, b| a.score.total_cmp(&b.score)).unwrap_or(best)
}

/// One arrangement with what it gives.
#[derive(Debug)]
pub(super) struct Candidate {
    /// How well the records explain the page.
    pub(super) score: f64,
    /// Name of the anchors.
    pub(super) set: &'static str,
    /// From the anchor to the title.
    pub(super) rule: Rule,
    /// The records.
    pub(super) records: Vec<Found>,
}

/// What every arrangement makes of the page.
pub(super) fn candidates(lines: &[Line]) -> Vec<Candidate> {
    let total: f64 = lines.iter().map(weight).sum();
    let mut candidates = Vec::new();
    for set in anchors::sets(lines) {
        for (rule, prior) in RULES {
            if rule == Rule::Shared && !set.shareable {
                continue;
            }
            let mut records = follow(lines, &set.anchors, rule);
            take_in_rests(lines, &mut records, set.rest);
            let records = super::runs::main_list(lines, records, set.mixed);
            let shifted = if is_shifted(lines, &records, rule) { SHIFTED } else { 1.0 };
            let score = score(lines, &records, &set, total) * set.trust * prior * shifted;
            tracing::trace!(score, rule = ?rule, anchors = set.anchors.len(), records = records.len(), set.name, "arrangement");
            candidates.push(Candidate { score, set: set.name, rule, records });
        }
    }
    candidates
}

/// Factor on arrangements whose first anchor seems to close a record that they miss.
const SHIFTED: f64 = 0.85;

/// Anchors may open records or close them, and the titles are nearly the same. When a title and a body stand right
/// before the first anchor, anchors close.
fn is_shifted(lines: &[Line], records: &[Found], rule: Rule) -> bool {
    let opens = matches!(rule, Rule::After(_) | Rule::AfterHeadOfBody);
    let Some(first) = records.first().filter(|_| opens) else { return false };
    before_body(lines, first.start.saturating_sub(MAX_STEPS), first.start).is_some()
}

/// A record without its own anchor hides in the one before it: there a second title and a second body follow the
/// first, on a page whose records have one body line each.
fn part_merged(lines: &[Line], records: Vec<Found>) -> Vec<Found> {
    let bodies = |r: &Found| (r.title + 1..r.end).filter(|&i| lines[i].is_body()).count();
    let single = records.iter().filter(|r| bodies(r) <= 1).count();
    if records.len() < 3 || single * 5 < records.len() * 4 {
        return records;
    }
    let mut out = Vec::with_capacity(records.len() + 1);
    for record in records {
        let first_body = (record.title + 1..record.end).find(|&i| lines[i].is_body());
        let hidden = first_body.and_then(|body| {
            let is_head = |&i: &usize| {
                lines[i].class == Class::Short && lines[i + 1].is_body() && title_quality(&lines[i]) >= 1.0
            };
            (body + 1..record.end.saturating_sub(1)).find(is_head)
        });
        match hidden {
            Some(title) if !record.shared_line => {
                out.push(Found { end: title, ..record });
                out.push(Found { start: title, title, ..record });
            }
            _ => out.push(record),
        }
    }
    out
}

/// The records that one rule makes of one set of anchors.
fn follow(lines: &[Line], anchors: &[Anchor], rule: Rule) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (at, anchor) in anchors.iter().enumerate() {
        let floor = at.checked_sub(1).map_or(0, |p| anchors[p].end);
        let ceiling = anchors.get(at + 1).map_or(lines.len(), |n| n.start);
        let title = match rule {
            Rule::Before(nth) => before(lines, floor, anchor.start, nth),
            Rule::HeadBefore => head_before(lines, floor, anchor.start),
            Rule::BeforeBody => before_body(lines, floor, anchor.start),
            Rule::After(nth) => after(lines, anchor.end, ceiling, nth),
            Rule::AfterHeadOfBody => head_of_body(lines, anchor.end, ceiling),
            Rule::Shared => Some(anchor.start),
        };
        let Some(title) = title.filter(|t| found.last().is_none_or(|f| f.title < *t)) else { continue };
        let start = title.min(anchor.start);
        if let Some(last) = found.last_mut() {
            last.end = last.end.min(start);
        }
        let end = record_end(lines, title, anchor, ceiling);
        found.push(Found { start, title, end, shared_line: rule == Rule::Shared });
    }
    found
}

/// What stands between two records belongs to the first, if it is no more than is usual on the page, or body text.
fn take_in_rests(lines: &[Line], records: &mut [Found], rest: Rest) {
    let mut gaps: Vec<usize> = records.windows(2).map(|w| w[1].start - w[0].end).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    for at in 1..records.len() {
        let (end, start) = (records[at - 1].end, records[at].start);
        let between = &lines[end..start];
        let columns =
            |keep: fn(&Line) -> bool| between.iter().filter(|l| keep(l)).map(|l| l.width.min(300)).sum::<usize>();
        let is_usual = between.len() <= usual.min(MAX_STEPS) + 1 && !between.iter().any(|l| l.ends_page);
        let is_body = || columns(Line::is_body) * 2 >= columns(|_| true);
        let is_post =
            || between.len() <= MAX_POST_LINES && !between.iter().any(|l| l.ends_page && l.class != Class::Number);
        if is_usual || rest == Rest::Body && is_body() || rest == Rest::All && (is_body() || is_post()) {
            records[at - 1].end = start;
        }
    }
}

fn is_title(line: &Line) -> bool {
    matches!(line.class, Class::Short | Class::Medium)
}

fn before(lines: &[Line], floor: usize, anchor: usize, nth: usize) -> Option<usize> {
    let low = floor.max(anchor.saturating_sub(MAX_STEPS));
    let mut texts = (low..anchor).rev().filter(|&i| lines[i].is_content());
    texts.nth(nth - 1).filter(|&i| is_title(&lines[i]))
}

fn head_before(lines: &[Line], floor: usize, anchor: usize) -> Option<usize> {
    let low = floor.max(anchor.saturating_sub(MAX_STEPS));
    let head = (low..anchor).rev().take_while(|&i| lines[i].class != Class::Long);
    head.filter(|&i| lines[i].class == Class::Short).last()
}

fn before_body(lines: &[Line], floor: usize, anchor: usize) -> Option<usize> {
    let low = floor.max(anchor.saturating_sub(MAX_BODY_LINES));
    let body = (low..anchor).rev().find(|&i| lines[i].is_body())?;
    // A good title between the body and the anchor: the body is the last record's.
    let parted = lines[body + 1..anchor].iter().any(|l| l.class == Class::Short && title_quality(l) >= 1.0);
    // Several short lines may stand before the body; the nearest is the title.
    (low..body).rev().find(|&i| lines[i].class == Class::Short).filter(|_| !parted)
}

fn after(lines: &[Line], anchor: usize, ceiling: usize, nth: usize) -> Option<usize> {
    let high = ceiling.min(anchor + MAX_STEPS);
    let mut texts = (anchor..high).filter(|&i| lines[i].is_content());
    texts.nth(nth - 1).filter(|&i| is_title(&lines[i]))
}

fn head_of_body(lines: &[Line], anchor: usize, ceiling: usize) -> Option<usize> {
    let high = ceiling.min(anchor + MAX_STEPS);
    let body = (anchor..high).find(|&i| lines[i].is_body())?;
    (anchor..body).rev().find(|&i| lines[i].class == Class::Short)
}

/// One past the last line of a record: its body, its anchor, and what follows them up to the next record.
fn record_end(lines: &[Line], title: usize, anchor: &Anchor, ceiling: usize) -> usize {
    let mut end = anchor.end.max(title + 1);
    let mut body = (title + 1..end).any(|i| lines[i].is_body());
    while end < ceiling && end < lines.len() {
        let line = &lines[end];
        let goes_on = match line.class {
            Class::Long | Class::Medium => !body || lines[end - 1].is_body() || end - title <= 3,
            Class::Short => false,
            _ => end - title <= MAX_STEPS || body,
        };
        if !goes_on {
            break;
        }
        body |= line.is_body();
        end += 1;
    }
    end
}

/// What a line adds to the weight of a page; capped, so that one long text does not decide.
fn weight(line: &Line) -> f64 {
    let columns = f64::from(u32::try_from(line.width.min(300)).unwrap_or(300));
    if line.is_content() { columns } else { columns.min(20.0) }
}

/// How well records explain the page: mean quality of a record times the share of the page they cover.
fn score(lines: &[Line], records: &[Found], set: &AnchorSet, total: f64) -> f64 {
    if records.len() < 2 {
        return 0.0;
    }
    let quality: f64 = records.iter().map(|r| record_quality(lines, *r)).sum();
    let mut sizes: Vec<f64> = records.iter().map(|r| lines[r.start..r.end].iter().map(weight).sum()).collect();
    sizes.sort_by(f64::total_cmp);
    // A record many times as large as the others has swallowed another part of the page; posts may be of any size.
    let outgrown = if set.rest == Rest::All { MAX_OUTGROWN_POST } else { MAX_OUTGROWN };
    let most = sizes[sizes.len() / 2] * outgrown;
    let covered: f64 = sizes.iter().map(|size| size.min(most)).sum();
    let n = as_f64(records.len());
    let told = |r: &Found| {
        let dates = lines[r.start..r.end].iter().filter(|l| l.own_date().is_some()).map(|l| l.folded.as_str());
        (lines[r.title].folded.as_str(), dates.collect::<Vec<_>>())
    };
    let distinct = as_f64(records.iter().map(told).collect::<HashSet<_>>().len()) / n;
    let kept = (n / as_f64(set.anchors.len().max(1))).min(1.0);
    quality / n * (covered / total.max(1.0)).powf(0.6) * (n / (n + 2.0)) * (0.5 + 0.5 * kept) * (0.4 + 0.6 * distinct)
}

/// Records larger than the usual one by this factor count no more than that.
const MAX_OUTGROWN: f64 = 5.0;

/// The same for posts at full length.
const MAX_OUTGROWN_POST: f64 = 15.0;

fn as_f64(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

fn record_quality(lines: &[Line], record: Found) -> f64 {
    let inside = &lines[record.start..record.end];
    let body = inside.iter().any(Line::is_body) && lines[record.title + 1..record.end].iter().any(Line::is_body);
    let date = inside.iter().any(|l| l.own_date().is_some());
    let chip = inside.iter().any(|l| matches!(l.class, Class::Chip | Class::Byline));
    let more =
        1.0 + 0.5 * f64::from(u8::from(body)) + 0.6 * f64::from(u8::from(date)) + 0.15 * f64::from(u8::from(chip));
    // A title seldom holds a date; a line about the article often does.
    let dated_title = lines[record.title].date.is_some() && !record.shared_line;
    let dated_below = lines[record.title + 1..record.end].iter().any(|l| l.class == Class::Date);
    let twice_dated = if !dated_title {
        1.0
    } else if dated_below {
        0.9
    } else {
        0.6
    };
    title_quality(&lines[record.title]) * more * twice_dated
}

/// How much a line reads like a title, in 0.0..=1.0.
pub(super) fn title_quality(line: &Line) -> f64 {
    let by_width = match line.width {
        0..=3 => 0.05,
        4..=7 => 0.5,
        8..=11 => 0.7,
        12..=19 => 0.88,
        _ => 1.0,
    };
    let sentence = if line.class == Class::Short { 1.0 } else { 0.7 };
    let repeated = if line.repeats.count > 3 && !line.repeats.heads { 0.3 } else { 1.0 };
    // Labels in a row: "News / Sport / Chess", "a, b | 3 comments".
    let labels = line.text.contains(" / ") || line.text.contains(" | ") || line.text.contains(" · ");
    // Addresses and the ends of sentences stand in bodies.
    let body = line.text.contains("://") || line.text.ends_with(['。', '：', ':', ';', ',', '，']);
    // Titles of the list stand beside it again: "recent posts", tables of contents.
    let told_again = if (2..=3).contains(&line.repeats.count) { 1.06 } else { 1.0 };
    by_width * sentence * repeated * told_again * if labels { 0.7 } else { 1.0 } * if body { 0.6 } else { 1.0 }
}
