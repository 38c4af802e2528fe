//! Wall clocks' times and the zones that they are said in.

use alentour_model::read::read_when;
use alentour_model::{LocalTime, Moment, Place, When, Zones};

use crate::TzDatabase;

/// An instant (UTC seconds) on the wall clocks of a zone; `None` for a zone that nobody knows.
pub(crate) fn in_zone(instant: i64, zone: &str) -> Option<Moment> {
    // The offset there depends on the wall clock, and that on the offset: the second look settles it.
    let look = |offset: i32| TzDatabase.offset(zone, LocalTime::of(Moment { instant, offset }));
    let offset = look(look(0)?)?;
    Some(Moment { instant, offset })
}

/// A time as written (RFC 3339 with or without an offset, or a day), where clocks go by `zone`. One in UTC is put
/// on the clocks there: it is their day that counts.
pub(crate) fn when(text: &str, zone: &str) -> Option<When> {
    let when = read_when(text, zone, &TzDatabase)?;
    let is_utc = !when.all_day && text.ends_with(['Z', 'z']);
    let moment = if is_utc { in_zone(when.moment.instant, zone) } else { None };
    Some(When { moment: moment.unwrap_or(when.moment), ..when })
}

/// The zone that clocks go by at a place, as far as its postcode or country tell.
pub(crate) fn of_place(place: &Place) -> Option<&'static str> {
    let country = place.address_country.as_str();
    let overseas = match place.postal_code.get(..3).filter(|_| matches!(country, "" | "FR")) {
        Some("971") => "America/Guadeloupe",
        Some("972") => "America/Martinique",
        Some("973") => "America/Cayenne",
        Some("974") => "Indian/Reunion",
        Some("975") => "America/Miquelon",
        Some("976") => "Indian/Mayotte",
        Some("987") => "Pacific/Tahiti",
        Some("988") => "Pacific/Noumea",
        _ => "",
    };
    match (overseas, country) {
        ("", "FR") => Some("Europe/Paris"),
        ("", "BE") => Some("Europe/Brussels"),
        ("", "CH") => Some("Europe/Zurich"),
        ("", "LU") => Some("Europe/Luxembourg"),
        ("", _) => None,
        (zone, _) => Some(zone),
    }
}
