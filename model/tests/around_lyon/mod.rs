//! Any initiatives around Lyon and any query, such that each filter tells some from others.

#![allow(dead_code, reason = "each test binary uses a part")]

use alentour_model::query::{Now, RADII};
use alentour_model::read::read_value;
use alentour_model::*;
use alentour_model_testing::TestZones;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const TODAY: i32 = 20_781; // 2026-11-24

pub fn now() -> Now {
    Now { instant: i64::from(TODAY) * 86_400 + 43_200, today: Date::from_days(TODAY) }
}

/// Around Lyon: within 150 km, so that each radius tells some from others.
pub fn near() -> impl Strategy<Value = Point> {
    (44.5..47.0, 3.0..6.5).prop_map(|(latitude, longitude)| Point::new(latitude, longitude).unwrap())
}

/// Some weeks around today, to the hour, in a zone far ahead or behind.
fn whens() -> impl Strategy<Value = When> {
    (TODAY - 20..TODAY + 50, 0..24_i32, -11..=14_i32, any::<bool>()).prop_map(
        |(day, hour, offset, all_day)| {
            let local =
                LocalTime { date: Date::from_days(day), second: if all_day { 0 } else { hour * 3600 } };
            When { moment: local.at(offset * 3600), all_day }
        },
    )
}

fn spans() -> impl Strategy<Value = (When, Option<When>)> {
    (whens(), option::of(0..96_i64)).prop_map(|(start, hours)| {
        let end = hours.map(|hours| When {
            moment: Moment {
                instant: start.moment.instant
                    + if start.all_day { hours / 24 * 86_400 } else { hours * 3600 },
                ..start.moment
            },
            ..start
        });
        (start, end)
    })
}

fn kinds() -> impl Strategy<Value = Kind> {
    select(vec![Kind::Petition, Kind::Gathering, Kind::Training, Kind::Other("maraude".into())])
}

fn causes() -> impl Strategy<Value = Cause> {
    select(vec![Cause::Health, Cause::Housing, Cause::Culture, Cause::Other("jeunesse".into())])
}

pub fn initiatives() -> impl Strategy<Value = Initiative> {
    let places = vec(option::weighted(0.8, near()), 0..4);
    // Which place, where it says so, and how many seats are left.
    let session = (spans(), option::weighted(0.8, any::<prop::sample::Index>()), option::of(0..2_u32));
    let when = (vec(session, 0..6), option::of(whens()), option::of(whens()));
    (
        option::of(kinds()),
        vec(causes(), 0..4),
        select(Reach::ALL),
        places,
        when,
        select(vec!["Été", "Hiver", ""]),
    )
        .prop_map(|(kind, causes, reach, places, (sessions, start, end), word)| {
            let mut initiative = Initiative::new("x", format!("Fête {word}"));
            (initiative.kind, initiative.causes, initiative.reach) = (kind, causes, reach);
            initiative.places = places.into_iter().map(|point| Place { point, ..Place::default() }).collect();
            initiative.sessions = sessions
                .into_iter()
                .map(|((start, end), place, remaining)| Session {
                    id: "s".into(),
                    name: String::new(),
                    start,
                    end,
                    time_zone: String::new(),
                    place: place
                        .filter(|_| !initiative.places.is_empty())
                        .map(|place| place.index(initiative.places.len())),
                    capacity: None,
                    remaining,
                    needs: Vec::new(),
                    live: Default::default(),
                })
                .collect();
            (initiative.start, initiative.end) = (start, end);
            initiative
        })
}

fn ranges() -> impl Strategy<Value = DateRange> {
    (TODAY - 10..TODAY + 40, 0..20).prop_map(|(first, length)| DateRange {
        first: Date::from_days(first),
        last: Date::from_days(first + length),
    })
}

pub fn queries() -> impl Strategy<Value = Query> {
    let radii = select(RADII.to_vec()).prop_map(|km| Kilometres::new(f64::from(km)).unwrap());
    (
        option::of(near()),
        option::of(radii),
        vec(kinds(), 0..3),
        vec(causes(), 0..3),
        option::of(ranges()),
        select(vec!["", "ete", "fete hiv", "rien"]),
        option::weighted(0.2, select(Reach::ALL)),
    )
        .prop_map(|(near, radius, kinds, causes, when, words, reach)| Query {
            near,
            radius,
            kinds,
            causes,
            when,
            words: words.into(),
            reach,
        })
}

/// Whether a session counts for a query.
pub fn is_asked(session: &Session, when: Option<DateRange>) -> bool {
    let (first, last) = session.days();
    session.ends() > now().instant && when.is_none_or(|range| first <= range.last && last >= range.first)
}

/// The points of the places where an initiative happens on the days asked for: without sessions each of them.
pub fn points(initiative: &Initiative, when: Option<DateRange>) -> Vec<Point> {
    let sessions = &initiative.sessions;
    let is_held = |position: usize| {
        sessions.is_empty()
            || sessions
                .iter()
                .any(|session| is_asked(session, when) && session.place.is_none_or(|place| place == position))
    };
    let places = initiative.places.iter().enumerate();
    places.filter(|(position, _)| is_held(*position)).filter_map(|(_, place)| place.point).collect()
}

/// An initiative with places at Lyon, Saint-Étienne and Valence (0, 49 and 94 km) and these sessions: the place, the day of
/// November 2026 on which it is (today is the 24th), the seats left.
pub fn round(sessions: &[(Option<usize>, u32, u32)]) -> Catalog {
    let sessions: Vec<Value> = sessions
        .iter()
        .map(|(place, day, seats)| {
            let start = format!("2026-11-{day:02}T05:30:00+01:00");
            json!({"startDate": start, "location": place, "remainingAttendeeCapacity": seats})
        })
        .collect();
    let places = json!([
        {"addressLocality": "Lyon", "latitude": 45.764, "longitude": 4.8357},
        {"addressLocality": "Saint-Étienne", "latitude": 45.429, "longitude": 4.39},
        {"addressLocality": "Valence", "latitude": 44.925, "longitude": 4.9092},
    ]);
    let feed = json!({"initiatives": [{"id": "round", "name": "Ramasse", "location": places, "sessions": sessions}]});
    Catalog::new(read_value(&feed, &TestZones).unwrap().0.initiatives)
}

pub fn lyon() -> Option<Point> {
    Point::new(45.764, 4.8357)
}
