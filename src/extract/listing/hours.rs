//! The hours that a line opens with: "9 a.m. to 11:30 a.m. – Board", "10:00 Uhr, Rathaus".

use crate::extract::date_shape::words_beside;
use crate::lexicon::is_hour_word;

/// The text behind the hours that it begins with and inside its brackets.
pub(super) fn without_hours(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let word = rest.split_whitespace().next().unwrap_or("");
        let hour = word.contains(|c: char| c.is_ascii_digit()) && word.contains([':', '.'])
            || words_beside(word) == 0 && !word.is_empty();
        if !hour {
            break;
        }
        rest = &rest[word.len()..];
    }
    let mark = |c: char| !c.is_alphanumeric() && !matches!(c, '.' | '?' | '!' | '"' | '”');
    rest.trim_end_matches(|c: char| mark(c) && !(c == ')' && rest.contains('(')))
}

/// The text behind the hours of a line that opens with one; `None` for other lines: "5 new members", "2019 budget".
pub(super) fn split_leading_hours(text: &str) -> Option<&str> {
    let mut words = text.trim_start_matches(|c: char| !c.is_alphanumeric()).split_whitespace();
    let first = words.next()?;
    let (number, rest) = first.split_at(first.find(|c: char| !c.is_ascii_digit()).unwrap_or(first.len()));
    let is_hour = number.parse::<u8>().is_ok_and(|hour| hour <= 24);
    let minutes =
        rest.strip_prefix([':', '.']).is_some_and(|m| m.len() >= 2 && m.starts_with(|c: char| c.is_ascii_digit()));
    let is_told = minutes || is_hour_word(rest) || rest.is_empty() && words.next().is_some_and(is_hour_word);
    (is_hour && is_told).then(|| without_hours(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_before_names() {
        for (text, rest) in [
            ("9 a.m. to 11:30 a.m. - Board", "Board"),
            ("11:30 – Finance Committee", "Finance Committee"),
            ("10.30 Uhr Bauausschuss", "Bauausschuss"),
            ("2:30pm - 8:00pm Board Meeting", "Board Meeting"),
        ] {
            assert_eq!(split_leading_hours(text), Some(rest), "{text}");
        }
        for text in ["5 new members", "2019 budget", "42:10 minutes", "3. Änderung", "Board, 9 a.m.", ""] {
            assert_eq!(split_leading_hours(text), None, "{text}");
        }
    }
}
