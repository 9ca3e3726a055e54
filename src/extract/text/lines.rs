//! Text to lines that know what they may be.

use super::dateline::{self, LineDate, Place};
use super::{authors, headings, labels, stamps};
use crate::lexicon::phrases;
use crate::text::{clean, fold};

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
    pub(super) repeats: Repeats,
}

/// A text that stands several times on a page.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Repeats {
    /// How often.
    pub(super) count: usize,
    /// A date or a body mostly follows.
    pub(super) heads: bool,
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
    labels::join_kickers(&mut lines);
    stamps::settle_trailing_dates(&mut lines);
    stamps::mark_date_lines(&mut lines);
    labels::mark_label_rows(&mut lines);
    stamps::mark_kin_of_date_lines(&mut lines);
    authors::mark_bare_names(&mut lines);
    labels::mark_repeats(&mut lines);
    headings::mark_kin_of_titles(&mut lines);
    lines
}

/// One line with what it may be by its own looks.
pub(super) fn line(number: usize, text: String, bullet: bool) -> Line {
    let folded = fold(&text);
    let width = width(&text);
    let date = dateline::find(&text);
    let pager = date.is_none() && is_pager(&folded);
    let ends_page = pager || phrases::is_side_heading(&folded) || is_imprint(&folded);
    let mut class = classify(&text, &folded, width, date.as_ref());
    if ends_page && class != Class::Long && class != Class::Number {
        class = Class::Chip;
    }
    Line { number, text, folded, width, class, bullet, date, ends_page, is_stamp: false, repeats: Repeats::default() }
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
    } else if ends_sentence(text) && width >= 20 && (text.contains(' ') || is_wide_script(text))
        || width >= LONG_WIDTH - 20
    {
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

/// Chinese, Japanese, Korean: sentences have no spaces.
fn is_wide_script(text: &str) -> bool {
    text.chars().filter(|c| *c >= '\u{2E80}').count() * 2 >= text.chars().count()
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
    fn many_lines_of_nothing_cost_no_more_than_their_number() {
        let text = "12\n5 May 2021\nby Ann Lee\n".repeat(20_000);
        assert_eq!(split(&text).len(), 60_000);
    }

    #[test]
    fn kickers_join_their_titles() {
        let text = "Cycling\n:Race called off\nTown\n:Hall sold\nSea\n:Ferry late\nRain";
        let titles: Vec<String> = split(text).into_iter().map(|line| line.text).collect();
        assert_eq!(titles, ["Cycling: Race called off", "Town: Hall sold", "Sea: Ferry late", "Rain"]);
    }

    #[test]
    fn a_line_where_dates_stand_is_a_date_whatever_else_it_says() {
        let record = |title: &str, stamp: &str| {
            format!(
                "{title}\n{stamp}\nThe bridge was closed for repair in the spring of last year and nobody knows why.\n\n"
            )
        };
        let text = record("Bridge over the river reopens", "ann 5 May 2021 News 0")
            + &record("Ferry to the islands is late", "ann 6 May 2021 News 0")
            + &record("Town hall sold to a circus", "a guest from abroad wrote on 7 May 2021 in Travel and Food 12");
        let classes: Vec<Class> = split(&text).into_iter().map(|line| line.class).collect();
        assert_eq!([classes[1], classes[4], classes[7]], [Class::Date; 3]);
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
