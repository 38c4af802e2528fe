//! One widget: its state, and which of its faces is seen.

use std::sync::Arc;

use alentour_model::{Catalog, Results};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::clock;
use crate::host::{Config, Host, detail};
use crate::initiative::detail::Detail;
use crate::locale::{BrowserZones, Locale};
use crate::message::Message;
use crate::search::{Search, SearchForm, results::ResultList};
use crate::signup::draft::Drafts;

/// How far the widget has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The feed is on its way.
    Loading,
    /// There is no feed, and why.
    Failed(Failure),
    /// There is a feed.
    Ready,
}

/// Why there is no feed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// No answer.
    Network,
    /// No answer in time.
    Timeout,
    /// An answer that is none: its HTTP status.
    Status(u16),
    /// An answer that is no feed.
    Malformed,
}

/// One widget. Copied freely: everything in it lives as long as the widget is mounted.
#[derive(Clone, Copy)]
pub struct App {
    root: StoredValue<web_sys::HtmlElement, LocalStorage>,
    host: StoredValue<Host, LocalStorage>,
    /// The language it speaks.
    pub locale: Locale,
    /// How far it has come.
    pub phase: RwSignal<Phase>,
    /// What the feed offers.
    pub catalog: RwSignal<Arc<Catalog>>,
    /// What is looked for.
    pub search: Search,
    /// What was found.
    pub results: Memo<Results>,
    /// The initiative that is looked at, by its position in the catalogue.
    pub opened: RwSignal<Option<usize>>,
    /// What has been typed into forms.
    pub drafts: StoredValue<Drafts>,
    /// Where the page was scrolled to when an initiative was opened.
    scrolled: StoredValue<f64>,
    /// Owns what outlives a view: what has been typed into forms.
    owner: StoredValue<Owner>,
}

impl App {
    /// A widget that has not begun to load. Call it within a reactive owner.
    pub fn new(root: web_sys::HtmlElement, host: Host) -> Self {
        let config = host.config();
        let locale = Locale::new(&config.lang(), &host.messages());
        let catalog = RwSignal::new(Arc::new(Catalog::default()));
        let search = Search::new(&config);
        let results = Memo::new(move |_| catalog.read().search(&search.query(), clock::now()));
        let app = Self {
            root: StoredValue::new_local(root),
            host: StoredValue::new_local(host),
            locale,
            phase: RwSignal::new(Phase::Loading),
            catalog,
            search,
            results,
            opened: RwSignal::new(None),
            drafts: StoredValue::new(Drafts::default()),
            scrolled: StoredValue::new(0.0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        Effect::new(move |_| {
            if app.phase.get() == Phase::Ready {
                let detail = app.search.detail(&app.results.read());
                app.emit("search", &detail);
            }
        });
        app
    }

    /// The owner that lives as long as the widget.
    pub fn owner(self) -> Owner {
        self.owner.try_get_value().unwrap_or_default()
    }

    /// A message as it stands.
    pub fn text(self, message: Message) -> &'static str {
        self.locale.text(message)
    }

    /// Reads something of the loader's; `None` once the widget is gone.
    pub fn host<T>(self, read: impl FnOnce(&Host) -> T) -> Option<T> {
        self.host.try_with_value(read)
    }

    /// Tells the page. Nothing personal goes in here: every script of the page hears it.
    pub fn emit(self, name: &str, json: &serde_json::Value) {
        let _ = self.host(|host| host.emit(name, &detail(json)));
    }

    /// Fetches the feed and finds the place that the page asks for, at the same time.
    pub fn load(self, again: bool) {
        let Some(host) = self.host(Clone::clone) else { return };
        if self.phase.try_set(Phase::Loading).is_some() {
            return;
        }
        let place = host.config().place();
        let wants_place = !again && !place.is_empty();
        let finding = wants_place.then(|| self.search.place.find(self, place));
        spawn_local(async move {
            let outcome = fetch_feed(&host, again).await;
            if let Some(finding) = finding {
                finding.await;
            }
            match outcome {
                Ok(catalog) => {
                    let count = catalog.len();
                    if self.catalog.try_set(Arc::new(catalog)).is_some() {
                        return;
                    }
                    self.opened.set(None);
                    self.phase.set(Phase::Ready);
                    self.open_linked(&host.config().open());
                    self.emit("ready", &json!({ "count": count }));
                }
                Err(failure) => {
                    let _ = self.phase.try_set(Phase::Failed(failure.clone()));
                    let kind = match failure {
                        Failure::Network => "network",
                        Failure::Timeout => "timeout",
                        Failure::Status(_) => "status",
                        Failure::Malformed => "malformed",
                    };
                    self.emit("error", &json!({ "kind": kind }));
                }
            }
        });
    }

    /// The element's attributes have changed.
    pub fn update(self, config: &Config) {
        self.search.update(self, config);
        self.open_linked(&config.open());
    }

    fn open_linked(self, id: &str) {
        let position = if id.is_empty() { None } else { self.catalog.read_untracked().position(id) };
        if position.is_some() && self.opened.get_untracked() != position {
            self.open(position, "#detail-title");
        }
    }

    /// Opens an initiative and moves to the part of it that the selector names, or goes back to the list.
    pub fn open(self, position: Option<usize>, part: &'static str) {
        let window = web_sys::window();
        let before = self.opened.get_untracked();
        if before.is_none() {
            self.scrolled
                .set_value(window.as_ref().and_then(|window| window.scroll_y().ok()).unwrap_or_default());
        }
        // Where the list is hidden behind the opened initiative, the page goes back to where it was.
        let covered = self.find(".results").is_some_and(|list| list.offset_height() == 0);
        self.opened.set(position);
        match position {
            Some(position) => {
                let id = self.catalog.read_untracked().get(position).map(|initiative| initiative.id.clone());
                self.emit("open", &json!({ "id": id }));
                self.focus(part.to_owned(), true);
            }
            None => {
                if let Some(position) = before {
                    self.focus(format!("#card-{position} a"), false);
                }
                if let (true, Some(window)) = (covered, window) {
                    let top = self.scrolled.get_value();
                    request_animation_frame(move || window.scroll_to_with_x_and_y(0.0, top));
                }
            }
        }
    }

    /// The first element of the widget that a selector finds.
    pub fn find(self, selector: &str) -> Option<web_sys::HtmlElement> {
        let found = self.root.try_with_value(|root| root.query_selector(selector).ok().flatten())??;
        found.dyn_into().ok()
    }

    /// Moves the focus once what has changed is on the page.
    pub fn focus(self, selector: String, scroll: bool) {
        request_animation_frame(move || {
            if let Some(element) = self.find(&selector) {
                let options = web_sys::FocusOptions::new();
                options.set_prevent_scroll(true);
                let _ = element.focus_with_options(&options);
                if scroll {
                    let options = web_sys::ScrollIntoViewOptions::new();
                    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                    element.scroll_into_view_with_scroll_into_view_options(&options);
                }
            }
        });
    }
}

async fn fetch_feed(host: &Host, again: bool) -> Result<Catalog, Failure> {
    let promise = host.feed(again).map_err(|error| failure(&error))?;
    let text = JsFuture::from(promise).await.map_err(|error| failure(&error))?;
    let text = text.as_string().ok_or(Failure::Malformed)?;
    let (feed, _) = alentour_model::read::read(&text, &BrowserZones).map_err(|_| Failure::Malformed)?;
    Ok(Catalog::new(feed.initiatives))
}

/// What the loader rejects with: `{ kind, status }`.
fn failure(error: &JsValue) -> Failure {
    let get = |name: &str| js_sys::Reflect::get(error, &name.into()).ok();
    let status = get("status").and_then(|status| status.as_f64());
    match (get("kind").and_then(|kind| kind.as_string()).as_deref(), status) {
        (Some("timeout"), _) => Failure::Timeout,
        (Some("status"), Some(status)) => Failure::Status(status as u16),
        _ => Failure::Network,
    }
}

/// The widget.
pub fn view(app: App) -> AnyView {
    let body = move || match app.phase.get() {
        Phase::Loading => skeleton(app),
        Phase::Failed(failure) => failed(app, &failure),
        Phase::Ready => view! { <ResultList app/> }.into_any(),
    };
    view! {
        <section class="app" class:opened=move || app.opened.read().is_some() aria-label=app.text(Message::Search)>
            <SearchForm app/>
            <div class="columns">
                <div class="results">{body}</div>
                {move || {
                    let position = app.opened.get()?;
                    Some(view! { <Detail app position/> })
                }}
            </div>
        </section>
    }
    .into_any()
}

fn skeleton(app: App) -> AnyView {
    let cards = (0..6).map(|_| view! { <li class="card bone"></li> }).collect_view();
    view! {
        <p class="count" role="status">{app.text(Message::Loading)}</p>
        <ul class="cards" aria-hidden="true">{cards}</ul>
    }
    .into_any()
}

fn failed(app: App, failure: &Failure) -> AnyView {
    let why = match failure {
        Failure::Network => app.text(Message::FailedNetwork).to_owned(),
        Failure::Timeout => app.text(Message::FailedTimeout).to_owned(),
        Failure::Malformed => app.text(Message::FailedMalformed).to_owned(),
        Failure::Status(status) => app.locale.say(Message::FailedStatus, &[("status", &status.to_string())]),
    };
    view! {
        <div class="notice" part="notice" role="alert">
            <h2>{app.text(Message::Failed)}</h2>
            <p>{why}</p>
            <button class="action" part="action" type="button" on:click=move |_| app.load(true)>
                {app.text(Message::Retry)}
            </button>
        </div>
    }
    .into_any()
}
