//! What the page's loader (`embed/`) gives to the application.

use alentour_model::{Cause, Kind, Results};
use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::window;
use crate::app::FeedError;
use crate::app::config::Config;
use crate::app::search::{Request, Search};

#[wasm_bindgen]
extern "C" {
    /// The loader's side of one widget.
    #[derive(Clone)]
    pub type Host;

    /// The attributes of the element.
    #[wasm_bindgen(method, getter)]
    pub fn config(this: &Host) -> HostConfig;

    /// The messages of the widget's language, one a line.
    #[wasm_bindgen(method, getter)]
    pub fn messages(this: &Host) -> String;

    /// Where the bundle is, and the feed and the tiles of its server, with a slash at the end.
    #[wasm_bindgen(method, getter)]
    pub fn base(this: &Host) -> String;

    /// Where the gazetteer's shards are, with a slash at the end.
    #[wasm_bindgen(method, getter)]
    pub fn gazetteer(this: &Host) -> String;

    /// The feed in the canonical format, as `JSON.parse` gives it. `again` asks for it anew.
    #[wasm_bindgen(method, catch)]
    pub fn feed(this: &Host, again: bool) -> Result<Promise, JsValue>;

    /// The text at an address of the bundle or its server; asked for once by all widgets of the page. `again` asks for it anew.
    #[wasm_bindgen(method, catch)]
    pub fn text(this: &Host, address: &str, again: bool) -> Result<Promise, JsValue>;

    /// Dispatches `alentour:<name>` on the element.
    #[wasm_bindgen(method, catch)]
    pub fn emit(this: &Host, name: &str, detail: &JsValue) -> Result<bool, JsValue>;
}

impl Host {
    /// The text of a file beside the feed of the bundle's own server.
    ///
    /// # Errors
    /// Why it has not come.
    pub async fn read(&self, name: &str, again: bool) -> Result<String, FeedError> {
        self.read_at(&(self.base() + name), again).await
    }

    /// The text at an address.
    ///
    /// # Errors
    /// Why it has not come.
    pub async fn read_at(&self, address: &str, again: bool) -> Result<String, FeedError> {
        let promise = self.text(address, again).map_err(|error| failure(&error))?;
        let text = JsFuture::from(promise).await.map_err(|error| failure(&error))?;
        text.as_string().ok_or(FeedError::Malformed)
    }
}

/// What the loader rejects with: `{ kind, status }`.
pub fn failure(error: &JsValue) -> FeedError {
    let get = |name: &str| js_sys::Reflect::get(error, &name.into()).ok();
    let status = get("status").and_then(|status| status.as_f64());
    match (get("kind").and_then(|kind| kind.as_string()).as_deref(), status) {
        (Some("timeout"), _) => FeedError::Timeout,
        (Some("status"), Some(status)) => FeedError::Status(status as u16),
        _ => FeedError::Network,
    }
}

#[wasm_bindgen]
extern "C" {
    /// The attributes of the element: empty where unset.
    pub type HostConfig;

    /// Language of the widget.
    #[wasm_bindgen(method, getter)]
    pub fn lang(this: &HostConfig) -> String;
    #[wasm_bindgen(method, indexing_getter)]
    fn get(this: &HostConfig, name: &str) -> JsValue;
}

impl HostConfig {
    /// What is asked for, as the views know it.
    pub fn read(&self) -> Config {
        let text = |name: &str| self.get(name).as_string();
        let attribute = |name: &str| text(name).unwrap_or_default();
        let page = window().location().href().unwrap_or_default();
        Config {
            place: attribute("place"),
            countries: attribute("countries"),
            radius: attribute("radius"),
            causes: attribute("causes"),
            kinds: attribute("kinds"),
            limit: attribute("limit"),
            feed: attribute("feed"),
            api: attribute("api"),
            propose: attribute("propose"),
            report: text("report"),
            page: page.split('#').next().unwrap_or_default().to_owned(),
            open: text("open"),
            shown: attribute("shown"),
            is_only: self.get("only").is_truthy(),
        }
    }
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
    /// What it names, as the views know it.
    pub fn read(&self) -> Request {
        Request {
            place: self.text("place"),
            radius: self.text("radius"),
            words: self.text("words"),
            kinds: self.list("kinds"),
            causes: self.list("causes"),
            when: self.text("when"),
        }
    }

    /// A property that is text, or a number.
    fn text(&self, name: &str) -> Option<String> {
        text(&self.get(name).ok()?)
    }

    /// A property that is text with commas, or a list of texts: what names a list is one, even if it is empty.
    fn list(&self, name: &str) -> Option<String> {
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

/// What the page is told of a search: neither the place nor the words, which may say who is looking.
pub fn search_event(search: Search, results: &Results) -> [(&'static str, JsValue); 6] {
    fn list<'a>(words: impl Iterator<Item = &'a str>) -> JsValue {
        words.map(JsValue::from).collect::<js_sys::Array>().into()
    }
    let criteria = search.criteria.read_untracked();
    [
        ("count", (results.len() as u32).into()),
        ("nearby", (results.nearby.len() as u32).into()),
        ("radius", criteria.radius.map_or(JsValue::NULL, JsValue::from)),
        ("kinds", list(criteria.kinds.iter().map(Kind::as_str))),
        ("causes", list(criteria.causes.iter().map(Cause::as_str))),
        ("when", criteria.days.name().into()),
    ]
}
