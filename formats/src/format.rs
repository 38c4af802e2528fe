//! The formats that are known, and which one a document is in.

use serde_json::Value;

use crate::error::ReadError;
use crate::{Reading, api_engagement, canonical, gogocarto, transiscope};

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
}

/// Every format, the one that is tried first, first.
pub(crate) const FORMATS: &[Format] =
    &[canonical::FORMAT, api_engagement::FORMAT, gogocarto::FORMAT, transiscope::FORMAT];

/// The names of the known formats.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

pub(crate) fn read(document: &Value) -> Result<Reading, ReadError> {
    let format = FORMATS.iter().find(|format| (format.recognises)(document));
    let reading = format.and_then(|format| (format.read)(document));
    reading.ok_or_else(|| ReadError::unknown_shape(document))
}
