//! Canonical JSON as the steps read it.

use serde_json::Value;

/// A text of an object; empty where it has none of that name.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
