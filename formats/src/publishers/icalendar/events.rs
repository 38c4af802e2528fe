//! The events of a calendar, each with what replaces single times of it.

use std::collections::BTreeMap;

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName,
    ICalendarProperty, ICalendarValue,
};
use serde_json::{Map, Value, json};

use super::sessions;
use super::zones::{Zones, text};
use crate::budget::Meter;
use crate::fields::id;
use crate::options::Options;

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
    // Moved times of an event that is not in the calendar: the first that is held stands for it.
    parts.extend(moved.into_values().map(|mut moved| {
        moved.sort_by_key(|event| sessions::is_cancelled(event));
        moved
    }));
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
            map.insert("UID".into(), id::of(&[&said("SUMMARY"), &start]).into());
        }
    }
    Value::Object(map)
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
