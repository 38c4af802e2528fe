//! One widget: its state, and what happens to it. What is seen of it is in `widget.rs` and the folders of its features.

pub mod criteria;
pub mod draft;
mod history;
pub mod pending;
pub mod place;
pub mod proof;
pub mod search;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use alentour_model::{Catalog, Results};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::clock;
use crate::fetch;
use crate::host::{Config, Host, object};
use crate::json::Parsed;
use crate::locale::{KnownZones, Locale};
use crate::message::Message;
use draft::Drafts;
use search::Search;

#[wasm_bindgen]
extern "C" {
    // `web_sys::window` asks whether it is an `instanceof Window`, a name that MooTools gives to something else.
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: web_sys::Window;
}

/// The page's window.
pub fn window() -> web_sys::Window {
    WINDOW.with(Clone::clone)
}

#[wasm_bindgen(module = "/src/app/show.mjs")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn show(element: &web_sys::HtmlElement) -> Result<(), JsValue>;
    fn focus(element: &web_sys::HtmlElement, scroll: bool);
}

/// How far the widget has come.
#[derive(Clone, Debug)]
pub enum Stage {
    /// The feed is on its way.
    Loading,
    /// There is no feed, and why.
    Failed(FeedError),
    /// There is a feed.
    Ready,
}

/// Why there is no feed.
#[derive(Clone, Debug)]
pub enum FeedError {
    /// No answer.
    Network,
    /// No answer in time.
    Timeout,
    /// An answer that is none: its HTTP status.
    Status(u16),
    /// An answer that is no feed.
    Malformed,
}

/// What of a widget is not reactive.
struct Inner {
    root: web_sys::HtmlElement,
    host: Host,
    drafts: RefCell<Drafts>,
    /// Where the page was scrolled to when an initiative was opened.
    scrolled: Cell<f64>,
    /// The entry of the tab's history for the initiative that was opened last.
    entry: RefCell<Option<Entry>>,
    /// Whether "back" has been asked for and has not come yet.
    leaving: Cell<bool>,
    /// Owns what outlives a view: what has been typed into forms.
    owner: Owner,
    /// The attributes as they were last seen.
    config: RefCell<Config>,
}

/// An entry of the tab's history.
#[derive(Clone)]
struct Entry {
    /// What `history.mjs` knows it by.
    mark: String,
    /// The initiative that is open there.
    initiative: String,
}

/// One widget. Copied freely: everything in it lives as long as the widget is mounted.
#[derive(Clone, Copy)]
pub struct App {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// The language it speaks.
    pub locale: Locale,
    /// How far it has come.
    pub stage: RwSignal<Stage>,
    /// What the feed offers.
    pub catalog: RwSignal<Arc<Catalog>>,
    /// What is looked for.
    pub search: Search,
    /// What was found.
    pub results: Memo<Results>,
    /// The initiative that is looked at, by its position in the catalogue.
    pub opened: RwSignal<Option<usize>>,
}

impl App {
    /// A widget that has not begun to load. Call it within a reactive owner.
    pub fn new(root: web_sys::HtmlElement, host: Host) -> Self {
        let config = host.config();
        let locale = Locale::new(&config.lang(), &host.messages(), clock::Clock::default());
        let catalog = RwSignal::new(Arc::new(Catalog::default()));
        let search = Search::new(&config);
        let results = Memo::new(move |_| catalog.read().search(&search.query(), clock::now()));
        let inner = Inner {
            root,
            config: RefCell::new(config),
            host,
            drafts: RefCell::default(),
            scrolled: Cell::new(0.0),
            entry: RefCell::default(),
            leaving: Cell::new(false),
            owner: Owner::current().unwrap_or_default(),
        };
        let app = Self {
            inner: StoredValue::new_local(Rc::new(inner)),
            locale,
            stage: RwSignal::new(Stage::Loading),
            catalog,
            search,
            results,
            opened: RwSignal::new(None),
        };
        Effect::new(move |_| {
            if !app.catalog.read().is_empty() {
                app.search.forget_unknown(&app.catalog.read());
            }
        });
        Effect::new(move |_| {
            let detail = app.search.detail(&app.results.read());
            if matches!(*app.stage.read(), Stage::Ready) {
                app.emit("search", &detail);
            }
        });
        app
    }

    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value()
    }

    /// A message as it stands.
    pub fn text(self, message: Message) -> &'static str {
        self.locale.text(message)
    }

    /// The loader's side; `None` once the widget is gone.
    pub fn host(self) -> Option<Host> {
        self.inner().map(|inner| inner.host.clone())
    }

    /// An address of the server that takes sign-ups; `None` once the widget is gone.
    pub fn address(self, path: &str) -> Option<String> {
        Some([&self.host()?.config().api(), path].concat())
    }

    /// Does something with the forms that have been opened, under an owner that lives as long as the widget.
    pub fn drafts<T>(self, act: impl FnOnce(&mut Drafts) -> T) -> Option<T> {
        let inner = self.inner()?;
        inner.owner.with(|| inner.drafts.try_borrow_mut().ok().map(|mut drafts| act(&mut drafts)))
    }

    /// Tells the page. Nothing personal goes in here: every script of the page hears it.
    pub fn emit(self, name: &str, detail: &[(&str, JsValue)]) {
        if let Some(host) = self.host() {
            let _ = host.emit(name, &object(detail));
        }
    }

    /// Takes everything down. The owner is inner by what it owns, and would keep all of it.
    pub fn unmount(self) {
        if let Some(inner) = self.inner() {
            inner.owner.cleanup();
        }
    }

    /// Fetches the feed and finds the place that the page asks for, at the same time. What is shown stays until then.
    pub fn load(self, again: bool) {
        let Some(host) = self.host() else { return };
        if !matches!(*self.stage.read_untracked(), Stage::Ready) {
            self.stage.set(Stage::Loading);
        }
        spawn_local(async move {
            let feed = host.feed(again);
            let place = host.config().place();
            // Begun now, awaited later: the place is asked for while the feed is on its way.
            let finding = (!again && !place.is_empty()).then(|| {
                future_to_promise(async move {
                    self.search.place.find(self, place).await;
                    Ok(JsValue::UNDEFINED)
                })
            });
            let read = read_feed(feed).await;
            if let Some(finding) = finding {
                let _ = JsFuture::from(finding).await;
            }
            if self.inner().is_none() {
                return;
            }
            match read {
                Ok(catalog) => {
                    let count = catalog.len() as u32;
                    let opened = self.opened.get_untracked();
                    // What is looked at stays open, wherever it is now.
                    let id =
                        opened.and_then(|opened| Some(self.catalog.read_untracked().get(opened)?.id.clone()));
                    let position = id.and_then(|id| catalog.position(&id));
                    if position != opened {
                        self.opened.set(position);
                    }
                    self.catalog.set(Arc::new(catalog));
                    self.stage.set(Stage::Ready);
                    self.open_linked(host.config().open().as_deref());
                    // Whoever left while a sign-up was being sent is told what became of it. Nothing scrolls, nothing takes the focus.
                    if !again && self.opened.get_untracked().is_none() {
                        let left =
                            pending::first().and_then(|id| self.catalog.read_untracked().position(&id));
                        if left.is_some() {
                            self.open(left, None);
                        }
                    }
                    self.emit("ready", &[("count", count.into())]);
                }
                Err(failure) => {
                    let kind = match failure {
                        FeedError::Network => "network",
                        FeedError::Timeout => "timeout",
                        FeedError::Status(_) => "status",
                        FeedError::Malformed => "malformed",
                    };
                    self.stage.set(Stage::Failed(failure));
                    self.emit("error", &[("kind", kind.into())]);
                }
            }
        });
    }

    /// Tries again, as asked by a button that goes: its focus goes on to what comes instead.
    pub fn retry(self) {
        self.load(true);
        self.focus(".count".into(), false);
        spawn_local(async move {
            while matches!(self.stage.try_read_untracked().as_deref(), Some(Stage::Loading)) {
                fetch::sleep(50).await;
            }
            self.focus(".results button, .results a".into(), false);
        });
    }

    /// The element's attributes have changed.
    pub fn update(self, config: Config) {
        let Some(inner) = self.inner() else { return };
        let before = inner.config.replace(config);
        let config = inner.config.borrow();
        self.search.update(self, &before, &config);
        if config.feed() != before.feed() {
            self.load(false);
        }
        if config.open() != before.open() {
            self.open_linked(config.open().as_deref());
        }
    }

    fn open_linked(self, id: Option<&str>) {
        let position = id.and_then(|id| self.catalog.read_untracked().position(id));
        if position.is_some() && self.opened.get_untracked() != position {
            self.open(position, Some("#detail-title"));
        }
    }

    /// Opens an initiative as the visitor asks, with a way back in the tab's history.
    pub fn visit(self, position: usize, part: &'static str) {
        if let Some(inner) = self.inner().filter(|_| self.opened.get_untracked().is_none()) {
            let id = self.catalog.read_untracked().get(position).map(|initiative| initiative.id.clone());
            let entry = id.and_then(|initiative| Some(Entry { mark: history::enter().ok()?, initiative }));
            inner.entry.replace(entry);
        }
        self.open(Some(position), Some(part));
    }

    /// Goes back to the list, the way that the browser's own button goes.
    pub fn leave(self) {
        let Some(inner) = self.inner() else { return };
        // Pressed twice, it does not wait: a second "back" would leave the page.
        let is_back = |entry: &Entry| history::back(&entry.mark);
        if !inner.leaving.get() && inner.entry.borrow().as_ref().is_some_and(is_back) {
            return inner.leaving.set(true);
        }
        inner.entry.take();
        self.open(None, None);
    }

    /// The tab has moved within its history.
    pub fn travelled(self) {
        let Some(inner) = self.inner() else { return };
        inner.leaving.set(false);
        let Some(Entry { mark, initiative }) = inner.entry.borrow().clone() else { return };
        if self.opened.get_untracked().is_none() {
            if history::is_at(&mark) {
                let scrolled = inner.scrolled.get();
                self.open_linked(Some(&initiative));
                inner.scrolled.set(scrolled);
            }
        } else if history::is_before(&mark) {
            self.open(None, None);
        }
    }

    /// Opens an initiative and moves to the part of it that the selector names, or shows the list again.
    fn open(self, position: Option<usize>, part: Option<&'static str>) {
        let Some(inner) = self.inner() else { return };
        let window = window();
        let before = self.opened.get_untracked();
        if before.is_none() {
            inner.scrolled.set(window.scroll_y().unwrap_or_default());
        }
        self.opened.set(position);
        match (position, before) {
            (Some(position), _) => {
                let id = self.catalog.read_untracked().get(position).map(|initiative| initiative.id.clone());
                self.emit("open", &[("id", id.into())]);
                if let Some(part) = part {
                    self.focus(part.to_owned(), true);
                }
            }
            (None, Some(before)) => {
                let _ = history::forget(&inner.host.config());
                self.focus(format!("#card-{before} a"), false);
                // The list is as it was, and so the page goes back to where it was.
                later(Box::new(move || window.scroll_to_with_x_and_y(0.0, inner.scrolled.get())));
            }
            (None, None) => {}
        }
    }

    /// The first element of the widget that a selector finds.
    pub fn find(self, selector: &str) -> Option<web_sys::HtmlElement> {
        Some(self.inner()?.root.query_selector(selector).ok().flatten()?.unchecked_into())
    }

    /// Shows what the visitor has not asked for and must not miss, and leaves the focus where it is.
    pub fn show(self, selector: &'static str) {
        later(Box::new(move || {
            let _ = self.find(selector).map(|element| show(&element));
        }));
    }

    /// Moves the focus once what has changed is on the page; with `scroll`, to the top of what is seen of it.
    pub fn focus(self, selector: String, scroll: bool) {
        later(Box::new(move || {
            if let Some(element) = self.find(&selector) {
                focus(&element, scroll);
            }
        }));
    }
}

/// Does something once what has changed is on the page: effects run in microtasks, all of them before the next task.
fn later(act: Box<dyn FnOnce()>) {
    spawn_local(async move {
        fetch::sleep(0).await;
        act();
    });
}

async fn read_feed(feed: Result<js_sys::Promise, JsValue>) -> Result<Catalog, FeedError> {
    let promise = feed.map_err(|error| failure(&error))?;
    let document = JsFuture::from(promise).await.map_err(|error| failure(&error))?;
    let feed = read_document(&Parsed::from(document), &KnownZones, &mut Unnoted);
    Ok(Catalog::new(feed.map_err(|_| FeedError::Malformed)?.initiatives))
}

/// What the loader rejects with: `{ kind, status }`.
fn failure(error: &JsValue) -> FeedError {
    let get = |name: &str| js_sys::Reflect::get(error, &name.into()).ok();
    let status = get("status").and_then(|status| status.as_f64());
    match (get("kind").and_then(|kind| kind.as_string()).as_deref(), status) {
        (Some("timeout"), _) => FeedError::Timeout,
        (Some("status"), Some(status)) => FeedError::Status(status as u16),
        _ => FeedError::Network,
    }
}
