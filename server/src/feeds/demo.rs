//! The feed that the binary embeds. Its dates are relative (`"+3d 18:00"`, `"-10d"`), so that it is never over.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value, json};

/// The files of `data/demo/`: name and text.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/demo.rs"));

/// The zone of sessions that name none.
const ZONE: &str = "Europe/Paris";

/// The day it is now where the demo takes place.
pub fn today() -> Date {
    Timestamp::now().to_zoned(zone(ZONE)).date()
}

/// The canonical feed as of that day, as JSON.
pub fn feed(today: Date) -> String {
    let mut head = Map::new();
    let mut initiatives = Vec::new();
    for (_, text) in FILES {
        // The test below reads each of them.
        match serde_json::from_str(text).unwrap_or_default() {
            Value::Array(items) => initiatives.extend(items),
            Value::Object(mut file) => match file.remove("initiatives") {
                Some(Value::Array(items)) => {
                    initiatives.extend(items);
                    head.extend(file);
                }
                _ => initiatives.push(Value::Object(file)),
            },
            _ => {}
        }
    }
    head.entry("alentour").or_insert_with(|| json!("1"));
    head.entry("inLanguage").or_insert_with(|| json!("fr"));
    head.insert("initiatives".into(), Value::Array(initiatives));
    let mut feed = Value::Object(head);
    resolve(&mut feed, today, ZONE);
    feed.to_string()
}

/// Replaces each relative date within `value` by the one it stands for, in the nearest `timeZone` around it.
fn resolve(value: &mut Value, today: Date, zone_name: &str) {
    match value {
        Value::Object(map) => {
            let own = map.get("timeZone").and_then(Value::as_str).map(str::to_owned);
            let zone_name = own.as_deref().unwrap_or(zone_name);
            map.values_mut().for_each(|value| resolve(value, today, zone_name));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| resolve(value, today, zone_name)),
        Value::String(text) => {
            if let Some(date) = resolved(text, today, zone_name) {
                *text = date;
            }
        }
        _ => {}
    }
}

/// Reads `+3d`, `-10d` or `+3d 18:00`; `None` for any other text.
fn resolved(text: &str, today: Date, zone_name: &str) -> Option<String> {
    let (days, time) = text.split_once('d')?;
    let sign = if days.starts_with('-') { -1 } else { 1 };
    let digits = days.strip_prefix(['+', '-'])?;
    if digits.len() > 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let days: i64 = digits.parse().ok()?;
    let date = today.checked_add((sign * days).days()).ok()?;
    if time.is_empty() {
        return Some(date.to_string());
    }
    let (hour, minute) = time.strip_prefix(' ')?.split_once(':')?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let moment = date.to_datetime(time).to_zoned(zone(zone_name)).ok()?;
    Some(moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// The zone of that IANA name, or UTC: the tz database is compiled in, so that is for misspelt ones.
fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str, day: &str) -> Option<String> {
        resolved(text, day.parse().unwrap(), ZONE)
    }

    #[test]
    fn relative_dates_become_dates_of_the_day_that_is_served() {
        assert_eq!(on("+3d 18:00", "2026-11-22").as_deref(), Some("2026-11-25T18:00:00+01:00"));
        assert_eq!(on("+3d 18:05", "2026-07-30").as_deref(), Some("2026-08-02T18:05:00+02:00"));
        assert_eq!(on("-10d", "2026-03-01").as_deref(), Some("2026-02-19"));
        assert_eq!(on("+0d", "2026-03-01").as_deref(), Some("2026-03-01"));
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "",
            "d",
            "+d",
            "3d",
            "+3d18:00",
            "+3d 25:00",
            "+3d 18:61",
            "+3 days",
            "++3d",
            "+999999d",
            "2026-01-01",
        ] {
            assert_eq!(on(text, "2026-11-22"), None, "{text:?}");
        }
    }

    #[test]
    fn the_nearest_time_zone_counts() {
        let mut value = json!({ "timeZone": "Indian/Reunion", "sessions": [{ "startDate": "+1d 09:00" }, {
            "startDate": "+1d 09:00", "timeZone": "America/Cayenne" }] });
        resolve(&mut value, "2026-11-22".parse().unwrap(), ZONE);
        assert_eq!(value["sessions"][0]["startDate"], "2026-11-23T09:00:00+04:00");
        assert_eq!(value["sessions"][1]["startDate"], "2026-11-23T09:00:00-03:00");
    }

    #[test]
    fn every_demo_file_is_read_whole_whatever_the_day() {
        for (name, text) in FILES {
            serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        // Summer and winter time, the leap day, the turn of the year.
        for day in ["2026-11-22", "2027-03-27", "2028-02-28", "2028-12-30"] {
            let reading = alentour_formats::read(feed(day.parse().unwrap()).as_bytes()).unwrap();
            assert_eq!(reading.findings, [], "{day}");
            assert!(reading.items > 300 && reading.left_out() == 0, "{day}: {} items", reading.items);
        }
    }

    #[test]
    fn all_but_a_few_of_the_demo_are_still_to_come() {
        let reading = alentour_formats::read(feed(today()).as_bytes()).unwrap();
        let now = Timestamp::now().as_second();
        let over = reading.feed.initiatives.iter().filter(|initiative| initiative.is_over(now)).count();
        assert!(over * 10 < reading.items, "{over} of {}", reading.items);
    }
}
