//! From the canonical JSON of an initiative to the fields of the steps.

use alentour_model::{Cause, Reach, Way};
use serde_json::Value;

use super::json::text;
use super::rows::Row;
use super::{Fields, consents, description, questions};

/// The fields of an initiative, as canonical JSON has it. `language` is that of its texts.
pub fn read(initiative: &Value, language: &str) -> Fields {
    let mut fields = Fields::default();
    let said = |name: &str| text(initiative, name);
    let causes = initiative.get("causes").and_then(Value::as_array).into_iter().flatten();
    let known = causes.filter_map(Value::as_str).filter(|word| is_cause(word));
    fields.set("causes", &known.collect::<Vec<_>>().join(","));
    fields.set("kind", said("kind"));
    fields.set("name", said("name"));
    fields.set("summary", said("summary"));
    fields.set("url", said("url"));
    fields.set("language", language);
    fields.set("organizer", initiative.get("organizer").map_or("", |one| text(one, "name")));
    fields.set("partners", &names(initiative.get("partners")).join("\n"));
    dates(initiative, &mut fields);
    place(initiative, &mut fields);
    fields.set("way", initiative.get("participation").map_or("none", |it| text(it, "way")));
    questions::read(initiative, &mut fields);
    consents::read(initiative, &mut fields);
    description::read(said("description"), &mut fields);
    if let Some(target) = initiative.pointer("/petition/target").and_then(Value::as_u64) {
        fields.set("people", &target.to_string());
    }
    let needs = initiative.pointer("/participation/needs").and_then(Value::as_array).into_iter().flatten();
    let (skills, others): (Vec<_>, Vec<_>) = needs.partition(|need| text(need, "type") == "skill");
    for (name, needs) in [("skills", skills), ("needs", others)] {
        if fields.way().is_some_and(Way::is_decided) {
            fields.set(name, &needs.into_iter().map(need).collect::<Vec<_>>().join("\n"));
        }
    }
    fields
}

fn dates(initiative: &Value, fields: &mut Fields) {
    let sessions = initiative.get("sessions").and_then(Value::as_array);
    let mut rows: Vec<Row> = sessions.into_iter().flatten().map(Row::of).collect();
    fields.set("when", if rows.is_empty() { "always" } else { "dates" });
    // Said once where it is so of each.
    let seats = rows.first().map(|row| row.seats.clone()).filter(|seats| !seats.is_empty());
    let is_petition = fields.get("kind") == "petition";
    if let Some(seats) = seats.filter(|seats| !is_petition && rows.iter().all(|row| row.seats == *seats)) {
        fields.set("people", &seats);
        rows.iter_mut().for_each(|row| row.seats.clear());
    }
    fields.set_rows(rows);
}

fn place(initiative: &Value, fields: &mut Fields) {
    let reach = Reach::parse(text(initiative, "reach")).unwrap_or_default();
    let place = first_place(initiative);
    fields.set(
        "where",
        match reach {
            Reach::Online => "online",
            Reach::National => "nationwide",
            _ if place.is_none() => "",
            _ => "place",
        },
    );
    let Some(place) = place.filter(|_| !reach.is_everywhere()) else { return };
    fields.set("venue", text(place, "name"));
    fields.set("street", text(place, "streetAddress"));
    let (town, postcode) = (text(place, "addressLocality"), text(place, "postalCode"));
    let country = text(place, "addressCountry");
    let code = match country {
        "" | "FR" => postcode.to_owned(),
        country => [country, "-", postcode].concat(),
    };
    fields.set(
        "town",
        &match (town, postcode) {
            ("", postcode) => postcode.to_owned(),
            (town, "") => town.to_owned(),
            (town, _) => format!("{town} ({code})"),
        },
    );
}

/// The first of its places: the one that the steps ask for.
pub(super) fn first_place(initiative: &Value) -> Option<&Value> {
    match initiative.get("location")? {
        Value::Array(all) => all.first(),
        place => Some(place),
    }
}

/// What is needed, as it is typed: "12 tables".
pub(super) fn need(need: &Value) -> String {
    let quantity = need.get("quantity").and_then(Value::as_u64).map(|many| format!("{many} "));
    [quantity.unwrap_or_default().as_str(), text(need, "name")].concat()
}

pub(super) fn names(organisations: Option<&Value>) -> Vec<&str> {
    let all = organisations.and_then(Value::as_array).into_iter().flatten();
    all.map(|one| text(one, "name")).collect()
}

pub(super) fn is_cause(word: &str) -> bool {
    Cause::ALL.iter().any(|cause| cause.as_str() == word)
}
