//! A clock that stands still: all views of a page that is made natively see the same moment.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use alentour_model::Moment;
use alentour_model::query::Now;
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The tz database compiled into the program: the same answer on every machine.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Zones that clocks have been in, kept for good: there are some hundred names.
static ZONES: Mutex<Vec<&'static TimeZone>> = Mutex::new(Vec::new());

/// An instant, and the time zone of who looks at the clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    instant: i64,
    zone: &'static TimeZone,
    is_for_later: bool,
}

/// The clock of a visitor in UTC, at the moment it is.
impl Default for Clock {
    fn default() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { instant: since.as_secs() as i64, zone: kept(TimeZone::UTC), is_for_later: false }
    }
}

impl Clock {
    /// The clock of a visitor in a zone (an IANA name such as `Europe/Paris`) at an instant (UTC seconds); `None` for an unknown zone.
    pub fn new(instant: i64, zone: &str) -> Option<Self> {
        Some(Self { instant, zone: kept(DATABASE.get(zone).ok()?), is_for_later: false })
    }

    /// The same for what is kept, and read whenever: it says each year, and nothing that is true of the moment alone.
    pub fn for_later(self) -> Self {
        Self { is_for_later: true, ..self }
    }

    /// Whether what is written by it is read later.
    pub fn is_for_later(self) -> bool {
        self.is_for_later
    }

    /// The instant and the day it is for the visitor.
    pub fn now(self) -> Now {
        let moment = Moment { instant: self.instant, offset: self.offset_at(self.instant) };
        Now { instant: self.instant, today: moment.date() }
    }

    /// Seconds that the visitor's clock is ahead of UTC at an instant (UTC seconds).
    pub fn offset_at(self, instant: i64) -> i32 {
        offset(self.zone, instant)
    }
}

/// Seconds that clocks of a zone (an IANA name) are ahead of UTC at an instant (UTC seconds); `None` for an unknown zone.
pub(crate) fn zone_offset(zone: &str, instant: i64) -> Option<i32> {
    Some(offset(&DATABASE.get(zone).ok()?, instant))
}

/// The offset in whole minutes, as browsers give it: before standard time it had seconds (Paris: 9 min 21 s). Instants that
/// calendars do not reach have none.
fn offset(zone: &TimeZone, instant: i64) -> i32 {
    Timestamp::from_second(instant).map_or(0, |time| zone.to_offset(time).seconds() / 60 * 60)
}

/// The zone as it lives for good, once for each name, however the name was written.
fn kept(zone: TimeZone) -> &'static TimeZone {
    let mut zones = ZONES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = zones.iter().find(|known| ***known == zone) {
        return known;
    }
    let zone: &'static TimeZone = Box::leak(Box::new(zone));
    zones.push(zone);
    zone
}

#[cfg(test)]
mod tests {
    use alentour_model::Date;

    use super::*;

    /// 2026-11-24T23:30:00Z.
    const LATE: i64 = 1_795_563_000;

    #[test]
    fn the_day_is_the_one_of_the_visitors_zone() {
        let today = |zone| Clock::new(LATE, zone).map(|clock| clock.now().today);
        assert_eq!(today("UTC"), Date::new(2026, 11, 24));
        assert_eq!(today("Europe/Paris"), Date::new(2026, 11, 25));
        assert_eq!(today("America/Martinique"), Date::new(2026, 11, 24));
        assert_eq!(today("Europe/Nowhere"), None);
    }

    #[test]
    fn offsets_follow_the_zones_summer_time_and_have_no_seconds() {
        let clock = Clock::new(LATE, "Europe/Paris").unwrap();
        assert_eq!(clock.offset_at(LATE), 3600);
        assert_eq!(clock.offset_at(LATE - 150 * 86_400), 7200);
        assert_eq!(clock.offset_at(-3_000_000_000), 9 * 60);
        assert_eq!(clock.offset_at(i64::MAX), 0);
    }

    #[test]
    fn a_zone_is_kept_once_however_it_is_written() {
        let [one, other] = ["Pacific/Noumea", "pacific/noumea"].map(|name| Clock::new(LATE, name).unwrap());
        assert!(std::ptr::eq(one.zone, other.zone));
    }
}
