//! Search: what is found, and in which order.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_model::query::{Now, page};
use alentour_model::read::{read, read_value};
use alentour_model::*;
use alentour_model_testing::TestZones;
use serde_json::{Value, json};

fn catalog(items: Value) -> Catalog {
    let (feed, findings) = read_value(&json!({ "initiatives": items }), &TestZones).unwrap();
    assert_eq!(findings, [], "the test's own feed is good");
    Catalog::new(feed.initiatives)
}

fn now(text: &str) -> Now {
    let moment = Moment::parse(text).unwrap();
    Now { instant: moment.instant, today: moment.date() }
}

/// A Tuesday.
fn today() -> Now {
    now("2026-11-24T12:00:00+01:00")
}

fn days(first: &str, last: &str) -> Option<DateRange> {
    Some(DateRange { first: Date::parse(first).unwrap(), last: Date::parse(last).unwrap() })
}

fn names(catalog: &Catalog, hits: &[Hit]) -> Vec<String> {
    hits.iter().map(|hit| catalog.get(hit.initiative).unwrap().id.clone()).collect()
}

/// The identifiers of what is nearby.
fn found(catalog: &Catalog, query: &Query, now: Now) -> Vec<String> {
    names(catalog, &catalog.search(query, now).nearby)
}

fn at(id: &str, latitude: f64, longitude: f64) -> Value {
    json!({"id": id, "name": id, "location": {"latitude": latitude, "longitude": longitude}})
}

const LYON: (f64, f64) = (45.764, 4.8357);

fn near_lyon(radius: Option<f64>) -> Query {
    Query { near: Point::new(LYON.0, LYON.1), radius: radius.and_then(Kilometres::new), ..Query::default() }
}

#[test]
fn the_nearest_of_several_places_counts() {
    let catalog = catalog(json!([
        {"id": "both", "name": "x", "location": [
            {"latitude": 48.8566, "longitude": 2.3522}, {"addressLocality": "partout"}, {"latitude": 45.77, "longitude": 4.84}]},
        at("paris", 48.8566, 2.3522),
    ]));
    let results = catalog.search(&near_lyon(Some(10.0)), today());
    assert_eq!(names(&catalog, &results.nearby), ["both"], "one entry, however many places");
    let hit = results.nearby[0];
    assert_eq!(hit.place, Some(2));
    assert!(hit.distance.unwrap().value() < 1.0);
}

#[test]
fn the_radius_is_a_limit_and_no_radius_is_none() {
    let catalog = catalog(json!([
        at("paris", 48.8566, 2.3522),
        at("lyon", 45.76, 4.84),
        at("vienne", 45.5255, 4.8744)
    ]));
    assert_eq!(found(&catalog, &near_lyon(Some(5.0)), today()), ["lyon"]);
    assert_eq!(found(&catalog, &near_lyon(Some(50.0)), today()), ["lyon", "vienne"]);
    assert_eq!(found(&catalog, &near_lyon(None), today()), ["lyon", "vienne", "paris"]);
    let nowhere = Query { radius: Kilometres::new(5.0), ..Query::default() };
    assert_eq!(found(&catalog, &nowhere, today()).len(), 3, "a radius around nothing limits nothing");
}

#[test]
fn the_international_date_line_is_no_wall() {
    let catalog = catalog(json!([at("taveuni", -16.8, -179.9)]));
    let query = Query { near: Point::new(-16.8, 179.9), radius: Kilometres::new(25.0), ..Query::default() };
    assert_eq!(found(&catalog, &query, today()), ["taveuni"]);
}

#[test]
fn national_and_online_ones_have_a_section_of_their_own() {
    let mut items = vec![at("local", 45.76, 4.84)];
    for (id, reach) in [("national", "national"), ("online", "online"), ("regional", "regional")] {
        let mut item = at(id, 45.75, 4.84);
        item["reach"] = json!(reach);
        items.push(item);
    }
    items.push(json!({"id": "placeless", "name": "x", "location": {"addressLocality": "Lyon"}}));
    let catalog = catalog(Value::from(items));
    let results = catalog.search(&near_lyon(Some(5.0)), today());
    assert_eq!(names(&catalog, &results.nearby), ["local", "regional"]);
    assert_eq!(names(&catalog, &results.elsewhere), ["national", "online", "placeless"]);
    let online = Query { reach: Some(Reach::Online), ..near_lyon(Some(5.0)) };
    assert_eq!(catalog.search(&online, today()).len(), 1);
}

#[test]
fn neighbours_rank_by_date_and_the_rest_by_distance() {
    let mut items = vec![at("far", 45.9, 4.84), at("whenever", 45.7641, 4.8357)];
    for (id, date, latitude) in
        [("later", "2026-12-01", 45.764), ("sooner", "2026-11-25", 45.7642), ("past", "2026-11-01", 45.764)]
    {
        let mut item = at(id, latitude, 4.8357);
        item["sessions"] = json!([{"startDate": format!("{date}T10:00:00+01:00")}]);
        items.push(item);
    }
    let catalog = catalog(Value::from(items));
    assert_eq!(found(&catalog, &near_lyon(None), today()), ["sooner", "later", "whenever", "far"]);
}

#[test]
fn a_place_only_known_about_ranks_by_the_distance_that_is_shown() {
    // 300 m, "about 1 km", and 600 m.
    let mut about = at("about", LYON.0 + 0.0027, LYON.1);
    about["location"]["approximate"] = json!(true);
    let catalog =
        catalog(json!([about, at("exact", LYON.0 + 0.0054, LYON.1), at("far", LYON.0 + 0.02, LYON.1)]));
    assert_eq!(found(&catalog, &near_lyon(None), today()), ["exact", "about", "far"]);
}

#[test]
fn kinds_and_causes_are_each_one_of_the_asked_and_both_hold() {
    let catalog = catalog(json!([
        {"id": "a", "name": "x", "kind": "petition", "causes": ["health", "housing"]},
        {"id": "b", "name": "x", "kind": "petition", "causes": ["education"]},
        {"id": "c", "name": "x", "kind": "maraude", "causes": ["housing"]},
        {"id": "d", "name": "x"},
    ]));
    let search = |kinds: &[Kind], causes: &[Cause]| {
        let query = Query { kinds: kinds.to_vec(), causes: causes.to_vec(), ..Query::default() };
        names(&catalog, &catalog.search(&query, today()).elsewhere)
    };
    assert_eq!(search(&[], &[]), ["a", "b", "c", "d"]);
    assert_eq!(search(&[Kind::Petition], &[Cause::Housing]), ["a"]);
    assert_eq!(search(&[Kind::Petition, Kind::Other("maraude".into())], &[]), ["a", "b", "c"]);
    assert_eq!(search(&[], &[Cause::Housing, Cause::Education]), ["a", "b", "c"]);
}

#[test]
fn a_cause_named_twice_counts_once() {
    let catalog = catalog(json!([{"id": "a", "name": "x", "causes": ["health", "health"]}]));
    let facets = catalog.search(&Query::default(), today()).facets;
    assert_eq!(facets.causes.iter().map(|count| count.count).sum::<usize>(), 1);
}

#[test]
fn words_are_found_by_their_beginnings_without_accents_in_every_text() {
    let catalog = catalog(json!([
        {"id": "a", "name": "Épicerie solidaire", "summary": "Œuvre", "description": "l’été", "keywords": ["maraîchage"],
         "organizer": {"name": "Société Saint-Étienne"}, "partners": [{"name": "Mairie"}],
         "location": {"name": "Halle", "addressLocality": "Haÿ", "postalCode": "94240"}},
        {"id": "b", "name": "Autre chose"},
    ]));
    let search =
        |words: &str| catalog.search(&Query { words: words.into(), ..Query::default() }, today()).len();
    for words in [
        "epic",
        "ÉPICERIE",
        "solid epic",
        "oeuv",
        "ete",
        "maraich",
        "st",
        "saint etienne",
        "mair",
        "hall",
        "hay",
        "942",
    ] {
        assert_eq!(search(words), usize::from(words != "st"), "{words}");
    }
    assert_eq!((search("cerie"), search("epic chose"), search("  ")), (0, 0, 2));
}

#[test]
fn what_is_over_is_decided_by_the_instant_and_not_by_a_day() {
    let catalog = catalog(json!([
        {"id": "reunion", "name": "x", "sessions": [
            {"startDate": "2026-11-24T18:00:00+04:00", "endDate": "2026-11-24T20:00:00+04:00", "timeZone": "Indian/Reunion"}]},
        {"id": "cayenne", "name": "x", "sessions": [
            {"startDate": "2026-11-23T20:00:00-03:00", "endDate": "2026-11-23T23:30:00-03:00", "timeZone": "America/Cayenne"}]},
    ]));
    let at = |text: &str| names(&catalog, &catalog.search(&Query::default(), now(text)).elsewhere);
    // 20:00 in La Réunion is 17:00 in Paris, and 23:30 in Cayenne is 03:30 of the next day there.
    assert_eq!(at("2026-11-24T03:29:00+01:00"), ["cayenne", "reunion"]);
    assert_eq!(at("2026-11-24T03:30:00+01:00"), ["reunion"]);
    assert_eq!(at("2026-11-24T16:59:59+01:00"), ["reunion"]);
    assert_eq!(at("2026-11-24T17:00:00+01:00").len(), 0);
}

#[test]
fn an_evening_without_an_end_lasts_until_its_day_is_over_there_when_clocks_change() {
    for (date, end) in [
        ("2026-03-28T20:00", "2026-03-29T00:00:00+01:00"), // the night clocks go forward
        ("2026-03-29T20:00", "2026-03-30T00:00:00+02:00"),
        ("2026-10-24T20:00", "2026-10-25T00:00:00+02:00"), // the night they go back
        ("2026-10-25T20:00", "2026-10-26T00:00:00+01:00"),
    ] {
        let document = json!({"initiatives": [{"id": "a", "name": "x", "sessions": [{"startDate": date}]}]});
        let (feed, _) = read(&document.to_string(), &TestZones).unwrap();
        let end = Moment::parse(end).unwrap().instant;
        assert!(!feed.initiatives[0].is_over(end - 1), "{date}");
        assert!(feed.initiatives[0].is_over(end), "{date}");
    }
}

#[test]
fn a_day_of_the_year_begins_with_its_own_offset() {
    // The last whole day in winter time, and the first in summer time.
    let catalog = catalog(json!([
        {"id": "winter", "name": "x", "startDate": "2026-03-28", "endDate": "2026-03-28"},
        {"id": "summer", "name": "x", "startDate": "2026-03-30", "endDate": "2026-03-30"},
    ]));
    let at = |text: &str| names(&catalog, &catalog.search(&Query::default(), now(text)).elsewhere);
    assert_eq!(at("2026-03-28T23:59:59+01:00"), ["winter", "summer"]);
    assert_eq!(at("2026-03-29T00:00:00+01:00"), ["summer"]);
    assert_eq!(at("2026-03-30T23:59:59+02:00"), ["summer"]);
    assert_eq!(at("2026-03-31T00:00:00+02:00").len(), 0);
}

#[test]
fn days_asked_for_are_those_of_the_place() {
    let catalog = catalog(json!([
        // Saturday there, still Friday in UTC.
        {"id": "reunion", "name": "x", "sessions": [{"startDate": "2026-11-28T01:00:00+04:00", "timeZone": "Indian/Reunion"}]},
        // Saturday there, already Sunday in UTC.
        {"id": "cayenne", "name": "x", "sessions": [{"startDate": "2026-11-28T23:00:00-03:00", "timeZone": "America/Cayenne"}]},
    ]));
    let on = |day: &str| {
        let query = Query { when: days(day, day), ..Query::default() };
        names(&catalog, &catalog.search(&query, today()).elsewhere)
    };
    assert_eq!(on("2026-11-28"), ["reunion", "cayenne"]);
    assert_eq!((on("2026-11-27").len(), on("2026-11-29").len()), (0, 0));
}

#[test]
fn what_goes_on_is_found_on_its_days_and_what_has_no_day_on_none() {
    let catalog = catalog(json!([
        {"id": "open", "name": "x", "startDate": "2026-09-01"},
        {"id": "until", "name": "x", "endDate": "2026-11-30"},
        {"id": "between", "name": "x", "startDate": "2026-12-01", "endDate": "2026-12-24"},
        {"id": "whenever", "name": "x"},
        {"id": "over", "name": "x", "endDate": "2026-11-23"},
    ]));
    let on = |first: &str, last: &str| {
        let query = Query { when: days(first, last), ..Query::default() };
        names(&catalog, &catalog.search(&query, today()).elsewhere)
    };
    assert_eq!(on("2026-11-24", "2026-11-29"), ["open", "until"]);
    assert_eq!(on("2026-12-24", "2026-12-31"), ["open", "between"]);
    assert_eq!(names(&catalog, &catalog.search(&Query::default(), today()).elsewhere).len(), 4);
}

#[test]
fn the_session_shown_is_the_next_one_of_the_days_asked_for() {
    let catalog = catalog(json!([{"id": "a", "name": "x", "sessions": [
        {"startDate": "2026-12-06T10:00:00+01:00"}, {"startDate": "2026-11-20T10:00:00+01:00"},
        {"startDate": "2026-11-29T10:00:00+01:00"}, {"startDate": "2026-11-25T10:00:00+01:00"}]}]));
    let session = |when| {
        let results = catalog.search(&Query { when, ..Query::default() }, today());
        results.elsewhere.first().and_then(|hit| hit.session)
    };
    assert_eq!(session(None), Some(3));
    assert_eq!(session(days("2026-11-28", "2026-11-29")), Some(2));
    assert_eq!(session(days("2026-11-20", "2026-11-20")), None, "over is over, whatever is asked");
    assert_eq!(catalog.hit(0, None, today().instant).unwrap().session, Some(3));
    let coming: Vec<_> =
        catalog.get(0).unwrap().coming(today().instant).iter().map(|s| s.start.date().to_string()).collect();
    assert_eq!(coming, ["2026-11-25", "2026-11-29", "2026-12-06"]);
}

#[test]
fn a_wider_radius_is_offered_only_where_it_finds_something() {
    let catalog = catalog(json!([at("vienne", 45.5255, 4.8744), at("paris", 48.8566, 2.3522)]));
    let results = catalog.search(&near_lyon(Some(5.0)), today());
    assert!(results.nearby.is_empty());
    assert_eq!(results.wider(Kilometres::new(5.0).unwrap()), Some((50, 1)));
    assert_eq!(results.wider(Kilometres::new(100.0).unwrap()), None);
    assert_eq!((results.facets.radii, results.facets.anywhere), ([0, 0, 0, 1, 1], 2));
}

#[test]
fn an_initiative_is_found_by_its_name_whatever_the_query() {
    let catalog = catalog(json!([at("a", 45.0, 4.0), at("b", 46.0, 4.0)]));
    assert_eq!((catalog.position("b"), catalog.position("c"), catalog.len()), (Some(1), None, 2));
    assert!(catalog.hit(2, None, 0).is_none() && catalog.get(2).is_none());
    let hit = catalog.hit(1, Point::new(46.0, 4.0), 0).unwrap();
    assert!(hit.distance.unwrap().value() < 0.001);
}

#[test]
fn a_page_beyond_the_end_is_empty() {
    let catalog = catalog(json!([at("a", 45.0, 4.0)]));
    let hits = catalog.search(&Query::default(), today()).nearby;
    assert_eq!(
        (page(&hits, 0, 10).len(), page(&hits, 1, 10).len(), page(&hits, usize::MAX, 10).len()),
        (1, 0, 0)
    );
    assert!(page(&hits, 0, 0).is_empty());
}
