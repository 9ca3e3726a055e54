//! Does this short text look like the place where a date stands?
//!
//! In: text of one element or line. Out: yes or no, cheaply and without a language. Does not read the date: `dates`
//! does, and it may still find none.

use super::fold::{Folded, fold};
use super::keys::mixed;
use super::sense::{Sense, Unit};
use super::table::table;
use super::token::{Token, TokenKind, tokenize, tokenize_while};
use std::cell::{Cell, OnceCell, RefCell};

/// A date line is short; longer texts talk about dates, they are none.
pub const MAX_DATE_CHARS: usize = 120;
/// Words that are no date words a date line may hold ("Published by the editor on …").
const MAX_OTHER_WORDS: usize = 6;

/// True when `text` reads like a date slot: "9 Oct 2025", "3 hours ago", "Gestern, 14:30", "2025-10-09", "10月9日".
#[must_use]
pub fn looks_like_date(text: &str) -> bool {
    words_beside_date(text).is_some()
}

/// How many words of three letters and more stand beside the date in a date slot; `None` for a text that is no date
/// slot (see [`looks_like_date`]).
#[must_use]
pub fn words_beside_date(text: &str) -> Option<usize> {
    if !is_short(text) {
        return None;
    }
    remembered(text, |answers| &answers.words_beside, count_words_beside)
}

fn count_words_beside(text: &str) -> Option<usize> {
    // Without a number only a text of date words alone is a date.
    let most = if may_hold_number(text) { MAX_OTHER_WORDS } else { 0 };
    let mut others = 0;
    let goes_on = |token: &Token| {
        others += usize::from(matches!(token.kind, TokenKind::Unknown(letters) if letters > 2));
        others <= most
    };
    let signs = with_tokens(|tokens| {
        tokenize_while(text, tokens, goes_on);
        Signs::of(tokens)
    });
    (others <= most && signs.others <= MAX_OTHER_WORDS && signs.is_date()).then_some(others)
}

fn is_short(text: &str) -> bool {
    text.len() <= MAX_DATE_CHARS || text.chars().take(MAX_DATE_CHARS + 1).count() <= MAX_DATE_CHARS
}

/// True when `text` reads like a date that names a day of a month: no weekday alone, no hour, no month of a year.
#[must_use]
pub fn names_a_day(text: &str) -> bool {
    is_short(text) && may_hold_number(text) && remembered(text, |answers| &answers.names_a_day, find_day)
}

fn find_day(text: &str) -> bool {
    let signs = with_tokens(|tokens| {
        tokenize(text, tokens);
        Signs::of(tokens)
    });
    signs.triples > 0 || signs.months > 0 && signs.numbers > 0 || signs.units > 1 && signs.numbers > 1
}

/// What was answered about a text.
#[derive(Default)]
struct Answers {
    text: String,
    words_beside: OnceCell<Option<usize>>,
    names_a_day: OnceCell<bool>,
}

/// Texts whose answers a thread remembers: more than most pages have short ones, some 150 KB.
const REMEMBERED: usize = 1024;
/// Longer texts are not remembered.
const MAX_REMEMBERED_BYTES: usize = 96;

thread_local! {
    /// By hash of the text, the newest of those with the same place.
    static ANSWERS: RefCell<Vec<Answers>> = const { RefCell::new(Vec::new()) };
    static TOKENS: Cell<Vec<Token>> = const { Cell::new(Vec::new()) };
}

/// The answer to a question about a text, looked up where it was asked before: every text of a page is asked several
/// times, and the pages of a site say the same in their menus, labels and dates.
fn remembered<T: Copy>(text: &str, slot: fn(&Answers) -> &OnceCell<T>, answer: fn(&str) -> T) -> T {
    if text.len() > MAX_REMEMBERED_BYTES {
        return answer(text);
    }
    ANSWERS.with_borrow_mut(|all| {
        all.resize_with(REMEMBERED, Answers::default);
        let place = mixed(text.as_bytes()) >> (u64::BITS - REMEMBERED.trailing_zeros());
        let answers = &mut all[usize::try_from(place).unwrap_or(0)];
        if answers.text != text {
            let mut room = std::mem::take(answers).text;
            room.clear();
            room.push_str(text);
            answers.text = room;
        }
        *slot(answers).get_or_init(|| answer(text))
    })
}

/// Lends the thread's room for tokens, empty.
fn with_tokens<T>(read: impl FnOnce(&mut Vec<Token>) -> T) -> T {
    let mut tokens = TOKENS.take();
    tokens.clear();
    let read = read(&mut tokens);
    TOKENS.set(tokens);
    read
}

/// True for the name of a month or of a weekday alone, as a calendar sheet shows it.
#[must_use]
pub fn is_month_or_weekday(text: &str) -> bool {
    if text.len() > MAX_NAME_BYTES {
        return false;
    }
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    let word = |token: &&Token| !matches!(token.kind, TokenKind::Punctuation(_));
    let signs = Signs::of(&tokens);
    tokens.iter().filter(word).count() == 1 && signs.months + signs.weekdays > 0
}

/// True for a word that tells the half of the day or stands behind an hour: "pm", "a.m.", "Uhr", and the sign "h". Another
/// lone letter is an article, an initial or the "v." between two parties.
#[must_use]
pub fn is_hour_word(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.chars().count() < 2 {
        return bare.eq_ignore_ascii_case("h");
    }
    let mut tokens = Vec::new();
    tokenize(bare, &mut tokens);
    let [Token { kind: TokenKind::Word { start, len }, .. }] = tokens[..] else { return false };
    let tells = |sense: Sense| matches!(sense, Sense::Meridiem(_) | Sense::Unit(Unit::Hour));
    table().senses(start, len).iter().any(|s| tells(s.sense) && table().languages(s.set).has_news())
}

/// Names of months and weekdays are at most this long.
const MAX_NAME_BYTES: usize = 48;

/// True when a number may stand in the text: a digit of any script, or a character of a script that writes numbers
/// between words without spaces.
fn may_hold_number(text: &str) -> bool {
    let is_number = |c: char| !c.is_ascii() && matches!(fold(c), Folded::Digit(_) | Folded::Unspaced(_));
    text.bytes().any(|byte| byte.is_ascii_digit()) || !text.is_ascii() && text.chars().any(is_number)
}

#[derive(Default)]
struct Signs {
    months: usize,
    weekdays: usize,
    relative: usize,
    units: usize,
    toward: usize,
    numbers: usize,
    years: usize,
    clocks: usize,
    triples: usize,
    others: usize,
}

impl Signs {
    fn of(tokens: &[Token]) -> Self {
        let mut signs = Self::default();
        for (index, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Number { value, digits } => signs.number(tokens, index, value, digits),
                TokenKind::Word { start, len } => signs.word(start, len),
                TokenKind::Unknown(letters) => signs.others += usize::from(letters > 2),
                TokenKind::Punctuation(_) => {}
            }
        }
        signs
    }

    fn number(&mut self, tokens: &[Token], index: usize, value: u64, digits: u8) {
        self.numbers += usize::from(digits <= 2 && (1..=31).contains(&value));
        self.years += usize::from(digits == 4 && (1900..=2100).contains(&value));
        let mark = |offset: usize| match tokens.get(index + offset).map(|t| t.kind) {
            Some(TokenKind::Punctuation(c)) => c,
            _ => ' ',
        };
        let number = |offset: usize| match tokens.get(index + offset).map(|t| t.kind) {
            Some(TokenKind::Number { value, digits }) if digits <= 4 => Some(value),
            _ => None,
        };
        self.clocks += usize::from(value < 24 && mark(1) == ':' && number(2).is_some_and(|minute| minute < 60));
        let separated = matches!(mark(1), '/' | '.' | '-') && mark(1) == mark(3);
        let possible = |a: u64, b: u64| (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12);
        if let (true, Some(second), Some(third)) = (separated, number(2), number(4)) {
            let year_last = possible(value, second) && !(100..=1900).contains(&third);
            let year_first = digits == 4 && (1900..=2100).contains(&value) && possible(second, third);
            self.triples += usize::from(year_last || year_first);
        }
        let compact =
            digits == 8 && (1900..=2100).contains(&(value / 10_000)) && possible(value / 100 % 100, value % 100);
        self.triples += usize::from(compact);
    }

    fn word(&mut self, start: u32, len: u16) {
        let mut known = false;
        // A word counts once for each kind of sense: "mar" is March here and a weekday there.
        let mut said = [false; 5];
        for sense in table().senses(start, len) {
            // Short words mean a weekday in one language or another; a small language alone is no sign.
            if !table().languages(sense.set).has_news() {
                continue;
            }
            known = true;
            match sense.sense {
                Sense::Month(_) | Sense::CalendarMonth(..) => said[0] = true,
                Sense::Weekday(_) => said[1] = true,
                Sense::Relative(..) | Sense::RelativeWeekday(..) => said[2] = true,
                Sense::Unit(_) => said[3] = true,
                Sense::UnitToward(..) => (said[3], said[4]) = (true, true),
                Sense::Toward(..) => said[4] = true,
                _ => {}
            }
        }
        let [month, weekday, relative, unit, toward] = said.map(usize::from);
        self.months += month;
        self.weekdays += weekday;
        self.relative += relative;
        self.units += unit;
        self.toward += toward;
        self.others += usize::from(!known);
    }

    fn is_date(&self) -> bool {
        let absolute = self.months > 0 && (self.numbers > 0 || self.years > 0);
        // 2025年10月9日, 3 giờ trước, "vor 3 Tagen", "2 Std."
        let counted = self.units > 0 && (self.numbers > 0 || self.years > 0) && self.others <= 1;
        let alone =
            self.others == 0 && (self.relative > 0 || self.weekdays > 0 && (self.clocks > 0 || self.numbers > 0));
        let clock = self.clocks > 0 && self.others == 0;
        self.triples > 0 || absolute || counted || alone || clock
    }
}

#[cfg(test)]
mod tests {
    use super::{
        REMEMBERED, count_words_beside, find_day, is_hour_word, is_month_or_weekday, looks_like_date, names_a_day,
        words_beside_date,
    };

    #[test]
    fn days() {
        for text in ["9 Oct 2025", "October 9", "2025-10-09", "Friday, November 1, 2019 at 6:00 PM", "2025年10月9日"]
        {
            assert!(names_a_day(text), "{text}");
        }
        for text in ["Monday", "9:00–17:00", "October 2025", "2025", "yesterday", "Room 12"] {
            assert!(!names_a_day(text), "{text}");
        }
    }

    #[test]
    fn names_of_months_and_weekdays() {
        for text in ["MARCH", "Friday", "Feb.", "März", "dimanche", "październik"] {
            assert!(is_month_or_weekday(text), "{text}");
        }
        for text in ["March 2021", "Friday night", "News", "yesterday", "12", ""] {
            assert!(!is_month_or_weekday(text), "{text}");
        }
    }

    #[test]
    fn words_of_hours() {
        for text in ["am", "PM", "p.m.", "a.m", "h", "hrs", "Uhr", "(Uhr)"] {
            assert!(is_hour_word(text), "{text}");
        }
        for text in ["a", "A", "v.", "in", "In", "Board", "of", "Mai", "12", "", "-"] {
            assert!(!is_hour_word(text), "{text}");
        }
    }

    #[test]
    fn remembered_answers_are_those_of_the_text() {
        // More texts than are remembered, in two turns: each place of the memory holds one text after the other.
        let texts: Vec<String> = (0..3 * REMEMBERED)
            .map(|n| match n % 3 {
                0 => format!("{} May 20{:02}", n % 28 + 1, n % 99),
                1 => format!("Room {n}"),
                _ => format!("{n} hours ago"),
            })
            .collect();
        for text in texts.iter().chain(&texts) {
            assert_eq!(words_beside_date(text), count_words_beside(text), "{text}");
            assert_eq!(names_a_day(text), find_day(text), "{text}");
        }
    }

    #[test]
    fn date_slots() {
        for text in [
            "9 Oct 2025",
            "October 9",
            "Oct. 9, 2025, 2:30 p.m.",
            "3 hours ago",
            "vor 5 Min.",
            "gestern",
            "2025-10-09",
            "09.10.2025",
            "Published: 10/9/25",
            "2025年10月9日",
            "昨天",
            "hace 2 días",
            "il y a 3 heures",
            "Сегодня, 14:30",
            "20251009",
            "Mar 27, 2018 Anna Blume, Bruno Rocha 2 minutos",
        ] {
            assert!(looks_like_date(text), "{text}");
        }
    }

    #[test]
    fn other_slots() {
        for text in [
            "",
            "12 comments",
            "Page 3",
            "€ 12.50",
            "Read more",
            "+49 30 85 40 44 50",
            "Council approves the budget for the new bridge",
            "99%",
        ] {
            assert!(!looks_like_date(text), "{text}");
        }
    }
}
