//! What the JSON Schema of the feed adds to the types: which fields must be there. The types themselves are
//! only written, and tolerant code reads them, so the derive cannot know.

use schemars::Schema;

/// Makes these fields, parted by spaces, and no others the required ones.
pub(crate) fn require(fields: &'static str) -> impl FnMut(&mut Schema) {
    move |schema| {
        schema.remove("required");
        let fields: Vec<_> = fields.split_whitespace().collect();
        if !fields.is_empty() {
            schema.insert("required".into(), fields.into());
        }
    }
}

/// Adds what no session has once it was read: the rule by which it repeats, which a reader of feeds writes out, and whether it is called off.
pub(crate) fn add_repeats(schema: &mut Schema) {
    let Some(properties) = schema.get_mut("properties").and_then(|value| value.as_object_mut()) else {
        return;
    };
    let rule =
        "How it repeats from its start on: a rule of RFC 5545, section 3.3.10 (FREQ=WEEKLY;UNTIL=20270630).";
    properties.insert("repeats".into(), serde_json::json!({ "description": rule, "type": "string" }));
    let except = serde_json::json!({
        "description": "Days on which one that repeats is not held.",
        "type": "array", "items": { "type": "string", "format": "date" }
    });
    properties.insert("exceptDates".into(), except);
    let status = serde_json::json!({
        "description": "Whether it is held. One that is called off is told to its participants.",
        "type": "string", "enum": ["scheduled", "cancelled"], "default": "scheduled"
    });
    properties.insert("status".into(), status);
}
