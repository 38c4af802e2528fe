//! The events of a calendar, each with what replaces single times of it.

use std::collections::{BTreeMap, HashMap};

use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName,
    ICalendarProperty, ICalendarValue,
};
use serde_json::{Map, Value, json};

use super::sessions::{self, Clock};
use crate::budget::Meter;
use crate::{Options, identity};

/// Zones that a calendar may define itself: their rules are worked out year by year.
const OWN_ZONES: usize = 20;

/// Each event as an object of its properties; what it happens at is in `$sessions`. They are made as they are asked for.
pub(super) fn events<'a>(
    calendar: &'a ICalendar,
    options: &'a Options,
    meter: &'a Meter,
) -> impl Iterator<Item = Value> + use<'a> {
    let zones = Zones::new(calendar);
    let is_event = |kind: &ICalendarComponentType| *kind == ICalendarComponentType::VEvent;
    let events = calendar.components.iter().filter(|component| is_event(&component.component_type));
    // By identifier: a time that was moved is an event of the same one, which names the time it replaces.
    let mut moved: BTreeMap<&str, Vec<&ICalendarComponent>> = BTreeMap::new();
    let mut whole = Vec::new();
    for event in events {
        match event.uid() {
            Some(id) if event.has_property(&ICalendarProperty::RecurrenceId) => {
                moved.entry(id).or_default().push(event);
            }
            _ => whole.push(event),
        }
    }
    let mut parts: Vec<Vec<&ICalendarComponent>> = Vec::new();
    for event in whole {
        // Two events of one identifier are two items, of which the second is left out; what was moved is the first's.
        let moved = event.uid().and_then(|id| moved.remove(id)).unwrap_or_default();
        parts.push([vec![event], moved].concat());
    }
    // Moved times of an event that is not in the calendar: the first stands for it.
    parts.extend(moved.into_values());
    parts.into_iter().filter_map(move |parts| match parts.as_slice() {
        [event, moved @ ..] => Some(item(event, moved, &zones, options, meter)),
        [] => None,
    })
}

fn item(
    event: &ICalendarComponent,
    moved: &[&ICalendarComponent],
    zones: &Zones,
    options: &Options,
    meter: &Meter,
) -> Value {
    let mut map = Map::new();
    for (name, property) in [
        ("UID", ICalendarProperty::Uid),
        ("SUMMARY", ICalendarProperty::Summary),
        ("DESCRIPTION", ICalendarProperty::Description),
        ("LOCATION", ICalendarProperty::Location),
        ("URL", ICalendarProperty::Url),
        ("STATUS", ICalendarProperty::Status),
    ] {
        if let Some(text) = event.property(&property).map(text).filter(|text| !text.is_empty()) {
            map.insert(name.to_owned(), text.into());
        }
    }
    let categories = event.properties(&ICalendarProperty::Categories).flat_map(|entry| &entry.values);
    let categories: Vec<_> = categories.filter_map(ICalendarValue::as_text).collect();
    map.insert("CATEGORIES".into(), json!(categories));
    let organizer = event.property(&ICalendarProperty::Organizer);
    let name = organizer.and_then(|entry| entry.parameter(&ICalendarParameterName::Cn)?.as_text());
    map.insert("ORGANIZER".into(), json!(name.filter(|name| !name.contains('@'))));
    if let Some(point) = event.property(&ICalendarProperty::Geo).and_then(point) {
        map.insert("GEO".into(), point);
    }
    let apple = ICalendarProperty::Other("X-APPLE-STRUCTURED-LOCATION".into());
    if let Some(point) = event.property(&apple).map(text).as_deref().and_then(|uri| uri.strip_prefix("geo:"))
    {
        map.insert("X-APPLE-STRUCTURED-LOCATION".into(), point.into());
    }
    sessions::add(event, moved, zones, options, meter, &mut map);
    if !map.contains_key("UID") {
        let said = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let start = map.get("DTSTART").map(ToString::to_string).unwrap_or_default();
        // An event that says nothing has no identifier either.
        if !said("SUMMARY").is_empty() {
            map.insert("UID".into(), identity::of(&[&said("SUMMARY"), &start]).into());
        }
    }
    Value::Object(map)
}

/// The text of a property, all of its values.
pub(super) fn text(entry: &ICalendarEntry) -> String {
    let values: Vec<_> = entry.values.iter().filter_map(ICalendarValue::as_text).collect();
    values.join(",").trim().to_owned()
}

/// `45.75;4.85`, latitude first, also where the semicolon was written as something else.
fn point(entry: &ICalendarEntry) -> Option<Value> {
    let numbers: Vec<f64> = entry.values.iter().filter_map(ICalendarValue::as_float).collect();
    if let [latitude, longitude] = numbers.as_slice() {
        return Some(json!({"lat": latitude, "lon": longitude}));
    }
    let text = text(entry);
    (!text.is_empty()).then(|| text.replace(';', ",").into())
}

/// The time zones of a calendar's times.
pub(super) struct Zones {
    own: HashMap<String, Tz>,
}

impl Zones {
    fn new(calendar: &ICalendar) -> Self {
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
