//! Elements of the page, built one way.
//!
//! Leptos' `view!` gives each combination of element, attributes and children a type of its own, and each type its own
//! code: this widget came to 192 KB of WebAssembly (brotli) that way. Here every element is one type, [`El`], whose
//! moving parts are Leptos effects; it is a Leptos view like any other, so components return it and `mount_to` takes it.
//! `docs/ARCHITECTURE.md` has the figures.

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::{Attribute, any_attribute::AnyAttribute};
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Position, PositionState};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;

/// An element of the page. The browser has one thread: `SendWrapper` is for Leptos' bounds only.
#[derive(Clone)]
pub struct El(SendWrapper<web_sys::Element>);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = document)]
    type Doc;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Doc;
    #[wasm_bindgen(method, js_name = createElement)]
    fn create(this: &Doc, tag: &str) -> web_sys::Element;
    #[wasm_bindgen(method, js_name = createElementNS)]
    fn create_in(this: &Doc, namespace: &str, tag: &str) -> web_sys::Element;
    #[wasm_bindgen(method, js_name = createTextNode)]
    fn text(this: &Doc, text: &str) -> web_sys::Node;
}

/// An element with that tag.
pub fn el(tag: &str) -> El {
    El(SendWrapper::new(DOCUMENT.with(|document| document.create(tag))))
}

/// An element with that tag and class.
pub fn classed(tag: &str, class: &str) -> El {
    el(tag).attr("class", class)
}

/// A drawing of one path in a square of 24 by 24, of which screen readers say nothing.
pub fn drawing(path: &str) -> El {
    let in_svg = |tag| {
        let made = DOCUMENT.with(|document| document.create_in("http://www.w3.org/2000/svg", tag));
        El(SendWrapper::new(made))
    };
    in_svg("svg")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .child(in_svg("path").attr("d", path))
}

/// Runs now, and again when a signal it has read changes, until the part of the view it belongs to is gone.
fn run(effect: Box<dyn Fn()>) {
    keep(RenderEffect::new(move |_| effect()));
}

/// Keeps a value as long as the part of the view that is being built.
fn keep<T: 'static>(value: T) {
    let value = SendWrapper::new(value);
    on_cleanup(move || drop(value));
}

fn text_node(text: &str) -> web_sys::Node {
    DOCUMENT.with(|document| document.text(text))
}

fn set(element: &web_sys::Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// An event handler; it is taken off the element when it is dropped.
struct Listener {
    element: web_sys::Element,
    event: &'static str,
    handler: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let handler = self.handler.as_ref().unchecked_ref();
        let _ = self.element.remove_event_listener_with_callback(self.event, handler);
    }
}

impl El {
    /// An attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, Some(value));
        self
    }

    /// An attribute that follows signals; without a value it is taken off.
    pub fn attr_fn(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        let element = self.clone();
        run(Box::new(move || set(&element.0, name, value().as_deref())));
        self
    }

    /// An attribute that is `true` or `false` as signals have it (ARIA's way).
    pub fn bool_fn(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.attr_fn(name, move || Some(value().to_string()))
    }

    /// An attribute that is there or not as signals have it (HTML's way).
    pub fn flag_fn(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.attr_fn(name, move || value().then(String::new))
    }

    /// A part that partners can style: see `docs/embedding.md`.
    pub fn part(self, name: &str) -> Self {
        self.attr("part", name)
    }

    /// A property of the element, such as what stands in a field.
    pub fn prop(self, name: &str, value: impl Into<JsValue>) -> Self {
        let _ = js_sys::Reflect::set(&self.0, &name.into(), &value.into());
        self
    }

    /// What stands in a field, as signals have it.
    pub fn value_fn(self, value: impl Fn() -> String + 'static) -> Self {
        let element = self.clone();
        run(Box::new(move || {
            element.clone().prop("value", value());
        }));
        self
    }

    /// Text.
    pub fn text(self, text: &str) -> Self {
        let _ = self.0.append_child(&text_node(text));
        self
    }

    /// Text that follows signals.
    pub fn text_fn(self, text: impl Fn() -> String + 'static) -> Self {
        let node = text_node("");
        let _ = self.0.append_child(&node);
        run(Box::new(move || {
            let text = text();
            // A live region is read out again when its text is set, even to the same.
            if node.text_content().as_deref() != Some(&text) {
                node.set_text_content(Some(&text));
            }
        }));
        self
    }

    /// An element within.
    pub fn child(self, child: Self) -> Self {
        let _ = self.0.append_child(&child.0);
        self
    }

    /// Elements within: those of a list, or the one of an option.
    pub fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// Elements within that are built anew when a signal they read changes.
    pub fn slot(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        let end = text_node("");
        let _ = self.0.append_child(&end);
        let current = std::cell::RefCell::new(Vec::<Self>::new());
        run(Box::new(move || {
            let fresh = children();
            let mut current = current.borrow_mut();
            current.iter().for_each(|old| old.0.remove());
            if let Some(parent) = end.parent_node() {
                for child in &fresh {
                    let _ = parent.insert_before(&child.0, Some(&end));
                }
            }
            *current = fresh;
        }));
        self
    }

    /// Does something when an event happens.
    pub fn on(self, event: &'static str, handler: impl FnMut(web_sys::Event) + 'static) -> Self {
        self.listen(event, Box::new(handler))
    }

    fn listen(self, event: &'static str, handler: Box<dyn FnMut(web_sys::Event)>) -> Self {
        let handler = Closure::wrap(handler);
        let _ = self.0.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
        keep(Listener { element: web_sys::Element::clone(&self.0), event, handler });
        self
    }
}

/// The value of the field that an event comes from.
pub fn value(event: &web_sys::Event) -> String {
    field(event, "value").and_then(|value| value.as_string()).unwrap_or_default()
}

/// Whether the box that an event comes from is ticked.
pub fn ticked(event: &web_sys::Event) -> bool {
    field(event, "checked").is_some_and(|value| value.is_truthy())
}

fn field(event: &web_sys::Event, property: &str) -> Option<JsValue> {
    js_sys::Reflect::get(event.target()?.as_ref(), &property.into()).ok()
}

// What makes it a Leptos view. There is no server rendering of the widget, hence nothing to write or hydrate.

impl Render for El {
    type State = web_sys::Element;

    fn build(self) -> Self::State {
        self.0.take()
    }

    fn rebuild(self, state: &mut Self::State) {
        let _ = state.replace_with_with_node_1(&self.0);
        *state = self.0.take();
    }
}

impl AddAnyAttr for El {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Self::State {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
