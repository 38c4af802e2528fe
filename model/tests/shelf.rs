//! A part whose initiatives are on a shelf answers as one that has them in memory, and shows the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use alentour_model::query::Now;
use alentour_model::shelf::Shelf;
use alentour_model::tile::{decode, encode};
use alentour_model::{Catalog, Date, Initiative, Kilometres, Part, Point, Query};
use alentour_model_testing::{TestZones, feeds};
use proptest::collection::vec;
use proptest::prelude::*;

/// The same part in memory and on a shelf.
fn both(cards: Vec<(u32, Initiative)>) -> Option<(Catalog, Catalog)> {
    let kept: BTreeMap<u32, Initiative> = cards.iter().cloned().collect();
    let part = Part::new(cards);
    let shelf = Shelf::new(move |at| kept.get(&at).cloned());
    let shelved = Part::shelved(&part.written().ok()?, shelf)?;
    Some((Catalog::of([Arc::new(part)]), Catalog::of([Arc::new(shelved)])))
}

fn query(near: Option<Point>, radius: f64, words: &str) -> Query {
    Query { near, radius: Kilometres::new(radius), words: words.into(), ..Query::default() }
}

fn now() -> Now {
    Now { instant: 0, today: Date::from_days(0) }
}

proptest! {
    #[test]
    fn a_part_on_a_shelf_answers_and_shows_what_one_in_memory_does(
        feed in feeds(&TestZones), latitude in -90.0..=90.0_f64, longitude in -180.0..=180.0_f64, radius in 0.0..30_000.0_f64,
    ) {
        let placed = (3..).step_by(2).zip(&feed.initiatives);
        let (memory, shelved) = both(decode(&encode(placed)).unwrap()).unwrap();
        prop_assert_eq!(memory.len(), shelved.len());
        for near in [None, Point::new(latitude, longitude)] {
            for words in [""] {
                let query = query(near, radius, words);
                let (expected, found) = (memory.search(&query, now()), shelved.search(&query, now()));
                prop_assert_eq!(&expected.nearby, &found.nearby);
                prop_assert_eq!(&expected.elsewhere, &found.elsewhere);
                prop_assert_eq!(&expected.facets, &found.facets);
                for hit in found.nearby.iter().chain(&found.elsewhere) {
                    prop_assert_eq!(memory.begins(hit), shelved.begins(hit));
                }
            }
        }
        for position in 0..memory.len() {
            prop_assert_eq!(memory.get(position), shelved.get(position));
        }
    }

    #[test]
    fn any_bytes_are_a_part_or_none(mut written in vec(any::<u8>(), 0..60), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        // What begins as a part does gets further.
        let mut part = Part::new([(1, Initiative::new("a", "A"))]).written().unwrap();
        let length = part.len();
        part[at.index(length)] = byte;
        written.splice(0..0, part.iter().copied().take(length));
        for bytes in [&part, &written] {
            if let Some(part) = Part::shelved(bytes, Shelf::new(|_| None)) {
                Catalog::of([Arc::new(part)]).search(&query(Point::new(48.0, 2.0), 10.0, ""), now());
            }
        }
    }
}

#[test]
fn a_cause_that_is_said_twice_is_shown_once() {
    let mut initiative = Initiative::new("a", "A");
    initiative.causes = ["housing", "health", "housing"]
        .iter()
        .filter_map(|cause| alentour_model::Cause::parse(cause))
        .collect();
    let (memory, shelved) = both(vec![(0, initiative)]).unwrap();
    assert_eq!(shelved.get(0).unwrap().causes.len(), 2);
    assert_eq!(memory.get(0), shelved.get(0));
}

#[test]
fn what_cannot_be_taken_is_counted_and_not_shown() {
    let part = Part::new([(4, Initiative::new("a", "A")), (7, Initiative::new("b", "B"))]);
    let shelf = Shelf::new(|at| (at == 7).then(|| Initiative::new("b", "B")));
    let part = Part::shelved(&part.written().unwrap(), shelf).unwrap();
    assert!(part.bytes() > 100);
    let catalog = Catalog::of([Arc::new(part)]);
    assert_eq!(catalog.search(&Query::default(), now()).len(), 2);
    assert_eq!(catalog.get(0), None);
    assert_eq!(catalog.get(1).map(|initiative| initiative.id.as_str()), Some("b"));
    assert_eq!(catalog.position("b"), Some(1));
}
