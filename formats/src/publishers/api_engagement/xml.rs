//! API Engagement as its partners send it: `<source><mission>…`, whose fields are those of its JSON but for the
//! ways to write them. <https://doc.api-engagement.beta.gouv.fr>

use serde_json::{Map, Value, json};

use alentour_model::{Finding, Problem};

use super::LIST;
use crate::document::Document;
use crate::fields::coordinates::number;
use crate::finding::feed_finding;
use crate::format::TextFormat;
use crate::syntax::xml::Element;

pub(crate) const FORMAT: TextFormat = TextFormat {
    name: LIST.name,
    shape: "API Engagement, XML of its partners: <source><mission>…</mission></source>, each with title, clientId and \
            applicationUrl",
    read: |document, _, meter| {
        let Document::Xml(root) = document else { return None };
        let missions = missions(root)?;
        let mut findings = Vec::new();
        let american = missions.iter().any(|mission| DATES.iter().any(|date| is_american(mission, date)));
        if american {
            findings
                .push(Finding { field: "startAt".into(), ..feed_finding(Problem::Repaired, "MM/DD/YYYY") });
        }
        let reading = LIST.read(missions.iter().map(|mission| normal(mission, american)), meter);
        Some(reading.after(findings))
    },
};

const DATES: [&str; 3] = ["startAt", "endAt", "postedAt"];

/// The missions, below the root or below a list within it.
fn missions(root: &Element) -> Option<Vec<&Element>> {
    let lists = std::iter::once(root).chain(root.elements());
    let missions = lists.map(|list| list.all("mission").collect::<Vec<_>>()).find(|list| !list.is_empty());
    // A partner without missions sends the source alone.
    missions.or_else(|| (root.name == "source" && !root.unfinished).then(Vec::new))
}

/// A date that only the American order makes one: `02/25/2026`.
fn is_american(mission: &Element, date: &str) -> bool {
    let text = mission.first(date).map(Element::text).unwrap_or_default();
    let mut parts = text.split('/').map(|part| part.trim().parse::<u32>().unwrap_or_default());
    matches!((parts.next(), parts.next()), (Some(1..=12), Some(13..=31)))
}

/// The mission as its JSON would be.
fn normal(mission: &Element, american: bool) -> Value {
    if mission.unfinished {
        return Value::Null;
    }
    let Value::Object(mut map) = mission.to_value() else { return Value::Object(Map::new()) };
    let list = map.get_mut("addresses").map(Value::take).map(|list| match list {
        Value::Object(mut list) => list.remove("address").unwrap_or_default(),
        other => other,
    });
    if let Some(mut list) = list.filter(|list| !list.as_str().is_some_and(str::is_empty)) {
        match &mut list {
            Value::Array(addresses) => addresses.iter_mut().filter_map(Value::as_object_mut).for_each(point),
            Value::Object(address) => point(address),
            _ => {}
        }
        map.insert("addresses".into(), list);
    } else {
        map.remove("addresses");
    }
    for (from, to) in
        [("adresse", "address"), ("codePostal", "postalCode"), ("ville", "city"), ("pays", "country")]
    {
        if let (Some(value), false) = (map.remove(from), map.contains_key(to)) {
            map.insert(to.into(), value);
        }
    }
    point(&mut map);
    for field in ["tags", "audience", "activity", "activities"] {
        if let Some(Value::String(text)) = map.get(field) {
            let words: Vec<_> =
                text.split([',', ';', '|']).map(str::trim).filter(|word| !word.is_empty()).collect();
            map.insert(field.into(), json!(words));
        } else if let Some(Value::Object(inner)) = map.get_mut(field) {
            // `<tags><tag>…</tag><tag>…</tag></tags>`
            let words = std::mem::take(inner).into_iter().map(|(_, words)| words).next().unwrap_or_default();
            map.insert(field.into(), words);
        }
    }
    if american {
        for date in DATES {
            if let Some(Value::String(text)) = map.get_mut(date)
                && let [month, day, rest] = text.splitn(3, '/').collect::<Vec<_>>().as_slice()
            {
                *text = format!("{day}/{month}/{rest}");
            }
        }
    }
    Value::Object(map)
}

/// `<lonlat>2.36,48.85</lonlat>`, in that order, becomes a location.
fn point(map: &mut Map<String, Value>) {
    for name in ["lonlat", "lonLat", "lonlng", "lonLng"] {
        let Some(Value::String(text)) = map.remove(name) else { continue };
        let mut parts = text.split([',', ';', ' ']).filter(|part| !part.is_empty());
        if let (Some(longitude), Some(latitude), None) = (parts.next(), parts.next(), parts.next())
            && number(&longitude.into()).and(number(&latitude.into())).is_some()
        {
            map.entry("location").or_insert_with(|| json!({"lon": longitude, "lat": latitude}));
        } else if !text.is_empty() {
            map.entry("location").or_insert(Value::String(text));
        }
    }
}
