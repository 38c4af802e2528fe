//! Finding a place: by the gazetteer's files, by coordinates, or where the visitor is.

use alentour_model::Point;
use alentour_model::gazetteer::{Index, complete, resolve};
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
}

/// Places that are suggested at once.
const SUGGESTED: usize = 8;

/// The country whose places are completed.
const COUNTRY: &str = "fr/";

/// A file of the gazetteer; `None` if it cannot be had.
async fn file(host: &Host, name: &str) -> Option<String> {
    let promise = host.text(&[&host.gazetteer(), COUNTRY, name].concat(), false).ok()?;
    JsFuture::from(promise).await.ok()?.as_string()
}

/// The shard that knows what has been typed: none where nothing begins like it, an error where it cannot be had.
async fn shard(host: &Host, typed: &str) -> Result<Option<String>, ()> {
    let index = file(host, "index.txt").await.ok_or(())?;
    match Index::parse(&index).shard_for(typed) {
        Some(name) => file(host, &name).await.map(Some).ok_or(()),
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

/// Finds what a page or a visitor names, and takes it. An empty name takes the place away.
pub async fn find(app: App, host: Host, name: String) {
    let place = app.search.place;
    if !place.type_in(&name) {
        return;
    }
    if let Some(point) = coordinates(&name) {
        place.take(name, point);
        return;
    }
    let shard = shard(&host, &name).await;
    if !place.is_sought(&name) {
        return;
    }
    let Ok(shard) = shard else {
        return place.miss(app.text(Message::PlaceOffline));
    };
    let shard = shard.as_deref().unwrap_or_default();
    match resolve(shard, &name).or_else(|| complete(shard, &name, 1).pop()) {
        Some(locality) => place.take(locality.label(), locality.point),
        None => place.miss(&app.locale.say(Message::PlaceUnknown, &[("text", name.trim())])),
    }
}

/// Suggests places for what has been typed so far.
pub fn suggest(app: App, host: Host, typed: String) {
    let place = app.search.place;
    if !place.type_in(&typed) {
        return;
    }
    spawn_local(async move {
        let shard = shard(&host, &typed).await;
        if !place.is_sought(&typed) {
            return;
        }
        match shard {
            Ok(shard) => {
                let suggestions = complete(shard.as_deref().unwrap_or_default(), &typed, SUGGESTED);
                place.field.write().suggestions = suggestions;
            }
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
