//! Asking what has changed since the feed was written: when an initiative is opened, when its form is begun, and every half a minute as long
//! as somebody looks at it. What fails is not said: what was known last stays.

use std::rc::Rc;

use alentour_model::json::Json;
use alentour_model::{Initiative, live};
use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use super::json::Parsed;
use super::{Page, feed, fetch};
use crate::app::{App, encode};

/// Milliseconds between two requests.
const PERIOD: u32 = 30_000;
/// Initiatives of a request, as many as the server takes: the one that is opened, and the first of the list.
const IDS: usize = 24;
/// Bytes of an address: all servers and proxies take that many.
const LONGEST: usize = 4000;

#[wasm_bindgen(module = "/src/browser/live.mjs")]
extern "C" {
    fn count(root: &HtmlElement, address: &str) -> Promise;
}

/// Asks now and again and again, until something else is opened, or the list.
pub fn follow(page: &Rc<Page>, app: App) {
    let opening = page.openings.get() + 1;
    page.openings.set(opening);
    let page = page.clone();
    spawn_local(async move {
        while !app.is_gone()
            && page.openings.get() == opening
            && let Some((positions, address)) = wanted(&page, app)
        {
            let answer = JsFuture::from(count(&page.root, &address)).await;
            if app.is_gone() {
                return;
            }
            if let Ok(answer) = answer
                && answer.is_truthy()
            {
                page.counted.replace(Some(answer.into()));
                app.recount(&positions, &|initiative| put(&page, initiative));
            }
            fetch::pause(PERIOD, true).await;
        }
    });
}

/// Puts what was counted last into an initiative; whether it is something else.
pub fn put(page: &Page, initiative: &Initiative) -> bool {
    let counted = page.counted.borrow();
    let all = counted.as_ref().and_then(|counted| counted.field("initiatives")?.list()).unwrap_or_default();
    let is_of = |live: &&Parsed| live.field("id").and_then(|id| id.text()).as_ref() == Some(&initiative.id);
    all.iter().find(is_of).is_some_and(|live| live::put(live, initiative))
}

/// Where to ask for what is opened, and for what the list shows; `None` where nothing is opened, and elsewhere than at the server which the feed
/// is of: nobody else knows.
fn wanted(page: &Page, app: App) -> Option<(Vec<usize>, String)> {
    let opened = app.opened.get_untracked().filter(|_| feed::is_own(page, app))?;
    let mut address = app.address("/v1/live.json?")?;
    let (catalog, results) = (app.catalog.read_untracked(), app.results.read_untracked());
    let mut positions = vec![opened];
    for hit in results.nearby.iter().chain(&results.elsewhere) {
        if hit.initiative != opened && positions.len() < IDS {
            positions.push(hit.initiative);
        }
    }
    for position in &positions {
        if let Some(initiative) = catalog.get(*position).filter(|_| address.len() < LONGEST) {
            address.extend(["id=", &encode(&initiative.id), "&"]);
        }
    }
    Some((positions, address))
}
