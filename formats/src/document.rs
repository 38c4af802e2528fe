//! What a feed is written in, told from how it begins.

use alentour_model::{Finding, Problem};
use serde_json::{Map, Value};

use crate::budget::Meter;
use crate::error::ReadError;
use crate::finding::feed_finding;
use crate::options::Options;
use crate::syntax::{json, markup, ndjson, table, xml};

/// A feed, parsed as far as its syntax goes. Which format it is in is for `publishers/` to say.
pub(crate) enum Document {
    /// JSON.
    Json(Value),
    /// A web page, whole: what it says of itself is in its scripts.
    Html(String),
    /// XML, as far as it goes.
    Xml(xml::Element),
    /// What begins like XML, and has no element that could be read: the name of the first.
    NoElement(String),
    /// The lines of a calendar.
    Calendar(#[cfg_attr(not(feature = "calendar"), expect(dead_code, reason = "nobody reads it"))] String),
    /// Rows with a header.
    Table(table::Table),
}

impl Document {
    /// The error of a document that no format reads, with the shapes that are known.
    pub fn unknown_shape(&self, known: &'static str) -> ReadError {
        let found = match self {
            Self::Json(value) => shape(value),
            Self::Html(page) => return ReadError::HtmlPage { title: markup::title(page) },
            Self::Xml(root) => return ReadError::Xml { root: root.name.chars().take(40).collect(), known },
            Self::NoElement(root) => return ReadError::Xml { root: root.clone(), known },
            Self::Calendar(_) => "a calendar".into(),
            Self::Table(_) => "a table".into(),
        };
        ReadError::UnknownShape { found, known }
    }
}

/// What JSON has on top.
fn shape(document: &Value) -> String {
    let fields = |map: &Map<String, Value>| {
        let names: Vec<_> = map.keys().take(8).map(|key| key.chars().take(30).collect::<String>()).collect();
        if names.is_empty() { "without fields".into() } else { format!("with {}", names.join(", ")) }
    };
    match document {
        Value::Object(map) => format!("an object {}", fields(map)),
        Value::Array(items) => match items.iter().find_map(Value::as_object) {
            Some(first) => {
                let objects = if items.len() == 1 { "object" } else { "objects" };
                format!("a list of {} {objects} {}", items.len(), fields(first))
            }
            None => format!("a list of {}, none of them an object", items.len()),
        },
        _ => "a single value".into(),
    }
}

/// Parses a text by the syntax that its beginning shows, and says what had to be mended for it.
pub(crate) fn parse(
    text: String,
    options: &Options,
    findings: &mut Vec<Finding>,
    meter: &Meter,
) -> Result<Document, ReadError> {
    // What begins and ends a text in some languages, and nothing in any feed. JSON says in which field.
    let text = if text.contains('\0') && !text.trim_start().starts_with(['{', '[']) {
        findings.push(feed_finding(Problem::BrokenText, "NUL"));
        text.replace('\0', "")
    } else {
        text
    };
    let start = text.trim_start();
    if start.is_empty() {
        return Err(ReadError::Empty);
    }
    match start.strip_prefix('<') {
        Some(tags) if markup::is_html(tags) => Ok(Document::Html(text)),
        Some(tags) => Ok(match xml::parse(start, findings, meter)? {
            Some(root) => Document::Xml(root),
            None => Document::NoElement(markup::root(tags)),
        }),
        None if starts_with(start, "BEGIN:VCALENDAR") || starts_with(start, "BEGIN:VEVENT") => {
            Ok(Document::Calendar(text))
        }
        None if ndjson::are_lines(start, meter) => {
            Ok(Document::Json(ndjson::parse(start, 1, findings, meter).into()))
        }
        // No table begins like an object or a list, unless its first header does: then it says nothing clear.
        None if start.starts_with(['{', '[']) => json::parse(&text, findings, meter).map(Document::Json),
        None => match table::parse(start, &options.columns, findings, meter)? {
            Some(table) => Ok(Document::Table(table)),
            None => json::parse(&text, findings, meter).map(Document::Json),
        },
    }
}

fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}
