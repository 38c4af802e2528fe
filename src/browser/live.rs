//! Asking what has changed since the feed was written: when an initiative is opened, when its form is begun, and every half a minute as long
//! as somebody looks at it.

use alentour_model::{Initiative, Need, Session, live};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::Page;
use super::host::Host;
use crate::app::App;
use crate::dom::Listener;

/// Where it is asked for.
const LIVE: &str = "/v1/live.json?";

// Waiting for answers and reading them is done there: here it was twice as much to download.
#[wasm_bindgen(module = "/src/browser/live.mjs")]
extern "C" {
    /// What tells of answers. What the first page was told is known from then on.
    pub fn ticker(host: &Host) -> JsValue;
    fn known() -> String;
    #[wasm_bindgen(js_name = see)]
    fn seen(ticker: &JsValue, id: &str, address: &str);
    #[wasm_bindgen(js_name = follow)]
    fn begin(ticker: &JsValue, root: &HtmlElement, id: &str, address: &str);
    fn left(id: &str, session: &str, start: f64, nth: u32, name: &str) -> f64;
    fn signatures(id: &str) -> f64;
    fn needed(id: &str, need: &str) -> f64;
    fn pledges(id: &str) -> f64;
    fn signers(id: &str) -> String;
}

/// Takes over what answers say, as long as this is kept.
pub fn listen(page: &Page, app: App) -> Listener {
    let tick = move |_| {
        if !app.is_gone() {
            recount(app);
        }
    };
    Listener::new(page.ticker.clone(), "", Box::new(tick))
}

/// Takes over what answers have said, of whatever of it is in the catalogue: another list may show it next.
pub fn recount(app: App) {
    let positions: Vec<usize> = {
        let catalog = app.catalog.read_untracked();
        known().split('\n').filter_map(|id| catalog.position(id)).collect()
    };
    app.recount(&positions, &put);
}

/// A card of that initiative is shown: asks for what has changed of it, unless that is known. What is nearest to a position from the browser
/// would tell that, which is nobody's business: of these the list knows what the feed says.
pub fn see(page: &Page, app: App, id: &str) {
    let address = if app.is_around_visitor() { String::new() } else { address(page, app) };
    seen(&page.ticker, id, &address);
}

/// Asks for what is opened, and the cards beside it, now and again and again, until something else is opened, or the list.
pub fn follow(page: &Page, app: App) {
    let catalog = app.catalog.read_untracked();
    let opened = app.opened.get_untracked().and_then(|position| catalog.get(position));
    let id = opened.map(|opened| opened.id.as_str()).unwrap_or_default();
    begin(&page.ticker, &page.root, id, &address(page, app));
}

/// Where it is asked for; empty elsewhere than at the server which the feed is of: nobody knows.
fn address(page: &Page, app: App) -> String {
    app.address(LIVE).filter(|_| page.is_own(app)).unwrap_or_default()
}

/// Puts what was counted last into an initiative; whether it is something else.
pub fn put(initiative: &Initiative) -> bool {
    // Less than nothing: nobody knows.
    let known = |number: f64| (number >= 0.0).then_some(number as u32);
    let id = initiative.id.as_str();
    let left = |session: &Session, nth, name: &str| {
        known(left(id, &session.id, session.start.moment.instant as f64, nth, name))
    };
    let left = |session: &Session, nth| {
        Some((left(session, nth, "remaining")?, left(session, nth, "waiting").unwrap_or_default()))
    };
    let needed = |need: &Need| known(needed(id, &need.id));
    // Of what no answer speaks of, nothing is known.
    let Some(pledges) = known(pledges(id)) else { return false };
    let sums = live::Sums { signatures: known(signatures(id)), pledges: Some(pledges), signers: signers(id) };
    live::put(initiative, &left, &needed, sums)
}
