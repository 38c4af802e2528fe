//! The widget: what is near, found and joined on any association's page.
//!
//! The loader (`embed/`) puts `<alentour-widget>` on the page, fetches this application, and calls [`mount`].

mod app;
pub mod clock;
mod controls;
mod dom;
mod facts;
mod fetch;
mod host;
mod initiative;
mod json;
mod labels;
pub mod locale;
mod search;
mod signup;
mod widget;

use std::cell::Cell;
use std::rc::Rc;

use alentour_texts::message;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use app::App;
use host::{Config, Host, SearchRequest};
use widget::Widget;

/// A widget on the page. `unmount` and then `free` it; dropping it does both.
#[wasm_bindgen]
pub struct Handle {
    app: App,
    unmount: Option<Box<dyn FnOnce()>>,
}

/// Mounts the widget into a `<div>` inside the element's shadow root.
#[wasm_bindgen]
pub fn mount(root: web_sys::HtmlElement, host: Host) -> Option<Handle> {
    let made = Rc::new(Cell::new(None));
    let slot = Rc::clone(&made);
    let handle = mount_to(root.clone(), move || {
        let app = App::new(root, host);
        slot.set(Some(app));
        view! { <Widget app/> }
    });
    let app = made.take()?;
    app.load(false);
    Some(Handle { app, unmount: Some(Box::new(move || drop(handle))) })
}

#[wasm_bindgen]
impl Handle {
    /// The element's attributes have changed.
    pub fn update(&self, config: Config) {
        self.app.update(config);
    }

    /// The page asks for something else: the element's `search()`.
    pub fn search(&self, request: &SearchRequest) {
        self.app.search.apply(self.app, request);
    }

    /// Fetches the feed again.
    pub fn refresh(&self) {
        self.app.load(true);
    }

    /// Takes the widget off the page and stops what it has under way.
    pub fn unmount(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            self.app.unmount();
            unmount();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.unmount();
    }
}
