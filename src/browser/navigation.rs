//! Opening initiatives and going back, with the tab's history.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::focus::{find, focus_soon, later};
use super::{Page, details, fetch, history, live, pending, window};
use crate::app::{App, FeedError, Stage};

/// Where a widget is in the tab's history.
#[derive(Default)]
pub struct Navigation {
    /// Where the page was scrolled to when an initiative was opened.
    scrolled: Cell<f64>,
    /// The entry of the tab's history for the initiative that was opened last.
    entry: RefCell<Option<Entry>>,
    /// Whether "back" has been asked for and has not come yet.
    leaving: Cell<bool>,
    /// Whether the form of what is open is still to have the session that the card speaks of which was pressed.
    proposes: Cell<bool>,
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
pub fn open_linked(page: &Rc<Page>, app: App, id: Option<&str>) {
    if let Some(id) = id {
        open_named(page, app, id, Some("#detail-title"));
    }
}

/// Opens the initiative that the page shows before all others. Nobody has asked for it: nothing scrolls.
pub fn open_shown(page: &Rc<Page>, app: App) {
    let shown = app.config(|config| config.shown.clone());
    if !shown.is_empty() && app.config(|config| config.open.is_none()) {
        open_named(page, app, &shown, None);
    }
}

/// Opens the initiative of an attempt that was left without an answer.
pub fn open_left(page: &Rc<Page>, app: App) {
    if let Some(id) = pending::first() {
        open_named(page, app, &id, None);
    }
}

/// Opens an initiative that may be anywhere in the feed.
fn open_named(page: &Rc<Page>, app: App, id: &str, part: Option<&'static str>) {
    let opened = app.opened.get_untracked();
    let position = app.catalog.read_untracked().position(id);
    if position.is_some() || !page.tiles.borrow().is_used() {
        if position.is_some() && opened != position {
            open(page, app, position, part, false);
        }
        return;
    }
    let (page, id) = (page.clone(), id.to_owned());
    spawn_local(async move {
        let mut pauses = fetch::PAUSES.into_iter();
        let whole = loop {
            match details::fetch(&page, &id).await {
                Ok(whole) => break whole,
                // Where nobody announces it, the list is what there is.
                Err(FeedError::Status(404)) => return,
                Err(_) => {}
            }
            let Some(pause) = pauses.next() else { return };
            fetch::pause(pause, true).await;
        };
        if app.is_gone() || app.opened.get_untracked() != opened {
            return;
        }
        // Tiles may have come that are not shown yet. The list stays as it is.
        let mut tiles = page.tiles.borrow_mut();
        let before = app.catalog.get_untracked();
        let mut catalog = before.of_parts(tiles.parts());
        if catalog.position(&id).is_none() {
            tiles.add(whole);
            catalog = before.of_parts(tiles.parts());
        }
        drop(tiles);
        let position = catalog.position(&id);
        app.catalog.update_untracked(|current| *current = Arc::new(catalog));
        open(&page, app, position, part, false);
    });
}

/// Opens an initiative as the visitor asks who has its card, with a way back in the tab's history.
pub fn visit(page: &Rc<Page>, app: App, position: usize, part: &'static str) {
    if app.opened.get_untracked().is_none() {
        let entry =
            id(app, position).and_then(|initiative| Some(Entry { mark: history::enter().ok()?, initiative }));
        page.navigation.entry.replace(entry);
    }
    open(page, app, Some(position), Some(part), true);
}

/// Fetches all that the initiative at that position says, which is open.
fn complete(page: &Rc<Page>, app: App, position: usize, part: Option<&'static str>) {
    let Some(id) = id(app, position) else { return };
    app.take_details(None, Stage::Loading);
    let page = page.clone();
    spawn_local(async move {
        let fetched = details::fetch(&page, &id).await;
        // It may have been closed again, or another one be open.
        let is_open = !app.is_gone() && app.opened.get_untracked() == Some(position);
        match fetched {
            Ok(whole) if is_open => {
                // Who has gone on to something else meanwhile is left there.
                let is_here = find(&page.root, ":focus").is_none_or(|it| it.id() == "detail-title");
                live::put(&whole);
                app.take_details(Some(whole), Stage::Ready);
                propose(&page, app, position);
                if let Some(part) = part.filter(|_| is_here) {
                    focus_soon(&page.root, part.to_owned(), true);
                }
            }
            Err(failure) if is_open => app.take_details(None, Stage::Failed(failure)),
            _ => {}
        }
    });
}

/// Tries again to fetch what the initiative that is open says.
pub fn retry(page: &Rc<Page>, app: App) {
    if let Some(position) = app.opened.get_untracked() {
        focus_soon(&page.root, "#detail-title".into(), false);
        complete(page, app, position, Some("#detail-title"));
    }
}

/// Goes back to the list, the way that the browser's own button goes.
pub fn leave(page: &Rc<Page>, app: App) {
    let Navigation { entry, leaving, .. } = &page.navigation;
    // Pressed twice, it does not wait: a second "back" would leave the page.
    let is_back = |entry: &Entry| history::back(&entry.mark);
    if !leaving.get() && entry.borrow().as_ref().is_some_and(is_back) {
        return leaving.set(true);
    }
    entry.take();
    open(page, app, None, None, false);
}

/// The tab has moved within its history.
pub fn travelled(page: &Rc<Page>, app: App) {
    let Navigation { entry, leaving, scrolled, .. } = &page.navigation;
    leaving.set(false);
    let Some(Entry { mark, initiative }) = entry.borrow().clone() else { return };
    if app.opened.get_untracked().is_none() {
        if history::is_at(&mark) {
            let before = scrolled.get();
            open_linked(page, app, Some(&initiative));
            scrolled.set(before);
        }
    } else if history::is_before(&mark) {
        open(page, app, None, None, false);
    }
}

/// Chooses the session that the card speaks of which was pressed, once the form can have it.
fn propose(page: &Page, app: App, position: usize) {
    if page.navigation.proposes.take() {
        app.propose(position);
    }
}

/// Opens an initiative and moves to the part of it that the selector names, or shows the list again. `is_visit`: whether its card was pressed.
fn open(page: &Rc<Page>, app: App, position: Option<usize>, part: Option<&'static str>, is_visit: bool) {
    let window = window();
    let before = app.opened.get_untracked();
    if before.is_none() {
        page.navigation.scrolled.set(window.scroll_y().unwrap_or_default());
    }
    page.navigation.proposes.set(is_visit);
    app.take_details(None, Stage::Ready);
    let is_card = |id: String| page.tiles.borrow().is_card(&id);
    let card = position.filter(|position| id(app, *position).is_some_and(is_card));
    if let Some(position) = position.filter(|_| card.is_none()) {
        propose(page, app, position);
    }
    app.opened.set(position);
    live::follow(page, app);
    match (position, before) {
        (Some(position), _) => {
            if let Some(card) = card {
                complete(page, app, card, part);
            }
            page.emit("open", &[("id", id(app, position).into())]);
            if let Some(part) = part {
                let part = if card.is_none() { part } else { "#detail-title" };
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
