//! Where: a town or postcode that completes itself, or the visitor's position.

use std::cell::RefCell;
use std::rc::Rc;

use alentour_model::Point;
use alentour_model::gazetteer::{Index, Locality, complete, resolve};
use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;

use crate::app::App;
use crate::fetch;
use crate::message::Message;

/// Places that are proposed at once.
const PROPOSED: usize = 8;

/// A place that has been chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// As it is shown.
    pub label: String,
    /// Where it is.
    pub point: Point,
}

/// The state of the place's field.
#[derive(Clone, Copy)]
pub struct PlaceState {
    /// What stands in the field.
    pub typed: RwSignal<String>,
    /// Around where is searched.
    pub chosen: RwSignal<Option<Chosen>>,
    /// What went wrong, or is going on.
    pub note: RwSignal<Option<String>>,
    /// What the page or the visitor last asked for; an answer to something older comes too late.
    pub sought: StoredValue<String>,
    proposals: RwSignal<Vec<Locality>>,
    /// Position of the proposal that the arrow keys have reached.
    active: RwSignal<Option<usize>>,
}

thread_local! {
    /// Files of the gazetteer that have been fetched: some kilobytes each, a handful in a visit.
    static FILES: RefCell<Vec<(String, Rc<str>)>> = const { RefCell::new(Vec::new()) };
}

/// A file of the gazetteer; `None` if it cannot be had.
async fn file(app: App, name: &str) -> Option<Rc<str>> {
    let address = app.host(|host| host.gazetteer())? + COUNTRY + name;
    if let Some(text) = FILES.with_borrow(|files| {
        files.iter().find(|(known, _)| *known == address).map(|(_, text)| Rc::clone(text))
    }) {
        return Some(text);
    }
    let answer = fetch::send(Request::get(&address), None).await.filter(|answer| answer.status == 200)?;
    let text: Rc<str> = answer.text.into();
    FILES.with_borrow_mut(|files| files.push((address, Rc::clone(&text))));
    Some(text)
}

/// The country whose places are completed.
const COUNTRY: &str = "fr/";

/// The shard that knows what has been typed: none where nothing begins like it, an error where it cannot be had.
async fn shard(app: App, typed: &str) -> Result<Option<Rc<str>>, ()> {
    let index = file(app, "index.txt").await.ok_or(())?;
    match Index::parse(&index).shard_for(typed) {
        Some(name) => file(app, &name).await.map(Some).ok_or(()),
        None => Ok(None),
    }
}

/// `latitude,longitude`, as a page may give it.
fn coordinates(text: &str) -> Option<Point> {
    let (latitude, longitude) = text.split_once(',')?;
    Point::new(latitude.trim().parse().ok()?, longitude.trim().parse().ok()?)
}

impl PlaceState {
    /// No place. Call it within a reactive owner.
    pub fn new() -> Self {
        Self {
            typed: RwSignal::new(String::new()),
            chosen: RwSignal::new(None),
            note: RwSignal::new(None),
            sought: StoredValue::new(String::new()),
            proposals: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
        }
    }

    /// Finds what a page or a visitor names, and takes it.
    pub async fn find(self, app: App, text: String) {
        if self.sought.try_set_value(text.clone()).is_some() {
            return;
        }
        self.close();
        if text.trim().is_empty() {
            self.note.set(None);
            self.chosen.set(None);
            self.typed.set(text);
            return;
        }
        if let Some(point) = coordinates(&text) {
            let label = app.text(Message::AroundMeHere).to_owned();
            self.take(Chosen { label, point });
            return;
        }
        let shard = shard(app, &text).await;
        if self.sought.try_get_value().as_ref() != Some(&text) {
            return;
        }
        match shard {
            Ok(shard) => {
                let whole = shard.as_ref().and_then(|shard| resolve(shard, &text));
                let found = whole.or_else(|| shard.and_then(|shard| complete(&shard, &text, 1).pop()));
                match found {
                    Some(locality) => self.choose(&locality),
                    None => {
                        self.chosen.set(None);
                        self.note.set(Some(app.locale.say(Message::PlaceUnknown, &[("text", text.trim())])));
                        self.typed.set(text);
                    }
                }
            }
            Err(()) => {
                self.note.set(Some(app.text(Message::PlaceOffline).to_owned()));
                self.typed.set(text);
            }
        }
    }

    fn choose(self, locality: &Locality) {
        self.take(Chosen { label: locality.label(), point: locality.point });
    }

    fn take(self, chosen: Chosen) {
        self.close();
        self.note.set(None);
        self.sought.set_value(chosen.label.clone());
        self.typed.set(chosen.label.clone());
        self.chosen.set(Some(chosen));
    }

    fn close(self) {
        self.proposals.set(Vec::new());
        self.active.set(None);
    }

    /// Proposes places for what has been typed so far.
    fn propose(self, app: App, text: String) {
        self.typed.set(text.clone());
        self.sought.set_value(text.clone());
        self.note.set(None);
        if text.trim().is_empty() {
            self.close();
            self.chosen.set(None);
            return;
        }
        spawn_local(async move {
            let shard = shard(app, &text).await;
            if self.sought.try_get_value().as_ref() != Some(&text) {
                return;
            }
            match shard {
                Ok(shard) => self
                    .proposals
                    .set(shard.map(|shard| complete(&shard, &text, PROPOSED)).unwrap_or_default()),
                Err(()) => self.note.set(Some(app.text(Message::PlaceOffline).to_owned())),
            }
            self.active.set(None);
        });
    }

    /// Takes the proposal that the keys have reached, or what stands in the field.
    fn accept(self, app: App) {
        let reached = self
            .active
            .get_untracked()
            .and_then(|active| self.proposals.read_untracked().get(active).cloned());
        match reached {
            Some(locality) => self.choose(&locality),
            None => {
                let typed = self.typed.get_untracked();
                if self.chosen.read_untracked().as_ref().is_none_or(|chosen| chosen.label != typed) {
                    spawn_local(self.find(app, typed));
                }
            }
        }
    }

    fn key(self, app: App, event: &web_sys::KeyboardEvent) {
        let count = self.proposals.read_untracked().len();
        let step = |forward: bool| {
            let next = match (self.active.get_untracked(), forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(active), true) => (active + 1) % count,
                (Some(active), false) => (active + count - 1) % count,
            };
            self.active.set(Some(next));
        };
        match event.key().as_str() {
            "ArrowDown" if count > 0 => step(true),
            "ArrowUp" if count > 0 => step(false),
            "Enter" => self.accept(app),
            "Escape" if count > 0 => self.close(),
            _ => return,
        }
        event.prevent_default();
    }

    /// Asks the browser where the visitor is. Only the button does this.
    fn locate(self, app: App) {
        self.close();
        self.note.set(Some(app.text(Message::Locating).to_owned()));
        self.sought.set_value(LOCATING.to_owned());
        let found = Closure::once_into_js(move |position: JsValue| {
            if self.sought.try_get_value().as_deref() != Some(LOCATING) {
                return;
            }
            let coordinates = js_sys::Reflect::get(&position, &"coords".into()).unwrap_or_default();
            let get = |name: &str| js_sys::Reflect::get(&coordinates, &name.into()).ok()?.as_f64();
            let point = get("latitude")
                .zip(get("longitude"))
                .and_then(|(latitude, longitude)| Point::new(latitude, longitude));
            match point {
                Some(point) => self.take(Chosen { label: app.text(Message::AroundMeHere).to_owned(), point }),
                None => self.note.set(Some(app.text(Message::LocationFailed).to_owned())),
            }
        });
        let failed = Closure::once_into_js(move |error: JsValue| {
            if self.sought.try_get_value().as_deref() != Some(LOCATING) {
                return;
            }
            // 1 is PERMISSION_DENIED (W3C Geolocation, section 8).
            let code = js_sys::Reflect::get(&error, &"code".into()).ok().and_then(|code| code.as_f64());
            let message = if code == Some(1.0) { Message::LocationRefused } else { Message::LocationFailed };
            self.note.set(Some(app.text(message).to_owned()));
        });
        // Ten seconds, and a position of the last five minutes will do: it is towns that are looked for.
        let options = js_sys::JSON::parse(r#"{"timeout":10000,"maximumAge":300000}"#).unwrap_or_default();
        let asked = web_sys::window()
            .map(|window| window.navigator())
            .and_then(|navigator| js_sys::Reflect::get(&navigator, &"geolocation".into()).ok())
            .and_then(|geolocation| {
                let ask: js_sys::Function =
                    js_sys::Reflect::get(&geolocation, &"getCurrentPosition".into()).ok()?.dyn_into().ok()?;
                ask.call3(&geolocation, &found, &failed, &options).ok()
            });
        // Pages without https have no geolocation at all.
        if asked.is_none() {
            self.note.set(Some(app.text(Message::LocationFailed).to_owned()));
        }
    }
}

/// What is sought while the browser is asked for the position; nobody types it.
const LOCATING: &str = "\u{0}";

/// "Ville ou code postal", with its proposals, and "Autour de moi".
#[component]
pub fn PlaceField(app: App) -> impl IntoView {
    let place = app.search.place;
    let is_open = move || !place.proposals.read().is_empty();
    let options = move || {
        let active = place.active.get();
        let proposals = place.proposals.get();
        let option = |(position, locality): (usize, Locality)| {
            view! {
                <li
                    id=format!("place-{position}")
                    role="option"
                    aria-selected=(active == Some(position)).to_string()
                    // Not `click`: the field loses its focus first, and with it its proposals.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        place.choose(&locality);
                    }
                >
                    {locality.label()}
                </li>
            }
        };
        proposals.into_iter().enumerate().map(option).collect::<Vec<_>>()
    };
    view! {
        <div class="field place">
            <label for="place">{app.text(Message::Place)}</label>
            <div class="combo">
                <input
                    id="place"
                    part="field"
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    aria-autocomplete="list"
                    aria-controls="places"
                    aria-expanded=move || is_open().to_string()
                    aria-activedescendant=move || place.active.get().map(|active| format!("place-{active}"))
                    aria-describedby="place-note"
                    placeholder=app.text(Message::PlaceExample)
                    prop:value=place.typed
                    on:input=move |event| place.propose(app, event_target_value(&event))
                    on:keydown=move |event| place.key(app, &event)
                    on:blur=move |_| {
                        place.close();
                        place.accept(app);
                    }
                />
                <ul id="places" role="listbox" aria-label=app.text(Message::Place) hidden=move || !is_open()>
                    {options}
                </ul>
            </div>
            <button class="here" type="button" on:click=move |_| place.locate(app)>
                <svg viewBox="0 0 24 24" aria-hidden="true">
                    <path d="M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z"></path>
                </svg>
                {app.text(Message::AroundMe)}
            </button>
            <p id="place-note" class="note" role="status">
                {move || {
                    let count = place.proposals.read().len();
                    let proposed = (count > 0).then(|| app.locale.count(Message::PlaceChoices, count, &[]));
                    // Said, not shown: eyes see the list itself.
                    match place.note.get() {
                        Some(note) => view! { <span>{note}</span> }.into_any(),
                        None => view! { <span class="unseen">{proposed}</span> }.into_any(),
                    }
                }}
            </p>
        </div>
    }
    .into_any()
}
