//! API Engagement, the French government's exchange of volunteering missions: answers of its API and exports,
//! of today and with the flat addresses of older records. <https://api-engagement.beta.gouv.fr>
//!
//! A mission is signed up for on the platform that published it (`applicationUrl`): here it is a link.

pub(super) mod xml;

use alentour_model::read::DEFAULT_ZONE;
use alentour_model::text::{fold, has_words};
use alentour_model::{Accessibility, Initiative, Kind, Organisation, Place, Problem, Reach, Sector, Session};
use serde_json::{Map, Value};

use crate::fields::cause::causes;
use crate::format::Format;
use crate::items::{Item, List, objects};
use crate::pagination::next::{Pages, after_offset};

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "API Engagement: {\"ok\": true, \"data\": [mission]}, {\"ok\": true, \"hits\": [mission]}, or a list of missions, \
            each with title, applicationUrl and domain",
    recognises,
    read: |document, _, meter| Some(LIST.read(missions(document)?, meter)),
    apart: true,
    pages: Pages { next, ..Pages::ONE },
};

pub(crate) const LIST: List = List {
    name: "api-engagement",
    language: "fr",
    id: &["id", "_id", "clientId"],
    title: &["title"],
    withdrawn,
    called_off: |_| None,
    fill,
};

fn missions(document: &Value) -> Option<&Vec<Value>> {
    document
        .as_array()
        .or_else(|| document.get("data")?.as_array())
        .or_else(|| document.get("hits")?.as_array())
}

fn recognises(document: &Value) -> bool {
    let envelope = document.get("ok").is_some_and(Value::is_boolean);
    let Some(items) = missions(document) else { return false };
    // The list of an organisation without missions is empty.
    let is_mission = |map: &Map<String, Value>| {
        let says = |field| map.contains_key(field);
        says("title")
            && (says("applicationUrl") || says("organizationName") || (says("domain") && says("remote")))
    };
    if items.is_empty() {
        return envelope || document.is_array();
    }
    items.iter().filter_map(Value::as_object).any(is_mission)
        || (envelope && objects(document).next().is_none())
}

/// Its API is asked for so many missions (`limit`, or `size` where it searches) from one on (`skip`, or `from`).
fn next(document: &Value, base: &str) -> Option<String> {
    let from = if document.get("hits").is_some() { "from" } else { "skip" };
    after_offset(base, from, missions(document)?.len(), document.get("total")?.as_u64()?)
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    if item.flag("deleted") {
        return Some("deleted");
    }
    if item.get("deletedAt").is_some() {
        return Some("deletedAt");
    }
    let refused = |status: &str| !status.eq_ignore_ascii_case("accepted");
    item.get("statusCode").and_then(Value::as_str).is_some_and(refused).then_some("statusCode")
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    // Volunteering of every sort: `benevolat`, `volontariat_service_civique`, `volontariat_sapeurs_pompiers`,
    // `volontariat_reserve_operationnelle`.
    initiative.kind = Some(Kind::Volunteering);
    initiative.description = item.text("descriptionHtml");
    if initiative.description.is_empty() {
        initiative.description = item.text("description");
    }
    initiative.url = item.link(&["applicationUrl"]);

    let domain = item.line("domain");
    let mut activities = item.lines("activities");
    activities.extend(item.lines("activity"));
    initiative.causes = causes(std::iter::once(domain.as_str()).chain(activities.iter().map(String::as_str)));
    let mut keywords: Vec<_> = activities.iter().map(|slug| unslug(slug)).collect();
    keywords.extend(item.lines("tags"));
    keywords.extend(item.lines("audience"));
    keywords.push(unslug(&domain));
    let mut seen = std::collections::BTreeSet::new();
    initiative.keywords =
        keywords.into_iter().filter(|word| !word.is_empty() && seen.insert(word.to_lowercase())).collect();

    // "possible" ("hybride") may be done from home but happens somewhere; "local" is another word for "no".
    if ["full", "oui", "yes", "true", "1", "total"].contains(&item.line("remote").to_lowercase().as_str()) {
        initiative.reach = Reach::Online;
    }
    initiative.organizer = organizer(item);
    initiative.partners =
        publisher(item).filter(|p| !is_same(&initiative.organizer, p)).into_iter().collect();
    initiative.places = item.places("addresses", address);
    if initiative.places.is_empty() {
        initiative.places = Some(old_address(item)).filter(|place| !place.is_empty()).into_iter().collect();
    } else if let [only] = initiative.places.as_mut_slice() {
        // Some records have the street in the list and the point beside it.
        if only.point.is_none() {
            only.point = item.point(&["location"], &only.address_country);
        }
    }
    when(item, initiative);
    if item.flag("reducedMobilityAccessible") {
        initiative.accessibility.push(Accessibility::Wheelchair);
    }
    if item.flag("closeToTransport") {
        initiative.accessibility.push(Accessibility::PublicTransport);
    }
}

/// Domains and activities are slugs: `aide-psychologique`.
fn unslug(slug: &str) -> String {
    slug.split(|c: char| c == '-' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Days, and the people still looked for. A mission of one day has a session, which has seats; of a longer one
/// the number is said in the summary, behind the rhythm ("2 heures par semaine").
fn when(item: &mut Item, initiative: &mut Initiative) {
    let seats = item.count("places").filter(|seats| *seats > 0);
    initiative.start = item.day("startAt");
    initiative.end = item.day("endAt");
    if let (Some(start), Some(end)) = (initiative.start, initiative.end)
        && end.ends_before(start)
    {
        item.find("endAt", Problem::EndsBeforeStart);
        initiative.end = None;
    }
    initiative.summary = item.line("schedule");
    if let (Some(start), Some(end)) = (initiative.start, initiative.end)
        && start.date() == end.date()
    {
        initiative.sessions.push(Session {
            id: start.moment.to_string(),
            name: String::new(),
            start,
            end: Some(end),
            time_zone: DEFAULT_ZONE.into(),
            place: None,
            capacity: seats,
            remaining: None,
            needs: Vec::new(),
            live: Default::default(),
        });
        return;
    }
    if let Some(seats) = seats {
        let places = if seats == 1 { "1 place".to_owned() } else { format!("{seats} places") };
        let gap = if initiative.summary.is_empty() { "" } else { " · " };
        initiative.summary.push_str(&format!("{gap}{places}"));
    }
}

fn organizer(item: &mut Item) -> Option<Organisation> {
    let name = item.line("organizationName");
    if name.is_empty() {
        return None;
    }
    let status = fold(&item.line("organizationStatusJuridique"));
    let says = |word| has_words(&status, word);
    // A number of the Répertoire national des associations is only given to associations.
    let sector = if says("association") || item.get("organizationRNA").is_some() {
        Some(Sector::Association)
    } else if says("public") || says("collectivite") || says("etat") {
        Some(Sector::Public)
    } else {
        None
    };
    Some(Organisation { name, url: item.link(&["organizationUrl"]), sector })
}

/// The platform that published the mission.
fn publisher(item: &mut Item) -> Option<Organisation> {
    let name = item.line("publisherName");
    (!name.is_empty()).then(|| Organisation { name, url: item.link(&["publisherUrl"]), sector: None })
}

fn is_same(organizer: &Option<Organisation>, publisher: &Organisation) -> bool {
    organizer.as_ref().is_some_and(|organizer| organizer.name == publisher.name)
}

fn address(item: &mut Item) -> Place {
    let street = item.line("street");
    read_address(item, street)
}

/// Older records have one address, on top.
fn old_address(item: &mut Item) -> Place {
    let street = item.line("address");
    read_address(item, street)
}

fn read_address(item: &mut Item, street_address: String) -> Place {
    // A French feed leaves out its own country.
    let country = if item.get("country").is_some() { item.country("country") } else { "FR".to_owned() };
    let mut place = Place {
        street_address,
        postal_code: item.postcode("postalCode", &country),
        address_locality: item.line("city"),
        address_region: item.line("region"),
        point: item.point(&["location", "geoPoint", "lonLat", "lonlat"], &country),
        ..Place::default()
    };
    if !place.is_empty() {
        place.address_country = country;
    }
    place
}
