//! Lines that date records: what they say around the date repeats, or they stand where dates stand on the page.

use super::dateline::Place;
use super::labels::LABEL_REPEATS;
use super::lines::{Class, Line};
use crate::text::fold;
use std::collections::HashMap;

/// One order of day and month serves a list: where most lines end in "Oct 16", the 13 of "Python Brasil 13 Oct 16"
/// belongs to the title.
pub(super) fn settle_trailing_dates(lines: &mut [Line]) {
    let month = |line: &Line| -> Option<usize> {
        let date = line.date.as_ref().filter(|date| date.place == Place::Trail)?;
        let text = &line.text[date.span.clone()];
        let letter = text.find(char::is_alphabetic)?;
        let ends_in_day = text.ends_with(|c: char| c.is_ascii_digit()) && text.len() <= letter + MONTH_AND_DAY_BYTES;
        ends_in_day.then_some(letter)
    };
    let months: Vec<Option<usize>> = lines.iter().map(month).collect();
    let first = months.iter().filter(|month| **month == Some(0)).count();
    let later = months.iter().flatten().count() - first;
    if first < LABEL_REPEATS || later * 2 > first {
        return;
    }
    for (line, month) in lines.iter_mut().zip(months) {
        if let (Some(date), Some(letter)) = (&mut line.date, month) {
            date.span.start += letter;
        }
    }
}

/// "September 30", in the widest script.
const MONTH_AND_DAY_BYTES: usize = 24;

/// What stands around the date of a line: before it, the word after it, all of it without the date.
fn around_date(line: &Line) -> Option<[String; 3]> {
    let span = line.date.as_ref()?.span.clone();
    let bare = |part: &str| fold(part).chars().filter(|c| c.is_alphabetic() || *c == ' ').collect::<String>();
    let (before, after) = (bare(&line.text[..span.start]), bare(&line.text[span.end..]));
    let next = line.text[span.end..].split_whitespace().next().unwrap_or("");
    // Scripts without spaces: the next two characters do for a word.
    let wide = next.chars().next().is_some_and(|c| c >= '\u{2E80}');
    let next: String = if wide { next.chars().take(2).collect() } else { next.to_owned() };
    // Numbers before the date tell the parts of a series apart; those after it count comments.
    let numbered: String = line.text[..span.start].chars().filter(char::is_ascii_digit).collect();
    let rest = format!("{before}{numbered}…{after}");
    // Nothing but a date says nothing around it.
    (rest.chars().any(char::is_alphabetic)).then(|| [before.trim().to_owned(), next, rest])
}

/// "Posted by Ann on" and the like have no more words.
const STAMP_LEAD_WORDS: usize = 3;

/// Lines that say the same around their dates are about articles and no titles: "Posted on … by Ann", "… in News".
pub(super) fn mark_date_lines(lines: &mut [Line]) {
    let mut counts: [HashMap<String, usize>; 3] = Default::default();
    let around: Vec<Option<[String; 3]>> =
        lines.iter().map(|line| around_date(line).filter(|_| line.class != Class::Long)).collect();
    for parts in around.iter().flatten() {
        for (count, part) in counts.iter_mut().zip(parts) {
            *count.entry(part.clone()).or_default() += 1;
        }
    }
    let repeated = |parts: &[String; 3], n: usize| counts[n].get(&parts[n]).is_some_and(|c| *c >= LABEL_REPEATS);
    let stamps: Vec<bool> = around.iter().map(|a| a.as_ref().is_some_and(|a| repeated(a, 2))).collect();
    let heads: Vec<bool> = (0..lines.len()).map(|at| heads_stamp(lines, &stamps, at)).collect();
    let titles: Vec<bool> = (0..lines.len()).map(|at| heads[at] || is_below_date(lines, &heads, at)).collect();
    for ((line, around), title) in lines.iter_mut().zip(&around).zip(titles) {
        if title && line.class == Class::Date {
            line.class = Class::Short;
        }
        let Some(parts) = around.as_ref().filter(|_| !title) else { continue };
        let often = |n: usize| repeated(parts, n);
        let joint = parts[1].chars().count() <= 4;
        // A series of articles may end in dates too; what leads to the date of a stamp is terse.
        let leads = !parts[0].is_empty() && parts[0].split(' ').count() <= STAMP_LEAD_WORDS;
        if leads && often(0) || parts[0].is_empty() && joint && often(1) || often(2) {
            line.class = Class::Date;
            line.is_stamp = true;
        }
    }
}

/// This many date lines between the same kinds of neighbors show where the dates of a page stand.
const KIN_LINES: usize = 2;

/// A line that holds a date and stands between the same kinds of lines as the date lines of the page is one too,
/// whatever else it says: "sk 8 July 2014 Uncategorized 1".
pub(super) fn mark_kin_of_date_lines(lines: &mut [Line]) {
    let between = |lines: &[Line], at: usize| {
        let class = |at: Option<usize>| at.and_then(|at| lines.get(at)).map(|l| l.class);
        Some((class(at.checked_sub(1))?, class(Some(at + 1))?))
    };
    let mut counts: HashMap<(Class, Class), usize> = HashMap::new();
    let dates: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].class == Class::Date).collect();
    for place in dates.iter().filter_map(|&at| between(lines, at)) {
        *counts.entry(place).or_default() += 1;
    }
    let below = |place: &(Class, Class)| {
        place.0 == Class::Short && matches!(place.1, Class::Chip | Class::Medium | Class::Long)
    };
    let above = |place: &(Class, Class)| {
        matches!(place.0, Class::Chip | Class::Medium | Class::Long) && place.1 == Class::Short
    };
    counts.retain(|place, count| (below(place) || above(place)) && *count >= KIN_LINES);
    for at in 0..lines.len() {
        let line = &lines[at];
        let place = line.own_date();
        let heads = lines.get(at + 1).is_some_and(|next| next.class == Class::Short);
        let may = matches!(line.class, Class::Short | Class::Chip)
            && (place == Some(Place::Trail) || place.is_some() && !heads);
        if may && between(lines, at).is_some_and(|between| counts.contains_key(&between)) {
            lines[at].class = Class::Date;
            lines[at].ends_page = false;
        }
    }
}

/// A title may hold a date: it heads a line that dates records.
fn heads_stamp(lines: &[Line], stamps: &[bool], at: usize) -> bool {
    let below = stamps.get(at + 1).is_some_and(|stamp| *stamp || lines[at + 1].class == Class::Byline);
    let headed = at > 0 && lines[at - 1].class == Class::Short;
    below && !headed && around_date(&lines[at]).is_some()
}

/// A title may hold a date: it stands between the date of its record and the body.
fn is_below_date(lines: &[Line], heads: &[bool], at: usize) -> bool {
    let dated = |at: usize| lines[at].class == Class::Date && !heads[at];
    at > 0 && !dated(at) && dated(at - 1) && lines.get(at + 1).is_some_and(Line::is_body)
}
