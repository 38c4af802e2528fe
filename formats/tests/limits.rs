//! Each limit has a finding or an error of its own, and what is within it is read.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::time::{Duration, Instant};

use alentour_formats::read;
use alentour_model::{Initiative, Problem};
use serde_json::{Value, json};

/// The first initiative, and what was said of it: what was read is written and read again as it is.
fn one(document: &Value) -> (Initiative, Vec<(String, Problem)>) {
    let mut reading = read(document.to_string().as_bytes()).unwrap();
    let again = read(&serde_json::to_vec(&reading.feed).unwrap()).unwrap();
    assert_eq!((again.findings, &again.feed), (vec![], &reading.feed));
    let said = reading.findings.into_iter().map(|finding| (finding.field, finding.problem)).collect();
    (reading.feed.initiatives.remove(0), said)
}

fn own(field: &str, value: Value) -> Value {
    json!({"initiatives": [{"id": "1", "name": "Un", field: value}]})
}

fn theirs(field: &str, value: Value) -> Value {
    json!({"data": [{"id": "1", "title": "Un", "applicationUrl": "https://example.org", field: value}]})
}

fn said(field: &str, problem: Problem) -> Vec<(String, Problem)> {
    vec![(field.to_owned(), problem)]
}

#[test]
fn more_entries_than_a_list_may_have_are_said_to_be_too_many() {
    let words: Vec<_> = (0..1001).map(|n| format!("mot {n}")).collect();
    let (read, findings) = one(&own("keywords", json!(words)));
    assert_eq!((read.keywords.len(), findings), (1000, said("keywords", Problem::TooMany)));
    let (read, findings) = one(&theirs("tags", json!(words)));
    assert_eq!((read.keywords.len(), findings), (1000, said("tags", Problem::TooMany)));

    let days: Vec<_> = (0..1001).map(|n| json!({"startDate": format!("{}-01-01", 2000 + n)})).collect();
    let (read, findings) = one(&own("sessions", json!(days)));
    assert_eq!((read.sessions.len(), findings), (1000, said("sessions", Problem::TooMany)));
    let places: Vec<_> =
        (0..1001).map(|n| json!({"city": format!("Ville {n}"), "postalCode": "69007"})).collect();
    let (read, findings) = one(&theirs("addresses", json!(places)));
    assert_eq!((read.places.len(), findings), (1000, said("addresses", Problem::TooMany)));
    let (_, findings) = one(&own("keywords", json!(&words[..1000])));
    assert_eq!(findings, vec![]);
}

#[test]
fn texts_that_are_too_long_are_cut_and_said_wherever_the_cut_falls() {
    for end in ["x", " ", "\u{a0}", "é"] {
        let line = format!("{}{end}fin", "é".repeat(499));
        let (read, findings) = one(&own("keywords", json!([line, "court"])));
        assert_eq!((read.keywords.len(), findings), (2, said("keywords", Problem::TooLong)));
        let (read, findings) = one(&theirs("tags", json!([line, "court"])));
        assert_eq!((read.keywords.len(), findings), (2, said("tags", Problem::TooLong)));
        let text = format!("{}{end}fin", "é".repeat(19_999));
        for document in [own("description", json!(text)), theirs("description", json!(text))] {
            let (read, findings) = one(&document);
            assert!((19_999..=20_000).contains(&read.description.chars().count()));
            assert_eq!(findings, said("description", Problem::TooLong));
        }
    }
}

#[test]
fn a_thousand_sessions_of_one_name_are_told_apart_in_no_time() {
    let time = |id: fn(usize) -> String| {
        let session = |n: usize| json!({"id": id(n), "startDate": format!("{}-01-01", 2000 + n)});
        let sessions: Vec<_> = (0..1000).map(session).collect();
        let began = Instant::now();
        let (read, _) = one(&own("sessions", json!(sessions)));
        let mut ids: Vec<_> = read.sessions.iter().map(|session| &session.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1000);
        began.elapsed()
    };
    // The quickest of some runs: what else the machine is doing slows single ones.
    let quickest = |id: fn(usize) -> String| (0..5).map(|_| time(id)).min().unwrap();
    let (apart, alike) = (quickest(|n| n.to_string()), quickest(|_| "a".into()));
    // Where each name was counted from the beginning, a hundred times.
    assert!(alike < apart * 8 + Duration::from_secs(1), "{alike:?}, {apart:?}");
}
