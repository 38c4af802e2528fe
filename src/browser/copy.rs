//! Copying a link, or a text.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/copy.mjs")]
extern "C" {
    /// Copies the address of the link that was pressed, and then says that in the element behind it.
    #[wasm_bindgen(catch)]
    pub fn copy(event: &web_sys::Event, said: &str) -> Result<(), JsValue>;
    /// Copies the text beside what was pressed, or that of its letter, and then says that beside it.
    #[wasm_bindgen(catch, js_name = copyText)]
    pub fn copy_text(event: &web_sys::Event, said: &str) -> Result<(), JsValue>;
    /// Has the device share that text, or copies it where it cannot.
    #[wasm_bindgen(catch, js_name = shareText)]
    pub fn share_text(event: &web_sys::Event, said: &str) -> Result<(), JsValue>;
}
