//! The catalogue of the widget's own server, read tile by tile: of what is near, as much as is needed. See [`alentour_model::tiles`].

use std::rc::Rc;
use std::sync::Arc;

use alentour_model::tile::{decode, say};
use alentour_model::tiles::{Index, Limits, WHOLE};
use alentour_model::{Initiative, Kilometres, Part, Point, Query};
use js_sys::{Array, Promise};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::fetch::{self, together, within};
use super::host::failure;
use super::{Page, details, live};
use crate::app::{App, FeedError, Stage};

/// What is read for the first list: some 40 KB. The loader begins with what is read as a whole (`WHOLE` in `embed/loading.js`).
pub const FIRST: Limits = Limits { whole: WHOLE, near: 600, enough: 300, dated: 100, undated: 100 };
/// What is read once somebody looks for something: up to that many all counts are exact.
pub const ALL: Limits = Limits { whole: WHOLE, near: 10_000, enough: 300, dated: 1000, undated: 300 };
/// After so many milliseconds tiles are late: what else has come is shown, and that some are missing.
const LATE: f64 = 3000.0;
/// No tile takes longer: the loader gives a request up before.
const NEVER: f64 = 60_000.0;
/// Milliseconds until what has come is shown for the first time; then twice as long each time: whoever reads is not disturbed all the time.
const SOON: f64 = 250.0;
/// The number of the tile of what begins soonest, and of an initiative that is here by itself.
const SOONEST: usize = usize::MAX;
const SINGLE: usize = usize::MAX - 1;
/// The number of the first pack of what has been found by words; that of the next is one less.
const PACKS: usize = usize::MAX - 2;

/// A tile that has been read.
struct Piece {
    number: usize,
    /// Whether with what its initiatives say beside their cards.
    by_words: bool,
    part: Arc<Part>,
}

/// The tiles that have been read.
#[derive(Default)]
pub struct Tiles {
    index: Option<Rc<Index>>,
    pieces: Vec<Piece>,
    /// What is here by itself: its tile may be far away.
    singles: Vec<String>,
    by_words: bool,
    /// The tiles of what is looked for that have not come.
    missing: Vec<usize>,
    /// Around where what is here was shown; none where something has been read since.
    shown: Option<Option<Point>>,
    /// What was last looked for by words, kinds and causes.
    pub sought: Option<Query>,
    /// Counts what has been looked for so: an answer to something older comes too late.
    pub searches: usize,
    /// The words of which nothing is missing, wherever it is.
    pub answered: Option<String>,
    /// How many files of it have not come.
    pub unfound: usize,
    /// Whether something is being looked for so.
    pub is_searching: bool,
    /// The folder of the packs that are here: another one numbers them otherwise.
    packs_of: String,
    /// Whether the first list is there: from then on what else is looked for is fetched.
    pub is_begun: bool,
    /// Whether what the browser has kept may be older than what is shown.
    pub is_refreshed: bool,
    /// What was fetched last for a search: another one may need more.
    pub asked: Query,
    /// Counts the feeds that have been asked for, and the searches: an answer to something older comes too late.
    pub loads: usize,
    turn: usize,
}

impl Tiles {
    /// Whether the feed is read by the tile.
    pub fn is_used(&self) -> bool {
        self.index.is_some()
    }

    /// Which tiles there are.
    pub fn index(&self) -> Option<Rc<Index>> {
        self.index.clone()
    }

    /// Begins another load: what is under way comes too late.
    pub fn load(&mut self) -> usize {
        self.turn += 1;
        self.loads += 1;
        self.loads
    }

    /// Whether only the card of an initiative is here.
    pub fn is_card(&self, id: &str) -> bool {
        self.is_used() && !self.is_single(id)
    }

    fn is_single(&self, id: &str) -> bool {
        self.singles.iter().any(|single| single == id)
    }

    /// The feed is read by another index from now on, or as a whole. Whether it is another version of it: then nothing of it is here.
    fn restart(&mut self, index: Option<Index>) -> bool {
        let is_same =
            |before: &Rc<Index>| index.as_ref().is_some_and(|index| index.version == before.version);
        let is_other = !self.index.as_ref().is_some_and(is_same);
        if is_other {
            self.pieces.clear();
            self.singles.clear();
            self.shown = None;
            self.stop_searching();
            self.sought = None;
            self.answered = None;
        }
        self.index = index.map(Rc::new);
        is_other
    }

    fn has(&self, number: usize) -> bool {
        let is_enough = |piece: &Piece| piece.by_words || !self.by_words || number == SOONEST;
        self.pieces.iter().any(|piece| piece.number == number && is_enough(piece))
    }

    /// Takes a tile: cards, and if they are asked for what its initiatives say beside them.
    fn take(&mut self, number: usize, texts: &Array) -> Option<()> {
        let mut cards = decode(&texts.get(0).as_string()?)?;
        self.shown = None;
        let words = texts.get(1).as_string();
        if let Some(words) = &words {
            say(&mut cards, words);
        }
        cards.retain(|(_, card)| !self.is_single(&card.id));
        let piece = Piece { number, by_words: words.is_some(), part: Arc::new(Part::new(cards)) };
        // In the place of the same without words: where the others are does not change.
        match self.pieces.iter_mut().find(|known| known.number == number) {
            Some(known) => *known = piece,
            None => self.pieces.push(piece),
        }
        Some(())
    }

    /// Whether a pack of what is found by words is here, with what its initiatives say beside their cards if that is needed.
    pub fn has_pack(&self, pack: u32, by_words: bool) -> bool {
        let number = PACKS - pack as usize;
        self.pieces.iter().any(|piece| piece.number == number && (piece.by_words || !by_words))
    }

    /// Forgets the packs of another folder than this.
    pub fn keep_packs_of(&mut self, folder: &str) {
        if self.packs_of != folder {
            folder.clone_into(&mut self.packs_of);
            self.pieces.retain(|piece| !(PACKS / 2..=PACKS).contains(&piece.number));
            self.answered = None;
            self.shown = None;
        }
    }

    /// What is being looked for by words comes too late.
    pub fn stop_searching(&mut self) {
        self.searches += 1;
        self.is_searching = false;
        self.unfound = 0;
    }

    /// Takes a pack.
    pub fn take_pack(&mut self, pack: u32, texts: &Array) -> Option<()> {
        self.take(PACKS - pack as usize, texts)
    }

    /// Takes an initiative of which no tile is here. It is behind all others: nobody knows its place in the feed.
    pub fn add(&mut self, whole: Initiative) {
        self.singles.push(whole.id.clone());
        self.shown = None;
        let part = Arc::new(Part::new([(u32::MAX - self.singles.len() as u32, whole)]));
        self.pieces.push(Piece { number: SINGLE, by_words: true, part });
    }

    /// The parts of the catalogue. Of what is in several that counts which says most.
    pub fn parts(&self) -> Vec<Arc<Part>> {
        let mut parts = Vec::new();
        for by_words in [true, false] {
            let some = self.pieces.iter().filter(|piece| piece.by_words == by_words);
            parts.extend(some.map(|piece| piece.part.clone()));
        }
        parts
    }

    /// How many initiatives the feed has.
    pub fn count(&self) -> usize {
        self.index.as_ref().map_or(0, |index| index.count)
    }
}

/// Fetches the index of tiles, and begins with it where it is another one; `None` where the server has none, else whether it is another.
pub async fn begin(page: &Page, app: App, again: bool) -> Result<Option<bool>, FeedError> {
    let load = page.tiles.borrow().loads;
    let text = match page.host.read("tiles.txt", again).await {
        Err(FeedError::Status(404)) => return Ok(None),
        text => text?,
    };
    let index = Index::parse(&text).ok_or(FeedError::Malformed)?;
    if app.is_gone() || page.tiles.borrow().loads != load {
        return Ok(Some(false));
    }
    let opened = app.opened.get_untracked();
    let opened = opened.and_then(|at| Some(app.catalog.read_untracked().get(at)?.id.clone()));
    page.tiles.borrow_mut().is_refreshed |= again;
    let is_other = page.tiles.borrow_mut().restart(Some(index));
    // What is looked at stays open, wherever it is now.
    if is_other
        && let Some(id) = opened
        && let Ok(whole) = details::fetch(page, &id).await
    {
        page.tiles.borrow_mut().add(whole);
    }
    Ok(Some(is_other))
}

/// The feed is none of the server's own.
pub fn end(page: &Page) {
    page.tiles.borrow_mut().restart(None);
}

/// Around where tiles are asked for, and how far: a position from the browser is nobody's business.
fn around(app: App, index: &Index) -> (Option<Point>, Option<Kilometres>) {
    let criteria = app.search.criteria.read_untracked();
    let radius = criteria.kilometres();
    match &criteria.around {
        Some(place) if app.is_around_visitor() => {
            let centre = index.rounded(place.point);
            let apart = centre.distance(place.point).value();
            (Some(centre), radius.and_then(|radius| Kilometres::new(radius.value() + apart)))
        }
        place => (place.as_ref().map(|place| place.point), radius),
    }
}

/// Shows what has been read. Where these tiles have not come (`None`: those of which that is known), others are shown beside them, and it is said that
/// some are missing.
pub fn show(page: &Page, app: App, index: &Index, missing: Option<Vec<usize>>) {
    let near = app.search.query_untracked().near;
    let mut tiles = page.tiles.borrow_mut();
    if let Some(missing) = missing {
        tiles.missing = missing;
    }
    tiles.shown = Some(near);
    let missing = &tiles.missing;
    let is_read =
        |number: usize| missing.contains(&number) || tiles.pieces.iter().any(|piece| piece.number == number);
    let (known, is_more) = index.known(near, app.locale.clock.now().instant, is_read);
    let before = app.catalog.get_untracked();
    let catalog = before.of_parts(tiles.parts()).within(near, known, is_more || !missing.is_empty());
    let catalog = catalog.answering(tiles.answered.clone());
    let (missing, is_searching) = (missing.len() + tiles.unfound, tiles.is_searching);
    drop(tiles);
    app.partly.set((missing > 0).then_some(missing));
    app.receive(Arc::new(catalog));
    // A tile is older than the first page, which has told what has changed.
    live::recount(app);
    // Where nothing fits so far, it is still being looked for.
    if is_searching && app.results.read_untracked().is_empty() {
        app.stage.set(Stage::Loading);
    }
}

/// Fetches what a search needs and is not here yet, nearest first, and shows it as it comes. An error where nothing is there to be shown.
pub async fn fetch(page: Rc<Page>, app: App, limits: Limits) -> Result<(), FeedError> {
    let index = page.tiles.borrow().index.clone();
    let Some(index) = index.filter(|_| !app.is_gone()) else { return Ok(()) };
    let turn = {
        let mut tiles = page.tiles.borrow_mut();
        tiles.asked = app.search.query_untracked();
        tiles.turn += 1;
        tiles.turn
    };
    let is_over = || app.is_gone() || page.tiles.borrow().turn != turn;
    let (centre, radius) = around(app, &index);
    let wanted = index.wanted(centre, radius, limits, app.locale.clock.now().instant);
    let mut numbers: Vec<usize> = wanted.iter().map(|tile| tile.number).collect();
    if centre.is_none() && index.count > limits.whole {
        numbers.insert(0, SOONEST);
    }
    numbers.retain(|number| !page.tiles.borrow().has(*number));
    if numbers.is_empty() {
        let is_shown = app.partly.get_untracked().is_none()
            && (app.catalog.read_untracked().is_whole()
                || page.tiles.borrow().shown == Some(app.search.query_untracked().near));
        if !is_shown || !matches!(*app.stage.read_untracked(), Stage::Ready) {
            show(&page, app, &index, Some(Vec::new()));
        }
        return Ok(());
    }
    // What is known of another place says nothing of this one.
    let is_blank = {
        let results = app.results.read_untracked();
        results.known.is_some() && results.nearby.is_empty()
    };
    if is_blank {
        app.stage.set(Stage::Loading);
    }
    let mut pauses = fetch::PAUSES.into_iter();
    let mut patience = LATE;
    loop {
        let mut waiting: Vec<(usize, Promise)> =
            numbers.iter().filter_map(|number| Some((*number, both(&page, &index, *number)?))).collect();
        let begun = js_sys::Date::now();
        let mut due = begun + SOON;
        let (mut late, mut failed, mut why) = (Vec::new(), Vec::new(), FeedError::Timeout);
        let mut is_stale = false;
        waiting.reverse();
        while let Some((number, promise)) = waiting.pop() {
            let left = (begun + patience - js_sys::Date::now()).max(0.0);
            let answer = JsFuture::from(within(&promise, left as u32)).await;
            if is_over() {
                return Ok(());
            }
            match answer {
                Ok(texts) if texts.is_undefined() => late.push(number),
                Ok(texts) => {
                    if page.tiles.borrow_mut().take(number, texts.unchecked_ref()).is_none() {
                        failed.push(number);
                        why = FeedError::Malformed;
                    }
                }
                Err(error) => {
                    why = failure(&error);
                    is_stale |= matches!(why, FeedError::Status(404));
                    failed.push(number);
                }
            }
            // As it comes: what is nearer than the next tile.
            let now = js_sys::Date::now();
            if !waiting.is_empty() && now > due {
                due = now + (now - begun);
                show(&page, app, &index, Some([&*late, &failed].concat()));
                // Where nothing fits so far, it is still being looked for.
                let results = app.results.read_untracked();
                if results.known.is_some() && results.nearby.is_empty() {
                    app.stage.set(Stage::Loading);
                }
            }
        }
        if page.tiles.borrow().pieces.is_empty() && late.is_empty() {
            return Err(why);
        }
        let missing = [&*failed, &late].concat();
        show(&page, app, &index, Some(missing.clone()));
        if missing.is_empty() {
            return Ok(());
        }
        // What is late may still come; what has failed is asked for again in a while.
        patience = NEVER;
        if late.is_empty() {
            let Some(pause) = pauses.next() else { return Ok(()) };
            fetch::pause(pause, true).await;
            if is_over() {
                return Ok(());
            }
            // Another version of the catalogue may have taken its place meanwhile.
            if is_stale && matches!(begin(&page, app, true).await, Ok(Some(true))) {
                return if is_over() { Ok(()) } else { Box::pin(fetch(page, app, limits)).await };
            }
        }
        numbers = missing;
    }
}

/// A tile's files.
fn both(page: &Page, index: &Index, number: usize) -> Option<Promise> {
    let host = &page.host;
    let folder = [&host.base(), "t/", &index.version, "/"].concat();
    let file = |name: &str| host.text(&[&folder, name, ".txt"].concat(), false).ok();
    if number == SOONEST {
        return Some(together(&file("soonest")?, None));
    }
    let name = number.to_string();
    let words = page.tiles.borrow().by_words.then(|| [&name, ".words"].concat());
    Some(together(&file(&name)?, words.and_then(|words| file(&words)).as_ref()))
}

/// From now on tiles are read with all their words.
pub fn by_words(page: &Page) {
    page.tiles.borrow_mut().by_words = true;
}
