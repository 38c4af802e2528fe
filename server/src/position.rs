//! Positions as pages and people write them. No address of ours has one: addresses are kept in histories and logs.

use alentour::render::ChosenPlace;
use alentour_model::Point;

/// A place as it may stand in an address: a position to two decimals.
pub fn rounded(name: &str) -> String {
    coordinates(name).map_or_else(|| name.trim().to_owned(), |place| place.label)
}

/// The point of `latitude,longitude`, as the widget reads it: two numbers as JSON writes them. To two decimals, which is a kilometre.
pub fn coordinates(text: &str) -> Option<ChosenPlace> {
    let (latitude, longitude) = text.split_once(',')?;
    let degrees = |text: &str| {
        let degrees: f64 = serde_json::from_str(text.trim()).ok()?;
        // No negative zero.
        Some((degrees * 100.0).round() / 100.0 + 0.0)
    };
    let (latitude, longitude) = (degrees(latitude)?, degrees(longitude)?);
    let point = Point::new(latitude, longitude)?;
    Some(ChosenPlace { label: format!("{latitude:.2},{longitude:.2}"), point })
}

/// Whether there is a position in it, in whatever way it is written: what the widget reads as one, or two numbers of two decimals or more,
/// as in "45,757 4,832" or "(45.757° N, 4.832° E)".
pub fn is_position(text: &str) -> bool {
    let mut numbers = 0;
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest = &rest[start + digits(&rest[start..])..];
        let Some(decimals) = rest.strip_prefix(['.', ',', '，', '٫']) else { continue };
        if digits(decimals) >= 2 {
            numbers += 1;
            rest = &decimals[digits(decimals)..];
        }
    }
    numbers >= 2 || is_pair(text) || coordinates(text).is_some()
}

/// Whether it is two numbers and nothing else, one of them with decimals.
fn is_pair(text: &str) -> bool {
    let parts = text.split(|c: char| ",;/".contains(c) || c.is_whitespace());
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    parts.len() == 2 && text.contains('.') && parts.iter().all(|part| part.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_are_a_position() {
        for position in [
            "45,7578 4,8320",
            "45.75N,4.83E",
            "(45.757, 4.832)",
            "geo:45.757,4.832?z=12",
            "45.75° 4.83°",
            "45.757，4.832",
            "45.75,4.85",
            "45.75 4.85",
            "-45.75; 4",
            "45.75, -4.85",
            "45.757812,4",
            "45,4",
            "4575e-2,4",
        ] {
            assert!(is_position(position), "{position}");
        }
        for place in [
            "4557578137 1",
            "12,50 €",
            "69007, 75001",
            "91,4",
            "69007",
            "Lyon 7",
            "69007 Lyon",
            "",
            "Lyon 7e (69007)",
        ] {
            assert!(!is_position(place), "{place}");
        }
    }

    #[test]
    fn a_position_may_stand_in_an_address_to_a_kilometre() {
        for (given, stands) in [
            ("45.757812,4", "45.76,4.00"),
            (" 45 , -4.8321 ", "45.00,-4.83"),
            ("-0.001,0", "0.00,0.00"),
            (" Lyon 7e ", "Lyon 7e"),
        ] {
            assert_eq!(rounded(given), stands);
        }
    }
}
