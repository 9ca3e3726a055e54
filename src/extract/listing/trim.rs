//! What most titles of a listing begin or end with and what is no title: the number and the date of each record.
//!
//! In: the teasers of one listing. Out: shorter titles; a date that was cut off is one of the teaser's date texts, a
//! number one of its tags. One title alone never shows whether its beginning is a number of the list or part of the
//! headline, so nothing is cut unless most records have the same thing in the same place.

use crate::extract::date_shape::is_date_alone;
use crate::lexicon::is_hour_word;
use crate::model::{Basis, DateText, Teaser};

/// So many tenths of the titles must have it.
const SHARE: usize = 6;
/// A list of fewer records shows no habit.
const LEAST: usize = 3;
/// A date is at most this many words.
const MAX_WORDS: usize = 9;
/// A number of a record has at least this many digits: "Episode 12: …" keeps its own.
const LEAST_DIGITS: usize = 4;

/// What stands at an edge of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Number,
    Date,
    NumberBehind,
}

/// Cuts what most titles have in common at their edges, one kind after the other until nothing is left to cut.
pub(in crate::extract) fn trim(teasers: &mut [Teaser]) {
    if teasers.len() < LEAST {
        return;
    }
    for _ in 0..3 {
        let mut any = false;
        for edge in [Edge::Number, Edge::Date, Edge::NumberBehind] {
            any |= trim_edge(teasers, edge);
        }
        if !any {
            break;
        }
    }
}

fn trim_edge(teasers: &mut [Teaser], edge: Edge) -> bool {
    let titled = teasers.iter().filter(|t| t.title.is_some()).count();
    let parts: Vec<Option<(String, String)>> =
        teasers.iter().map(|t| t.title.as_deref().and_then(|title| split(title, edge))).collect();
    let have = parts.iter().flatten().count();
    if have < LEAST || have * 10 < titled * SHARE {
        return false;
    }
    for (teaser, part) in teasers.iter_mut().zip(parts) {
        let Some((cut, rest)) = part else { continue };
        teaser.title = Some(rest);
        if edge == Edge::Date {
            // A line that holds the date and more of the title says it less clearly.
            let at = teaser.date_texts.iter().position(|d| d.text.contains(&cut)).unwrap_or(teaser.date_texts.len());
            teaser.date_texts.insert(at, DateText { basis: Basis::Text, text: cut });
        } else {
            teaser.tags.push(cut);
        }
    }
    true
}

/// What is cut off and what is left.
fn split(title: &str, edge: Edge) -> Option<(String, String)> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let (cut, rest) = match edge {
        Edge::Number => number_before(&words)?,
        Edge::Date => date_at_edge(&words)?,
        Edge::NumberBehind => number_behind(title)?,
    };
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c)).to_owned();
    let cut = cut.trim_matches(|c: char| c.is_whitespace() || SEPARATORS.contains(&c)).to_owned();
    (rest.chars().filter(|c| c.is_alphabetic()).count() >= LEAST_LETTERS && !cut.is_empty()).then_some((cut, rest))
}

/// Letters that must be left of a title.
const LEAST_LETTERS: usize = 3;

/// The longest date before or behind the rest.
fn date_at_edge(words: &[&str]) -> Option<(String, String)> {
    let most = MAX_WORDS.min(words.len().checked_sub(1)?);
    if words.iter().map(|word| numbers(word)).sum::<usize>() < LEAST_NUMBERS {
        return None;
    }
    let before = (1..=most).rev().find(|&k| is_date(&words[..k]));
    if let Some(at) = before {
        return Some((words[..at].join(" "), words[at..].join(" ")));
    }
    let at = (1..=most).rev().map(|k| words.len() - k).find(|&k| is_date(&words[k..]))?;
    // "Meeting of March 5": the small word leads to the date.
    let kept = words[..at].iter().rposition(|word| !leads_to_date(word))? + 1;
    Some((words[at..].join(" "), words[..kept].join(" ")))
}

/// Letters of a word that leads to a date: "of", "on", "vom", "du".
const SMALL_WORD: usize = 3;

fn leads_to_date(word: &str) -> bool {
    word.chars().all(char::is_lowercase) && word.chars().count() <= SMALL_WORD
}

const SEPARATORS: [char; 9] = [',', ':', ';', '-', '–', '—', '|', '•', '·'];

/// True for a date with a day in it (months and years name an issue) of which no word at an edge could be left out.
fn is_date(words: &[&str]) -> bool {
    let text = |words: &[&str]| {
        words.join(" ").trim_matches(|c: char| SEPARATORS.contains(&c) || "()[]".contains(c)).to_owned()
    };
    let whole = text(words);
    if numbers(&whole) < LEAST_NUMBERS || !is_date_alone(&whole) {
        return false;
    }
    let [first, inner @ .., last] = words else { return true };
    let begins = is_part(first) || first.chars().filter(|c| c.is_alphabetic()).count() >= LEAST_LETTERS;
    begins && (is_part(last) || !is_date_alone(&text(&words[..=inner.len()])))
}

/// A date with a day in it has two numbers at least.
const LEAST_NUMBERS: usize = 2;

/// Runs of digits in a text.
fn numbers(text: &str) -> usize {
    text.as_bytes()
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
        .filter(|run| run[0].is_ascii_digit())
        .count()
}

fn is_part(word: &str) -> bool {
    // "In" begins a title.
    word.chars().any(char::is_numeric) || is_hour_word(word)
}

/// Numbers, one or several: "Case No. 16-0775:", "2013-0403, 2013-0445, and 2013-0593,".
fn number_before(words: &[&str]) -> Option<(String, String)> {
    let mut at = one_number(words)?;
    while let Some(more) = one_number(&words[at..]) {
        at += more;
    }
    Some((words[..at].join(" "), words[at..].join(" ")))
}

/// How many words up to a separator make a number; the last of them has a digit.
fn one_number(words: &[&str]) -> Option<usize> {
    let most = 5.min(words.len().checked_sub(1)?);
    let at = (1..=most).find(|&k| {
        let word = words[k - 1];
        let next = words[k];
        let closed = word.ends_with([',', ':', '.', ';', '|', ')']);
        let apart = next.chars().all(|c| SEPARATORS.contains(&c));
        (closed || apart) && word.contains(|c: char| c.is_ascii_digit())
    })?;
    let cut = words[..at].join(" ");
    (digits(&cut) >= LEAST_DIGITS && weighs_digits(&cut, 2) && !looks_like_day(words[at - 1])).then_some(at)
}

/// A last part in brackets with a number in it, or after the last comma or dash.
fn number_behind(title: &str) -> Option<(String, String)> {
    if title.ends_with(')') {
        let at = title.match_indices(" (").map(|(at, _)| at).find(|&at| digits(&title[at..]) >= LEAST_DIGITS);
        if let Some(at) = at.filter(|&at| at > 0) {
            return Some((title[at..].to_owned(), title[..at].to_owned()));
        }
    }
    let at = title.rfind([',', '–', '—']).filter(|&at| at > 0)?;
    let tail = &title[at..];
    (digits(tail) >= LEAST_DIGITS && weighs_digits(tail, 2)).then(|| (tail.to_owned(), title[..at].to_owned()))
}

/// True for "01/17/2018,": a date is cut as a date.
fn looks_like_day(word: &str) -> bool {
    is_date(&[word])
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// True when the letters are at most `times` and a half as many as the digits.
fn weighs_digits(text: &str, times: usize) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters * 2 <= digits(text) * (2 * times + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trimmed(titles: &[&str]) -> Vec<String> {
        let teaser = |t: &&str| Teaser { title: Some((*t).to_owned()), ..Teaser::default() };
        let mut teasers: Vec<Teaser> = titles.iter().map(teaser).collect();
        trim(&mut teasers);
        teasers.into_iter().map(|t| t.title.unwrap()).collect()
    }

    #[test]
    fn numbers_and_dates_before_titles() {
        let titles = [
            "2018 OK 1, 01/17/2018, ADOPTION OF M.",
            "2018 OK 2, 01/16/2018, IN RE RATES",
            "2018 OK 3, 01/16/2018, RULES",
        ];
        assert_eq!(trimmed(&titles), ["ADOPTION OF M.", "IN RE RATES", "RULES"]);
        let titles = ["S19G0007. A v. B", "S19C1007 and S19G1007. C v. D", "S19G0472. E v. F"];
        assert_eq!(trimmed(&titles), ["A v. B", "C v. D", "E v. F"]);
        let titles = ["Case No. 16-0775: Ann v. Bo", "Case No. 16-1938: Cy v. Di", "Case No. 16-1974: Ed v. Flo"];
        assert_eq!(trimmed(&titles), ["Ann v. Bo", "Cy v. Di", "Ed v. Flo"]);
    }

    #[test]
    fn dates_after_titles() {
        let titles =
            ["Board Meeting – February 10, 2022", "Special Meeting – March 1, 2022", "Retreat – March 8, 2022"];
        assert_eq!(trimmed(&titles), ["Board Meeting", "Special Meeting", "Retreat"]);
        let titles = ["Sitzung vom 5. März 2022", "Sondersitzung vom 7. März 2022", "Klausur am 9. März 2022"];
        assert_eq!(trimmed(&titles), ["Sitzung", "Sondersitzung", "Klausur"]);
    }

    #[test]
    fn what_only_some_titles_have_stays() {
        for titles in [
            ["2024-0001: A story", "A story of numbers", "Another story"],
            ["Episode 12: The sea", "Episode 13: The land", "Episode 14: The air"],
            ["Newsletter March 2024", "Newsletter April 2024", "Newsletter May 2024"],
        ] {
            assert_eq!(trimmed(&titles), titles);
        }
    }
}
