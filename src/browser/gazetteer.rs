//! Finding a place: by the gazetteer's files, by coordinates, or where the visitor is.

use alentour_model::Point;
use alentour_model::gazetteer::{Lookup, Meant};
use alentour_model::json::Json;
use leptos::prelude::*;
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

/// What is meant by a name, in the countries of the page; an error where a file cannot be had.
async fn look_up(app: App, host: &Host, name: &str, is_one_enough: bool) -> Result<Meant, ()> {
    let mut lookup = Lookup::new(&app.config(|config| config.countries.clone()), name, is_one_enough);
    while let Some(file) = lookup.wants() {
        let promise = host.text(&[&host.gazetteer(), file].concat()).map_err(drop)?;
        lookup.add(&JsFuture::from(promise).await.map_err(drop)?.as_string().unwrap_or_default());
    }
    Ok(lookup.meant(""))
}

/// `latitude,longitude`, as a page may give it.
fn coordinates(text: &str) -> Option<Point> {
    let (latitude, longitude) = text.split_once(',')?;
    // Text of JSON's kind of number, which spares a parser of numbers: its tables alone are 10 KB.
    let degrees = |text: &str| Parsed::parse(text.trim())?.number();
    Point::new(degrees(latitude)?, degrees(longitude)?)
}

/// Finds what a page or a visitor names, and takes it. An empty name takes the place away. Whoever has typed a name that several
/// towns have is asked which; of a page's, the most populous is meant.
pub async fn find(app: App, host: Host, name: String, is_typed: bool) {
    let place = app.search.place;
    if !place.type_in(&name) {
        return;
    }
    if let Some(point) = coordinates(&name) {
        place.take(name, point);
        return;
    }
    let meant = look_up(app, &host, &name, true).await;
    if !place.is_sought(&name) {
        return;
    }
    match meant {
        Err(()) => place.miss(app.text(Message::PlaceOffline)),
        Ok(Meant { taken: Some(taken), is_clear, .. }) if is_clear || !is_typed => {
            if !is_clear {
                say_taken(&taken.label());
            }
            place.take(taken.label(), taken.point);
        }
        Ok(Meant { places, .. }) if is_typed && !places.is_empty() => {
            place.ask(places, app.text(Message::PlaceAmbiguous));
        }
        Ok(_) => place.miss(&app.locale.say(Message::PlaceUnknown, &[("text", name.trim())])),
    }
}

/// Suggests places for what has been typed so far.
pub fn suggest(app: App, host: Host, typed: String) {
    let place = app.search.place;
    if !place.type_in(&typed) {
        return;
    }
    spawn_local(async move {
        let meant = look_up(app, &host, &typed, false).await;
        if !place.is_sought(&typed) {
            return;
        }
        match meant {
            Ok(meant) => place.ask(meant.places, ""),
            Err(()) => place.note(app.text(Message::PlaceOffline)),
        }
    });
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
