//! The formats that are known, and which one a document is in. Each is a file, or a folder, of its own; what news feeds have in
//! common is in `news.rs`, what lists in anybody's words have in `generic.rs`.

mod activitypub;
mod alentour;
mod api_engagement;
mod csv;
mod gancio;
mod generic;
mod geojson;
mod gogocarto;
#[cfg(feature = "calendar")]
mod icalendar;
mod json_feed;
mod list;
mod mobilize;
mod news;
mod openactive;
mod openagenda;
mod osdi;
mod rss;
mod schema_org;
mod the_events_calendar;
mod transiscope;

use std::sync::LazyLock;

use serde_json::Value;

use crate::budget::Meter;
use crate::document::Document;
use crate::error::ReadError;
use crate::format::{Format, TextFormat};
use crate::options::Options;
use crate::reading::Reading;

/// Every format, the one that is tried first, first.
pub(crate) const FORMATS: &[Format] = &[
    alentour::FORMAT,
    api_engagement::FORMAT,
    gogocarto::FORMAT,
    transiscope::FORMAT,
    activitypub::FORMAT,
    mobilize::FORMAT,
    osdi::FORMAT,
    the_events_calendar::FORMAT,
    gancio::FORMAT,
    openactive::FORMAT,
    openagenda::FORMAT,
    openagenda::opendatasoft::FORMAT,
    json_feed::FORMAT,
    schema_org::FORMAT,
    geojson::FORMAT,
    // The last, as it reads whatever is a list of things with a title.
    list::FORMAT,
];

/// Every format that is not JSON, the one that is tried first, first.
pub(crate) const TEXT_FORMATS: &[TextFormat] = &[
    api_engagement::xml::FORMAT,
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

/// Name and shape of each known format, a line each, in the order in which they are tried.
static SHAPES: LazyLock<String> = LazyLock::new(|| {
    let json = FORMATS.iter().map(|format| (format.name, format.shape));
    let all = json.chain(TEXT_FORMATS.iter().map(|format| (format.name, format.shape)));
    all.map(|(name, shape)| format!("\n  {name}: {shape}")).collect()
});

/// The format in JSON that a document has.
pub(crate) fn recognise(document: &Value) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.recognises)(document))
}

/// Reads a document in whichever format it has.
pub(crate) fn read(document: &Document, options: &Options, meter: &Meter) -> Result<Reading, ReadError> {
    let reading = match document {
        Document::Json(value) => recognise(value).and_then(|format| {
            let mut reading = (format.read)(value, options, meter)?;
            reading.next = (format.pages.next)(value, &options.base);
            reading.newest_first = format.pages.newest_first;
            (format.pages.complete)(&mut reading, value, &options.base);
            Some(reading)
        }),
        _ => TEXT_FORMATS.iter().find_map(|format| (format.read)(document, options, meter)),
    };
    reading.ok_or_else(|| document.unknown_shape(&SHAPES))
}
