//! OpenActive, opportunities for sport and physical activity, in Realtime Paged Data Exchange: pages of items that
//! are updated or deleted. <https://openactive.io/realtime-paged-data-exchange/>
//!
//! An opportunity is booked with whoever published it: here it is a link.

use std::borrow::Cow;
use std::collections::HashMap;

use alentour_model::{Cause, Initiative, Kind, Place, Reach, Session};
use serde_json::{Map, Value};

use super::schema_org::is_off;
use crate::fields::address::{in_words, split_address};
use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::format::Format;
use crate::items::schedule;
use crate::items::sessions::{Clock, SessionFields, apart};
use crate::items::{Item, List, objects};
use crate::pagination::next::{Pages, resolve};

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "OpenActive (RPDE): {\"next\": …, \"items\": [{\"state\": \"updated\", \"kind\": …, \"id\": …, \"data\": {…}}]}",
    recognises: |document| {
        let Some(items) = document.get("items").filter(|items| items.is_array()) else { return false };
        let says_next = document.get("next").is_some_and(Value::is_string);
        objects(items).any(is_item) || (says_next && items.as_array().is_some_and(Vec::is_empty))
    },
    read: |document, _, meter| Some(LIST.read(current(document.get("items")?.as_array()?), meter)),
    apart: false,
    pages: Pages { next: |document, base| resolve(base, document.get("next")?.as_str()?), ..Pages::ONE },
};

const LIST: List = List {
    name: "openactive",
    language: "en",
    id: &["id"],
    title: &["data.name", "data.superEvent.name", "data.superEvent.superEvent.name", "data.course.name"],
    withdrawn,
    called_off,
    fill,
};

fn is_item(map: &Map<String, Value>) -> bool {
    map.contains_key("state") && (map.contains_key("modified") || map.contains_key("kind"))
}

/// The items as they are now: of several with one name the last, as what is newer comes later. Their identifiers are
/// made distinct among kinds, which number on their own.
fn current(items: &[Value]) -> impl Iterator<Item = Cow<'_, Value>> {
    let key = |item: &Value| {
        let id = match item.get("id")? {
            Value::String(id) if !id.trim().is_empty() => id.trim().to_owned(),
            Value::Number(id) => id.to_string(),
            _ => return None,
        };
        let kind = item.get("kind").and_then(Value::as_str).unwrap_or_default();
        Some(if kind.is_empty() { id } else { format!("{kind}/{id}") })
    };
    let keys: Vec<_> = items.iter().map(key).collect();
    let last: HashMap<&str, usize> =
        keys.iter().enumerate().filter_map(|(at, key)| Some((key.as_deref()?, at))).collect();
    let is_last = keys.iter().enumerate().map(|(at, key)| last.get(key.as_deref()?).map(|last| *last == at));
    let is_last: Vec<_> = is_last.collect();
    items.iter().zip(keys).zip(is_last).filter_map(|((item, key), is_last)| match (item, key) {
        (Value::Object(map), Some(key)) => is_last?.then(|| {
            let mut map = map.clone();
            map.insert("id".into(), key.into());
            Cow::Owned(Value::Object(map))
        }),
        _ => Some(Cow::Borrowed(item)),
    })
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    let says = |field: &str| item.get(field).and_then(Value::as_str).unwrap_or_default();
    says("state").eq_ignore_ascii_case("deleted").then_some("state")
}

fn called_off(item: &Item) -> Option<&'static str> {
    is_off(item, "data.eventStatus").then_some("data.eventStatus")
}

/// Where a field is: with the event itself, or with what it is an occurrence of.
fn inherited(item: &Item, field: &str) -> String {
    let within = ["data", "data.superEvent", "data.superEvent.superEvent", "data.course"];
    let mut paths = within.iter().map(|parent| format!("{parent}.{field}"));
    paths.find(|path| item.get(path).is_some()).unwrap_or_else(|| format!("data.{field}"))
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    let at = |item: &Item, field: &str| inherited(item, field);
    let data_type = item.line(&at(item, "@type"));
    initiative.description = item.text(&at(item, "description"));
    let urls: Vec<_> = ["url", "offers.0.url"].iter().map(|field| at(item, field)).collect();
    initiative.url = item.link(&urls.iter().map(String::as_str).collect::<Vec<_>>());
    let mut words = item.lines(&at(item, "activity"));
    words.extend(item.lines(&at(item, "category")));
    words.dedup();
    let is_course = data_type.contains("Course");
    initiative.kind = Some(if is_course { Kind::Training } else { Kind::Gathering });
    if let Some(Kind::Volunteering) = kind(words.iter().map(String::as_str)) {
        initiative.kind = Some(Kind::Volunteering);
    }
    initiative.causes = causes(words.iter().map(String::as_str));
    if !initiative.causes.contains(&Cause::Culture) {
        // Sport is what all of these are.
        initiative.causes.push(Cause::Culture);
    }
    initiative.keywords = words;
    let organizer = at(item, "organizer");
    initiative.organizer = item.organisation(&format!("{organizer}.name"), &[&format!("{organizer}.url")]);
    initiative.places = places(item, &at(item, "location"));
    let attendance = item.line(&at(item, "eventAttendanceMode"));
    let is_online = attendance.ends_with("OnlineEventAttendanceMode") || data_type == "OnDemandEvent";
    if initiative.places.is_empty() && (is_online || item.get(&at(item, "beta:virtualLocation")).is_some()) {
        initiative.reach = Reach::Online;
    }
    initiative.accessibility_summary = item.text(&at(item, "accessibilityInformation"));
    if initiative.accessibility_summary.is_empty() {
        initiative.accessibility_summary = item.lines(&at(item, "accessibilitySupport")).join(", ");
    }
    when(item, initiative);
}

/// Its dates: those it lists, its own, or what its timetable comes to.
fn when(item: &mut Item, initiative: &mut Initiative) {
    let timetable = inherited(item, "eventSchedule");
    let first = if item.get(&format!("{timetable}.0")).is_some() { ".0" } else { "" };
    let clock = item.clock(&format!("{timetable}{first}.scheduleTimezone"), &initiative.places);
    let part = |event: &mut Item, off| {
        if is_off(event, "eventStatus") == off { session(event, &clock) } else { None }
    };
    let mut sessions = item.objects("data.subEvent", |event| part(event, false));
    initiative.cancelled = apart(item.objects("data.subEvent", |event| part(event, true)));
    if sessions.is_empty() && item.get("data.startDate").is_some() {
        let fields = SessionFields {
            start: "data.startDate",
            end: "data.endDate",
            capacity: "data.maximumAttendeeCapacity",
            remaining: "data.remainingAttendeeCapacity",
            ..SessionFields::default()
        };
        sessions.extend(item.session(fields, &clock));
    }
    if sessions.is_empty() && item.get("data.subEvent").is_none() {
        sessions = schedule::sessions(item, &timetable, &clock);
    }
    initiative.sessions = apart(sessions);
    item.limit(&timetable, &mut initiative.sessions);
}

fn session(event: &mut Item, clock: &Clock) -> Option<Session> {
    let fields = SessionFields {
        id: if event.get("@id").is_some() { "@id" } else { "identifier" },
        start: "startDate",
        end: "endDate",
        capacity: "maximumAttendeeCapacity",
        remaining: "remainingAttendeeCapacity",
        ..SessionFields::default()
    };
    event.session(fields, clock)
}

fn places(item: &mut Item, path: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for place in item.each(path, |inner| Some(place(inner))) {
        if !place.is_empty() && !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// A place of schema.org: text, or an object whose address is text or an object.
fn place(item: &mut Item) -> Place {
    if item.get("").is_some_and(Value::is_string) {
        return in_words(&item.line(""));
    }
    if item.line("@type") == "VirtualLocation" || !item.is_object() {
        return Place::default();
    }
    let name = item.line("name");
    if item.get("address").is_some_and(Value::is_string) {
        let (street_address, postal_code, address_locality) = split_address(&item.line("address"));
        let point = item.point(&["geo"], "");
        return Place { name, street_address, postal_code, address_locality, point, ..Place::default() };
    }
    let country = item.country("address.addressCountry");
    let mut place = Place {
        name,
        street_address: item.line("address.streetAddress"),
        postal_code: item.postcode("address.postalCode", &country),
        address_locality: item.line("address.addressLocality"),
        address_region: item.line("address.addressRegion"),
        point: item.point(&["geo"], &country),
        ..Place::default()
    };
    if !place.is_empty() {
        place.address_country = country;
    }
    place
}
