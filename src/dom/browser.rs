//! Elements of the page, whose moving parts are Leptos effects.

use std::cell::RefCell;

use js_sys::Array;
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;

use super::property::PropertyValue;

// web-sys has these too, but catches exceptions that cannot happen here, at some bytes a call.
#[wasm_bindgen(module = "/src/dom/browser.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = createElement)]
    fn create(tag: &str) -> Node;
    #[wasm_bindgen(js_name = createSvgElement)]
    fn create_svg(tag: &str) -> Node;
    #[wasm_bindgen(js_name = createTextNode)]
    fn text_node(text: &str) -> Node;
    /// Puts elements in front of one in the place of others.
    fn replace(before: &Array, now: &Array, end: &Node);
}

#[wasm_bindgen]
extern "C" {
    /// An element, or a text in it.
    #[derive(Clone)]
    type Node;
    #[wasm_bindgen(method, js_name = setAttribute)]
    fn set_attribute(this: &Node, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = removeAttribute)]
    fn remove_attribute(this: &Node, name: &str);
    #[wasm_bindgen(method, js_name = appendChild)]
    fn append(this: &Node, child: &Node);
    #[wasm_bindgen(method, getter, js_name = textContent)]
    fn content(this: &Node) -> String;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    fn set_content(this: &Node, text: &str);
    #[wasm_bindgen(method, getter, js_name = outerHTML)]
    fn outer_html(this: &Node) -> String;
    #[wasm_bindgen(method, indexing_setter)]
    fn set_property(this: &Node, name: &str, value: &JsValue);

    /// What events happen to.
    type Target;
    #[wasm_bindgen(method, js_name = addEventListener)]
    fn listen(this: &Target, event: &str, handler: &JsValue);
    #[wasm_bindgen(method, js_name = removeEventListener)]
    fn unlisten(this: &Target, event: &str, handler: &JsValue);
}

/// An element of the page.
#[derive(Clone)]
pub struct El(Node);

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

/// An event handler; it is taken off its target when it is dropped.
pub struct Listener {
    target: Target,
    event: &'static str,
    handler: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Does something when an event happens to an element or to the window.
    pub fn new(target: JsValue, event: &'static str, handler: Box<dyn FnMut(web_sys::Event)>) -> Self {
        let (target, handler): (Target, _) = (target.unchecked_into(), Closure::wrap(handler));
        target.listen(event, handler.as_ref());
        Self { target, event, handler }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.target.unlisten(self.event, self.handler.as_ref());
    }
}

impl El {
    /// An element with that tag.
    #[inline(never)]
    pub(super) fn new(tag: &'static str) -> Self {
        Self(create(tag))
    }

    /// An element of SVG with that tag.
    pub(super) fn new_svg(tag: &'static str) -> Self {
        Self(create_svg(tag))
    }

    #[inline(never)]
    pub(super) fn set_attribute(&mut self, name: &'static str, value: &str) {
        self.0.set_attribute(name, value);
    }

    #[inline(never)]
    pub(super) fn follow_attribute(&mut self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) {
        let node = self.0.clone();
        run(Box::new(move || match value() {
            Some(value) => node.set_attribute(name, &value),
            None => node.remove_attribute(name),
        }));
    }

    pub(super) fn set_property(&mut self, name: &'static str, value: PropertyValue) {
        set_property(&self.0, name, value);
    }

    #[inline(never)]
    pub(super) fn follow_property(&mut self, name: &'static str, value: Box<dyn Fn() -> PropertyValue>) {
        let node = self.0.clone();
        run(Box::new(move || set_property(&node, name, value())));
    }

    #[inline(never)]
    pub(super) fn append(&mut self, child: Self) {
        self.0.append(&child.0);
    }

    #[inline(never)]
    pub(super) fn append_text(&mut self, text: &str) {
        self.0.append(&text_node(text));
    }

    #[inline(never)]
    pub(super) fn follow_text(&mut self, text: Box<dyn Fn() -> String>) {
        let node = text_node("");
        self.0.append(&node);
        run(Box::new(move || {
            let text = text();
            // A live region is read out again when its text is set, even to the same.
            if node.content() != text {
                node.set_content(&text);
            }
        }));
    }

    #[inline(never)]
    pub(super) fn follow_children(&mut self, children: Box<dyn Fn() -> Vec<Self>>) {
        let end = text_node("");
        self.0.append(&end);
        let current = RefCell::new(Array::new());
        run(Box::new(move || {
            let fresh: Array = children().into_iter().map(|child| child.0).collect();
            replace(&current.borrow(), &fresh, &end);
            current.replace(fresh);
        }));
    }

    #[inline(never)]
    pub(super) fn listen(&mut self, event: &'static str, handler: Box<dyn FnMut(web_sys::Event)>) {
        keep(Box::new(Listener::new(self.0.clone().into(), event, handler)));
    }
}

impl Render for El {
    type State = web_sys::Element;

    fn build(self) -> Self::State {
        self.0.unchecked_into()
    }

    fn rebuild(self, state: &mut Self::State) {
        let fresh = self.build();
        let _ = state.replace_with_with_node_1(&fresh);
        *state = fresh;
    }
}

#[inline(never)]
fn set_property(node: &Node, name: &str, value: PropertyValue) {
    let value = match value {
        PropertyValue::Text(text) => text.into(),
        PropertyValue::Flag(flag) => flag.into(),
    };
    node.set_property(name, &value);
}

impl El {
    pub(super) fn write_html(&self, html: &mut String) {
        html.push_str(&self.0.outer_html());
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
