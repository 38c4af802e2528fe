//! Lists of items, one an initiative.

use std::borrow::Borrow;
use std::collections::HashSet;

use alentour_model::read::LINE;
use alentour_model::{Initiative, Problem};
use serde_json::Value;

use super::item::{Item, LINE_SOURCE, Nodes};
use super::limits;
use crate::budget::Meter;
use crate::reading::Reading;

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
    /// The field by which an item says that its dates are not kept, being cancelled or put off to nobody knows when, where it says so.
    pub called_off: fn(&Item) -> Option<&'static str>,
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
            let mut item = Item::new(value.borrow(), position, nodes, meter, &mut reading.findings);
            if let Some(initiative) = self.read_one(&mut item, &mut seen) {
                meter.keep(&initiative);
                reading.feed.initiatives.push(initiative);
            }
        }
        reading
    }

    fn read_one(&self, item: &mut Item, seen: &mut HashSet<String>) -> Option<Initiative> {
        if !item.get("").is_some_and(Value::is_object) {
            return item.lost("", Problem::NotAnObject);
        }
        let id =
            self.id.iter().find_map(|field| item.plain(field, LINE_SOURCE)).filter(|id| id.len() <= LINE);
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            return item.lost(self.id.first().unwrap_or(&"id"), Problem::NoId);
        };
        item.name(&id);
        if let Some(field) = (self.withdrawn)(item) {
            return item.lost(field, Problem::Withdrawn);
        }
        let called_off = (self.called_off)(item);
        let name = self.title.iter().map(|field| item.line(field)).find(|name| !name.is_empty());
        let Some(name) = name else {
            let unnamed = (*self.title.first().unwrap_or(&"name"), Problem::NoName);
            let (field, problem) = called_off.map_or(unnamed, |field| (field, Problem::Withdrawn));
            return item.lost(field, problem);
        };
        if !seen.insert(id.clone()) {
            return item.lost(self.id.first().unwrap_or(&"id"), Problem::SameId);
        }
        let mut initiative = Initiative::new(id, name);
        (self.fill)(item, &mut initiative);
        if let Some(field) = called_off {
            initiative.cancelled.append(&mut initiative.sessions);
            // Without a date there is nothing that anybody could be told of.
            if initiative.cancelled.is_empty() {
                return item.lost(field, Problem::Withdrawn);
            }
        }
        limits::keep(item, &mut initiative);
        // Nothing is said twice.
        if initiative.description == initiative.summary {
            initiative.description.clear();
        }
        Some(initiative)
    }
}
