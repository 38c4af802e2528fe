//! What outlives the page of an attempt that nobody has answered yet: its key and the initiative, in this tab's
//! `sessionStorage`, and never anything that was typed. With it a later page learns whether the sign-up arrived.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/signup/kept.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = first, catch)]
    fn first_kept() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = key)]
    fn key_kept(initiative: &str) -> JsValue;
    /// Keeps the key of the attempt for that initiative instead of the last one; an empty one says that it has its answer.
    pub fn keep(initiative: &str, key: &str);
}

/// The initiative of an attempt that was left without an answer.
pub fn first() -> Option<String> {
    first_kept().ok()?.as_string()
}

/// The key of the attempt for that initiative that was left without an answer.
pub fn key(initiative: &str) -> Option<String> {
    key_kept(initiative).as_string()
}
