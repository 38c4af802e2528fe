//! A calendar's times on the wall clocks of a zone.

use alentour_model::read::read_when;
use alentour_model::{LocalTime, Moment, When, Zones};
use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone};

use crate::fields::zones::TzDatabase;

/// An instant (UTC seconds) on the wall clocks of a zone; `None` for a zone that nobody knows.
pub(super) fn in_zone(instant: i64, zone: &str) -> Option<Moment> {
    // The offset there depends on the wall clock, and that on the offset: the second look settles it.
    let look = |offset: i32| TzDatabase.offset(zone, LocalTime::of(Moment { instant, offset }));
    let offset = look(look(0)?)?;
    Some(Moment { instant, offset })
}

/// A time as written (RFC 3339 with or without an offset, or a day), where clocks go by `zone`. One in UTC is put
/// on the clocks there: it is their day that counts.
pub(super) fn when(text: &str, zone: &str) -> Option<When> {
    let when = read_when(text, zone, &TzDatabase)?;
    let is_utc = !when.all_day && text.ends_with(['Z', 'z']);
    let moment = if is_utc { in_zone(when.moment.instant, zone) } else { None };
    Some(When { moment: moment.unwrap_or(when.moment), ..when })
}

/// Years that somebody means.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// A time as a calendar says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// What the wall clock shows; midnight of a whole day.
    pub local: NaiveDateTime,
    /// The zone of that wall clock.
    pub zone: Tz,
    pub all_day: bool,
    /// It names a zone that nobody knows.
    pub lost: bool,
}

impl Clock {
    /// `zone` is the one that is named beside it, if one is; within, if anybody knows it.
    pub fn new(time: &PartialDateTime, zone: Option<Option<Tz>>) -> Option<Self> {
        let read = time.to_date_time()?;
        if !YEARS.contains(&read.date_time.year()) {
            return None;
        }
        let own =
            read.offset.map(|offset| if offset.local_minus_utc() == 0 { Tz::UTC } else { Tz::Fixed(offset) });
        let zone_of_clock = own.or(zone.flatten()).unwrap_or(Tz::Floating);
        let lost = own.is_none() && zone == Some(None);
        Some(Self { local: read.date_time, zone: zone_of_clock, all_day: !time.has_time(), lost })
    }

    /// What wall clocks of `zone` show then. A floating time shows the same everywhere.
    pub fn there(&self, zone: Tz) -> NaiveDateTime {
        if self.all_day || self.zone == Tz::Floating || zone == Tz::Floating || self.zone == zone {
            return self.local;
        }
        let instant: Option<DateTime<Tz>> = self.zone.from_local_datetime(&self.local).earliest();
        instant.map_or(self.local, |instant| instant.with_timezone(&zone).naive_local())
    }
}
