//! From the fields of the steps to the canonical JSON of an initiative.

use alentour_model::gazetteer::Locality;
use serde_json::{Map, Value, json};

use super::consents::{self, ConsentRow};
use super::description::language_of;
use super::json::text;
use super::read::{first_place, is_cause, need, read};
use super::town::zone;
use super::weekly::weekly;
use super::{Fields, description, questions};

/// The canonical feed of one initiative that these fields make, for [`crate::own::read`]. `before` is what it said before, with the language of
/// its texts: all that was not answered otherwise stays as it is. `town` is the place that its town means.
pub fn write(fields: &Fields, before: Option<(&Value, &str)>, town: Option<&Locality>) -> Value {
    let was = before.map(|(before, language)| read(before, language));
    let mut one = before.and_then(|(before, _)| before.as_object().cloned()).unwrap_or_default();
    let differs = |names: &[&str]| {
        was.as_ref().is_none_or(|was| names.iter().any(|name| was.get(name) != fields.get(name)))
    };
    for name in ["kind", "name", "summary", "url"] {
        if differs(&[name]) {
            put(&mut one, name, fields.get(name));
        }
    }
    if differs(&["causes"]) {
        causes(fields, &mut one);
    }
    if was.as_ref().is_none_or(|was| description::write(was) != description::write(fields)) {
        put(&mut one, "description", &description::write(fields));
    }
    if differs(&["organizer"]) {
        organizer(fields, &mut one);
    }
    if differs(&["partners"]) {
        partners(fields, &mut one);
    }
    if differs(&["where", "town", "venue", "street"]) {
        place(fields, was.as_ref(), town, &mut one);
    }
    sessions(fields, was.as_ref(), &mut one);
    participation(fields, was.as_ref(), &mut one);
    if fields.get("kind") == "petition" && differs(&["people", "kind"]) {
        let mut petition = one.get("petition").and_then(Value::as_object).cloned().unwrap_or_default();
        match fields.people() {
            Some(target) => petition.insert("target".into(), target.into()),
            None => petition.remove("target"),
        };
        one.insert("petition".into(), petition.into());
    }
    json!({ "inLanguage": language_of(fields).tag(), "initiatives": [one] })
}

/// Sets a text; nothing for an empty one.
fn put(object: &mut Map<String, Value>, name: &str, text: &str) {
    if text.is_empty() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), text.into());
    }
}

/// Words of a feed's own stay.
fn causes(fields: &Fields, one: &mut Map<String, Value>) {
    let before = one.get("causes").and_then(Value::as_array).cloned().unwrap_or_default();
    let others = before.into_iter().filter(|cause| !cause.as_str().is_some_and(is_cause));
    let chosen = fields.words("causes").filter(|word| is_cause(word)).map(Value::from);
    one.insert("causes".into(), chosen.chain(others).collect());
}

fn organizer(fields: &Fields, one: &mut Map<String, Value>) {
    match fields.get("organizer") {
        "" => {
            one.remove("organizer");
        }
        // Its website and its sector are another one's.
        name => {
            one.insert("organizer".into(), json!({ "name": name }));
        }
    }
}

fn partners(fields: &Fields, one: &mut Map<String, Value>) {
    let before = one.get("partners").and_then(Value::as_array).cloned().unwrap_or_default();
    let partner = |name: &str| {
        let known = before.iter().find(|known| text(known, "name") == name);
        known.cloned().unwrap_or_else(|| json!({ "name": name }))
    };
    let partners: Vec<_> = fields.lines("partners").map(partner).collect();
    if partners.is_empty() {
        one.remove("partners");
    } else {
        one.insert("partners".into(), partners.into());
    }
}

fn place(fields: &Fields, was: Option<&Fields>, town: Option<&Locality>, one: &mut Map<String, Value>) {
    let is_place = fields.get("where") == "place";
    if was.is_none_or(|was| was.get("where") != fields.get("where")) {
        let reach = match fields.get("where") {
            "online" => "online",
            "nationwide" => "national",
            _ => "local",
        };
        one.insert("reach".into(), reach.into());
    }
    if !is_place {
        one.remove("location");
        for session in one.get_mut("sessions").and_then(Value::as_array_mut).into_iter().flatten() {
            session.as_object_mut().and_then(|session| session.remove("location"));
        }
        return;
    }
    let known = first_place(&Value::Object(one.clone())).and_then(Value::as_object).cloned();
    let mut place = known.unwrap_or_default();
    put(&mut place, "name", fields.get("venue"));
    put(&mut place, "streetAddress", fields.get("street"));
    if was.is_none_or(|was| was.get("town") != fields.get("town")) {
        for name in
            ["postalCode", "addressLocality", "addressRegion", "addressCountry", "latitude", "longitude"]
        {
            place.remove(name);
        }
        place.remove("approximate");
        match town {
            None => put(&mut place, "addressLocality", fields.get("town")),
            Some(town) => {
                put(&mut place, "addressLocality", &town.name);
                put(&mut place, "postalCode", &town.postcode);
                if !town.postcode.is_empty() {
                    put(&mut place, "addressCountry", &town.area);
                }
                place.insert("latitude".into(), town.point.latitude.into());
                place.insert("longitude".into(), town.point.longitude.into());
                // The point is the town's, whatever house it is in.
                place.insert("approximate".into(), true.into());
                match zone(town) {
                    Some(zone) => one.insert("timeZone".into(), zone.into()),
                    None => one.remove("timeZone"),
                };
            }
        }
    }
    let mut places = match one.remove("location") {
        Some(Value::Array(all)) => all,
        _ => Vec::new(),
    };
    match places.first_mut() {
        Some(first) => *first = place.into(),
        None => places.push(place.into()),
    }
    one.insert("location".into(), places.into());
}

/// Its dates. A session that is known keeps all that is not asked, and its name: people have signed up for it.
fn sessions(fields: &Fields, was: Option<&Fields>, one: &mut Map<String, Value>) {
    let known = one.get("sessions").and_then(Value::as_array).cloned().unwrap_or_default();
    let people = fields.capacity();
    let seats = |seats: &str| seats.parse::<u32>().ok().or(people);
    if fields.get("when") == "weekly" {
        let Some(mut session) = weekly(fields) else { return };
        if let Some(people) = people {
            session["maximumAttendeeCapacity"] = people.into();
        }
        one.insert("sessions".into(), json!([session]));
    } else if fields.get("when") == "dates" {
        let is_same = was.is_some_and(|was| was.rows() == fields.rows() && was.capacity() == people);
        if is_same && was.is_some_and(Fields::has_dates) {
            return;
        }
        let before = was.map(Fields::rows).unwrap_or_default();
        let session = |row: super::Row| {
            let named = |session: &&Value| !row.id.is_empty() && text(session, "id") == row.id;
            let mut session =
                known.iter().find(named).and_then(Value::as_object).cloned().unwrap_or_default();
            let is_as_it_was = before.iter().any(|(_, known)| {
                known.id == row.id
                    && (&known.date, &known.start, &known.end) == (&row.date, &row.start, &row.end)
            });
            if session.is_empty() || !is_as_it_was {
                row.put_into(&mut session);
            }
            match seats(&row.seats) {
                Some(seats) => session.insert("maximumAttendeeCapacity".into(), seats.into()),
                None => session.remove("maximumAttendeeCapacity"),
            };
            Value::Object(session)
        };
        let rows = fields.rows().into_iter().map(|(_, row)| row).filter(|row| !row.date.is_empty());
        one.insert("sessions".into(), rows.map(session).collect());
    } else if was.is_none_or(Fields::has_dates) {
        one.remove("sessions");
    }
}

/// Makes a list of what it was, as the rows of fields have it.
type Rows = fn(&Fields, Option<&Fields>, &[Value]) -> Vec<Value>;

/// How people take part, what they are asked, and what they can offer.
fn participation(fields: &Fields, was: Option<&Fields>, one: &mut Map<String, Value>) {
    let way = fields.way();
    if was.is_some_and(|was| {
        was.way() == way
            && ["skills", "needs"].iter().all(|name| was.get(name) == fields.get(name))
            && was.questions() == fields.questions()
            && was.all::<ConsentRow>() == fields.all::<ConsentRow>()
    }) {
        return;
    }
    let Some(way) = way else {
        one.remove("participation");
        return;
    };
    let known = one.get("participation").and_then(Value::as_object).cloned();
    let mut participation = known.unwrap_or_default();
    put(&mut participation, "way", way.as_str());
    for (name, write) in [("questions", questions::write as Rows), ("consents", consents::write)] {
        let before = participation.remove(name).and_then(|all| all.as_array().cloned()).unwrap_or_default();
        let all = write(fields, was, &before);
        if !all.is_empty() {
            participation.insert(name.into(), all.into());
        }
    }
    let before =
        participation.remove("needs").and_then(|needs| needs.as_array().cloned()).unwrap_or_default();
    if way.is_decided() {
        let mut needs = Vec::new();
        for (name, kind) in [("skills", "skill"), ("needs", "other")] {
            for line in fields.lines(name) {
                let is_it = |known: &&Value| {
                    need(known) == line && (text(known, "type") == "skill") == (kind == "skill")
                };
                let made = || made(line, kind, free(before.iter().chain(&needs)));
                let need = before.iter().find(is_it).cloned().unwrap_or_else(made);
                needs.push(need);
            }
        }
        if !needs.is_empty() {
            participation.insert("needs".into(), needs.into());
        }
    }
    one.insert("participation".into(), participation.into());
}

/// What is needed, from how it is typed: "12 tables".
fn made(line: &str, kind: &str, id: String) -> Value {
    let counted = line.split_once(' ').and_then(|(many, name)| Some((many.parse::<u32>().ok()?, name)));
    let counted =
        counted.filter(|(many, name)| *many > 0 && !name.is_empty() && line == format!("{many} {name}"));
    match counted {
        Some((many, name)) => json!({ "id": id, "name": name, "type": kind, "quantity": many }),
        None => json!({ "id": id, "name": line, "type": kind }),
    }
}

/// A name that no need has: offers name theirs.
fn free<'a>(needs: impl Iterator<Item = &'a Value>) -> String {
    let taken: Vec<&str> = needs.map(|need| text(need, "id")).collect();
    let names = (1..).map(|number| format!("n{number}"));
    names.into_iter().find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
}
