//! A catalogue that is whole: read by many at once, changed by nobody.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use alentour_model::{Catalog, Initiative, Kilometres, Lexicon, Part, Point};
use alentour_texts::Language;
use axum::http::HeaderMap;
use axum::response::Response;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use tracing::error;

use super::cards::Tile;
use super::leaf::Bounds;
use super::{FORMAT, text};
use crate::http::negotiation::Encoding;
use crate::http::representation::{A_MINUTE, Representation, Resource};
use crate::http::stretch::{OpenFile, Stretch};
use crate::words;

/// The merged feed, which is in the folder compressed, too.
pub const FEED: &str = "feed.json";
/// Where in it each initiative is.
pub const INDEX: &str = "index.sqlite";
/// The forms of its words: see [`crate::words::forms`].
pub const FORMS: &str = "forms.txt";
/// Initiatives up to which all of them are kept in memory and searched, and as many are searched at most around a place of a larger
/// catalogue: then all counts are exact.
pub const WHOLE: usize = 10_000;
/// Bytes of tiles that are kept in memory, by the length of their text: ready to be searched they take some fifteen times that.
const TILES: u64 = 40 << 20;
/// Bytes of initiatives that are kept by themselves, by the length of their JSON.
const ITEMS: u64 = 16 << 20;
/// How many tiles or initiatives there may be room for.
const ENTRIES: usize = 4_000;
/// Parts of a cache that are locked by themselves.
const SHARDS: usize = 4;
/// Connections that are kept while nobody uses them.
const IDLE: usize = 16;
/// Initiatives that are tied to no place, or begin soonest, that are looked through at most: of those with dates to come, and of others.
const SOONEST: usize = 1_500;
const OTHERS: usize = 500;
/// Initiatives around a place that are looked at, however far they are, so that it can be said how far to go.
const ENOUGH: usize = 500;

/// What a catalogue says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// Names the merged feed's contents.
    pub tag: String,
    /// The time zone of its days.
    pub time_zone: String,
    /// Initiatives that are shown.
    pub shown: usize,
    /// Those that are not, because an earlier feed announces them, too.
    pub repeated: usize,
    /// Whether each feed could be read.
    pub is_complete: bool,
}

/// Where initiatives near each other are.
#[derive(Debug)]
struct LeafEntry {
    /// Its number in the index.
    leaf: i64,
    /// `None`: they are tied to no place.
    bounds: Option<Bounds>,
    count: usize,
    /// UTC seconds when the first of those that have dates begins; `None`: none has any.
    begins: Option<i64>,
    /// UTC seconds after which all are over; `None`: never.
    over: Option<i64>,
}

/// A catalogue that is whole.
pub struct Catalogue {
    folder: PathBuf,
    head: Head,
    feed: Arc<OpenFile>,
    /// The feed in its encodings, and the bytes of each.
    bodies: Vec<(Encoding, Arc<OpenFile>, u64)>,
    leaves: Vec<LeafEntry>,
    /// Connections that nobody uses at the moment.
    index: Mutex<Vec<Connection>>,
    /// All that is shown, where that is little.
    whole: OnceLock<Arc<Catalog>>,
    /// By leaf, and whether the words of descriptions are in it.
    parts: Cache<(i64, bool), Weighed<Part>, ByBytes>,
    items: Cache<String, Weighed<Initiative>, ByBytes>,
    /// What begins soonest, and the minute for which that was looked up.
    soonest: Mutex<Option<(i64, Arc<Part>)>>,
    forms: OnceLock<Representation>,
    /// What is known of words, in the order of the languages.
    lexica: [OnceLock<Arc<Lexicon>>; Language::ALL.len()],
    /// Whether the folder goes with it.
    is_superseded: AtomicBool,
}

/// Parts, and the distance of the first that was left out.
type Parts = (Vec<Arc<Part>>, Option<Kilometres>);

/// Something with the bytes that it was made of.
#[derive(Debug)]
struct Weighed<T> {
    of: Arc<T>,
    bytes: usize,
}

impl<T> Clone for Weighed<T> {
    fn clone(&self) -> Self {
        Self { of: self.of.clone(), bytes: self.bytes }
    }
}

/// Weighs things by these bytes.
#[derive(Clone)]
struct ByBytes;

impl<K, T> Weighter<K, Weighed<T>> for ByBytes {
    fn weight(&self, _: &K, value: &Weighed<T>) -> u64 {
        value.bytes.max(1) as u64
    }
}

/// Room for things of so many bytes, in few shards: one that is heavier than its shard is never kept.
fn cache<K: Eq + std::hash::Hash, T>(bytes: u64) -> Cache<K, Weighed<T>, ByBytes> {
    let options =
        OptionsBuilder::new().shards(SHARDS).estimated_items_capacity(ENTRIES).weight_capacity(bytes).build();
    // Both capacities are given, which is all that it asks for.
    match options {
        Ok(options) => {
            Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
        }
        Err(_) => Cache::with_weighter(ENTRIES, bytes, ByBytes),
    }
}

impl Catalogue {
    /// Opens what [`Draft`](super::Draft) has finished in that folder.
    ///
    /// # Errors
    /// The system's, and where it is none of this program's.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let index = connect(folder).map_err(io::Error::other)?;
        let (head, leaves) = contents(&index).map_err(io::Error::other)?;
        if head.format != FORMAT {
            return Err(io::Error::other("it was written by another version of the program"));
        }
        let mut bodies = Vec::new();
        for encoding in Encoding::ALL {
            let path = folder.join(format!("{FEED}{}", encoding.suffix()));
            match File::open(&path) {
                Ok(file) => {
                    let length = file.metadata()?.len();
                    bodies.push((encoding, Arc::new(OpenFile::new(&path, file)), length));
                }
                Err(why) if why.kind() == io::ErrorKind::NotFound && encoding != Encoding::Identity => {}
                Err(why) => return Err(why),
            }
        }
        let feed = bodies.last().map(|(_, file, _)| file.clone());
        Ok(Self {
            folder: folder.to_owned(),
            head,
            feed: feed.ok_or_else(|| io::Error::other("it has no feed"))?,
            bodies,
            leaves,
            index: Mutex::new(vec![index]),
            whole: OnceLock::new(),
            parts: cache(TILES),
            items: cache(ITEMS),
            soonest: Mutex::default(),
            forms: OnceLock::new(),
            lexica: Default::default(),
            is_superseded: AtomicBool::new(false),
        })
    }

    /// How many initiatives there are, shown or not.
    pub fn len(&self) -> usize {
        self.head.shown + self.head.repeated
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names what is shown: another one is another feed.
    pub fn version(&self) -> &str {
        &self.head.tag
    }

    /// Whether each feed could be read.
    pub fn is_complete(&self) -> bool {
        self.head.is_complete
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Another one has taken its place: its folder goes when its last reader does.
    pub fn supersede(&self) {
        self.is_superseded.store(true, Ordering::Relaxed);
    }

    /// Answers with the merged feed.
    pub fn respond(&self, request: &HeaderMap) -> Response {
        let resource = Resource { tag: &self.head.tag, content_type: "application/json", cache: A_MINUTE };
        let body = |wanted| self.bodies.iter().find(|(encoding, ..)| *encoding == wanted);
        resource.respond(
            request,
            |encoding| body(encoding).map(|(.., length)| *length),
            |encoding| {
                let stretch = body(encoding).map(|(_, file, length)| Stretch {
                    file: file.clone(),
                    start: 0,
                    length: *length,
                });
                stretch.map_or_else(axum::body::Body::empty, Stretch::body)
            },
        )
    }

    /// The initiative of that identifier, shown or not; `None` if there is none. Reads some kilobytes where it is not at hand.
    ///
    /// # Errors
    /// The system's.
    pub fn initiative(&self, id: &str) -> io::Result<Option<Arc<Initiative>>> {
        if let Some(known) = self.items.get(id) {
            return Ok(Some(known.of));
        }
        let found = self.with_index(|index| {
            let mut item = index.prepare_cached("SELECT start, length, json FROM items WHERE id = ?1")?;
            item.query_row([id], |row| {
                Ok((
                    row.get::<_, Option<i64>>(0)?.map(|start| start as u64),
                    row.get::<_, Option<u32>>(1)?,
                    row.get(2)?,
                ))
            })
            .optional()
        })?;
        let Some((start, length, own)) = found else { return Ok(None) };
        let json: Vec<u8> = match (own, start, length) {
            (Some(own), ..) => own,
            (None, Some(start), Some(length)) => self.feed.read(start, length as usize)?,
            _ => return Err(io::Error::other("the index of the catalogue is damaged")),
        };
        let Some(initiative) = text::read([json.as_slice()], &self.head.time_zone)?.pop() else {
            return Ok(None);
        };
        let initiative = Arc::new(initiative);
        self.items.insert(id.to_owned(), Weighed { of: initiative.clone(), bytes: json.len() });
        Ok(Some(initiative))
    }

    /// Identifiers of initiatives that are shown and not over at that instant (UTC seconds), in the feed's order.
    ///
    /// # Errors
    /// The system's.
    pub fn coming(&self, now: i64, most: usize) -> io::Result<Vec<String>> {
        self.with_index(|index| {
            let mut ids = index.prepare_cached(
                "SELECT id FROM items WHERE start IS NOT NULL AND (over IS NULL OR over > ?1) ORDER BY row LIMIT ?2",
            )?;
            ids.query_map(params![now, most as i64], |row| row.get(0))?.collect()
        })
    }

    /// The forms of its words, as the widget takes them. Where they cannot be read there are none: words are found by their beginnings.
    pub fn forms(&self) -> &Representation {
        self.forms.get_or_init(|| {
            let forms = fs::read(self.folder.join(FORMS)).unwrap_or_else(|why| {
                error!(folder = %self.folder.display(), %why, "the forms of the catalogue's words cannot be read");
                Vec::new()
            });
            Representation::compressed(forms, "text/plain; charset=utf-8", A_MINUTE)
        })
    }

    /// What is known of words, on pages in that language.
    pub fn lexicon(&self, language: Language) -> Arc<Lexicon> {
        let forms = || std::str::from_utf8(&self.forms().identity).unwrap_or_default();
        let at = Language::ALL.iter().position(|known| *known == language);
        let lexicon = at.and_then(|at| self.lexica.get(at));
        lexicon
            .map(|lexicon| lexicon.get_or_init(|| Arc::new(words::lexicon(language, forms()))).clone())
            .unwrap_or_default()
    }

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
        let by_words = words.is_some();
        let apart = |is_dated: bool| {
            let leaves = self.leaves.iter().filter(move |leaf| leaf.bounds.is_none());
            let leaves = leaves.filter(move |leaf| leaf.begins.is_some() == is_dated);
            leaves
                .filter(|leaf| leaf.over.is_none_or(|over| over > now))
                .map(|leaf| (Kilometres::ANYWHERE, leaf))
        };
        let (mut parts, later) = self.parts_of(apart(true), SOONEST, by_words)?;
        let (undated, others) = self.parts_of(apart(false), OTHERS, by_words)?;
        parts.extend(undated);
        let known = match near {
            Some(near) => {
                let (circle, known) = self.circle(near, radius.unwrap_or(Kilometres::ANYWHERE), by_words)?;
                parts.extend(circle);
                known
            }
            None => {
                parts.push(self.soonest(now)?);
                Kilometres::new(0.0)
            }
        };
        let catalog = Catalog::of(parts).within(near, known, later.or(others).is_some());
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
        let leaves = self.leaves.iter().map(|leaf| (Kilometres::ANYWHERE, leaf));
        let (parts, _) = self.parts_of(leaves, usize::MAX, true)?;
        Ok(self.whole.get_or_init(|| Arc::new(Catalog::of(parts))).clone())
    }

    /// The leaves of a circle, nearest first, and some around it where it has little; and how far it is to the first that was left out.
    fn circle(&self, near: Point, radius: Kilometres, by_words: bool) -> io::Result<Parts> {
        let distance = |leaf: &'_ LeafEntry| Some(leaf.bounds?.distance(near));
        let mut leaves: Vec<_> =
            self.leaves.iter().filter_map(|leaf| Some((distance(leaf)?, leaf))).collect();
        leaves.sort_by(|(one, _), (other, _)| one.value().total_cmp(&other.value()));
        let mut count = 0;
        let wanted = leaves.iter().take_while(|(distance, leaf)| {
            let is_wanted = count < ENOUGH || *distance <= radius;
            count += leaf.count;
            is_wanted
        });
        let wanted = wanted.count();
        let beyond = leaves.get(wanted).map(|(distance, _)| *distance);
        leaves.truncate(wanted);
        let (parts, known) = self.parts_of(leaves.into_iter(), WHOLE, by_words)?;
        Ok((parts, known.or(beyond)))
    }

    /// The parts of these leaves, until they have as many initiatives as that; and the distance of the first that was left out.
    fn parts_of<'a>(
        &self,
        leaves: impl Iterator<Item = (Kilometres, &'a LeafEntry)>,
        most: usize,
        by_words: bool,
    ) -> io::Result<Parts> {
        let (mut parts, mut count) = (Vec::new(), 0);
        for (distance, leaf) in leaves {
            if count >= most {
                return Ok((parts, Some(distance)));
            }
            count += leaf.count;
            parts.push(self.part(leaf, by_words)?);
        }
        Ok((parts, None))
    }

    /// What is not over and begins soonest: looked up once a minute.
    fn soonest(&self, now: i64) -> io::Result<Arc<Part>> {
        let minute = now.div_euclid(60);
        let mut kept = self.soonest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, part)) = kept.as_ref().filter(|(of, _)| *of == minute) {
            return Ok(part.clone());
        }
        let part = Arc::new(Part::new(self.beginning(now)?));
        Ok(kept.insert((minute, part)).1.clone())
    }

    /// What is not over and begins soonest, each with its position.
    fn beginning(&self, now: i64) -> io::Result<Vec<(u32, Initiative)>> {
        let stretches = self.with_index(|index| {
            let mut all = Vec::new();
            // What is to come, of what is under way what ends first, and some of what goes on without dates.
            for (asked, most) in [
                ("begins > ?1 ORDER BY begins LIMIT ?2", SOONEST),
                ("over > ?1 AND begins <= ?1 ORDER BY over LIMIT ?2", OTHERS),
                ("begins IS NULL AND (over IS NULL OR over > ?1) ORDER BY row LIMIT ?2", OTHERS),
            ] {
                let text =
                    format!("SELECT row, start, length FROM items WHERE start IS NOT NULL AND {asked}");
                let mut some = index.prepare_cached(&text)?;
                let stretch = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64, row.get(2)?));
                for found in some.query_map(params![now, most as i64], stretch)? {
                    all.push(found?);
                }
            }
            Ok(all)
        })?;
        self.read(&stretches)
    }

    fn part(&self, leaf: &LeafEntry, by_words: bool) -> io::Result<Arc<Part>> {
        let part = self.parts.get_or_insert_with(&(leaf.leaf, by_words), || {
            let (cards, words): (Vec<u8>, Vec<u8>) = self.with_index(|index| {
                let mut tile = index.prepare_cached("SELECT cards, words FROM leaves WHERE leaf = ?1")?;
                tile.query_row([leaf.leaf], |row| Ok((row.get(0)?, row.get(1)?)))
            })?;
            let words = if by_words { plain(&words)? } else { String::new() };
            let tile = Tile { cards: plain(&cards)?, words };
            let part = tile.part().ok_or_else(|| io::Error::other("a tile of the catalogue is damaged"))?;
            io::Result::Ok(Weighed { of: Arc::new(part), bytes: tile.cards.len() + tile.words.len() })
        })?;
        Ok(part.of)
    }

    /// The initiatives of those positions, at those bytes of the feed, so many each.
    fn read(&self, stretches: &[(u32, u64, u32)]) -> io::Result<Vec<(u32, Initiative)>> {
        let texts = stretches.iter().map(|(_, start, length)| self.feed.read(*start, *length as usize));
        let texts = texts.collect::<io::Result<Vec<_>>>()?;
        let initiatives = text::read(texts.iter().map(Vec::as_slice), &self.head.time_zone)?;
        Ok(stretches.iter().map(|(row, ..)| *row).zip(initiatives).collect())
    }

    /// Asks the index something, by a connection that nobody else uses.
    fn with_index<T>(&self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> io::Result<T> {
        let idle = || self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let free = idle().pop();
        let index = match free {
            Some(index) => index,
            None => connect(&self.folder).map_err(io::Error::other)?,
        };
        let answer = ask(&index).map_err(io::Error::other);
        let mut idle = idle();
        if idle.len() < IDLE {
            idle.push(index);
        }
        answer
    }
}

impl Drop for Catalogue {
    fn drop(&mut self) {
        if !self.is_superseded.load(Ordering::Relaxed) {
            return;
        }
        // Elsewhere than on Unix open files cannot be removed.
        self.index.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        let folder = std::mem::take(&mut self.folder);
        // Gigabytes take a while: not for the thread that happens to be the last reader's.
        std::thread::spawn(move || {
            if let Err(why) = fs::remove_dir_all(&folder) {
                error!(folder = %folder.display(), %why, "an earlier catalogue cannot be removed");
            }
        });
    }
}

/// What was compressed in brotli.
fn plain(bytes: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    brotli::Decompressor::new(bytes, 1 << 14).read_to_string(&mut text)?;
    Ok(text)
}

/// A connection that writes nothing, to a file that nobody writes to.
fn connect(folder: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(
        folder.join(INDEX),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}

fn contents(index: &Connection) -> rusqlite::Result<(Head, Vec<LeafEntry>)> {
    let json: String = index.query_row("SELECT json FROM head", [], |row| row.get(0))?;
    let head = serde_json::from_str(&json).map_err(|why| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(why))
    })?;
    let mut leaves = index
        .prepare("SELECT leaf, south, west, north, east, count, begins, over FROM leaves ORDER BY leaf")?;
    let entry = |row: &Row<'_>| {
        let bounds = match row.get(1)? {
            Some(south) => Some(Bounds { south, west: row.get(2)?, north: row.get(3)?, east: row.get(4)? }),
            None => None,
        };
        Ok(LeafEntry {
            leaf: row.get(0)?,
            bounds,
            count: row.get::<_, i64>(5)? as usize,
            begins: row.get(6)?,
            over: row.get(7)?,
        })
    };
    let leaves = leaves.query_map([], entry)?.collect::<rusqlite::Result<_>>()?;
    Ok((head, leaves))
}

#[cfg(test)]
mod tests {
    use alentour_model::query::Now;
    use alentour_model::{Date, Feed, Hit, Place, Query, Reach};

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

    fn shown(catalog: &Catalog, hits: &[Hit]) -> Vec<(String, Hit)> {
        let one =
            |hit: &Hit| (catalog.get(hit.initiative).unwrap().id.clone(), Hit { initiative: 0, ..*hit });
        hits.iter().map(one).collect()
    }

    #[test]
    fn around_a_place_the_leaves_give_what_a_scan_of_all_gives() {
        let folder = tempfile::tempdir().unwrap();
        let all = initiatives();
        let mut draft = Draft::begin(folder.path().join("one")).unwrap();
        all.iter().for_each(|initiative| draft.add(initiative).unwrap());
        let catalogue = draft.finish(&Feed { version: "1".into(), ..Feed::default() }, true).unwrap();
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
        assert!(results.known.is_some() && results.nearby.len() >= OTHERS / 2, "{}", results.nearby.len());
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

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(folder.path().join("one")).unwrap();
        draft.add(&Initiative::new("a", "A")).unwrap();
        drop(draft);
        assert!(!folder.path().join("one").exists());
    }

    #[test]
    fn what_is_no_catalogue_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(folder.path().join("one")).unwrap();
        draft.add(&Initiative::new("a", "A")).unwrap();
        let catalogue = draft.finish(&Feed::default(), true).unwrap();
        let path = catalogue.folder().to_owned();
        std::fs::write(path.join(INDEX), "no database").unwrap();
        assert!(Catalogue::open(&path).is_err());
        assert!(Catalogue::open(folder.path()).is_err());
    }
}
