//! What the page's loader (`embed/alentour.js`) gives to the application.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The loader's side of one widget.
    #[derive(Clone)]
    pub type Host;

    /// The attributes of the element.
    #[wasm_bindgen(method, getter)]
    pub fn config(this: &Host) -> Config;

    /// The messages of the widget's language, one a line.
    #[wasm_bindgen(method, getter)]
    pub fn messages(this: &Host) -> String;

    /// Where the bundle is: `https://HOST/v1/`.
    #[wasm_bindgen(method, getter)]
    pub fn base(this: &Host) -> String;

    /// Where the gazetteer's shards are, with a slash at the end.
    #[wasm_bindgen(method, getter)]
    pub fn gazetteer(this: &Host) -> String;

    /// The text of the feed. `again` asks for it anew.
    #[wasm_bindgen(method, catch)]
    pub fn feed(this: &Host, again: bool) -> Result<Promise, JsValue>;

    /// Dispatches `alentour:<name>` on the element.
    #[wasm_bindgen(method, catch)]
    pub fn emit(this: &Host, name: &str, detail: &JsValue) -> Result<bool, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The attributes of the element: empty where unset.
    pub type Config;

    /// Postcode, town, or `latitude,longitude`.
    #[wasm_bindgen(method, getter)]
    pub fn place(this: &Config) -> String;
    /// Kilometres, or `any`.
    #[wasm_bindgen(method, getter)]
    pub fn radius(this: &Config) -> String;
    /// Causes, separated by commas.
    #[wasm_bindgen(method, getter)]
    pub fn causes(this: &Config) -> String;
    /// Kinds, separated by commas.
    #[wasm_bindgen(method, getter)]
    pub fn kinds(this: &Config) -> String;
    /// Language of the widget.
    #[wasm_bindgen(method, getter)]
    pub fn lang(this: &Config) -> String;
    /// Cards on a page.
    #[wasm_bindgen(method, getter)]
    pub fn limit(this: &Config) -> String;
    /// Origin of the server that takes sign-ups.
    #[wasm_bindgen(method, getter)]
    pub fn api(this: &Config) -> String;
    /// Identifier of the initiative that a permanent link asks for.
    #[wasm_bindgen(method, getter)]
    pub fn open(this: &Config) -> String;
}

#[wasm_bindgen]
extern "C" {
    /// What the element's `search()` was called with.
    pub type Asked;

    /// Postcode, town, or `latitude,longitude`.
    #[wasm_bindgen(method, getter)]
    pub fn place(this: &Asked) -> Option<String>;
    /// Kilometres.
    #[wasm_bindgen(method, getter)]
    pub fn radius(this: &Asked) -> JsValue;
    /// Words.
    #[wasm_bindgen(method, getter)]
    pub fn words(this: &Asked) -> Option<String>;
    /// Kinds.
    #[wasm_bindgen(method, getter)]
    pub fn kinds(this: &Asked) -> JsValue;
    /// Causes.
    #[wasm_bindgen(method, getter)]
    pub fn causes(this: &Asked) -> JsValue;
    /// `week`, `weekend`, `month`, `YYYY-MM-DD/YYYY-MM-DD`, or empty.
    #[wasm_bindgen(method, getter)]
    pub fn when(this: &Asked) -> Option<String>;
}

/// An object with those properties.
pub fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
