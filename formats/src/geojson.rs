//! GeoJSON (RFC 7946): the features of a map, as uMap, a data portal or OpenStreetMap gives them. Of a feature
//! that is no point, its middle is taken, and marked as approximate. GoGoCarto's: `gogocarto.rs`.

use serde_json::{Map, Value, json};

use crate::format::Format;
use crate::item::List;
use crate::pages::Pages;
use crate::plain;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "GeoJSON: {\"type\": \"FeatureCollection\", \"features\": [feature]}, each feature's properties with a name or title",
    recognises: |document| features(document).is_some(),
    read: |document| Some(LIST.read(&features(document)?.iter().map(flat).collect::<Vec<_>>())),
    pages: Pages::LINKED,
};

const LIST: List = plain::list("geojson");

fn features(document: &Value) -> Option<&[Value]> {
    let is = |value: &Value, name: &str| value.get("type").and_then(Value::as_str) == Some(name);
    if is(document, "Feature") {
        return Some(std::slice::from_ref(document));
    }
    let features = document.get("features")?.as_array()?;
    (is(document, "FeatureCollection") || features.iter().any(|feature| is(feature, "Feature")))
        .then_some(features)
}

/// A feature's properties, with its position and identifier among them.
fn flat(feature: &Value) -> Value {
    let Value::Object(members) = feature else { return feature.clone() };
    let mut map = match members.get("properties") {
        Some(Value::Object(properties)) => properties.clone(),
        _ => Map::new(),
    };
    if let Some(id) = members.get("id").filter(|id| id.is_string() || id.is_number()) {
        map.insert("id".into(), id.clone());
    }
    if let Some(geometry) = members.get("geometry").filter(|geometry| geometry.is_object()) {
        match centre(geometry) {
            Some((latitude, longitude)) => {
                map.insert("geometry".into(), json!({"lat": latitude, "lon": longitude}));
                map.insert("_alentour_centre".into(), true.into());
            }
            None => drop(map.insert("geometry".into(), geometry.clone())),
        }
    }
    plain::name(&mut map);
    for text in map.values_mut() {
        if let Value::String(text) = text
            && let Some(html) = umap(text)
        {
            *text = html;
        }
    }
    Value::Object(map)
}

/// The links and images of uMap's descriptions (`[[https://example.org|words]]`, `{{https://example.org/x.png}}`) as
/// HTML, which is read already; `None` where there are none.
fn umap(text: &str) -> Option<String> {
    if !text.contains("[[http") && !text.contains("{{http") {
        return None;
    }
    let mut html = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(start) = rest.find("[[http").into_iter().chain(rest.find("{{http")).min() {
        let (before, marked) = rest.split_at(start);
        let close = if marked.starts_with("[[") { "]]" } else { "}}" };
        let Some(end) = marked.find(close) else { break };
        html.push_str(before);
        let inside = marked.get(2..end).unwrap_or_default();
        if close == "]]" {
            let (target, words) = inside.split_once('|').unwrap_or((inside, inside));
            html.push_str(&format!("<a href=\"{}\">{words}</a>", target.trim().replace('"', "%22")));
        }
        rest = marked.get(end + 2..).unwrap_or_default();
    }
    html.push_str(rest);
    Some(html)
}

/// The middle of the box around a line, an area or several of them; `None` for a point and for what has none.
fn centre(geometry: &Value) -> Option<(f64, f64)> {
    if geometry.get("type").and_then(Value::as_str) == Some("Point") {
        return None;
    }
    let mut bounds = Bounds::default();
    bounds.add(geometry.get("coordinates").or_else(|| geometry.get("geometries"))?);
    let ((west, east), (south, north)) = (bounds.longitude?, bounds.latitude?);
    Some((south + (north - south) / 2.0, west + (east - west) / 2.0))
}

#[derive(Default)]
struct Bounds {
    longitude: Option<(f64, f64)>,
    latitude: Option<(f64, f64)>,
}

impl Bounds {
    /// As deep as the parser lets lists be.
    fn add(&mut self, value: &Value) {
        match value {
            Value::Array(values) => match values.as_slice() {
                [Value::Number(longitude), Value::Number(latitude), ..] => {
                    for (bounds, number) in [(&mut self.longitude, longitude), (&mut self.latitude, latitude)]
                    {
                        if let Some(number) = number.as_f64() {
                            let (least, most) = bounds.unwrap_or((number, number));
                            *bounds = Some((least.min(number), most.max(number)));
                        }
                    }
                }
                values => values.iter().for_each(|value| self.add(value)),
            },
            Value::Object(geometry) => {
                if let Some(value) = geometry.get("coordinates").or_else(|| geometry.get("geometries")) {
                    self.add(value);
                }
            }
            _ => {}
        }
    }
}
