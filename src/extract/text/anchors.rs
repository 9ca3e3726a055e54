//! Lines that every record of a listing may have: dates, chips, bylines, body text.

use super::dateline::Place;
use super::lines::{Class, Line};
use std::collections::HashMap;

/// Neighboring lines of one kind that stand for one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchor {
    /// First line.
    pub(super) start: usize,
    /// One past the last line.
    pub(super) end: usize,
}

/// What of the lines between two records belongs to the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// As much as is usual on the page.
    Usual,
    /// Body text too: posts at full length.
    Body,
    /// Everything: posts with code, tables and headings in them.
    All,
}

/// All anchors of one kind.
#[derive(Debug)]
pub(super) struct AnchorSet {
    /// For traces.
    pub(super) name: &'static str,
    /// In order.
    pub(super) anchors: Vec<Anchor>,
    /// What of the lines between two records belongs to the first.
    pub(super) rest: Rest,
    /// The title may stand on the anchor's own line.
    pub(super) shareable: bool,
    /// Some records have a body and some have none.
    pub(super) mixed: bool,
    /// Factor on the score: how far this kind alone proves a record.
    pub(super) trust: f64,
}

/// Kinds of chips tried: the most frequent ones. Pages have a handful.
const MAX_CHIP_KINDS: usize = 12;

/// All kinds of anchors that stand at least twice on the page.
pub(super) fn sets(lines: &[Line]) -> Vec<AnchorSet> {
    let place = Line::own_date;
    let mut sets = vec![
        AnchorSet { rest: Rest::All, ..set("stamp", lines, 1.1, |l| l.is_stamp) },
        AnchorSet { rest: Rest::All, ..set("date of post", lines, 0.92, |l| l.class == Class::Date) },
        set("date alone", lines, 1.0, |l| l.class == Class::Date),
        set("date leads", lines, 0.95, |l| l.class == Class::Date || place(l) == Some(Place::Lead)),
        set("date trails", lines, 0.95, |l| l.class == Class::Date || place(l) == Some(Place::Trail)),
        set("date anywhere", lines, 0.85, |l| place(l).is_some()),
        set("byline", lines, 1.0, |l| l.class == Class::Byline),
        AnchorSet { rest: Rest::Usual, ..set("body", lines, 1.0, Line::is_body) },
        shared("shared lead", lines, 0.9, |l| l.class != Class::Date && place(l) == Some(Place::Lead)),
        shared("shared trail", lines, 0.9, |l| l.class != Class::Date && place(l) == Some(Place::Trail)),
        titles(lines),
        headlines(lines),
    ];
    for chip in frequent_chips(lines) {
        sets.push(set("chip", lines, 0.95, |l| l.class == Class::Chip && l.folded == chip));
    }
    sets.retain(|s| s.anchors.len() >= 2);
    sets
}

fn set(name: &'static str, lines: &[Line], trust: f64, is_anchor: impl Fn(&Line) -> bool) -> AnchorSet {
    let mut anchors: Vec<Anchor> = Vec::new();
    for (at, _) in lines.iter().enumerate().filter(|(_, l)| is_anchor(l)) {
        match anchors.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => anchors.push(Anchor { start: at, end: at + 1 }),
        }
    }
    AnchorSet { name, anchors, rest: Rest::Body, shareable: false, mixed: false, trust }
}

/// Anchors that may hold the title themselves: each line for itself.
fn shared(name: &'static str, lines: &[Line], trust: f64, is_anchor: impl Fn(&Line) -> bool) -> AnchorSet {
    let at = lines.iter().enumerate().filter(|(_, l)| is_anchor(l)).map(|(at, _)| Anchor { start: at, end: at + 1 });
    AnchorSet { name, anchors: at.collect(), rest: Rest::Usual, shareable: true, mixed: false, trust }
}

/// Every line that could be a title, for lists that have nothing else. Long lines of words only: menus are terse.
fn titles(lines: &[Line]) -> AnchorSet {
    let is_title = |l: &Line| l.class == Class::Short && l.width >= 24 && l.text.split_whitespace().count() >= 2;
    shared("titles", lines, 0.7, is_title)
}

/// A front page has this many headlines or more.
const FRONT_PAGE_HEADLINES: usize = 25;

/// Lines that can hardly be anything but headlines, for front pages where some stories have a body and some have none.
fn headlines(lines: &[Line]) -> AnchorSet {
    let is_wide = |l: &Line| l.width >= 32 && l.text.split_whitespace().count() >= 4;
    let is_headline = |at: usize| {
        let line = &lines[at];
        line.class == Class::Short && line.repeats.count <= 2 && (is_wide(line) || is_headed(lines, at))
    };
    let anchors: Vec<Anchor> =
        (0..lines.len()).filter(|at| is_headline(*at)).map(|at| Anchor { start: at, end: at + 1 }).collect();
    let wide = anchors.iter().filter(|a| is_wide(&lines[a.start])).count();
    let anchors = if wide < FRONT_PAGE_HEADLINES { Vec::new() } else { anchors };
    let told = anchors.iter().filter(|a| is_told(lines, a.start)).count();
    let trust = if told * 100 >= anchors.len() * MOSTLY_TOLD { 0.95 } else { 1.1 };
    AnchorSet { name: "headlines", anchors, rest: Rest::Usual, shareable: true, mixed: true, trust }
}

/// Where this share of the headlines (percent) has a body or a date, these lead to the records better.
const MOSTLY_TOLD: usize = 70;

/// A headline with a body, date or byline right below.
fn is_told(lines: &[Line], at: usize) -> bool {
    let below = lines[at + 1..].iter().take(2);
    below.take_while(|l| l.class != Class::Short).any(|l| l.is_body() || matches!(l.class, Class::Date | Class::Byline))
}

/// Short titles on front pages have this many columns or more.
const SHORT_TITLE_COLUMNS: usize = 12;

/// A short line right above a body is its title.
fn is_headed(lines: &[Line], at: usize) -> bool {
    lines[at].width >= SHORT_TITLE_COLUMNS && lines.get(at + 1).is_some_and(Line::is_body)
}

fn frequent_chips(lines: &[Line]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for line in lines.iter().filter(|l| l.class == Class::Chip && l.repeats.count >= 2) {
        *counts.entry(&line.folded).or_default() += 1;
    }
    let mut chips: Vec<(usize, &str)> = counts.into_iter().map(|(chip, n)| (n, chip)).collect();
    chips.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    chips.into_iter().take(MAX_CHIP_KINDS).map(|(_, chip)| chip.to_owned()).collect()
}
