//! What the fuzz targets of `formats/fuzz/` have found, each as a test of its own.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Reading, read};
use alentour_model::Problem;
use serde_json::json;

/// Reads a feed, and checks that what was read is written and read again as it is.
fn twice(feed: &str) -> Reading {
    let first = read(feed.as_bytes()).unwrap();
    let again = read(&serde_json::to_vec(&first.feed).unwrap()).unwrap();
    assert_eq!(again.findings, vec![]);
    assert_eq!(again.feed, first.feed);
    first
}

/// Fields and problems of what was found.
fn said(reading: &Reading) -> Vec<(&str, Problem)> {
    reading.findings.iter().map(|finding| (finding.field.as_str(), finding.problem)).collect()
}

#[test]
fn a_calendars_location_of_many_lines_is_cut_like_any_line() {
    for place in ["12 rue Haute ".repeat(60), "a,".repeat(400), format!("69007 V{}", "i".repeat(600))] {
        let event = format!("UID:1\r\nSUMMARY:Repas\r\nLOCATION:{place}\r\n");
        let reading =
            twice(&format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"));
        assert_eq!(reading.feed.initiatives[0].places.len(), 1);
    }
}

#[test]
fn a_point_of_seventeen_digits_is_the_same_after_writing_and_reading() {
    let feed = json!({"initiatives": [
        {"id": "1", "name": "Repas", "location": {"latitude": 45.75, "longitude": 25.474_999_999_999_998}},
        {"id": "2", "name": "Repas", "impact": [{"name": "a", "value": 0.100_000_000_000_000_02}, {"name": "b", "value": 1e-7}]},
    ]});
    let reading = twice(&feed.to_string());
    assert_eq!(reading.feed.initiatives[0].places[0].point.unwrap().longitude, 25.474_999_999_999_998);
}

#[test]
fn a_place_that_is_no_object_is_not_said_to_cost_the_item() {
    let reading = read(br#"{"initiatives": [{"id": "1", "name": "Repas", "location": [null]}]}"#).unwrap();
    assert_eq!((reading.left_out(), reading.findings.len()), (0, 1));
    assert!(!reading.findings[0].problem.costs_the_item());
}

#[test]
fn a_handle_made_of_an_address_has_no_mark_that_reorders_text() {
    let event = json!({"@context": "https://www.w3.org/ns/activitystreams", "type": "Event", "id": "https://example.org/1", "name": "Repas",
        "startTime": "2026-12-05T12:00:00Z", "attributedTo": format!("https://example.org/@jar\u{202e}din{}", "n".repeat(600))});
    let reading = twice(&event.to_string());
    let organizer = reading.feed.initiatives[0].organizer.as_ref().unwrap();
    assert!(organizer.name.starts_with("@jardinn"), "{}", organizer.name);
}

#[test]
fn a_feeds_name_that_is_cut_before_a_space_is_read_again_as_it_is() {
    let name = format!("{} fin", "é".repeat(499));
    for feed in [
        format!("<rss><channel><title>{name}</title><item><title>Repas</title><guid>1</guid></item></channel></rss>"),
        format!("BEGIN:VCALENDAR\r\nX-WR-CALNAME:{name}\r\nBEGIN:VEVENT\r\nSUMMARY:Repas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"),
        json!({"version": "https://jsonfeed.org/version/1.1", "title": name, "items": [{"id": "1", "title": "Repas"}]}).to_string(),
        json!({"name": name, "initiatives": [{"id": "1", "name": "Repas"}]}).to_string(),
    ] {
        assert_eq!(twice(&feed).feed.name, "é".repeat(499));
    }
}

#[test]
fn what_is_joined_is_cut_like_what_is_read_at_once() {
    let long = "a".repeat(400);
    let lines = json!({"count": 1, "next": null, "data": [{"id": 1, "title": "Repas", "event_type": "OTHER", "timeslots": [],
        "location": {"venue": "Salle", "address_lines": [long, long], "postal_code": "69007"}}]});
    let numbered = json!([{"id": 1, "title": "Repas", "url": "https://example.org", "addr:housenumber": long, "addr:street": long}]);
    for (feed, field) in [(lines, "location.streetAddress"), (numbered, "location.streetAddress")] {
        let reading = twice(&feed.to_string());
        let street = &reading.feed.initiatives[0].places[0].street_address;
        assert_eq!(street.chars().count(), 500);
        assert_eq!(said(&reading), [(field, Problem::TooLong)]);
    }
    let words = |from: usize| (0..800).map(|n| format!("mot {}", from + n)).collect::<Vec<_>>();
    let mission = json!([{"id": 1, "title": "Repas", "applicationUrl": "https://example.org", "tags": words(0), "audience": words(800)}]);
    let reading = twice(&mission.to_string());
    assert_eq!(reading.feed.initiatives[0].keywords.len(), 1000);
    assert_eq!(said(&reading), [("keywords", Problem::TooMany)]);
    let paragraphs = json!({"data": [{"id": 1, "name": "Repas", "geo": {"latitude": 45.75, "longitude": 4.85},
        "description": "a".repeat(15_000), "descriptionMore": "b".repeat(15_000)}]});
    let reading = twice(&paragraphs.to_string());
    assert_eq!(reading.feed.initiatives[0].description.chars().count(), 20_000);
    assert_eq!(said(&reading), [("description", Problem::TooLong)]);
    // Names that are told apart by a number are lines, too.
    let id = "i".repeat(500);
    let slot = |n: u32| json!({"id": id, "start_date": 1_795_420_800 + n});
    let slots = json!({"count": 1, "next": null, "data": [{"id": 1, "title": "Repas", "event_type": "OTHER", "timeslots": [slot(0), slot(1)]}]});
    assert_eq!(twice(&slots.to_string()).feed.initiatives[0].sessions.len(), 2);
}

#[test]
fn every_format_has_a_target() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/fuzz_targets");
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()));
    let targets: String = files.map(Result::unwrap).collect();
    for name in alentour_formats::names() {
        assert!(targets.contains(&format!("\"{name}\"")), "{name}");
    }
}
