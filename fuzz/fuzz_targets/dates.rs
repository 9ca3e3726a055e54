//! Any text, in any context, gives a date or none: no panic, and a span that lies in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tearsheet::dates::{DateContext, Kind, read};
use tearsheet::model::FieldOrder;

const LANGUAGES: [Option<&str>; 8] =
    [None, Some("en"), Some("de"), Some("zh"), Some("ar"), Some("fa"), Some("th"), Some("xx-made-up")];
const ORDERS: [Option<FieldOrder>; 4] =
    [None, Some(FieldOrder::DayMonthYear), Some(FieldOrder::MonthDayYear), Some(FieldOrder::YearDayMonth)];

fuzz_target!(|input: (&str, i64, u8, bool, bool)| {
    let (text, second, choice, url, future) = input;
    let Ok(captured_at) = jiff::Timestamp::from_second(second) else { return };
    let context = DateContext {
        language: LANGUAGES[usize::from(choice % 8)],
        order: ORDERS[usize::from(choice / 8 % 4)],
        future,
        kind: if url { Kind::Url } else { Kind::Text },
        ..DateContext::captured(captured_at)
    };
    if let Some(found) = read(text, &context) {
        assert!(text.get(found.span.0..found.span.1).is_some());
    }
});
