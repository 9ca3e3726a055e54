//! Names of authors that stand on lines of their own: below "A comment by", and wherever the same name stands again.

use super::lines::{Class, Line};
use crate::lexicon::phrases;
use std::collections::HashSet;

/// A name has at most this many words, a place behind it included: "Ann Lee, Brussels".
const NAME_WORDS: usize = 5;

/// A name is no wider.
const NAME_COLUMNS: usize = 48;

/// What leads to a name is no wider: "A guest comment by".
const LEAD_COLUMNS: usize = 48;

/// Marks lines that are names as bylines.
pub(super) fn mark_bare_names(lines: &mut [Line]) {
    let mut names: HashSet<String> = HashSet::new();
    for pair in lines.windows(2) {
        if leads_to_name(&pair[0]) && may_be_name(&pair[1]) {
            names.insert(pair[1].folded.clone());
        }
    }
    for line in lines.iter().filter(|l| l.class == Class::Byline) {
        names.extend(phrases::byline_name(&line.folded).map(|at| line.folded[at..].to_owned()));
    }
    for line in lines.iter_mut().filter(|l| may_be_name(l) && names.contains(&l.folded)) {
        line.class = Class::Byline;
    }
    for at in 0..lines.len() {
        if leads_to_name(&lines[at]) && lines.get(at + 1).is_some_and(|next| next.class == Class::Byline) {
            lines[at].class = Class::Chip;
        }
    }
}

/// A line that ends with a byline word: the name follows on the next.
fn leads_to_name(line: &Line) -> bool {
    let last = line.folded.rsplit(' ').next().unwrap_or_default();
    matches!(line.class, Class::Short | Class::Chip | Class::Byline)
        && line.width <= LEAD_COLUMNS
        && phrases::is_byline_word(last)
}

fn may_be_name(line: &Line) -> bool {
    let words = line.text.split_whitespace().count();
    let sentence = line.text.contains(['?', '!', ':', '"', '„', '“', '«']) || line.text.contains(char::is_numeric);
    matches!(line.class, Class::Short | Class::Chip)
        && (1..=NAME_WORDS).contains(&words)
        && line.width <= NAME_COLUMNS
        && !line.ends_page
        && !sentence
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    fn classes(text: &str) -> Vec<Class> {
        lines::split(text).into_iter().map(|line| line.class).collect()
    }

    #[test]
    fn a_name_below_its_lead_is_a_byline() {
        for lead in ["Ein Kommentar von", "A guest column by", "Una columna de opinión por", "Door"] {
            let classes = classes(&format!("Bridge over the river reopens\n{lead}\nAnna Lee\nFerry is late again"));
            assert_eq!(classes, [Class::Short, Class::Chip, Class::Byline, Class::Short], "{lead}");
        }
    }

    #[test]
    fn a_name_told_once_is_known_everywhere() {
        let text = "By Anna Lee\nBridge over the river reopens\nAnna Lee\nFerry is late again\nAnna Lee sails";
        let expected = [Class::Byline, Class::Short, Class::Byline, Class::Short, Class::Short];
        assert_eq!(classes(text), expected);
    }

    #[test]
    fn what_cannot_be_a_name_stays_a_title() {
        let text = "A guest column by\nWhy is the ferry late again?\nA guest column by\nBridge: open for 5 years";
        assert_eq!(classes(text)[1], Class::Short);
        assert_eq!(classes(text)[3], Class::Short);
    }
}
