//! The catalogue of the widget's own server, read tile by tile: of what is near, as much as is needed. See [`alentour_model::tiles`].

use std::rc::Rc;
use std::sync::Arc;

use alentour_model::tile::{decode, say};
use alentour_model::tiles::{Index, Limits, Tile};
use alentour_model::{Initiative, Kilometres, Part, Point};
use js_sys::{Array, Promise};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::Page;
use super::feed::failure;
use super::fetch::{self, within};
use super::host::Host;
use crate::app::{App, FeedError, Stage};
use crate::message::Message;

/// What is read for the first list: some 40 KB. What is no more is read as a whole, and the loader begins with it (`WHOLE` in `embed/loading.js`).
pub const FIRST: Limits = Limits { near: 600, enough: 300, dated: 100, undated: 100 };
/// What is read once somebody looks for something: up to that many all counts are exact.
pub const ALL: Limits = Limits { near: 10_000, enough: 300, dated: 1000, undated: 300 };
/// After so many milliseconds a tile is late: what else has come is shown, and that this is missing.
const LATE: u32 = 3000;
/// Milliseconds between two times that what has come is shown.
const OFTEN: f64 = 250.0;
/// Milliseconds until what has failed is asked for again, each time.
const PAUSES: [u32; 4] = [2000, 5000, 15_000, 30_000];
/// The number of the tile of what begins soonest, and of an initiative that is here by itself.
const SOONEST: usize = usize::MAX;
const SINGLE: usize = usize::MAX - 1;

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
    /// Of what is shown: around where, how far nothing is missing, and whether there is more elsewhere.
    shown: Option<(Option<Point>, Option<Kilometres>, bool)>,
    /// Counts what has been asked for: an answer to something older comes too late.
    turn: usize,
}

impl Tiles {
    /// Whether the feed is read by the tile.
    pub fn is_used(&self) -> bool {
        self.index.is_some()
    }

    /// Whether only the card of an initiative is here.
    pub fn is_card(&self, id: &str) -> bool {
        self.is_used() && !self.is_single(id)
    }

    fn is_single(&self, id: &str) -> bool {
        self.singles.iter().any(|single| single == id)
    }

    /// The feed is read as a whole from now on, or by another index: what is here by itself stays.
    fn restart(&mut self, index: Option<Index>) {
        let is_same =
            |before: &Rc<Index>| index.as_ref().is_some_and(|index| index.version == before.version);
        if !self.index.as_ref().is_some_and(is_same) {
            self.pieces.retain(|piece| piece.number == SINGLE && index.is_some());
        }
        self.index = index.map(Rc::new);
        self.shown = None;
        self.turn += 1;
    }

    fn has(&self, number: usize) -> bool {
        self.pieces.iter().any(|piece| piece.number == number && piece.by_words >= self.by_words)
    }

    /// Takes a tile: cards, and if they are asked for what its initiatives say beside them.
    fn take(&mut self, number: usize, texts: &Array) -> Option<()> {
        let mut cards = decode(&texts.get(0).as_string()?)?;
        let words = texts.get(1).as_string();
        if let Some(words) = &words {
            say(&mut cards, words);
        }
        cards.retain(|(_, card)| !self.is_single(&card.id));
        let piece = Piece {
            number,
            by_words: words.is_some() || number == SOONEST,
            part: Arc::new(Part::new(cards)),
        };
        // In the place of the same without words: where the others are does not change.
        match self.pieces.iter_mut().find(|known| known.number == number) {
            Some(known) => *known = piece,
            None => self.pieces.push(piece),
        }
        Some(())
    }

    /// Takes an initiative of which no tile is here. It is behind all others: nobody knows its place in the feed.
    pub fn add(&mut self, whole: Initiative) {
        self.singles.push(whole.id.clone());
        let part = Arc::new(Part::new([(u32::MAX - self.singles.len() as u32, whole)]));
        self.pieces.push(Piece { number: SINGLE, by_words: true, part });
    }

    /// The parts of the catalogue.
    pub fn parts(&self) -> Vec<Arc<Part>> {
        self.pieces.iter().map(|piece| piece.part.clone()).collect()
    }

    /// How many initiatives the feed has.
    pub fn count(&self) -> usize {
        self.index.as_ref().map_or(0, |index| index.count)
    }
}

/// Fetches the index of tiles, and begins with it; `false` where the server has none.
pub async fn begin(page: &Page, again: bool) -> Result<bool, FeedError> {
    let text = match text(&page.host, "tiles.txt", again).await {
        Err(FeedError::Status(404)) => {
            page.tiles.borrow_mut().restart(None);
            return Ok(false);
        }
        text => text?,
    };
    let index = Index::parse(&text).ok_or(FeedError::Malformed)?;
    page.tiles.borrow_mut().restart(Some(index));
    Ok(true)
}

/// The feed is none of the server's own.
pub fn end(page: &Page) {
    page.tiles.borrow_mut().restart(None);
}

/// A file beside the feed.
pub async fn text(host: &Host, name: &str, again: bool) -> Result<String, FeedError> {
    let promise = host.text(&[&host.base(), name].concat(), again).map_err(|error| failure(&error))?;
    let text = JsFuture::from(promise).await.map_err(|error| failure(&error))?;
    text.as_string().ok_or(FeedError::Malformed)
}

/// What is under way: a tile, and how near its first initiative can be.
type Waiting = (Kilometres, usize, Promise);

/// Where is looked, and how far, as requests may show it: a position from the browser is nobody's business.
fn around(app: App, index: &Index) -> (Option<Point>, Option<Kilometres>) {
    let criteria = app.search.criteria.read_untracked();
    let radius = criteria.kilometres();
    match &criteria.around {
        Some(place) if !place.is_named() || place.label == app.text(Message::AroundMeHere) => {
            let centre = index.rounded(place.point);
            let apart = centre.distance(place.point).value();
            (Some(centre), radius.and_then(|radius| Kilometres::new(radius.value() + apart)))
        }
        place => (place.as_ref().map(|place| place.point), radius),
    }
}

/// Fetches what a search needs and is not here yet, nearest first, and shows it as it comes. An error where nothing is there to be shown.
pub async fn fetch(page: Rc<Page>, app: App, limits: Limits) -> Result<(), FeedError> {
    let Some(index) = page.tiles.borrow().index.clone() else { return Ok(()) };
    let turn = {
        let mut tiles = page.tiles.borrow_mut();
        tiles.turn += 1;
        tiles.turn
    };
    let is_over = || app.is_gone() || page.tiles.borrow().turn != turn;
    let (centre, radius) = around(app, &index);
    let wanted = index.wanted(centre, radius, limits, app.locale.clock.now().instant);
    let apart = wanted.apart.iter().map(|tile| (Kilometres::ANYWHERE, tile.number));
    let mut numbers: Vec<_> =
        wanted.placed.iter().map(|(distance, Tile { number, .. })| (*distance, *number)).collect();
    if centre.is_none() && wanted.known.is_some() {
        numbers.push((Kilometres::ANYWHERE, SOONEST));
    }
    numbers.extend(apart);
    numbers.retain(|(_, number)| !page.tiles.borrow().has(*number));
    let show = |known: Option<Kilometres>, missing: usize| {
        let parts = page.tiles.borrow().parts();
        let before = app.catalog.get_untracked();
        let catalog = before.of_parts(parts).within(centre, known, wanted.is_more_elsewhere);
        app.partly.set((missing > 0).then_some(missing));
        app.receive(Arc::new(catalog));
    };
    let all = Some((centre, wanted.known, wanted.is_more_elsewhere));
    if numbers.is_empty() {
        // What is whole is whole wherever it is looked at.
        let shown = page.tiles.borrow().shown;
        if shown != all && shown.is_none_or(|(_, known, is_more)| known.is_some() || is_more) {
            show(wanted.known, 0);
            page.tiles.borrow_mut().shown = all;
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
    let mut shown = js_sys::Date::now();
    for pause in PAUSES.into_iter().map(Some).chain([None]) {
        let ask = |(distance, number): &(Kilometres, usize)| -> Option<Waiting> {
            Some((*distance, *number, both(&page, &index, *number)?))
        };
        let mut waiting: Vec<Waiting> = numbers.iter().filter_map(ask).collect();
        let (mut missing, mut why, mut is_stale) = (Vec::new(), None, false);
        while !waiting.is_empty() {
            let (distance, number, promise) = waiting.remove(0);
            let answer = JsFuture::from(within(&promise, LATE)).await;
            if is_over() {
                return Ok(());
            }
            let taken = match answer {
                Ok(texts) if texts.is_undefined() => Err(FeedError::Timeout),
                Ok(texts) => {
                    let taken = page.tiles.borrow_mut().take(number, texts.unchecked_ref());
                    taken.ok_or(FeedError::Malformed)
                }
                Err(error) => Err(failure(&error)),
            };
            if let Err(error) = taken {
                missing.push((distance, number));
                is_stale |= matches!(error, FeedError::Status(404));
                why = Some(error);
                continue;
            }
            // As it comes: what is nearer than the next tile.
            if let Some((next, ..)) = waiting.first().filter(|_| js_sys::Date::now() > shown + OFTEN) {
                shown = js_sys::Date::now();
                show(Some(*next).filter(|next| *next < Kilometres::ANYWHERE).or(wanted.known), missing.len());
            }
        }
        if page.tiles.borrow().pieces.is_empty()
            && let Some(why) = why
        {
            return Err(why);
        }
        show(wanted.known, missing.len());
        page.tiles.borrow_mut().shown = all.filter(|_| missing.is_empty());
        let Some(pause) = pause.filter(|_| !missing.is_empty()) else { break };
        fetch::pause(pause, true).await;
        if is_over() {
            return Ok(());
        }
        // Another version of the catalogue has taken its place meanwhile.
        if is_stale && begin(&page, true).await? {
            return Box::pin(fetch(page, app, limits)).await;
        }
        numbers = missing;
    }
    Ok(())
}

/// A tile's files.
fn both(page: &Page, index: &Index, number: usize) -> Option<Promise> {
    let host = &page.host;
    let folder = [&host.base(), "t/", &index.version, "/"].concat();
    let file = |name: &str| host.text(&[&folder, name, ".txt"].concat(), false).ok().map(JsValue::from);
    if number == SOONEST {
        return Some(Promise::all(&Array::of1(&file("soonest")?)));
    }
    let name = number.to_string();
    let cards = file(&name)?;
    if !page.tiles.borrow().by_words {
        return Some(Promise::all(&Array::of1(&cards)));
    }
    Some(Promise::all(&Array::of2(&cards, &file(&[&name, ".words"].concat())?)))
}

/// From now on tiles are read with all their words.
pub fn by_words(page: &Page) {
    page.tiles.borrow_mut().by_words = true;
}
