//! Date words of all languages: one table, one tokenizer, one cheap "does this look like a date?".
//!
//! In: text. Out: tokens whose words carry their date senses and the languages they belong to. Does not decide
//! what date is meant: that is `dates`. The words come from Unicode CLDR (`generated.txt`, written by
//! `tools/date_words.rs`) and from `supplement.txt`, kept by hand for inflected and colloquial forms.

pub mod fold;
mod keys;
mod looks;
mod number_words;
mod sense;
mod set;
mod table;
mod token;

pub use keys::{BUCKETS, KEYS_MARK, bucket_of};
pub use looks::{MAX_DATE_CHARS, is_hour_word, is_month_or_weekday, looks_like_date, names_a_day, words_beside_date};
pub use number_words::may_state_number;
pub use sense::{Calendar, Direction, Label, Sense, Side, Unit};
pub use set::{LanguageSet, Votes};
pub use table::{FIRST_UNSPACED, Table, WordSense, table};
pub use token::{MAX_TOKENS, Token, TokenKind, tokenize};
