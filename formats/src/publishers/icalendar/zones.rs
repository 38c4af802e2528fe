//! The time zones that a calendar names, or defines itself.

use std::collections::HashMap;

use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarProperty, ICalendarValue,
};

use super::clock::Clock;

/// Zones that a calendar may define itself: their rules are worked out year by year.
const OWN_ZONES: usize = 20;

/// The time zones of a calendar's times.
pub(super) struct Zones {
    own: HashMap<String, Tz>,
}

impl Zones {
    pub fn new(calendar: &ICalendar) -> Self {
        let is_zone = |kind: &ICalendarComponentType| *kind == ICalendarComponentType::VTimezone;
        let own = calendar.components.iter().filter(|component| is_zone(&component.component_type));
        let own = own.take(OWN_ZONES).filter_map(|zone| {
            let name = zone.property(&ICalendarProperty::Tzid).map(text)?;
            let known = zone.timezone().map(|(_, known)| known);
            Some((name, known.or_else(|| by_offsets(calendar, zone))?))
        });
        Self { own: own.collect() }
    }

    /// The zone of that name: the tz database's, Outlook's, or one that the calendar defines.
    pub fn find(&self, name: &str) -> Option<Tz> {
        let name = name.trim();
        let known = || name.parse::<Tz>().ok();
        // Some software writes a path of its own before the name: `/example.org/20260101/Europe/Paris`.
        let tail = || {
            let mut parts = name.rsplitn(3, '/');
            let (city, area) = (parts.next()?, parts.next()?);
            parts.next()?;
            format!("{area}/{city}").parse::<Tz>().ok()
        };
        known().or_else(|| self.own.get(name).copied()).or_else(tail)
    }

    /// The times that a property has, and whether one could not be read or names a zone that nobody knows.
    pub fn clocks(&self, entry: &ICalendarEntry) -> Vec<Clock> {
        let zone = entry.tz_id().map(|name| self.find(name));
        entry
            .values
            .iter()
            .filter_map(|value| match value {
                ICalendarValue::PartialDateTime(time) => Clock::new(time, zone),
                _ => None,
            })
            .collect()
    }
}

/// Zones by their offsets in winter and summer, in minutes; of those that share them, the one nearest to France.
const BY_OFFSETS: [(i32, i32, &str); 7] = [
    (60, 120, "Europe/Paris"),
    (0, 60, "Europe/London"),
    (120, 180, "Europe/Athens"),
    (-300, -240, "America/New_York"),
    (-360, -300, "America/Chicago"),
    (-420, -360, "America/Denver"),
    (-480, -420, "America/Los_Angeles"),
];

/// A zone that the calendar defines under a name of its own, told by its offsets: the rules of most are a copy
/// of those that everybody has, up to date or not.
fn by_offsets(calendar: &ICalendar, zone: &ICalendarComponent) -> Option<Tz> {
    let offset = |kind: ICalendarComponentType| {
        let parts = zone.component_ids.iter().filter_map(|id| calendar.component_by_id(*id));
        let mut parts = parts.filter(|part| part.component_type == kind);
        let part = parts.next_back()?;
        let time = part.property(&ICalendarProperty::Tzoffsetto)?.values.first()?.as_partial_date_time()?;
        let minutes = i32::from(time.tz_hour?) * 60 + i32::from(time.tz_minute.unwrap_or_default());
        Some(if time.tz_minus { -minutes } else { minutes })
    };
    let winter = offset(ICalendarComponentType::Standard)?;
    match offset(ICalendarComponentType::Daylight) {
        Some(summer) => BY_OFFSETS
            .iter()
            .find(|zone| (zone.0, zone.1) == (winter, summer))
            .and_then(|zone| zone.2.parse().ok()),
        None => chrono::FixedOffset::east_opt(winter * 60).map(Tz::Fixed),
    }
}

/// The text of a property, all of its values.
pub(super) fn text(entry: &ICalendarEntry) -> String {
    let values: Vec<_> = entry.values.iter().filter_map(ICalendarValue::as_text).collect();
    values.join(",").trim().to_owned()
}
