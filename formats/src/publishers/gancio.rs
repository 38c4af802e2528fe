//! Gancio, the shared agenda of local communities: `/api/events`. <https://gancio.org>
//!
//! An event is a date that anybody may come to, with nothing to sign up for.

use alentour_model::{Initiative, Kind, Link, Place, Reach};
use serde_json::{Map, Value};

use crate::fields::address::split_address;
use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::format::Format;
use crate::items::sessions::{SessionFields, apart};
use crate::items::{Item, List, objects};
use crate::pagination::next::{Pages, resolve};
use crate::reading::Reading;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "Gancio: a list of events, or {\"events\": [event]}, each with title, start_datetime and place {name, address}",
    recognises: |document| objects(events(document)).any(is_event),
    read: |document, _, meter| Some(LIST.read(events(document).as_array()?, meter)),
    apart: true,
    pages: Pages { complete: link, ..Pages::ONE },
};

const LIST: List = List {
    name: "gancio",
    language: "",
    id: &["id"],
    title: &["title"],
    withdrawn,
    called_off: |_| None,
    fill,
};

fn events(document: &Value) -> &Value {
    document.get("events").unwrap_or(document)
}

fn is_event(map: &Map<String, Value>) -> bool {
    map.contains_key("title") && map.contains_key("start_datetime")
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    (item.get("is_visible").and_then(Value::as_bool) == Some(false)).then_some("is_visible")
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.description = item.text("description");
    initiative.keywords = item.lines("tags");
    let words = || initiative.keywords.iter().map(String::as_str);
    initiative.kind = kind(words()).filter(|kind| *kind != Kind::Group).or(Some(Kind::Gathering));
    initiative.causes = causes(words());
    initiative.url = item.link(&["url", "online_locations.0"]);
    initiative.places = item.places("place", place);
    let is_online = item.get("online_locations.0").is_some()
        && initiative.places.iter().all(|place| place.point.is_none());
    if is_online && initiative.places.iter().all(|place| place.street_address.is_empty()) {
        initiative.reach = Reach::Online;
    }
    let clock = item.clock("timezone", &initiative.places);
    let fields = SessionFields { start: "start_datetime", end: "end_datetime", ..SessionFields::default() };
    initiative.sessions = apart(item.session(fields, &clock).into_iter().collect());
}

fn place(item: &mut Item) -> Place {
    let country = item.country("country");
    let point = item.point_of("latitude", "longitude", &country);
    let address = item.line("address");
    let (street_address, postal_code, town) = split_address(&address);
    let mut place = Place {
        name: item.line("name"),
        street_address,
        postal_code,
        address_locality: item.line("locality"),
        point,
        ..Place::default()
    };
    if place.address_locality.is_empty() {
        place.address_locality = town;
    }
    // What an online event has for a place.
    if place.name.eq_ignore_ascii_case("online") {
        place.name.clear();
    }
    if !place.is_empty() {
        place.address_country = country;
    }
    place
}

/// An event's page is at its slug, beside the address that the feed came from.
fn link(reading: &mut Reading, document: &Value, base: &str) {
    let slugs: std::collections::HashMap<String, &str> = objects(events(document))
        .filter_map(|event| Some((event.get("id")?.to_string(), event.get("slug")?.as_str()?)))
        .collect();
    for initiative in &mut reading.feed.initiatives {
        let slug = slugs
            .get(&initiative.id)
            .filter(|slug| slug.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)));
        let page = slug.and_then(|slug| resolve(base, &format!("/event/{slug}")));
        if let Some(page) = page.and_then(|page| Link::parse(&page)) {
            initiative.url = Some(page);
        }
    }
}
