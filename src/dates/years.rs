//! Missing years by the order of the list.
//!
//! In: the readings of a listing, each with the latest possible year. Out: years that step back down the page, across
//! New Year as often as the list does. A weekday or a stated year is not touched; it anchors what follows.

use super::read::DateContext;
use super::resolve::Stated;
use crate::model::Precision;
use jiff::civil::Date;

/// A date this much later than the one above it is of the year before; less is a list that is not quite in order.
const WRAP_DAYS: i32 = 14;
/// Of neighbors that differ, this share (in percent) must run newest first.
const NEWEST_FIRST_PERCENT: usize = 70;
/// Years that one list reaches back.
const MAX_YEARS: i16 = 40;

/// Steps years back where the list runs newest first.
pub(super) fn step_back(stated: &mut [Option<Stated>], context: &DateContext<'_>) {
    let yearless = stated.iter().flatten().filter(|stated| is_yearless(stated)).count();
    if context.future || yearless < 2 || !falls_by_month(stated) {
        return;
    }
    let mut above: Option<Date> = None;
    let mut first = true;
    for stated in stated.iter_mut().flatten() {
        let settled = &mut stated.found.settled;
        if settled.value.precision < Precision::Day || settled.relative {
            continue;
        }
        let date = settled.value.at.date();
        let is_open = !settled.year_stated && settled.weekday.is_none();
        let stepped = above.filter(|_| is_open).and_then(|above| not_after(date, above));
        if let Some(stepped) = stepped {
            settled.value.at = stepped.to_datetime(settled.value.at.time());
        }
        // The first may be pinned: what follows it can be newer.
        let date = settled.value.at.date();
        above = if first && is_open { None } else { Some(date) };
        if first {
            above = Some(date);
            first = false;
        }
    }
}

fn is_yearless(stated: &Stated) -> bool {
    let settled = &stated.found.settled;
    !settled.year_stated && !settled.relative && settled.value.precision >= Precision::Day
}

/// The same day in the latest year that is not after `above`; `None` when it need not move.
fn not_after(date: Date, above: Date) -> Option<Date> {
    let limit = above.checked_add(jiff::Span::new().days(i64::from(WRAP_DAYS))).ok()?;
    if date <= limit {
        return None;
    }
    (1..=MAX_YEARS)
        .filter_map(|back| Date::new(date.year() - back, date.month(), date.day()).ok())
        .find(|date| *date <= limit)
}

/// True when the days and months run down the page, whatever their years: at most one rise for each New Year.
fn falls_by_month(stated: &[Option<Stated>]) -> bool {
    let days: Vec<i16> = stated
        .iter()
        .flatten()
        .filter(|stated| is_yearless(stated))
        .map(|stated| stated.found.settled.value.at.date().day_of_year())
        .collect();
    // A pinned teaser stands first and says nothing about the order.
    let days = if days.len() > 3 && days[0] < days[1] { &days[1..] } else { &days[..] };
    let falls = days.windows(2).filter(|pair| pair[1] < pair[0]).count();
    let rises = days.windows(2).filter(|pair| pair[1] > pair[0] && pair[1] - pair[0] < 183).count();
    falls * 100 >= (falls + rises) * NEWEST_FIRST_PERCENT
}

/// True unless the dated teasers show another order: then neighbors bound each other.
pub(super) fn runs_newest_first(stated: &[Option<Stated>]) -> bool {
    let dates: Vec<_> = stated
        .iter()
        .flatten()
        .filter(|stated| stated.found.settled.value.precision >= Precision::Day)
        .map(|stated| stated.found.settled.value.at.date())
        .collect();
    let falls = dates.windows(2).filter(|pair| pair[1] < pair[0]).count();
    let rises = dates.windows(2).filter(|pair| pair[1] > pair[0]).count();
    rises == 0 || falls * 100 >= (falls + rises) * 95
}
