//! Which page a form stands on: the server leads back to it, where it is one of the partners that its operator has named.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/address.mjs")]
extern "C" {
    /// The page's address, with no more of a query than it is found by.
    #[wasm_bindgen(js_name = ofPage)]
    pub fn of_page() -> String;
}
