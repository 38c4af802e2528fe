//! The town in which it happens: what was typed, looked up in the gazetteer.

use alentour_model::gazetteer::Locality;

use super::Fields;
use crate::bundle::{Bundle, COUNTRIES, Understood};
use crate::position::is_position;

/// What was typed as a town.
#[derive(Clone, Debug)]
pub enum Town {
    /// Nothing, or none is needed.
    None,
    /// There is no gazetteer to ask: it is taken as it was typed.
    Unasked,
    /// No place has that name.
    Unknown,
    /// One of these, which have that name or one like it, and somebody has to say which.
    OneOf(Vec<Locality>),
    /// That one.
    Is(Box<Locality>),
}

impl Town {
    /// Looks up what was typed, in France and then in the countries around it. Reads files: not for the thread that answers requests.
    pub fn find(fields: &Fields, bundle: &Bundle) -> Self {
        let typed = fields.get("town");
        if typed.is_empty() || fields.get("where") != "place" || is_position(typed) {
            return if is_position(typed) { Self::Unknown } else { Self::None };
        }
        if !bundle.has_gazetteer() {
            return Self::Unasked;
        }
        match bundle.understood(typed, &COUNTRIES.join(" ")) {
            Understood::Unknown => Self::Unknown,
            Understood::Like(places) | Understood::OneOf(places) => Self::OneOf(places),
            Understood::Is(place) => Self::Is(place),
        }
    }

    /// The one that it is.
    pub fn place(&self) -> Option<&Locality> {
        if let Self::Is(place) = self { Some(place) } else { None }
    }
}

/// The clocks of a place, where they are not those of Paris.
pub(super) fn zone(place: &Locality) -> Option<&'static str> {
    let is_french = place.area == "FR" || place.area.is_empty();
    Some(match place.postcode.get(..3)? {
        "971" | "977" | "978" if is_french => "America/Guadeloupe",
        "972" if is_french => "America/Martinique",
        "973" if is_french => "America/Cayenne",
        "974" if is_french => "Indian/Reunion",
        "975" if is_french => "America/Miquelon",
        "976" if is_french => "Indian/Mayotte",
        "986" if is_french => "Pacific/Wallis",
        "987" if is_french => "Pacific/Tahiti",
        "988" if is_french => "Pacific/Noumea",
        _ if place.area.starts_with("GB") => "Europe/London",
        _ => return None,
    })
}
