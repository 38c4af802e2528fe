//! Where: a town or postcode that completes itself, or the visitor's position.

use alentour_model::Point;
use alentour_model::gazetteer::{Index, Locality, complete, resolve};
use alentour_model::json::Json;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::Criteria;
use crate::app::{App, button};
use crate::dom::{El, classed, drawing, el, value};
use crate::json::Parsed;
use crate::message::Message;

/// Places that are suggested at once.
const SUGGESTED: usize = 8;

/// A place that has been chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenPlace {
    /// As it is shown.
    pub label: String,
    /// Where it is.
    pub point: Point,
}

/// The field that the place is typed into.
#[derive(Clone, Default)]
struct Field {
    typed: String,
    /// What went wrong, or is going on.
    note: String,
    suggestions: Vec<Locality>,
    /// Position of the suggestion that the arrow keys have reached.
    active: Option<usize>,
    /// What the page or the visitor last asked for; an answer to something older comes too late.
    sought: Option<Sought>,
}

/// What a place is looked for by.
#[derive(Clone, Debug, PartialEq)]
enum Sought {
    /// A name, a postcode or coordinates, as typed.
    Named(String),
    /// The visitor's position.
    Position,
}

/// The state of the place's field, and of the place that the search is around.
#[derive(Clone, Copy)]
pub struct PlaceState {
    field: RwSignal<Field>,
    criteria: RwSignal<Criteria>,
}

/// A file of the gazetteer; `None` if it cannot be had.
async fn file(app: App, name: &str) -> Option<String> {
    let host = app.host()?;
    let promise = host.text(&[&host.gazetteer(), COUNTRY, name].concat()).ok()?;
    JsFuture::from(promise).await.ok()?.as_string()
}

/// The country whose places are completed.
const COUNTRY: &str = "fr/";

/// The shard that knows what has been typed: none where nothing begins like it, an error where it cannot be had.
async fn shard(app: App, typed: &str) -> Result<Option<String>, ()> {
    let index = file(app, "index.txt").await.ok_or(())?;
    match Index::parse(&index).shard_for(typed) {
        Some(name) => file(app, &name).await.map(Some).ok_or(()),
        None => Ok(None),
    }
}

/// `latitude,longitude`, as a page may give it.
fn coordinates(text: &str) -> Option<Point> {
    let (latitude, longitude) = text.split_once(',')?;
    // Text of JSON's kind of number, which spares a parser of numbers: its tables alone are 10 KB.
    let degrees = |text: &str| Parsed::parse(text.trim())?.number();
    Point::new(degrees(latitude)?, degrees(longitude)?)
}

impl PlaceState {
    /// No place. Call it within a reactive owner.
    pub fn new(criteria: RwSignal<Criteria>) -> Self {
        Self { field: RwSignal::new(Field::default()), criteria }
    }

    /// Whether that is what was asked for last. Never, once the widget is gone.
    pub fn is_sought(self, text: &str) -> bool {
        let is_it = |sought: &Sought| matches!(sought, Sought::Named(named) if named == text);
        self.field.try_read_untracked().is_some_and(|field| field.sought.as_ref().is_some_and(is_it))
    }

    /// Whether the visitor's position is what was asked for last.
    fn is_position_sought(self) -> bool {
        self.field.try_read_untracked().is_some_and(|field| field.sought == Some(Sought::Position))
    }

    /// Asks for something: what was asked for before is no longer waited for.
    fn seek_only(self, sought: Sought, note: &str) {
        if let Some(mut field) = self.field.try_write() {
            field.sought = Some(sought);
            field.suggestions.clear();
            field.active = None;
            field.note = note.to_owned();
        }
    }

    fn note(self, note: &str) {
        note.clone_into(&mut self.field.write().note);
    }

    /// Finds what a page or a visitor names, and takes it.
    pub async fn find(self, app: App, text: String) {
        self.seek_only(Sought::Named(text.clone()), "");
        if text.trim().is_empty() {
            self.field.write().typed = text;
            self.criteria.write().around = None;
            return;
        }
        if let Some(point) = coordinates(&text) {
            self.take(text, point);
            return;
        }
        let shard = shard(app, &text).await;
        if !self.is_sought(&text) {
            return;
        }
        let Ok(shard) = shard else {
            self.note(app.text(Message::PlaceOffline));
            self.field.write().typed = text;
            return;
        };
        let shard = shard.as_deref().unwrap_or_default();
        match resolve(shard, &text).or_else(|| complete(shard, &text, 1).pop()) {
            Some(locality) => self.take(locality.label(), locality.point),
            None => {
                self.note(&app.locale.say(Message::PlaceUnknown, &[("text", text.trim())]));
                self.field.write().typed = text;
            }
        }
    }

    fn take(self, label: String, point: Point) {
        self.seek_only(Sought::Named(label.clone()), "");
        self.field.write().typed = label.clone();
        self.criteria.write().around = Some(ChosenPlace { label, point });
    }

    /// Suggests places for what has been typed so far.
    fn suggest(self, app: App, text: String) {
        self.seek_only(Sought::Named(text.clone()), "");
        self.field.write().typed = text.clone();
        if text.trim().is_empty() {
            self.criteria.write().around = None;
            return;
        }
        spawn_local(async move {
            let shard = shard(app, &text).await;
            if !self.is_sought(&text) {
                return;
            }
            match shard {
                Ok(shard) => {
                    self.field.write().suggestions =
                        complete(shard.as_deref().unwrap_or_default(), &text, SUGGESTED)
                }
                Err(()) => self.note(app.text(Message::PlaceOffline)),
            }
        });
    }

    /// Takes the suggestion that the keys have reached, or what stands in the field.
    fn accept(self, app: App) {
        let (reached, typed) = {
            let field = self.field.read_untracked();
            (field.active.and_then(|active| field.suggestions.get(active).cloned()), field.typed.clone())
        };
        match reached {
            Some(locality) => self.take(locality.label(), locality.point),
            None => {
                let around =
                    self.criteria.read_untracked().around.as_ref().map(|around| around.label.clone());
                if around.unwrap_or_default() != typed {
                    spawn_local(self.find(app, typed));
                }
            }
        }
    }

    fn key(self, app: App, event: &web_sys::Event) {
        let key: &web_sys::KeyboardEvent = event.unchecked_ref();
        let count = self.field.read_untracked().suggestions.len();
        let step = |forward: bool| {
            let mut field = self.field.write();
            field.active = Some(match (field.active, forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(active), true) => (active + 1) % count,
                (Some(active), false) => (active + count - 1) % count,
            });
        };
        match key.key().as_str() {
            "ArrowDown" if count > 0 => step(true),
            "ArrowUp" if count > 0 => step(false),
            "Enter" => {
                self.accept(app);
                put_keyboard_away(app);
            }
            "Escape" if count > 0 => self.field.write().suggestions.clear(),
            _ => return,
        }
        event.prevent_default();
    }

    /// Asks the browser where the visitor is. Only the button does this.
    fn locate(self, app: App) {
        self.seek_only(Sought::Position, app.text(Message::Locating));
        let found = Closure::once_into_js(move |position: JsValue| {
            let coordinates = get(&position, "coords");
            let number = |name| get(&coordinates, name).as_f64();
            let point = number("latitude")
                .zip(number("longitude"))
                .and_then(|(latitude, longitude)| Point::new(latitude, longitude));
            if self.is_position_sought() {
                match point {
                    Some(point) => self.take(app.text(Message::AroundMeHere).to_owned(), point),
                    None => self.note(app.text(Message::LocationFailed)),
                }
            }
        });
        let failed = Closure::once_into_js(move |error: JsValue| {
            // 1 is PERMISSION_DENIED (W3C Geolocation, section 8).
            let refused = get(&error, "code").as_f64() == Some(1.0);
            if self.is_position_sought() {
                self.note(app.text(if refused { Message::LocationRefused } else { Message::LocationFailed }));
            }
        });
        // Ten seconds, and a position of the last five minutes will do: it is towns that are looked for.
        let options = js_sys::JSON::parse(r#"{"timeout":10000,"maximumAge":300000}"#).unwrap_or_default();
        let geolocation = get(&get(&js_sys::global(), "navigator"), "geolocation");
        let ask = get(&geolocation, "getCurrentPosition").dyn_into::<js_sys::Function>();
        // Pages without https have no geolocation at all.
        if ask.and_then(|ask| ask.call3(&geolocation, &found, &failed, &options)).is_err() {
            self.note(app.text(Message::LocationFailed));
        }
    }
}

/// A property of a JavaScript value; `undefined` where there is none.
fn get(value: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(value, &name.into()).unwrap_or_default()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = matchMedia)]
    fn media(query: &str) -> JsValue;
}

/// Takes the focus from the field where that hides a keyboard on the screen, which covers what has been found.
fn put_keyboard_away(app: App) {
    if let Some(field) = app.find("#place")
        && get(&media("(pointer:coarse)"), "matches").is_truthy()
    {
        let _ = field.blur();
    }
}

/// "Ville ou code postal", with its suggestions, and "Autour de moi".
pub fn place_field(app: App) -> El {
    let place = app.search.place;
    let field = place.field;
    let is_open = move || !field.read().suggestions.is_empty();
    let options = move || {
        let field = field.read();
        let option = |(position, locality): (usize, &Locality)| {
            let chosen = locality.clone();
            el("li")
                .attr("id", &format!("place-{position}"))
                .attr("role", "option")
                .attr("aria-selected", if field.active == Some(position) { "true" } else { "false" })
                .text(&locality.label())
                // Not `click`: the field loses its focus first, and with it its suggestions.
                .on("mousedown", move |event| {
                    event.prevent_default();
                    place.take(chosen.label(), chosen.point);
                    put_keyboard_away(app);
                })
        };
        field.suggestions.iter().enumerate().map(option).collect()
    };
    let input = el("input");
    let whole = input.clone();
    let input = input
        .part("field")
        .attr("id", "place")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("autocomplete", "off")
        .attr("dir", "auto")
        .attr("spellcheck", "false")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", "places")
        .attr("aria-describedby", "place-note")
        .attr("placeholder", app.text(Message::PlaceExample))
        .bool_fn("aria-expanded", is_open)
        .attr_fn("aria-activedescendant", move || field.read().active.map(|active| format!("place-{active}")))
        .value_fn(move || field.read().typed.clone())
        // What is typed into it stands instead of what was there, and not before it.
        .on("focus", move |_| whole.select())
        .on("input", move |event| place.suggest(app, value(&event)))
        .on("keydown", move |event| place.key(app, &event))
        .on("blur", move |_| {
            field.write().active = None;
            place.accept(app);
            field.write().suggestions.clear();
        });
    let suggestions = el("ul")
        .attr("id", "places")
        .attr("role", "listbox")
        .attr("aria-label", app.text(Message::Place))
        .flag_fn("hidden", move || !is_open())
        .slot(options);
    let here = button("", "here")
        .child(drawing(PIN))
        .text(app.text(Message::AroundMe))
        .on("click", move |_| place.locate(app));
    // The number of suggestions is said, not shown: eyes see the list itself.
    let counted = move || match field.read().suggestions.len() {
        0 => String::new(),
        count => app.locale.count(Message::PlaceChoices, count, &[]),
    };
    classed("div", "field place")
        .child(el("label").attr("for", "place").text(app.text(Message::Place)))
        .child(classed("div", "combo").child(input).child(suggestions))
        .child(here)
        .child(
            classed("p", "note")
                .attr("id", "place-note")
                .attr("role", "status")
                .text_fn(move || field.read().note.clone())
                .child(classed("span", "unseen").text_fn(counted)),
        )
}

/// A pin.
const PIN: &str =
    "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7zm0 9.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z";
