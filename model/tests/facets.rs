//! The counts beside the filters are what the filters then give: over any feed and any query.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod around_lyon;

use alentour_model::query::{RADII, page};
use alentour_model::*;
use around_lyon::{initiatives, near, now, queries};
use proptest::collection::vec;
use proptest::prelude::*;

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
                if !initiative.sessions.is_empty() {
                    return initiative.sessions.iter().any(|session| around_lyon::is_asked(session, Some(range)));
                }
                match (initiative.start.map(When::date), initiative.end.map(When::date)) {
                    (None, None) => false,
                    (first, last) => {
                        first.is_none_or(|first| first <= range.last) && last.is_none_or(|last| last >= range.first)
                    }
                }
            });
            let points = around_lyon::points(initiative, query.when);
            let elsewhere = matches!(initiative.reach, Reach::National | Reach::Online) || points.is_empty();
            let near = match (query.near, query.radius) {
                (Some(near), Some(radius)) if !elsewhere => points.iter().any(|point| point.distance(near) <= radius),
                _ => true,
            };
            let section = if elsewhere { &results.elsewhere } else { &results.nearby };
            let in_section = section.iter().filter(|hit| hit.initiative == position).count();
            prop_assert_eq!(in_section, usize::from(fits && on && near), "{}: {:?}", position, initiative);
            let found = hits.iter().filter(|hit| hit.initiative == position).count();
            prop_assert_eq!(found, usize::from(fits && on && near), "{}: {:?}", position, initiative);
        }
    }

    #[test]
    fn what_is_on_the_days_asked_for_comes_first_then_bands_of_distance_then_what_has_a_date_then_the_nearer(
        feed in vec(initiatives(), 0..25), near in near(), query in queries(),
    ) {
        let results = Catalog::new(feed).search(&Query { near: Some(near), ..query.clone() }, now());
        let ranks = results.nearby.iter().map(|hit| {
            let goes_on = hit.session.is_none();
            let hundreds = hit.distance.map_or(f64::INFINITY, |distance| (distance.value() * 10.0).round());
            let band = [10.0, 20.0, 50.0, 100.0, 250.0, 500.0, 1000.0].iter().filter(|end| hundreds > **end).count();
            (query.when.is_some() && goes_on, band, hit.tier, goes_on, hundreds)
        });
        prop_assert!(ranks.collect::<Vec<_>>().is_sorted());
        let ranks = results.elsewhere.iter().map(|hit| (hit.tier, hit.session.is_none()));
        prop_assert!(ranks.collect::<Vec<_>>().is_sorted());
    }

    #[test]
    fn pages_have_every_entry_exactly_once(count in 0..60_usize, size in 1..15_usize) {
        let hits: Vec<Hit> =
            (0..count).map(|initiative| Hit { initiative, distance: None, place: None, session: None, tier: Tier::Named, by: (0, 0) }).collect();
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
