//! The JSON Schema of the feed, against the page that describes it and whatever is written.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::TzDatabase;
use alentour_model_testing::feeds;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What the schema says against a document; nothing if it accepts it.
fn objections(document: &Value) -> Option<String> {
    let schema = serde_json::to_value(schemars::schema_for!(alentour_model::Feed)).unwrap();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("feed.json", schema).unwrap();
    let index = compiler.compile("feed.json", &mut schemas).unwrap();
    schemas.validate(document, index).err().map(|error| format!("{error:#}"))
}

fn example() -> Value {
    let page = include_str!("../../docs/feed.md");
    serde_json::from_str(page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap())
        .unwrap()
}

#[test]
fn the_example_of_the_documentation_is_accepted() {
    assert_eq!(objections(&example()), None);
}

#[test]
fn only_what_must_be_there_is_required() {
    assert_eq!(objections(&json!({"initiatives": [{"id": "1", "name": "Un"}]})), None);
    assert_eq!(objections(&json!({"initiatives": []})), None);
    let bare = json!({"initiatives": [{
        "id": "1", "name": "Un", "organizer": {"name": "Nous"}, "location": [{"addressLocality": "Lyon"}],
        "sessions": [{"startDate": "2026-11-24"}], "petition": {}, "impact": [{"name": "x", "value": 1.5}],
        "participation": {"way": "rsvp", "questions": [{"id": "a", "label": "A ?"}], "consents": [{"id": "b", "text": "B"}]},
    }]});
    assert_eq!(objections(&bare), None);
}

/// The bare document without one field, named by its path.
fn without(pointer: &str, field: &str) -> Value {
    let mut document = example();
    document.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(field).unwrap();
    document
}

#[test]
fn what_must_be_there_is_missed() {
    for (pointer, field) in [
        ("", "initiatives"),
        ("/initiatives/0", "id"),
        ("/initiatives/0", "name"),
        ("/initiatives/0/organizer", "name"),
        ("/initiatives/0/sessions/0", "startDate"),
        ("/initiatives/0/participation", "way"),
        ("/initiatives/0/participation/questions/0", "label"),
        ("/initiatives/0/participation/consents/0", "text"),
        ("/initiatives/0/impact/0", "value"),
    ] {
        let objections = objections(&without(pointer, field)).unwrap_or_default();
        assert!(objections.contains(field), "{pointer} {field}: {objections}");
    }
}

#[test]
fn words_dates_and_points_that_do_not_exist_are_refused() {
    for (pointer, value) in [
        ("/initiatives/0/reach", json!("world")),
        ("/initiatives/0/startDate", json!("demain")),
        ("/initiatives/0/location/0/latitude", json!(91)),
        ("/initiatives/0/participation/way", json!("come")),
    ] {
        let mut document = example();
        *document.pointer_mut(pointer).unwrap() = value;
        assert!(objections(&document).is_some(), "{pointer}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_feed_that_is_written_is_accepted(feed in feeds(&TzDatabase)) {
        prop_assert_eq!(objections(&serde_json::to_value(&feed).unwrap()), None);
    }
}
