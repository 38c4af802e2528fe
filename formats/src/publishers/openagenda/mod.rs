//! OpenAgenda, where French towns and associations publish events: its API and exports (`/v2/agendas/…/events`).
//! As Opendatasoft serves it: `openagenda_records.rs`. <https://developers.openagenda.com>
//!
//! One takes part through the event's page or the registration it names: here they are links.

pub(super) mod opendatasoft;

use alentour_model::text::fold;
use alentour_model::{Accessibility, Initiative, Kind, Link, Organisation, Place, Reach, Session};
use serde_json::{Map, Value};

use crate::fields::address::tidy;
use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::format::Format;
use crate::items::sessions::{Clock, SessionFields, apart};
use crate::items::{ENTRIES, Item, List, objects};
use crate::pagination::next::{Pages, with_list};

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "OpenAgenda: {\"total\": 1, \"events\": [event], \"after\": […]}, each event with uid, title {\"fr\": …} and timings",
    recognises: |document| {
        let list = document.get("events").unwrap_or(document);
        let is_empty = document.get("total").is_some() && list.as_array().is_some_and(Vec::is_empty);
        is_empty || objects(list).any(is_event)
    },
    read: |document, _, meter| Some(LIST.read(document.get("events").unwrap_or(document).as_array()?, meter)),
    apart: true,
    pages: Pages { next, ..Pages::ONE },
};

const LIST: List =
    List { name: "openagenda", language: "fr", id: &["uid"], title: &["title"], withdrawn, called_off, fill };

fn is_event(map: &Map<String, Value>) -> bool {
    let says = |field| map.contains_key(field);
    says("uid")
        && says("title")
        && ["timings", "firstTiming", "nextTiming", "lastTiming", "originAgenda"].into_iter().any(says)
}

/// The next page begins after the values by which the last event of this one is sorted.
fn next(document: &Value, base: &str) -> Option<String> {
    let after = document.get("after")?.as_array().filter(|after| !after.is_empty())?;
    let events = document.get("events")?.as_array()?;
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if events.is_empty() { None } else { with_list(base, "after[]", after.iter().map(word)) }
}

/// The number of a field that is one, or an object with one: `{"id": 6, "label": {…}}`.
pub(crate) fn code(item: &Item, path: &str) -> Option<i64> {
    let value = item.get(path)?;
    let unpacked = value.as_str().and_then(crate::syntax::value::unpack);
    let value = unpacked.as_ref().unwrap_or(value);
    let value = value.get("id").unwrap_or(value);
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    if item.flag("removed") || item.flag("deleted") {
        return Some("removed");
    }
    // -1 refused, 0 to be moderated, 1 ready to be published, 2 published.
    if code(item, "state").is_some_and(|state| state != 2) {
        return Some("state");
    }
    None
}

/// Cancelled, or put off to dates that are not known yet: the dates that it has are not kept. What is at other dates (2) has these.
pub(crate) fn called_off(item: &Item) -> Option<&'static str> {
    code(item, "status").is_some_and(|status| [POSTPONED, CANCELLED].contains(&status)).then_some("status")
}

// The values of `status`, "État" in <https://developers.openagenda.com/evenements/structure/>; 1 is as planned.
/// What was at a place can be attended online only now.
pub(crate) const MOVED_ONLINE: i64 = 3;
const POSTPONED: i64 = 4;
pub(crate) const FULL: i64 = 5;
const CANCELLED: i64 = 6;
/// The attendance mode of an event that is online only; 1 is on the spot, 3 both.
pub(crate) const ONLINE: i64 = 2;

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.summary = item.text("description");
    initiative.description = item.paragraphs(&["longDescription", "conditions"]);
    initiative.url = page(item)
        .or_else(|| registration(item, "registration"))
        .or_else(|| item.link(&["onlineAccessLink"]));
    let keywords = item.lines("keywords");
    describe(initiative, keywords);
    initiative.organizer = item.organisation("originAgenda.title", &["originAgenda.url"]);
    let agenda = code(item, "originAgenda.uid");
    if let (Some(Organisation { url: url @ None, .. }), Some(uid)) = (&mut initiative.organizer, agenda) {
        *url = Link::parse(&format!("https://openagenda.com/agendas/{uid}"));
    }
    initiative.places = item.places("location", place);
    if code(item, "attendanceMode") == Some(ONLINE) || code(item, "status") == Some(MOVED_ONLINE) {
        initiative.reach = Reach::Online;
        initiative.places.clear();
    }
    let zone = if item.get("timezone").is_some() { "timezone" } else { "location.timezone" };
    let clock = item.clock(zone, &initiative.places);
    let mut sessions = item.objects("timings", |timing| session(timing, &clock));
    if sessions.is_empty() {
        // A list of events names but some of their times.
        for path in ["firstTiming", "nextTiming", "lastTiming"] {
            sessions.extend(item.objects(path, |timing| session(timing, &clock)));
        }
    }
    initiative.sessions = in_order(sessions, code(item, "status") == Some(FULL));
    let helped: Vec<_> = HANDICAPS
        .iter()
        .filter(|(code, _)| item.flag(&format!("accessibility.{code}")))
        .map(|(code, _)| *code)
        .collect();
    accessible(initiative, &helped);
}

/// Kind, causes and keywords, from the keywords that an event has; its title may name the kind, too.
pub(crate) fn describe(initiative: &mut Initiative, keywords: Vec<String>) {
    let words = || keywords.iter().map(String::as_str).chain([initiative.name.as_str()]);
    let named = kind(words()).filter(|kind| matches!(kind, Kind::Volunteering | Kind::Training));
    let found = causes(keywords.iter().map(String::as_str));
    initiative.kind = named.or(Some(Kind::Gathering));
    initiative.causes = found;
    let mut seen = std::collections::BTreeSet::new();
    initiative.keywords = keywords.into_iter().filter(|word| seen.insert(fold(word))).collect();
}

fn page(item: &mut Item) -> Option<Link> {
    if item.get("canonicalUrl").is_some() {
        return item.link(&["canonicalUrl"]);
    }
    let (agenda, event) = (item.line("originAgenda.slug"), item.line("slug"));
    let is_slug =
        |slug: &str| !slug.is_empty() && slug.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    (is_slug(&agenda) && is_slug(&event))
        .then(|| Link::parse(&format!("https://openagenda.com/{agenda}/events/{event}")))?
}

/// Where one registers: the first address, e-mail address or telephone number that is named.
pub(crate) fn registration(item: &mut Item, path: &str) -> Option<Link> {
    let ways = item.each(path, |way| {
        let value = if way.get("value").is_some() { way.line("value") } else { way.line("") };
        let is_email = value.contains('@') && !value.contains('/');
        let is_telephone =
            !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || "+ .()-".contains(c));
        Link::parse(&match () {
            () if is_email => format!("mailto:{value}"),
            () if is_telephone => format!("tel:{}", value.replace([' ', '.', '(', ')', '-'], "")),
            () => value,
        })
    });
    ways.into_iter().next()
}

pub(crate) fn session(timing: &mut Item, clock: &Clock) -> Option<Session> {
    timing.session(SessionFields { start: "begin", end: "end", ..SessionFields::default() }, clock)
}

/// Sessions in the order of time, each once; without a seat where the event is full.
pub(crate) fn in_order(sessions: Vec<Session>, is_full: bool) -> Vec<Session> {
    let mut sessions = apart(sessions);
    sessions.sort_by_key(|session| session.start.moment.instant);
    sessions.truncate(ENTRIES);
    for session in &mut sessions {
        session.remaining = is_full.then_some(0);
    }
    sessions
}

/// Handicaps that an event is prepared for, in French as OpenAgenda words them.
const HANDICAPS: [(&str, &str); 5] = [
    ("ii", "handicap intellectuel"),
    ("hi", "handicap auditif"),
    ("vi", "handicap visuel"),
    ("pi", "handicap psychique"),
    ("mi", "handicap moteur"),
];

pub(crate) fn accessible(initiative: &mut Initiative, codes: &[&str]) {
    let words: Vec<_> =
        HANDICAPS.iter().filter(|(code, _)| codes.contains(code)).map(|(_, words)| *words).collect();
    if codes.contains(&"mi") {
        initiative.accessibility.push(Accessibility::Wheelchair);
    }
    if !words.is_empty() {
        initiative.accessibility_summary = format!("Accueil adapté : {}", words.join(", "));
    }
}

fn place(item: &mut Item) -> Place {
    let country = item.country("countryCode");
    let place = Place {
        name: item.line("name"),
        street_address: item.line("address"),
        postal_code: item.postcode("postalCode", &country),
        address_locality: item.line("city"),
        address_region: item.line("region"),
        point: item.point_of("latitude", "longitude", &country),
        ..Place::default()
    };
    tidy(place, country)
}
