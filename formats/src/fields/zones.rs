//! The world's time zones, by name and by place.

use std::collections::HashMap;
use std::sync::LazyLock;

use alentour_model::{Date, LocalTime, Place, Zones};

use crate::platform;

/// The tz database: in a browser its own, elsewhere the one that comes with the program.
#[derive(Clone, Copy, Debug, Default)]
pub struct TzDatabase;

impl Zones for TzDatabase {
    fn offset(&self, zone: &str, local: LocalTime) -> Option<i32> {
        platform::offset(zone, local)
    }
}

/// The zone of that name, as the tz database or a calendar spells it: `Europe/Paris`, `UTC+2`. `None` for any other.
pub(crate) fn named(name: &str) -> Option<String> {
    let name = name.trim();
    if let Some(hours) = name.strip_prefix("UTC").or_else(|| name.strip_prefix("GMT"))
        && let Ok(hours) = hours.parse::<i32>()
    {
        return fixed(hours * 3600);
    }
    let noon = LocalTime { date: Date::from_days(20_000), second: 43_200 };
    let is_plain =
        name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
    (is_plain && TzDatabase.offset(name, noon).is_some()).then(|| name.to_owned())
}

/// The zone that is always that many seconds ahead of UTC, if that is a whole number of hours. Its sign is the
/// other way round (tz database, file `etcetera`).
pub(crate) fn fixed(offset: i32) -> Option<String> {
    let hours = offset / 3600;
    match hours {
        _ if offset % 3600 != 0 || !(-12..=14).contains(&hours) => None,
        0 => Some("UTC".into()),
        _ => Some(format!("Etc/GMT{:+}", -hours)),
    }
}

static BY_PLACE: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../tables/zones.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).collect()
});

/// Boxes around parts of France overseas: south, north, west, east, in degrees, as in `coordinates.rs`.
const OVERSEAS: [([f64; 4], &str); 7] = [
    ([14.0, 18.2, -63.2, -60.7], "America/Martinique"),
    ([2.0, 6.0, -54.7, -51.5], "America/Cayenne"),
    ([-21.5, -20.8, 55.1, 55.9], "Indian/Reunion"),
    ([-13.1, -12.5, 44.9, 45.4], "Indian/Mayotte"),
    ([46.7, 47.2, -56.5, -56.1], "America/Miquelon"),
    ([-23.0, -17.5, 158.0, 172.5], "Pacific/Noumea"),
    ([-28.0, -7.5, -155.0, -134.0], "Pacific/Tahiti"),
];

/// The zone that clocks go by at a place, as far as its point, postcode, region or country tell.
pub(crate) fn of_place(place: &Place) -> Option<&'static str> {
    let country = place.address_country.as_str();
    let zone = |rest: &str| BY_PLACE.get(format!("{country} {rest}").as_str()).copied();
    let by_postcode = place.postal_code.get(..3).and_then(zone);
    let by_point = || {
        let point = place.point.filter(|_| matches!(country, "" | "FR"))?;
        let inside = |[south, north, west, east]: [f64; 4]| {
            (south..=north).contains(&point.latitude) && (west..=east).contains(&point.longitude)
        };
        OVERSEAS.iter().find(|(area, _)| inside(*area)).map(|(_, zone)| *zone)
    };
    let by_region = || zone(&place.address_region.to_ascii_uppercase());
    by_postcode.or_else(by_point).or_else(by_region).or_else(|| BY_PLACE.get(country).copied())
}

/// The zone that clocks go by at the first of these places that tells. A postcode without a country is taken for
/// France's.
pub(crate) fn of_places(places: &[Place]) -> Option<&'static str> {
    places.iter().find_map(|place| {
        let in_france = || Place { address_country: "FR".into(), ..place.clone() };
        let is_bare = place.address_country.is_empty() && !place.postal_code.is_empty();
        of_place(place).or_else(|| is_bare.then(|| of_place(&in_france()))?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alentour_model::Point;

    fn place(country: &str, postcode: &str, region: &str) -> Place {
        Place {
            address_country: country.into(),
            postal_code: postcode.into(),
            address_region: region.into(),
            ..Place::default()
        }
    }

    #[test]
    fn places_have_the_zone_of_their_country_postcode_region_or_point() {
        for (country, postcode, region, zone) in [
            ("FR", "69007", "", Some("Europe/Paris")),
            ("FR", "97410", "", Some("Indian/Reunion")),
            ("FR", "98713", "", Some("Pacific/Tahiti")),
            ("RE", "97410", "", Some("Indian/Reunion")),
            ("BE", "1000", "", Some("Europe/Brussels")),
            ("ES", "38001", "", Some("Atlantic/Canary")),
            ("US", "97401", "OR", Some("America/Los_Angeles")),
            ("US", "20001", "dc", Some("America/New_York")),
            ("US", "", "", None),
            ("", "97410", "", None),
        ] {
            assert_eq!(of_place(&place(country, postcode, region)), zone, "{country} {postcode} {region}");
        }
        let saint_paul = Place { point: Point::new(-21.01, 55.27), ..Place::default() };
        assert_eq!(of_place(&saint_paul), Some("Indian/Reunion"));
        assert_eq!(of_place(&Place { address_country: "MU".into(), ..saint_paul }), Some("Indian/Mauritius"));
    }

    #[test]
    fn every_zone_of_the_table_is_in_the_database() {
        assert!(BY_PLACE.len() > 130);
        for (place, zone) in BY_PLACE.iter() {
            assert_eq!(named(zone).as_deref(), Some(*zone), "{place}");
        }
        assert!(OVERSEAS.iter().all(|(_, zone)| named(zone).is_some()));
    }

    #[test]
    fn zones_are_known_by_name_or_by_their_distance_from_utc() {
        assert_eq!(named("America/New_York").as_deref(), Some("America/New_York"));
        assert_eq!(named("UTC+2").as_deref(), Some("Etc/GMT-2"));
        assert_eq!(hours("Etc/GMT-2", "2026-07-14", 12), Some(2.0));
        assert_eq!(fixed(-5 * 3600).as_deref(), Some("Etc/GMT+5"));
        for name in ["Europe/Guillotière", "", "UTC+25", "../etc/passwd", "Paris"] {
            assert_eq!(named(name), None, "{name}");
        }
    }

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
    fn what_was_asked_for_before_changes_no_answer() {
        // The times of a year that share a place among those that are remembered, in two zones by turns.
        for _ in 0..2 {
            for days in (0..3 * 366).step_by(16) {
                let local = LocalTime { date: Date::parse("2026-01-01").unwrap().plus(days), second: 0 };
                let (_, month, _) = local.date.parts();
                let paris = TzDatabase.offset("Europe/Paris", local);
                if !matches!(month, 3 | 10) {
                    assert_eq!(paris, Some(if (4..10).contains(&month) { 7200 } else { 3600 }), "{local:?}");
                }
            }
            assert_eq!(hours("Indian/Reunion", "2026-01-01", 0), Some(4.0));
        }
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
