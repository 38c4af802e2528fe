//! What is searched of a catalogue: all of a small one, and of a larger one the tiles that are near, with what is tied to no place.

use std::io;
use std::sync::Arc;

use alentour_model::shelf::Shelf;
use alentour_model::tiles::{Limits, Tile};
use alentour_model::{Catalog, Kilometres, Part, Point};
use alentour_texts::Language;
use tracing::error;

use super::cards;
use super::kept::Weighed;
use super::opened::Catalogue;
use super::served::plain;

/// Initiatives up to which all of them are kept in memory and searched, and as many are searched at most around a place of a larger
/// catalogue: then all counts are exact.
pub const WHOLE: usize = 10_000;
/// What is looked at of a larger one: around a place at least some, however far they are, so that it can be said how far to go; of what is
/// tied to no place those that have dates to come, and others.
const LIMITS: Limits = Limits { whole: 0, near: WHOLE, enough: 500, dated: 1_500, undated: 500 };
/// Bytes of memory that a byte of a tile's text takes, ready to be searched for words.
const READY: usize = 15;

impl Catalogue {
    /// What can be found around a point: all, where the catalogue is small; else what is nearest, up to [`WHOLE`] initiatives and not
    /// beyond the radius, with what is tied to no place. Without a point what begins soonest. What is found has what cards show and,
    /// for words on pages of that language, what is said beside it in the place of the description, with what is known of words. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn around(
        &self,
        near: Option<Point>,
        radius: Option<Kilometres>,
        words: Option<Language>,
        now: i64,
    ) -> io::Result<Arc<Catalog>> {
        if self.head.shown <= WHOLE {
            return Ok(self.knowing(self.whole()?, words));
        }
        let wanted = self.tiles.wanted(near, radius, LIMITS, now);
        let mut parts = self.parts_of(&wanted, words.is_some())?;
        if near.is_none() {
            parts.push(self.soonest(now)?.part.clone());
        }
        let is_read = |number| wanted.iter().any(|tile| tile.number == number);
        let (known, is_more_elsewhere) = self.tiles.known(near, now, is_read);
        let catalog = Catalog::of(parts).within(near, known, is_more_elsewhere);
        Ok(self.knowing(Arc::new(catalog), words))
    }

    /// With what is known of words, where some are looked for.
    fn knowing(&self, catalog: Arc<Catalog>, words: Option<Language>) -> Arc<Catalog> {
        match words {
            Some(language) => Arc::new(Catalog::clone(&catalog).knowing(self.lexicon(language))),
            None => catalog,
        }
    }

    fn whole(&self) -> io::Result<Arc<Catalog>> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole.clone());
        }
        let wanted = self.tiles.wanted(None, None, Limits { whole: usize::MAX, ..LIMITS }, 0);
        let parts = self.parts_of(&wanted, true)?;
        Ok(self.whole.get_or_init(|| Arc::new(Catalog::of(parts))).clone())
    }

    fn parts_of(&self, tiles: &[Tile], by_words: bool) -> io::Result<Vec<Arc<Part>>> {
        tiles.iter().map(|tile| self.part(tile.number, by_words)).collect()
    }

    fn part(&self, number: usize, by_words: bool) -> io::Result<Arc<Part>> {
        let part = self.parts.get_or_insert_with(&(number, by_words), || {
            let damaged = || io::Error::other("a tile of the catalogue is damaged");
            if !by_words {
                let written = self.columns_of(number)?.ok_or_else(damaged)?;
                let part = Part::shelved(&written, self.shelf()).ok_or_else(damaged)?;
                return Ok(Weighed { bytes: part.bytes(), of: Arc::new(part) });
            }
            let cards = plain(&self.cards_of(number)?.ok_or_else(damaged)?)?;
            let words = plain(&self.words_of(number)?.ok_or_else(damaged)?)?;
            let tile = cards::Tile { cards, words };
            let part = tile.part().ok_or_else(damaged)?;
            let bytes = READY * (tile.cards.len() + tile.words.len());
            io::Result::Ok(Weighed { of: Arc::new(part), bytes })
        })?;
        Ok(part.of)
    }

    /// Where parts find the cards that are shown of them. One that cannot be read is left out.
    fn shelf(&self) -> Shelf {
        let shown = self.shown.clone();
        Shelf::new(move |position| {
            let log = |why: &io::Error| error!(position, %why, "a card of the catalogue cannot be read");
            shown.card(position).inspect_err(log).ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use alentour_model::query::{Facets, Now};
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
            let mut initiative =
                Initiative::new(format!("{position}"), format!("Aide aux devoirs {position}"));
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
        let one =
            |hit: &Hit| (catalog.get(hit.initiative).unwrap().id.clone(), Hit { initiative: 0, ..*hit });
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
            let mut parts = Vec::new();
            for tile in &wanted {
                let part = catalogue.part(tile.number, true).unwrap();
                prop_assert_eq!(part.len(), tile.count);
                parts.push(part);
            }
            let is_read = |number| wanted.iter().any(|tile| tile.number == number);
            let (known, is_more_elsewhere) = catalogue.tiles().known(near_point, i64::MIN, is_read);
            let read = Catalog::of(parts).within(near_point, known, is_more_elsewhere);
            let whole = Catalog::new(all).within(near_point, known, false);
            let now = Now { instant: 0, today: Date::from_days(0) };
            for words in ["", "a"] {
                let query = Query { near: near_point, radius, kinds: kinds.clone(), words: words.into(), ..Query::default() };
                let (expected, found) = (whole.search(&query, now), read.search(&query, now));
                prop_assert!(shown(&whole, &expected.nearby) == shown(&read, &found.nearby), "{known:?}");
                prop_assert!(shown(&whole, &expected.elsewhere) == shown(&read, &found.elsewhere));
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
}
