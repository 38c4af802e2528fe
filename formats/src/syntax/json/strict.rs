//! serde_json, with an eye on what it passes over: fields that are there twice, numbers that lose their last digits.

use std::fmt;

use alentour_model::Problem;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::notes::{EXACT, Notes, insert};
use super::room::Room;

/// The value, or nothing where it is not strict JSON, or has a number of which a digit would be lost.
pub(super) fn parse(text: &str, notes: &mut Notes, room: &mut Room) -> Option<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut has_lost = false;
    let document = Noting { field: "", notes, room, has_lost: &mut has_lost };
    let value = document.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    (!has_lost).then_some(value)
}

struct Noting<'a> {
    /// The field that the value is in.
    field: &'a str,
    notes: &'a mut Notes,
    room: &'a mut Room,
    has_lost: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Noting<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Noting<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        if number > EXACT {
            self.notes.note(Problem::LargeNumber, self.field, || number.to_string());
        }
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        if number.unsigned_abs() > EXACT {
            self.notes.note(Problem::LargeNumber, self.field, || number.to_string());
        }
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        // Integers that fit in no 64 bits arrive here; so does 1e20, which is looked at again for nothing.
        *self.has_lost |= number.abs() >= 9e18;
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(if self.room.text(text) { text.into() } else { Value::Null })
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(if self.room.text(&text) { text.into() } else { Value::Null })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while self.room.is_open(values.len()) {
            let inner =
                Noting { field: self.field, notes: self.notes, room: self.room, has_lost: self.has_lost };
            match list.next_element_seed(inner)? {
                Some(value) if self.room.entry(values.len()) => values.push(value),
                Some(_) => {}
                None => return Ok(values.into()),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(field) = fields.next_key::<String>()? {
            let number = map.len();
            let entry = map.entry(field);
            let is_kept = matches!(entry, Entry::Occupied(_)) || self.room.field(entry.key(), number);
            let inner =
                Noting { field: entry.key(), notes: self.notes, room: self.room, has_lost: self.has_lost };
            let value = fields.next_value_seed(inner)?;
            if is_kept {
                insert(entry, value, self.notes);
            }
        }
        Ok(map.into())
    }
}
