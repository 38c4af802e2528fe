//! Items whose fields nobody has agreed upon: read by what such fields are usually called, in French and English.

use std::collections::HashMap;
use std::sync::LazyLock;

use alentour_model::read::LINE;
use alentour_model::text::fold;
use alentour_model::{Accessibility, Initiative, Kind, Organisation, Place, Reach, Session};
use serde_json::{Map, Value};

use crate::fields::address::tidy;
use crate::fields::cause::causes;
use crate::fields::id;
use crate::fields::kind::kind;
use crate::items::sessions::{Clock, SessionFields, apart};
use crate::items::{Item, List};

/// What identifiers and titles are usually called; the first that says something is taken.
pub(crate) const IDS: &[&str] = &[
    "id",
    "_id",
    "@id",
    "uid",
    "uuid",
    "identifier",
    "identifiant",
    "recordid",
    "guid",
    "global_id",
    "_alentour_id",
];
pub(crate) const TITLES: &[&str] = &[
    "title",
    "name",
    "titre",
    "nom",
    "label",
    "libelle",
    "libellé",
    "intitule",
    "intitulé",
    "event_name",
    "nom_association",
    "nom_structure",
    "name:fr",
];

/// What the other fields are called, in `tables/fields.tsv`.
static FIELDS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let lines = include_str!("../tables/fields.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(field, names)| (field, names.split('\t').collect()))
        .collect()
});

fn names(field: &str) -> &'static [&'static str] {
    FIELDS.get(field).map(Vec::as_slice).unwrap_or_default()
}

/// A list of such items.
pub(crate) const fn list(name: &'static str) -> List {
    List { name, language: "", id: IDS, title: TITLES, withdrawn, called_off, fill }
}

/// Whether an object is such an item: it has a title, and something to tell or a link.
pub(crate) fn is_item(map: &Map<String, Value>) -> bool {
    let says = |names: &[&str]| names.iter().any(|name| map.get(*name).is_some_and(|value| !value.is_null()));
    let titled = TITLES
        .iter()
        .any(|name| map.get(*name).map(crate::syntax::value::localised).is_some_and(Value::is_string));
    titled && [names("link"), names("description"), names("summary"), names("start")].into_iter().any(says)
}

/// Gives an item without an identifier one, made of its title, link, place and date: it stays while these do.
pub(crate) fn name(map: &mut Map<String, Value>) {
    let is_named = |name: &&&str| match map.get(**name) {
        Some(Value::String(text)) => !text.trim().is_empty() && text.len() <= LINE,
        Some(Value::Number(_)) => true,
        _ => false,
    };
    if IDS.iter().any(|name| is_named(&name)) {
        return;
    }
    let said = |names: &[&str]| {
        let value = names.iter().find_map(|name| map.get(*name)).filter(|value| !value.is_null());
        value.map(Value::to_string).unwrap_or_default()
    };
    let parts = [
        TITLES,
        names("link"),
        names("start"),
        names("point"),
        names("latitude"),
        names("longitude"),
        names("street"),
    ]
    .map(said);
    let id = id::of(&parts.each_ref().map(String::as_str));
    map.insert("_alentour_id".into(), id.into());
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    if item.flag("deleted") {
        return Some("deleted");
    }
    if ["deletedAt", "deleted_at"].iter().any(|field| item.get(field).is_some()) {
        return Some("deletedAt");
    }
    let refused = ["draft", "brouillon", "rejected", "refuse", "deleted", "supprime"];
    refused.contains(&status(item).as_str()).then_some("status")
}

fn called_off(item: &Item) -> Option<&'static str> {
    let off = ["cancelled", "canceled", "annule", "annulee", "postponed", "reporte", "reportee"];
    off.contains(&status(item).as_str()).then_some("status")
}

fn status(item: &Item) -> String {
    fold(item.get("status").and_then(Value::as_str).unwrap_or_default())
}

/// The first of these fields that says something; where none does, the first.
fn first(item: &Item, names: &[&'static str]) -> &'static str {
    let found = names.iter().find(|name| item.get(name).is_some());
    found.or_else(|| names.first()).copied().unwrap_or("")
}

/// The same, where an object or a list is nothing.
fn first_plain(item: &Item, names: &[&'static str]) -> &'static str {
    let is_plain = |name: &&&'static str| {
        item.get(name).is_some_and(|value| value.is_string() || value.is_number() || value.is_boolean())
    };
    names.iter().find(|name| is_plain(name)).copied().unwrap_or("_")
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.summary = item.text(first(item, names("summary")));
    initiative.description = item.text(first(item, names("description")));
    let links: Vec<_> =
        names("link").iter().copied().filter(|name| item.get(name).is_some_and(Value::is_string)).collect();
    initiative.url = item.link(&links);
    initiative.organizer = organizer(item);
    let mut words: Vec<String> = Vec::new();
    for name in names("keywords") {
        let given = item.lines(name);
        // A cell of a table holds several words.
        let split =
            |line: &String| line.split([';', '|']).map(|word| word.trim().to_owned()).collect::<Vec<_>>();
        words.extend(given.iter().flat_map(split).filter(|word| !word.is_empty() && word != "Feature"));
    }
    let mut seen = std::collections::BTreeSet::new();
    words.retain(|word| seen.insert(fold(word)));
    item.limit(first(item, names("keywords")), &mut words);
    initiative.causes = causes(words.iter().map(String::as_str));
    initiative.places = places(item);
    if names("online").iter().any(|name| item.flag(name))
        && initiative.places.iter().all(|place| place.point.is_none())
    {
        initiative.reach = Reach::Online;
    }
    if names("wheelchair").iter().any(|name| item.flag(name)) {
        initiative.accessibility.push(Accessibility::Wheelchair);
    }
    when(item, initiative);

    let named = kind(words.iter().map(String::as_str).chain([initiative.name.as_str()]));
    // Pages that look for volunteers say so in their address.
    let address = initiative.url.as_ref().map(|url| url.as_str().to_owned()).unwrap_or_default();
    let asked = || kind([address.as_str()]).filter(|kind| *kind == Kind::Volunteering);
    let dated = (!initiative.sessions.is_empty()).then_some(Kind::Gathering);
    // A word such as "rencontre" names no date, and "collectif" may be who invites to one.
    let unfit = if dated.is_some() { Kind::Group } else { Kind::Gathering };
    let named = named.filter(|kind| *kind != unfit);
    initiative.kind = named.or_else(asked).or(dated);
    initiative.keywords = words;
}

fn organizer(item: &mut Item) -> Option<Organisation> {
    let name = first(item, names("organizer"));
    let organizers = item.each(name, |inner| {
        if inner.get("").is_some_and(Value::is_string) {
            return inner.organisation("", &[]);
        }
        if inner.is_object() { inner.organisation("name", &["url", "website"]) } else { None }
    });
    organizers.into_iter().next()
}

fn when(item: &mut Item, initiative: &mut Initiative) {
    let clock = item.clock(first_plain(item, names("zone")), &initiative.places);
    let dates = names("dates").iter().find(|name| item.get(name).is_some_and(|value| !value.is_string()));
    let mut sessions = match dates {
        Some(dates) => item.objects(dates, |date| session(date, &clock)),
        None => Vec::new(),
    };
    if sessions.is_empty() && item.get(first(item, names("start"))).is_some() {
        sessions.extend(session(item, &clock));
    }
    initiative.sessions = apart(sessions);
}

fn session(item: &mut Item, clock: &Clock) -> Option<Session> {
    let fields = SessionFields {
        start: first(item, names("start")),
        end: first(item, names("end")),
        all_day: "all_day",
        capacity: first_plain(item, names("seats")),
        ..SessionFields::default()
    };
    let mut session = item.session(fields, clock)?;
    // 0 seats are what an empty form field becomes.
    session.capacity = session.capacity.filter(|seats| *seats > 0);
    Some(session)
}

/// Its places: those that are objects or texts of their own, or the one whose fields stand among the item's.
fn places(item: &mut Item) -> Vec<Place> {
    let own = place(item);
    let mut places = Vec::new();
    for name in names("place") {
        if item.get(name).is_some_and(|value| value.is_object() || value.is_array()) {
            places.extend(item.each(name, |inner| {
                // Bare coordinates: `location: [4.85, 45.75]`.
                let is_object = inner.get("").is_some_and(Value::is_object);
                is_object.then(|| place(inner)).filter(|place| !place.is_empty())
            }));
        }
    }
    match places.as_mut_slice() {
        [] => places.push(own),
        // What one of them says and the other does not belongs together.
        [only] => {
            only.point = only.point.or(own.point);
            only.approximate |= only.point == own.point && own.approximate;
            for (there, here) in [
                (&mut only.name, own.name),
                (&mut only.street_address, own.street_address),
                (&mut only.postal_code, own.postal_code),
                (&mut only.address_locality, own.address_locality),
                (&mut only.address_region, own.address_region),
                (&mut only.address_country, own.address_country),
            ] {
                if there.is_empty() {
                    *there = here;
                }
            }
        }
        _ => {}
    }
    let mut apart: Vec<Place> = Vec::new();
    for place in places {
        if !place.is_empty() && !apart.contains(&place) {
            apart.push(place);
        }
    }
    apart
}

fn place(item: &mut Item) -> Place {
    let country = item.country(first_plain(item, names("country")));
    let points: Vec<_> =
        names("point").iter().copied().filter(|name| item.get(name).is_some_and(is_position)).collect();
    let point = item.point(&points, &country);
    let (latitude, longitude) = (first_plain(item, names("latitude")), first_plain(item, names("longitude")));
    let point = point.or_else(|| item.point_of(latitude, longitude, &country));
    let is_nested =
        item.get("geometry").is_none() && item.get(first(item, TITLES)).is_some() && item.is_within();
    let name =
        if is_nested { item.line(first(item, TITLES)) } else { item.line(first_plain(item, names("venue"))) };
    let mut street = item.line(first_plain(item, names("street")));
    if street.is_empty() {
        let (number, road) = (item.line("addr:housenumber"), item.line("addr:street"));
        street = format!("{number} {road}").trim().to_owned();
    }
    let place = Place {
        street_address: if street == name { String::new() } else { street },
        name,
        postal_code: item.postcode(first_plain(item, names("postcode")), &country),
        address_locality: item.line(first_plain(item, names("town"))),
        address_region: item.line(first_plain(item, names("region"))),
        point,
        approximate: point.is_some() && item.flag("_alentour_centre"),
        ..Place::default()
    };
    tidy(place, country)
}

/// Whether a value may be a position; one of the names for it is also that of a place in words.
fn is_position(value: &Value) -> bool {
    match value {
        Value::Object(map) => ["lat", "latitude", "coordinates"].iter().any(|name| map.contains_key(*name)),
        Value::Array(values) => values.first().is_some_and(|value| !value.is_object()),
        Value::String(text) => {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-.,;".contains(c))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_is_asked_for_has_names() {
        let source = include_str!("generic.rs");
        let asked: Vec<_> =
            source.split("names(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(asked.len() > 20);
        let missing: Vec<_> = asked.iter().filter(|field| names(field).is_empty()).collect();
        assert_eq!(missing, [&"no such field"], "the last of them is this test's own");
        assert!(names("no such field").is_empty());
    }
}
