//! A calendar's times on the wall clocks of a zone.

use alentour_model::read::read_when;
use alentour_model::{LocalTime, Moment, When, Zones};

use crate::TzDatabase;

/// An instant (UTC seconds) on the wall clocks of a zone; `None` for a zone that nobody knows.
pub(super) fn in_zone(instant: i64, zone: &str) -> Option<Moment> {
    // The offset there depends on the wall clock, and that on the offset: the second look settles it.
    let look = |offset: i32| TzDatabase.offset(zone, LocalTime::of(Moment { instant, offset }));
    let offset = look(look(0)?)?;
    Some(Moment { instant, offset })
}

/// A time as written (RFC 3339 with or without an offset, or a day), where clocks go by `zone`. One in UTC is put
/// on the clocks there: it is their day that counts.
pub(super) fn when(text: &str, zone: &str) -> Option<When> {
    let when = read_when(text, zone, &TzDatabase)?;
    let is_utc = !when.all_day && text.ends_with(['Z', 'z']);
    let moment = if is_utc { in_zone(when.moment.instant, zone) } else { None };
    Some(When { moment: moment.unwrap_or(when.moment), ..when })
}
