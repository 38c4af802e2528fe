//! The widget's views on pages of ours: what surrounds them is the same wherever they are drawn.

use std::sync::Arc;

use alentour::render::{Addresses, Clock, Config, ListWords, Scene, Served, ServedForm};
use alentour_model::Catalog;
use alentour_model::read::DEFAULT_ZONE;
use alentour_texts::Language;

/// The views around what is offered, at an instant (UTC seconds). Nothing is known of the visitor: their days are those of France.
pub fn scene(language: Language, now: i64, catalog: Arc<Catalog>, config: Config) -> Scene {
    let clock = Clock::new(now, DEFAULT_ZONE).unwrap_or_default();
    Scene { language, clock, catalog, config, around: None, opened: None, live: None }
}

/// The same for what is kept, and read whenever: a file, a report.
pub fn lasting(language: Language, now: i64, catalog: Arc<Catalog>, config: Config) -> Scene {
    let scene = scene(language, now, catalog, config);
    Scene { clock: scene.clock.for_later(), ..scene }
}

/// What the views know of a page by itself; `page` is that of the list, from 1.
pub fn served(language: Language, pages: Addresses, form: ServedForm, page: usize) -> Served {
    let texts = language.pages();
    let words = ListWords {
        search: texts.list_search.to_owned(),
        previous: texts.list_previous.to_owned(),
        next: texts.list_next.to_owned(),
    };
    Served { pages, form, page, words, ..Served::default() }
}
