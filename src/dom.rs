//! Elements of the page, built one way.
//!
//! Leptos' `view!` gives each combination of element, attributes and children a type of its own, and each type its own
//! code: this widget came to 197 KB of WebAssembly (brotli) that way. Here every element is one type, [`El`], whose
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

// web-sys has these too, but catches exceptions that cannot happen here, at some bytes a call.
#[wasm_bindgen(module = "/src/dom.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = createElement)]
    fn create(tag: &str) -> El;
    #[wasm_bindgen(js_name = createSvgElement)]
    fn create_svg(tag: &str) -> El;
    #[wasm_bindgen(js_name = createTextNode)]
    fn text_node(text: &str) -> El;
}

#[wasm_bindgen]
extern "C" {

    /// An element of the page, or a text in it.
    #[derive(Clone)]
    pub type El;
    #[wasm_bindgen(method, js_name = setAttribute)]
    fn set_attribute(this: &El, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = removeAttribute)]
    fn remove_attribute(this: &El, name: &str);
    #[wasm_bindgen(method, js_name = appendChild)]
    fn append(this: &El, child: &El);
    #[wasm_bindgen(method)]
    fn before(this: &El, child: &El);
    #[wasm_bindgen(method)]
    fn remove(this: &El);
    #[wasm_bindgen(method, getter, js_name = textContent)]
    fn content(this: &El) -> String;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    fn set_content(this: &El, text: &str);
    #[wasm_bindgen(method, indexing_setter)]
    fn set_property(this: &El, name: &str, value: &JsValue);
    /// Selects what stands in a field.
    #[wasm_bindgen(method)]
    pub fn select(this: &El);
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn listen(this: &El, event: &str, handler: &JsValue);
    #[wasm_bindgen(method, js_name = removeEventListener)]
    fn unlisten(this: &El, event: &str, handler: &JsValue);
}

/// An element with that tag.
#[inline(never)]
pub fn el(tag: &str) -> El {
    create(tag)
}

/// An element with that tag and class.
#[inline(never)]
pub fn classed(tag: &str, class: &str) -> El {
    el(tag).attr("class", class)
}

/// A drawing of one path in a square of 24 by 24, of which screen readers say nothing.
pub fn drawing(path: &str) -> El {
    create_svg("svg")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .child(create_svg("path").attr("d", path))
}

/// Runs now, and again when a signal it has read changes, until the part of the view it belongs to is gone.
#[inline(never)]
fn run(effect: Box<dyn Fn()>) {
    keep(Box::new(RenderEffect::new(move |_| effect())));
}

/// Keeps a value as long as the part of the view that is being built.
#[inline(never)]
fn keep(value: Box<dyn std::any::Any>) {
    let value = SendWrapper::new(value);
    on_cleanup(move || drop(value));
}

/// An event handler; it is taken off the element when it is dropped.
pub struct Listener {
    element: El,
    event: &'static str,
    handler: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Does something when an event happens.
    pub fn new(element: El, event: &'static str, handler: Box<dyn FnMut(web_sys::Event)>) -> Self {
        let handler = Closure::wrap(handler);
        element.listen(event, handler.as_ref());
        Self { element, event, handler }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.element.unlisten(self.event, self.handler.as_ref());
    }
}

impl El {
    /// An attribute.
    #[inline(never)]
    pub fn attr(self, name: &str, value: &str) -> Self {
        self.set_attribute(name, value);
        self
    }

    /// An attribute that follows signals; without a value it is taken off.
    pub fn attr_fn(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.follow(name, Box::new(value))
    }

    #[inline(never)]
    fn follow(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        let element = self.clone();
        run(Box::new(move || match value() {
            Some(value) => element.set_attribute(name, &value),
            None => element.remove_attribute(name),
        }));
        self
    }

    /// An attribute that is `true` or `false` as signals have it (ARIA's way).
    pub fn bool_fn(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.follow_bool(name, Box::new(value), false)
    }

    /// An attribute that is there or not as signals have it (HTML's way).
    pub fn flag_fn(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.follow_bool(name, Box::new(value), true)
    }

    #[inline(never)]
    fn follow_bool(self, name: &'static str, value: Box<dyn Fn() -> bool>, is_flag: bool) -> Self {
        let text = move || match (value(), is_flag) {
            (true, _) => Some("true".to_owned()),
            (false, false) => Some("false".to_owned()),
            (false, true) => None,
        };
        self.follow(name, Box::new(text))
    }

    /// A part that partners can style: see `docs/embedding.md`.
    pub fn part(self, name: &str) -> Self {
        self.attr("part", name)
    }

    /// A property of the element, such as what stands in a field.
    pub fn prop(self, name: &str, value: impl Into<JsValue>) -> Self {
        self.set_property(name, &value.into());
        self
    }

    /// What stands in a field, as signals have it.
    pub fn value_fn(self, value: impl Fn() -> String + 'static) -> Self {
        let element = self.clone();
        run(Box::new(move || element.set_property("value", &value().into())));
        self
    }

    /// Text.
    #[inline(never)]
    pub fn text(self, text: &str) -> Self {
        self.append(&text_node(text));
        self
    }

    /// Text that follows signals.
    pub fn text_fn(self, text: impl Fn() -> String + 'static) -> Self {
        self.follow_text(Box::new(text))
    }

    #[inline(never)]
    fn follow_text(self, text: Box<dyn Fn() -> String>) -> Self {
        let node = text_node("");
        self.append(&node);
        run(Box::new(move || {
            let text = text();
            // A live region is read out again when its text is set, even to the same.
            if node.content() != text {
                node.set_content(&text);
            }
        }));
        self
    }

    /// An element within.
    #[inline(never)]
    pub fn child(self, child: Self) -> Self {
        self.append(&child);
        self
    }

    /// Elements within: those of a list, or the one of an option.
    pub fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            self.append(&child);
        }
        self
    }

    /// Elements within that are built anew when a signal they read changes.
    pub fn slot(self, children: impl Fn() -> Vec<Self> + 'static) -> Self {
        self.follow_children(Box::new(children))
    }

    #[inline(never)]
    fn follow_children(self, children: Box<dyn Fn() -> Vec<Self>>) -> Self {
        let end = text_node("");
        self.append(&end);
        let current = std::cell::RefCell::new(Vec::<Self>::new());
        run(Box::new(move || {
            let fresh = children();
            current.borrow().iter().for_each(Self::remove);
            fresh.iter().for_each(|child| end.before(child));
            current.replace(fresh);
        }));
        self
    }

    /// Does something when an event happens.
    pub fn on(self, event: &'static str, handler: impl FnMut(web_sys::Event) + 'static) -> Self {
        self.handle(event, Box::new(handler))
    }

    #[inline(never)]
    fn handle(self, event: &'static str, handler: Box<dyn FnMut(web_sys::Event)>) -> Self {
        keep(Box::new(Listener::new(self.clone(), event, handler)));
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
    get(event.target()?.as_ref(), property)
}

/// A property of an element.
pub fn get(element: &JsValue, property: &str) -> Option<JsValue> {
    js_sys::Reflect::get(element, &property.into()).ok()
}

/// The element that a component is, as Leptos wants a view. There is no server rendering of the widget, hence nothing
/// to write or hydrate. The browser has one thread: `SendWrapper` is for Leptos' bounds only.
pub struct Root(SendWrapper<El>);

impl Root {
    /// Makes an element a Leptos view.
    pub fn new(element: El) -> Self {
        Self(SendWrapper::new(element))
    }
}

impl Render for Root {
    type State = web_sys::Element;

    fn build(self) -> Self::State {
        self.0.take().unchecked_into()
    }

    fn rebuild(self, state: &mut Self::State) {
        let fresh = self.build();
        let _ = state.replace_with_with_node_1(&fresh);
        *state = fresh;
    }
}

impl AddAnyAttr for Root {
    type Output<NewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for Root {
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
