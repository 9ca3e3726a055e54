//! May a text state a number?
//!
//! In: text of any length. Out: a cheap no for most sentences; a yes may be wrong, a no never is. Digits of all scripts are
//! numbers, and so are the words of the table ("fourteenth"). Does not read them.

use super::fold::{Folded, fold};
use super::sense::Sense;
use super::table::{Table, table};
use foldhash::HashSet;
use std::sync::OnceLock;

/// The letters of a word that are looked at first.
const FIRST_LETTERS: usize = 3;

/// Bits that tell a letter from another.
const LETTER_BITS: usize = 5;

/// False when no number stands in `text`: no digit of any script, no character of a script that writes numbers between
/// words without spaces, no word that is a number or begins one.
///
/// Cost: linear in `text`; of a plain word only the first letters are looked at.
#[must_use]
pub fn may_state_number(text: &str) -> bool {
    let words = number_words();
    let bytes = text.as_bytes();
    let mut key = String::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {
                let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                let is_plain = bytes.get(end).is_none_or(|next| next.is_ascii() && !is_hidden(*next));
                if is_plain && !words.may_begin(&bytes[at..end]) {
                    at = end;
                    continue;
                }
            }
            b'0'..=b'9' => return true,
            0..0x80 => {
                at += 1;
                continue;
            }
            _ => {}
        }
        match read_word(text, at, &mut key) {
            Some(end) if !words.all.contains(key.as_str()) => at = end,
            _ => return true,
        }
    }
    false
}

/// Control characters show nothing: the word goes on behind them.
fn is_hidden(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t'..=b'\r') || byte == 0x7F
}

/// Reads the word at `at` into `key`, folded, or passes over one character that is of no word. Out: the byte after it;
/// `None` where a number may stand.
fn read_word(text: &str, at: usize, key: &mut String) -> Option<usize> {
    key.clear();
    for (place, c) in text[at..].char_indices() {
        match fold(c) {
            Folded::Digit(_) | Folded::Unspaced(_) => return None,
            // Another script begins another word, and what it is the tokenizer knows.
            Folded::Letter(letter) if !letter.is_ascii() && key.ends_with(|last: char| last.is_ascii()) => return None,
            Folded::Letter(letter) => key.push(letter),
            Folded::Nothing => {}
            Folded::Space | Folded::Punctuation(_) => {
                return Some(at + place + if place == 0 { c.len_utf8() } else { 0 });
            }
        }
    }
    Some(text.len())
}

/// Words that are numbers, or begin a phrase that is one.
struct NumberWords {
    all: HashSet<&'static str>,
    /// A bit for each beginning of such a word.
    beginnings: Vec<u64>,
}

impl NumberWords {
    fn of(table: &'static Table) -> Self {
        let is_number = |sense: Sense| matches!(sense, Sense::Number(_));
        let first = |key: &'static str| key.split(' ').next().unwrap_or(key);
        let all: HashSet<&'static str> = table.own_keys(is_number).map(first).collect();
        let mut beginnings = vec![0; (1 << (LETTER_BITS * FIRST_LETTERS)) / 64];
        for word in all.iter().filter(|word| word.is_ascii()) {
            let code = code(word.as_bytes());
            beginnings[code / 64] |= 1 << (code % 64);
        }
        Self { all, beginnings }
    }

    fn may_begin(&self, word: &[u8]) -> bool {
        let code = code(word);
        self.beginnings[code / 64] & 1 << (code % 64) != 0
    }
}

fn code(word: &[u8]) -> usize {
    word.iter().take(FIRST_LETTERS).fold(0, |code, letter| code << LETTER_BITS | usize::from(letter & 31))
}

fn number_words() -> &'static NumberWords {
    static WORDS: OnceLock<NumberWords> = OnceLock::new();
    WORDS.get_or_init(|| NumberWords::of(table()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::dates::{TokenKind, tokenize};
    use proptest::prelude::*;

    /// By its tokens, with all their senses.
    fn states_number(text: &str) -> bool {
        let mut tokens = Vec::new();
        tokenize(text, &mut tokens);
        tokens.iter().any(|token| match token.kind {
            TokenKind::Number { .. } => true,
            TokenKind::Word { start, len } => {
                table().senses(start, len).iter().any(|sense| matches!(sense.sense, Sense::Number(_)))
            }
            _ => false,
        })
    }

    #[test]
    fn digits_and_words_of_all_scripts_are_numbers() {
        for text in ["at 3", "٣", "二", "fourteen days", "ჩვიდმეტი 5", "چهاردهم دی", "In Fourteen"]
        {
            assert!(may_state_number(text), "{text}");
        }
        for text in ["", "The council votes in March", "Der Rat tagt im März", "Совет голосует", "L’été — déjà"]
        {
            assert!(!may_state_number(text), "{text}");
        }
    }

    #[test]
    fn every_number_word_is_found() {
        for key in table().own_keys(|sense| matches!(sense, Sense::Number(_))) {
            assert!(may_state_number(key) && may_state_number(&key.to_uppercase()), "{key}");
        }
        assert!(table().own_keys(|_| true).count() > 1_000);
    }

    proptest! {
        #[test]
        fn a_no_is_never_wrong(text in "([a-zA-Zéßİªº]{1,7}|first|Twenty|fourteen|vein|tre|[ ,.'’\\u{ad}\\u{7f}\\u{1}కی二]){0,12}") {
            prop_assert!(may_state_number(&text) || !states_number(&text), "`{}`", text);
        }
    }
}
