//! Alentour's own format (`docs/feed.md`).

use alentour_model::read::read_value;
use serde_json::Value;

use crate::format::Format;
use crate::pages::Pages;
use crate::{Columns, Reading, TzDatabase};

pub(crate) const FORMAT: Format = Format {
    name: "alentour",
    shape: "Alentour's own: {\"initiatives\": [{\"id\": …, \"name\": …}]}",
    recognises: |document| initiatives(document).is_some(),
    read,
    apart: true,
    pages: Pages::ONE,
};

fn initiatives(document: &Value) -> Option<&Vec<Value>> {
    document.get("initiatives")?.as_array()
}

fn read(document: &Value) -> Option<Reading> {
    let items = initiatives(document)?.len();
    let (feed, findings) = read_value(document, &TzDatabase).ok()?;
    Some(Reading { format: FORMAT.name, feed, findings, items, next: None, columns: Columns::default() })
}
