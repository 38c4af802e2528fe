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
