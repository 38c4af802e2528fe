//! Where: a town or postcode that completes itself, or the visitor's position.

use alentour_model::Point;
use alentour_model::gazetteer::{Index, Locality, complete, resolve};
use alentour_model::json::Json;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::App;
use super::criteria::{ChosenPlace, Criteria};
use crate::json::Parsed;
use crate::message::Message;

/// Places that are suggested at once.
const SUGGESTED: usize = 8;

/// The field that the place is typed into.
#[derive(Clone, Default)]
pub struct Field {
    /// What stands in it.
    pub typed: String,
    /// What went wrong, or is going on.
    pub note: String,
    /// Places that begin like what has been typed.
    pub suggestions: Vec<Locality>,
    /// Position of the suggestion that the arrow keys have reached.
    pub active: Option<usize>,
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
    /// The field as it stands.
    pub field: RwSignal<Field>,
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

    /// Looks for a place and takes it, without waiting. An empty one takes the place away.
    pub fn seek(self, app: App, typed: String) {
        if !self.is_sought(&typed) {
            spawn_local(self.find(app, typed));
        }
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

    /// Takes a place.
    pub fn take(self, label: String, point: Point) {
        self.seek_only(Sought::Named(label.clone()), "");
        self.field.write().typed = label.clone();
        self.criteria.write().around = Some(ChosenPlace { label, point });
    }

    /// Suggests places for what has been typed so far.
    pub fn suggest(self, app: App, text: String) {
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
    pub fn accept(self, app: App) {
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

    /// Goes through the suggestions with the keys.
    pub fn key(self, app: App, event: &web_sys::Event) {
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
    pub fn locate(self, app: App) {
        self.seek_only(Sought::Position, app.text(Message::Locating));
        spawn_local(async move {
            let position = JsFuture::from(locate()).await;
            if !self.is_position_sought() {
                return;
            }
            let degrees = |position: JsValue| {
                let position: js_sys::Array = position.unchecked_into();
                Point::new(position.get(0).as_f64()?, position.get(1).as_f64()?)
            };
            match position.map(degrees) {
                Ok(Some(point)) => self.take(app.text(Message::AroundMeHere).to_owned(), point),
                Err(refused) if refused.is_truthy() => self.note(app.text(Message::LocationRefused)),
                _ => self.note(app.text(Message::LocationFailed)),
            }
        });
    }
}

#[wasm_bindgen(module = "/src/app/place.mjs")]
extern "C" {
    /// `[latitude, longitude]` in WGS 84 degrees; rejects with whether the visitor has refused.
    pub fn locate() -> js_sys::Promise;
    /// Whether fingers type here, on a keyboard that covers a part of the screen.
    #[wasm_bindgen(js_name = hasTouchKeyboard)]
    fn has_touch_keyboard() -> bool;
}

/// Takes the focus from the field where that hides a keyboard on the screen, which covers what has been found.
pub fn put_keyboard_away(app: App) {
    if let Some(field) = app.find("#place")
        && has_touch_keyboard()
    {
        let _ = field.blur();
    }
}
