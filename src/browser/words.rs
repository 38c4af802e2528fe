//! Learning words: fetched once somebody is about to look for some.

use std::rc::Rc;
use std::sync::Arc;

use alentour_model::{Catalog, Lexicon};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::host::Host;
use super::{Page, feed, fetch, found, tiles};
use crate::app::{App, Stage};

#[wasm_bindgen(module = "/src/browser/words.mjs")]
extern "C" {
    /// What [`Lexicon::read`] takes, as a list of two texts.
    #[wasm_bindgen(js_name = learn)]
    fn both(host: &Host, lang: &str) -> js_sys::Promise;
}

/// Fetches what is known of words, unless it is there. Until then, and without it, words are found by their beginnings.
pub fn learn(page: Rc<Page>, app: App) {
    if !app.catalog.read_untracked().lexicon().is_empty() {
        return;
    }
    tiles::by_words(&page);
    let both = JsFuture::from(both(&page.host, app.locale.language));
    spawn_local(async move {
        let both = both.await;
        if !app.is_gone() && matches!(*app.stage.read_untracked(), Stage::Ready) {
            feed::load_more(page.clone(), app);
        }
        let Ok(both) = both else { return };
        while !app.is_gone() && app.catalog.get_untracked().prepare_words() {
            fetch::sleep(0).await;
        }
        if app.is_gone() {
            return;
        }
        let both: js_sys::Array = both.unchecked_into();
        let text = |at| both.get(at).as_string().unwrap_or_default();
        let catalog = app.catalog.get_untracked();
        let lexicon = Arc::new(Lexicon::read(&text(0), &text(1)));
        app.catalog.set(Arc::new(Catalog::clone(&catalog).knowing(lexicon)));
        found::look_again(&page, app, false);
    });
}
