//! When an initiative happens.

use serde::{Serialize, Serializer};

use crate::tally::Tally;
use crate::time::{Date, Moment};

/// A moment of a feed: an instant, or a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The instant; for a whole day, its first one.
    pub moment: Moment,
    /// A whole day.
    pub all_day: bool,
}

impl When {
    /// The instant (UTC seconds) after which it is past: itself, or the end of the day.
    /// Days are taken as 24 hours, so on the two days a year when clocks change this is an hour off.
    pub fn ends(self) -> i64 {
        self.moment.instant + if self.all_day { 86_400 } else { 0 }
    }

    /// Whether, as an end, it is past before `start`: the end of a whole day is its last second.
    pub fn ends_before(self, start: Self) -> bool {
        self.ends() - i64::from(self.all_day) < start.moment.instant
    }

    /// The day it is on, there.
    pub fn date(self) -> Date {
        self.moment.date()
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.all_day { serializer.collect_str(&self.date()) } else { serializer.collect_str(&self.moment) }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for When {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "When".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "RFC 3339 with an offset, or a date alone for a whole day.",
            "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "string", "format": "date" }]
        })
    }
}

/// One time at which it happens: a meeting, a shift.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("startDate")))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::add_repeats))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Names it within its initiative. Where the feed gives none it is the start as written.
    pub id: String,
    /// What it is called.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// When it begins.
    #[serde(rename = "startDate")]
    pub start: When,
    /// When it ends; not before it begins.
    #[serde(rename = "endDate", skip_serializing_if = "Option::is_none")]
    pub end: Option<When>,
    /// The IANA time zone of the place; times are shown in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub time_zone: String,
    /// Position in the initiative's `location` list; absent where it has one place, or all of them.
    #[serde(rename = "location", skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// Seats in all.
    #[serde(rename = "maximumAttendeeCapacity", skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Seats left when the feed was made.
    #[serde(rename = "remainingAttendeeCapacity", skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u32>,
    /// What is still needed at it, in a few words each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// What has changed since.
    #[serde(skip)]
    pub live: LiveSeats,
}

/// A session's seats at the moment, once somebody has counted them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveSeats {
    /// Seats that are left.
    pub left: Tally,
    /// People who wait for one.
    pub waiting: Tally,
}

impl Session {
    /// The instant (UTC seconds) at which it is over. One that names no end lasts until its day ends there.
    pub fn ends(&self) -> i64 {
        match self.end {
            Some(end) => end.ends(),
            None => {
                let start = self.start.moment;
                i64::from(start.date().days() + 1) * 86_400 - i64::from(start.offset)
            }
        }
    }

    /// First and last day, there.
    pub fn days(&self) -> (Date, Date) {
        let first = self.start.date();
        // A party that ends at midnight, or at two in the morning, is not on the next day's list.
        let last = self.end.map_or(first, |end| match end.all_day {
            true => end.date(),
            false => Moment { instant: end.moment.instant - 6 * 3600, ..end.moment }.date(),
        });
        (first, last.max(first))
    }

    /// Seats that the feed lets a server give out: what it says is left; without it, all. `None` where there is no limit.
    pub fn limit(&self) -> Option<u32> {
        self.remaining.or(self.capacity)
    }

    /// Seats that are left, where that is known: of seats in all some may be taken.
    pub fn left(&self) -> Option<u32> {
        self.live.left.get().or(self.remaining)
    }

    /// Whether no seat is left.
    pub fn is_full(&self) -> bool {
        self.left().or(self.capacity) == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(start: &str, end: Option<&str>) -> Session {
        let when = |text: &str| When { moment: Moment::parse(text).unwrap(), all_day: false };
        Session {
            id: "s".into(),
            name: String::new(),
            start: when(start),
            end: end.map(when),
            time_zone: "Europe/Paris".into(),
            place: None,
            capacity: None,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        }
    }

    #[test]
    fn an_evening_in_reunion_is_over_by_its_own_clock() {
        let evening = session("2026-11-22T20:00:00+04:00", None);
        assert_eq!(evening.ends(), Moment::parse("2026-11-23T00:00:00+04:00").unwrap().instant);
    }

    #[test]
    fn a_night_belongs_to_the_day_it_began() {
        let night = session("2026-11-28T21:00:00+01:00", Some("2026-11-29T02:00:00+01:00"));
        assert_eq!(night.days().1.to_string(), "2026-11-28");
        let weekend = session("2026-11-28T09:00:00+01:00", Some("2026-11-29T17:00:00+01:00"));
        assert_eq!(weekend.days().1.to_string(), "2026-11-29");
    }
}
