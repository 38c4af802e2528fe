//! Open Supporter Data Interface, which Action Network and others speak: events, petitions, forms and campaigns, in
//! HAL collections (`_embedded`). <https://opensupporter.github.io/osdi-docs/>
//!
//! What can be taken part in has a page (`browser_url`): here it is a link.

use alentour_model::{Initiative, Kind, Petition};
use serde_json::{Map, Value};

use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::format::Format;
use crate::items::sessions::{SessionFields, apart};
use crate::items::{Item, List, objects};
use crate::pagination::next::Pages;
use crate::publishers::mobilize::place;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "OSDI: {\"_embedded\": {\"osdi:events\": [event]}}, or petitions, forms, campaigns; one of them, or a list",
    recognises: |document| collections(document).is_some() || singles(document).is_some(),
    read: |document, _, meter| match collections(document) {
        Some(items) => Some(LIST.read(items, meter)),
        None => Some(LIST.read(singles(document)?, meter)),
    },
    apart: true,
    pages: Pages::LINKED,
};

const LIST: List = List {
    name: "osdi",
    language: "",
    id: &["identifiers.0", "_links.self.href", "id"],
    // `name` is what the organisers call it among themselves.
    title: &["title", "name"],
    withdrawn,
    called_off,
    fill,
};

/// What can be taken part in; other collections hold people and their answers.
const COLLECTIONS: [&str; 6] = [
    "osdi:events",
    "osdi:petitions",
    "osdi:forms",
    "osdi:advocacy_campaigns",
    "osdi:fundraising_pages",
    "action_network:event_campaigns",
];

fn collections(document: &Value) -> Option<Vec<&Value>> {
    let embedded = document.get("_embedded")?.as_object()?;
    let found: Vec<_> =
        COLLECTIONS.iter().filter_map(|name| embedded.get(*name)).filter_map(Value::as_array).collect();
    (!found.is_empty()).then(|| found.into_iter().flatten().collect())
}

fn singles(document: &Value) -> Option<&[Value]> {
    let is_one = |map: &Map<String, Value>| {
        map.contains_key("title")
            && (map.contains_key("identifiers") || map.contains_key("_links"))
            && (map.contains_key("origin_system") || map.contains_key("browser_url"))
    };
    match document {
        Value::Array(items) => objects(document).any(is_one).then_some(items.as_slice()),
        _ => document.as_object().is_some_and(is_one).then(|| std::slice::from_ref(document)),
    }
}

fn called_off(item: &Item) -> Option<&'static str> {
    let status = item.get("status").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    matches!(status.as_str(), "cancelled" | "canceled").then_some("status")
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    let is = |field: &str, word: &str| {
        item.get(field).and_then(Value::as_str).is_some_and(|said| said.eq_ignore_ascii_case(word))
    };
    if is("visibility", "private") {
        return Some("visibility");
    }
    item.flag("action_network:hidden").then_some("action_network:hidden")
}

/// What it is, by the address that it has and the fields that only its like have.
#[derive(PartialEq)]
enum Resource {
    Event,
    Petition,
    Campaign,
    Form,
}

fn resource(item: &Item) -> Resource {
    let address = item.get("_links.self.href").and_then(Value::as_str).unwrap_or_default();
    let says = |field| item.get(field).is_some();
    let at = |name: &str| address.contains(name);
    if at("/petitions/") || says("petition_text") || says("total_signatures") {
        Resource::Petition
    } else if at("/events/") || says("start_date") || says("total_accepted") {
        Resource::Event
    } else if at("/forms/") || says("total_submissions") {
        Resource::Form
    } else {
        Resource::Campaign
    }
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    let resource = resource(item);
    let words = kind([initiative.name.as_str()]).filter(|kind| *kind != Kind::Petition);
    initiative.kind = match resource {
        Resource::Petition => Some(Kind::Petition),
        Resource::Campaign => Some(Kind::Campaign),
        Resource::Event => words.filter(|kind| *kind != Kind::Group).or(Some(Kind::Gathering)),
        Resource::Form => words,
    };
    initiative.summary = item.text("summary");
    initiative.description = item.paragraphs(&["description", "petition_text"]);
    initiative.url = item.link(&["browser_url"]);
    initiative.organizer =
        item.organisation("action_network:sponsor.title", &["action_network:sponsor.browser_url"]);
    initiative.keywords = item.lines("tags");
    initiative.causes = causes(initiative.keywords.iter().map(String::as_str));
    initiative.places = item.places("location", place);
    if resource == Resource::Petition {
        initiative.petition = Some(Petition {
            signatures: item.count("total_signatures"),
            addressed_to: item.lines("target"),
            ..Petition::default()
        });
    }
    let mut clock = item.clock("timezone", &initiative.places);
    // Action Network writes the wall clock of the place with a Z behind it: "start_date" is that of the page.
    clock.is_wall =
        item.line("origin_system") == "Action Network" || initiative.id.starts_with("action_network:");
    let fields = SessionFields {
        start: "start_date",
        end: "end_date",
        all_day: "all_day",
        capacity: "capacity",
        ..SessionFields::default()
    };
    initiative.sessions = apart(item.session(fields, &clock).into_iter().collect());
    if let [session] = initiative.sessions.as_mut_slice() {
        // No seats at all is what an empty form field becomes.
        session.capacity = session.capacity.filter(|seats| *seats > 0);
        let taken = item.count("total_accepted").unwrap_or_default();
        session.remaining = session.capacity.map(|seats| seats.saturating_sub(taken));
    }
}
