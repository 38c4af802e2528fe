//! What the page's loader (`embed/`) gives to the application.

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

    /// Where the gazetteer's shards are, with a slash at the end.
    #[wasm_bindgen(method, getter)]
    pub fn gazetteer(this: &Host) -> String;

    /// The feed in the canonical format, as `JSON.parse` gives it. `again` asks for it anew.
    #[wasm_bindgen(method, catch)]
    pub fn feed(this: &Host, again: bool) -> Result<Promise, JsValue>;

    /// The text at an address of the bundle; asked for once by all widgets of the page.
    #[wasm_bindgen(method, catch)]
    pub fn text(this: &Host, address: &str) -> Result<Promise, JsValue>;

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
    /// Address of the feed.
    #[wasm_bindgen(method, getter)]
    pub fn feed(this: &Config) -> String;
    /// Origin of the server that takes sign-ups.
    #[wasm_bindgen(method, getter)]
    pub fn api(this: &Config) -> String;
    /// Identifier of the initiative that a permanent link asks for.
    #[wasm_bindgen(method, getter)]
    pub fn open(this: &Config) -> Option<String>;
}

#[wasm_bindgen]
extern "C" {
    /// What the element's `search()` was called with: an object with anything in it.
    pub type SearchRequest;

    /// A property; `undefined` where there is none.
    #[wasm_bindgen(method, indexing_getter, catch)]
    fn get(this: &SearchRequest, name: &str) -> Result<JsValue, JsValue>;
}

impl SearchRequest {
    /// A property that is text, or a number.
    pub fn text(&self, name: &str) -> Option<String> {
        text(&self.get(name).ok()?)
    }

    /// A property that is text with commas, or a list of texts: what names a list is one, even if it is empty.
    pub fn list(&self, name: &str) -> Option<String> {
        let value = self.get(name).ok()?;
        let Some(list) = value.dyn_ref::<js_sys::Array>() else { return value.as_string() };
        let mut texts = String::new();
        for text in list.iter().filter_map(|value| value.as_string()) {
            texts.push_str(&text);
            texts.push(',');
        }
        Some(texts)
    }
}

fn text(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| value.as_f64().map(|number| (number as u32).to_string()))
}

/// An object with those properties.
pub fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
