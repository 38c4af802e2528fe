//! Finds the events in JSON-LD, however they are wrapped, and gives each its plain shape.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::fields::id;
use crate::items::Nodes;

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
    find_events(document, 0, &mut |_| found = true);
    found
}

/// The events of some documents, and the nodes that they refer to. Nothing of it is copied but what is being read: each event
/// for as long as that takes, each node once, however many events refer to it.
pub(super) struct Graph<'a> {
    events: Vec<&'a Map<String, Value>>,
    nodes: HashMap<&'a str, Node<'a>>,
}

/// A node as the document has it, and in its plain shape once that was asked for.
struct Node<'a> {
    map: &'a Map<String, Value>,
    plain: OnceCell<Value>,
}

impl<'a> Graph<'a> {
    pub fn new(documents: &'a [Value]) -> Self {
        let mut graph = Self { events: Vec::new(), nodes: HashMap::new() };
        for document in documents {
            find_events(document, 0, &mut |event| graph.events.push(event));
            index(document, 0, &mut graph.nodes);
        }
        graph
    }

    /// The events, each as an object with plain names, and an `@id` unless it says nothing at all.
    pub fn events(&self) -> impl Iterator<Item = Value> {
        let names = self.names();
        self.events.iter().zip(names).map(|(event, name)| {
            let mut event = self.plain(event);
            if let Some(name) = name {
                event.insert("@id".into(), name.into());
            }
            Value::Object(event)
        })
    }

    /// The `@id` that each event goes by here, if it has one.
    fn names(&self) -> Vec<Option<String>> {
        let names: Vec<_> = self.events.iter().map(|event| self.own_name(event)).collect();
        // Each date of what recurs often has the same address.
        let mut starts: HashMap<&str, (&str, bool)> = HashMap::new();
        for (name, start) in &names {
            let (first, is_shared) = starts.entry(name).or_insert((start, false));
            *is_shared |= *first != start;
        }
        let shared = |name: &str| starts.get(name).is_some_and(|(_, is_shared)| *is_shared);
        let named = |(name, start): &(String, String)| match name.as_str() {
            "" => None,
            name if shared(name) => Some(format!("{name}#{start}")),
            name => Some(name.to_owned()),
        };
        names.iter().map(named).collect()
    }

    /// The name that an event has by itself, or an empty one, and its start as written.
    fn own_name(&self, event: &Map<String, Value>) -> (String, String) {
        const SAYING: [&str; 5] = ["@id", "identifier", "url", "name", "startDate"];
        let said = self.plain_fields(event.iter().filter(|(field, _)| SAYING.contains(&local(field))));
        let start = said.get("startDate").and_then(Value::as_str).unwrap_or_default();
        (own_name(&said), start.to_owned())
    }
}

fn find_events<'a>(value: &'a Value, depth: usize, found: &mut impl FnMut(&'a Map<String, Value>)) {
    match value {
        _ if depth > DEPTH => {}
        Value::Array(values) => values.iter().for_each(|value| find_events(value, depth + 1, found)),
        Value::Object(map) if is_event(map) => found(map),
        Value::Object(map) => {
            let inner = map.iter().filter(|(field, _)| CONTAINERS.contains(&local(field)));
            inner.for_each(|(_, value)| find_events(value, depth + 1, found));
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
fn index<'a>(value: &'a Value, depth: usize, nodes: &mut HashMap<&'a str, Node<'a>>) {
    match value {
        _ if depth > DEPTH => {}
        Value::Array(values) => values.iter().for_each(|value| index(value, depth + 1, nodes)),
        Value::Object(map) => {
            if let Some(id) = map.get("@id").and_then(Value::as_str)
                && map.len() > 1
            {
                nodes.entry(id).or_insert_with(|| Node { map, plain: OnceCell::new() });
            }
            map.values().for_each(|value| index(value, depth + 1, nodes));
        }
        _ => {}
    }
}

impl Graph<'_> {
    /// An object in its plain shape: names without a vocabulary, values without `@value`, lists of one without the list. What
    /// refers to a node of the graph still does.
    fn plain(&self, map: &Map<String, Value>) -> Map<String, Value> {
        self.plain_fields(map.iter())
    }

    fn plain_fields<'f>(&self, fields: impl Iterator<Item = (&'f String, &'f Value)>) -> Map<String, Value> {
        let field = |(name, value): (&String, &Value)| {
            let value = if name == "@type" { kinds(value) } else { self.plain_value(value) };
            (local(name).to_owned(), value)
        };
        fields.map(field).collect()
    }

    fn plain_value(&self, value: &Value) -> Value {
        match value {
            Value::Array(values) => match values.as_slice() {
                [only] => self.plain_value(only),
                values => values.iter().map(|value| self.plain_value(value)).collect(),
            },
            Value::Object(map) => {
                if let Some(value) = map.get("@value").or_else(|| map.get("@list")) {
                    return self.plain_value(value);
                }
                match (map.len(), map.get("@id")) {
                    // What is nowhere described is its address.
                    (1, Some(Value::String(id))) if !self.nodes.contains_key(id.as_str()) => {
                        id.as_str().into()
                    }
                    _ => Value::Object(self.plain(map)),
                }
            }
            other => other.clone(),
        }
    }
}

impl Nodes for Graph<'_> {
    fn node(&self, id: &str) -> Option<&Value> {
        let node = self.nodes.get(id)?;
        let needed = || node.map.iter().filter(|(field, _)| NEEDED.contains(&local(field)));
        Some(node.plain.get_or_init(|| Value::Object(self.plain_fields(needed()))))
    }
}

/// What is needed of a place or an organisation, which may list as many events as refer to it.
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

fn kinds(value: &Value) -> Value {
    match value {
        Value::String(kind) => local(kind).into(),
        Value::Array(kinds) => kinds.iter().map(self::kinds).collect(),
        other => other.clone(),
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
        (!name.is_empty()).then(|| id::of(&[&name, &start]))
    };
    id.or_else(identifier).or_else(|| event.get("url").and_then(text)).or_else(by_content).unwrap_or_default()
}
