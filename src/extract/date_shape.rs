//! How much of a text is a date? Recognition only; `dates` reads it.

use crate::lexicon::dates::{TokenKind, tokenize};
pub(crate) use crate::lexicon::looks_like_date;

/// Words of up to this many letters ("at", "um", "h") do not count as words beside a date.
const SMALL_WORD: u16 = 2;
/// Words beside a date that still leave the line a date line: "Published by the editor on …".
const FEW_WORDS: usize = 2;

/// True when a text is a date and nothing else.
pub(crate) fn is_date_alone(text: &str) -> bool {
    looks_like_date(text) && words_beside(text) == 0
}

/// True when a text is a date with at most a label beside it.
pub(crate) fn is_date_line(text: &str) -> bool {
    looks_like_date(text) && words_beside(text) <= FEW_WORDS
}

fn words_beside(text: &str) -> usize {
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    tokens.iter().filter(|t| matches!(t.kind, TokenKind::Unknown(letters) if letters > SMALL_WORD.into())).count()
}
