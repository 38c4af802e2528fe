//! When an event happens: once, or again and again, but for the times that were left out, added or moved.

use std::collections::HashSet;

use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendarComponent, ICalendarDuration, ICalendarPeriod, ICalendarProperty, ICalendarStatus,
    ICalendarValue,
};
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde_json::{Map, Value, json};

use super::clock::Clock;
use super::zones::Zones;
use crate::budget::Meter;
use crate::fields::recurrence::{self, DAYS, SESSIONS, Unexpanded};
use crate::options::Options;

/// One time at which it happens, on the wall clocks of the event's zone.
struct Time {
    start: NaiveDateTime,
    end: Option<NaiveDateTime>,
    zone: Tz,
    all_day: bool,
}

/// Whether an event, or what stands for a single time of it, is called off.
pub(super) fn is_cancelled(event: &ICalendarComponent) -> bool {
    event.status() == Some(&ICalendarStatus::Cancelled)
}

/// Adds what it happens at as `$sessions`, the single times that are called off as `$cancelled`, and what is wrong with it under the names that `FLAGS` has.
pub(super) fn add(
    event: &ICalendarComponent,
    moved: &[&ICalendarComponent],
    zones: &Zones,
    options: &Options,
    meter: &Meter,
    map: &mut Map<String, Value>,
) {
    // What a finding shows: the property as it was understood.
    for (name, property) in [("DTSTART", ICalendarProperty::Dtstart), ("DTEND", ICalendarProperty::Dtend)] {
        if let Some(entry) = event.property(&property) {
            map.insert(name.into(), shown(entry.values.first()).into());
        }
    }
    let Some(start) = first(event, &ICalendarProperty::Dtstart, zones) else {
        let has_start = event.has_property(&ICalendarProperty::Dtstart);
        if has_start {
            flag(map, "$notADate", "DTSTART");
        }
        return;
    };
    if start.lost {
        flag(map, "$unknownZone", "DTSTART");
    }
    let length = length(event, &start, zones, map);
    let mut starts = starts(event, &start, zones, options, meter, map);
    let (mut times, mut cancelled, mut replaced_times) = (Vec::new(), Vec::new(), HashSet::new());
    for change in moved {
        let Some(replaced) = first(change, &ICalendarProperty::RecurrenceId, zones) else { continue };
        replaced_times.insert(replaced.there(start.zone));
        // Where it was last announced for: it may have been moved before it was called off.
        let moved_to = first(change, &ICalendarProperty::Dtstart, zones);
        if is_cancelled(change) {
            let start = moved_to.unwrap_or(replaced);
            let own_length = self::length(change, &start, zones, map);
            cancelled.push(time(start.local, &start, own_length.or(length)));
        } else if let Some(start) = moved_to {
            let length = self::length(change, &start, zones, map);
            times.push(time(start.local, &start, length));
        }
    }
    keep_recent(&mut cancelled, options);
    starts.retain(|time| !replaced_times.contains(time));
    times.extend(starts.iter().map(|local| time(*local, &start, length)));
    times.sort_by_key(|time| time.start);
    if event.is_recurrent() {
        keep_coming(&mut times, options, meter, map);
    } else if times.len() > SESSIONS {
        flag(map, "$tooMany", "RDATE");
        times.truncate(SESSIONS);
    }
    map.insert("$sessions".into(), times.iter().map(written).collect());
    map.insert("$cancelled".into(), cancelled.iter().map(written).collect());
}

/// Of what is called off, what would not have ended: the rest is told to nobody.
fn keep_recent(cancelled: &mut Vec<Time>, options: &Options) {
    cancelled.sort_by_key(|time| time.start);
    if let Some(now) = now(options) {
        // A day of grace: which zone it is in is not known yet.
        cancelled.retain(|time| time.end.unwrap_or(time.start) >= now - TimeDelta::days(1));
    }
    cancelled.truncate(SESSIONS);
}

fn now(options: &Options) -> Option<NaiveDateTime> {
    Some(DateTime::from_timestamp(options.now?, 0)?.naive_utc())
}

fn time(local: NaiveDateTime, start: &Clock, length: Option<TimeDelta>) -> Time {
    let end = length.and_then(|length| local.checked_add_signed(length));
    Time { start: local, end, zone: start.zone, all_day: start.all_day }
}

/// Of a series, what has not ended. The last time of one that is over stays, or it would seem to have no date at all.
fn keep_coming(times: &mut Vec<Time>, options: &Options, meter: &Meter, map: &mut Map<String, Value>) {
    if let Some(now) = now(options) {
        // A day of grace: which zone it is in is not known yet.
        let over =
            times.iter().take_while(|time| time.end.unwrap_or(time.start) < now - TimeDelta::days(1)).count();
        times.drain(..over.min(times.len().saturating_sub(1)));
        let last = now + TimeDelta::days(DAYS);
        let coming = times.iter().take_while(|time| time.start <= last).count();
        times.truncate(coming.max(1));
    }
    let most = meter.sessions_left().clamp(1, SESSIONS);
    if times.len() > most {
        flag(map, "$tooMany", "RRULE");
        times.truncate(most);
    }
    meter.write_out(times.len());
}

/// The wall clock times at which it begins, without those that were left out.
fn starts(
    event: &ICalendarComponent,
    start: &Clock,
    zones: &Zones,
    options: &Options,
    meter: &Meter,
    map: &mut Map<String, Value>,
) -> Vec<NaiveDateTime> {
    let mut starts = vec![start.local];
    for entry in event.properties(&ICalendarProperty::Rrule) {
        let Some(ICalendarValue::RecurrenceRule(rule)) = entry.values.first() else {
            map.insert("RRULE".into(), shown(entry.values.first()).into());
            flag(map, "$notADate", "RRULE");
            continue;
        };
        map.insert("RRULE".into(), rule.to_string().into());
        let mut rule = rule.as_ref().clone();
        let until = rule.until.take().and_then(|until| {
            let clock = Clock::new(&until, Some(Some(start.zone)))?;
            let local = clock.there(start.zone);
            Some(if clock.all_day { local + TimeDelta::days(1) - TimeDelta::seconds(1) } else { local })
        });
        let from = now(options);
        // Beyond a year the next time is still wanted, if it is the only one: a fair every other year.
        let end = from
            .map_or(start.local, |now| now.max(start.local))
            .checked_add_signed(TimeDelta::days(5 * DAYS));
        let Some(end) = end.map(|end| until.map_or(end, |until| until.min(end))) else { continue };
        let (dates, problem) = recurrence::expand(&rule.to_string(), start.local, end, meter);
        starts.extend(dates);
        match problem {
            Some(Unexpanded::NotARule) => flag(map, "$notADate", "RRULE"),
            Some(Unexpanded::TooMuch) => flag(map, "$tooMany", "RRULE"),
            None => {}
        }
    }
    for entry in event.properties(&ICalendarProperty::Rdate) {
        starts.extend(zones.clocks(entry).iter().map(|clock| clock.there(start.zone)));
        let zone = entry.tz_id().map(|name| zones.find(name));
        for value in &entry.values {
            let begin = match value {
                ICalendarValue::Period(ICalendarPeriod::Range { start, .. }) => start,
                ICalendarValue::Period(ICalendarPeriod::Duration { start, .. }) => start,
                _ => continue,
            };
            starts.extend(Clock::new(begin, zone).map(|clock| clock.there(start.zone)));
        }
    }
    starts.sort_unstable();
    starts.dedup();
    // A day leaves out whatever is on it. Gathered first: a calendar may leave out as many times as it has.
    let (mut days, mut times) = (HashSet::new(), HashSet::new());
    for left_out in event.properties(&ICalendarProperty::Exdate).flat_map(|entry| zones.clocks(entry)) {
        let local = left_out.there(start.zone);
        if left_out.all_day {
            days.insert(local.date())
        } else {
            times.insert(local)
        };
    }
    starts.retain(|time| !times.contains(time) && !days.contains(&time.date()));
    starts
}

/// How long it is, if it says so and it is not negative. That of whole days is one less: their end is the day after.
fn length(
    event: &ICalendarComponent,
    start: &Clock,
    zones: &Zones,
    map: &mut Map<String, Value>,
) -> Option<TimeDelta> {
    let length = match first(event, &ICalendarProperty::Dtend, zones) {
        Some(end) => end.there(start.zone) - start.local,
        None => match event.property(&ICalendarProperty::Duration)?.values.first()? {
            ICalendarValue::Duration(duration) => delta(duration)?,
            _ => return None,
        },
    };
    let length = if start.all_day { length - TimeDelta::days(1) } else { length };
    if start.all_day && length == TimeDelta::days(-1) {
        // The same day twice: what many take the end for.
        return Some(TimeDelta::zero());
    }
    if length < TimeDelta::zero() {
        flag(map, "$endsBeforeStart", "DTEND");
        return None;
    }
    Some(length)
}

fn delta(duration: &ICalendarDuration) -> Option<TimeDelta> {
    duration.to_time_delta().filter(|delta| delta.num_days().abs() < DAYS * 10)
}

fn first(event: &ICalendarComponent, property: &ICalendarProperty, zones: &Zones) -> Option<Clock> {
    zones.clocks(event.property(property)?).into_iter().next()
}

fn shown(value: Option<&ICalendarValue>) -> String {
    match value {
        Some(ICalendarValue::PartialDateTime(time)) => {
            time.to_rfc3339().unwrap_or_else(|| format!("{:?}-{:?}-{:?}", time.year, time.month, time.day))
        }
        Some(value) => value.as_text().unwrap_or_default().to_owned(),
        None => String::new(),
    }
}

fn flag(map: &mut Map<String, Value>, flag: &str, property: &str) {
    let flags = map.entry(flag).or_insert_with(|| json!([]));
    if let Some(flags) = flags.as_array_mut()
        && !flags.iter().any(|flag| flag == property)
    {
        flags.push(property.into());
    }
}

fn written(time: &Time) -> Value {
    let form = if time.all_day { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S" };
    let zone = match time.zone {
        Tz::Floating => String::new(),
        Tz::Fixed(offset) => offset.to_string(),
        zone if zone.is_utc() => "Z".into(),
        Tz::Tz(zone) => zone.name().to_owned(),
    };
    json!({
        "start": time.start.format(form).to_string(),
        "end": time.end.map(|end| end.format(form).to_string()),
        "zone": zone,
    })
}
