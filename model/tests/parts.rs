//! A feed in parts is the feed: whichever part came first, and whatever stands in several.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod around_lyon;

use std::sync::Arc;

use alentour_model::*;
use around_lyon::{initiatives, now, queries};
use proptest::collection::vec;
use proptest::prelude::*;

/// What is shown of some hits: the initiative by its identifier, and not by its position, which depends on the parts.
fn shown(catalog: &Catalog, hits: &[Hit]) -> Vec<(String, Hit)> {
    let one = |hit: &Hit| (catalog.get(hit.initiative).unwrap().id.clone(), Hit { initiative: 0, ..*hit });
    hits.iter().map(one).collect()
}

proptest! {
    #[test]
    fn parts_give_the_results_the_order_and_the_counts_of_the_whole(
        mut feed in vec(initiatives(), 0..25),
        // Which parts each initiative is in: at least one of three.
        parts in vec(1..8_u8, 25),
        order in Just([0, 1, 2]).prop_shuffle(),
        query in queries(),
    ) {
        for (position, initiative) in feed.iter_mut().enumerate() {
            initiative.id = position.to_string();
        }
        let part = |part: u8| {
            let within = (0..).zip(&feed).zip(&parts).filter(|(_, parts)| *parts & (1 << part) != 0);
            Arc::new(Part::new(within.map(|((at, initiative), _)| (at, initiative.clone()))))
        };
        let (whole, divided) = (Catalog::new(feed.clone()), Catalog::of(order.map(part)));
        prop_assert_eq!(whole.len(), divided.len());
        let (expected, found) = (whole.search(&query, now()), divided.search(&query, now()));
        prop_assert_eq!(shown(&whole, &expected.nearby), shown(&divided, &found.nearby));
        prop_assert_eq!(shown(&whole, &expected.elsewhere), shown(&divided, &found.elsewhere));
        let sorted = |mut facets: query::Facets| {
            // The feed's own kinds and causes come as they are met.
            facets.kinds.sort_by_key(|count| format!("{:?}", count.value));
            facets.causes.sort_by_key(|count| format!("{:?}", count.value));
            facets
        };
        prop_assert_eq!(sorted(expected.facets), sorted(found.facets));
    }
}
