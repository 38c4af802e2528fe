//! Fetching the feed.

use std::rc::Rc;
use std::sync::Arc;

use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use alentour_model::{Catalog, Query};
use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::focus::focus_soon;
use super::gazetteer::Who;
use super::host::failure;
use super::json::Parsed;
use super::{Page, details, fetch, found, gazetteer, navigation, tiles};
use crate::app::{App, FeedError, Stage};
use crate::locale::KnownZones;

/// Fetches the feed and finds the place that the page asks for, at the same time. What is shown stays until then.
pub fn load(page: Rc<Page>, app: App, again: bool) {
    if app.is_gone() {
        return;
    }
    if !matches!(*app.stage.read_untracked(), Stage::Ready) {
        app.stage.set(Stage::Loading);
    }
    let place = app.config(|config| config.place.clone());
    // Begun now, awaited later: the place is asked for while the feed is on its way.
    let finding = (!again && !place.is_empty()).then(|| {
        let finding = gazetteer::find(app, page.host.clone(), place, Who::Page);
        future_to_promise(async move {
            finding.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    let linked = app.config(|config| config.open.clone());
    let opened = linked.clone().unwrap_or_else(|| app.config(|config| config.shown.clone()));
    spawn_local(async move {
        let load = page.tiles.borrow_mut().load();
        let read = read(&page, app, again, finding, &opened).await;
        // Something else may have been asked for meanwhile.
        if app.is_gone() || page.tiles.borrow().loads != load {
            return;
        }
        match read {
            Ok(count) => {
                page.tiles.borrow_mut().is_begun = true;
                follow(&page, app, &app.search.query_untracked());
                navigation::open_linked(&page, app, linked.as_deref());
                if !again {
                    navigation::open_shown(&page, app);
                }
                // Whoever left while a sign-up was being sent is told what became of it. Nothing scrolls, nothing takes the focus.
                if !again && app.opened.get_untracked().is_none() {
                    navigation::open_left(&page, app);
                }
                let is_part = app.results.read_untracked().known.is_some();
                page.emit("ready", &[("count", (count as u32).into()), ("part", is_part.into())]);
            }
            Err(failure) => fail(&page, app, failure),
        }
    });
}

/// Somebody looks for something: what the first list did without is fetched, once that is there.
pub fn follow(page: &Rc<Page>, app: App, query: &Query) {
    let is_asked = {
        let tiles = page.tiles.borrow();
        !tiles.is_begun || tiles.asked == *query
    };
    if !is_asked {
        load_more(page.clone(), app);
    }
    found::look(page, app, query);
}

/// Fetches what a search needs beyond what is here, of a feed that is read by the tile.
pub fn load_more(page: Rc<Page>, app: App) {
    if page.tiles.borrow().is_used() {
        spawn_local(async move {
            if let Err(failure) = tiles::fetch(page.clone(), app, tiles::ALL).await {
                fail(&page, app, failure);
            }
        });
    }
}

fn fail(page: &Page, app: App, failure: FeedError) {
    let kind = match failure {
        FeedError::Network => "network",
        FeedError::Timeout => "timeout",
        FeedError::Status(_) => "status",
        FeedError::Malformed => "malformed",
    };
    app.stage.set(Stage::Failed(failure));
    page.emit("error", &[("kind", kind.into())]);
}

/// Tries again, as asked by a button that goes: its focus goes on to what comes instead.
pub fn retry(page: Rc<Page>, app: App) {
    let root = page.root.clone();
    load(page, app, true);
    focus_soon(&root, ".count".into(), false);
    spawn_local(async move {
        while matches!(app.stage.try_read_untracked().as_deref(), Some(Stage::Loading)) {
            fetch::sleep(50).await;
        }
        focus_soon(&root, ".results button, .results a".into(), false);
    });
}

/// Reads what the first list needs, by the tile where the feed is the server's own, and gives how many initiatives the feed has.
async fn read(
    page: &Rc<Page>,
    app: App,
    again: bool,
    finding: Option<Promise>,
    opened: &str,
) -> Result<usize, FeedError> {
    if page.is_own(app) {
        if !opened.is_empty() && !again {
            details::begin(page, opened);
            // Of the rest nothing is shown.
            if app.config(|config| config.is_only)
                && let Ok(whole) = details::fetch(page, opened).await
            {
                tiles::end(page);
                app.receive(Arc::new(Catalog::new(vec![whole])));
                return Ok(1);
            }
        }
        // An index names no place, and so it does not say what to read.
        if tiles::begin(page, app, again).await?.is_some() {
            found(finding).await;
            let limits = if page.tiles.borrow().is_begun { tiles::ALL } else { tiles::FIRST };
            tiles::fetch(page.clone(), app, limits).await?;
            return Ok(page.tiles.borrow().count());
        }
    }
    let load = page.tiles.borrow().loads;
    let feed = page.host.feed(again);
    let read = whole(feed).await;
    found(finding).await;
    let catalog = read?;
    let count = catalog.len();
    if !app.is_gone() && page.tiles.borrow().loads == load {
        tiles::end(page);
        let lexicon = app.catalog.read_untracked().lexicon().clone();
        app.partly.set(None);
        app.receive(Arc::new(catalog.knowing(lexicon)));
    }
    Ok(count)
}

async fn found(finding: Option<Promise>) {
    if let Some(finding) = finding {
        let _ = JsFuture::from(finding).await;
    }
}

async fn whole(feed: Result<Promise, JsValue>) -> Result<Catalog, FeedError> {
    let promise = feed.map_err(|error| failure(&error))?;
    let document = JsFuture::from(promise).await.map_err(|error| failure(&error))?;
    let feed = read_document(&Parsed::from(document), &KnownZones, &mut Unnoted);
    Ok(Catalog::new(feed.map_err(|_| FeedError::Malformed)?.initiatives))
}
