//! A catalogue that has been asked before answers as one that has not.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod around_lyon;

use alentour_model::query::Now;
use alentour_model::{Catalog, Query};
use around_lyon::{initiatives, now, queries};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_was_asked_before_changes_no_answer(
        feed in vec(initiatives(), 0..25),
        asked in vec(queries(), 1..4),
        // Which is asked for its place and days and which for its words, kinds and causes, and how many seconds later or earlier.
        turns in vec((0..4_usize, 0..4_usize, -40 * 86_400..40 * 86_400_i64), 1..12),
    ) {
        let catalog = Catalog::new(feed.clone());
        for (around, other, seconds) in turns {
            let (around, other) = (&asked[around % asked.len()], &asked[other % asked.len()]);
            let query = Query { near: around.near, radius: around.radius, when: around.when, ..other.clone() };
            let now = Now { instant: now().instant + seconds, ..now() };
            // Answers are kept from the second time on.
            for _ in 0..3 {
                prop_assert_eq!(catalog.search(&query, now), Catalog::new(feed.clone()).search(&query, now));
            }
        }
    }
}
