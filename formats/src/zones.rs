//! The world's time zones, from the tz database compiled into the program.

use std::sync::OnceLock;

use alentour_model::{LocalTime, Zones};
use jiff::civil::DateTime;
use jiff::tz::TimeZoneDatabase;

/// The tz database that comes with the program: the same answer on every machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct TzDatabase;

impl Zones for TzDatabase {
    fn offset(&self, zone: &str, local: LocalTime) -> Option<i32> {
        static DATABASE: OnceLock<TimeZoneDatabase> = OnceLock::new();
        let zone = DATABASE.get_or_init(TimeZoneDatabase::bundled).get(zone).ok()?;
        let (year, month, day) = local.date.parts();
        let [hour, minute, second] = [local.second / 3600, local.second / 60 % 60, local.second % 60];
        let time = DateTime::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            0,
        );
        // The hour that a clock repeats is its first; the one it skips goes by the offset before.
        let instant = zone.to_ambiguous_timestamp(time.ok()?).compatible().ok()?;
        // Before standard time offsets had seconds (Paris: 9 min 21 s); a feed's offsets have none.
        Some(zone.to_offset(instant).seconds() / 60 * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alentour_model::Date;

    fn hours(zone: &str, date: &str, hour: i32) -> Option<f64> {
        let local = LocalTime { date: Date::parse(date).unwrap(), second: hour * 3600 };
        TzDatabase.offset(zone, local).map(|seconds| f64::from(seconds) / 3600.0)
    }

    #[test]
    fn clocks_go_by_the_zone_and_the_season() {
        assert_eq!(hours("Europe/Paris", "2026-11-24", 17), Some(1.0));
        assert_eq!(hours("Europe/Paris", "2026-07-14", 17), Some(2.0));
        assert_eq!(hours("Indian/Reunion", "2026-07-14", 17), Some(4.0));
        assert_eq!(hours("Asia/Kolkata", "2026-07-14", 17), Some(5.5));
        assert_eq!(hours("Europe/Paris", "2067-12-31", 23), Some(1.0));
    }

    #[test]
    fn the_day_clocks_change_has_both_offsets() {
        assert_eq!(hours("Europe/Paris", "2026-03-29", 1), Some(1.0));
        assert_eq!(hours("Europe/Paris", "2026-03-29", 3), Some(2.0));
        assert_eq!(hours("Europe/Paris", "2026-10-25", 1), Some(2.0));
        assert_eq!(hours("Europe/Paris", "2026-10-25", 3), Some(1.0));
    }

    #[test]
    fn offsets_are_whole_minutes_and_unknown_zones_have_none() {
        let local = LocalTime { date: Date::parse("1900-01-01").unwrap(), second: 0 };
        assert_eq!(TzDatabase.offset("Europe/Paris", local), Some(9 * 60));
        assert_eq!(TzDatabase.offset("Europe/Guillotière", local), None);
    }
}
