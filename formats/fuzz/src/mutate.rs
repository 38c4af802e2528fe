//! Mutations of JSON that leave it JSON: fuzzers of bytes spend their time on missing commas.

use std::cell::RefCell;

use libfuzzer_sys::fuzzer_mutate;
use serde_json::Value;

/// What stands where something else should.
const ODD: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1e308",
    "0.1",
    "9007199254740993",
    "\"\"",
    "[]",
    "{}",
    "[[]]",
    "\"oui\"",
    "\"P1W\"",
    "\"2026-11-29\"",
    "\"2026-11-29T14:00:00+01:00\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59-12:00\"",
    "1795420800",
    "1795420800000",
    "\"29/11/2026\"",
    "\"48.85, 2.35\"",
    "[2.35, 48.85]",
    "[null]",
    "{\"lat\": 48.85, \"lon\": 2.35}",
    "\"javascript:alert(1)\"",
    "\"//example.org\"",
    "\"https://example.org/a\"",
    "\"mailto:a@example.org\"",
    "\"<p>un</p><a href=x>\"",
    "\"&lt;b&gt;\"",
    "\"\\u202e\\u0000\"",
    "\"69007\"",
    "{\"fr\": \"un\", \"en\": \"one\"}",
    "{\"@type\": \"Event\", \"name\": \"un\"}",
    "{\"@value\": \"un\"}",
    "\"{\\\"a\\\": [1]}\"",
    "\"Europe/Paris\"",
    "\"cancelled\"",
    "\"deleted\"",
];

thread_local! {
    /// Another input, to take pieces from.
    static OTHER: RefCell<Value> = const { RefCell::new(Value::Null) };
}

/// Mutates JSON in its tree, and what is none as bytes. libFuzzer's contract: the new size, at most `max_size`.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed) | 1 << 40);
    let parsed = data.get(..size).and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    // The syntax is a part of the feed, too.
    let Some(mut value) = parsed.filter(|_| dice.below(12) > 0) else {
        return fuzzer_mutate(data, size, max_size);
    };
    for _ in 0..=dice.below(3) {
        let at = dice.below(count(&value));
        change(&mut value, at, &mut dice);
    }
    let written = value.to_string();
    match data.get_mut(..written.len()) {
        Some(room) if written.len() <= max_size => {
            room.copy_from_slice(written.as_bytes());
            if dice.below(4) == 0 {
                OTHER.set(value);
            }
            written.len()
        }
        _ => fuzzer_mutate(data, size, max_size),
    }
}

/// Values in a tree.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(count).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The value at that position, parents first.
fn find(value: &mut Value, at: usize) -> Option<&mut Value> {
    if at == 0 {
        return Some(value);
    }
    let mut left = at - 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(values) => values.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => return None,
    };
    for value in inner {
        let size = count(value);
        if left < size {
            return find(value, left);
        }
        left -= size;
    }
    None
}

fn change(document: &mut Value, at: usize, dice: &mut Dice) {
    let copy = || find(&mut document.clone(), at).map(|value| value.clone());
    let copied = copy();
    let Some(place) = find(document, at) else { return };
    match (dice.below(9), &mut *place) {
        (0, Value::Array(values)) if !values.is_empty() => drop(values.remove(dice.below(values.len()))),
        (1 | 2, Value::Array(values)) if !values.is_empty() => {
            values.push(values[dice.below(values.len())].clone());
        }
        (3, Value::Array(values)) => values.reverse(),
        (0 | 1, Value::Object(map)) if !map.is_empty() => {
            let name = map.keys().nth(dice.below(map.len())).cloned();
            name.and_then(|name| map.remove(&name));
        }
        // One field under the name of another.
        (2 | 3, Value::Object(map)) if !map.is_empty() => {
            let from = map.values().nth(dice.below(map.len())).cloned();
            let to = map.keys().nth(dice.below(map.len())).cloned();
            if let (Some(value), Some(name)) = (from, to) {
                map.insert(name, value);
            }
        }
        (0..=3, Value::String(text)) => {
            let mut bytes = text.clone().into_bytes();
            let size = bytes.len();
            bytes.resize(size + 32, 0);
            let most = bytes.len();
            let size = fuzzer_mutate(&mut bytes, size, most);
            *text = String::from_utf8_lossy(bytes.get(..size).unwrap_or_default()).into_owned();
        }
        (0 | 1, Value::Number(number)) => *place = Value::String(number.to_string()),
        (4, _) => *place = Value::Array(vec![place.take()]),
        (5, _) => {
            let piece = OTHER.with_borrow_mut(|other| {
                let at = dice.below(count(other));
                find(other, at).map(|value| value.clone())
            });
            *place = piece.unwrap_or_default();
        }
        // What is an object here may be its own text elsewhere.
        (6, Value::Object(_) | Value::Array(_)) => {
            *place = Value::String(copied.unwrap_or_default().to_string())
        }
        _ => *place = serde_json::from_str(ODD[dice.below(ODD.len())]).unwrap_or_default(),
    }
}

/// Numbers that depend on libFuzzer's seed alone, so that a run can be repeated (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default() % most.max(1)
    }
}
