//! What is found of a large catalogue wherever it is, through its inverted index.

use std::io;
use std::sync::Arc;

use alentour_model::inverted::Wanted;
use alentour_model::{Catalog, Query};
use alentour_texts::Language;

use super::cards::Tile;
use super::inverted::Inverted;
use super::items::Stretch;
use super::opened::Catalogue;
use crate::http::brotli::decompressed;

impl Catalogue {
    /// Which of its initiatives have a word, where there are many.
    pub fn inverted(&self) -> Option<&Inverted> {
        self.inverted.as_ref()
    }

    /// The shard of that number, in brotli.
    ///
    /// # Errors
    /// The system's.
    pub fn shard(&self, number: usize) -> io::Result<Option<Vec<u8>>> {
        self.blob("SELECT text FROM shards WHERE number = ?1", number)
    }

    /// The pack of that number: its cards, and what its initiatives say beside them. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn pack(&self, number: u32) -> io::Result<Option<Tile>> {
        let Some(inverted) = self.inverted().filter(|inverted| number < inverted.packs()) else {
            return Ok(None);
        };
        let positions = inverted.positions(number)?;
        let stretches = self.with_index(|index| {
            let mut item = index.prepare_cached("SELECT row, start, length FROM items WHERE row = ?1")?;
            positions.iter().map(|row| item.query_row([row], Stretch::read)).collect()
        })?;
        Ok(Some(Tile::of(&self.read(stretches)?)))
    }

    /// What a query may find: what is [around](Self::around) its place or, where it names none, what begins soonest and what has its words, kinds
    /// and causes. `language`: of the page. Blocks.
    ///
    /// # Errors
    /// The system's.
    pub fn for_query(&self, query: &Query, language: Language, now: i64) -> io::Result<Arc<Catalog>> {
        let words = (!query.words.is_empty()).then_some(language);
        self.with_found(self.around(query.near, query.radius, words, now)?, query, language)
    }

    /// Adds to what has been read what has the words, kinds and causes of a query that names no place.
    fn with_found(
        &self,
        catalog: Arc<Catalog>,
        query: &Query,
        language: Language,
    ) -> io::Result<Arc<Catalog>> {
        let Some(Inverted { index, .. }) =
            self.inverted().filter(|_| !catalog.is_whole() && query.near.is_none())
        else {
            return Ok(catalog);
        };
        let wanted = Wanted::new(query, &self.lexicon(language));
        if wanted.is_empty() {
            return Ok(catalog);
        }
        let damaged = || io::Error::other("the index of words is damaged");
        let mut shards = Vec::new();
        for number in wanted.shards(index) {
            shards.push((number, decompressed(&self.shard(number as usize)?.ok_or_else(damaged)?)?));
        }
        let found = wanted.find(index, &shards);
        let mut parts = Vec::new();
        for (number, _) in &found.packs {
            let pack = self.pack(*number)?.ok_or_else(damaged)?;
            parts.push(Arc::new(pack.part().ok_or_else(damaged)?));
        }
        let answered = found.is_all.then(|| query.words.clone());
        Ok(Arc::new(catalog.with(parts).answering(answered)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use alentour_model::query::Now;
    use alentour_model::{Cause, Date, Feed, Hit, Initiative, Kind, Moment, Place, Point, Session, When};
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::Draft;

    /// Numbers that are the same in each run (Knuth's MMIX, a linear congruential generator), from 0 to 1.
    struct Dice(u64);

    impl Dice {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }

        /// A word: few are frequent, most are rare.
        fn word(&mut self) -> String {
            let rank = 20_000_f64.powf(self.next()) as usize;
            let syllables = ["ma", "ro", "li", "tan", "vé", "sou", "jar", "din", "pé", "cou"];
            [1, 10, 100, 1000, 10_000].map(|power| syllables[rank / power % 10]).concat()
        }

        fn text(&mut self, words: usize) -> String {
            (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
        }
    }

    fn now() -> Now {
        let instant = jiff::Timestamp::now().as_second();
        Now { instant, today: Date::from_days((instant / 86_400) as i32) }
    }

    /// Most somewhere, some everywhere; most with dates, some of which are over.
    fn initiatives(count: usize) -> Vec<Initiative> {
        let mut dice = Dice(3);
        let today = now().instant;
        let one = |position: usize| {
            let mut one = Initiative::new(format!("{position}"), dice.text(4));
            one.summary = dice.text(6);
            one.description = dice.text(20);
            let point = Point::new(43.0 + 7.0 * dice.next(), -1.0 + 8.0 * dice.next());
            let place = Place { point, address_locality: dice.word(), ..Place::default() };
            one.places = if position.is_multiple_of(9) { Vec::new() } else { vec![place] };
            one.kind = Some(if position.is_multiple_of(40) { Kind::Petition } else { Kind::Volunteering });
            if position.is_multiple_of(7) {
                one.causes.push(Cause::Education);
            }
            if !position.is_multiple_of(5) {
                // To the minute, as pages of a day are: from three days ago on.
                let start = today / 60 * 60 + (86_400.0 * (60.0 * dice.next() - 3.0)) as i64 / 60 * 60;
                let start = When { moment: Moment { instant: start, offset: 0 }, all_day: false };
                one.sessions.push(Session {
                    id: format!("s{position}"),
                    name: String::new(),
                    start,
                    end: None,
                    // Named: where none is, a feed that is read has its country's, and its days end at another hour.
                    time_zone: "Etc/UTC".into(),
                    place: None,
                    capacity: None,
                    remaining: None,
                    needs: Vec::new(),
                    live: Default::default(),
                });
            }
            one
        };
        (0..count).map(one).collect()
    }

    struct Searched {
        _folder: tempfile::TempDir,
        catalogue: Catalogue,
        whole: Catalog,
    }

    fn searched(all: Vec<Initiative>) -> Searched {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(folder.path().join("one")).unwrap();
        all.iter().for_each(|initiative| draft.add(initiative).unwrap());
        let feed = Feed { version: "1".into(), language: "fr".into(), ..Feed::default() };
        let catalogue = draft.finish(&feed, true).unwrap();
        let whole = Catalog::new(all).knowing(catalogue.lexicon(Language::French));
        Searched { _folder: folder, catalogue, whole }
    }

    impl Searched {
        /// What is read first where no place is named: not all.
        fn first(&self) -> Arc<Catalog> {
            let first = Catalog::new(self.whole.get(0).cloned().into_iter().collect());
            let first = first.within(None, alentour_model::Kilometres::new(0.0), true);
            Arc::new(first.knowing(self.catalogue.lexicon(Language::French)))
        }

        /// What is found through the index, and by looking at all; whether the index says that it is all.
        fn both(&self, query: &Query) -> ([Vec<String>; 2], [Vec<String>; 2], bool) {
            let catalog = self.catalogue.with_found(self.first(), query, Language::French).unwrap();
            let (found, expected) = (catalog.search(query, now()), self.whole.search(query, now()));
            let ids = |catalog: &Catalog, hits: &[Hit]| -> Vec<String> {
                hits.iter().map(|hit| catalog.get(hit.initiative).unwrap().id.clone()).collect()
            };
            let is_all = found.known.is_none() && !found.is_more_elsewhere;
            if is_all {
                assert_eq!(found.facets.kinds, expected.facets.kinds, "{query:?}");
                assert_eq!(found.facets.dates, expected.facets.dates, "{query:?}");
            }
            let of = |catalog: &Catalog, results: &alentour_model::Results| {
                [ids(catalog, &results.nearby), ids(catalog, &results.elsewhere)]
            };
            (of(&catalog, &found), of(&self.whole, &expected), is_all)
        }
    }

    #[test]
    fn what_an_index_finds_is_what_a_scan_of_all_finds_first() {
        let all = searched(initiatives(3000));
        let (mut whole, mut parts) = (0, 0);
        let mut dice = Dice(11);
        for turn in 0..150 {
            let mut query = Query { words: dice.text(1 + turn % 3), ..Query::default() };
            match turn % 10 {
                // Typed, but not to its end; with a filter; a filter alone.
                3 => drop(query.words.pop()),
                5 => query.kinds.push(Kind::Petition),
                6 => query.causes.push(Cause::Education),
                7 => (query.words, query.kinds) = (String::new(), vec![Kind::Petition]),
                _ => {}
            }
            let (found, expected, is_all) = all.both(&query);
            if is_all {
                assert_eq!(found, expected, "{query:?}");
                whole += 1;
                continue;
            }
            parts += 1;
            for (found, expected) in found.iter().zip(&expected) {
                let found: BTreeSet<_> = found.iter().collect();
                assert!(expected.iter().collect::<BTreeSet<_>>().is_superset(&found), "{query:?}");
            }
            // What is found by one word, and by one filter, is what comes first: a page of it, or as many as may be looked at.
            if turn % 3 == 0 && ![5, 6].contains(&(turn % 10)) {
                let shown = expected[0].len().min(12);
                assert!(found[0].len() >= shown.min(8), "{query:?}: {}", found[0].len());
                let shown = shown.min(found[0].len());
                assert_eq!(found[0][..shown], expected[0][..shown], "{query:?}");
            }
        }
        assert!(whole > 10 && parts > 50, "{whole} {parts}");
        // What nothing has is nowhere; what is long may be meant otherwise.
        for (words, is_known) in [("zzz", true), ("introuvable", false)] {
            let (found, _, is_all) = all.both(&Query { words: words.into(), ..Query::default() });
            assert_eq!((found.concat().len(), is_all), (0, is_known), "{words}");
        }
    }

    #[test]
    fn what_means_the_same_is_found_wherever_it_is() {
        let mut all = initiatives(1500);
        all[900].name = "Aide aux devoirs".into();
        all[901].description = "Du potage, et du soutien scolaire le soir".into();
        all[902].name = "Maraudes du mardi".into();
        all[903].name = "Déménagement solidaire".into();
        let all = searched(all);
        let found = |words: &str| all.both(&Query { words: words.into(), ..Query::default() });
        for (words, expected) in [("tutorat", 2), ("maraude", 1), ("devoir", 1), ("potage", 1)] {
            let (found, all, is_all) = found(words);
            assert_eq!((found.concat().len(), is_all), (expected, true), "{words}: {all:?}");
            assert_eq!(found, all, "{words}");
        }
        // A mistake, and another ending: others may have one like it.
        for words in ["soutein", "déménager"] {
            let (found, _, is_all) = found(words);
            assert_eq!((found.concat().len(), is_all), (1, false), "{words}");
        }
    }

    #[test]
    fn a_catalogue_that_is_read_as_a_whole_has_no_index_of_words() {
        let small = searched(initiatives(alentour_model::tiles::WHOLE));
        assert!(small.catalogue.inverted().is_none());
        let request = axum::http::HeaderMap::new();
        for file in ["inverted.txt", "1/0.txt", "1/0.shard.txt"] {
            let file = crate::catalogue::TileFile::parse(file).unwrap();
            assert!(small.catalogue.respond_tile(file, &request, 0).unwrap().is_none());
        }
        let large = searched(initiatives(alentour_model::tiles::WHOLE + 1));
        let inverted = large.catalogue.inverted().unwrap();
        let last = inverted.packs() - 1;
        assert!(
            large.catalogue.pack(last).unwrap().is_some()
                && large.catalogue.pack(last + 1).unwrap().is_none()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 20, ..ProptestConfig::default() })]

        /// Any feeds at all.
        #[test]
        fn any_words_of_any_feeds_are_found(
            feeds in proptest::collection::vec(alentour_model_testing::feeds(&alentour_model_testing::TestZones), 2..5), turn in 0..1000_usize,
        ) {
            let some: Vec<_> = feeds.into_iter().flat_map(|feed| feed.initiatives).collect();
            prop_assume!(!some.is_empty());
            let copy = |at: usize| Initiative { id: format!("{at}"), ..some[at % some.len()].clone() };
            let all = searched((0..700).map(copy).collect());
            for at in 0..some.len().min(5) {
                let said = format!("{} {}", some[at].name, some[(at + turn) % some.len()].description);
                for words in alentour_model::text::words(&said).take(6) {
                    let (found, expected, is_all) = all.both(&Query { words: words.into(), ..Query::default() });
                    if is_all {
                        prop_assert_eq!(found, expected);
                        continue;
                    }
                    let all: BTreeSet<_> = expected.concat().into_iter().collect();
                    prop_assert!(found.concat().iter().all(|id| all.contains(id)));
                    // By a letter alone nothing is proposed.
                    let is_letter = alentour_model::text::fold(words).chars().nth(1).is_none();
                    prop_assert!(is_letter || found.concat().is_empty() == all.is_empty(), "{}", words);
                }
            }
        }
    }
}
