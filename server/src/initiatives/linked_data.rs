//! What search engines read of an initiative: schema.org's words, in a script that nothing runs.

use alentour_model::{Initiative, Kind, Organisation, Place, Reach, Session, When};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use crate::document::inert;

/// The initiative in a script that nothing runs. `address` is its page, where it has one here.
pub fn script(initiative: &Initiative, address: Option<&str>) -> Markup {
    let text = inert(&data(initiative, address).to_string());
    html! { script type="application/ld+json" { (PreEscaped(text)) } }
}

/// The initiative in schema.org's words. One with several sessions is as many events: search engines list each by its own date, and
/// look into no `subEvent` (<https://developers.google.com/search/docs/appearance/structured-data/event>).
pub fn data(initiative: &Initiative, address: Option<&str>) -> Value {
    let mut nodes: Vec<Value> = match initiative.sessions.as_slice() {
        [] => vec![node(initiative, None, address)],
        sessions => sessions.iter().map(|session| node(initiative, Some(session), address)).collect(),
    };
    match nodes.len() {
        1 => {
            let mut only = nodes.remove(0);
            only["@context"] = json!("https://schema.org");
            only
        }
        _ => json!({ "@context": "https://schema.org", "@graph": nodes }),
    }
}

fn node(initiative: &Initiative, session: Option<&Session>, address: Option<&str>) -> Value {
    let (start, end): (Option<When>, Option<When>) = match session {
        Some(session) => (Some(session.start), session.end),
        None => (initiative.start, initiative.end),
    };
    let kind = match (&initiative.kind, start) {
        (_, Some(_)) => "Event",
        (Some(Kind::Group), None) => "Organization",
        _ => "Project",
    };
    let mut data = json!({ "@type": kind, "name": initiative.name });
    let mut put = |name: &str, value: Value| {
        if !value.is_null() && value != json!("") && value != json!([]) {
            data[name] = value;
        }
    };
    let id = session.map(|session| format!("{}#{}", initiative.id, session.id));
    put("identifier", json!(id.as_ref().unwrap_or(&initiative.id)));
    let own = initiative.url.as_ref().map(|url| url.as_str());
    put("url", json!(address.or(own)));
    put("sameAs", json!(address.and(own)));
    let text = if initiative.summary.is_empty() { &initiative.description } else { &initiative.summary };
    put("description", json!(text));
    if kind == "Event" {
        put("startDate", json!(start));
        put("endDate", json!(end));
        put("eventStatus", json!("https://schema.org/EventScheduled"));
        let mode = if initiative.reach == Reach::Online { "Online" } else { "Offline" };
        put("eventAttendanceMode", json!(format!("https://schema.org/{mode}EventAttendanceMode")));
        put("organizer", initiative.organizer.as_ref().map(organiser).unwrap_or_default());
        put("maximumAttendeeCapacity", json!(session.and_then(|session| session.capacity)));
        put("remainingAttendeeCapacity", json!(session.and_then(|session| session.remaining)));
    }
    // A session is where it says, or at each of the places.
    let one = session.and_then(|session| initiative.places.get(session.place?));
    let places = one.map_or(initiative.places.as_slice(), std::slice::from_ref);
    put("location", places.iter().map(place).collect());
    data
}

fn organiser(who: &Organisation) -> Value {
    json!({ "@type": "Organization", "name": who.name, "url": who.url })
}

fn place(place: &Place) -> Value {
    let mut data = json!({
        "@type": "Place",
        "name": if place.name.is_empty() { &place.address_locality } else { &place.name },
        "address": {
            "@type": "PostalAddress", "streetAddress": place.street_address, "postalCode": place.postal_code,
            "addressLocality": place.address_locality, "addressRegion": place.address_region,
            "addressCountry": place.address_country,
        },
    });
    // A town's middle is no venue's position.
    if let Some(point) = place.point.filter(|_| !place.approximate) {
        data["geo"] =
            json!({ "@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude });
    }
    data
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An initiative as a feed gives it.
    pub(crate) fn read(item: Value) -> Initiative {
        let json = json!({ "initiatives": [item] }).to_string();
        alentour_formats::read(json.as_bytes()).unwrap().feed.initiatives.remove(0)
    }

    #[test]
    fn each_session_is_an_event_at_its_own_place() {
        let initiative = read(json!({
            "id": "a", "name": "Atelier", "url": "https://asso.example/a",
            "location": [{ "addressLocality": "Lyon" }, { "addressLocality": "Vienne" }],
            "sessions": [
                { "id": "un", "startDate": "2099-05-02T14:00:00+02:00", "location": 1, "maximumAttendeeCapacity": 5 },
                { "id": "deux", "startDate": "2099-05-03" },
            ],
        }));
        let data = data(&initiative, Some("https://agir.example/i/a"));
        let [one, other] = &data["@graph"].as_array().unwrap()[..] else { panic!("{data}") };
        assert_eq!(
            (&one["@type"], &one["startDate"]),
            (&json!("Event"), &json!("2099-05-02T14:00:00+02:00"))
        );
        assert_eq!(one["location"][0]["address"]["addressLocality"], "Vienne");
        assert_eq!((&one["maximumAttendeeCapacity"], &other["startDate"]), (&json!(5), &json!("2099-05-03")));
        assert_eq!(other["location"].as_array().unwrap().len(), 2);
        assert_eq!(
            (&one["url"], &one["sameAs"]),
            (&json!("https://agir.example/i/a"), &json!("https://asso.example/a"))
        );
    }

    #[test]
    fn what_has_no_date_is_a_group_or_a_project() {
        let kind =
            |kind: &str| data(&read(json!({ "id": "a", "name": "A", "kind": kind })), None)["@type"].clone();
        assert_eq!((kind("group"), kind("petition")), (json!("Organization"), json!("Project")));
    }
}
