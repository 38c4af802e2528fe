//! The counts beside the filters are what the filters then give: over any feed and any query.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_model::query::{Now, RADII, page};
use alentour_model::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const TODAY: i32 = 20_781; // 2026-11-24

fn now() -> Now {
    Now { instant: i64::from(TODAY) * 86_400 + 43_200, today: Date::from_days(TODAY) }
}

/// Around Lyon: within 150 km, so that each radius tells some from others.
fn near() -> impl Strategy<Value = Point> {
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

fn initiatives() -> impl Strategy<Value = Initiative> {
    let places = vec(option::of(near()), 0..3);
    let when = (vec(spans(), 0..4), option::of(whens()), option::of(whens()));
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
                .map(|(start, end)| Session {
                    id: "s".into(),
                    name: String::new(),
                    start,
                    end,
                    time_zone: String::new(),
                    place: None,
                    capacity: None,
                    remaining: None,
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

fn queries() -> impl Strategy<Value = Query> {
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

proptest! {
    #[test]
    fn each_count_is_what_the_filter_then_gives(feed in vec(initiatives(), 0..25), query in queries()) {
        let catalog = Catalog::new(feed.clone());
        let results = catalog.search(&query, now());
        let with = |change: &dyn Fn(&mut Query)| {
            let mut changed = query.clone();
            change(&mut changed);
            catalog.search(&changed, now())
        };
        for count in &results.facets.kinds {
            let filtered = with(&|query| query.kinds = vec![count.value.clone()]);
            prop_assert_eq!(count.count, filtered.len(), "{:?}", count);
        }
        for count in &results.facets.causes {
            let filtered = with(&|query| query.causes = vec![count.value.clone()]);
            prop_assert_eq!(count.count, filtered.len(), "{:?}", count);
        }
        // None is missing that would find something.
        for kind in feed.iter().filter_map(|initiative| initiative.kind.as_ref()) {
            let is_counted = results.facets.kinds.iter().any(|count| count.value == *kind);
            prop_assert!(is_counted || with(&|query| query.kinds = vec![kind.clone()]).is_empty(), "{:?}", kind);
        }
        for cause in feed.iter().flat_map(|initiative| &initiative.causes) {
            let is_counted = results.facets.causes.iter().any(|count| count.value == *cause);
            prop_assert!(is_counted || with(&|query| query.causes = vec![cause.clone()]).is_empty(), "{:?}", cause);
        }
        let today = now().today;
        let presets = [DateRange::this_week(today), DateRange::this_weekend(today), DateRange::this_month(today)];
        for (count, range) in results.facets.dates.into_iter().zip(presets) {
            prop_assert_eq!(count, with(&|query| query.when = Some(range)).len(), "{:?}", range);
        }
        prop_assert_eq!(results.facets.anywhere, with(&|query| query.radius = None).nearby.len());
        if query.near.is_some() {
            for (count, radius) in results.facets.radii.into_iter().zip(RADII) {
                let filtered = with(&|query| query.radius = Kilometres::new(f64::from(radius)));
                prop_assert_eq!(count, filtered.nearby.len(), "{} km", radius);
            }
        }
    }

    #[test]
    fn what_is_found_holds_to_the_query_and_nothing_else_does(feed in vec(initiatives(), 0..25), query in queries()) {
        let catalog = Catalog::new(feed.clone());
        let results = catalog.search(&query, now());
        let hits: Vec<Hit> = results.nearby.iter().chain(&results.elsewhere).copied().collect();
        for (position, initiative) in feed.iter().enumerate() {
            let mut alone = query.clone();
            (alone.near, alone.radius, alone.when) = (None, None, None);
            let fits = Catalog::new(vec![initiative.clone()]).search(&alone, now()).len() == 1;
            let on = query.when.is_none_or(|range| {
                let sessions = &initiative.sessions;
                let span = |first: Date, last: Date| first <= range.last && last >= range.first;
                if !sessions.is_empty() {
                    return sessions.iter().any(|s| s.ends() > now().instant && span(s.days().0, s.days().1));
                }
                match (initiative.start.map(When::date), initiative.end.map(When::date)) {
                    (None, None) => false,
                    (first, last) => {
                        first.is_none_or(|first| first <= range.last) && last.is_none_or(|last| last >= range.first)
                    }
                }
            });
            let elsewhere = matches!(initiative.reach, Reach::National | Reach::Online)
                || initiative.places.iter().all(|place| place.point.is_none());
            let near = match (query.near, query.radius) {
                (Some(near), Some(radius)) if !elsewhere => initiative
                    .places
                    .iter()
                    .any(|place| place.point.is_some_and(|point| point.distance(near) <= radius)),
                _ => true,
            };
            let found = hits.iter().filter(|hit| hit.initiative == position).count();
            prop_assert_eq!(found, usize::from(fits && on && near), "{}: {:?}", position, initiative);
        }
    }

    #[test]
    fn the_nearer_comes_first_to_a_hundred_metres(feed in vec(initiatives(), 0..25), near in near()) {
        let results = Catalog::new(feed).search(&Query { near: Some(near), ..Query::default() }, now());
        let distances: Vec<f64> = results.nearby.iter().map(|hit| hit.distance.unwrap().value()).collect();
        prop_assert!(distances.is_sorted_by(|a, b| a <= b || (a - b).abs() <= 0.1), "{:?}", distances);
    }

    #[test]
    fn pages_have_every_entry_exactly_once(count in 0..60_usize, size in 1..15_usize) {
        let hits: Vec<Hit> =
            (0..count).map(|initiative| Hit { initiative, distance: None, place: None, session: None }).collect();
        let pages = (0..).map(|number| page(&hits, number, size)).take_while(|page| !page.is_empty());
        prop_assert_eq!(pages.flatten().copied().collect::<Vec<_>>(), hits);
    }

    #[test]
    fn a_wider_radius_is_the_smallest_that_finds_something(feed in vec(initiatives(), 0..8), near in near(), now_km in 1..120_u32) {
        let catalog = Catalog::new(feed);
        let radius = Kilometres::new(f64::from(now_km)).unwrap();
        let query = |km: u32| Query { near: Some(near), radius: Kilometres::new(f64::from(km)), ..Query::default() };
        let wider = catalog.search(&query(now_km), now()).wider(radius);
        let expected = RADII
            .into_iter()
            .filter(|km| *km > now_km)
            .map(|km| (km, catalog.search(&query(km), now()).nearby.len()))
            .find(|(_, count)| *count > 0);
        prop_assert_eq!(wider, expected);
    }
}
