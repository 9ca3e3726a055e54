//! A civil date with its precision, and its text form.
//!
//! In: parts that are known to be valid. Out: ISO 8601 cut at the precision, an offset only where it is known.

use crate::model::Precision;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// A point in time as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    /// Parts below `precision` are their first value.
    pub(super) at: DateTime,
    pub(super) precision: Precision,
    /// Only where it is known.
    pub(super) offset: Option<Offset>,
}

impl Value {
    pub(super) fn day(date: Date) -> Self {
        Self { at: date.to_datetime(Time::midnight()), precision: Precision::Day, offset: None }
    }

    /// ISO 8601 cut at the precision.
    pub(super) fn to_iso(self) -> String {
        let mut out = String::with_capacity(25);
        let date = self.at.date();
        push_year(&mut out, date.year());
        if self.precision == Precision::Year {
            return out;
        }
        push_two(&mut out, '-', date.month());
        if matches!(self.precision, Precision::Month | Precision::Quarter) {
            return out;
        }
        push_two(&mut out, '-', date.day());
        if self.precision <= Precision::Day {
            return out;
        }
        push_two(&mut out, 'T', self.at.hour());
        push_two(&mut out, ':', if self.precision == Precision::Hour { 0 } else { self.at.minute() });
        if self.precision == Precision::Second {
            push_two(&mut out, ':', self.at.second());
        }
        if let Some(offset) = self.offset {
            push_offset(&mut out, offset);
        }
        out
    }

    /// First second and last second that the value allows, as wall clock.
    pub(super) fn bounds(self) -> (DateTime, DateTime) {
        let date = self.at.date();
        let first = match self.precision {
            Precision::Year => Date::new(date.year(), 1, 1).unwrap_or(date).to_datetime(Time::midnight()),
            Precision::Month | Precision::Quarter => date.first_of_month().to_datetime(Time::midnight()),
            Precision::Week | Precision::Day => date.to_datetime(Time::midnight()),
            _ => self.at,
        };
        let span = match self.precision {
            Precision::Second => return (first, first),
            Precision::Year => jiff::Span::new().years(1),
            Precision::Quarter => jiff::Span::new().months(3),
            Precision::Month => jiff::Span::new().months(1),
            Precision::Week => jiff::Span::new().days(7),
            Precision::Day => jiff::Span::new().days(1),
            Precision::Hour => jiff::Span::new().hours(1),
            Precision::Minute => jiff::Span::new().minutes(1),
        };
        let last =
            first.checked_add(span).and_then(|end| end.checked_sub(jiff::Span::new().seconds(1))).unwrap_or(first);
        (first, last)
    }
}

/// An offset as ISO 8601 writes it.
pub(super) fn offset_text(offset: Offset) -> String {
    let mut out = String::with_capacity(6);
    push_offset(&mut out, offset);
    out
}

fn push_year(out: &mut String, year: i16) {
    if year < 0 {
        out.push('-');
    }
    let year = year.unsigned_abs();
    for divisor in [1000, 100, 10, 1] {
        out.push(char::from(b'0' + u8::try_from(year / divisor % 10).unwrap_or(0)));
    }
}

fn push_two(out: &mut String, before: char, value: i8) {
    let value = value.unsigned_abs();
    out.push(before);
    out.push(char::from(b'0' + value / 10 % 10));
    out.push(char::from(b'0' + value % 10));
}

fn push_offset(out: &mut String, offset: Offset) {
    let minutes = offset.seconds() / 60;
    if minutes == 0 {
        out.push('Z');
        return;
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    let two = |value: i32| i8::try_from(value).unwrap_or(0);
    push_two(out, sign, two(minutes.abs() / 60));
    push_two(out, ':', two(minutes.abs() % 60));
}
