//! Where something is: coordinates, postcodes and countries in the shapes they come in.

use std::collections::HashMap;
use std::sync::LazyLock;

use alentour_model::text::fold;
use alentour_model::{Place, Point};
use serde_json::Value;

use crate::address;

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

/// A postcode as it should be, and whether it had to be repaired: an integer that lost its zero (`1000` for
/// `01000`), a space within (`72 000`), a Belgian one with a zero too many.
pub(crate) fn postcode(given: &str, country: &str) -> (String, bool) {
    let given = given.trim();
    let joined: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = !joined.is_empty() && joined.bytes().all(|b| b.is_ascii_digit());
    let repaired = match (country, joined.len()) {
        _ if !is_number => return (given.to_owned(), false),
        ("FR", 4) => format!("0{joined}"),
        ("BE", 5) if joined.starts_with('0') => joined.get(1..).unwrap_or_default().to_owned(),
        // Some countries write a space (Sweden's `114 55`): only where there is none is it a mistake.
        ("" | "FR" | "BE" | "CH" | "LU" | "DE" | "ES" | "IT", _) => joined,
        _ => given.to_owned(),
    };
    let changed = repaired != given;
    (repaired, changed)
}

/// Street, postcode and town of an address written as one text, as people write it in France and around: the
/// postcode stands before the town (`12 rue Haute, 35000 Rennes`). What is not clear stays with the street.
pub(crate) fn split_address(address: &str) -> (String, String, String) {
    let whole = || (address.to_owned(), String::new(), String::new());
    let words: Vec<&str> = address.split_whitespace().collect();
    // A number of five digits that words follow; the first number of all may be that of the house.
    let is_code = |at: usize| {
        let code = words.get(at).map_or("", |word| word.trim_start_matches("F-"));
        let begins_town = words.get(at + 1).is_some_and(|word| word.starts_with(char::is_alphabetic));
        code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit()) && begins_town
    };
    // `72 000 Le Mans`.
    let is_parted = |at: usize| {
        let digits = |at: usize, length: usize| {
            words.get(at).is_some_and(|word| word.len() == length && word.bytes().all(|b| b.is_ascii_digit()))
        };
        let before = at == 0 || words.get(at - 1).is_some_and(|word| word.ends_with(','));
        let begins_town = words.get(at + 2).is_some_and(|word| word.starts_with(char::is_alphabetic));
        before && digits(at, 2) && digits(at + 1, 3) && begins_town
    };
    let Some(at) = (0..words.len()).rev().find(|at| is_code(*at) || is_parted(*at)) else { return whole() };
    let length = if is_code(at) { 1 } else { 2 };
    let join = |words: &[&str], gap: &str| words.join(gap);
    let code = join(words.get(at..at + length).unwrap_or_default(), "");
    let behind = join(words.get(at + length..).unwrap_or_default(), " ");
    let town = behind.split([',', '(']).next().unwrap_or_default();
    let town = town.split(" - ").next().unwrap_or_default().trim();
    let street = join(words.get(..at).unwrap_or_default(), " ");
    let street = street.trim_end_matches(|c: char| c == ',' || c == '-' || c == '–' || c.is_whitespace());
    (street.to_owned(), code.trim_start_matches("F-").to_owned(), town.to_owned())
}

/// A place whose address repeats postcode and town: they are said once.
pub(crate) fn tidy(mut place: Place, country: String) -> Place {
    let (street, postcode, town) = split_address(&place.street_address);
    if place.postal_code.is_empty() || place.postal_code == postcode {
        if !postcode.is_empty() {
            place.street_address = street;
        }
        if place.postal_code.is_empty() {
            place.postal_code = postcode;
        }
        if place.address_locality.is_empty() {
            place.address_locality = town;
        }
    }
    if !place.is_empty() {
        place.address_country = country;
    }
    place
}

/// The place that a line in words is: a venue, an address, a town.
pub(crate) fn in_words(line: &str) -> Place {
    let place = address::read(line);
    if place.postal_code.is_empty() {
        // Without a comma, the venue is taken for all there is.
        let (street_address, postal_code, address_locality) = split_address(line);
        if !postal_code.is_empty() {
            return Place { street_address, postal_code, address_locality, ..Place::default() };
        }
    }
    place
}

/// The country's ISO 3166-1 alpha-2 code, from a code or the names that French feeds use; empty where unknown.
pub(crate) fn country(given: &str) -> String {
    let given = given.trim();
    if given.len() == 2 && given.bytes().all(|b| b.is_ascii_alphabetic()) {
        return given.to_ascii_uppercase();
    }
    let folded = fold(given);
    // "France (Métropole)": what is behind the name tells nothing that matters here.
    let first = folded.split(' ').next().unwrap_or_default();
    let code = |name: &str| COUNTRIES.get(name).copied().filter(|_| !name.is_empty());
    code(&folded).or_else(|| code(first)).unwrap_or_default().to_owned()
}

/// Codes by folded names.
static COUNTRIES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("tables/countries.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .flat_map(|line| {
            let (code, names) = line.split_once('\t').unwrap_or_default();
            names.split('\t').map(move |name| (name, code))
        })
        .collect()
});

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

    #[test]
    fn postcodes_get_their_zeros_back_and_lose_their_spaces() {
        let repair = |given: &str, country: &str| postcode(given, country);
        assert_eq!(repair("1000", "FR"), ("01000".into(), true));
        assert_eq!(repair("72 000", "FR"), ("72000".into(), true));
        assert_eq!(repair("04219", "BE"), ("4219".into(), true));
        for (given, country) in
            [("1000", "BE"), ("1000", ""), ("69007", "FR"), ("114 55", "SE"), ("EC1A 1BB", "GB")]
        {
            assert_eq!(repair(given, country), (given.into(), false));
        }
    }

    #[test]
    fn an_address_in_one_text_is_split_where_it_is_clear() {
        for (address, street, code, town) in [
            ("15 rue Vital Carles, 33000 Bordeaux", "15 rue Vital Carles", "33000", "Bordeaux"),
            ("54 rue du Port, 72 000 Le Mans", "54 rue du Port", "72000", "Le Mans"),
            ("12 rue Haute 35000 Rennes, France", "12 rue Haute", "35000", "Rennes"),
            ("69007 Lyon", "", "69007", "Lyon"),
            ("Place du Marché", "Place du Marché", "", ""),
            ("12345", "12345", "", ""),
            ("", "", "", ""),
        ] {
            let expected = (street.to_owned(), code.to_owned(), town.to_owned());
            assert_eq!(split_address(address), expected, "{address}");
        }
    }

    #[test]
    fn countries_become_codes() {
        for given in ["France", "fr", "FR", "France (Métropole)", " FRANCE "] {
            assert_eq!(country(given), "FR");
        }
        assert_eq!(
            (country("Belgique"), country("Atlantis"), country("")),
            ("BE".into(), String::new(), String::new())
        );
        assert_eq!((country("Royaume-Uni"), country("La Réunion")), ("GB".into(), "RE".into()));
    }

    #[test]
    fn names_of_countries_are_folded_and_lead_to_one_code() {
        let lines = include_str!("tables/countries.tsv").lines().filter(|line| !line.starts_with('#'));
        let names: Vec<_> = lines.flat_map(|line| line.split('\t').skip(1)).collect();
        assert_eq!(names.len(), COUNTRIES.len(), "a name is given twice");
        assert!(names.iter().all(|name| fold(name) == *name));
        assert!(
            COUNTRIES.values().all(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
        );
    }
}
