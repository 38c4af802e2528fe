//! What an answer says of an initiative is one true sentence: its place, distance, session and seats belong together.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod around_lyon;

use alentour_model::query::RADII;
use alentour_model::read::read_value;
use alentour_model::*;
use alentour_model_testing::{TestZones, feeds};
use around_lyon::{initiatives, is_asked, lyon, near, now, queries, round};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

fn within(km: f64) -> Query {
    Query { near: lyon(), radius: Kilometres::new(km), ..Query::default() }
}

/// Place, session and whole kilometres of what the query finds nearby.
fn chosen(catalog: &Catalog, query: &Query) -> Option<(Option<usize>, Option<usize>, Option<i32>)> {
    let results = catalog.search(query, now());
    let hit = results.nearby.first()?;
    Some((hit.place, hit.session, hit.distance.map(|distance| distance.value() as i32)))
}

#[test]
fn the_early_round_with_seats_in_saint_etienne_is_not_said_to_be_in_lyon() {
    let round = round(&[(Some(0), 25, 0), (Some(1), 27, 3), (Some(2), 29, 1), (Some(0), 30, 0)]);
    assert_eq!(chosen(&round, &within(100.0)), Some((Some(1), Some(1), Some(50))));
    let hit = round.hit(0, lyon(), now().instant).unwrap();
    assert_eq!((hit.place, hit.session), (Some(1), Some(1)), "nor when it is opened");
    // Within reach there is none with a seat: the next in Lyon is named, and that it is full is true.
    assert_eq!(chosen(&round, &within(10.0)), Some((Some(0), Some(0), Some(0))));
}

#[test]
fn a_seat_at_the_nearest_place_goes_before_a_sooner_one_farther_away() {
    let round = round(&[(Some(1), 25, 3), (Some(0), 28, 1), (Some(0), 26, 0), (Some(0), 27, 2)]);
    assert_eq!(chosen(&round, &within(100.0)), Some((Some(0), Some(3), Some(0))));
}

#[test]
fn without_a_point_to_measure_from_the_soonest_seat_counts() {
    let round = round(&[(Some(0), 25, 0), (Some(2), 27, 1), (Some(0), 28, 1)]);
    assert_eq!(chosen(&round, &Query::default()), Some((Some(2), Some(1), None)));
}

#[test]
fn a_place_whose_sessions_are_over_is_not_where_it_happens() {
    let round = round(&[(Some(0), 20, 3), (Some(1), 27, 0)]);
    assert_eq!(chosen(&round, &within(100.0)), Some((Some(1), Some(1), Some(50))));
    let results = round.search(&within(25.0), now());
    assert!(results.nearby.is_empty(), "nothing more happens in Lyon");
    assert_eq!(results.wider(Kilometres::new(25.0).unwrap()), Some((100, 1)));
}

#[test]
fn the_days_asked_for_decide_the_place_too() {
    let round = round(&[(Some(0), 25, 3), (Some(1), 27, 3)]);
    let day = Date::parse("2026-11-27").unwrap();
    let when = Some(DateRange { first: day, last: day });
    assert_eq!(chosen(&round, &Query { when, ..within(100.0) }), Some((Some(1), Some(1), Some(50))));
    let near = Query { when, ..within(10.0) };
    assert_eq!(chosen(&round, &near), None);
    assert_eq!(round.search(&near, now()).facets.radii, [0, 0, 0, 0, 1]);
}

#[test]
fn a_session_that_names_no_place_is_at_each_of_them() {
    let round = round(&[(Some(0), 25, 0), (None, 28, 2), (Some(1), 27, 3)]);
    assert_eq!(chosen(&round, &within(100.0)), Some((Some(0), Some(1), Some(0))));
}

#[test]
fn a_seat_where_no_distance_is_known_ranks_last_and_lies_in_no_circle() {
    let feed = json!({"initiatives": [
        {"id": "unknown", "name": "x",
         "location": [{"latitude": 45.764, "longitude": 4.8357}, {"addressLocality": "Vienne"}],
         "sessions": [{"startDate": "2026-11-25", "location": 0, "remainingAttendeeCapacity": 0},
                      {"startDate": "2026-11-26", "location": 1}]},
        {"id": "far", "name": "x", "location": {"latitude": 45.429, "longitude": 4.39}},
    ]});
    let catalog = Catalog::new(read_value(&feed, &TestZones).unwrap().0.initiatives);
    let anywhere = catalog.search(&Query { near: lyon(), ..Query::default() }, now()).nearby;
    assert_eq!(anywhere.iter().map(|hit| hit.initiative).collect::<Vec<_>>(), [1, 0]);
    assert_eq!((anywhere[1].place, anywhere[1].session, anywhere[1].distance), (Some(1), Some(1), None));
    assert_eq!(chosen(&catalog, &within(10.0)), Some((Some(0), Some(0), Some(0))));
    // Once the session at the point is over, it does not say where it is.
    let later = query::Now { instant: now().instant + 2 * 86_400 - 43_200 - 3600, ..now() };
    assert_eq!(catalog.search(&within(10.0), later).elsewhere.len(), 1);
}

#[test]
fn without_a_point_to_measure_from_the_first_place_stands_for_the_nearest() {
    let feed = json!({"initiatives": [{"id": "a", "name": "x",
        "location": [{"addressLocality": "Vienne"}, {"latitude": 45.764, "longitude": 4.8357}]}]});
    let catalog = Catalog::new(read_value(&feed, &TestZones).unwrap().0.initiatives);
    assert_eq!(chosen(&catalog, &Query::default()), Some((Some(0), None, None)));
    assert_eq!(chosen(&catalog, &within(5.0)), Some((Some(1), None, Some(0))));
}

#[test]
fn a_circle_does_not_bind_what_is_national() {
    let sessions = [(Some(0), 25, 0), (Some(1), 27, 3)];
    let mut initiative = round(&sessions).get(0).unwrap().clone();
    initiative.reach = Reach::National;
    let results = Catalog::new(vec![initiative]).search(&within(10.0), now());
    assert_eq!((results.nearby.len(), results.elsewhere[0].session), (0, Some(1)));
}

/// Fails unless each hit of the answer is a true sentence.
fn is_true(initiatives: Vec<Initiative>, query: &Query) -> Result<(), TestCaseError> {
    let catalog = Catalog::new(initiatives);
    let results = catalog.search(query, now());
    let (near, radius) = (query.near, query.radius.filter(|_| query.near.is_some()));
    for (hit, is_nearby) in
        results.nearby.iter().map(|hit| (hit, true)).chain(results.elsewhere.iter().map(|hit| (hit, false)))
    {
        let initiative = catalog.get(hit.initiative).unwrap();
        let distance_to = |place: usize| Some(near?.distance(initiative.places[place].point?));
        prop_assert_eq!(hit.distance, hit.place.and_then(distance_to), "the distance is that of the place");
        prop_assert_eq!(hit.place.is_none(), initiative.places.is_empty());
        let radius = radius.filter(|_| is_nearby);
        if let Some(radius) = radius {
            prop_assert!(hit.distance.unwrap() <= radius);
        }
        let Some(session) = hit.session.map(|session| &initiative.sessions[session]) else {
            prop_assert!(initiative.sessions.is_empty(), "a session is named if there is one");
            continue;
        };
        prop_assert!(session.place.is_none_or(|place| hit.place == Some(place)), "{:?}", hit);
        prop_assert!(is_asked(session, query.when), "{:?}", session);
        let kilometres =
            |place: Option<usize>| place.and_then(distance_to).map_or(f64::INFINITY, Kilometres::value);
        // Each of the other sessions, at each place where it is held, would have been worse.
        for other in initiative.sessions.iter().filter(|other| is_asked(other, query.when)) {
            for place in 0..initiative.places.len() {
                let is_held = other.place.is_none_or(|held| held == place);
                let is_in = radius.is_none_or(|radius| kilometres(Some(place)) <= radius.value());
                if !is_held || !is_in {
                    continue;
                }
                prop_assert!(!session.is_full() || other.is_full(), "a seat is free: {:?}", other);
                let is_nearer = near.is_some() && kilometres(Some(place)) < kilometres(hit.place);
                prop_assert!(!is_nearer || (other.is_full() && !session.is_full()), "{:?} is nearer", other);
                let is_there = near.is_none() || hit.place == Some(place);
                let is_sooner = other.start.moment.instant < session.start.moment.instant;
                prop_assert!(
                    !(is_there && is_sooner) || (other.is_full() && !session.is_full()),
                    "{:?} is sooner",
                    other
                );
            }
        }
    }
    if near.is_some() {
        for (count, km) in results.facets.radii.into_iter().zip(RADII) {
            let wider = Query { radius: Kilometres::new(f64::from(km)), ..query.clone() };
            prop_assert_eq!(count, catalog.search(&wider, now()).nearby.len(), "{} km", km);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_a_hit_says_belongs_together(feed in vec(initiatives(), 0..12), query in queries()) {
        // What belongs together does so whatever else is asked.
        is_true(feed, &Query { near: query.near, radius: query.radius, when: query.when, ..Query::default() })?;
    }

    #[test]
    fn what_a_hit_says_belongs_together_in_any_feed(
        feed in feeds(&TestZones), query in queries(), place in any::<prop::sample::Index>(),
    ) {
        // Around one of the feed's own places: it may be anywhere on Earth.
        let points: Vec<Point> =
            feed.initiatives.iter().flat_map(|initiative| &initiative.places).filter_map(|place| place.point).collect();
        let near = (!points.is_empty()).then(|| points[place.index(points.len())]);
        is_true(feed.initiatives, &Query { near, words: String::new(), ..query })?;
    }

    #[test]
    fn an_opened_initiative_names_the_place_and_session_of_its_card(feed in vec(initiatives(), 1..8), near in near()) {
        let catalog = Catalog::new(feed);
        let results = catalog.search(&Query { near: Some(near), ..Query::default() }, now());
        for hit in results.nearby.iter().chain(&results.elsewhere) {
            prop_assert_eq!(catalog.hit(hit.initiative, Some(near), now().instant), Some(*hit));
        }
    }
}

#[test]
fn a_date_whose_last_seat_is_taken_after_the_search_gives_way_to_the_next_one_asked_for_that_has_one() {
    let round = round(&[(Some(0), 25, 1), (Some(0), 26, 1), (Some(1), 27, 3), (Some(2), 20, 3)]);
    let found = |query: &Query| round.search(query, now()).nearby[0];
    let named = |hit: Hit| (hit.session, hit.place, hit.distance.map(|distance| distance.value() as i32));
    let seated = |query: &Query| named(round.seated(found(query), query, now().instant));
    let (wide, close) = (within(100.0), within(10.0));
    let on = |day: &str| DateRange { first: Date::parse(day).unwrap(), last: Date::parse(day).unwrap() };
    let then = Query { when: Some(on("2026-11-25")), ..within(100.0) };
    let first = (Some(0), Some(0), Some(0));
    assert_eq!([&wide, &close, &then].map(&seated), [first; 3]);
    let take = |session: usize| round.get(0).unwrap().sessions[session].live.left.set(0);
    take(0);
    // What was found is what the feed said; on the day asked for there is no other.
    assert_eq!(named(found(&wide)), first);
    assert_eq!([&wide, &close].map(&seated), [(Some(1), Some(0), Some(0)); 2]);
    assert_eq!(seated(&then), first);
    take(1);
    assert_eq!(seated(&wide), (Some(2), Some(1), Some(50)));
    // Within the circle there is no seat any more, and then nowhere.
    assert_eq!(seated(&close), first);
    take(2);
    assert_eq!(seated(&wide), first);
}
