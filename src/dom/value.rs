//! What attributes, properties and the inside of an element may be given: values, or closures that follow signals.

use leptos::prelude::View;

use super::El;
use super::property::PropertyValue;

/// The value of an attribute.
pub trait Attribute: Sized {
    /// Its text; `None` where the attribute is not there.
    fn text(self, name: &str) -> Option<String>;

    /// Sets it.
    fn set(self, element: &mut El, name: &'static str) {
        if let Some(text) = self.text(name) {
            element.set_attribute(name, &text);
        }
    }
}

impl Attribute for &str {
    #[inline(never)]
    fn text(self, _: &str) -> Option<String> {
        Some(self.to_owned())
    }

    fn set(self, element: &mut El, name: &'static str) {
        element.set_attribute(name, self);
    }
}

impl Attribute for &String {
    fn text(self, _: &str) -> Option<String> {
        Some(self.clone())
    }

    fn set(self, element: &mut El, name: &'static str) {
        element.set_attribute(name, self);
    }
}

impl Attribute for String {
    fn text(self, _: &str) -> Option<String> {
        Some(self)
    }
}

/// ARIA's attributes say `true` and `false`; HTML's are there or not.
impl Attribute for bool {
    #[inline(never)]
    fn text(self, name: &str) -> Option<String> {
        match (self, name.starts_with("aria-")) {
            (true, true) => Some("true".to_owned()),
            (false, true) => Some("false".to_owned()),
            (true, false) => Some(String::new()),
            (false, false) => None,
        }
    }
}

impl<A: Attribute> Attribute for Option<A> {
    fn text(self, name: &str) -> Option<String> {
        self?.text(name)
    }
}

impl<A: Attribute, F: Fn() -> A + 'static> Attribute for F {
    fn text(self, name: &str) -> Option<String> {
        self().text(name)
    }

    fn set(self, element: &mut El, name: &'static str) {
        element.follow_attribute(name, Box::new(move || self().text(name)));
    }
}

/// What a property may be given.
pub trait Property: Sized {
    /// Its value.
    fn value(self) -> PropertyValue;

    /// Sets it.
    fn set(self, element: &mut El, name: &'static str) {
        element.set_property(name, self.value());
    }
}

impl Property for &str {
    fn value(self) -> PropertyValue {
        PropertyValue::Text(self.to_owned())
    }
}

impl Property for String {
    fn value(self) -> PropertyValue {
        PropertyValue::Text(self)
    }
}

impl Property for bool {
    fn value(self) -> PropertyValue {
        PropertyValue::Flag(self)
    }
}

impl<P: Property, F: Fn() -> P + 'static> Property for F {
    fn value(self) -> PropertyValue {
        self().value()
    }

    fn set(self, element: &mut El, name: &'static str) {
        element.follow_property(name, Box::new(move || self().value()));
    }
}

/// What may be within an element.
pub trait Child {
    /// Puts it at the end of the element.
    fn append_to(self, element: &mut El);
}

/// What a closure may give, to be within an element.
pub trait Following: Sized {
    /// Puts it at the end of the element, and something else in its place when signals say so.
    fn follow(child: Box<dyn Fn() -> Self>, element: &mut El);
}

impl<C: Following, F: Fn() -> C + 'static> Child for F {
    fn append_to(self, element: &mut El) {
        C::follow(Box::new(self), element);
    }
}

impl Child for &str {
    fn append_to(self, element: &mut El) {
        element.append_text(self);
    }
}

impl Following for &'static str {
    fn follow(child: Box<dyn Fn() -> Self>, element: &mut El) {
        element.follow_text(Box::new(move || child().to_owned()));
    }
}

impl Child for &String {
    fn append_to(self, element: &mut El) {
        element.append_text(self);
    }
}

impl Child for String {
    fn append_to(self, element: &mut El) {
        element.append_text(&self);
    }
}

impl Following for String {
    fn follow(child: Box<dyn Fn() -> Self>, element: &mut El) {
        element.follow_text(child);
    }
}

impl Child for El {
    fn append_to(self, element: &mut El) {
        element.append(self);
    }
}

impl Following for El {
    fn follow(child: Box<dyn Fn() -> Self>, element: &mut El) {
        element.follow_children(Box::new(move || vec![child()]));
    }
}

/// A component's view.
impl<C: Child> Child for View<C> {
    fn append_to(self, element: &mut El) {
        self.into_inner().append_to(element);
    }
}

impl<C: Following + 'static> Following for View<C> {
    fn follow(child: Box<dyn Fn() -> Self>, element: &mut El) {
        C::follow(Box::new(move || child().into_inner()), element);
    }
}

impl Child for Option<El> {
    fn append_to(self, element: &mut El) {
        if let Some(child) = self {
            element.append(child);
        }
    }
}

impl Following for Option<El> {
    fn follow(child: Box<dyn Fn() -> Self>, element: &mut El) {
        element.follow_children(Box::new(move || child().into_iter().collect()));
    }
}

impl Child for Vec<El> {
    fn append_to(self, element: &mut El) {
        self.into_iter().for_each(|child| element.append(child));
    }
}

impl Following for Vec<El> {
    fn follow(child: Box<dyn Fn() -> Self>, element: &mut El) {
        element.follow_children(child);
    }
}
