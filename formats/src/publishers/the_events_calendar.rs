//! The Events Calendar, the calendar of many associations' WordPress sites: `/wp-json/tribe/events/v1/events`.
//! <https://docs.theeventscalendar.com/rest-api/>
//!
//! One takes part through the event's page: here it is a link.

use alentour_model::{Initiative, Kind, Place, Reach};
use serde_json::{Map, Value};

use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::format::Format;
use crate::items::sessions::{SessionFields, apart};
use crate::items::{Item, List, objects};
use crate::pagination::next::{Pages, resolve};

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "The Events Calendar (WordPress): {\"events\": [event], \"rest_url\": …}, each event with title, start_date, timezone",
    recognises: |document| {
        let list = document.get("events").unwrap_or(document);
        objects(list).any(is_event) || (document.get("rest_url").is_some() && list.is_array())
    },
    read: |document, _, meter| Some(LIST.read(document.get("events").unwrap_or(document).as_array()?, meter)),
    apart: true,
    pages: Pages {
        next: |document, base| resolve(base, document.get("next_rest_url")?.as_str()?),
        ..Pages::ONE
    },
};

const LIST: List = List {
    name: "the-events-calendar",
    language: "",
    id: &["id", "global_id"],
    title: &["title"],
    withdrawn,
    called_off,
    fill,
};

fn is_event(map: &Map<String, Value>) -> bool {
    let says = |field| map.contains_key(field);
    says("title")
        && says("start_date")
        && (says("utc_start_date") || says("start_date_details") || says("rest_url"))
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    if !matches!(says(item, "status").as_str(), "" | "publish") {
        return Some("status");
    }
    item.flag("hide_from_listings").then_some("hide_from_listings")
}

fn called_off(item: &Item) -> Option<&'static str> {
    let status = says(item, "event_status");
    matches!(status.as_str(), "canceled" | "cancelled" | "postponed").then_some("event_status")
}

fn says(item: &Item, field: &str) -> String {
    item.get(field).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase()
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.summary = item.text("excerpt");
    initiative.description = item.text("description");
    initiative.url = item.link(&["url", "website"]);
    let mut words = item.lines("categories");
    words.extend(item.lines("tags"));
    words.dedup();
    initiative.kind =
        kind(words.iter().map(String::as_str)).filter(|kind| *kind != Kind::Group).or(Some(Kind::Gathering));
    initiative.causes = causes(words.iter().map(String::as_str));
    initiative.keywords = words;
    let mut organizers =
        item.objects("organizer", |organizer| organizer.organisation("organizer", &["website", "url"]));
    if !organizers.is_empty() {
        initiative.organizer = Some(organizers.remove(0));
        initiative.partners = organizers;
    }
    initiative.places = item.places("venue", place);
    if item.flag("is_virtual") && initiative.places.is_empty() {
        initiative.reach = Reach::Online;
    }
    let clock = item.clock("timezone", &initiative.places);
    let fields = SessionFields {
        start: "start_date",
        end: "end_date",
        all_day: "all_day",
        ..SessionFields::default()
    };
    initiative.sessions = apart(item.session(fields, &clock).into_iter().collect());
}

fn place(item: &mut Item) -> Place {
    let country = item.country("country");
    let region = ["province", "state", "stateprovince"]
        .iter()
        .map(|field| item.line(field))
        .find(|text| !text.is_empty());
    let mut place = Place {
        name: item.line("venue"),
        street_address: item.line("address"),
        postal_code: item.postcode("zip", &country),
        address_locality: item.line("city"),
        address_region: region.unwrap_or_default(),
        point: item.point_of("geo_lat", "geo_lng", &country),
        ..Place::default()
    };
    if !place.is_empty() {
        place.address_country = country;
    }
    place
}
