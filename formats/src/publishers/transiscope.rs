//! Transiscope, which gathers the maps of alternatives in France: a list of entries with `title`, `categories`
//! and an `address`. <https://transiscope.org>
//!
//! An entry of its directory is a group that can be contacted, with nothing to sign up for here.

use alentour_model::{Initiative, Kind, Place};
use serde_json::Value;

use crate::fields::cause::causes;
use crate::format::Format;
use crate::items::{Item, List, objects};
use crate::pagination::next::Pages;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "Transiscope: a list of entries, each with title, categories [{name}] and address {street, city, location}",
    recognises: |document| {
        objects(document).any(|entry| {
            entry.contains_key("title")
                && entry.get("categories").is_some_and(Value::is_array)
                && (entry.get("address").is_some_and(Value::is_object) || entry.contains_key("location"))
        })
    },
    read: |document, _, meter| Some(LIST.read(document.as_array()?, meter)),
    apart: true,
    pages: Pages::ONE,
};

const LIST: List = List {
    name: "transiscope",
    language: "fr",
    id: &["id"],
    title: &["title"],
    withdrawn: |_| None,
    called_off: |_| None,
    fill,
};

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.kind = Some(Kind::Group);
    initiative.summary = item.text("summary");
    initiative.description = item.paragraphs(&["description", "commitment"]);
    // Its own website rather than its page in the directory it was taken from.
    initiative.url = item.link(&["website", "url"]);
    initiative.keywords = item.lines("categories");
    initiative.causes = causes(initiative.keywords.iter().map(String::as_str));
    let country = item.country("address.country");
    let place = Place {
        street_address: item.line("address.street"),
        postal_code: item.postcode("address.postalCode", &country),
        address_locality: item.line("address.city"),
        point: item.point(&["address.location", "location"], &country),
        address_country: country,
        ..Place::default()
    };
    initiative.places = Some(place).filter(|place| !place.is_empty()).into_iter().collect();
}
