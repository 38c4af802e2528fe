//! The formats that are known, and which one a document is in.

use serde_json::Value;

use crate::budget::Meter;
use crate::document::Document;
use crate::error::ReadError;
#[cfg(feature = "calendar")]
use crate::icalendar;
use crate::pages::Pages;
use crate::{Options, Reading, api_engagement, api_engagement_xml, canonical, gogocarto, transiscope};
use crate::{
    activitypub, gancio, geojson, list, mobilize, openactive, openagenda, openagenda_records, osdi, tribe,
};
use crate::{csv, json_feed, rss, schema_org};

/// A format of feeds in JSON.
#[derive(Debug)]
pub(crate) struct Format {
    /// Names it in reports.
    pub name: &'static str,
    /// Its shape in words, for whoever has to mend a feed that has none of them.
    pub shape: &'static str,
    /// Whether a document has its shape.
    pub recognises: fn(&Value) -> bool,
    /// Reads a document that has.
    pub read: fn(&Value, &Meter) -> Option<Reading>,
    /// Whether its items are read one by one, so that a long list may be read in parts: [`crate::Stream`].
    pub apart: bool,
    /// How its pages follow each other.
    pub pages: Pages,
}

/// Every format, the one that is tried first, first.
pub(crate) const FORMATS: &[Format] = &[
    canonical::FORMAT,
    api_engagement::FORMAT,
    gogocarto::FORMAT,
    transiscope::FORMAT,
    activitypub::FORMAT,
    mobilize::FORMAT,
    osdi::FORMAT,
    tribe::FORMAT,
    gancio::FORMAT,
    openactive::FORMAT,
    openagenda::FORMAT,
    openagenda_records::FORMAT,
    json_feed::FORMAT,
    schema_org::FORMAT,
    geojson::FORMAT,
    // The last, as it reads whatever is a list of things with a title.
    list::FORMAT,
];

/// A format of feeds in another syntax.
pub(crate) struct TextFormat {
    /// Names it in reports. The name of a format in JSON where it is the same in another guise.
    pub name: &'static str,
    /// Its shape in words, for whoever has to mend a feed that has none of them.
    pub shape: &'static str,
    /// Reads a document that has its shape; `None` where it has not.
    pub read: fn(&Document, &Options, &Meter) -> Option<Reading>,
}

/// Every format that is not JSON, the one that is tried first, first.
pub(crate) const TEXT_FORMATS: &[TextFormat] = &[
    api_engagement_xml::FORMAT,
    rss::RSS,
    rss::ATOM,
    #[cfg(feature = "calendar")]
    icalendar::FORMAT,
    schema_org::IN_PAGE,
    csv::FORMAT,
];

/// The names of the known formats, each once.
pub fn names() -> impl Iterator<Item = &'static str> {
    let is_json = |name| FORMATS.iter().any(|format| format.name == name);
    let others = TEXT_FORMATS.iter().map(|format| format.name).filter(move |name| !is_json(*name));
    FORMATS.iter().map(|format| format.name).chain(others)
}

/// Name and shape of each known format, in the order in which they are tried.
pub(crate) fn shapes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let json = FORMATS.iter().map(|format| (format.name, format.shape));
    json.chain(TEXT_FORMATS.iter().map(|format| (format.name, format.shape)))
}

/// Whether the pages of that format begin with what is newest.
pub(crate) fn is_newest_first(name: &str) -> bool {
    FORMATS.iter().any(|format| format.name == name && format.pages.newest_first)
}

/// The format in JSON that a document has.
pub(crate) fn recognise(document: &Value) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.recognises)(document))
}

/// Reads a document in whichever format it has.
pub(crate) fn read(document: &Document, options: &Options, meter: &Meter) -> Result<Reading, ReadError> {
    let reading = match document {
        Document::Json(value) => recognise(value).and_then(|format| {
            let mut reading = (format.read)(value, meter)?;
            reading.next = (format.pages.next)(value, &options.base);
            (format.pages.complete)(&mut reading, value, &options.base);
            Some(reading)
        }),
        _ => TEXT_FORMATS.iter().find_map(|format| (format.read)(document, options, meter)),
    };
    reading.ok_or_else(|| ReadError::unknown_shape(document))
}
