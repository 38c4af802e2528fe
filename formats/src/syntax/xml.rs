//! XML as a tree, read as far as it goes.
//!
//! Tolerant where feeds are careless: stray ampersands, entities of HTML, end tags that are missing or too many.
//! Entities that the document declares itself are not expanded, and nothing outside it is opened.

use alentour_model::{Finding, Problem};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::{Map, Value};

use crate::budget::{Meter, Resource};
use crate::error::ReadError;
use crate::finding::feed_finding;
use crate::syntax::html;

/// Elements within elements. A feed has some five, the HTML within it some ten more.
const MAX_DEPTH: usize = 128;
/// Bytes that an element or a text takes beside what is in it: its node, in a list that doubles as it grows, and its name.
const NODE: usize = 2 * size_of::<Node>() + 32;
/// Elements and texts directly within one element, whatever the budget: more than a text has.
const NODES: usize = 20_000;
/// The same of an attribute.
const ATTRIBUTE: usize = 2 * size_of::<(String, String)>() + 48;
/// Prefixes that a document may declare, each once: every element is looked up in them.
const MAX_PREFIXES: usize = 32;

/// An element of XML.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its name: without a prefix in the vocabularies of feeds, else behind the prefix that [`PREFIXES`] has for it.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub nodes: Vec<Node>,
    /// The document broke off within it.
    pub unfinished: bool,
}

#[derive(Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// Vocabularies that feeds add to their own, by the prefix that everybody uses for them.
const PREFIXES: &[(&str, &str)] = &[
    ("http://purl.org/rss/1.0/modules/content/", "content"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://purl.org/rss/1.0/modules/event/", "ev"),
    ("http://www.georss.org/georss", "georss"),
    ("http://www.opengis.net/gml", "gml"),
    ("http://www.w3.org/2003/01/geo/wgs84_pos#", "geo"),
    ("urn:ietf:params:xml:ns:xcal", "xcal"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://www.w3.org/2005/Atom", ""),
    ("http://purl.org/rss/1.0/", ""),
    ("http://www.w3.org/1999/xhtml", ""),
];

impl Element {
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of that name within it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element of that name within it.
    pub fn first(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Its own text, trimmed.
    pub fn text(&self) -> String {
        let text: String = self
            .nodes
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect();
        text.trim().to_owned()
    }

    /// What is in it, as HTML.
    pub fn markup(&self) -> String {
        let mut html = String::new();
        self.write(&mut html);
        html
    }

    fn write(&self, html: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(text) => html.push_str(&quick_xml::escape::escape(text)),
                Node::Element(element) => {
                    html.push_str(&format!("<{}", element.name));
                    for (name, value) in &element.attributes {
                        html.push_str(&format!(" {name}=\"{}\"", quick_xml::escape::escape(value)));
                    }
                    html.push('>');
                    element.write(html);
                    html.push_str(&format!("</{}>", element.name));
                }
            }
        }
    }

    /// As JSON: text for an element of nothing but text, else an object, in which a name that is there several
    /// times is a list.
    pub fn to_value(&self) -> Value {
        if self.elements().next().is_none() {
            return Value::String(self.text());
        }
        let mut map = Map::new();
        for element in self.elements() {
            let value = element.to_value();
            match map.get_mut(&element.name) {
                None => drop(map.insert(element.name.clone(), value)),
                Some(Value::Array(list)) => list.push(value),
                Some(first) => {
                    let both = vec![first.take(), value];
                    *first = Value::Array(both);
                }
            }
        }
        Value::Object(map)
    }
}

/// Reads XML: its first element, if it has one. What breaks off or goes wrong is read up to there, which a finding says, and so is what is beyond the budget.
pub(crate) fn parse(
    text: &str,
    findings: &mut Vec<Finding>,
    meter: &Meter,
) -> Result<Option<Element>, ReadError> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut tree = Tree { stack: vec![Element::default()], prefixes: Vec::new(), meter };
    while meter.spent().is_none() {
        match reader.read_event() {
            Ok(Event::Start(start)) => tree.open(&start)?,
            Ok(Event::Empty(start)) => {
                tree.open(&start)?;
                tree.close();
            }
            Ok(Event::End(end)) => tree.end(end.name().as_ref()),
            Ok(Event::Text(words)) => tree.text(&words.into_inner()),
            Ok(Event::CData(words)) => tree.text(&words.into_inner()),
            Ok(Event::GeneralRef(entity)) => tree.text(&resolve(&entity)),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(text.len());
                let line = text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
                findings.push(feed_finding(Problem::BreaksOff, &format!("line {line}: {error}")));
                break;
            }
        }
    }
    if meter.spent().is_none()
        && tree.stack.len() > 1
        && !findings.iter().any(|finding| finding.problem == Problem::BreaksOff)
    {
        findings.push(feed_finding(Problem::BreaksOff, ""));
    }
    while tree.stack.len() > 1 {
        if let Some(last) = tree.stack.last_mut() {
            last.unfinished = true;
        }
        tree.close();
    }
    let root = tree.stack.pop().and_then(|document| {
        document.nodes.into_iter().find_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    });
    Ok(root)
}

struct Tree<'a> {
    /// The elements that are open, below them the document.
    stack: Vec<Element>,
    /// Prefixes that the document declared, and those of [`PREFIXES`] that they stand for.
    prefixes: Vec<(String, &'static str)>,
    meter: &'a Meter,
}

impl Tree<'_> {
    fn open(&mut self, start: &BytesStart) -> Result<(), ReadError> {
        self.meter.parse(NODE + start.len());
        // Between two items there is white space. Whoever reads them sees that there are too many.
        let most = self.meter.most_items().saturating_mul(2).max(NODES);
        if self.stack.last().is_some_and(|parent| parent.nodes.len() > most) {
            self.meter.stop(Resource::Items);
        }
        if self.stack.len() > MAX_DEPTH {
            return Err(ReadError::TooDeep { most: MAX_DEPTH });
        }
        let mut element = Element::default();
        // HTML's attributes may go without a value or its quotation marks.
        for attribute in start.html_attributes().with_checks(false).flatten() {
            let name = attribute.key.as_ref().to_owned();
            let value = html::unescape(&attribute.value);
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                let known = PREFIXES.iter().find(|(namespace, _)| *namespace == value.trim());
                if let Some((_, known)) = known
                    && self.prefixes.len() < MAX_PREFIXES
                    && !self.prefixes.iter().any(|(declared, _)| declared == prefix)
                {
                    self.prefixes.push((prefix.to_owned(), known));
                }
            }
            self.meter.parse(ATTRIBUTE + name.len() + value.len());
            element.attributes.push((name, value));
        }
        element.name = self.rename(start.name().as_ref());
        self.stack.push(element);
        Ok(())
    }

    fn rename(&self, name: &str) -> String {
        let Some((prefix, local)) = name.split_once(':') else { return name.to_owned() };
        match self.prefixes.iter().find(|(declared, _)| declared == prefix) {
            Some((_, "")) => local.to_owned(),
            Some((_, known)) => format!("{known}:{local}"),
            None => name.to_owned(),
        }
    }

    /// An end tag closes what is open of its name, with all that is in it; nothing, if nothing is.
    fn end(&mut self, name: &str) {
        let name = self.rename(name);
        let Some(opened) = self.stack.iter().skip(1).rposition(|element| element.name == name) else {
            return;
        };
        while self.stack.len() > opened + 1 {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some(mut element) = self.stack.pop()
            && let Some(parent) = self.stack.last_mut()
        {
            // Most elements hold one text, for which a list has room for four.
            element.nodes.shrink_to_fit();
            parent.nodes.push(Node::Element(element));
        }
    }

    fn text(&mut self, words: &str) {
        let Some(element) = self.stack.last_mut() else { return };
        self.meter
            .parse(if matches!(element.nodes.last(), Some(Node::Text(_))) { 0 } else { NODE } + words.len());
        match element.nodes.last_mut() {
            Some(Node::Text(text)) => text.push_str(words),
            // White space before the first element is only there for the eye.
            None if words.trim().is_empty() => {}
            _ => element.nodes.push(Node::Text(words.to_owned())),
        }
    }
}

fn resolve(entity: &BytesRef) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    html::unescape(&format!("&{};", entity.borrow().into_inner()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use serde_json::json;

    fn parse(text: &str, findings: &mut Vec<Finding>) -> Result<Element, ReadError> {
        super::parse(text, findings, &Meter::new(Budget::OPERATOR, 0)).map(Option::unwrap)
    }

    fn tree(text: &str) -> (Value, Vec<Problem>) {
        let mut findings = Vec::new();
        let value = parse(text, &mut findings).unwrap().to_value();
        (value, findings.iter().map(|finding| finding.problem).collect())
    }

    #[test]
    fn elements_become_fields_and_repeated_ones_a_list() {
        let (value, findings) = tree("<a>\n <b>1</b><c><![CDATA[x < y]]> &amp; z</c><b/> </a>");
        assert_eq!((value, findings), (json!({"b": ["1", ""], "c": "x < y & z"}), vec![]));
    }

    #[test]
    fn careless_xml_is_read() {
        let (value, findings) = tree("<a><b>Arts & fêtes&nbsp;: caf&eacute;</b><c>x<br>y</c></d></a>");
        assert_eq!(value["b"], "Arts & fêtes\u{a0}: café");
        assert_eq!((value["c"]["br"].clone(), findings), (json!("y"), vec![]));
    }

    #[test]
    fn what_breaks_off_is_read_up_to_there() {
        for end in ["<b>2", "<b>2</b", "<b>2<!-- "] {
            let mut findings = Vec::new();
            let root = parse(&format!("<a><b>1</b>{end}"), &mut findings).unwrap();
            let whole: Vec<_> = root.all("b").filter(|b| !b.unfinished).map(Element::text).collect();
            assert_eq!((whole, findings[0].problem), (vec!["1".to_owned()], Problem::BreaksOff), "{end}");
        }
    }

    #[test]
    fn entities_of_the_documents_own_are_not_expanded() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"boom\"><!ENTITY y \"&x;&x;\"><!ENTITY z SYSTEM \"file:///etc/hostname\">]>\
                    <a>&y;&z;</a>";
        assert_eq!(tree(bomb).0, json!("&y;&z;"));
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let deep = "<a>".repeat(100_000);
        assert!(matches!(parse(&deep, &mut Vec::new()), Err(ReadError::TooDeep { .. })));
    }

    #[test]
    fn elements_are_kept_as_far_as_their_memory_goes() {
        let meter = Meter::new(Budget { parsed: 100_000, ..Budget::OPERATOR }, 0);
        let many = format!("<a>{}", "<b c='d'>e</b>".repeat(10_000));
        let root = super::parse(&many, &mut Vec::new(), &meter).unwrap().unwrap();
        let whole = root.all("b").filter(|element| !element.unfinished && element.text() == "e").count();
        assert!((100..1000).contains(&whole), "{whole}");
        assert_eq!((meter.spent(), root.all("b").count() - whole <= 1), (Some(Resource::Parsed), true));
    }

    #[test]
    fn prefixes_are_those_that_everybody_uses() {
        let text = "<x:feed xmlns:x='http://www.w3.org/2005/Atom' xmlns:g=\"http://www.georss.org/georss\"><g:point>1 2</g:point></x:feed>";
        let root = parse(text, &mut Vec::new()).unwrap();
        assert_eq!((root.name.as_str(), root.first("georss:point").unwrap().text()), ("feed", "1 2".into()));
    }

    #[test]
    fn markup_comes_back_as_html() {
        let root = parse("<a><p class=x>1 &lt; 2 <b>3</b></p></a>", &mut Vec::new()).unwrap();
        assert_eq!(root.markup(), "<p class=\"x\">1 &lt; 2 <b>3</b></p>");
    }
}
