//! The code of forms, in a file of its own: fetched when an initiative is opened, or is about to be.

use std::hint::black_box;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::host::{Host, failure};
use super::{Page, fetch::within, sending};
use crate::app::{App, Sender, Stage};
use crate::dom::Listener;

/// Milliseconds after which a form that is on its way says so.
const PATIENCE: u32 = 300;

#[wasm_bindgen(module = "/src/browser/form.mjs")]
extern "C" {
    /// Joins the code to this module, once for all widgets of the page; `true` once it is there.
    #[wasm_bindgen(catch)]
    fn join(host: &Host, module: &JsValue) -> Result<js_sys::Promise, JsValue>;
    /// Whether an event happens to what opens an initiative.
    #[wasm_bindgen(js_name = isNear)]
    fn is_near(event: &web_sys::Event) -> bool;
}

/// Fetches it where the pointer or the focus comes to what opens an initiative.
pub fn ahead(page: &Rc<Page>, app: App, event: &'static str) -> Listener {
    let (root, page) = (page.root.clone(), page.clone());
    let fetch = move |event| {
        if is_near(&event) {
            fetch(&page, app);
        }
    };
    Listener::new(root.into(), event, Box::new(fetch))
}

/// Fetches it, unless it is there or under way.
pub fn fetch(page: &Rc<Page>, app: App) {
    if page.has_form.replace(true) {
        return;
    }
    app.form.set(Stage::Loading);
    let page = page.clone();
    spawn_local(async move {
        let joined = match join(&page.host, &wasm_bindgen::exports()) {
            Ok(joining) => {
                let soon = JsFuture::from(within(&joining, PATIENCE)).await;
                if soon.as_ref().is_ok_and(JsValue::is_undefined) {
                    let _ = app.form.try_set(Stage::Slow);
                    JsFuture::from(joining).await
                } else {
                    soon
                }
            }
            Err(error) => Err(error),
        };
        if app.is_gone() {
            return;
        }
        match joined {
            Ok(_) => app.take_form(black_box::<fn(Rc<Page>) -> Rc<dyn Sender>>(sending::sender)(page)),
            Err(error) => {
                page.has_form.set(false);
                app.form.set(Stage::Failed(failure(&error)));
            }
        }
    });
}
