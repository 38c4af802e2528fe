//! Words of dates and clocks that CLDR does not have. `intl.mjs` has the same for browsers, where it is smaller than in Rust.

use alentour_texts::fill;

/// "dimanche 1er novembre": a date in French, whose first of a month is an ordinal.
pub(in crate::locale) fn french(date: &str) -> String {
    let mut text = String::new();
    // CLDR writes dates with usual, no-break and thin spaces: what is not ASCII beside a figure is one of these.
    let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | 128..));
    for (index, sign) in date.char_indices() {
        text.push(sign);
        let before = date.as_bytes()[..index].last();
        if sign == '1' && (index == 0 || is_space(before)) && is_space(date.as_bytes().get(index + 1)) {
            text.push_str("er");
        }
    }
    text
}

/// The message with the city that an IANA zone is named after (`America/Argentina/Buenos_Aires`); `UTC` is named after none.
pub(in crate::locale) fn zone_name(language: &str, message: &str, zone: &str) -> String {
    let Some((area, city)) = zone.rsplit_once('/') else { return zone.to_owned() };
    if city.is_empty() || area.starts_with("Etc") {
        return zone.to_owned();
    }
    let city = match city {
        "Reunion" => "La Réunion".to_owned(),
        "Noumea" => "Nouméa".to_owned(),
        _ => city.chars().map(|sign| if sign == '_' { ' ' } else { sign }).collect(),
    };
    match message.strip_suffix("de {place}") {
        // "heure d’Abidjan".
        Some(before) if language == "fr" && city.starts_with(['A', 'E', 'I', 'O', 'U']) => {
            [before, "d’", &city].concat()
        }
        _ => fill(message, &[("place", &city)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_of_a_month_is_an_ordinal_in_french() {
        assert_eq!(french("mardi 1 mars"), "mardi 1er mars");
        assert_eq!(french("sam. 1\u{2009}–\u{2009}lun. 3 mai"), "sam. 1er\u{2009}–\u{2009}lun. 3 mai");
        assert_eq!(french("1 janv. 2028"), "1er janv. 2028");
        for same in ["mardi 11 mars", "mardi 21 mars 2031", "mardi 31 mars 1", ""] {
            assert_eq!(french(same), same);
        }
    }

    #[test]
    fn a_zone_is_named_after_its_city() {
        let named = |name| zone_name("fr", "heure de {place}", name);
        assert_eq!(named("Europe/Paris"), "heure de Paris");
        assert_eq!(named("America/Argentina/Buenos_Aires"), "heure de Buenos Aires");
        assert_eq!(named("Indian/Reunion"), "heure de La Réunion");
        assert_eq!(named("Africa/Abidjan"), "heure d’Abidjan");
        assert_eq!(zone_name("es", "hora de {place}", "Africa/Abidjan"), "hora de Abidjan");
        for same in ["UTC", "Etc/GMT+3", "Europe/"] {
            assert_eq!(named(same), same);
        }
    }
}
