//! The idempotency keys of attempts that nobody has answered yet, in this tab's `sessionStorage`: key and initiative, and never anything
//! that was typed. With a key a later page learns whether the sign-up arrived.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/pending.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = first, catch)]
    fn first_stored() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = key)]
    fn stored_key(initiative: &str) -> JsValue;
    /// A new idempotency key.
    #[wasm_bindgen(js_name = newKey)]
    pub fn new_key() -> String;
    /// Stores the key of the attempt for that initiative in place of the last one.
    pub fn store(initiative: &str, key: &str);
    /// Forgets the attempt for that initiative: it has its answer.
    pub fn forget(initiative: &str);
}

// What another script has put into the storage may be anything: only text is a key.

/// The initiative of an attempt that was left without an answer.
pub fn first() -> Option<String> {
    first_stored().ok()?.as_string()
}

/// The key of the attempt for that initiative that was left without an answer.
pub fn key(initiative: &str) -> Option<String> {
    stored_key(initiative).as_string()
}
