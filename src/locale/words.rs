//! Words of dates and clocks that CLDR does not have.

/// "dimanche 1er novembre": a date in French, whose first of a month is an ordinal.
pub(super) fn french(date: &str) -> String {
    let mut text = String::with_capacity(date.len() + 4);
    let mut before = ' ';
    let mut rest = date.chars();
    while let Some(sign) = rest.next() {
        text.push(sign);
        if sign == '1' && is_space(before) && rest.clone().next().is_some_and(is_space) {
            text.push_str("er");
        }
        before = sign;
    }
    text
}

/// The spaces that CLDR writes dates with: usual, no-break, thin and narrow no-break.
fn is_space(sign: char) -> bool {
    matches!(sign, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// The message with the city that an IANA zone is named after (`America/Argentina/Buenos_Aires`); `UTC` is named after none.
pub(super) fn zone(language: &str, message: &str, zone: &str) -> String {
    let (area, city) = zone.rsplit_once('/').unwrap_or_default();
    if city.is_empty() || area.starts_with("Etc") {
        return zone.to_owned();
    }
    let city = match city {
        "Reunion" => "La Réunion",
        "Noumea" => "Nouméa",
        _ => &city.replace('_', " "),
    };
    // "heure d’Abidjan".
    let elided = language == "fr" && city.starts_with(['A', 'E', 'I', 'O', 'U']);
    let message = if elided { &message.replace("de {", "d’{") } else { message };
    alentour_texts::fill(message, &[("place", city)])
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
        let named = |name| zone("fr", "heure de {place}", name);
        assert_eq!(named("Europe/Paris"), "heure de Paris");
        assert_eq!(named("America/Argentina/Buenos_Aires"), "heure de Buenos Aires");
        assert_eq!(named("Indian/Reunion"), "heure de La Réunion");
        assert_eq!(named("Africa/Abidjan"), "heure d’Abidjan");
        assert_eq!(zone("es", "hora de {place}", "Africa/Abidjan"), "hora de Abidjan");
        for same in ["UTC", "Etc/GMT+3", "Europe/"] {
            assert_eq!(named(same), same);
        }
    }
}
