//! Coordinates, and numbers, in the shapes they come in.

use alentour_model::Point;
use serde_json::Value;

/// Boxes around France: south, north, west, east, in degrees (IGN, "Limites administratives", rounded outwards).
const FRANCE: [[f64; 4]; 8] = [
    [41.0, 51.5, -5.5, 10.0],      // mainland and Corsica
    [14.0, 18.2, -63.2, -60.7],    // Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
    [2.0, 6.0, -54.7, -51.5],      // French Guiana
    [-21.5, -20.8, 55.1, 55.9],    // Réunion
    [-13.1, -12.5, 44.9, 45.4],    // Mayotte
    [46.7, 47.2, -56.5, -56.1],    // Saint-Pierre-et-Miquelon
    [-23.0, -17.5, 158.0, 172.5],  // New Caledonia
    [-28.0, -7.5, -155.0, -134.0], // Polynesia
];

fn is_french(latitude: f64, longitude: f64) -> bool {
    let inside = |[south, north, west, east]: &[f64; 4]| {
        (*south..=*north).contains(&latitude) && (*west..=*east).contains(&longitude)
    };
    FRANCE.iter().any(inside)
}

/// Reads `{lat, lon}`, `{latitude, longitude}`, GeoJSON's `[lon, lat]` and `"lat, lon"`, numbers or text.
/// `None` where there is nothing; `Some(Err)` for what is no position. `true` in the second place: the two were
/// swapped, which shows where `country` is France, or not said, and only the swapped point is in it.
pub(crate) fn point(value: &Value, country: &str) -> Option<Result<(Point, bool), ()>> {
    match value {
        Value::Object(map) => {
            let named = |names: &[&str]| names.iter().find_map(|name| map.get(*name)).filter(|v| is_given(v));
            match (named(&["lat", "latitude"]), named(&["lon", "lng", "long", "longitude"])) {
                (None, None) => point(map.get("coordinates")?, country),
                (latitude, longitude) => point_of(latitude, longitude, country),
            }
        }
        Value::Array(pair) => match pair.as_slice() {
            [longitude, latitude, ..] => Some(checked(number(latitude), number(longitude), country)),
            [] | [Value::Null] => None,
            [_] => Some(Err(())),
        },
        Value::String(text) if !text.trim().is_empty() => {
            let pair = text.split_once([',', ';']);
            let degrees = |text: &str| decimal(text);
            let pair = pair.map(|(latitude, longitude)| (degrees(latitude), degrees(longitude)));
            Some(pair.ok_or(()).and_then(|(latitude, longitude)| checked(latitude, longitude, country)))
        }
        _ => None,
    }
}

/// The same, of a latitude and a longitude that stand for themselves.
pub(crate) fn point_of(
    latitude: Option<&Value>,
    longitude: Option<&Value>,
    country: &str,
) -> Option<Result<(Point, bool), ()>> {
    match (latitude.filter(|value| is_given(value)), longitude.filter(|value| is_given(value))) {
        (Some(latitude), Some(longitude)) => Some(checked(number(latitude), number(longitude), country)),
        (None, None) => None,
        _ => Some(Err(())),
    }
}

fn checked(latitude: Option<f64>, longitude: Option<f64>, country: &str) -> Result<(Point, bool), ()> {
    let (Some(latitude), Some(longitude)) = (latitude, longitude) else { return Err(()) };
    // 0, 0 is the sea off Ghana, and what an empty form field becomes.
    if latitude == 0.0 && longitude == 0.0 {
        return Err(());
    }
    let swapped =
        matches!(country, "" | "FR") && !is_french(latitude, longitude) && is_french(longitude, latitude);
    let point = if swapped { Point::new(longitude, latitude) } else { Point::new(latitude, longitude) };
    point.map(|point| (point, swapped)).ok_or(())
}

fn is_given(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        Value::String(text) => decimal(text),
        _ => None,
    }
}

/// A number in digits, with a point or a comma.
fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    // More than any number has.
    let is_short = text.len() <= 400;
    is_short.then(|| text.replace(',', ".").parse().ok())?.filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn coordinates_are_read_in_every_shape() {
        let lyon = Point::new(45.75, 4.85).unwrap();
        for value in [
            json!({"lat": 45.75, "lon": 4.85}),
            json!({"latitude": "45,75", "longitude": " 4.85"}),
            json!({"lat": 45.75, "lng": 4.85}),
            json!([4.85, 45.75]),
            json!([4.85, 45.75, 170.0]),
            json!({"type": "Point", "coordinates": [4.85, 45.75]}),
            json!("45.75 ,4.85"),
        ] {
            assert_eq!(point(&value, "FR"), Some(Ok((lyon, false))), "{value}");
        }
    }

    #[test]
    fn swapped_coordinates_are_turned_round_where_only_that_is_in_france() {
        let lyon = Point::new(45.75, 4.85).unwrap();
        let swapped = json!({"lat": 4.85, "lon": 45.75});
        assert_eq!(point(&swapped, "FR"), Some(Ok((lyon, true))));
        assert_eq!(point(&swapped, "SO"), Some(Ok((Point::new(4.85, 45.75).unwrap(), false))));
        let reunion = json!({"lat": 55.45, "lon": -20.88});
        assert_eq!(point(&reunion, "FR"), Some(Ok((Point::new(-20.88, 55.45).unwrap(), true))));
        // Longitudes beyond 90 are no latitudes, so these would be lost otherwise.
        let noumea = json!({"lat": 166.45, "lon": -22.27});
        assert_eq!(point(&noumea, ""), Some(Ok((Point::new(-22.27, 166.45).unwrap(), true))));
    }

    #[test]
    fn what_is_no_position_is_told_from_nothing() {
        for value in
            [json!({"lat": 0, "lon": 0}), json!({"lat": 95, "lon": 200}), json!("chez nous"), json!([1])]
        {
            assert_eq!(point(&value, "FR"), Some(Err(())), "{value}");
        }
        assert_eq!(point(&json!({"lat": 1}), ""), Some(Err(())));
        for value in
            [json!(null), json!([]), json!([null]), json!({}), json!({"lat": null, "lon": null}), json!("")]
        {
            assert_eq!(point(&value, "FR"), None, "{value}");
        }
    }
}
