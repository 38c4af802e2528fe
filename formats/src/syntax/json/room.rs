//! The memory that the values of a document take, and an end to it.

use serde_json::Value;

use crate::budget::{Meter, Resource};

/// A value in a list, which doubles its room as it grows.
const ENTRY: usize = 3 * size_of::<Value>() / 2;
/// An object with one field: the map's node has room for eleven, and is there whole (serde_json's `Map` is a B-tree).
const NODE: usize = 640;
/// A field: of large objects, nodes are half full.
const FIELD: usize = 110;
/// What an allocation takes beside what is in it.
const ALLOCATION: usize = 24;
/// Fields behind the place where the room ended, such as a feed's time zone behind its items.
const REST: usize = 16 << 10;
/// A list may always have as many entries, or no line on a map could be told from its beginning.
const ENTRIES: usize = 10_000;

/// The room that a document has left. Where it ends, lists end; the entry that did not fit any more is not in them.
pub(super) struct Room {
    left: usize,
    rest: usize,
    entries: usize,
    pub is_full: bool,
    /// What is read now is not kept, whatever room there is.
    pub is_shut: bool,
}

impl Room {
    pub fn of(meter: &Meter) -> Self {
        let entries = meter.most_items().max(ENTRIES);
        // One more: whoever reads the items then sees that there are too many.
        Self {
            left: meter.parsed_left(),
            rest: REST,
            entries: entries.saturating_add(1),
            is_full: false,
            is_shut: false,
        }
    }

    /// Counts what was taken.
    pub fn close(&self, meter: &Meter) {
        meter.parse(meter.parsed_left() - self.left);
        if self.is_full {
            meter.stop(Resource::Parsed);
        }
    }

    /// Takes so many bytes, if they are there.
    fn take(&mut self, bytes: usize) -> bool {
        if self.is_shut {
            return false;
        }
        if let Some(left) = self.left.checked_sub(bytes).filter(|_| !self.is_full) {
            self.left = left;
            return true;
        }
        self.is_full = true;
        let rest = self.rest.checked_sub(bytes);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Whether a text may be kept.
    pub fn text(&mut self, text: &str) -> bool {
        text.is_empty() || self.take(ALLOCATION + text.len())
    }

    /// Whether a field may be added to an object that has so many.
    pub fn field(&mut self, name: &str, fields: usize) -> bool {
        let node = match fields {
            0 => NODE,
            1..11 => 0,
            _ => FIELD,
        };
        self.take(node + ALLOCATION + name.len())
    }

    /// Whether a further entry of a list that has so many is looked at.
    pub fn is_open(&self, entries: usize) -> bool {
        !self.is_full && !self.is_shut && entries < self.entries
    }

    /// Whether an entry that was read is added to a list that has so many. One that did not fit stays out, unless it is the
    /// only one: then the items are within it.
    pub fn entry(&mut self, entries: usize) -> bool {
        self.take(ENTRY);
        !self.is_full || entries == 0
    }
}
