//! GoGoCarto, the software behind many French maps of associations: `/api/elements.json` and `.geojson`.
//! <https://gogocarto.fr>
//!
//! An element is an entry of a directory: a group that can be contacted, with nothing to sign up for here.

use std::borrow::Cow;

use alentour_model::{Initiative, Kind, Place};
use serde_json::{Map, Value};

use crate::fields::cause::causes;
use crate::format::Format;
use crate::items::{Item, List, objects};
use crate::pagination::next::Pages;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "GoGoCarto: {\"data\": [element]}, a list of elements, each with name and geo {latitude, longitude}, or a GeoJSON \
            FeatureCollection of them",
    recognises: |document| elements(document).is_some(),
    read: |document, _, meter| Some(LIST.read(elements(document)?, meter)),
    apart: true,
    pages: Pages::ONE,
};

const LIST: List = List {
    name: "gogocarto",
    language: "",
    id: &["id"],
    title: &["name"],
    withdrawn,
    called_off: |_| None,
    fill,
};

/// The elements; of a FeatureCollection each feature's properties, with its geometry as `geo`.
fn elements(document: &Value) -> Option<impl Iterator<Item = Cow<'_, Value>>> {
    let (list, is_map) = match document.get("features").filter(|features| features.is_array()) {
        Some(features) => (features, true),
        None if document.is_array() => (document, false),
        None => (document.get("data")?, false),
    };
    let values = list.as_array()?;
    let is_ours = match is_map {
        true => values.iter().any(|feature| {
            let element = from_feature(feature);
            element
                .as_object()
                .is_some_and(|map| is_element(map) && OWN.iter().any(|field| map.contains_key(*field)))
        }),
        false => objects(list).any(is_element) || (values.is_empty() && document.get("ontology").is_some()),
    };
    let element = move |value| if is_map { Cow::Owned(from_feature(value)) } else { Cow::Borrowed(value) };
    is_ours.then(|| values.iter().map(element))
}

/// Fields that tell its features from those of any other map.
const OWN: [&str; 4] = ["taxonomy", "categories", "categoriesFull", "sourceKey"];

fn is_element(map: &Map<String, Value>) -> bool {
    map.contains_key("name") && (map.get("geo").is_some_and(Value::is_object) || map.contains_key("taxonomy"))
}

fn from_feature(feature: &Value) -> Value {
    let mut element = match feature.get("properties") {
        Some(Value::Object(properties)) => properties.clone(),
        _ => return feature.clone(),
    };
    for (from, to) in [("id", "id"), ("geometry", "geo")] {
        if let (Some(value), false) = (feature.get(from), element.contains_key(to)) {
            element.insert(to.to_owned(), value.clone());
        }
    }
    Value::Object(element)
}

fn withdrawn(item: &Item) -> Option<&'static str> {
    // Below -1: refused, deleted, an earlier version, a duplicate. -1 and 0 are shown while they wait for votes.
    let status = item.get("status").and_then(Value::as_f64);
    status.is_some_and(|status| status < -1.0).then_some("status")
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.kind = Some(Kind::Group);
    initiative.summary = item.text("abstract");
    initiative.description =
        item.paragraphs(&["description", "descriptionMore", "commitment", "openHoursMoreInfos"]);
    initiative.url = item.link(&["website", "url", "siteWeb"]);
    let mut categories = item.lines("categories");
    if categories.is_empty() {
        categories = item.lines("categoriesFull");
    }
    initiative.causes = causes(categories.iter().map(String::as_str));
    initiative.keywords = categories;
    initiative.places = Some(place(item)).filter(|place| !place.is_empty()).into_iter().collect();
}

fn place(item: &mut Item) -> Place {
    // Old maps have the address as one text.
    if item.get("address").is_some_and(Value::is_string) {
        let street_address = item.line("address");
        return Place { street_address, point: item.point(&["geo"], ""), ..Place::default() };
    }
    let country = item.country("address.addressCountry");
    Place {
        street_address: item.line("address.streetAddress"),
        postal_code: item.postcode("address.postalCode", &country),
        address_locality: item.line("address.addressLocality"),
        point: item.point(&["geo"], &country),
        address_country: country,
        ..Place::default()
    }
}
