//! Titles that look like sentences: "Why we are late ...", "Ask first, always." They stand where titles stand.

use super::lines::{Class, Line};
use std::collections::HashMap;

/// So many titles of the usual kind show where titles stand.
const LEAST: usize = 3;

/// So many tenths of the texts in one place must be titles of the usual kind.
const SHARE: usize = 6;

/// A title is no wider than this.
const MOST_COLUMNS: usize = 110;

/// Makes titles of sentences that stand between the same kinds of lines as the titles of the page: below a date, a byline or
/// a button and above a text.
pub(super) fn mark_kin_of_titles(lines: &mut [Line]) {
    let mut counts: HashMap<Class, (usize, usize)> = HashMap::new();
    for at in 0..lines.len() {
        if let Some(above) = place(lines, at) {
            let (titles, all) = counts.entry(above).or_default();
            *titles += usize::from(lines[at].class == Class::Short);
            *all += 1;
        }
    }
    counts.retain(|_, (titles, all)| *titles >= LEAST && *titles * 10 >= *all * SHARE);
    for at in 0..lines.len() {
        let is_place = place(lines, at).is_some_and(|above| counts.contains_key(&above));
        if is_place && lines[at].width <= MOST_COLUMNS {
            lines[at].class = Class::Short;
        }
    }
}

/// What stands above a text that stands above another text, when it is no text itself.
fn place(lines: &[Line], at: usize) -> Option<Class> {
    let above = &lines[at.checked_sub(1)?];
    let below = lines.get(at + 1)?;
    let apart = matches!(above.class, Class::Date | Class::Byline | Class::Chip) && !above.ends_page;
    (apart && lines[at].is_content() && below.is_body()).then_some(above.class)
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    #[test]
    fn a_sentence_where_titles_stand_is_one() {
        let body =
            "The bridge was closed for repair in the spring of last year, and nobody in the town knows why it was so.";
        let post = |date: &str, title: &str| format!("{date}\n{title}\n{body}\n");
        let titles =
            ["Bridge reopens", "Why the ferry is late again, and what to do about it ...", "Hall sold", "Ask first."];
        let text: String = titles
            .iter()
            .zip(["May 1, 2020", "May 2, 2020", "May 3, 2020", "May 4, 2020"])
            .map(|(t, d)| post(d, t))
            .collect();
        let found = lines::split(&text);
        let short: Vec<&str> = found.iter().filter(|l| l.class == Class::Short).map(|l| l.text.as_str()).collect();
        assert_eq!(short, titles);
    }

    #[test]
    fn the_first_sentence_of_a_text_is_none() {
        let text = "May 1, 2020\nThe bridge was closed for repair in the spring.\nNobody in the town knows why it was closed.\n";
        let found = lines::split(&text.repeat(4));
        assert!(found.iter().all(|l| l.class != Class::Short));
    }
}
