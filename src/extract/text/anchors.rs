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
    /// Factor on the score: how far this kind alone proves a record.
    pub(super) trust: f64,
}

/// Kinds of chips tried: the most frequent ones. Pages have a handful.
const MAX_CHIP_KINDS: usize = 12;

/// All kinds of anchors that stand at least twice on the page.
pub(super) fn sets(lines: &[Line]) -> Vec<AnchorSet> {
    let place = |l: &Line| l.date.as_ref().map(|d| d.place).filter(|_| l.class != Class::Long);
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
    AnchorSet { name, anchors, rest: Rest::Body, shareable: false, trust }
}

/// Anchors that may hold the title themselves: each line for itself.
fn shared(name: &'static str, lines: &[Line], trust: f64, is_anchor: impl Fn(&Line) -> bool) -> AnchorSet {
    let at = lines.iter().enumerate().filter(|(_, l)| is_anchor(l)).map(|(at, _)| Anchor { start: at, end: at + 1 });
    AnchorSet { name, anchors: at.collect(), rest: Rest::Usual, shareable: true, trust }
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
    let is_headline =
        |l: &Line| l.class == Class::Short && l.width >= 32 && l.repeats <= 2 && l.text.split_whitespace().count() >= 4;
    let mut set = shared("headlines", lines, 1.07, is_headline);
    if set.anchors.len() < FRONT_PAGE_HEADLINES {
        set.anchors.clear();
    }
    set
}

fn frequent_chips(lines: &[Line]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for line in lines.iter().filter(|l| l.class == Class::Chip && l.repeats >= 2) {
        *counts.entry(&line.folded).or_default() += 1;
    }
    let mut chips: Vec<(usize, &str)> = counts.into_iter().map(|(chip, n)| (n, chip)).collect();
    chips.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    chips.into_iter().take(MAX_CHIP_KINDS).map(|(_, chip)| chip.to_owned()).collect()
}
