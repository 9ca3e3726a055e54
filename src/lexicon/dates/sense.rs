//! What a word can say about a date.
//!
//! In: the short codes of the table's text form. Out: [`Sense`]. A word can have several: Spanish "mar" is March and
//! Tuesday; `dates` decides by place and language.

/// A span of time that dates count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Seconds; "now" is zero of them.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Two weeks.
    Fortnight,
    /// Months.
    Month,
    /// Quarters of a year.
    Quarter,
    /// Years.
    Year,
    /// Ten years.
    Decade,
    /// A hundred years.
    Century,
}

/// Which way a relative date counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Back from the capture.
    Past,
    /// Ahead of it.
    Future,
}

/// On which side of its number a direction word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// "vor 3 Tagen".
    Before,
    /// "3 days ago".
    After,
}

/// Calendars beside the Gregorian whose month names the table knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// Solar Hijri, Iran and Afghanistan.
    Persian,
    /// Lunar Hijri.
    Hijri,
}

/// What a label before a date says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// "Published".
    Published,
    /// "Updated".
    Updated,
}

/// One meaning of a word or phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sense {
    /// Month 1 to 12.
    Month(u8),
    /// A month of another calendar.
    CalendarMonth(Calendar, u8),
    /// Weekday 1 (Monday) to 7.
    Weekday(u8),
    /// A unit ("days"), also the mark after a number (年, Uhr).
    Unit(Unit),
    /// "ago", "vor", "in", "später".
    Toward(Direction, Side),
    /// A whole phrase: "yesterday" is (Day, -1), "now" (Second, 0).
    Relative(Unit, i8),
    /// "last Sunday" is (7, -1).
    RelativeWeekday(u8, i8),
    /// Unit and direction in one: "kuluttua", "days ago".
    UnitToward(Unit, Direction),
    /// "last" (-1), "this" (0), "next" (1): needs a unit, weekday or month beside it.
    Which(i8),
    /// True for the second half of the day.
    Meridiem(bool),
    /// Noon (12), midnight (0), "evening" (20): an hour said as a word.
    Clock(u8),
    /// A number word.
    Number(u16),
    /// Stands between the parts of a date and says nothing ("de", "of", "den").
    Filler,
    /// Announces a clock time ("um", "klo", "à").
    At,
    /// Suffix of a number ("st", "er").
    Ordinal,
    /// Era: years count up (`true`, "AD") or down.
    Era(bool),
    /// An era that counts from `year + 1` ("Reiwa", 民國).
    EraStart(i16),
    /// Buddhist era.
    Buddhist,
    /// Zone abbreviation: minutes east of UTC.
    Zone(i16),
    /// A name for winter and summer time alike ("ET"): minutes east of UTC in winter.
    SeasonalZone(i16),
    /// "Published", "Updated".
    Label(Label),
    /// Quarter 1 to 4.
    Quarter(u8),
    /// About ("about", "etwa").
    About,
    /// Parts of a list that add up ("and", "и").
    And,
    /// Half (of a unit).
    Half,
    /// Veto: what a number counts if it is no time ("comments", "km").
    Counted,
}

impl Unit {
    const CODES: [(char, Self); 11] = [
        ('s', Self::Second),
        ('n', Self::Minute),
        ('h', Self::Hour),
        ('d', Self::Day),
        ('w', Self::Week),
        ('f', Self::Fortnight),
        ('m', Self::Month),
        ('q', Self::Quarter),
        ('y', Self::Year),
        ('e', Self::Decade),
        ('c', Self::Century),
    ];

    /// The letter in the table's text form.
    #[must_use]
    pub fn code(self) -> char {
        Self::CODES.iter().find(|(_, unit)| *unit == self).map_or('?', |(code, _)| *code)
    }

    /// Reads the letter of the text form.
    #[must_use]
    pub fn of(code: char) -> Option<Self> {
        Self::CODES.iter().find(|(c, _)| *c == code).map(|(_, unit)| *unit)
    }
}

impl Sense {
    /// Reads one code of the table's text form; `None` when it is none.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let mut chars = code.chars();
        let kind = chars.next()?;
        let rest = chars.as_str();
        let unit = || Unit::of(rest.chars().next()?);
        let after_unit = || rest.get(1..);
        Some(match kind {
            'M' => Self::Month(rest.parse().ok()?),
            'J' => Self::CalendarMonth(Calendar::Persian, rest.parse().ok()?),
            'H' => Self::CalendarMonth(Calendar::Hijri, rest.parse().ok()?),
            'W' => Self::Weekday(rest.parse().ok()?),
            'U' => Self::Unit(unit()?),
            'P' => Self::Toward(Direction::Past, if rest == "<" { Side::Before } else { Side::After }),
            'F' => Self::Toward(Direction::Future, if rest == "<" { Side::Before } else { Side::After }),
            'R' => Self::Relative(unit()?, after_unit()?.parse().ok()?),
            'V' => Self::RelativeWeekday(rest.get(..1)?.parse().ok()?, after_unit()?.parse().ok()?),
            'B' => Self::UnitToward(unit()?, if after_unit()? == "P" { Direction::Past } else { Direction::Future }),
            'K' => Self::Which(rest.parse().ok()?),
            'A' => Self::Meridiem(rest == "p"),
            'C' => Self::Clock(rest.parse().ok()?),
            'N' => Self::Number(rest.parse().ok()?),
            'X' => Self::Filler,
            'T' => Self::At,
            'O' => Self::Ordinal,
            'E' => Self::Era(rest == "+"),
            'S' => Self::EraStart(rest.parse().ok()?),
            'D' => Self::Buddhist,
            'Z' => Self::Zone(rest.parse().ok()?),
            'z' => Self::SeasonalZone(rest.parse().ok()?),
            'L' => Self::Label(if rest == "u" { Label::Updated } else { Label::Published }),
            'Q' => Self::Quarter(rest.parse().ok()?),
            'a' => Self::About,
            '&' => Self::And,
            'h' => Self::Half,
            '#' => Self::Counted,
            _ => return None,
        })
    }
}
