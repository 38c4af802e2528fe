//! Finding a place: by the gazetteer's files, by coordinates, or where the visitor is.

use alentour_model::Point;
use alentour_model::gazetteer::{Lookup, Meant};
use alentour_model::json::Json;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::host::Host;
use super::json::Parsed;
use crate::app::App;
use crate::app::place::Sought;
use crate::message::Message;

#[wasm_bindgen(module = "/src/browser/visitor.mjs")]
extern "C" {
    /// `[latitude, longitude]` in WGS 84 degrees; rejects with whether the visitor has refused.
    #[wasm_bindgen(js_name = locate)]
    fn position() -> js_sys::Promise;

    /// Tells who made the page, in the console, that its place is the name of several, and which one is meant.
    #[wasm_bindgen(js_name = sayTaken)]
    fn say_taken(label: &str);
}

/// `latitude,longitude`, as a page may give it.
fn coordinates(text: &str) -> Option<Point> {
    let (latitude, longitude) = text.split_once(',')?;
    // Text of JSON's kind of number, which spares a parser of numbers: its tables alone are 10 KB.
    let degrees = |text: &str| Parsed::parse(text.trim())?.number();
    Point::new(degrees(latitude)?, degrees(longitude)?)
}

/// Who names a place.
#[derive(Clone, Copy, PartialEq)]
pub enum Who {
    /// The page: of places of one name it means the most populous.
    Page,
    /// A visitor who has typed it: asked, where several have that name.
    Visitor,
    /// A visitor who is typing it, and wants suggestions.
    Typing,
}

/// Finds what is named, and takes it or suggests what it may be. An empty name takes the place away.
pub async fn find(app: App, host: Host, name: String, who: Who) {
    let place = app.search.place;
    if !place.type_in(&name) {
        return;
    }
    let is_typing = who == Who::Typing;
    if !is_typing && let Some(point) = coordinates(&name) {
        place.take(name, point);
        return;
    }
    let countries = app.config(|config| config.countries.clone());
    let mut lookup = Lookup::new(&countries, &name, !is_typing);
    let mut is_offline = false;
    while let Some(file) = lookup.wants() {
        let text = match host.text(&[&host.gazetteer(), file].concat(), false) {
            Ok(promise) => JsFuture::from(promise).await.ok().and_then(|text| text.as_string()),
            Err(_) => None,
        };
        is_offline = text.is_none();
        match text {
            Some(text) => lookup.add(&text),
            None => break,
        }
    }
    if place.is_sought(&name) {
        let meant = (!is_offline).then(|| lookup.meant(""));
        answer(app, &name, meant, who);
    }
}

/// Takes what is meant, or suggests it, or says why not; `None`: the gazetteer cannot be had.
fn answer(app: App, name: &str, meant: Option<Meant>, who: Who) {
    let place = app.search.place;
    let Some(meant) = meant else {
        let note = app.text(Message::PlaceOffline);
        return if who == Who::Typing { place.note(note) } else { place.miss(note) };
    };
    let is_clear = meant.is_clear();
    // Whoever means one abroad is told why it is not found.
    let known = if meant.is_france { app.text(Message::PlaceFrance) } else { "" };
    let say = |message, text| [&app.locale.say(message, &[("text", text)]), " ", known].concat();
    match meant.taken() {
        _ if who == Who::Typing => place.ask(meant.places, ""),
        Some(taken) if is_clear || who == Who::Page => {
            let label = taken.label();
            if !is_clear {
                say_taken(&label);
            }
            place.take(label, taken.point);
        }
        Some(_) => place.ask(meant.places, app.text(Message::PlaceAmbiguous)),
        None if who == Who::Visitor
            && let Some(guess) = meant.places.first() =>
        {
            let note = say(Message::DidYouMean, &guess.label());
            place.ask(meant.places, &note);
        }
        None => place.miss(&say(Message::PlaceUnknown, name.trim())),
    }
}

/// Asks the browser where the visitor is, and takes that.
pub fn locate(app: App) {
    let place = app.search.place;
    place.seek_only(Sought::Position, app.text(Message::Locating));
    spawn_local(async move {
        let position = JsFuture::from(position()).await;
        if !place.is_position_sought() {
            return;
        }
        let degrees = |position: JsValue| {
            let position: js_sys::Array = position.unchecked_into();
            Point::new(position.get(0).as_f64()?, position.get(1).as_f64()?)
        };
        match position.map(degrees) {
            Ok(Some(point)) => place.take(app.text(Message::AroundMeHere).to_owned(), point),
            Err(refused) if refused.is_truthy() => place.note(app.text(Message::LocationRefused)),
            _ => place.note(app.text(Message::LocationFailed)),
        }
    });
}
