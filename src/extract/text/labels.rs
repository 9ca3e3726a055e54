//! Lines that are about articles and no titles: labels, buttons, kickers, whatever repeats.

use super::lines::{self, Class, Line, Repeats};
use std::collections::HashMap;

/// A line that stands this often on a page is a label, not a story.
pub(super) const LABEL_REPEATS: usize = 3;

/// Labels are terse: sections, authors, "Gallery".
const LABEL_WIDTH: usize = 16;

/// Tells how often each line stands on the page; what stands too often for a title is a label.
pub(super) fn mark_repeats(lines: &mut [Line]) {
    let mut counts: HashMap<&str, (usize, usize, usize)> = HashMap::new();
    let mut heads: HashMap<&str, usize> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let below = lines.get(at + 1).is_some_and(|l| l.is_body() || matches!(l.class, Class::Date | Class::Byline));
        // A label below the title of every record heads nothing.
        let above = lines[..at]
            .iter()
            .rev()
            .take(SAME_RECORD_LINES)
            .find(|l| !matches!(l.class, Class::Date | Class::Byline | Class::Number));
        let headed = above.is_some_and(|l| l.class == Class::Short && l.folded != line.folded);
        *heads.entry(line.folded.as_str()).or_default() += usize::from(below && !headed);
        let (all, apart, last) = counts.entry(line.folded.as_str()).or_default();
        // A record may name its title several times: beside the picture, above and below the labels.
        *apart += usize::from(*all == 0 || at - *last > SAME_RECORD_LINES);
        *all += 1;
        *last = at;
    }
    let repeats: Vec<(usize, usize, bool)> = lines
        .iter()
        .map(|line| {
            let (all, apart, _) = counts[line.folded.as_str()];
            (all, apart, heads[line.folded.as_str()] * 2 >= all)
        })
        .collect();
    for (line, (all, apart, heads)) in lines.iter_mut().zip(repeats) {
        line.repeats = Repeats { count: all, heads };
        // A title may stand three times (twice in its record, once beside the list), a label is also terse.
        let most = if line.width <= LABEL_WIDTH { LABEL_REPEATS - 1 } else { 2 * LABEL_REPEATS };
        let label = if line.width <= LABEL_WIDTH { all > most } else { apart > most && !heads };
        if label && matches!(line.class, Class::Short | Class::Medium) {
            line.class = Class::Chip;
        }
    }
}

/// The same line again within so many lines belongs to the same record.
const SAME_RECORD_LINES: usize = 6;

/// Pages that part kickers from titles do so on this many lines, or on none.
const MIN_KICKERS: usize = 3;

/// A kicker is terse.
const KICKER_COLUMNS: usize = 48;

/// Joins titles with the kickers above them: "Cycling" and ":Race called off", or "Cycling:" and "Race called off".
pub(super) fn join_kickers(lines: &mut Vec<Line>) {
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
                *kicker = lines::line(kicker.number, text, kicker.bullet);
            }
            _ => joined.push(next),
        }
    }
    *lines = joined;
}

/// Rows of labels stand on this many lines of a page, or on none; each label is this narrow.
const LABEL_ROWS: usize = 3;
const LABEL_ROW_COLUMNS: usize = 24;

/// Lines that begin with one label and go on with short parts: "Tags: bridge, river, town".
fn mark_tag_lines(lines: &mut [Line]) {
    let parts = |line: &Line| -> Option<(String, bool)> {
        let (label, rest) = line.text.split_once(':').filter(|_| line.class == Class::Short)?;
        let narrow = |part: &str| lines::width(part) <= LABEL_ROW_COLUMNS;
        let is_row = rest.contains(',') && rest.split(',').all(narrow);
        narrow(label).then(|| (label.trim().to_lowercase(), is_row))
    };
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    for (label, is_row) in lines.iter().filter_map(parts) {
        let (all, rows) = counts.entry(label).or_default();
        *all += 1;
        *rows += usize::from(is_row);
    }
    let is_label = |label: &str| counts.get(label).is_some_and(|&(all, rows)| all >= LABEL_ROWS && rows * 2 >= all);
    for line in lines.iter_mut() {
        if parts(line).is_some_and(|(label, _)| is_label(&label)) {
            line.class = Class::Chip;
        }
    }
}

/// Lines that are labels in a row: "News / Sport / Chess", "Advice , Retro", "Tags: bridge, river".
pub(super) fn mark_label_rows(lines: &mut [Line]) {
    mark_tag_lines(lines);
    for separator in [" / ", " , "] {
        let is_row = |line: &Line| {
            let narrow = || line.text.split(separator).all(|part| lines::width(part) <= LABEL_ROW_COLUMNS);
            line.class == Class::Short && line.text.contains(separator) && narrow()
        };
        if lines.iter().filter(|l| is_row(l)).count() >= LABEL_ROWS {
            lines.iter_mut().filter(|l| is_row(l)).for_each(|l| l.class = Class::Chip);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    #[test]
    fn tags_behind_one_label_are_no_titles() {
        let chips = |text: &str| lines::split(text).iter().filter(|line| line.class == Class::Chip).count();
        assert_eq!(chips("Tags: pont, fleuve\nMots: a\nTags: bac, îles, vent\nTags: mairie"), 3);
        // A series names its stories: what follows is no row of words.
        assert_eq!(chips("Rust: the year in review\nRust: a book, read again by all of us\nRust: what comes next"), 0);
    }
}
