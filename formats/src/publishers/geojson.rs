//! GeoJSON (RFC 7946): the features of a map, as uMap, a data portal or OpenStreetMap gives them. Of a feature
//! that is no point, its middle is taken, and marked as approximate. GoGoCarto's: `gogocarto.rs`.

use serde_json::{Map, Value, json};

use crate::format::Format;
use crate::items::List;
use crate::pagination::next::Pages;
use crate::publishers::generic;

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "GeoJSON: {\"type\": \"FeatureCollection\", \"features\": [feature]}, each feature's properties with a name or title",
    recognises: |document| features(document).is_some(),
    read: |document, _, meter| Some(LIST.read(features(document)?.iter().map(flat), meter)),
    apart: true,
    pages: Pages::LINKED,
};

const LIST: List = generic::list("geojson");

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
    generic::name(&mut map);
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
    let mut html = String::with_capacity(text.len() + 100);
    let mut rest = text;
    while let Some(start) = rest.find(['[', '{']) {
        let (before, marked) = rest.split_at(start);
        html.push_str(before);
        let close = match () {
            () if marked.starts_with("[[http") => "]]",
            () if marked.starts_with("{{http") => "}}",
            () => {
                // Both are one byte long.
                html.push_str(marked.get(..1).unwrap_or_default());
                rest = marked.get(1..).unwrap_or_default();
                continue;
            }
        };
        // The first bracket behind it closes it, or it is none.
        let end = marked.get(2..).and_then(|inside| inside.find(['[', ']', '{', '}'])).map(|end| end + 2);
        let Some(end) = end.filter(|end| marked.get(*end..).is_some_and(|rest| rest.starts_with(close)))
        else {
            html.push_str(marked.get(..2).unwrap_or_default());
            rest = marked.get(2..).unwrap_or_default();
            continue;
        };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_umap_become_links_and_images_go() {
        let text = "Voir [[https://example.org/a|le site]] {{https://example.org/a.png}} ou [[https://example.org]] [non] {[[http";
        assert_eq!(
            umap(text).as_deref(),
            Some(
                "Voir <a href=\"https://example.org/a\">le site</a>  ou <a href=\"https://example.org\">https://example.org</a> [non] {[[http"
            )
        );
        assert_eq!(umap("[rien] {{de}} tel"), None);
    }

    #[test]
    fn a_long_description_takes_no_longer_than_its_length() {
        let began = std::time::Instant::now();
        for piece in ["[[http", "[[https://e.org]]", "{{http", "[", "}}{{http"] {
            let _ = umap(&format!("[[http{}", piece.repeat(100_000)));
        }
        // Linear, this takes a second or two unoptimised; quadratic, hours.
        assert!(began.elapsed().as_secs() < 60);
    }

    #[test]
    fn the_middle_of_a_line_or_an_area_is_that_of_the_box_around_it() {
        let line = json!({"type": "LineString", "coordinates": [[4.0, 45.0], [5.0, 46.0], [4.5, 47.0]]});
        assert_eq!(centre(&line), Some((46.0, 4.5)));
        let both = json!({"type": "GeometryCollection", "geometries": [line, {"type": "Point", "coordinates": [6.0, 45.0]}]});
        assert_eq!(centre(&both), Some((46.0, 5.0)));
        assert_eq!(centre(&json!({"type": "Point", "coordinates": [4.0, 45.0]})), None);
        assert_eq!(centre(&json!({"type": "Polygon", "coordinates": []})), None);
    }
}
