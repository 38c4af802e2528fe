//! Finds the events in JSON-LD, however they are wrapped, and gives each its plain shape.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use crate::identity;

/// Fields that hold events, or lists that hold them.
const CONTAINERS: [&str; 12] = [
    "@graph",
    "itemListElement",
    "item",
    "mainEntity",
    "event",
    "events",
    "subjectOf",
    "about",
    "hasPart",
    "dataFeedElement",
    "workPerformed",
    "makesOffer",
];

/// How deep events are looked for: a list of items of a graph, and room.
const DEPTH: usize = 12;

/// Whether there is an event in it.
pub(super) fn has_event(document: &Value) -> bool {
    let mut found = false;
    walk(document, 0, &mut |_| found = true);
    found
}

/// The events of these documents, each an object with plain names, and an `@id` unless it says nothing at all.
pub(super) fn events<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Vec<Value> {
    let (mut found, mut nodes) = (Vec::new(), HashMap::new());
    for document in documents {
        walk(document, 0, &mut |event| found.push(event));
        index(document, 0, &mut nodes);
    }
    let mut events: Vec<_> = found.into_iter().map(|event| plain(event, &nodes, 0)).collect();
    name(&mut events);
    events.into_iter().map(Value::Object).collect()
}

fn walk<'a>(value: &'a Value, depth: usize, found: &mut impl FnMut(&'a Map<String, Value>)) {
    match value {
        _ if depth > DEPTH => {}
        Value::Array(values) => values.iter().for_each(|value| walk(value, depth + 1, found)),
        Value::Object(map) if is_event(map) => found(map),
        Value::Object(map) => {
            let inner = map.iter().filter(|(field, _)| CONTAINERS.contains(&local(field)));
            inner.for_each(|(_, value)| walk(value, depth + 1, found));
        }
        _ => {}
    }
}

/// A name without the vocabulary in front: `schema:Event`, `https://schema.org/Event`.
fn local(name: &str) -> &str {
    let prefixes =
        ["http://schema.org/", "https://schema.org/", "http://www.schema.org/", "https://www.schema.org/"];
    let name = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    name.strip_prefix("schema:").unwrap_or(name)
}

/// `Event` and what is one (schema.org 29.0: all subtypes but four end in `Event`).
fn is_event(map: &Map<String, Value>) -> bool {
    let is_one = |kind: &str| {
        let kind = local(kind);
        kind.ends_with("Event") || matches!(kind, "EventSeries" | "Festival" | "Hackathon" | "CourseInstance")
    };
    match map.get("@type") {
        Some(Value::String(kind)) => is_one(kind),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is_one),
        _ => false,
    }
}

/// Places and people that events refer to by their `@id`.
fn index<'a>(value: &'a Value, depth: usize, nodes: &mut HashMap<&'a str, &'a Map<String, Value>>) {
    match value {
        _ if depth > DEPTH => {}
        Value::Array(values) => values.iter().for_each(|value| index(value, depth + 1, nodes)),
        Value::Object(map) => {
            if let Some(id) = map.get("@id").and_then(Value::as_str)
                && map.len() > 1
            {
                nodes.entry(id).or_insert(map);
            }
            map.values().for_each(|value| index(value, depth + 1, nodes));
        }
        _ => {}
    }
}

type Nodes<'a> = HashMap<&'a str, &'a Map<String, Value>>;

/// An object in its plain shape: names without a vocabulary, values without `@value`, lists of one without the list,
/// and what it refers to in its place.
fn plain(map: &Map<String, Value>, nodes: &Nodes, referred: usize) -> Map<String, Value> {
    let field = |(name, value): (&String, &Value)| {
        let value = if name == "@type" { kinds(value) } else { plain_value(value, nodes, referred) };
        (local(name).to_owned(), value)
    };
    map.iter().map(field).collect()
}

fn kinds(value: &Value) -> Value {
    match value {
        Value::String(kind) => local(kind).into(),
        Value::Array(kinds) => kinds.iter().map(self::kinds).collect(),
        other => other.clone(),
    }
}

fn plain_value(value: &Value, nodes: &Nodes, referred: usize) -> Value {
    match value {
        Value::Array(values) => match values.as_slice() {
            [only] => plain_value(only, nodes, referred),
            values => values.iter().map(|value| plain_value(value, nodes, referred)).collect(),
        },
        Value::Object(map) => {
            if let Some(value) = map.get("@value").or_else(|| map.get("@list")) {
                return plain_value(value, nodes, referred);
            }
            if let (1, Some(Value::String(id))) = (map.len(), map.get("@id")) {
                // A reference within what is referred to is followed once: a place's address.
                return match nodes.get(id.as_str()).filter(|_| referred < 2) {
                    Some(node) => Value::Object(plain(&outline(node), nodes, referred + 1)),
                    None => id.as_str().into(),
                };
            }
            Value::Object(plain(map, nodes, referred))
        }
        other => other.clone(),
    }
}

/// What is needed of a place or an organisation: many events refer to one, which may list as many events.
fn outline(node: &Map<String, Value>) -> Map<String, Value> {
    const NEEDED: [&str; 17] = [
        "@id",
        "@type",
        "name",
        "url",
        "sameAs",
        "address",
        "geo",
        "latitude",
        "longitude",
        "streetAddress",
        "postalCode",
        "addressLocality",
        "addressRegion",
        "addressCountry",
        "scheduleTimezone",
        "startDate",
        "endDate",
    ];
    let needed = node.iter().filter(|(field, _)| NEEDED.contains(&local(field)));
    needed.map(|(field, value)| (field.clone(), value.clone())).collect()
}

/// Gives each event the `@id` that it goes by here.
fn name(events: &mut [Map<String, Value>]) {
    let ids: Vec<_> = events.iter().map(own_name).collect();
    // Each date of what recurs often has the same address.
    let mut starts: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (event, id) in events.iter().zip(&ids) {
        let dates = starts.entry(id).or_default();
        let start = event.get("startDate").unwrap_or(&Value::Null);
        if dates.len() < 2 && !dates.contains(&start) {
            dates.push(start);
        }
    }
    let is_shared: Vec<bool> =
        ids.iter().map(|id| starts.get(id.as_str()).is_some_and(|dates| dates.len() > 1)).collect();
    for ((event, id), is_shared) in events.iter_mut().zip(ids).zip(is_shared) {
        let start = event.get("startDate").and_then(Value::as_str).unwrap_or_default();
        let id = match (id.as_str(), is_shared) {
            ("", _) => continue,
            (id, true) => format!("{id}#{start}"),
            (id, false) => id.to_owned(),
        };
        event.insert("@id".into(), id.into());
    }
}

fn own_name(event: &Map<String, Value>) -> String {
    let text = |value: &Value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    // Blank nodes (`_:b0`) are numbered anew each time.
    let id = event.get("@id").and_then(text).filter(|id| !id.starts_with("_:"));
    let identifier = || match event.get("identifier")? {
        Value::Object(property) => property.get("value").and_then(text),
        Value::Array(all) => all.iter().find_map(text),
        other => text(other),
    };
    let by_content = || {
        let said = |field: &str| event.get(field).and_then(text).unwrap_or_default();
        let (name, start) = (said("name"), said("startDate"));
        (!name.is_empty()).then(|| identity::of(&[&name, &start]))
    };
    id.or_else(identifier).or_else(|| event.get("url").and_then(text)).or_else(by_content).unwrap_or_default()
}
