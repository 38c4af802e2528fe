//! What happens at which place of an initiative.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod around_lyon;

use alentour_model::read::read_value;
use alentour_model::*;
use alentour_model_testing::TestZones;
use around_lyon::{initiatives, is_asked, lyon, near, now, round};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn the_places_of_an_initiative_come_nearest_first_each_with_its_coming_sessions() {
    let round =
        round(&[(Some(2), 30, 1), (Some(0), 20, 1), (Some(2), 27, 0), (None, 26, 1), (Some(1), 25, 1)]);
    let initiative = round.get(0).unwrap();
    let near_valence = initiative.whereabouts(Point::new(44.9, 4.9), now().instant);
    let held: Vec<_> = near_valence.places.iter().map(|at| (at.place, &at.sessions[..])).collect();
    assert_eq!(held, [(2, &[2, 0][..]), (1, &[4]), (0, &[])]);
    assert_eq!(near_valence.unplaced, [3]);
    let anywhere = initiative.whereabouts(None, now().instant);
    assert_eq!(anywhere.places.iter().map(|at| at.place).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(anywhere.places.iter().all(|at| at.distance.is_none()));
}

#[test]
fn a_session_that_names_no_place_is_at_the_only_one() {
    let feed = json!({"initiatives": [
        {"id": "one", "name": "x", "location": {"addressLocality": "Lyon"}, "sessions": [{"startDate": "2026-11-25"}]},
        {"id": "none", "name": "x", "sessions": [{"startDate": "2026-11-25"}]},
    ]});
    let initiatives = read_value(&feed, &TestZones).unwrap().0.initiatives;
    let held = |position: usize| initiatives[position].whereabouts(lyon(), now().instant);
    assert_eq!((&held(0).places[0].sessions[..], &held(0).unplaced[..]), (&[0][..], &[][..]));
    assert_eq!((held(1).places.len(), &held(1).unplaced[..]), (0, &[0][..]));
}

#[test]
fn what_has_a_seat_can_be_chosen_first_then_what_is_nearest_then_what_is_soonest() {
    let round = round(&[
        (Some(2), 30, 1),
        (Some(0), 26, 0),
        (Some(2), 27, 1),
        (None, 28, 1),
        (Some(1), 25, 1),
        (Some(2), 26, 0),
    ]);
    let initiative = round.get(0).unwrap();
    let slots = initiative.slots(Point::new(44.9, 4.9), now().instant);
    let chosen: Vec<_> = slots.iter().map(|slot| (slot.session, slot.place)).collect();
    // What names no place is as near as the nearest of them.
    assert_eq!(chosen, [(2, Some(2)), (3, None), (0, Some(2)), (4, Some(1)), (5, Some(2)), (1, Some(0))]);
    assert_eq!(slots[1].distance, slots[0].distance);
    let anywhere = initiative.slots(None, now().instant);
    assert_eq!(anywhere.iter().map(|slot| slot.session).collect::<Vec<_>>(), [4, 2, 3, 0, 1, 5]);
}

#[test]
fn free_seats_are_those_of_sessions_to_come_within_the_circle_and_on_the_days_asked_for() {
    // By the place's position, the day and the seats that are left: the places are farther and farther from Lyon.
    let mut initiative = round(&[(Some(0), 20, 9), (Some(0), 26, 2), (Some(2), 27, 30), (None, 28, 400)])
        .get(0)
        .unwrap()
        .clone();
    initiative.participation = Some(Participation::new(Way::Shift));
    let free = |query: &Query| initiative.free_seats(query, now().instant);
    assert_eq!(free(&Query::default()), 432);
    let around = Query { near: initiative.places[0].point, radius: Kilometres::new(5.0), ..Query::default() };
    assert_eq!(free(&around), 402);
    let day = initiative.sessions[2].days().0;
    let when = Some(DateRange { first: day, last: day });
    assert_eq!((free(&Query { when, ..Query::default() }), free(&Query { when, ..around })), (30, 0));
    // What was counted since says more than the feed; what has no form may be taken elsewhere, and what takes no more answers may not.
    initiative.sessions[2].live.left.set(1);
    let ended = initiative.sessions[0].start;
    for (participation, free) in [
        (Some(Participation::new(Way::Shift)), 403),
        (None, 403),
        (Some(Participation { closes: Some(ended), ..Participation::new(Way::Shift) }), 0),
    ] {
        initiative.participation = participation;
        assert_eq!(initiative.free_seats(&Query::default(), now().instant), free);
    }
}

proptest! {
    #[test]
    fn each_coming_session_is_shown_once_at_its_own_place(feed in vec(initiatives(), 1..8), near in near()) {
        for initiative in feed {
            let held = initiative.whereabouts(Some(near), now().instant);
            let mut shown = held.unplaced.clone();
            for at in &held.places {
                shown.extend(&at.sessions);
                let is_own = |session: &usize| initiative.sessions[*session].place.unwrap_or(0) == at.place;
                prop_assert!(at.sessions.iter().all(is_own));
                let point = initiative.places[at.place].point;
                prop_assert_eq!(at.distance, point.map(|point| near.distance(point)));
            }
            shown.sort_unstable();
            let sessions = 0..initiative.sessions.len();
            let coming: Vec<usize> = sessions.filter(|position| is_asked(&initiative.sessions[*position], None)).collect();
            prop_assert_eq!(shown, coming);
            let distance = |at: &PlaceSessions| at.distance.map_or(f64::INFINITY, Kilometres::value);
            prop_assert!(held.places.is_sorted_by_key(distance));
        }
    }
}
