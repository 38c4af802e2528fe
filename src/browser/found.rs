//! What has the words of a search that names no place, wherever it is: found through an inverted index. See [`alentour_model::inverted`].

use std::rc::Rc;

use alentour_model::inverted::{Index, Wanted};
use alentour_model::tiles::WHOLE;
use alentour_model::{Query, tiles};
use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::Page;
use super::fetch::{self, together};
use super::host::failure;
use super::tiles::show;
use crate::app::{App, FeedError, Stage};

/// Milliseconds without another key after which what has been typed is looked for.
const STILL: u32 = 300;

/// Looks for what a query names, unless that has been done.
pub fn look(page: &Rc<Page>, app: App, query: &Query) {
    let index = {
        let mut tiles = page.tiles.borrow_mut();
        let Some(index) = tiles.index().filter(|index| tiles.is_begun && index.count > WHOLE) else { return };
        let before = tiles.sought.replace(query.clone());
        let is_same = |before: Query| {
            (before.near, &before.words, &before.kinds, &before.causes)
                == (query.near, &query.words, &query.kinds, &query.causes)
        };
        if before.is_some_and(is_same) {
            return;
        }
        // What is under way comes too late.
        tiles.searches += 1;
        index
    };
    let is_named = !query.words.is_empty() || !query.kinds.is_empty() || !query.causes.is_empty();
    if query.near.is_none() && is_named {
        spawn_local(find(page.clone(), app, index));
    }
}

/// Looks again: more is known of words, or something has not come.
pub fn look_again(page: &Rc<Page>, app: App) {
    page.tiles.borrow_mut().sought = None;
    look(page, app, &app.search.query_untracked());
}

async fn find(page: Rc<Page>, app: App, index: Rc<tiles::Index>) {
    let search = page.tiles.borrow().searches;
    // Where nothing fits so far, it is still being looked for.
    if app.results.read_untracked().is_empty() {
        app.stage.set(Stage::Loading);
    }
    fetch::sleep(STILL).await;
    let is_over = || app.is_gone() || page.tiles.borrow().searches != search;
    if is_over() {
        return;
    }
    let folder = [&page.host.base(), "t/", &index.version, "/"].concat();
    // Its shards may be those of another day by now.
    let mut failed = 0;
    for again in [false, true] {
        failed = match read(&page, app, &folder, again, &is_over).await {
            Ok(failed) => failed,
            Err(FeedError::Status(404)) if !again => continue,
            // A server that has no such index.
            Err(FeedError::Status(404)) => 0,
            Err(_) => 1,
        };
        break;
    }
    if !is_over() {
        page.tiles.borrow_mut().unfound = failed;
        show(&page, app, &index, None);
    }
}

/// Reads what a search needs, and gives how many files of it have not come.
async fn read(
    page: &Page,
    app: App,
    folder: &str,
    again: bool,
    is_over: &dyn Fn() -> bool,
) -> Result<usize, FeedError> {
    let text = page.host.read_at(&[folder, "words.txt"].concat(), again).await?;
    let index = Index::parse(&text).ok_or(FeedError::Malformed)?;
    if is_over() {
        return Ok(0);
    }
    let folder = [folder, &index.folder, "/"].concat();
    let query = app.search.query_untracked();
    let wanted = Wanted::new(&query, app.catalog.read_untracked().lexicon());
    let file = |number: usize, ending: &str| {
        page.host.text(&[&folder, &*number.to_string(), ending].concat(), false).ok()
    };
    let asked = |number| Some((number, file(number, ".shard.txt")?));
    let waiting: Vec<(usize, Promise)> = wanted.shards(&index).into_iter().filter_map(asked).collect();
    let (mut shards, mut failed) = (Vec::new(), 0);
    for (number, promise) in waiting {
        match JsFuture::from(promise).await {
            Ok(text) => shards.push((number, text.as_string().unwrap_or_default())),
            Err(error) => {
                let why = failure(&error);
                if matches!(why, FeedError::Status(404)) {
                    return Err(why);
                }
                failed += 1;
            }
        }
        if is_over() {
            return Ok(0);
        }
    }
    let found = wanted.find(&index, &shards);
    let mut waiting = Vec::new();
    for (pack, is_described) in found.packs {
        if !page.tiles.borrow().has_pack(pack, is_described)
            && let Some(cards) = file(pack as usize, ".txt")
        {
            let words = is_described.then(|| file(pack as usize, ".words.txt")).flatten();
            waiting.push((pack, together(&cards, words.as_ref())));
        }
    }
    for (pack, promise) in waiting {
        let texts = JsFuture::from(promise).await;
        if is_over() {
            return Ok(0);
        }
        let taken =
            texts.ok().and_then(|texts| page.tiles.borrow_mut().take_pack(pack, texts.unchecked_ref()));
        failed += usize::from(taken.is_none());
    }
    let is_answered = found.is_all && failed == 0;
    page.tiles.borrow_mut().answered = if is_answered { query.words } else { String::new() };
    Ok(failed)
}
