//! What holds for the formats of other systems' interfaces when any part of a feed is something else than it should be:
//! the fixtures, with values replaced, taken out and doubled.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::cell::RefCell;

use alentour_formats::{Reading, read, read_page};
use alentour_model::Initiative;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;

const FIXTURES: &[&str] = &[
    include_str!("activitypub/outbox.json"),
    include_str!("gancio/events.json"),
    include_str!("geojson/map.json"),
    include_str!("list/shifts.json"),
    include_str!("mobilize/events.json"),
    include_str!("openactive/page.json"),
    include_str!("openagenda/events.json"),
    include_str!("openagenda/records.json"),
    include_str!("osdi/collection.json"),
    include_str!("the_events_calendar/events.json"),
];

/// Fields without which an item is none, or which say that it is withdrawn, and those around all items.
const VITAL: &[&str] = &[
    "id",
    "@id",
    "_id",
    "uid",
    "identifiers",
    "title",
    "title_fr",
    "name",
    "nom",
    "fr",
    "en",
    "type",
    "state",
    "kind",
    "status",
    "visibility",
    "approval_status",
    "is_visible",
    "hide_from_listings",
    "removed",
    "event_status",
    "eventStatus",
    "next",
    "href",
    "action_network:hidden",
    "draft",
    "object",
];

/// The paths of a document (RFC 6901) and whether there is nothing below them.
fn paths(value: &Value, path: &str, all: &mut Vec<(String, bool)>) {
    match value {
        Value::Object(map) => {
            all.push((path.to_owned(), map.is_empty()));
            map.iter().for_each(|(key, value)| {
                let key = key.replace('~', "~0").replace('/', "~1");
                paths(value, &format!("{path}/{key}"), all);
            });
        }
        Value::Array(values) => {
            all.push((path.to_owned(), values.is_empty()));
            values.iter().enumerate().for_each(|(at, value)| paths(value, &format!("{path}/{at}"), all));
        }
        _ => all.push((path.to_owned(), true)),
    }
}

/// What stands where something else should.
fn oddities() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "(<[a-z/!]{0,4}[ >]|&[a-z#0-9]{1,5};|[a-zé]{0,4}|\\[\\[https?:|\\]\\]){0,6}".prop_map(Value::from),
        "(-?[0-9]{1,13}([.,][0-9]{1,6})?|[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:]{5,8}(Z|[+-][0-9]{2}:?[0-9]{2})?)?|[0-9]{2}/[0-9]{2}/20[0-9]{2})"
            .prop_map(Value::from),
        "(https?|javascript|mailto|tel):(//)?[a-z@:/?#\\[\\] ]{0,9}".prop_map(Value::from),
        "(\\[|\\{)[\"a-z:,0-9\\[\\]{}]{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["UTC", "UTC+2", "Europe/Paris", "P1W", "full", "oui", "Action Network", "FR", "97400", "é"])
            .prop_map(Value::from),
        Just(Value::from("9".repeat(700))),
    ];
    let names = "(id|type|name|title|label|fr|en|url|href|value|address|location|geometry|coordinates|latitude|longitude|lat|lon|start|\
                 begin|end|startDate|startTime|eventSchedule|subEvent|superEvent|timings|object|orderedItems|next|links|rel|data|items)";
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map(names, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

#[derive(Clone, Debug)]
enum Change {
    Replace(Value),
    Remove,
    Double,
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => oddities().prop_map(Change::Replace),
        1 => Just(Change::Remove),
        1 => Just(Change::Double),
    ]
}

fn change(document: &mut Value, path: &str, change: Change) {
    if let Change::Replace(value) = change {
        if let Some(place) = document.pointer_mut(path) {
            *place = value;
        }
        return;
    }
    let Some((parent, key)) = path.rsplit_once('/') else { return };
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.remove(&key.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(values)) => {
            let Some(at) = key.parse::<usize>().ok().filter(|at| *at < values.len()) else { return };
            match change {
                Change::Double => values.push(values[at].clone()),
                _ => drop(values.remove(at)),
            }
        }
        _ => {}
    }
}

fn at(document: &Value) -> Result<Reading, String> {
    read_page(document.to_string().as_bytes(), "https://example.org/feed?offset=3")
        .map_err(|error| error.to_string())
}

#[test]
fn a_feed_with_anything_in_it_is_read_into_a_good_canonical_feed() {
    let kept = RefCell::new([0; FIXTURES.len()]);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let mutations =
        (0..FIXTURES.len(), proptest::collection::vec((any::<prop::sample::Index>(), changes()), 1..8));
    let result = TestRunner::new(config).run(&mutations, |(which, changed)| {
        let mut document: Value = serde_json::from_str(FIXTURES[which]).unwrap();
        for (index, how) in changed {
            let mut all = Vec::new();
            paths(&document, "", &mut all);
            let path = index.get(&all).0.clone();
            change(&mut document, &path, how);
        }
        match at(&document) {
            Ok(first) => {
                kept.borrow_mut()[which] += first.feed.initiatives.len();
                prop_assert!(first.feed.initiatives.len() <= first.items);
                let lost = first.findings.iter().filter(|finding| finding.problem.costs_the_item()).count();
                prop_assert_eq!(lost, first.left_out(), "each item that is left out is said to be, once");
                prop_assert!(first.next.is_none_or(|next| next.starts_with("http")));
                let again = read(&serde_json::to_vec(&first.feed).unwrap()).unwrap();
                prop_assert_eq!(again.findings, vec![]);
                prop_assert_eq!(again.feed, first.feed);
            }
            Err(error) => prop_assert!(!error.is_empty()),
        }
        Ok(())
    });
    result.unwrap_or_else(|why| panic!("{why}"));
    let kept = kept.into_inner();
    assert!(kept.iter().all(|kept| *kept > 0), "of some fixture nothing was ever read: {kept:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_field_of_another_type_costs_the_field_and_not_the_item(
        which in 0..FIXTURES.len(),
        index in any::<prop::sample::Index>(),
        odd in oddities(),
    ) {
        let mut document: Value = serde_json::from_str(FIXTURES[which]).unwrap();
        let before = at(&document).unwrap();
        prop_assert!(before.left_out() < before.items);
        let mut all = Vec::new();
        paths(&document, "", &mut all);
        // Within an item, and none of what makes it one.
        all.retain(|(path, is_leaf)| {
            let names: Vec<_> = path.split('/').skip(1).collect();
            let inside = names.iter().any(|name| name.parse::<usize>().is_ok());
            *is_leaf && inside && names.len() >= 2 && names.last().is_some_and(|name| !VITAL.contains(name) && name.parse::<usize>().is_err())
        });
        let path = index.get(&all).0.clone();
        change(&mut document, &path, Change::Replace(odd));
        let after = at(&document).unwrap();
        prop_assert_eq!((after.format, after.items), (before.format, before.items), "{}", path);
        // Nothing can be said of what is called off without its date.
        let is_off = |one: &&Initiative| one.sessions.is_empty() && !one.cancelled.is_empty();
        let called_off = before.feed.initiatives.iter().filter(is_off).count();
        // What made two entries one may be what has changed.
        prop_assert!(after.left_out() <= before.left_out() + called_off, "{path}: {:?}", after.findings);
    }
}
