//! A list of things with a title, in whatever words: what somebody's own export or script makes. Tried last.

use serde_json::Value;

use crate::format::Format;
use crate::items::{List, objects};
use crate::pagination::next::{Pages, linked, records, records_next};
use crate::publishers::generic;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "a plain list: [{\"title\": …, \"url\": …, \"description\": …, \"start_date\": …, \"city\": …}], or an object with such a list",
    recognises: |document| entries(document).is_some(),
    read: |document, _, meter| {
        let named = |entry: &Value| match entry {
            Value::Object(map) => {
                let mut map = map.clone();
                generic::name(&mut map);
                Value::Object(map)
            }
            other => other.clone(),
        };
        Some(LIST.read(entries(document)?.into_iter().map(named), meter))
    },
    apart: true,
    pages: Pages {
        next: |document, base| linked(document, base).or_else(|| records_next(document, base)),
        ..Pages::ONE
    },
};

const LIST: List = generic::list("list");

/// The entries: those of the document if it is a list, or of the longest list in it, as a data portal nests them.
fn entries(document: &Value) -> Option<Vec<&Value>> {
    let is_list = |value: &Value| objects(value).any(|map| generic::is_item(fields(map)));
    if document.get("records").is_some_and(is_list) {
        return records(document);
    }
    let list = match document {
        Value::Object(map) => map
            .values()
            .filter(|value| is_list(value))
            .max_by_key(|value| value.as_array().map_or(0, Vec::len))?,
        list => Some(list).filter(|list| is_list(list))?,
    };
    Some(list.as_array()?.iter().collect())
}

fn fields(map: &serde_json::Map<String, Value>) -> &serde_json::Map<String, Value> {
    map.get("fields").and_then(Value::as_object).unwrap_or(map)
}
