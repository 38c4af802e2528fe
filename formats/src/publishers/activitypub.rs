//! Events as Mobilizon, Gancio and others of the Fediverse tell each other of them: an `Event`, an activity about one
//! (`Create`, `Update`, `Announce`), an outbox of activities. <https://docs.mobilizon.org>
//!
//! One takes part on the server where the event is, or where it says: here it is a link.

use std::borrow::Cow;
use std::collections::HashSet;

use alentour_model::{Initiative, Kind, Link, Organisation, Place, Reach};
use serde_json::{Value, json};

use crate::fields::address::{in_words, tidy};
use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::format::Format;
use crate::items::sessions::{SessionFields, apart};
use crate::items::{Item, List};
use crate::pagination::next::{Pages, address, resolve};

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "ActivityPub (Mobilizon): an Event, a Create or Update of one, an OrderedCollection of them, with type and @context",
    recognises: |document| match document {
        Value::Array(items) => items.iter().any(is_known),
        document => is_known(document),
    },
    read: |document, _, meter| Some(LIST.read(current(document), meter)),
    apart: false,
    pages: Pages { next, newest_first: true, ..Pages::ONE },
};

const LIST: List =
    List { name: "activitypub", language: "", id: &["id"], title: &["name"], withdrawn, called_off, fill };

/// Whether a value is of that type; some have several.
fn is_a(value: &Value, types: &[&str]) -> bool {
    match value.get("type") {
        Some(Value::String(name)) => types.contains(&name.as_str()),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(|name| types.contains(&name)),
        _ => false,
    }
}

const ACTIVITIES: [&str; 4] = ["Create", "Update", "Announce", "Add"];
const COLLECTIONS: [&str; 4] = ["OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage"];

fn is_known(value: &Value) -> bool {
    let says = |field: &str| value.get(field).is_some();
    (is_a(value, &COLLECTIONS)
        && ["orderedItems", "items", "first", "next", "totalItems"].into_iter().any(says))
        || (is_a(value, &ACTIVITIES) && says("object") && says("actor"))
        || (is_a(value, &["Event"]) && (says("startTime") || says("@context") || says("attributedTo")))
}

/// Where the collection's activities are: with itself, or with its first page.
fn items(document: &Value) -> Option<&Vec<Value>> {
    let list = |value: &'_ Value| {
        ["orderedItems", "items"].into_iter().find(|name| value.get(*name).is_some_and(Value::is_array))
    };
    match list(document) {
        Some(name) => document.get(name)?.as_array(),
        None => {
            let first = document.get("first")?;
            first.get(list(first)?)?.as_array()
        }
    }
}

fn next(document: &Value, base: &str) -> Option<String> {
    let first = document.get("first");
    let next = match (document.get("next"), first) {
        (Some(next), _) => next,
        // The first page came with the collection.
        (None, Some(first @ Value::Object(_))) if items(document).is_some() => first.get("next")?,
        (None, Some(first)) if items(document).is_none_or(Vec::is_empty) => first,
        _ => return None,
    };
    resolve(base, address(next)?)
}

/// The events of a document as they are now: what is newest comes first, so that a deletion or a later version makes
/// what follows of the same event void. What is no event (a post, a comment) is none of ours.
fn current(document: &Value) -> impl Iterator<Item = Cow<'_, Value>> {
    let activities = match document {
        Value::Array(items) => items.as_slice(),
        document if is_a(document, &COLLECTIONS) => items(document).map(Vec::as_slice).unwrap_or_default(),
        document => std::slice::from_ref(document),
    };
    let mut seen = HashSet::new();
    activities.iter().filter_map(event).filter(move |event| {
        let id = event.get("id").and_then(Value::as_str).map(str::to_owned);
        id.is_none_or(|id| seen.insert(id))
    })
}

fn event(activity: &Value) -> Option<Cow<'_, Value>> {
    if is_a(activity, &["Event", "Tombstone"]) {
        return Some(Cow::Borrowed(activity));
    }
    let object = activity.get("object");
    if is_a(activity, &["Delete", "Remove"]) {
        return Some(Cow::Owned(json!({"type": "Tombstone", "id": address(object?)?})));
    }
    if !activity.is_object() || is_a(activity, &ACTIVITIES) {
        let Some(object) = object else { return (!activity.is_object()).then_some(Cow::Borrowed(activity)) };
        // An announcement may give but the address of the event.
        let is_ours = is_a(object, &["Event"]) || object.is_string();
        // Another server's announcement holds the activity that it announces.
        return if is_a(object, &ACTIVITIES) {
            event(object)
        } else {
            is_ours.then_some(Cow::Borrowed(object))
        };
    }
    None
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    if says(item, "type", "Tombstone") {
        return Some("type");
    }
    item.flag("draft").then_some("draft")
}

fn called_off(item: &Item) -> Option<&'static str> {
    ["status", "ical:status"].into_iter().find(|field| says(item, field, "CANCELLED"))
}

fn says(item: &Item, field: &str, word: &str) -> bool {
    item.get(field).and_then(Value::as_str).is_some_and(|said| said.eq_ignore_ascii_case(word))
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.summary = summary(item);
    initiative.description = item.text("content");
    initiative.url = link(item);
    let mut words: Vec<String> = item.objects("tag", |tag| {
        (tag.line("type") == "Hashtag").then(|| tag.line("name").trim_start_matches('#').to_owned())
    });
    words.retain(|word| !word.is_empty());
    let category = item.line("category").replace('_', " ").to_lowercase();
    let named = || words.iter().map(String::as_str).chain([category.as_str()]);
    initiative.kind = kind(named())
        .filter(|kind| matches!(kind, Kind::Volunteering | Kind::Training))
        .or(Some(Kind::Gathering));
    initiative.causes = causes(named());
    initiative.keywords = words;
    initiative.organizer = organizer(item);
    let mut is_virtual = item.flag("isOnline");
    let mut places = Vec::new();
    for place in item.each("location", |inner| {
        is_virtual |=
            inner.line("type") == "VirtualLocation" || inner.line("address.type") == "VirtualLocation";
        Some(place(inner))
    }) {
        if !place.is_empty() && !places.contains(&place) {
            places.push(place);
        }
    }
    initiative.places = places;
    if is_virtual && initiative.places.is_empty() {
        initiative.reach = Reach::Online;
    }
    initiative.languages = item.lines("inLanguage").into_iter().filter(|tag| tag != "und").collect();
    let clock = item.clock("timezone", &initiative.places);
    let fields = SessionFields {
        start: "startTime",
        end: "endTime",
        capacity: "maximumAttendeeCapacity",
        remaining: "remainingAttendeeCapacity",
        ..SessionFields::default()
    };
    let mut session = item.session(fields, &clock);
    if let Some(session) = &mut session {
        // Mobilizon's 0 is an event without a limit.
        session.capacity = session.capacity.filter(|seats| *seats > 0);
        let taken = item.count("participantCount");
        let left = session.capacity.zip(taken).map(|(seats, taken)| seats.saturating_sub(taken));
        session.remaining = session.remaining.filter(|_| session.capacity.is_some()).or(left);
    }
    initiative.sessions = apart(session.into_iter().collect());
}

/// Servers write the date and place into the summary for others that know no events: only its first line may say more.
fn summary(item: &mut Item) -> String {
    let summary = item.text("summary");
    if summary == item.text("content") { String::new() } else { summary }
}

/// Where one takes part: elsewhere, if the event says so, or else its page.
fn link(item: &mut Item) -> Option<Link> {
    if item.line("joinMode") == "external"
        && let Some(link) = item.link(&["externalParticipationUrl"])
    {
        return Some(link);
    }
    let pages = item.each("url", |url| {
        let is_page = url.get("mediaType").and_then(Value::as_str).is_none_or(|media| media == "text/html");
        let at = if url.get("href").is_some() { "href" } else { "" };
        if is_page { url.link(&[at]) } else { None }
    });
    pages.into_iter().next().or_else(|| item.get("id").and_then(Value::as_str).and_then(Link::parse))
}

/// Who the event is attributed to: by name or, where there is but an address, by the handle that it is read as.
fn organizer(item: &mut Item) -> Option<Organisation> {
    let named = item.each("attributedTo", |actor| {
        if let Some(organizer) = actor.organisation("name", &["url", "id"]) {
            return Some(organizer);
        }
        let at = if actor.get("id").is_some() { "id" } else { "" };
        let url = actor.get(at).and_then(Value::as_str).and_then(Link::parse)?;
        let rest = url.as_str().split("://").nth(1)?;
        let (host, path) = rest.split_once('/')?;
        let name = path.rsplit('/').find(|part| !part.is_empty())?.trim_start_matches('@');
        let name = crate::syntax::html::to_line(&format!("@{name}@{host}"));
        Some(Organisation { name, url: Some(url), sector: None })
    });
    named.into_iter().next()
}

/// A place: a `Place` with an address that is text or an object, such an address itself, or text.
fn place(item: &mut Item) -> Place {
    if item.get("").is_some_and(Value::is_string) {
        return in_words(&item.line(""));
    }
    if item.line("type") == "VirtualLocation" || !item.is_object() {
        return Place::default();
    }
    let is_text = item.get("address").is_some_and(Value::is_string);
    let is_virtual = item.line("address.type") == "VirtualLocation";
    // An address may stand by itself, without a place around it.
    let within = if item.get("address").is_some_and(Value::is_object) { "address." } else { "" };
    let country = if is_text { String::new() } else { item.country(&format!("{within}addressCountry")) };
    let point = item.point_of("latitude", "longitude", &country);
    let field = |item: &mut Item, name: &str| item.line(&format!("{within}{name}"));
    let place = Place {
        name: if is_virtual { String::new() } else { item.line("name") },
        street_address: if is_text { item.line("address") } else { field(item, "streetAddress") },
        postal_code: item.postcode(&format!("{within}postalCode"), &country),
        address_locality: field(item, "addressLocality"),
        address_region: field(item, "addressRegion"),
        point: point.or_else(|| item.point(&["geo", "address.geo"], &country)),
        ..Place::default()
    };
    tidy(place, country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outbox_leads_to_its_first_page_and_that_to_the_next() {
        let at = |document: Value| next(&document, "https://example.org/@a/outbox");
        let page = "https://example.org/@a/outbox?page=1";
        let collection = json!({"type": "OrderedCollection", "totalItems": 2, "first": page});
        assert_eq!(at(collection).as_deref(), Some(page));
        let within = json!({"type": "OrderedCollection", "first": {"orderedItems": [1], "next": "?page=2"}});
        assert_eq!(at(within).as_deref(), Some("https://example.org/@a/outbox?page=2"));
        assert_eq!(at(json!({"type": "OrderedCollectionPage", "orderedItems": [], "next": null})), None);
        assert_eq!(at(json!({"type": "OrderedCollection", "orderedItems": [1], "first": page})), None);
    }
}
