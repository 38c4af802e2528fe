//! Where it happens.

use super::reader::Reader;
use crate::feed::Notes;
use crate::json::Json;
use crate::place::Place;

pub(super) fn place<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Place> {
    let place = Place {
        name: reader.line("name"),
        street_address: reader.line("streetAddress"),
        postal_code: reader.line("postalCode"),
        address_locality: reader.line("addressLocality"),
        address_region: reader.line("addressRegion"),
        address_country: reader.line("addressCountry"),
        point: reader.point(),
        approximate: reader.flag("approximate"),
    };
    if place.is_empty() { reader.incomplete("") } else { Some(place) }
}
