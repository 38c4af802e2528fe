//! Learning words: fetched once somebody is about to look for some.

use std::sync::Arc;

use alentour_model::{Catalog, Lexicon};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::host::Host;
use crate::app::App;

#[wasm_bindgen(module = "/src/browser/words.mjs")]
extern "C" {
    fn words(lang: &str) -> String;
    fn forms() -> String;
}

/// A file of the bundle, or of the feed's; `None` if it cannot be had.
async fn file(host: &Host, address: &str) -> Option<String> {
    JsFuture::from(host.text(address).ok()?).await.ok()?.as_string()
}

/// Fetches what is known of words, unless it is there. Until then, and without it, words are found by their beginnings.
pub fn learn(app: App, host: Host) {
    if !app.catalog.read_untracked().lexicon().is_empty() {
        return;
    }
    spawn_local(async move {
        let Some(words) = file(&host, &words(app.locale.language)).await else { return };
        // A published site, or somebody else's feed, may have none.
        let forms = file(&host, &forms()).await.unwrap_or_default();
        if !app.is_gone() {
            let catalog = app.catalog.get_untracked();
            catalog.prepare_words();
            app.catalog
                .set(Arc::new(Catalog::clone(&catalog).knowing(Arc::new(Lexicon::read(&words, &forms)))));
        }
    });
}
