//! The widget in a browser: mounted by the loader (`embed/`), with all that the views ask of a browser.

mod address;
mod copy;
mod details;
mod feed;
mod fetch;
mod focus;
mod form;
mod found;
mod gazetteer;
mod history;
mod host;
mod json;
mod live;
mod navigation;
mod pending;
mod proof;
mod sending;
mod tiles;
mod words;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;

use crate::app::{App, Browser, Stage};
use crate::clock::Clock;
use crate::dom::Listener;
use crate::locale::Locale;
use crate::widget::Widget;
use focus::{DRAWN, after, find, focus_soon};
use gazetteer::Who;
use host::{Host, HostConfig, SearchRequest, object};
use navigation::Navigation;
use proof::Proofs;
use tiles::Tiles;

#[wasm_bindgen]
extern "C" {
    // `web_sys::window` asks whether it is an `instanceof Window`, a name that MooTools gives to something else.
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: web_sys::Window;
}

/// The page's window.
fn window() -> web_sys::Window {
    WINDOW.with(Clone::clone)
}

/// One widget's place in a page.
struct Page {
    root: web_sys::HtmlElement,
    host: Host,
    navigation: Navigation,
    proofs: Proofs,
    tiles: RefCell<Tiles>,
    /// What tells of answers that say what has changed.
    ticker: JsValue,
    /// Whether the code of forms is there or under way.
    has_form: Cell<bool>,
}

impl Page {
    /// Whether the feed is that of the server which the widget comes from, and which takes its sign-ups.
    fn is_own(&self, app: App) -> bool {
        app.config(|config| config.feed.strip_prefix(&self.host.base()) == Some("feed.json"))
    }

    /// Tells the page. Nothing personal goes in here: every script of the page hears it.
    fn emit(&self, name: &str, detail: &[(&str, JsValue)]) {
        let _ = self.host.emit(name, &object(detail));
    }
}

impl Browser for Rc<Page> {
    fn visit(&self, app: App, position: usize, part: &'static str) {
        navigation::visit(self, app, position, part);
    }

    fn leave(&self, app: App) {
        // What is alone has no list to go back to.
        if !app.config(|config| config.is_only) {
            navigation::leave(self, app);
        }
    }

    fn retry(&self, app: App) {
        feed::retry(self.clone(), app);
    }

    fn fetch_rest(&self, app: App) {
        feed::load_more(self.clone(), app);
        found::look_again(self, app, true);
    }

    fn retry_details(&self, app: App) {
        navigation::retry(self, app);
    }

    fn focus(&self, selector: String, scroll: bool) {
        focus_soon(&self.root, selector, scroll);
    }

    fn select_place(&self) {
        if let Some(field) = find(&self.root, "#place") {
            focus::select(&field);
        }
    }

    fn put_keyboard_away(&self) {
        if let Some(field) = find(&self.root, "#place")
            && focus::has_touch_keyboard()
        {
            let _ = field.blur();
        }
    }

    fn find_place(&self, app: App, name: String, is_typed: bool) {
        let who = if is_typed { Who::Visitor } else { Who::Page };
        spawn_local(gazetteer::find(app, self.host.clone(), name, who));
    }

    fn suggest_places(&self, app: App, typed: String) {
        // At once: Enter may come before the search has begun.
        if app.search.place.type_in(&typed) {
            spawn_local(gazetteer::find(app, self.host.clone(), typed, Who::Typing));
        }
    }

    fn learn_words(&self, app: App) {
        words::learn(self.clone(), app);
    }

    fn locate(&self, app: App) {
        gazetteer::locate(app);
    }

    fn copy_link(&self, event: &web_sys::Event, said: &'static str) {
        let _ = copy::copy(event, said);
    }

    fn see(&self, app: App, id: &str) {
        live::see(self, app, id);
    }

    fn fetch_form(&self, app: App) {
        form::fetch(self, app);
    }

    fn offer_alert(&self, app: App) {
        if self.is_own(app) {
            form::fetch(self, app);
        }
    }
}

/// A widget on the page. `unmount` and then `free` it; dropping it does both.
#[wasm_bindgen]
pub struct Handle {
    app: App,
    page: Rc<Page>,
    unmount: Option<Box<dyn FnOnce()>>,
}

/// Mounts the widget into a `<div>` inside the element's shadow root.
#[wasm_bindgen]
pub fn mount(root: web_sys::HtmlElement, host: Host) -> Option<Handle> {
    let (navigation, proofs, tiles, has_form) = Default::default();
    let ticker = live::ticker(&host);
    let page = Rc::new(Page { root: root.clone(), host, navigation, proofs, tiles, ticker, has_form });
    let made = Rc::new(Cell::new(None));
    let (slot, owned) = (Rc::clone(&made), page.clone());
    let handle = mount_to(root, move || {
        let config = owned.host.config();
        let locale = Locale::new(&config.lang(), &owned.host.messages(), Clock::default());
        let app = App::new(locale, config.read(), Some(Rc::new(owned.clone())));
        slot.set(Some(app));
        let looker = owned.clone();
        Effect::new(move |_| {
            let found = app.results.read();
            let detail = host::search_event(app.search, &found);
            if matches!(*app.stage.read(), Stage::Ready) {
                owned.emit("search", &detail);
            }
            after(DRAWN, Box::new(move || _ = app.listed.try_set(None)));
        });
        Effect::new(move |_| feed::follow(&looker, app, &app.search.query()));
        view! { <Widget app/> }
    });
    let app = made.take()?;
    let travelling = page.clone();
    let travelled = Listener::new(
        window().into(),
        "popstate",
        Box::new(move |_| navigation::travelled(&travelling, app)),
    );
    // Who comes back to a page of yesterday's is not told "tomorrow" of what is today.
    let day = Cell::new(app.locale.clock.now().today);
    let awoken = Listener::new(
        window().into(),
        "visibilitychange",
        Box::new(move |_| {
            let today = app.locale.clock.now().today;
            if day.replace(today) != today {
                app.catalog.notify();
            }
        }),
    );
    let counting = live::listen(&page, app);
    let ahead = ["pointerover", "focusin"].map(|event| form::ahead(&page, app, event));
    feed::load(page.clone(), app, false);
    let unmount = move || {
        drop((travelled, awoken, counting, ahead));
        app.unmount();
        drop(handle);
    };
    Some(Handle { app, page, unmount: Some(Box::new(unmount)) })
}

#[wasm_bindgen]
impl Handle {
    /// The element's attributes have changed.
    pub fn update(&self, config: HostConfig) {
        let config = config.read();
        let Some(before) = self.app.configure(config.clone()) else { return };
        self.app.search.update(self.app, &before, &config);
        if config.feed != before.feed {
            feed::load(self.page.clone(), self.app, false);
        }
        if config.open != before.open {
            navigation::open_linked(&self.page, self.app, config.open.as_deref());
        }
        if config.shown != before.shown {
            navigation::open_shown(&self.page, self.app);
        }
    }

    /// The page asks for something else: the element's `search()`.
    pub fn search(&self, request: &SearchRequest) {
        self.app.search.apply(self.app, request.read());
    }

    /// Fetches the feed again.
    pub fn refresh(&self) {
        feed::load(self.page.clone(), self.app, true);
    }

    /// Takes the widget off the page and stops what it has under way.
    pub fn unmount(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.unmount();
    }
}
