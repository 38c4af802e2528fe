use std::collections::BTreeSet;

use alentour_model::query::{Facets, Now};
use alentour_model::tile;
use alentour_model::{Date, Feed, Hit, Initiative, Kind, Place, Query, Reach};
use alentour_model_testing::{TestZones, feeds};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::catalogue::Draft;

/// More than are kept in memory, scattered like towns: many in some places, few elsewhere.
fn initiatives() -> Vec<Initiative> {
    // A linear congruential generator (Knuth's MMIX), so that each run is the same.
    let mut seed = 7_u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let towns: Vec<_> = (0..40).map(|_| (43.0 + 7.0 * next(), -1.0 + 8.0 * next(), next())).collect();
    let one = |position: usize| {
        let mut initiative = Initiative::new(format!("{position}"), format!("Aide aux devoirs {position}"));
        for _ in 0..1 + position % 3 / 2 {
            let (latitude, longitude, size) = towns[(next() * next() * 40.0) as usize];
            let near = |middle: f64, next: f64| middle + size * (next - 0.5);
            let point = Point::new(near(latitude, next()), near(longitude, next()));
            initiative.places.push(Place { point, ..Place::default() });
        }
        if position.is_multiple_of(50) {
            initiative.reach = Reach::National;
        }
        initiative
    };
    (0..12_000).map(one).collect()
}

/// A catalogue of these, in that folder.
fn written(folder: &std::path::Path, all: &[Initiative]) -> Catalogue {
    let mut draft = Draft::begin(folder.join("one")).unwrap();
    all.iter().for_each(|initiative| draft.add(initiative).unwrap());
    draft.finish(&Feed { version: "1".into(), ..Feed::default() }, true).unwrap()
}

/// The counts that are some.
fn counts(facets: &Facets) -> impl PartialEq + std::fmt::Debug {
    let Facets { kinds, causes, dates, radii, anywhere } = facets;
    let kinds = kinds.iter().map(|kind| (kind.value.as_str().to_owned(), kind.count));
    let causes = causes.iter().map(|cause| (cause.value.as_str().to_owned(), cause.count));
    let some: BTreeSet<_> = kinds.chain(causes).filter(|(_, count)| *count > 0).collect();
    (some, *dates, *radii, *anywhere)
}

fn shown(catalog: &Catalog, hits: &[Hit]) -> Vec<(String, Hit)> {
    let one = |hit: &Hit| (catalog.get(hit.initiative).unwrap().id.clone(), Hit { initiative: 0, ..*hit });
    hits.iter().map(one).collect()
}

/// What any feeds say, at scattered points, often enough to be cut into many tiles.
fn scattered() -> impl Strategy<Value = Vec<Initiative>> {
    let any = vec(feeds(&TestZones), 2..5)
        .prop_map(|feeds| feeds.into_iter().flat_map(|feed| feed.initiatives).collect::<Vec<_>>())
        .prop_filter("nothing to search", |all| !all.is_empty());
    (any, vec((-40.0..40.0, -60.0..60.0), 700..1100)).prop_map(|(some, moves)| {
        let moved = |(position, (north, east)): (usize, &(f64, f64))| {
            let mut one = some[position % some.len()].clone();
            one.id = format!("{position}");
            // Most are somewhere.
            if position % 8 > 0 {
                one.reach = Reach::default();
                one.places.push(Place { point: Point::new(20.0, 10.0), ..Place::default() });
            }
            for point in one.places.iter_mut().filter_map(|place| place.point.as_mut()) {
                let to = |degrees: f64, end: f64| ((degrees + end).rem_euclid(2.0 * end)) - end;
                let (latitude, longitude) = (point.latitude + north, point.longitude + east);
                *point = Point::new(to(latitude, 90.0), to(longitude, 180.0)).unwrap();
            }
            one
        };
        moves.iter().enumerate().map(moved).collect()
    })
}

proptest! {
    // A catalogue a case is written to disk.
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn the_tiles_that_an_index_names_give_what_a_scan_gives_as_far_as_they_are_known(
        all in scattered(), latitude in -20.0..=60.0_f64, longitude in -50.0..=70.0_f64,
        radius in option::of(100.0..4000.0_f64), near in 1..800_usize, enough in 0..300_usize, kind in option::of(0..100_usize),
    ) {
        let kinds: Vec<Kind> = kind.iter().filter_map(|at| all[at % all.len()].kind.clone()).collect();
        let folder = tempfile::tempdir().unwrap();
        let catalogue = written(folder.path(), &all);
        let (near_point, radius) = (Point::new(latitude, longitude), radius.and_then(Kilometres::new));
        let limits = Limits { whole: 0, near, enough, dated: usize::MAX, undated: usize::MAX };
        let wanted = catalogue.tiles().wanted(near_point, radius, limits, i64::MIN);
        let is_read = |number| wanted.iter().any(|tile| tile.number == number);
        let (known, is_more_elsewhere) = catalogue.tiles().known(near_point, i64::MIN, is_read);
        let whole = Catalog::new(all).within(near_point, known, false);
        let now = Now { instant: 0, today: Date::from_days(0) };
        for (words, by_words) in [("", false), ("", true), ("a", true)] {
            let parts = catalogue.parts_of(&wanted, by_words).unwrap();
            for (part, tile) in parts.iter().zip(&wanted) {
                prop_assert_eq!(part.len(), tile.count);
            }
            let read = Catalog::of(parts).within(near_point, known, is_more_elsewhere);
            let query = Query { near: near_point, radius, kinds: kinds.clone(), words: words.into(), ..Query::default() };
            let (expected, found) = (whole.search(&query, now), read.search(&query, now));
            prop_assert!(shown(&whole, &expected.nearby) == shown(&read, &found.nearby), "{known:?}");
            prop_assert!(shown(&whole, &expected.elsewhere) == shown(&read, &found.elsewhere));
            for (expected, found) in expected.nearby.iter().zip(&found.nearby) {
                let card = whole.get(expected.initiative).map(tile::card);
                let found = read.get(found.initiative);
                prop_assert!(by_words || found == card.as_ref(), "{found:?} {card:?}");
            }
            prop_assert_eq!(counts(&expected.facets), counts(&found.facets));
        }
    }
}

#[test]
fn around_a_place_the_leaves_give_what_a_scan_of_all_gives() {
    let folder = tempfile::tempdir().unwrap();
    let all = initiatives();
    let catalogue = written(folder.path(), &all);
    let whole = Catalog::new(all);
    let now = Now { instant: 0, today: Date::from_days(0) };
    let mut found = 0;
    for (latitude, longitude, radius) in
        [(45.76, 4.84, 5), (48.0, 2.0, 25), (44.0, 0.0, 50), (46.5, 3.0, 100), (10.0, -60.0, 100)]
    {
        let (near, radius) = (Point::new(latitude, longitude), Kilometres::new(f64::from(radius)));
        let around = catalogue.around(near, radius, None, 0).unwrap();
        assert!(around.len() < whole.len());
        let query = Query { near, radius, ..Query::default() };
        let (expected, results) = (whole.search(&query, now), around.search(&query, now));
        assert!(shown(&whole, &expected.nearby) == shown(&around, &results.nearby), "{near:?}");
        assert!(shown(&whole, &expected.elsewhere) == shown(&around, &results.elsewhere), "{near:?}");
        found += results.nearby.len();
    }
    assert!(found > 500, "{found}");

    // However far: what is nearest, and no word of the rest.
    let query = Query { near: Point::new(45.76, 4.84), ..Query::default() };
    let around = catalogue.around(query.near, None, None, 0).unwrap();
    let results = around.search(&query, now);
    let known = results.known.unwrap();
    let expected = whole.search(&query, now).nearby;
    let expected: Vec<_> = expected.into_iter().filter(|hit| hit.distance.unwrap() <= known).collect();
    assert!((7_000..12_000).contains(&expected.len()), "{}", expected.len());
    assert!(shown(&whole, &expected) == shown(&around, &results.nearby));
    assert_eq!(results.facets.anywhere, expected.len());
    // Without a place some of what goes on, and no word of the rest.
    let results = catalogue.around(None, None, None, 0).unwrap().search(&Query::default(), now);
    assert!(results.known.is_some() && results.nearby.len() >= 70, "{}", results.nearby.len());
    let id = "4711";
    assert_eq!(catalogue.initiative(id).unwrap().unwrap().id, id);
    assert!(catalogue.initiative("none").unwrap().is_none());
    // Opened again it is the same.
    let again = Catalogue::open(catalogue.folder()).unwrap();
    assert_eq!((again.version(), again.len()), (catalogue.version(), 12_000));
    assert_eq!(again.coming(0, 3).unwrap(), ["0", "1", "2"]);
    catalogue.supersede();
    drop((catalogue, again));
    while folder.path().join("one").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
