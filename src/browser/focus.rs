//! Where the focus and the page go.

use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use super::fetch::sleep;

#[wasm_bindgen(module = "/src/browser/focus.mjs")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn show(element: &HtmlElement) -> Result<(), JsValue>;
    fn focus(element: &HtmlElement, scroll: bool);
    /// Selects what stands in a field.
    pub fn select(field: &HtmlElement);
    /// Whether fingers type here, on a keyboard that covers a part of the screen.
    #[wasm_bindgen(js_name = hasTouchKeyboard)]
    pub fn has_touch_keyboard() -> bool;
}

/// Milliseconds after which what has changed is drawn: a frame at 60 Hz, and a little.
pub const DRAWN: u32 = 20;

/// The first element of the widget that a selector finds.
pub fn find(root: &HtmlElement, selector: &str) -> Option<HtmlElement> {
    Some(root.query_selector(selector).ok().flatten()?.unchecked_into())
}

/// Shows what the visitor has not asked for and must not miss, and leaves the focus where it is.
pub fn show_soon(root: &HtmlElement, selector: &'static str) {
    let root = root.clone();
    later(Box::new(move || {
        let _ = find(&root, selector).map(|element| show(&element));
    }));
}

/// Moves the focus once what has changed is on the page; with `scroll`, to the top of what is seen of it.
pub fn focus_soon(root: &HtmlElement, selector: String, scroll: bool) {
    let root = root.clone();
    later(Box::new(move || {
        if let Some(element) = find(&root, &selector) {
            focus(&element, scroll);
        }
    }));
}

/// Does something once what has changed is on the page: effects run in microtasks, all of them before the next task.
pub fn later(act: Box<dyn FnOnce()>) {
    after(0, act);
}

/// Does something after that many milliseconds.
pub fn after(milliseconds: u32, act: Box<dyn FnOnce()>) {
    spawn_local(async move {
        sleep(milliseconds).await;
        act();
    });
}
