//! Text to tokens: numbers, date words with their senses, unknown words, punctuation.
//!
//! In: text as shown. Out: at most [`MAX_TOKENS`] tokens with byte spans; the rest of a longer text is not looked at.
//! Phrases are matched longest first. One pass; a phrase looks ahead at most [`MAX_PHRASE_WORDS`] words.

use super::fold::{Folded, fold, fold_ascii};
use super::table::{Table, table};
use std::cell::Cell;

/// Longer texts are read up to here. A date line has under 30 tokens; this leaves room for an excerpt.
pub const MAX_TOKENS: usize = 2_000;
/// The longest phrases of the table have six words.
const MAX_PHRASE_WORDS: usize = 6;
/// Numbers with more digits are ids, not dates; `20251009143000` has 14.
const MAX_DIGITS: u8 = 18;
/// Longer runs of letters are no date words.
const MAX_WORD_BYTES: usize = 96;

/// Scripts that never mix with Latin letters in one word.
const INDIC: std::ops::RangeInclusive<char> = '\u{900}'..='\u{DFF}';

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A run of digits of any script.
    Number {
        /// Its value; 0 when there are too many digits.
        value: u64,
        /// How many digits.
        digits: u8,
    },
    /// A word or phrase of the table: senses at `start`, `len` of them.
    Word {
        /// For [`Table::senses`].
        start: u32,
        /// For [`Table::senses`].
        len: u16,
    },
    /// A word that the table does not know; its length in characters.
    Unknown(u16),
    /// Any other character, folded.
    Punctuation(char),
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// True when white space stands before it, or nothing at all.
    pub spaced: bool,
}

/// Splits `text` into tokens, appended to `out`.
pub fn tokenize(text: &str, out: &mut Vec<Token>) {
    tokenize_while(text, out, |_| true);
}

/// [`tokenize`] up to the first token that `goes_on` denies, which is left out.
pub(super) fn tokenize_while(text: &str, out: &mut Vec<Token>, mut goes_on: impl FnMut(&Token) -> bool) {
    let mut reader = Reader { text, table: table(), at: 0, spaced: true, key: KEY.take() };
    while out.len() < MAX_TOKENS {
        let Some(token) = reader.next().filter(&mut goes_on) else { break };
        out.push(token);
    }
    KEY.set(reader.key);
}

thread_local! {
    /// Room for the word or phrase in hand.
    static KEY: Cell<String> = const { Cell::new(String::new()) };
}

struct Reader<'a> {
    text: &'a str,
    table: &'static Table,
    at: usize,
    spaced: bool,
    key: String,
}

impl Reader<'_> {
    fn peek(&self, at: usize) -> Option<(char, Folded)> {
        #[cfg(test)]
        tests::PEEKS.set(tests::PEEKS.get() + 1);
        let first = *self.text.as_bytes().get(at)?;
        if first.is_ascii() {
            return Some((char::from(first), fold_ascii(first)));
        }
        let c = self.text.get(at..)?.chars().next()?;
        Some((c, fold(c)))
    }

    fn token(&mut self, kind: TokenKind, start: usize, end: usize) -> Token {
        self.at = end;
        let spaced = std::mem::replace(&mut self.spaced, false);
        // Texts are capped far below 4 GB before they come here; a longer one loses its tail, not its order.
        let small = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        Token { kind, start: small(start), end: small(end), spaced }
    }

    fn next(&mut self) -> Option<Token> {
        loop {
            let (c, folded) = self.peek(self.at)?;
            match folded {
                Folded::Space => {
                    self.spaced = true;
                    self.at += c.len_utf8();
                }
                Folded::Nothing => self.at += c.len_utf8(),
                Folded::Digit(_) => return Some(self.number()),
                Folded::Letter(_) => return Some(self.word()),
                Folded::Unspaced(first) => return Some(self.unspaced(first)),
                Folded::Punctuation(plain) => {
                    return Some(self.token(TokenKind::Punctuation(plain), self.at, self.at + c.len_utf8()));
                }
            }
        }
    }

    fn number(&mut self) -> Token {
        let (mut at, mut value, mut digits) = (self.at, 0_u64, 0_u8);
        while let Some((c, folded)) = self.peek(at) {
            match folded {
                Folded::Digit(digit) => {
                    digits = digits.saturating_add(1);
                    value = if digits > MAX_DIGITS { 0 } else { value * 10 + u64::from(digit) };
                }
                Folded::Nothing => {}
                _ => break,
            }
            at += c.len_utf8();
        }
        self.token(TokenKind::Number { value, digits }, self.at, at)
    }

    /// Appends the word at `at` to the key; returns the byte after it.
    fn read_word(&mut self, mut at: usize) -> usize {
        let mut after_ascii = false;
        loop {
            let ascii = self.read_ascii_letters(at);
            after_ascii |= ascii > at;
            at = ascii;
            let Some((c, folded)) = self.peek(at) else { break };
            // "PMకి": another script begins another word.
            if after_ascii && INDIC.contains(&c) {
                break;
            }
            after_ascii = c.is_ascii();
            match folded {
                Folded::Letter(letter) if self.key.len() < MAX_WORD_BYTES => self.key.push(letter),
                Folded::Letter(_) | Folded::Nothing => {}
                _ => break,
            }
            at += c.len_utf8();
        }
        at
    }

    /// Appends the plain letters at `at` to the key, which most words consist of; returns the byte after them.
    fn read_ascii_letters(&mut self, at: usize) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let room = MAX_WORD_BYTES.saturating_sub(self.key.len());
        self.key.extend(rest[..letters.min(room)].iter().map(|byte| char::from(byte.to_ascii_lowercase())));
        #[cfg(test)]
        tests::PEEKS.set(tests::PEEKS.get() + letters as u64);
        at + letters
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        self.key.clear();
        let mut end = self.read_word(start);
        let first_end = end;
        let first_len = self.key.len();
        let mut best = None;
        for _ in 0..MAX_PHRASE_WORDS {
            let Some(entry) = self.table.entry(&self.key) else { break };
            if entry.len > 0 {
                best = Some((entry, end));
            }
            if !entry.continues {
                break;
            }
            let Some(next) = self.next_word(end) else { break };
            self.key.push(' ');
            end = self.read_word(next);
        }
        if let Some((entry, end)) = best {
            return self.token(TokenKind::Word { start: entry.start, len: entry.len }, start, end);
        }
        let letters = self.key[..first_len].chars().count();
        self.token(TokenKind::Unknown(u16::try_from(letters).unwrap_or(u16::MAX)), start, first_end)
    }

    /// Where the next word of a phrase begins: only white space, dots, hyphens and apostrophes may part them.
    fn next_word(&self, mut at: usize) -> Option<usize> {
        for _ in 0..4 {
            let (c, folded) = self.peek(at)?;
            match folded {
                Folded::Letter(_) => return Some(at),
                Folded::Space | Folded::Nothing | Folded::Punctuation('.' | '\'' | '-' | '·') => at += c.len_utf8(),
                _ => return None,
            }
        }
        None
    }

    /// Longest match in a script without spaces; Han numerals become numbers.
    fn unspaced(&mut self, first: char) -> Token {
        let start = self.at;
        let longest = self.table.longest_from(first);
        let mut ends = [(0_usize, 0_usize); 24];
        let mut count = 0;
        self.key.clear();
        let mut at = start;
        while let Some((c, folded)) = self.peek(at) {
            match folded {
                Folded::Unspaced(letter) => self.key.push(letter),
                Folded::Nothing => {}
                Folded::Space | Folded::Punctuation('.') if count > 0 && longest > count => self.key.push(' '),
                _ => break,
            }
            at += c.len_utf8();
            if !matches!(folded, Folded::Nothing) {
                if count >= longest.min(ends.len()) {
                    break;
                }
                ends[count] = (self.key.len(), at);
                count += 1;
            }
        }
        for (key_end, end) in ends[..count].iter().rev() {
            let Some(key) = self.key.get(..*key_end) else { continue };
            if key.ends_with(' ') {
                continue;
            }
            if let Some(entry) = self.table.entry(key).filter(|entry| entry.len > 0) {
                return self.token(TokenKind::Word { start: entry.start, len: entry.len }, start, *end);
            }
        }
        self.han_number().unwrap_or_else(|| self.token(TokenKind::Unknown(1), start, start + first.len_utf8()))
    }

    /// 二〇二五, 二十一, 十: Han numerals by place or with tens and hundreds.
    fn han_number(&mut self) -> Option<Token> {
        let (mut at, mut digits) = (self.at, 0_u8);
        let (mut total, mut last, mut by_place) = (0_u64, 0_u64, true);
        while let Some((c, _)) = self.peek(at) {
            let Some(value) = han_value(c) else { break };
            match value {
                10 | 100 => {
                    by_place = false;
                    total += last.max(u64::from(last == 0)) * value;
                    last = 0;
                }
                _ => last = if by_place { last * 10 + value } else { value },
            }
            digits += 1;
            at += c.len_utf8();
            if digits > 8 {
                break;
            }
        }
        let value = total + last;
        let digits = if by_place { digits } else { 2 };
        (at > self.at).then(|| self.token(TokenKind::Number { value, digits }, self.at, at))
    }
}

fn han_value(c: char) -> Option<u64> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '百' => 100,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::tokenize;
    use std::cell::Cell;

    thread_local! {
        /// Characters looked at on this thread: what splitting costs, without a clock.
        pub(super) static PEEKS: Cell<u64> = const { Cell::new(0) };
    }

    #[test]
    fn twice_the_text_is_at_most_twice_the_work() {
        let work = |text: &str| {
            PEEKS.set(0);
            tokenize(text, &mut Vec::new());
            PEEKS.get()
        };
        for unit in [
            "a",
            "long",
            "in the ",
            "de la ",
            "1",
            "前",
            "วัน",
            "ນ ",
            "上个星期",
            "\u{300}",
            "a-",
            "il y a ",
            "十",
            "vor ",
        ] {
            let (once, twice) = (work(&unit.repeat(300)), work(&unit.repeat(600)));
            assert!(twice <= once * 2 + 64, "`{unit}`: {once}, then {twice}");
        }
        assert!(work(&"a b ".repeat(100_000)) < 40_000, "what is beyond the last token is not looked at");
    }
}
