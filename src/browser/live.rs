//! Asking what has changed since the feed was written: when an initiative is opened, when its form is begun, and every half a minute as long
//! as somebody looks at it. What fails is not said: what was known last stays.

use std::rc::Rc;

use alentour_model::LiveAnswer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

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
    #[wasm_bindgen(js_name = isSeen)]
    fn is_seen(root: &HtmlElement) -> bool;
}

/// Asks now and again and again, until something else is opened, or the list.
pub fn follow(page: &Rc<Page>, app: App) {
    let opening = page.openings.get() + 1;
    page.openings.set(opening);
    let page = page.clone();
    spawn_local(async move {
        while !app.is_gone() && page.openings.get() == opening && app.opened.get_untracked().is_some() {
            if is_seen(&page.root) {
                ask(page.clone(), app).await;
            }
            fetch::pause(PERIOD, true).await;
        }
    });
}

/// Asks for what is opened, and for what the list shows.
pub async fn ask(page: Rc<Page>, app: App) {
    // Elsewhere nobody knows: files, and feeds of others.
    let Some(opened) = app.opened.try_get_untracked().flatten().filter(|_| feed::is_own(&page, app)) else {
        return;
    };
    let Some(mut address) = app.address("/v1/live.json?") else { return };
    {
        let (catalog, results) = (app.catalog.read_untracked(), app.results.read_untracked());
        let listed = results.nearby.iter().chain(&results.elsewhere).map(|hit| hit.initiative);
        for position in [opened].into_iter().chain(listed.filter(|it| *it != opened)).take(IDS) {
            let Some(initiative) = catalog.get(position) else { continue };
            address.extend(["id=", &encode(&initiative.id), "&"]);
            if address.len() > LONGEST {
                break;
            }
        }
    }
    let answer = fetch::get(&address, None).await.filter(|response| response.status == 200);
    if let Some(json) = answer.and_then(|response| response.json()) {
        app.take_live(LiveAnswer::read(&json).initiatives);
    }
}
