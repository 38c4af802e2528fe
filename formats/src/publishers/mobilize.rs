//! Mobilize, where campaigns and organisations of the United States publish events: `GET /v1/events`.
//! <https://github.com/mobilizeamerica/api>
//!
//! One signs up on Mobilize (`browser_url`): here it is a link.

use alentour_model::{Accessibility, Initiative, Kind, Place, Reach};
use serde_json::{Map, Value};

use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::format::Format;
use crate::items::sessions::{SessionFields, apart};
use crate::items::{Item, List, objects};
use crate::pagination::next::Pages;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "Mobilize: {\"count\": 1, \"next\": null, \"data\": [event]}, each event with title, event_type and timeslots",
    recognises: |document| {
        document.get("data").is_some_and(|data| match data {
            Value::Array(events) if events.is_empty() => says(document, "count") && says(document, "next"),
            Value::Array(_) => objects(data).any(is_event),
            data => data.as_object().is_some_and(is_event),
        })
    },
    read: |document, _, meter| match document.get("data")? {
        Value::Array(events) => Some(LIST.read(events, meter)),
        event => Some(LIST.read([event], meter)),
    },
    apart: true,
    pages: Pages::LINKED,
};

const LIST: List = List {
    name: "mobilize",
    language: "en",
    id: &["id"],
    title: &["title"],
    withdrawn,
    called_off: |_| None,
    fill,
};

fn says(document: &Value, field: &str) -> bool {
    document.get(field).is_some()
}

fn is_event(map: &Map<String, Value>) -> bool {
    map.contains_key("title") && map.contains_key("timeslots") && map.contains_key("event_type")
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    let is_not = |field: &str, word: &str| {
        item.get(field).and_then(Value::as_str).is_some_and(|said| !said.eq_ignore_ascii_case(word))
    };
    let unless = |field: &'static str, word| is_not(field, word).then_some(field);
    unless("visibility", "PUBLIC").or_else(|| unless("approval_status", "APPROVED"))
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    let event_type = item.line("event_type");
    initiative.kind = kind([event_type.as_str()]);
    initiative.summary = item.text("summary");
    initiative.description = item.text("description");
    initiative.url = item.link(&["browser_url"]);
    initiative.keywords = item.lines("tags");
    initiative.causes = causes(initiative.keywords.iter().map(String::as_str));
    if item.flag("is_virtual") {
        initiative.reach = Reach::Online;
    }
    initiative.organizer = item.organisation("sponsor.name", &["sponsor.event_feed_url"]);
    initiative.places = item.places("location", place);
    let clock = item.clock("timezone", &initiative.places);
    initiative.sessions = apart(item.objects("timeslots", |slot| {
        let fields = SessionFields {
            id: "id",
            start: "start_date",
            end: "end_date",
            capacity: "max_attendees",
            ..SessionFields::default()
        };
        let mut session = slot.session(fields, &clock)?;
        if slot.flag("is_full") {
            session.remaining = Some(0);
        }
        Some(session)
    }));
    if initiative.kind.is_none() && !initiative.sessions.is_empty() && event_type != "OTHER" {
        initiative.kind = Some(Kind::Gathering);
    }
    if item.line("accessibility_status") == "ACCESSIBLE" {
        initiative.accessibility.push(Accessibility::Wheelchair);
    }
    initiative.accessibility_summary = item.text("accessibility_notes");
}

/// A place of the family of Open Supporter Data: `venue`, `address_lines`, `locality`, `location`.
pub(crate) fn place(item: &mut Item) -> Place {
    let country = item.country("country");
    let mut place = Place {
        name: item.line("venue"),
        // The lines of an address that is not shown to everybody are empty.
        street_address: item.lines("address_lines").join(", "),
        postal_code: item.postcode("postal_code", &country),
        address_locality: item.line("locality"),
        address_region: item.line("region"),
        point: item.point(&["location"], &country),
        ..Place::default()
    };
    if place.street_address == place.name {
        place.street_address.clear();
    }
    if !place.is_empty() {
        place.address_country = country;
    }
    place
}
