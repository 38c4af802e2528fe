//! Addresses said in one line: "Salle des fêtes, 12 rue Haute, 69007 Lyon, France".

use alentour_model::Place;
use alentour_model::read::LINE;
use alentour_model::text::{cut, fold};

use super::country::country;
use super::postcode::postcode;

/// Takes a line apart as far as it is clear: a country at the end, a postcode with its town, a number with its
/// street; what is before them is the venue. A line of which nothing is clear is the venue, or the street.
pub(crate) fn read(line: &str) -> Place {
    let mut place = Place::default();
    let mut parts: Vec<&str> =
        line.split([',', '\n', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if let Some(last) = parts.last()
        // Two letters may be anything, in a line that somebody typed.
        && last.len() > 2
        && let code = country(last)
        && !code.is_empty()
    {
        place.address_country = code;
        parts.pop();
    }
    if let Some(at) = parts.iter().rposition(|part| town(part).is_some())
        && let Some((code, name)) = town(parts.remove(at))
    {
        let (repaired, _) = postcode(code, &place.address_country);
        place.postal_code = repaired;
        place.address_locality = name.to_owned();
        if name.is_empty() && at < parts.len() {
            place.address_locality = parts.remove(at).to_owned();
        }
        // What is behind the town is a region or says it again.
        parts.truncate(at);
    }
    let is_street = |part: &&str| {
        let folded = fold(part);
        let mut words = folded.split(' ');
        let first = words.next().unwrap_or_default();
        let number = first.starts_with(|c: char| c.is_ascii_digit());
        let has_kind = std::iter::once(first).chain(words).any(|word| STREETS.contains(&word));
        has_kind && (number || STREETS.contains(&first))
    };
    match parts.iter().position(is_street) {
        Some(at) => {
            place.street_address = parts.split_off(at).join(", ");
            place.name = parts.join(", ");
        }
        None => place.name = parts.join(", "),
    }
    // The line may have been a text, and commas have become longer.
    for field in [&mut place.name, &mut place.street_address, &mut place.address_locality] {
        cut(field, LINE);
    }
    place
}

/// What streets are called, folded.
const STREETS: [&str; 26] = [
    "rue",
    "avenue",
    "av",
    "boulevard",
    "bd",
    "place",
    "pl",
    "chemin",
    "allee",
    "allees",
    "impasse",
    "quai",
    "route",
    "rte",
    "cours",
    "square",
    "passage",
    "esplanade",
    "faubourg",
    "parvis",
    "street",
    "road",
    "lane",
    "strasse",
    "calle",
    "via",
];

/// A postcode of four or five digits, and the town behind it.
fn town(part: &str) -> Option<(&str, &str)> {
    let part = part.strip_prefix("F-").or_else(|| part.strip_prefix("B-")).unwrap_or(part);
    let (code, name) = part.split_once(' ').unwrap_or((part, ""));
    let is_code = (4..=5).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    // "1000 personnes" is no town, nor is "12345 rue Haute".
    let name = name.trim();
    let is_name = name.is_empty() && code.len() == 5 || name.starts_with(char::is_uppercase);
    (is_code && is_name).then_some((code, name))
}

/// Whether a line says that it happens on the network: the address of a room there, or words to that effect.
pub(crate) fn is_online(line: &str) -> bool {
    let folded = fold(line);
    let is_link = line.trim_start().starts_with("http");
    is_link
        || ["en ligne", "online", "visio", "visioconference", "webinaire", "webinar", "zoom", "a distance"]
            .iter()
            .any(|words| folded == *words || folded.starts_with(&format!("{words} ")))
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
    let place = read(line);
    if place.postal_code.is_empty() {
        // Without a comma, the venue is taken for all there is.
        let (street_address, postal_code, address_locality) = split_address(line);
        if !postal_code.is_empty() {
            return Place { street_address, postal_code, address_locality, ..Place::default() };
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> [String; 5] {
        let place = read(line);
        [place.name, place.street_address, place.postal_code, place.address_locality, place.address_country]
    }

    #[test]
    fn lines_are_taken_apart_as_far_as_they_are_clear() {
        for (line, expected) in [
            (
                "Salle des fêtes, 12 rue Haute, 69007 Lyon, France",
                ["Salle des fêtes", "12 rue Haute", "69007", "Lyon", "FR"],
            ),
            ("12 bis, rue Haute\n69007 Lyon", ["12 bis", "rue Haute", "69007", "Lyon", ""]),
            ("Place Bellecour, 69002, Lyon", ["", "Place Bellecour", "69002", "Lyon", ""]),
            ("Maison des associations", ["Maison des associations", "", "", "", ""]),
            ("Rue Neuve 3, 1000 Bruxelles, Belgique", ["", "Rue Neuve 3", "1000", "Bruxelles", "BE"]),
            ("1000 personnes attendues", ["1000 personnes attendues", "", "", "", ""]),
            ("Café, Lyon", ["Café, Lyon", "", "", "", ""]),
            ("", ["", "", "", "", ""]),
        ] {
            assert_eq!(parts(line), expected.map(String::from), "{line}");
        }
    }

    #[test]
    fn rooms_on_the_network_are_told_from_rooms() {
        for line in ["https://visio.example/abc", "En ligne", "Zoom (lien envoyé)", "Visioconférence"] {
            assert!(is_online(line), "{line}");
        }
        for line in ["Salle Zoomorphe", "Lyon", ""] {
            assert!(!is_online(line), "{line}");
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
}
