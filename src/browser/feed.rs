//! Fetching the feed.

use std::rc::Rc;
use std::sync::Arc;

use alentour_model::Catalog;
use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::focus::focus_soon;
use super::gazetteer::Who;
use super::json::Parsed;
use super::{Page, fetch, gazetteer, navigation, pending};
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
    spawn_local(async move {
        let host = &page.host;
        let feed = host.feed(again);
        let place = app.config(|config| config.place.clone());
        // Begun now, awaited later: the place is asked for while the feed is on its way.
        let finding = (!again && !place.is_empty()).then(|| {
            let finding = gazetteer::find(app, host.clone(), place, Who::Page);
            future_to_promise(async move {
                finding.await;
                Ok(JsValue::UNDEFINED)
            })
        });
        let read = read(feed).await;
        if let Some(finding) = finding {
            let _ = JsFuture::from(finding).await;
        }
        if app.is_gone() {
            return;
        }
        match read {
            Ok(catalog) => {
                let count = catalog.len() as u32;
                let lexicon = app.catalog.read_untracked().lexicon().clone();
                app.receive(Arc::new(catalog.knowing(lexicon)));
                navigation::open_linked(&page, app, app.config(|config| config.open.clone()).as_deref());
                // Whoever left while a sign-up was being sent is told what became of it. Nothing scrolls, nothing takes the focus.
                if !again && app.opened.get_untracked().is_none() {
                    let left = pending::first().and_then(|id| app.catalog.read_untracked().position(&id));
                    if left.is_some() {
                        navigation::open(&page, app, left, None);
                    }
                }
                page.emit("ready", &[("count", count.into())]);
            }
            Err(failure) => {
                let kind = match failure {
                    FeedError::Network => "network",
                    FeedError::Timeout => "timeout",
                    FeedError::Status(_) => "status",
                    FeedError::Malformed => "malformed",
                };
                app.stage.set(Stage::Failed(failure));
                page.emit("error", &[("kind", kind.into())]);
            }
        }
    });
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

async fn read(feed: Result<js_sys::Promise, JsValue>) -> Result<Catalog, FeedError> {
    let promise = feed.map_err(|error| failure(&error))?;
    let document = JsFuture::from(promise).await.map_err(|error| failure(&error))?;
    let feed = read_document(&Parsed::from(document), &KnownZones, &mut Unnoted);
    Ok(Catalog::new(feed.map_err(|_| FeedError::Malformed)?.initiatives))
}

/// What the loader rejects with: `{ kind, status }`.
fn failure(error: &JsValue) -> FeedError {
    let get = |name: &str| js_sys::Reflect::get(error, &name.into()).ok();
    let status = get("status").and_then(|status| status.as_f64());
    match (get("kind").and_then(|kind| kind.as_string()).as_deref(), status) {
        (Some("timeout"), _) => FeedError::Timeout,
        (Some("status"), Some(status)) => FeedError::Status(status as u16),
        _ => FeedError::Network,
    }
}
