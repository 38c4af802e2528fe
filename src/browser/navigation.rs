//! Opening initiatives and going back, with the tab's history.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;

use super::focus::{focus_soon, later};
use super::{Page, history, window};
use crate::app::App;

/// Where a widget is in the tab's history.
#[derive(Default)]
pub struct Navigation {
    /// Where the page was scrolled to when an initiative was opened.
    scrolled: Cell<f64>,
    /// The entry of the tab's history for the initiative that was opened last.
    entry: RefCell<Option<Entry>>,
    /// Whether "back" has been asked for and has not come yet.
    leaving: Cell<bool>,
}

/// An entry of the tab's history.
#[derive(Clone)]
struct Entry {
    /// What `history.mjs` knows it by.
    mark: String,
    /// The initiative that is open there.
    initiative: String,
}

fn id(app: App, position: usize) -> Option<String> {
    app.catalog.read_untracked().get(position).map(|initiative| initiative.id.clone())
}

/// Opens the initiative of a permanent link, where the feed has it and it is not open yet.
pub fn open_linked(page: &Page, app: App, id: Option<&str>) {
    let position = id.and_then(|id| app.catalog.read_untracked().position(id));
    if position.is_some() && app.opened.get_untracked() != position {
        open(page, app, position, Some("#detail-title"));
    }
}

/// Opens an initiative as the visitor asks who has its card, with a way back in the tab's history.
pub fn visit(page: &Page, app: App, position: usize, part: &'static str) {
    app.propose(position);
    if app.opened.get_untracked().is_none() {
        let entry =
            id(app, position).and_then(|initiative| Some(Entry { mark: history::enter().ok()?, initiative }));
        page.navigation.entry.replace(entry);
    }
    open(page, app, Some(position), Some(part));
}

/// Goes back to the list, the way that the browser's own button goes.
pub fn leave(page: &Page, app: App) {
    let Navigation { entry, leaving, .. } = &page.navigation;
    // Pressed twice, it does not wait: a second "back" would leave the page.
    let is_back = |entry: &Entry| history::back(&entry.mark);
    if !leaving.get() && entry.borrow().as_ref().is_some_and(is_back) {
        return leaving.set(true);
    }
    entry.take();
    open(page, app, None, None);
}

/// The tab has moved within its history.
pub fn travelled(page: &Page, app: App) {
    let Navigation { entry, leaving, scrolled } = &page.navigation;
    leaving.set(false);
    let Some(Entry { mark, initiative }) = entry.borrow().clone() else { return };
    if app.opened.get_untracked().is_none() {
        if history::is_at(&mark) {
            let before = scrolled.get();
            open_linked(page, app, Some(&initiative));
            scrolled.set(before);
        }
    } else if history::is_before(&mark) {
        open(page, app, None, None);
    }
}

/// Opens an initiative and moves to the part of it that the selector names, or shows the list again.
pub fn open(page: &Page, app: App, position: Option<usize>, part: Option<&'static str>) {
    let window = window();
    let before = app.opened.get_untracked();
    if before.is_none() {
        page.navigation.scrolled.set(window.scroll_y().unwrap_or_default());
    }
    app.opened.set(position);
    match (position, before) {
        (Some(position), _) => {
            page.emit("open", &[("id", id(app, position).into())]);
            if let Some(part) = part {
                focus_soon(&page.root, part.to_owned(), true);
            }
        }
        (None, Some(before)) => {
            let _ = history::forget(&page.host.config());
            app.forget_link();
            focus_soon(&page.root, format!("#card-{before} a"), false);
            // The list is as it was, and so the page goes back to where it was.
            let scrolled = page.navigation.scrolled.get();
            later(Box::new(move || window.scroll_to_with_x_and_y(0.0, scrolled)));
        }
        (None, None) => {}
    }
}
