//! All that an initiative says: fetched when it is opened, where only its card is here.

use alentour_model::Initiative;
use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use wasm_bindgen::prelude::*;

use super::Page;
use super::json::Parsed;
use crate::app::FeedError;
use crate::locale::KnownZones;

#[wasm_bindgen(module = "/src/browser/details.mjs")]
extern "C" {
    /// What an initiative's file is named after.
    fn key(id: &str) -> String;
}

/// Asks for it: the visitor is about to open it.
pub fn begin(page: &Page, id: &str) {
    let _ = page.host.text(&(page.host.base() + &file(id)), false);
}

fn file(id: &str) -> String {
    ["i/", &key(id), ".json"].concat()
}

/// Fetches it.
pub async fn fetch(page: &Page, id: &str) -> Result<Initiative, FeedError> {
    let again = page.tiles.borrow().is_refreshed;
    let text = page.host.read(&file(id), again).await?;
    let document = Parsed::parse(&text).ok_or(FeedError::Malformed)?;
    let feed = read_document(&document, &KnownZones, &mut Unnoted).map_err(|_| FeedError::Malformed)?;
    feed.initiatives.into_iter().find(|whole| whole.id == id).ok_or(FeedError::Malformed)
}
