//! The keys that an initiative and a feed have, by the published schema: whoever misspells one is told, where what they wrote is not read by a
//! machine that adds keys of its own.

use serde_json::{Map, Value};

use crate::error::CommandError;

const SCHEMA: &str = include_str!("../../../docs/feed.schema.json");

/// Whether an initiative, or a canonical feed, has no other keys. What begins with `@` is for other readers.
///
/// # Errors
/// The first that is unknown, where it is, and those that there are.
pub fn check(given: &Value) -> Result<(), CommandError> {
    let schema: Value = serde_json::from_str(SCHEMA)?;
    let is_feed = given.get("initiatives").is_some();
    let wanted = if is_feed { Some(&schema) } else { schema.pointer("/$defs/Initiative") };
    Ok(wanted.map_or(Ok(()), |wanted| below(&schema, wanted, given, ""))?)
}

/// Whether an object has none but these keys; `place` is what leads to it.
///
/// # Errors
/// The same.
pub fn among<'a>(
    known: impl Iterator<Item = &'a str> + Clone,
    given: &Map<String, Value>,
    place: &str,
) -> Result<(), String> {
    let is_unknown =
        |key: &&String| !key.starts_with(['@', '$']) && !known.clone().any(|known| known == **key);
    let Some(key) = given.keys().find(is_unknown) else { return Ok(()) };
    let known = known.collect::<Vec<_>>().join(", ");
    Err(format!("nothing was kept: {place}{key} is unknown; there are {known}"))
}

fn below(schema: &Value, wanted: &Value, given: &Value, place: &str) -> Result<(), String> {
    let wanted = resolved(schema, wanted);
    match given {
        Value::Array(all) => {
            let each = wanted.get("items").unwrap_or(wanted);
            all.iter()
                .enumerate()
                .try_for_each(|(at, one)| below(schema, each, one, &format!("{place}{at}.")))
        }
        Value::Object(object) => {
            // One may stand where a list is asked for.
            let wanted = wanted.get("items").map_or(wanted, |each| resolved(schema, each));
            let Some(known) = wanted.get("properties").and_then(Value::as_object) else { return Ok(()) };
            among(known.keys().map(String::as_str), object, place)?;
            object.iter().try_for_each(|(key, value)| {
                let wanted = known.get(key).unwrap_or(&Value::Null);
                below(schema, wanted, value, &format!("{place}{key}."))
            })
        }
        _ => Ok(()),
    }
}

/// What a reference stands for, and of alternatives that which is something.
fn resolved<'a>(schema: &'a Value, wanted: &'a Value) -> &'a Value {
    let wanted = wanted.get("anyOf").and_then(Value::as_array).and_then(|all| all.first()).unwrap_or(wanted);
    let reference = wanted.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    reference.and_then(|pointer| schema.pointer(pointer)).unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(given: &Value) -> String {
        check(given).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_misspelt_key_is_named_with_those_that_there_are() {
        let said = refused(&json!({ "id": "a", "title": "A" }));
        assert!(said.contains("title is unknown") && said.contains(", name, "), "{said}");
        let said = refused(&json!({ "participation": { "questions": [{}, { "lable": "Où ?" }] } }));
        assert!(
            said.contains("participation.questions.1.lable is unknown") && said.contains("label"),
            "{said}"
        );
        let said = refused(&json!({ "organizer": { "name": "A", "web": "https://example.org" } }));
        assert!(said.contains("organizer.web is unknown"), "{said}");
        let said = refused(&json!({ "initiatives": [{ "sessions": { "start": "2027-01-01" } }] }));
        assert!(said.contains("initiatives.0.sessions.start is unknown"), "{said}");
    }

    #[test]
    fn what_feeds_say_is_known() {
        let demo = crate::feeds::demo::feed("2026-11-29".parse().unwrap());
        assert_eq!(refused(&serde_json::from_str(&demo).unwrap()), "");
        assert_eq!(refused(&json!({ "@context": "https://schema.org", "name": "A" })), "");
    }
}
