//! Days and times in the shapes they come in.

use alentour_model::read::{DEFAULT_ZONE, read_when};
use alentour_model::session::When;
use alentour_model::{Date, LocalTime, Moment, Zones};
use serde_json::Value;

use crate::fields::zones::TzDatabase;

/// Years that mean something. Software writes 0001, 1900, 1970, 2067 and 9999 where no date was given.
const YEARS: std::ops::RangeInclusive<i32> = 1980..=2060;

/// A date of a feed, read.
#[derive(Debug, PartialEq)]
pub(crate) enum Read {
    When(When),
    /// A date that stands for "none".
    Placeholder,
    NotADate,
}

/// Reads a field that means a day, whatever it is written as: midnight in UTC and midnight in France are that
/// day, and so is the last second before the next.
pub(crate) fn day(value: &Value) -> Read {
    match moment(value) {
        Read::When(when) if !when.all_day => {
            // Written in UTC, meant there: midnight in UTC is that day, and 22:00 or 23:00 the next one's midnight.
            let Some(local) = in_zone(when.moment.instant, DEFAULT_ZONE) else { return Read::NotADate };
            [when.moment, Moment { offset: 0, ..when.moment }, local]
                .into_iter()
                .find(|moment| is_bound(*moment))
                .map_or(Read::When(when), |moment| whole(moment.date()))
        }
        other => other,
    }
}

fn is_bound(moment: Moment) -> bool {
    let second = (moment.instant + i64::from(moment.offset)).rem_euclid(86_400);
    second == 0 || second >= 86_400 - 60
}

fn whole(date: Date) -> Read {
    whole_in(date, DEFAULT_ZONE).map_or(Read::NotADate, Read::When)
}

/// A whole day, where clocks go by that zone.
pub(crate) fn whole_in(date: Date, zone: &str) -> Option<When> {
    let midnight = LocalTime { date, second: 0 };
    // The years that are written in four digits.
    let is_written = (1..=9999).contains(&date.parts().0);
    let moment = midnight.at(TzDatabase.offset(zone, midnight).unwrap_or(0));
    is_written.then_some(When { moment, all_day: true })
}

/// An instant (UTC seconds), where clocks go by that zone.
fn in_zone(instant: i64, zone: &str) -> Option<Moment> {
    let utc = Moment { instant, offset: 0 };
    let local = LocalTime { date: utc.date(), second: i32::try_from(instant.rem_euclid(86_400)).ok()? };
    // The offset at this wall clock rather than at this instant: they differ within two hours of a change.
    let offset = TzDatabase.offset(zone, local)?;
    Some(Moment { instant, offset })
}

/// Reads a date or a time: RFC 3339, a date alone, `DD/MM/YYYY`, Unix time in seconds or milliseconds.
pub(crate) fn moment(value: &Value) -> Read {
    moment_in(value, DEFAULT_ZONE)
}

/// The same, where clocks go by that zone.
pub(crate) fn moment_in(value: &Value, zone: &str) -> Read {
    let when = match value {
        Value::Number(number) => number.as_f64().and_then(|number| unix(number, zone)),
        // The longest is RFC 9557's, with the name of a zone.
        Value::String(text) if text.len() <= 200 => {
            let text = text.trim();
            read_when(text, zone, &TzDatabase)
                .or_else(|| read_when(&french(text)?, zone, &TzDatabase))
                .or_else(|| unix(text.parse().ok()?, zone))
        }
        _ => None,
    };
    match when {
        Some(when) if YEARS.contains(&when.date().parts().0) => Read::When(when),
        Some(_) => Read::Placeholder,
        None => Read::NotADate,
    }
}

fn unix(number: f64, zone: &str) -> Option<When> {
    // Seconds of a year from 1973 on have nine digits or more, milliseconds twelve or more.
    let seconds = if number >= 1e11 { number / 1000.0 } else { number };
    if !(1e8..1e11).contains(&seconds) {
        return None;
    }
    Some(When { moment: in_zone(seconds as i64, zone)?, all_day: false })
}

/// `DD/MM/YYYY`, perhaps with a time, as a date that sorts.
fn french(text: &str) -> Option<String> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mut parts = date.split(['/', '.', '-']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || day.len() > 2 || month.len() > 2 {
        return None;
    }
    let time = if time.is_empty() { String::new() } else { format!("T{}", time.trim()) };
    Some(format!("{year}-{month:0>2}-{day:0>2}{time}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn days(value: Value) -> String {
        match day(&value) {
            Read::When(when) if when.all_day => when.date().to_string(),
            Read::When(when) => when.moment.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn midnights_are_days_in_summer_and_winter() {
        assert_eq!(days(json!("2026-06-01T00:00:00.000Z")), "2026-06-01");
        assert_eq!(days(json!("2026-05-31T22:00:00.000Z")), "2026-06-01");
        assert_eq!(days(json!("2026-11-30T23:00:00.000Z")), "2026-12-01");
        assert_eq!(days(json!("2026-06-01T00:00:00+02:00")), "2026-06-01");
        assert_eq!(days(json!("2026-06-30T21:59:59.999Z")), "2026-06-30");
        assert_eq!(days(json!("2026-12-31T23:59:59.000Z")), "2026-12-31");
        assert_eq!(days(json!("2026-06-01 00:00:00")), "2026-06-01");
    }

    #[test]
    fn times_within_the_day_stay_times() {
        assert_eq!(days(json!("2026-06-01T14:30:00.000Z")), "2026-06-01T16:30:00+02:00");
    }

    #[test]
    fn other_ways_of_writing_a_day_are_read() {
        assert_eq!(days(json!("03/11/2026")), "2026-11-03");
        assert_eq!(days(json!("3/1/2026 00:00")), "2026-01-03");
        assert_eq!(days(json!(1_780_272_000)), "2026-06-01");
        assert_eq!(days(json!(1_780_272_000_000_u64)), "2026-06-01");
    }

    #[test]
    fn dates_that_mean_none_are_told_from_what_is_none() {
        for value in [json!("0001-01-01T00:00:00Z"), json!("2067-01-01"), json!("1970-01-01T00:00:00.000Z")] {
            assert_eq!(day(&value), Read::Placeholder, "{value}");
        }
        for value in
            [json!("bientôt"), json!(true), json!(12), json!("31/02/2026"), json!("1e300"), json!([])]
        {
            assert_eq!(day(&value), Read::NotADate, "{value}");
        }
    }
}
