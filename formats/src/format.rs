//! The formats that are known, and which one a document is in.

use serde_json::Value;

use crate::error::ReadError;
use crate::pages::Pages;
use crate::{Reading, api_engagement, canonical, gogocarto, transiscope};
use crate::{
    activitypub, gancio, geojson, list, mobilize, openactive, openagenda, openagenda_records, osdi, tribe,
};

/// A format of feeds.
pub(crate) struct Format {
    /// Names it in reports.
    pub name: &'static str,
    /// Its shape in words, for whoever has to mend a feed that has none of them.
    pub shape: &'static str,
    /// Whether a document has its shape.
    pub recognises: fn(&Value) -> bool,
    /// Reads a document that has.
    pub read: fn(&Value) -> Option<Reading>,
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
    geojson::FORMAT,
    // The last, as it reads whatever is a list of things with a title.
    list::FORMAT,
];

/// The names of the known formats.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

/// Whether the pages of that format begin with what is newest.
pub(crate) fn is_newest_first(name: &str) -> bool {
    FORMATS.iter().any(|format| format.name == name && format.pages.newest_first)
}

/// Reads a document that came from the address `base`, which may be empty.
pub(crate) fn read(document: &Value, base: &str) -> Result<Reading, ReadError> {
    let format = FORMATS.iter().find(|format| (format.recognises)(document));
    let reading = format.and_then(|format| {
        let mut reading = (format.read)(document)?;
        reading.next = (format.pages.next)(document, base);
        (format.pages.complete)(&mut reading, document, base);
        Some(reading)
    });
    reading.ok_or_else(|| ReadError::unknown_shape(document))
}
