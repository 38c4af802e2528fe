//! What holds for any feed, whatever is in it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Reading, TzDatabase, read};
use alentour_model::Initiative;
use alentour_model_testing::feeds;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON, with the names and values of the known formats strewn in.
fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "(<[a-z/!]{0,4}[ >]|&[a-z#0-9]{1,5};|[a-zé]{0,4}){0,5}".prop_map(Value::from),
        "(2026-0[0-9]-[0-9]{2}(T[0-9:]{5,8}(Z|[+]0[0-9]:00)?)?|[0-9]{2}/[0-9]{2}/2026|https?://[a-z.]{0,8}|full|yes|oui)"
            .prop_map(Value::from),
        "-?[0-9]{1,3}[.,][0-9]{1,3}( ?, ?-?[0-9]{1,3}\\.[0-9])?|[0-9 ]{3,6}".prop_map(Value::from),
    ];
    let names = "(ok|data|hits|initiatives|features|properties|geometry|coordinates|id|_id|name|title|description|summary|\
                 descriptionHtml|applicationUrl|website|domain|activities|tags|startAt|endAt|places|remote|deleted|statusCode|\
                 addresses|address|street|city|postalCode|country|location|lat|lon|geo|latitude|longitude|taxonomy|\
                 categories|status|organizationName|publisherName|schedule|reducedMobilityAccessible)";
    leaf.prop_recursive(5, 50, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(names, inner, 0..9)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A list of such items with distinct identifiers, each of which the format would recognise.
fn items(title: &'static str, extra: Value) -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(json_values(), 1..6).prop_map(move |values| {
        let item = |(position, value): (usize, Value)| {
            let mut map = match value {
                Value::Object(map) => map,
                other => Map::from_iter([("description".to_owned(), other)]),
            };
            map.insert("id".into(), position.into());
            map.insert(title.into(), format!("Titre {position}").into());
            for (name, value) in extra.as_object().unwrap() {
                // A list is what the format is recognised by; another field may hold anything.
                match map.get(name) {
                    Some(_) if !value.is_array() => {}
                    _ => drop(map.insert(name.clone(), value.clone())),
                }
            }
            Value::Object(map)
        };
        values.into_iter().enumerate().map(item).collect()
    })
}

fn lists() -> impl Strategy<Value = (&'static str, Vec<Value>)> {
    prop_oneof![
        items("title", json!({"applicationUrl": "https://example.org"}))
            .prop_map(|list| ("api-engagement", list)),
        items("name", json!({"taxonomy": []})).prop_map(|list| ("gogocarto", list)),
        items("title", json!({"categories": [], "location": {}})).prop_map(|list| ("transiscope", list)),
    ]
}

fn sorted(mut initiatives: Vec<Initiative>) -> Vec<Initiative> {
    initiatives.sort_by(|a, b| a.id.cmp(&b.id));
    initiatives
}

/// What holds of every reading.
fn is_accounted_for(reading: &Reading) -> Result<(), TestCaseError> {
    prop_assert!(reading.feed.initiatives.len() <= reading.items);
    let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item()).count();
    prop_assert_eq!(lost, reading.left_out(), "each item that is left out is said to be, once");
    prop_assert!(reading.findings.iter().all(|finding| finding.value.chars().count() <= 80));
    Ok(())
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(value in json_values()) {
        match read(value.to_string().as_bytes()) {
            Ok(reading) => is_accounted_for(&reading)?,
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn any_item_of_a_known_format_is_read((_, list) in lists()) {
        let reading = read(json!(list).to_string().as_bytes()).unwrap();
        prop_assert_eq!(reading.items, list.len());
        is_accounted_for(&reading)?;
    }

    #[test]
    fn the_order_of_items_does_not_matter((format, list) in lists()) {
        let read_list = |list: &[Value]| read(json!(list).to_string().as_bytes()).unwrap();
        let (forth, mut reversed) = (read_list(&list), list.clone());
        reversed.reverse();
        let back = read_list(&reversed);
        prop_assert_eq!(forth.format, back.format, "{}", format);
        prop_assert_eq!(sorted(forth.feed.initiatives), sorted(back.feed.initiatives));
        prop_assert_eq!(forth.findings.len(), back.findings.len());
    }

    #[test]
    fn what_is_read_from_any_format_is_a_good_canonical_feed((_, list) in lists()) {
        let first = read(json!(list).to_string().as_bytes()).unwrap();
        let again = read(&serde_json::to_vec(&first.feed).unwrap()).unwrap();
        prop_assert_eq!(again.findings, vec![]);
        prop_assert_eq!(again.feed, first.feed);
    }

    #[test]
    fn a_canonical_feed_is_written_and_read_again_as_it_is(feed in feeds(&TzDatabase)) {
        let reading = read(&serde_json::to_vec(&feed).unwrap()).unwrap();
        prop_assert_eq!(reading.findings, vec![]);
        prop_assert_eq!((reading.format, reading.items), ("alentour", feed.initiatives.len()));
        prop_assert_eq!(reading.feed, feed);
    }
}
