//! What search engines read of an initiative: schema.org's words, in a script that nothing runs.

use alentour_model::{Initiative, Kind, Organisation, Place, Reach, Session, When};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use crate::document::inert;

/// Bytes of the events of one page, as they are sent; the sessions after these are left out. A meal each day of a year is some 230 kB.
/// Without a bound, 100 bytes that ask for a page could be answered with megabytes.
const MOST: usize = 256 << 10;

/// Characters of a description under a title: search engines cut off after some 160.
const DESCRIBED: usize = 160;

/// The initiative in a script that nothing runs. `address` is its page, where it has one here; `now` in UTC seconds.
pub fn script(initiative: &Initiative, address: Option<&str>, now: i64) -> Markup {
    let text = inert(&data(initiative, address, now).to_string());
    html! { script type="application/ld+json" { (PreEscaped(text)) } }
}

/// The initiative in schema.org's words. One with several sessions is as many events: search engines list each by its own date, and
/// look into no `subEvent` (<https://developers.google.com/search/docs/appearance/structured-data/event>). What is over is none of
/// them, unless all is.
pub fn data(initiative: &Initiative, address: Option<&str>, now: i64) -> Value {
    let coming = initiative.coming(now);
    let mut nodes: Vec<Value> = match (coming.as_slice(), initiative.sessions.last()) {
        ([], last) => vec![alone(initiative, last, address)],
        ([only], _) => vec![alone(initiative, Some(only), address)],
        (several, _) => {
            let mut room = MOST;
            let nodes = several.iter().map(|session| node(initiative, Some(session), address, true));
            nodes.take_while(|node| fits(&mut room, node)).collect()
        }
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

/// All that is said of what stands alone, or as of one of many where it is too much.
fn alone(initiative: &Initiative, session: Option<&Session>, address: Option<&str>) -> Value {
    let whole = node(initiative, session, address, false);
    if fits(&mut { MOST }, &whole) { whole } else { node(initiative, session, address, true) }
}

/// Whether that many bytes are left for an event, which takes them.
fn fits(room: &mut usize, node: &Value) -> bool {
    let left = room.checked_sub(inert(&node.to_string()).len());
    *room = left.unwrap_or_default();
    left.is_some()
}

/// `is_one_of_many`: it is short, as all of them say the same.
fn node(
    initiative: &Initiative,
    session: Option<&Session>,
    address: Option<&str>,
    is_one_of_many: bool,
) -> Value {
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
    put("description", if is_one_of_many { json!(described(text)) } else { json!(text) });
    if kind == "Event" {
        put("startDate", json!(start));
        put("endDate", json!(end));
        put("eventStatus", json!("https://schema.org/EventScheduled"));
        let mode = if initiative.reach == Reach::Online { "Online" } else { "Offline" };
        put("eventAttendanceMode", json!(format!("https://schema.org/{mode}EventAttendanceMode")));
        put("organizer", initiative.organizer.as_ref().map(organiser).unwrap_or_default());
        put("maximumAttendeeCapacity", json!(session.and_then(|session| session.capacity)));
        put("remainingAttendeeCapacity", json!(session.and_then(Session::left)));
    }
    // A session is where it says, or at each of the places: one of many names the first.
    let one = session.and_then(|session| initiative.places.get(session.place?));
    let first = initiative.places.first().filter(|_| is_one_of_many);
    let places = one.or(first).map_or(initiative.places.as_slice(), std::slice::from_ref);
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

/// The beginning of a text, in one line.
pub fn described(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(DESCRIBED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
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
        let data = data(&initiative, Some("https://agir.example/i/a"), 0);
        let [one, other] = &data["@graph"].as_array().unwrap()[..] else { panic!("{data}") };
        assert_eq!(
            (&one["@type"], &one["startDate"]),
            (&json!("Event"), &json!("2099-05-02T14:00:00+02:00"))
        );
        assert_eq!(one["location"][0]["address"]["addressLocality"], "Vienne");
        assert_eq!((&one["maximumAttendeeCapacity"], &other["startDate"]), (&json!(5), &json!("2099-05-03")));
        assert_eq!(other["location"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&one["url"], &one["sameAs"]),
            (&json!("https://agir.example/i/a"), &json!("https://asso.example/a"))
        );
    }

    #[test]
    fn what_is_over_is_no_event_unless_all_is() {
        let session = |id: &str, day: &str| json!({ "id": id, "startDate": day });
        let sessions =
            [session("un", "2031-05-02"), session("deux", "2031-05-03"), session("trois", "2031-05-04")];
        let text = "é".repeat(300);
        let initiative =
            read(json!({ "id": "a", "name": "Atelier", "description": text, "sessions": sessions }));
        let starts_after = |days: i64| {
            let now = initiative.sessions[0].ends() + days * 86_400;
            let data = data(&initiative, None, now);
            let all = data["@graph"].as_array().cloned().unwrap_or_else(|| vec![data]);
            all.iter().map(|one| one["startDate"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(starts_after(-1), ["2031-05-02", "2031-05-03", "2031-05-04"]);
        assert_eq!(starts_after(0), ["2031-05-03", "2031-05-04"]);
        assert_eq!(
            (starts_after(1), starts_after(2)),
            (vec!["2031-05-04".into()], vec!["2031-05-04".into()])
        );
        // One that stands alone has all that is said of it.
        let alone = data(&initiative, None, initiative.sessions[1].ends());
        assert_eq!(alone["description"], text);
        assert_eq!(data(&initiative, None, 0)["@graph"][2]["description"], format!("{}…", "é".repeat(160)));
    }

    #[test]
    fn a_page_s_data_are_bounded_and_an_honest_year_is_whole() {
        let item = |count: usize, text: String, place: Value, places: usize| {
            let session = |n: usize| json!({ "startDate": format!("20{}-{:02}-{:02}T12:00Z", 40 + n / 336, n % 336 / 28 + 1, n % 28 + 1) });
            let sessions: Vec<_> = (0..count).map(session).collect();
            read(
                json!({ "id": "a", "name": "Repas", "description": text, "location": vec![place; places], "sessions": sessions }),
            )
        };
        let place = json!({ "name": "<".repeat(100), "addressLocality": "Lyon" });
        let size = |item: &Initiative| script(item, Some("https://agir.example/i/a"), 0).into_string().len();
        let (evil, honest) = (
            item(1000, "<".repeat(20_000), place.clone(), 50),
            item(
                336,
                "Un repas. ".repeat(300),
                json!({ "name": "Salle", "streetAddress": "1 rue de la Paix", "addressLocality": "Lyon" }),
                1,
            ),
        );
        assert_eq!((evil.sessions.len(), evil.places.len(), honest.sessions.len()), (1000, 50, 336));
        let one = item(1, "<".repeat(20_000), place, 1000);
        assert!(one.places.len() > 500 && size(&one) < 300_000, "{}", size(&one));
        assert!(size(&evil) < 300_000, "{}", size(&evil));
        let of = |item: &Initiative| {
            data(item, Some("https://agir.example/i/a"), 0)["@graph"].as_array().unwrap().len()
        };
        assert!(of(&evil) > 50, "{}", of(&evil));
        assert_eq!(of(&honest), 336, "{}", size(&honest));
    }

    #[test]
    fn what_has_no_date_is_a_group_or_a_project() {
        let kind = |kind: &str| {
            data(&read(json!({ "id": "a", "name": "A", "kind": kind })), None, 0)["@type"].clone()
        };
        assert_eq!((kind("group"), kind("petition")), (json!("Organization"), json!("Project")));
    }
}
