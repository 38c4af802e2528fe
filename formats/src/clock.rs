//! Wall clocks' times and the zones that they are said in.

use alentour_model::read::read_when;
use alentour_model::{LocalTime, Moment, Place, When, Zones};

use crate::{TzDatabase, zones};

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

/// The zone that clocks go by at the first of these places that tells. A postcode without a country is taken for
/// France's.
pub(crate) fn of_places(places: &[Place]) -> Option<&'static str> {
    places.iter().find_map(|place| {
        let in_france = || Place { address_country: "FR".into(), ..place.clone() };
        let is_bare = place.address_country.is_empty() && !place.postal_code.is_empty();
        zones::of_place(place).or_else(|| is_bare.then(|| zones::of_place(&in_france()))?)
    })
}
