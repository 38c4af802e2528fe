//! schema.org's events in JSON-LD: alone, in lists, in `@graph`, in an `ItemList`, or within the pages of a website.
//! <https://schema.org/Event>
//!
//! An event is named by its `@id` or `identifier`, else by its address, else after its title and its start. It is
//! signed up for on its own page: here it is a link.

mod graph;
mod page;

use alentour_model::{Initiative, Kind, Organisation, Place, Problem, Reach};
use serde_json::Value;

use crate::budget::Meter;
use crate::document::Document;
use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::fields::{address, zones};
use crate::format::{Format, TextFormat};
use crate::items::schedule;
use crate::items::sessions::{Clock, SessionFields, apart};
use crate::items::{Item, List};
use crate::pagination::next::Pages;
use crate::reading::Reading;
use graph::Graph;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "schema.org in JSON-LD: {\"@type\": \"Event\", \"name\": …, \"startDate\": …}, also in lists, @graph or an ItemList",
    recognises: graph::has_event,
    read: |document, _, meter| Some(read(std::slice::from_ref(document), meter)),
    apart: false,
    pages: Pages::ONE,
};

pub(crate) const IN_PAGE: TextFormat = TextFormat {
    name: LIST.name,
    shape: "schema.org in a web page: <script type=\"application/ld+json\">{\"@type\": \"Event\", …}</script>",
    read: |document, _, meter| match document {
        Document::Html(html) => {
            let (documents, findings) = page::documents(html, meter);
            documents.iter().any(graph::has_event).then(|| read(&documents, meter).after(findings))
        }
        _ => None,
    },
};

const LIST: List = List {
    name: "schema.org",
    language: "",
    id: &["@id"],
    title: &["name", "headline"],
    withdrawn: |_| None,
    called_off: |item| is_off(item, "eventStatus").then_some("eventStatus"),
    fill,
};

fn read(documents: &[Value], meter: &Meter) -> Reading {
    let graph = Graph::new(documents);
    LIST.read_linked(graph.events(), Some(&graph), meter)
}

/// Whether that field says that the dates of an event are not kept: it is cancelled, or put off "and no new date has been set"
/// (<https://schema.org/EventStatusType>). One that is rescheduled has its new dates.
pub(crate) fn is_off(item: &Item, field: &str) -> bool {
    let status = item.get(field).and_then(Value::as_str).unwrap_or_default();
    ["EventCancelled", "EventPostponed"].iter().any(|off| status.ends_with(off))
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.summary = item.text("disambiguatingDescription");
    initiative.description = item.text("description");
    initiative.url = item.link(&["url", "mainEntityOfPage", "offers.url", "offers.0.url", "sameAs"]);
    let mut words: Vec<String> = Vec::new();
    for field in ["keywords", "about", "genre"] {
        for line in item.lines(field) {
            words.extend(line.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned));
        }
    }
    item.limit("keywords", &mut words);
    initiative.causes = causes(words.iter().map(String::as_str));
    let kinds = item.lines("@type");
    let is_training = kinds.iter().any(|kind| matches!(kind.as_str(), "EducationEvent" | "CourseInstance"));
    let named = || kind(words.iter().map(String::as_str));
    initiative.kind = if is_training { Some(Kind::Training) } else { named().or(Some(Kind::Gathering)) };
    initiative.keywords = words;
    let mut organizers =
        item.each("organizer", |organizer| Some(organisation(organizer))).into_iter().flatten();
    initiative.organizer = organizers.next();
    initiative.partners = organizers.collect();
    let locations = item.each("location", |location| Some(place(location)));
    let is_virtual = locations.iter().any(Option::is_none);
    for place in locations.into_iter().flatten().filter(|place| !place.is_empty()) {
        if !initiative.places.contains(&place) {
            initiative.places.push(place);
        }
    }
    let attendance = item.get("eventAttendanceMode").and_then(Value::as_str).unwrap_or_default();
    let is_online = attendance.ends_with("OnlineEventAttendanceMode");
    if is_online || (is_virtual && initiative.places.is_empty()) {
        initiative.reach = Reach::Online;
    }
    let is_tag = |tag: &String| {
        (2..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
    };
    initiative.languages = item.lines("inLanguage").into_iter().filter(is_tag).collect();
    when(item, initiative);
}

/// Its dates: those of its parts, its own, or what its timetable comes to.
fn when(item: &mut Item, initiative: &mut Initiative) {
    let clock = match zones::of_places(&initiative.places) {
        Some(zone) if item.get("eventSchedule.scheduleTimezone").is_none() => Clock::of(zone),
        _ => item.clock("eventSchedule.scheduleTimezone", &initiative.places),
    };
    let name = initiative.name.clone();
    let part = |part: &mut Item, off| {
        if is_off(part, "eventStatus") == off { session(part, &name, &clock) } else { None }
    };
    let mut sessions = item.objects("subEvent", |it| part(it, false));
    initiative.cancelled = apart(item.objects("subEvent", |it| part(it, true)));
    if sessions.is_empty() && item.get(start(item)).is_some() {
        sessions.extend(session(item, &name, &clock));
    }
    if sessions.is_empty() {
        sessions = schedule::sessions(item, "eventSchedule", &clock);
    }
    initiative.sessions = apart(sessions);
    item.limit("eventSchedule", &mut initiative.sessions);
}

/// Where an event says when it begins. What is called off may only say when it was to begin.
fn start(event: &Item) -> &'static str {
    let is_past = event.get("startDate").is_none() && is_off(event, "eventStatus");
    if is_past { "previousStartDate" } else { "startDate" }
}

fn session(event: &mut Item, whole: &str, clock: &Clock) -> Option<alentour_model::Session> {
    let fields = SessionFields {
        start: start(event),
        end: "endDate",
        capacity: match event.get("maximumAttendeeCapacity") {
            Some(_) => "maximumAttendeeCapacity",
            None => "maximumPhysicalAttendeeCapacity",
        },
        remaining: "remainingAttendeeCapacity",
        ..SessionFields::default()
    };
    let mut session = event.session(fields, clock)?;
    let name = event.line("name");
    if name != whole {
        session.name = name;
    }
    let offers = [event.get("offers.availability"), event.get("offers.0.availability")];
    let is_sold_out = |offer: &Value| offer.as_str().is_some_and(|offer| offer.ends_with("SoldOut"));
    if session.remaining.is_none() && offers.into_iter().flatten().any(is_sold_out) {
        session.remaining = Some(0);
    }
    Some(session)
}

fn organisation(item: &mut Item) -> Option<Organisation> {
    if item.get("").is_some_and(Value::is_string) {
        return item.organisation("", &[]);
    }
    let organisation = item.organisation("name", &["url", "sameAs"]);
    if organisation.is_none() {
        item.find("", Problem::Incomplete);
    }
    organisation
}

/// A place: a line, a `Place`, or a `PostalAddress`. `None` for what is on the network.
fn place(item: &mut Item) -> Option<Place> {
    if item.get("").is_some_and(Value::is_string) {
        let line = item.text("");
        return (!address::is_online(&line)).then(|| address::read(&line));
    }
    if item.lines("@type").iter().any(|kind| kind == "VirtualLocation") {
        return None;
    }
    let name = item.line("name");
    let within = if item.get("address.0").is_some() { "address.0" } else { "address" };
    let mut place = match item.get(within) {
        Some(Value::String(_)) => {
            let line = item.text(within);
            let read = address::read(&line);
            // A line of which nothing is clear is the address, as the venue is said beside it.
            let is_bare = read.street_address.is_empty() && read.postal_code.is_empty();
            Place {
                street_address: if is_bare { read.name } else { read.street_address },
                name: String::new(),
                ..read
            }
        }
        Some(Value::Object(_)) => postal_address(item, &format!("{within}.")),
        _ => postal_address(item, ""),
    };
    if !name.is_empty() {
        place.name = name;
    }
    place.point = item.point(&["geo"], &place.address_country);
    if place.point.is_none() && item.get("latitude").is_some() {
        place.point = item.point_of("latitude", "longitude", &place.address_country);
    }
    if place.is_empty() {
        item.find("", Problem::Incomplete);
    }
    Some(place)
}

fn postal_address(item: &mut Item, within: &str) -> Place {
    let at = |field: &str| format!("{within}{field}");
    let country = match item.get(&at("addressCountry.name")) {
        Some(_) => item.country(&at("addressCountry.name")),
        None => item.country(&at("addressCountry")),
    };
    Place {
        street_address: item.line(&at("streetAddress")),
        postal_code: item.postcode(&at("postalCode"), &country),
        address_locality: item.line(&at("addressLocality")),
        address_region: item.line(&at("addressRegion")),
        address_country: country,
        ..Place::default()
    }
}
