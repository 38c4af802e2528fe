//! One item, or an object within it: what is at a path, and the texts there.

use std::borrow::Cow;

use alentour_model::read::{LINE, TEXT};
use alentour_model::text::{self, clean};
use alentour_model::{Finding, Problem};
use serde_json::{Map, Value};

use crate::budget::Meter;
use crate::syntax::html;
use crate::syntax::value::{localised, named, shown, unpack};

/// Entries that a list within an item may have, as in the canonical feed.
pub(crate) const ENTRIES: usize = 1000;

/// Bytes of the source of a line, and of a text, that are looked at: HTML may be much longer than what it says, most of all
/// where pictures are written into it.
pub(crate) const LINE_SOURCE: usize = 4 << 10;
const TEXT_SOURCE: usize = 4 << 20;

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
    id: Cow<'a, str>,
    /// Where the object is in its item, if it is not the item.
    within: Option<Within<'a>>,
    findings: &'a mut Vec<Finding>,
}

/// Where an object is in its item. Written out only where a finding names a field.
struct Within<'a> {
    outer: Option<&'a Within<'a>>,
    path: &'a str,
    /// Its place in the list at that path, where there is one.
    position: Option<usize>,
}

impl Within<'_> {
    /// Its path, ending in a dot.
    fn write(&self, text: &mut String) {
        if let Some(outer) = self.outer {
            outer.write(text);
        }
        text.push_str(self.path);
        text.push('.');
        if let Some(position) = self.position {
            text.push_str(&format!("{position}."));
        }
    }
}

impl<'a> Item<'a> {
    /// An item of a list, of which nothing is known yet.
    pub fn new(
        value: &'a Value,
        position: usize,
        nodes: Option<&'a dyn Nodes>,
        meter: &'a Meter,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self { value, nodes, meter, position, id: Cow::default(), within: None, findings }
    }

    /// Says what it is called in findings.
    pub fn name(&mut self, id: &str) {
        self.id = Cow::Owned(id.to_owned());
    }

    /// The value at a path, where it is there and says something: not `null`, not `""`. The empty path is the
    /// item itself.
    pub fn get(&self, path: &str) -> Option<&'a Value> {
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
        self.within.is_some()
    }

    /// Notes what is wrong with a field.
    pub fn find(&mut self, path: &str, problem: Problem) {
        self.meter.step(1);
        if !self.meter.allows_finding(problem) {
            return;
        }
        let value = self.get(path).map(shown).unwrap_or_default();
        let mut field = String::new();
        if let Some(within) = &self.within {
            within.write(&mut field);
        }
        field.push_str(path);
        self.findings.push(Finding {
            item: Some(self.position),
            id: self.id.clone().into_owned(),
            field: field.trim_end_matches('.').to_owned(),
            problem,
            value,
        });
    }

    pub fn lost<T>(&mut self, path: &str, problem: Problem) -> Option<T> {
        self.find(path, problem);
        None
    }

    /// Text or a number, written out and cleaned; of a longer text so many bytes.
    pub fn plain(&self, path: &str, most: usize) -> Option<String> {
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
        self.meter.step(1 + text.len() / 8);
        text
    }

    fn limited(&mut self, path: &str, (most, source): (usize, usize), read: fn(&str) -> String) -> String {
        let Some(value) = self.get(path) else { return String::new() };
        // Empty lists and objects are what some software writes for "nothing".
        if value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(|map| map.is_empty())
        {
            return String::new();
        }
        let (mut text, is_cut) = match localised(value) {
            Value::String(text) => (read(self.beginning(text, source)), text.len() > source),
            Value::Number(number) => (number.to_string(), false),
            Value::Null => return String::new(),
            _ => {
                self.find(path, Problem::NotText);
                return String::new();
            }
        };
        if cut(&mut text, most) || is_cut {
            self.find(path, Problem::TooLong);
        }
        text
    }

    /// One line of text; empty where there is none.
    pub fn line(&mut self, path: &str) -> String {
        self.limited(path, (LINE, LINE_SOURCE), html::clean_line)
    }

    /// Text of several paragraphs, from HTML or plain text; empty where there is none.
    pub fn text(&mut self, path: &str) -> String {
        self.limited(path, (TEXT, TEXT_SOURCE), html::clean_text)
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
        all.join("\n\n")
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
                id: Cow::Borrowed(&self.id),
                within: Some(Within {
                    outer: self.within.as_ref(),
                    path,
                    position: is_list.then_some(position),
                }),
                findings: self.findings,
            };
            all.extend(read(&mut inner));
        }
        all
    }
}

/// Cuts a text down to so many characters. Whether it was longer: what it was longer by is not kept in memory.
pub(super) fn cut(text: &mut String, most: usize) -> bool {
    let is_cut = text::cut(text, most);
    if is_cut {
        text.shrink_to_fit();
    }
    is_cut
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
    let step = |value: &'a Value, field: &str| {
        let inner = match value {
            // `identifiers.0`: the first of a list.
            Value::Array(values) => values.get(field.parse::<usize>().ok()?),
            _ => value.get(field),
        };
        Some(resolved(inner?, nodes))
    };
    let found = match path {
        "" => value,
        // Hardly any has one.
        _ if !path.as_bytes().contains(&b'.') => step(value, path)?,
        _ => path.split('.').try_fold(value, step)?,
    };
    Some(found).filter(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
}

/// The objects of a list.
pub(crate) fn objects(value: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    value.as_array().into_iter().flatten().filter_map(Value::as_object)
}
