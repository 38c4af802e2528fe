//! A plain tree, where there is no browser: written as HTML, or as JSON from which the loader makes the same elements.

use leptos::prelude::Render;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::property::PropertyValue;

/// An element.
#[derive(Clone, Debug, PartialEq)]
pub struct El {
    tag: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Element(El),
    Text(String),
}

/// What an element begins with.
#[derive(Debug)]
pub struct Opening {
    /// Its tag.
    pub tag: &'static str,
    /// Its attributes, in their order.
    pub attributes: Vec<(&'static str, String)>,
}

impl Opening {
    /// The value of an attribute; `None` where the element does not have it.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Elements that have nothing within and no end tag (<https://html.spec.whatwg.org/multipage/syntax.html#void-elements>).
const VOID: &[&str] = &["input"];

impl El {
    /// An element with that tag.
    pub(super) fn new(tag: &'static str) -> Self {
        Self { tag, attributes: Vec::new(), children: Vec::new() }
    }

    /// An element of SVG with that tag: a reader knows by the `<svg>` around it.
    pub(super) fn new_svg(tag: &'static str) -> Self {
        Self::new(tag)
    }

    pub(super) fn set_attribute(&mut self, name: &'static str, value: &str) {
        self.attributes.retain(|(other, _)| *other != name);
        self.attributes.push((name, value.to_owned()));
    }

    pub(super) fn follow_attribute(&mut self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) {
        if let Some(value) = value() {
            self.set_attribute(name, &value);
        }
    }

    /// What a property begins as is an attribute, or, of a `<textarea>`, the text within.
    pub(super) fn set_property(&mut self, name: &'static str, value: PropertyValue) {
        match value {
            PropertyValue::Text(text) if name == "value" && self.tag == "textarea" => self.append_text(&text),
            PropertyValue::Text(text) if !text.is_empty() => self.set_attribute(name, &text),
            PropertyValue::Flag(true) => self.set_attribute(name, ""),
            PropertyValue::Text(_) | PropertyValue::Flag(false) => {}
        }
    }

    pub(super) fn follow_property(&mut self, name: &'static str, value: Box<dyn Fn() -> PropertyValue>) {
        self.set_property(name, value());
    }

    pub(super) fn append(&mut self, child: Self) {
        self.children.push(Node::Element(child));
    }

    pub(super) fn append_text(&mut self, text: &str) {
        // Texts beside each other are one, as they are once they are written.
        match self.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ if text.is_empty() => {}
            _ => self.children.push(Node::Text(text.to_owned())),
        }
    }

    pub(super) fn follow_text(&mut self, text: Box<dyn Fn() -> String>) {
        self.append_text(&text());
    }

    pub(super) fn follow_children(&mut self, children: Box<dyn Fn() -> Vec<Self>>) {
        children().into_iter().for_each(|child| self.append(child));
    }

    /// Nothing happens here.
    pub(super) fn listen(&mut self, _: &'static str, _: Box<dyn FnMut(web_sys::Event)>) {}

    /// The same, with each element changed, the outermost first.
    pub fn changed(mut self, change: &mut impl FnMut(&mut Opening)) -> Self {
        let mut opening = Opening { tag: self.tag, attributes: self.attributes };
        change(&mut opening);
        (self.tag, self.attributes) = (opening.tag, opening.attributes);
        let children = self.children.into_iter().map(|child| match child {
            Node::Element(child) => Node::Element(child.changed(change)),
            text @ Node::Text(_) => text,
        });
        self.children = children.collect();
        self
    }

    /// The element as HTML.
    pub fn html(&self) -> String {
        let mut html = String::new();
        self.write_html(&mut html);
        html
    }

    /// Writes the element as HTML.
    pub(super) fn write_html(&self, html: &mut String) {
        let Self { tag, attributes, children } = self;
        html.extend(["<", tag]);
        for (name, value) in attributes {
            html.extend([" ", name, "=\""]);
            escape(value, html);
            html.push('"');
        }
        html.push('>');
        if VOID.contains(tag) {
            return;
        }
        if *tag == "textarea" {
            // The parser drops a line end that comes first.
            html.push('\n');
        }
        for child in children {
            match child {
                Node::Element(child) => child.write_html(html),
                Node::Text(text) => escape(text, html),
            }
        }
        html.extend(["</", tag, ">"]);
    }
}

/// For text between tags and between quotation marks alike.
fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

/// `["li", {"class": "card"}, ...]`, a text as a text. Without attributes there is no object.
impl Serialize for El {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_seq(None)?;
        parts.serialize_element(self.tag)?;
        if !self.attributes.is_empty() {
            parts.serialize_element(&Attributes(&self.attributes))?;
        }
        for child in &self.children {
            match child {
                Node::Element(child) => parts.serialize_element(child)?,
                Node::Text(text) => parts.serialize_element(text)?,
            }
        }
        parts.end()
    }
}

struct Attributes<'a>(&'a [(&'static str, String)]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Nothing is mounted where there is no browser.
impl Render for El {
    type State = ();

    fn build(self) -> Self::State {}

    fn rebuild(self, (): &mut Self::State) {}
}

/// Nothing is typed into a tree.
pub fn value(_: &web_sys::Event) -> String {
    String::new()
}

/// Nothing is ticked in a tree.
pub fn ticked(_: &web_sys::Event) -> bool {
    false
}
