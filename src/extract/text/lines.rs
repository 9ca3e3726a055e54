//! Text to lines that know what they may be.

use super::dateline::{self, LineDate, Place};
use crate::lexicon::phrases;
use crate::text::{clean, fold};
use std::collections::HashMap;

/// What a line may be by its own looks and by how often it stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    /// No letters: counts, rules, lone bullets.
    Number,
    /// A button or label: "read more", or a short line that repeats.
    Chip,
    /// A date and little else.
    Date,
    /// "by Ann Lee".
    Byline,
    /// May be a title.
    Short,
    /// A sentence short enough for a title.
    Medium,
    /// Body text.
    Long,
}

/// One line that is not blank.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Line number in the dump, from 1.
    pub(super) number: usize,
    /// Cleaned text without its bullet.
    pub(super) text: String,
    /// Folded text.
    pub(super) folded: String,
    /// Columns on a screen: wide scripts count double.
    pub(super) width: usize,
    /// What it may be.
    pub(super) class: Class,
    /// It began with a bullet or a list number.
    pub(super) bullet: bool,
    /// The first date in it.
    pub(super) date: Option<LineDate>,
    /// Pages end with such lines, or go on with something else: pagers, side headings, copyright.
    pub(super) ends_page: bool,
    /// It says the same around its date as other lines: "Posted on … by Ann".
    pub(super) is_stamp: bool,
    /// How often its folded text stands on the page.
    pub(super) repeats: usize,
}

impl Line {
    /// True for lines that carry text of a record.
    pub(super) fn is_content(&self) -> bool {
        matches!(self.class, Class::Short | Class::Medium | Class::Long)
    }

    /// Where the line tells the date of its record. A date inside a sentence is what the sentence speaks of.
    pub(super) fn own_date(&self) -> Option<Place> {
        let place = self.date.as_ref()?.place;
        let spoken = match self.class {
            Class::Long => true,
            Class::Medium => matches!(place, Place::Inside | Place::Trail) && ends_sentence(&self.text),
            _ => false,
        };
        (!spoken).then_some(place)
    }

    /// True for body text.
    pub(super) fn is_body(&self) -> bool {
        matches!(self.class, Class::Medium | Class::Long)
    }
}

/// Lines past this number are not read: a listing dump with more is a log or a table.
const MAX_LINES: usize = 200_000;

/// Wider than this is body text: the 99th percentile of titles in news, blog and press listings is near 110.
const LONG_WIDTH: usize = 130;

/// A sentence of this width or more is body text even where a title could stand.
const SENTENCE_WIDTH: usize = 90;

/// A line that stands this often on a page is a label, not a story.
const LABEL_REPEATS: usize = 3;

/// Labels are terse: sections, authors, "Gallery".
const LABEL_WIDTH: usize = 16;

/// Lines of mail-like dumps are broken near this column.
const WRAP_COLUMNS: std::ops::RangeInclusive<usize> = 60..=100;

/// Splits text into lines and tells what each may be.
pub(super) fn split(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, raw) in unwrap(text).into_iter().enumerate().take(MAX_LINES) {
        let (bullet, body) = strip_bullet(&raw);
        if let Some(text) = clean(body) {
            lines.push(line(at + 1, text, bullet));
        }
    }
    join_kickers(&mut lines);
    settle_trailing_dates(&mut lines);
    mark_date_lines(&mut lines);
    mark_labeled_lines(&mut lines);
    mark_label_rows(&mut lines);
    mark_kin_of_date_lines(&mut lines);
    mark_closing_buttons(&mut lines);
    mark_repeats(&mut lines);
    lines
}

/// Tells how often each line stands on the page; what stands too often for a title is a label.
fn mark_repeats(lines: &mut [Line]) {
    let mut counts: HashMap<&str, (usize, usize, usize)> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let (all, apart, last) = counts.entry(line.folded.as_str()).or_default();
        // A record may name its title several times: beside the picture, above and below the labels.
        *apart += usize::from(*all == 0 || at - *last > SAME_RECORD_LINES);
        *all += 1;
        *last = at;
    }
    let repeats: Vec<(usize, usize)> = lines
        .iter()
        .map(|line| {
            let (all, apart, _) = counts[line.folded.as_str()];
            (all, apart)
        })
        .collect();
    for (line, (all, apart)) in lines.iter_mut().zip(repeats) {
        line.repeats = all;
        // A title may stand three times (twice in its record, once beside the list), a label is also terse.
        let most = if line.width <= LABEL_WIDTH { LABEL_REPEATS - 1 } else { 2 * LABEL_REPEATS };
        let label = if line.width <= LABEL_WIDTH { all > most } else { apart > most };
        if label && matches!(line.class, Class::Short | Class::Medium) {
            line.class = Class::Chip;
        }
    }
}

/// The same line again within so many lines belongs to the same record.
const SAME_RECORD_LINES: usize = 6;

/// One order of day and month serves a list: where most lines end in "Oct 16", the 13 of "Python Brasil 13 Oct 16"
/// belongs to the title.
fn settle_trailing_dates(lines: &mut [Line]) {
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

/// Pages that part kickers from titles do so on this many lines, or on none.
const MIN_KICKERS: usize = 3;

/// A kicker is terse.
const KICKER_COLUMNS: usize = 48;

/// Joins titles with the kickers above them: "Cycling" and ":Race called off", or "Cycling:" and "Race called off".
fn join_kickers(lines: &mut Vec<Line>) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for line in lines.iter() {
        *counts.entry(line.folded.clone()).or_default() += 1;
    }
    let joins = |pair: &[Line]| {
        let [kicker, title] = pair else { return false };
        // What announces every line is a label: "Date:".
        let label = counts.get(&kicker.folded).is_some_and(|count| *count > LABEL_REPEATS);
        let terse =
            kicker.width <= KICKER_COLUMNS && !matches!(kicker.class, Class::Number | Class::Medium | Class::Long);
        let marked = title.text.starts_with(':') || !label && kicker.text.ends_with(':') && title.class == Class::Short;
        terse && marked
    };
    if lines.windows(2).filter(|pair| joins(pair)).count() < MIN_KICKERS {
        return;
    }
    let mut joined: Vec<Line> = Vec::with_capacity(lines.len());
    for next in lines.drain(..) {
        match joined.last_mut() {
            Some(kicker) if joins(&[kicker.clone(), next.clone()]) => {
                let text = format!("{}: {}", kicker.text.trim_end_matches(':'), next.text.trim_start_matches(':'));
                *kicker = line(kicker.number, text, kicker.bullet);
            }
            _ => joined.push(next),
        }
    }
    *lines = joined;
}

/// What stands around the date of a line: before it, the word after it, all of it without the date.
fn around_date(line: &Line) -> Option<[String; 3]> {
    let span = line.date.as_ref()?.span.clone();
    let bare = |part: &str| fold(part).chars().filter(|c| c.is_alphabetic() || *c == ' ').collect::<String>();
    let (before, after) = (bare(&line.text[..span.start]), bare(&line.text[span.end..]));
    let next = line.text[span.end..].split_whitespace().next().unwrap_or("").to_owned();
    // Numbers before the date tell the parts of a series apart; those after it count comments.
    let numbered: String = line.text[..span.start].chars().filter(char::is_ascii_digit).collect();
    let rest = format!("{before}{numbered}…{after}");
    // Nothing but a date says nothing around it.
    (rest.chars().any(char::is_alphabetic)).then(|| [before.trim().to_owned(), next, rest])
}

/// "Posted by Ann on" and the like have no more words.
const STAMP_LEAD_WORDS: usize = 3;

/// Lines that say the same around their dates are about articles and no titles: "Posted on … by Ann", "… in News".
fn mark_date_lines(lines: &mut [Line]) {
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
fn mark_kin_of_date_lines(lines: &mut [Line]) {
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

/// A button names its title again at most this many lines below it.
const BUTTON_DISTANCE: usize = 8;

/// Buttons that name what they open: "Bridge reopens Read more »" below "Bridge reopens".
fn mark_closing_buttons(lines: &mut [Line]) {
    for at in 1..lines.len() {
        let line = &lines[at];
        let cut = line.text.chars().count() >= line.folded.chars().count() + BUTTON_CHARS;
        let above = &lines[at.saturating_sub(BUTTON_DISTANCE)..at];
        if cut && above.iter().any(|l| l.folded == line.folded) {
            lines[at].class = Class::Chip;
        }
    }
}

/// The shortest "read more" has this many characters.
const BUTTON_CHARS: usize = 4;

/// A title may hold a date: it heads a line that dates records.
fn heads_stamp(lines: &[Line], stamps: &[bool], at: usize) -> bool {
    let below = stamps.get(at + 1).copied().unwrap_or(false);
    let headed = at > 0 && lines[at - 1].class == Class::Short;
    below && !headed && around_date(&lines[at]).is_some()
}

/// A title may hold a date: it stands between the date of its record and the body.
fn is_below_date(lines: &[Line], heads: &[bool], at: usize) -> bool {
    let dated = |at: usize| lines[at].class == Class::Date && !heads[at];
    at > 0 && !dated(at) && dated(at - 1) && lines.get(at + 1).is_some_and(Line::is_body)
}

/// A label stands on this many lines of a page, or on none.
const LABELED_LINES: usize = 4;

/// Lines with the same label ("Tags: …", "Section:Sport …") are about articles. A series of articles may share a
/// label too, but then a date, a body or a button follows most of them.
fn mark_labeled_lines(lines: &mut [Line]) {
    let label = |line: &Line| {
        // "Tags: …", or the first two words of "Filed under …", "Posted in …".
        let label = match line.folded.split_once(':') {
            Some((label, _)) if !label.contains(' ') => label,
            _ => line.folded.match_indices(' ').nth(1).map(|(at, _)| &line.folded[..at])?,
        };
        let named = line.class == Class::Short || line.is_body() && label.ends_with(':');
        ((4..=40).contains(&label.len()) && named).then(|| label.to_owned())
    };
    let labels: Vec<Option<String>> = lines.iter().map(label).collect();
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for (at, label) in labels.iter().enumerate() {
        let Some(label) = label else { continue };
        let heads = lines.get(at + 1).is_some_and(|next| !matches!(next.class, Class::Short | Class::Number));
        let count = counts.entry(label).or_default();
        count.0 += 1;
        count.1 += usize::from(heads);
    }
    let is_label = |label: &Option<String>| {
        label
            .as_ref()
            .and_then(|l| counts.get(l.as_str()))
            .is_some_and(|(all, heads)| *all >= LABELED_LINES && heads * 4 < *all)
    };
    let marked: Vec<bool> = labels.iter().map(is_label).collect();
    for (line, marked) in lines.iter_mut().zip(marked) {
        if marked {
            line.class = Class::Chip;
        }
    }
}

/// Rows of labels stand on this many lines of a page, or on none; each label is this narrow.
const LABEL_ROWS: usize = 3;
const LABEL_ROW_COLUMNS: usize = 24;

/// Lines that are labels in a row: "News / Sport / Chess", "Advice , Retro".
fn mark_label_rows(lines: &mut [Line]) {
    for separator in [" / ", " , "] {
        let is_row = |line: &Line| {
            let narrow = || line.text.split(separator).all(|part| width(part) <= LABEL_ROW_COLUMNS);
            line.class == Class::Short && line.text.contains(separator) && narrow()
        };
        if lines.iter().filter(|l| is_row(l)).count() >= LABEL_ROWS {
            lines.iter_mut().filter(|l| is_row(l)).for_each(|l| l.class = Class::Chip);
        }
    }
}

fn line(number: usize, text: String, bullet: bool) -> Line {
    let folded = fold(&text);
    let width = width(&text);
    let date = dateline::find(&text);
    let pager = date.is_none() && is_pager(&folded);
    let ends_page = pager || phrases::is_side_heading(&folded) || is_imprint(&folded);
    let mut class = classify(&text, &folded, width, date.as_ref());
    if ends_page && class != Class::Long && class != Class::Number {
        class = Class::Chip;
    }
    Line { number, text, folded, width, class, bullet, date, ends_page, is_stamp: false, repeats: 1 }
}

fn classify(text: &str, folded: &str, width: usize, date: Option<&LineDate>) -> Class {
    if date.is_some_and(|d| d.place == Place::Alone) {
        Class::Date
    } else if !text.contains(char::is_alphabetic) {
        Class::Number
    } else if phrases::is_read_more(folded)
        || holds_chip(folded)
        || phrases::is_menu_entry(folded)
        || phrases::is_side_heading(folded)
    {
        Class::Chip
    } else if phrases::byline_name(folded).is_some() && width <= 60 {
        Class::Byline
    } else if width >= LONG_WIDTH || ends_sentence(text) && width >= SENTENCE_WIDTH || is_cut(text) && width >= 50 {
        Class::Long
    } else if ends_sentence(text) && width >= 20 && text.contains(' ') || width >= LONG_WIDTH - 20 {
        Class::Medium
    } else {
        Class::Short
    }
}

/// "Read more »Title" and "Title Read more »".
fn holds_chip(folded: &str) -> bool {
    let arrow = ['"', '→', '›', ':'];
    let leads = folded.split_once(arrow).is_some_and(|(before, _)| phrases::is_read_more(before));
    let ends = folded.ends_with(['"', '→', '›', '\'']) && phrases::trailing_read_more(folded).is_some();
    leads || ends
}

/// Who owns and who made the site.
fn is_imprint(folded: &str) -> bool {
    ["©", "copyright", "all rights reserved", "powered by"].iter().any(|words| folded.contains(words))
        && folded.len() < 200
}

/// "1 2 3 … 10", "Page 2 of 21".
fn is_pager(folded: &str) -> bool {
    let mut numbers = folded.split(|c: char| !c.is_numeric()).filter_map(|n| n.parse::<u32>().ok());
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    let Some(first) = numbers.next() else { return false };
    let rest: Vec<u32> = numbers.collect();
    match rest.as_slice() {
        [] => false,
        [last] => {
            *last >= first && (3..=12).contains(&letters) && folded.len() <= 40 && !folded.contains([':', '-', '/'])
                || *last == first + 1 && letters <= 8
        }
        [second, ..] => *second == first + 1 && letters <= 24,
    }
}

/// Columns that text takes on a screen.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' && !('\u{2000}'..'\u{2E80}').contains(&c) { 2 } else { 1 }).sum()
}

fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(['"', '”', '’', ')', '»', '\'', ']']);
    end.ends_with(['.', '。', '…', '।', '؟', '！', ':']) && !text.ends_with(':')
}

/// Cut by the site: the teaser goes on in the article.
fn is_cut(text: &str) -> bool {
    text.ends_with('…') || text.ends_with("...") || text.ends_with("[…]") || text.ends_with("[...]")
}

/// Takes bullets and list numbers off a line.
fn strip_bullet(raw: &str) -> (bool, &str) {
    let line = raw.trim();
    let rest = line.trim_start_matches(['*', '•', '·', '‣', '◦', '▪', '►', '▸', '○', '●', '■', '–']);
    let spaced = rest.len() < line.len() && (rest.is_empty() || rest.starts_with(char::is_whitespace));
    if spaced {
        return (true, rest.trim_start());
    }
    if let Some(rest) = line.strip_prefix("- ").or_else(|| line.strip_prefix("+ ")).or_else(|| line.strip_prefix("o "))
    {
        return (true, rest);
    }
    (false, line)
}

/// Joins lines that were broken to fit a screen; lines of other dumps stay as they are.
fn unwrap(text: &str) -> Vec<String> {
    let raw: Vec<&str> = text.lines().take(MAX_LINES).collect();
    let widths: Vec<usize> = raw.iter().map(|l| width(l.trim_end())).collect();
    let widest = widths.iter().copied().max().unwrap_or(0);
    let full = widths.iter().filter(|w| **w * 5 >= widest * 4).count();
    // Broken text fills many lines to nearly the same column and none beyond.
    if !WRAP_COLUMNS.contains(&widest) || full < 6 || full * 4 < widths.iter().filter(|w| **w > 0).count() {
        return raw.into_iter().map(str::to_owned).collect();
    }
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for (line, width) in raw.iter().zip(&widths) {
        let goes_on = open && *width > 0 && !strip_bullet(line).0;
        match out.last_mut() {
            Some(last) if goes_on => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => out.push((*line).to_owned()),
        }
        open = *width * 4 >= widest * 3;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Class {
        split(text)[0].class
    }

    #[test]
    fn lines_are_told_apart() {
        assert_eq!(class("* 12 |"), Class::Number);
        assert_eq!(class("Continue reading →"), Class::Chip);
        assert_eq!(class("by Ann Lee"), Class::Byline);
        assert_eq!(class("Bridge over the river reopens after five years"), Class::Short);
        assert_eq!(class("The bridge was closed for repair in the spring of last year and…"), Class::Long);
    }

    #[test]
    fn a_labelled_date_is_a_date() {
        assert_eq!(class("Posted on 5 May 2021"), Class::Date);
    }

    #[test]
    fn wrapped_paragraphs_are_joined() {
        let row = "word word word word word word word word word word word word word word";
        let text = format!("Title\n\n{row}\n{row}\n{row}\n{row} x\n\nOther\n\n{row}\n{row}\n{row}\nend.");
        let lines = split(&text);
        assert_eq!(lines.len(), 4);
        assert!(lines[3].text.ends_with("end."));
    }
}
