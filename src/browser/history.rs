//! The browser's own way back: on a telephone it is what people press. Opening an initiative adds an entry to the
//! tab's history, with the address that the page has, and "back" leads from there to the list.

use wasm_bindgen::prelude::*;

use super::host::HostConfig;

#[wasm_bindgen(module = "/src/browser/history.mjs")]
extern "C" {
    /// Adds an entry, and gives what it is known by; an error where the page may not (a sandbox, too many at once).
    #[wasm_bindgen(catch)]
    pub fn enter() -> Result<String, JsValue>;
    /// Whether the tab is at that entry.
    #[wasm_bindgen(js_name = isAt)]
    pub fn is_at(mark: &str) -> bool;
    /// Whether the tab is at the page as it was before that entry.
    #[wasm_bindgen(js_name = isBefore)]
    pub fn is_before(mark: &str) -> bool;
    /// Goes back from that entry, and `popstate` follows; `false` if the tab is not there.
    pub fn back(mark: &str) -> bool;
    /// Takes a permanent link out of the page's address, and out of what the loader remembers of it.
    #[wasm_bindgen(catch)]
    pub fn forget(config: &HostConfig) -> Result<(), JsValue>;
}
