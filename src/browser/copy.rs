//! Copying a link.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/copy.mjs")]
extern "C" {
    /// Copies the address of the link that was pressed, and then says that in the element behind it.
    #[wasm_bindgen(catch)]
    pub fn copy(event: &web_sys::Event, said: &str) -> Result<(), JsValue>;
}
