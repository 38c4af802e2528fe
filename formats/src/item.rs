//! Reading lists of items whose fields are those of somebody else's software.

use std::borrow::Borrow;
use std::collections::HashSet;

use alentour_model::read::{LINE, TEXT};
use alentour_model::text::{clean, cut};
use alentour_model::{Finding, Initiative, Link, Organisation, Place, Point, Problem};
use serde_json::Value;

use crate::budget::Meter;
use crate::value::{localised, named, shown, unpack};
use crate::{Reading, date, html, place};

/// Bytes of the source of a line, and of a text, that are looked at: HTML may be much longer than what it says, most of all
/// where pictures are written into it.
pub(crate) const LINE_SOURCE: usize = 16 << 10;
const TEXT_SOURCE: usize = 4 << 20;

/// Entries that a list within an item may have, as in the canonical feed.
pub(crate) const ENTRIES: usize = 1000;

/// A format that is a list of items, one an initiative.
pub(crate) struct List {
    /// Name of the format.
    pub name: &'static str,
    /// Language of its texts (a BCP 47 tag), where all its publishers write the same.
    pub language: &'static str,
    /// Fields that may hold the identifier; the first that is there does.
    pub id: &'static [&'static str],
    /// Fields that may hold the title; the first that says something does.
    pub title: &'static [&'static str],
    /// The field by which an item says that it is deleted or not accepted, where it says so.
    pub withdrawn: fn(&Item) -> Option<&'static str>,
    /// Reads the other fields.
    pub fill: fn(&mut Item, &mut Initiative),
}

impl List {
    /// Reads the items: what cannot be read is left out, and a finding says so. Items are best made one at a time, as they
    /// are asked for: where the budget is spent no further one is.
    pub fn read<V: Borrow<Value>>(&self, items: impl IntoIterator<Item = V>, meter: &Meter) -> Reading {
        self.read_linked(items, None, meter)
    }

    /// Reads items that refer to nodes of the document: [`Nodes`].
    pub fn read_linked<V: Borrow<Value>>(
        &self,
        items: impl IntoIterator<Item = V>,
        nodes: Option<&dyn Nodes>,
        meter: &Meter,
    ) -> Reading {
        let mut reading = Reading::of(self.name);
        reading.feed.language = self.language.into();
        let mut seen = HashSet::new();
        for value in items {
            let position = reading.items;
            if !meter.allows_item(position, reading.feed.initiatives.len()) {
                break;
            }
            reading.items += 1;
            let mut item = Item {
                value: value.borrow(),
                nodes,
                meter,
                position,
                id: String::new(),
                path: String::new(),
                findings: &mut reading.findings,
            };
            if let Some(initiative) = self.read_one(&mut item, &mut seen) {
                meter.keep(&initiative);
                reading.feed.initiatives.push(initiative);
            }
        }
        reading
    }

    fn read_one(&self, item: &mut Item, seen: &mut HashSet<String>) -> Option<Initiative> {
        if !item.value.is_object() {
            return item.lost("", Problem::NotAnObject);
        }
        let id =
            self.id.iter().find_map(|field| item.plain(field, LINE_SOURCE)).filter(|id| id.len() <= LINE);
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            return item.lost(self.id.first().unwrap_or(&"id"), Problem::NoId);
        };
        item.id = id.clone();
        if let Some(field) = (self.withdrawn)(item) {
            return item.lost(field, Problem::Withdrawn);
        }
        let name = self.title.iter().map(|field| item.line(field)).find(|name| !name.is_empty());
        let Some(name) = name else {
            return item.lost(self.title.first().unwrap_or(&"name"), Problem::NoName);
        };
        if !seen.insert(id.clone()) {
            return item.lost(self.id.first().unwrap_or(&"id"), Problem::SameId);
        }
        let mut initiative = Initiative::new(id, name);
        (self.fill)(item, &mut initiative);
        // Nothing is said twice.
        if initiative.description == initiative.summary {
            initiative.description.clear();
        }
        Some(initiative)
    }
}

/// What the objects of a document refer to by name instead of holding it: each is there once, however many refer to it.
pub(crate) trait Nodes {
    /// The object that an object with nothing but this `@id` stands for.
    fn node(&self, id: &str) -> Option<&Value>;
}

/// One item, or an object within it. Fields are named by paths such as `address.city`, which lead through references.
pub(crate) struct Item<'a> {
    value: &'a Value,
    nodes: Option<&'a dyn Nodes>,
    meter: &'a Meter,
    position: usize,
    id: String,
    /// Where the object is in its item: empty, or ending in a dot.
    path: String,
    findings: &'a mut Vec<Finding>,
}

impl Item<'_> {
    /// The value at a path, where it is there and says something: not `null`, not `""`. The empty path is the
    /// item itself.
    pub fn get(&self, path: &str) -> Option<&Value> {
        given(self.value, path, self.nodes)
    }

    /// What its reading may still cost.
    pub fn meter(&self) -> &Meter {
        self.meter
    }

    /// Whether it is an object, as an entry of a list need not be; where it is not, that is noted.
    pub fn is_object(&mut self) -> bool {
        if !self.value.is_object() {
            self.find("", Problem::Incomplete);
        }
        self.value.is_object()
    }

    /// Whether it is within an item, and not the item.
    pub fn is_within(&self) -> bool {
        !self.path.is_empty()
    }

    /// Notes what is wrong with a field.
    pub fn find(&mut self, path: &str, problem: Problem) {
        self.meter.step(1);
        if !self.meter.allows_finding(problem) {
            return;
        }
        let value = self.get(path).map(shown).unwrap_or_default();
        self.findings.push(Finding {
            item: Some(self.position),
            id: self.id.clone(),
            field: format!("{}{path}", self.path).trim_end_matches('.').to_owned(),
            problem,
            value,
        });
    }

    fn lost<T>(&mut self, path: &str, problem: Problem) -> Option<T> {
        self.find(path, problem);
        None
    }

    /// Text or a number, written out and cleaned; of a longer text so many bytes.
    fn plain(&self, path: &str, most: usize) -> Option<String> {
        match localised(self.get(path)?) {
            Value::Null => Some(String::new()),
            Value::String(text) => Some(clean(self.beginning(text, most))),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// So many bytes of a text that is about to be read.
    fn beginning<'t>(&self, text: &'t str, most: usize) -> &'t str {
        let text = text.get(..text.floor_char_boundary(most)).unwrap_or(text);
        self.meter.step(1 + text.len() / 64);
        text
    }

    fn limited(&mut self, path: &str, (most, source): (usize, usize), read: fn(&str) -> String) -> String {
        let Some(value) = self.get(path) else { return String::new() };
        // Empty lists and objects are what some software writes for "nothing".
        if value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(|map| map.is_empty())
        {
            return String::new();
        }
        let is_cut = localised(value).as_str().is_some_and(|text| text.len() > source);
        let Some(mut text) = self.plain(path, source).map(|text| read(&text)) else {
            self.find(path, Problem::NotText);
            return String::new();
        };
        if cut(&mut text, most) || is_cut {
            self.find(path, Problem::TooLong);
        }
        text
    }

    /// One line of text; empty where there is none.
    pub fn line(&mut self, path: &str) -> String {
        self.limited(path, (LINE, LINE_SOURCE), html::one_line)
    }

    /// Text of several paragraphs, from HTML or plain text; empty where there is none.
    pub fn text(&mut self, path: &str) -> String {
        self.limited(path, (TEXT, TEXT_SOURCE), html::to_text)
    }

    /// The texts at these paths that say something, and not the same, as paragraphs.
    pub fn paragraphs(&mut self, paths: &[&str]) -> String {
        let mut all: Vec<String> = Vec::new();
        for path in paths {
            let text = self.text(path);
            if !text.is_empty() && !all.contains(&text) {
                all.push(text);
            }
        }
        all.join("\n\n").chars().take(TEXT).collect::<String>().trim_end().to_owned()
    }

    /// A list of lines: of texts, or of objects with a name; a single text counts as a list of one.
    pub fn lines(&mut self, path: &str) -> Vec<String> {
        let unpacked = self.get(path).and_then(Value::as_str).and_then(unpack);
        let (mut lines, mut problems) = (Vec::new(), Vec::new());
        let mut is_cut = false;
        let mut add = |name: &str| {
            let mut line = html::one_line(self.beginning(name, LINE_SOURCE));
            is_cut |= cut(&mut line, LINE) || name.len() > LINE_SOURCE;
            if !line.is_empty() {
                lines.push(line);
            }
        };
        match unpacked.as_ref().or_else(|| self.get(path)).map(localised) {
            Some(Value::Array(values)) => {
                let values_or_nodes = values.iter().take(ENTRIES).map(|value| resolved(value, self.nodes));
                values_or_nodes.filter_map(named).for_each(&mut add);
                problems.extend((values.len() > ENTRIES).then_some(Problem::TooMany));
            }
            Some(Value::String(text)) => add(text),
            Some(object @ Value::Object(_)) => named(object).into_iter().for_each(&mut add),
            Some(Value::Bool(_) | Value::Number(_)) => problems.push(Problem::NotText),
            _ => {}
        }
        problems.extend(is_cut.then_some(Problem::TooLong));
        problems.into_iter().for_each(|problem| self.find(path, problem));
        lines
    }

    /// Whether a field says yes, in any of the ways that feeds do.
    pub fn flag(&self, path: &str) -> bool {
        match self.get(path) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::Number(number)) => number.as_f64() == Some(1.0),
            Some(Value::String(text)) => {
                ["yes", "oui", "true", "1"].iter().any(|yes| text.trim().eq_ignore_ascii_case(yes))
            }
            _ => false,
        }
    }

    /// A whole number, not negative.
    pub fn count(&mut self, path: &str) -> Option<u32> {
        let count = place::number(self.get(path)?).filter(|n| (0.0..=f64::from(u32::MAX)).contains(n));
        if count.is_none() {
            self.find(path, Problem::NotANumber);
        }
        count.map(|n| n as u32)
    }

    /// The first of these fields that holds a link.
    pub fn link(&mut self, paths: &[&str]) -> Option<Link> {
        for path in paths {
            let Some(text) = self.plain(path, LINE_SOURCE) else { continue };
            match Link::parse(&text) {
                Some(link) => return Some(link),
                None => match with_spaces(&text) {
                    Some(link) => {
                        self.find(path, Problem::Repaired);
                        return Some(link);
                    }
                    None => self.find(path, Problem::NotALink),
                },
            }
        }
        None
    }

    /// A day; see [`date::day`].
    pub fn day(&mut self, path: &str) -> Option<alentour_model::When> {
        match date::day(self.get(path)?) {
            date::Read::When(when) => return Some(when),
            date::Read::Placeholder => self.find(path, Problem::Repaired),
            date::Read::NotADate => self.find(path, Problem::NotADate),
        }
        None
    }

    /// The point at the first of these paths that has one; see [`place::point`].
    pub fn point(&mut self, paths: &[&str], country: &str) -> Option<Point> {
        for path in paths {
            match self.get(path).and_then(|value| place::point(value, country)) {
                Some(Ok((point, swapped))) => {
                    if swapped {
                        self.find(path, Problem::Repaired);
                    }
                    return Some(point);
                }
                Some(Err(())) => self.find(path, Problem::NotAPoint),
                None => {}
            }
        }
        None
    }

    /// The point whose latitude and longitude are two fields.
    pub fn point_of(&mut self, latitude: &str, longitude: &str, country: &str) -> Option<Point> {
        match place::point_of(self.get(latitude), self.get(longitude), country)? {
            Ok((point, swapped)) => {
                if swapped {
                    self.find(latitude, Problem::Repaired);
                }
                Some(point)
            }
            Err(()) => {
                self.find(latitude, Problem::NotAPoint);
                None
            }
        }
    }

    /// Who is named at one path, with the first link of these.
    pub fn organisation(&mut self, name: &str, urls: &[&str]) -> Option<Organisation> {
        let name = self.line(name);
        (!name.is_empty()).then(|| Organisation { name, url: self.link(urls), sector: None })
    }

    /// A postcode; see [`place::postcode`].
    pub fn postcode(&mut self, path: &str, country: &str) -> String {
        let given = self.line(path);
        let (postcode, repaired) = place::postcode(&given, country);
        if repaired {
            self.find(path, Problem::Repaired);
        }
        postcode
    }

    /// A country's code; empty where none is said or it is not known.
    pub fn country(&mut self, path: &str) -> String {
        let given = self.line(path);
        let code = place::country(&given);
        if code.is_empty() && !given.is_empty() {
            self.find(path, Problem::UnknownWord);
        }
        code
    }

    /// The places that the objects of a list are, without those that say nothing.
    pub fn places(&mut self, path: &str, read: fn(&mut Item) -> Place) -> Vec<Place> {
        let mut places = Vec::new();
        for place in self.objects(path, |inner| Some(read(inner))) {
            if !place.is_empty() && !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// Leaves of a list, which came from that path, as many as an initiative may have.
    pub fn limit<T>(&mut self, path: &str, list: &mut Vec<T>) {
        if list.len() > ENTRIES {
            list.truncate(ENTRIES);
            self.find(path, Problem::TooMany);
        }
    }

    /// The objects of a list, each read by `read`.
    pub fn objects<T>(&mut self, path: &str, mut read: impl FnMut(&mut Item) -> Option<T>) -> Vec<T> {
        self.each(path, |inner| if inner.is_object() { read(inner) } else { None })
    }

    /// The values of a list, each read by `read` as an item of its own, whose fields are named from this one; a
    /// single value counts as a list of one. A list may be JSON within a text.
    pub fn each<T>(&mut self, path: &str, mut read: impl FnMut(&mut Item) -> Option<T>) -> Vec<T> {
        let Some(found) = given(self.value, path, self.nodes) else { return Vec::new() };
        let unpacked = found.as_str().and_then(unpack);
        let (values, is_list) = match unpacked.as_ref().unwrap_or(found) {
            Value::Array(values) => (values.as_slice(), true),
            value => (std::slice::from_ref(value), false),
        };
        if values.len() > ENTRIES {
            self.find(path, Problem::TooMany);
        }
        let mut all = Vec::new();
        for (position, value) in values.iter().take(ENTRIES).enumerate().filter(|(_, value)| !value.is_null())
        {
            self.meter.step(1);
            let mut inner = Item {
                value: resolved(value, self.nodes),
                nodes: self.nodes,
                meter: self.meter,
                position: self.position,
                id: self.id.clone(),
                path: match is_list {
                    true => format!("{}{path}.{position}.", self.path),
                    false => format!("{}{path}.", self.path),
                },
                findings: self.findings,
            };
            all.extend(read(&mut inner));
        }
        all
    }
}

/// A link with spaces in it, as people write it: `mailto:a@example.org?subject=Je viens`.
fn with_spaces(text: &str) -> Option<Link> {
    let has_scheme = ["https:", "http:", "mailto:"].iter().any(|scheme| text.starts_with(scheme));
    (has_scheme && text.contains(' ')).then(|| Link::parse(&text.replace(' ', "%20")))?
}

/// What a reference stands for; any other value as it is.
fn resolved<'a>(value: &'a Value, nodes: Option<&'a dyn Nodes>) -> &'a Value {
    let node = |nodes: &'a dyn Nodes| {
        let map = value.as_object().filter(|map| map.len() == 1)?;
        nodes.node(map.get("@id")?.as_str()?)
    };
    nodes.and_then(node).unwrap_or(value)
}

/// The value at a path. Each step follows one reference at most, so that nodes that refer to each other end where the path does.
fn given<'a>(value: &'a Value, path: &str, nodes: Option<&'a dyn Nodes>) -> Option<&'a Value> {
    let found = match path {
        "" => value,
        _ => path.split('.').try_fold(value, |value, field| {
            let inner = match value {
                // `identifiers.0`: the first of a list.
                Value::Array(values) => values.get(field.parse::<usize>().ok()?),
                _ => value.get(field),
            };
            Some(resolved(inner?, nodes))
        })?,
    };
    Some(found).filter(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
}

/// The objects of a list.
pub(crate) fn objects(value: &Value) -> impl Iterator<Item = &serde_json::Map<String, Value>> {
    value.as_array().into_iter().flatten().filter_map(Value::as_object)
}
