//! Days, instants and the offset between them. No clock and no time zone database: callers bring both.

use std::fmt;

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01, negative before.
    days: i32,
}

impl Date {
    /// The day `year-month-day`, or `None` where the calendar has no such day. Years 1 to 9999.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 {
            return None;
        }
        let date = Self::from_parts(year, month, day);
        (date.parts() == (year, month, day)).then_some(date)
    }

    /// The day that many days after 1970-01-01.
    pub fn from_days(days: i32) -> Self {
        Self { days }
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.days
    }

    // Days and civil dates: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
    // https://howardhinnant.github.io/date_algorithms.html, `days_from_civil` and `civil_from_days`.
    fn from_parts(year: i32, month: u32, day: u32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = ((month + 9) % 12) as i32;
        let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self { days: era * 146_097 + day_of_era - 719_468 }
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn parts(self) -> (i32, u32, u32) {
        let days = self.days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        (year_of_era + era * 400 + i32::from(month <= 2), month as u32, day as u32)
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        Self::new(number(&bytes[..4])?, number(&bytes[5..7])? as u32, number(&bytes[8..])? as u32)
    }

    /// The day that many days later (earlier if negative).
    pub fn plus(self, days: i32) -> Self {
        Self { days: self.days.saturating_add(days) }
    }

    /// Days since Monday: 0 for Monday to 6 for Sunday (ISO 8601's week).
    pub fn weekday(self) -> i32 {
        // 1970-01-01 was a Thursday.
        (self.days + 3).rem_euclid(7)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// An instant, with the wall clock it was said in.
///
/// The instant decides what is over; the wall clock decides on which day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub instant: i64,
    /// Seconds that the wall clock is ahead of UTC; a multiple of 60.
    pub offset: i32,
}

impl Moment {
    /// The day on the wall clock.
    pub fn date(self) -> Date {
        Date { days: (self.instant + i64::from(self.offset)).div_euclid(86_400) as i32 }
    }

    /// Reads RFC 3339 (`2026-11-24T17:00:00+01:00`, also with a space for the `T` and without seconds).
    /// A text without an offset is no instant: see [`LocalTime`].
    pub fn parse(text: &str) -> Option<Self> {
        let (local, offset) = LocalTime::split(text)?;
        Some(local.at(offset?))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = (self.instant + i64::from(self.offset)).rem_euclid(86_400);
        write!(f, "{}T{:02}:{:02}:{:02}", self.date(), second / 3600, second / 60 % 60, second % 60)?;
        if self.offset == 0 {
            return f.write_str("Z");
        }
        let (sign, minutes) =
            if self.offset < 0 { ('-', -self.offset / 60) } else { ('+', self.offset / 60) };
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// A wall clock's day and time, not yet an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// The day.
    pub date: Date,
    /// Seconds since midnight, 0 to 86,399.
    pub second: i32,
}

impl LocalTime {
    /// The instant, for a wall clock that many seconds ahead of UTC.
    pub fn at(self, offset: i32) -> Moment {
        Moment {
            instant: i64::from(self.date.days) * 86_400 + i64::from(self.second) - i64::from(offset),
            offset,
        }
    }

    /// What the wall clock of a moment shows.
    pub fn of(moment: Moment) -> Self {
        let second = (moment.instant + i64::from(moment.offset)).rem_euclid(86_400) as i32;
        Self { date: moment.date(), second }
    }

    /// Reads `YYYY-MM-DD`, a `T` or space, `HH:MM`, optional seconds and fraction, and an optional
    /// offset (`Z`, `+01:00`, `+0100`, `+01`), which comes back in seconds.
    pub fn split(text: &str) -> Option<(Self, Option<i32>)> {
        let date = Date::parse(text.get(..10)?)?;
        let time = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
        let end = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
        let (clock, zone) = time.split_at(end);
        let mut fields = clock.trim_end().split(':');
        let hour = number(fields.next()?.as_bytes())?;
        let minute = number(fields.next()?.as_bytes())?;
        let second = match fields.next() {
            Some(second) => number(second.split('.').next()?.as_bytes())?,
            None => 0,
        };
        if hour > 23 || minute > 59 || second > 60 || fields.next().is_some() {
            return None;
        }
        // A leap second is read as the second before it.
        let local = Self { date, second: hour * 3600 + minute * 60 + second.min(59) };
        let offset = match zone.as_bytes() {
            [] => None,
            [b'Z' | b'z'] => Some(0),
            [sign, digits @ ..] => {
                let digits: Vec<u8> = digits.iter().copied().filter(|b| *b != b':').collect();
                let (hours, minutes) = match digits.len() {
                    2 => (number(&digits)?, 0),
                    4 => (number(&digits[..2])?, number(&digits[2..])?),
                    _ => return None,
                };
                if hours > 18 || minutes > 59 {
                    return None;
                }
                let seconds = hours * 3600 + minutes * 60;
                Some(if *sign == b'-' { -seconds } else { seconds })
            }
        };
        Some((local, offset))
    }
}

/// What knows the world's time zones: the browser's `Intl`, or a server's tz database.
pub trait Zones {
    /// Seconds that wall clocks of `zone` (an IANA name such as `Europe/Paris`) were ahead of UTC at
    /// that local time, or `None` for an unknown zone. In the hour that a clock skips or repeats, either is right.
    fn offset(&self, zone: &str, local: LocalTime) -> Option<i32>;
}

/// Knows no zone: local times without an offset are taken as UTC.
pub struct NoZones;

impl Zones for NoZones {
    fn offset(&self, _: &str, _: LocalTime) -> Option<i32> {
        None
    }
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl DateRange {
    /// What is left of the week (Monday to Sunday) that `today` is in.
    pub fn this_week(today: Date) -> Self {
        Self { first: today, last: today.plus(6 - today.weekday()) }
    }

    /// Saturday and Sunday of the week that `today` is in; on a Sunday, that Sunday.
    pub fn this_weekend(today: Date) -> Self {
        let sunday = today.plus(6 - today.weekday());
        Self { first: sunday.plus(-1).max(today), last: sunday }
    }

    /// What is left of the month that `today` is in.
    pub fn this_month(today: Date) -> Self {
        let (year, month, _) = today.parts();
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Self { first: today, last: Date::from_parts(year, month, 1).plus(-1) }
    }

    /// Whether the two share a day.
    pub fn meets(self, first: Date, last: Date) -> bool {
        first <= self.last && last >= self.first
    }
}

/// A number written in at most nine ASCII digits and nothing else.
fn number(digits: &[u8]) -> Option<i32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in
            ["2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "2026-1-01", "+026-01-01"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(date("2024-02-29").plus(1), date("2024-03-01"));
    }

    #[test]
    fn the_wall_clock_decides_the_day_and_the_instant_decides_the_order() {
        let reunion = Moment::parse("2026-11-23T00:30:00+04:00").unwrap();
        let paris = Moment::parse("2026-11-22T21:30:00+01:00").unwrap();
        assert_eq!(reunion.instant, paris.instant);
        assert_eq!((reunion.date(), paris.date()), (date("2026-11-23"), date("2026-11-22")));
    }

    #[test]
    fn moments_are_read_in_the_shapes_people_write() {
        let expected = Moment::parse("2026-11-24T17:00:00+01:00").unwrap();
        for text in [
            "2026-11-24T16:00Z",
            "2026-11-24 17:00:00+0100",
            "2026-11-24T17:00:00.000+01",
            "2026-11-24t16:00:00z",
        ] {
            assert_eq!(Moment::parse(text).map(|m| m.instant), Some(expected.instant), "{text}");
        }
        for text in [
            "2026-11-24",
            "2026-11-24T25:00Z",
            "2026-11-24T17:00",
            "2026-11-24T17:00+1",
            "2026-11-24T17:00:00:00Z",
            "é",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_week_ends_on_sunday_and_a_weekend_begins_on_saturday() {
        let (wednesday, sunday) = (date("2026-11-25"), date("2026-11-29"));
        assert_eq!(DateRange::this_week(wednesday), DateRange { first: wednesday, last: sunday });
        assert_eq!(DateRange::this_weekend(wednesday), DateRange { first: date("2026-11-28"), last: sunday });
        assert_eq!(DateRange::this_weekend(sunday), DateRange { first: sunday, last: sunday });
        assert_eq!(DateRange::this_month(date("2026-12-05")).last, date("2026-12-31"));
        assert_eq!(DateRange::this_month(date("2028-02-29")).last, date("2028-02-29"));
    }

    proptest! {
        #[test]
        fn days_and_dates_are_the_same_thing(days in -719_000..2_900_000_i32) {
            let day = Date::from_days(days);
            let (year, month, day_of_month) = day.parts();
            prop_assert_eq!(Date::new(year, month, day_of_month), Some(day));
            prop_assert_eq!(Date::parse(&day.to_string()), Some(day));
            prop_assert_eq!((day.weekday() + 1) % 7, day.plus(1).weekday());
        }

        #[test]
        fn writing_and_reading_a_moment_is_the_identity(
            instant in -62_000_000_000..250_000_000_000_i64, minutes in -720..=840_i32,
        ) {
            let moment = Moment { instant, offset: minutes * 60 };
            prop_assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = (Date::parse(&text), Moment::parse(&text), LocalTime::split(&text));
        }

        #[test]
        fn a_wall_clock_and_its_offset_are_the_moment(instant in 0..4_000_000_000_i64, minutes in -720..=840_i32) {
            let moment = Moment { instant, offset: minutes * 60 };
            prop_assert_eq!(LocalTime::of(moment).at(moment.offset), moment);
        }

        #[test]
        fn the_weekend_is_within_the_week(days in 0..100_000_i32) {
            let today = Date::from_days(days);
            let (week, weekend) = (DateRange::this_week(today), DateRange::this_weekend(today));
            prop_assert!(week.first <= weekend.first && weekend.last == week.last);
            prop_assert!(weekend.first.weekday() >= 5);
        }
    }
}
