//! What a feed is written in, told from how it begins.

use alentour_model::{Finding, Problem};
use serde_json::Value;

use crate::budget::Meter;
use crate::error::{self, ReadError};
use crate::{Options, csv, finding, json, lines, xml};

/// A feed, parsed as far as its syntax goes. Which format it is in is `format.rs`'s to say.
pub(crate) enum Document {
    /// JSON.
    Json(Value),
    /// A web page, whole: what it says of itself is in its scripts.
    Html(String),
    /// XML, as far as it goes.
    Xml(xml::Element),
    /// The lines of a calendar.
    Calendar(#[cfg_attr(not(feature = "calendar"), expect(dead_code, reason = "nobody reads it"))] String),
    /// Rows with a header.
    Table(csv::Table),
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
        findings.push(finding(Problem::BrokenText, "NUL"));
        text.replace('\0', "")
    } else {
        text
    };
    let start = text.trim_start();
    if start.is_empty() {
        return Err(ReadError::Empty);
    }
    match start.strip_prefix('<') {
        Some(markup) if error::is_html(markup) => Ok(Document::Html(text)),
        Some(_) => xml::parse(start, findings, meter).map(Document::Xml),
        None if starts_with(start, "BEGIN:VCALENDAR") || starts_with(start, "BEGIN:VEVENT") => {
            Ok(Document::Calendar(text))
        }
        None if lines::are_lines(start, meter) => {
            Ok(Document::Json(lines::parse(start, 1, findings, meter).into()))
        }
        // No table begins like an object or a list, unless its first header does: then it says nothing clear.
        None if start.starts_with(['{', '[']) => json::parse(&text, findings, meter).map(Document::Json),
        None => match csv::parse(start, &options.columns, findings, meter)? {
            Some(table) => Ok(Document::Table(table)),
            None => json::parse(&text, findings, meter).map(Document::Json),
        },
    }
}

fn starts_with(text: &str, beginning: &str) -> bool {
    text.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}
