//! Dates of other calendars, converted with `icu_calendar`.
//!
//! In: year, month and day of a calendar. Out: the Gregorian day. Buddhist, Chinese Republic and Japanese years differ
//! from Gregorian ones by a constant and are converted where years are read.

use crate::lexicon::dates::Calendar;
use icu_calendar::cal::hijri::UmmAlQura;
use icu_calendar::cal::{Hijri, Persian};
use icu_calendar::types::Month;
use jiff::civil::Date;

/// The Gregorian day; `None` when the calendar has no such day.
pub(super) fn to_gregorian(calendar: Calendar, year: i32, month: u8, day: u8) -> Option<Date> {
    match calendar {
        Calendar::Persian => {
            let date = icu_calendar::Date::try_new(year.into(), Month::new(month), day, Persian).ok()?;
            civil(date.to_calendar(icu_calendar::Iso))
        }
        Calendar::Hijri => {
            let date =
                icu_calendar::Date::try_new(year.into(), Month::new(month), day, Hijri::<UmmAlQura>::new_umm_al_qura())
                    .ok()?;
            civil(date.to_calendar(icu_calendar::Iso))
        }
    }
}

fn civil(iso: icu_calendar::Date<icu_calendar::Iso>) -> Option<Date> {
    let year = i16::try_from(iso.year().extended_year()).ok()?;
    let narrow = |part: u8| i8::try_from(part).ok();
    Date::new(year, narrow(iso.month().ordinal)?, narrow(iso.day_of_month().0)?).ok()
}

/// The year of a Gregorian day in the calendar.
pub(super) fn year_of(calendar: Calendar, date: Date) -> Option<i32> {
    let iso =
        icu_calendar::Date::try_new_iso(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
            .ok()?;
    Some(match calendar {
        Calendar::Persian => iso.to_calendar(Persian).year().extended_year(),
        Calendar::Hijri => iso.to_calendar(Hijri::<UmmAlQura>::new_umm_al_qura()).year().extended_year(),
    })
}
