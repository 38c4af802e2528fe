//! What a format is: its name, its shape, and what reads it. Those that are known are in `publishers/mod.rs`.

use serde_json::Value;

use crate::budget::Meter;
use crate::document::Document;
use crate::options::Options;
use crate::pagination::next::Pages;
use crate::reading::Reading;

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
    pub read: fn(&Value, &Options, &Meter) -> Option<Reading>,
    /// Whether its items are read one by one, so that a long list may be read in parts: [`crate::Stream`].
    pub apart: bool,
    /// How its pages follow each other.
    pub pages: Pages,
}

/// A format of feeds in another syntax.
pub(crate) struct TextFormat {
    /// Names it in reports. The name of a format in JSON where it is the same in another guise.
    pub name: &'static str,
    /// Its shape in words, for whoever has to mend a feed that has none of them.
    pub shape: &'static str,
    /// Reads a document that has its shape; `None` where it has not.
    pub read: fn(&Document, &Options, &Meter) -> Option<Reading>,
}
