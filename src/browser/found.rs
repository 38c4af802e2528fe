//! What has the words of a search that names no place, wherever it is: found through an inverted index. See [`alentour_model::inverted`].

use std::rc::Rc;

use alentour_model::inverted::{self, Index, Wanted};
use alentour_model::tiles::WHOLE;
use alentour_model::{Query, tiles};
use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::host::Host;
use super::tiles::{begin, show};
use super::{Page, fetch};
use crate::app::{App, FeedError, Stage};

#[wasm_bindgen(module = "/src/browser/found.mjs")]
extern "C" {
    /// For each shard of a folder a list of its text, or for each pack (twice its number, and one more with what is said beside its cards) of its
    /// texts; for what does not come the HTTP status or 0.
    fn gather(host: &Host, folder: &str, numbers: &[u32], are_shards: bool, again: bool) -> js_sys::Promise;
}

/// Milliseconds without another key after which what has been typed is looked for.
const STILL: u32 = 300;

/// Looks for what a query names, unless that has been done.
pub fn look(page: &Rc<Page>, app: App, query: &Query) {
    search(page, app, query, false);
}

/// Looks again: more is known of words or, with `again`, something has not come.
pub fn look_again(page: &Rc<Page>, app: App, again: bool) {
    page.tiles.borrow_mut().sought = None;
    search(page, app, &app.search.query_untracked(), again);
}

fn search(page: &Rc<Page>, app: App, query: &Query, again: bool) {
    let is_named = !query.words.is_empty() || !query.kinds.is_empty() || !query.causes.is_empty();
    let is_wanted = query.near.is_none() && is_named;
    let (index, was_partly) = {
        let mut tiles = page.tiles.borrow_mut();
        let Some(index) = tiles.index().filter(|index| tiles.is_begun && index.count > WHOLE) else { return };
        // Neither days nor a circle are asked of the index.
        let sought = Some(Query { when: None, radius: None, ..query.clone() });
        if tiles.sought == sought {
            return;
        }
        tiles.sought = sought;
        let was_partly = tiles.unfound > 0;
        tiles.stop_searching();
        tiles.is_searching = is_wanted;
        (index, was_partly)
    };
    // What did not come of something else is missed by nobody.
    if was_partly {
        show(page, app, &index, None);
    }
    if is_wanted {
        spawn_local(find(page.clone(), app, index, again));
    }
}

async fn find(page: Rc<Page>, app: App, index: Rc<tiles::Index>, again: bool) {
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
    let mut read = gathered(&page, app, &folder, again, &is_over).await;
    // Its shards may be those of another day by now, or of another version.
    if matches!(read, Err(FeedError::Status(404))) {
        read = gathered(&page, app, &folder, true, &is_over).await;
        if matches!(read, Err(FeedError::Status(404)))
            && !is_over()
            && matches!(begin(&page, app, true).await, Ok(Some(true)))
        {
            app.act(|browser| browser.fetch_rest(app));
            return;
        }
    }
    if is_over() {
        return;
    }
    {
        let mut tiles = page.tiles.borrow_mut();
        tiles.is_searching = false;
        tiles.unfound = match read {
            Ok(failed) => failed,
            // A server that has no such index.
            Err(FeedError::Status(404)) => 0,
            Err(_) => 1,
        };
    }
    show(&page, app, &index, None);
}

/// Reads what a search needs, and gives how many files of it have not come.
async fn gathered(
    page: &Page,
    app: App,
    folder: &str,
    again: bool,
    is_over: &dyn Fn() -> bool,
) -> Result<usize, FeedError> {
    let text = page.host.read_at(&[folder, "inverted.txt"].concat(), again).await?;
    let index = Index::parse(&text).ok_or(FeedError::Malformed)?;
    if is_over() {
        return Ok(0);
    }
    page.tiles.borrow_mut().keep_packs_of(&index.folder);
    let folder = [folder, &index.folder, "/"].concat();
    let query = app.search.query_untracked();
    let wanted = Wanted::new(&query, app.catalog.read_untracked().lexicon());
    let numbers = wanted.shards(&index);
    let files = all(&page.host, &folder, &numbers, true, again).await;
    let (mut shards, mut failed) = (Vec::new(), 0);
    for (number, texts) in numbers.into_iter().zip(files.iter()) {
        match texts.dyn_ref::<Array>() {
            Some(texts) => {
                let text = texts.get(0).as_string().unwrap_or_default();
                let is_shard = index.count == 0 || inverted::is_shard(&text);
                failed += usize::from(!is_shard);
                shards.extend(is_shard.then_some((number, text)));
            }
            // Of another day.
            None if texts == 404 => return Err(FeedError::Status(404)),
            None => failed += 1,
        }
    }
    if is_over() {
        return Ok(0);
    }
    let found = wanted.find(&index, &shards);
    let mut wanted: Vec<u32> = Vec::new();
    for (pack, is_described) in found.packs {
        if !page.tiles.borrow().has_pack(pack, is_described) {
            wanted.push(pack * 2 + u32::from(is_described));
        }
    }
    let files = all(&page.host, &folder, &wanted, false, again).await;
    if is_over() {
        return Ok(0);
    }
    let mut tiles = page.tiles.borrow_mut();
    for (pack, texts) in wanted.into_iter().zip(files.iter()) {
        let taken = texts.dyn_ref().and_then(|texts| tiles.take_pack(pack / 2, texts));
        failed += usize::from(taken.is_none());
    }
    tiles.answered = (found.is_all && failed == 0).then_some(query.words);
    Ok(failed)
}

async fn all(host: &Host, folder: &str, numbers: &[u32], are_shards: bool, again: bool) -> Array {
    let gathered = JsFuture::from(gather(host, folder, numbers, are_shards, again)).await;
    gathered.map(JsCast::unchecked_into).unwrap_or_default()
}
