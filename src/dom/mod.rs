//! Elements, built one way for two places: in the browser they are elements of the page, elsewhere a plain tree.
//!
//! Leptos' `view!` gives each combination of element, attributes and children a type of its own, and each type its own
//! code: this widget came to 197 KB of WebAssembly (brotli) that way. Here every element is one type, [`El`], which reads
//! like Leptos' own builder syntax (the book's "No Macros" chapter) and is a Leptos view like any other, so components
//! return it and `mount_to` takes it. `docs/ARCHITECTURE.md` has the figures.
//!
//! A closure follows signals: in the browser it runs again when one of them changes, as a Leptos effect; in a tree it
//! runs once, nothing is kept of it, and handlers of events fall away.
//!
//! ```
//! use alentour::dom::html::{button, p};
//! use leptos::prelude::*;
//!
//! let pressed = RwSignal::new(false);
//! let chip = p().class("chips").child(button().attr("aria-pressed", move || pressed.get()).child("Santé"));
//! assert_eq!(chip.to_html(), r#"<p class="chips"><button aria-pressed="false">Santé</button></p>"#);
//! ```

pub mod ev;
pub mod html;
mod property;
mod value;
mod view;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
pub use browser::{El, Listener, ticked, value};

#[cfg(not(target_arch = "wasm32"))]
mod tree;
#[cfg(not(target_arch = "wasm32"))]
pub use tree::{El, Opening, ticked, value};

use wasm_bindgen::JsCast;

use ev::Named;
pub use value::{Attribute, Child, Property};

impl El {
    /// An attribute: text, `true` and `false` (of ARIA's attributes the words, of HTML's whether it is there), or nothing.
    pub fn attr(mut self, name: &'static str, value: impl Attribute) -> Self {
        value.set(&mut self, name);
        self
    }

    /// The classes.
    pub fn class(self, classes: impl Attribute) -> Self {
        self.attr("class", classes)
    }

    /// The identifier within the widget.
    pub fn id(self, id: impl Attribute) -> Self {
        self.attr("id", id)
    }

    /// A part that partners can style: see `docs/embedding.md`.
    pub fn part(self, name: &str) -> Self {
        self.attr("part", name)
    }

    /// A property of the element, such as what stands in a field.
    pub fn prop(mut self, name: &'static str, value: impl Property) -> Self {
        value.set(&mut self, name);
        self
    }

    /// What is within: text, an element, a list of elements or none, or a closure that gives one of these.
    pub fn child(mut self, child: impl Child) -> Self {
        child.append_to(&mut self);
        self
    }

    /// Does something when an event happens.
    pub fn on<E: JsCast>(mut self, event: Named<E>, mut handler: impl FnMut(E) + 'static) -> Self {
        self.listen(event.name, Box::new(move |event| handler(event.unchecked_into())));
        self
    }
}
