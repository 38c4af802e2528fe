//! Who organises, and what was achieved, as somebody says.

use super::reader::Reader;
use crate::feed::Notes;
use crate::initiative::Impact;
use crate::json::Json;
use crate::organisation::{Organisation, Sector};

pub(super) fn organisation<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Organisation> {
    let name = reader.line("name");
    if name.is_empty() {
        return reader.incomplete("name");
    }
    Some(Organisation { name, url: reader.link("url"), sector: reader.word("sector", Sector::parse) })
}

pub(super) fn impact<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Impact> {
    let (name, value) = (reader.line("name"), reader.given("value").and_then(|value| value.number()));
    let (Some(value), false) = (value, name.is_empty()) else { return reader.incomplete("value") };
    let source = reader.objects("source", organisation).into_iter().next();
    Some(Impact { name, value, unit: reader.line("unit"), as_of: reader.when("asOf"), source })
}
