//! Times, by the time zones that a file defines itself.

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType as Kind, ICalendarProperty as Property, ICalendarValue,
};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use proptest::prelude::*;

use super::*;

const ZONES: [&str; 9] = [
    "Europe/Paris",
    "Indian/Reunion",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "America/Miquelon",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
];

fn time(value: &ICalendarValue) -> (DateTime, &PartialDateTime) {
    let ICalendarValue::PartialDateTime(time) = value else { panic!("no time: {value:?}") };
    let [month, day] = [time.month, time.day].map(|number| number.unwrap() as i8);
    let [hour, minute, second] =
        [time.hour, time.minute, time.second].map(|number| number.unwrap_or(0) as i8);
    (DateTime::new(time.year.unwrap() as i16, month, day, hour, minute, second, 0).unwrap(), time)
}

fn seconds(offset: &PartialDateTime) -> i64 {
    let seconds = i64::from(offset.tz_hour.unwrap()) * 3600 + i64::from(offset.tz_minute.unwrap()) * 60;
    if offset.tz_minus { -seconds } else { seconds }
}

fn at_offset(local: DateTime, seconds: i64) -> i64 {
    Offset::UTC.to_timestamp(local).unwrap().as_second() - seconds
}

/// What the file itself says of a zone: how far its clocks are ahead of UTC when they show that.
fn offset(calendar: &ICalendar, zone: &str, local: DateTime) -> i64 {
    let is_it = |component: &&ICalendarComponent| {
        let name = component.property(&Property::Tzid).and_then(|name| name.values[0].as_text());
        component.component_type == Kind::VTimezone && name == Some(zone)
    };
    let zone = calendar.components.iter().find(is_it).unwrap_or_else(|| panic!("{zone} is not there"));
    let parts = zone.component_ids.iter().map(|id| calendar.component_by_id(*id).unwrap());
    let first = |part: &ICalendarComponent, property| part.property(&property).unwrap().values[0].clone();
    // That of the last change whose onset, on the clocks as they were before it, is not after the time (RFC 5545, section 3.6.5).
    let changes =
        parts.map(|part| (time(&first(part, Property::Dtstart)).0, first(part, Property::Tzoffsetto)));
    let changes = changes.filter(|(onset, _)| *onset <= local);
    let (_, last) = changes.max_by_key(|(onset, _)| *onset).unwrap_or_else(|| panic!("{local}: no offset"));
    let ICalendarValue::PartialDateTime(offset) = last else { panic!("no offset: {last:?}") };
    seconds(&offset)
}

/// The instants that a property has in each event, by the zones as the file says them; and by those of the library's, where that tells.
fn instants(calendar: &ICalendar, property: Property) -> Vec<(i64, Option<i64>)> {
    let events = calendar.components.iter().filter(|component| component.component_type == Kind::VEvent);
    let one = |event: &ICalendarComponent| {
        let entry = event.property(&property).unwrap();
        let (local, written) = time(&entry.values[0]);
        match entry.tz_id() {
            Some(zone) => {
                let known: Tz = zone.parse().unwrap();
                let theirs = written.to_date_time_with_tz(known).map(|time| time.timestamp());
                (at_offset(local, offset(calendar, zone, local)), theirs)
            }
            None => {
                assert_eq!((written.tz_hour, written.tz_minute), (Some(0), Some(0)), "neither zone nor UTC");
                (at_offset(local, 0), None)
            }
        }
    };
    events.map(one).collect()
}

#[test]
fn another_library_reads_the_same_instants_around_every_change_of_clocks() {
    // Every quarter of an hour of a day around the changes: Paris to summer and back, Casablanca into Ramadan and out of it, the others'.
    let changes = [
        "2026-03-29T01:00:00Z",
        "2026-10-25T01:00:00Z",
        "2026-02-15T02:00:00Z",
        "2026-03-22T02:00:00Z",
        "2026-04-04T15:00:00Z",
        "2026-10-03T15:30:00Z",
        "2026-03-08T05:00:00Z",
        "2018-11-04T03:00:00Z",
        "2019-02-17T02:00:00Z",
        "2027-03-28T01:00:00Z",
    ];
    let around = |change: &&str| (-48..48).map(|quarter| instant(change) + quarter * 900).collect::<Vec<_>>();
    let mut asked: Vec<i64> = changes.iter().flat_map(around).collect();
    asked.sort_unstable();
    for zone in ZONES {
        // All in one file, and each alone, as its own span decides which changes are said.
        let whole = held(zone, &asked);
        let file = written(&whole);
        let calendar = parsed(&file);
        for (property, later) in [(Property::Dtstart, 0), (Property::Dtend, 3600)] {
            let read = instants(&calendar, property);
            let ours: Vec<_> = read.iter().map(|(ours, _)| *ours).collect();
            assert_eq!(ours, asked.iter().map(|instant| instant + later).collect::<Vec<_>>(), "{zone}");
            let known: Vec<_> = read.iter().filter_map(|(ours, theirs)| Some((*ours, (*theirs)?))).collect();
            assert!(known.len() * 10 > read.len() * 9, "{zone}: {} of {}", known.len(), read.len());
            // Morocco has decided anew since the library's zones were compiled (2025b): from there on a reader needs what the file says.
            let is_decided =
                |ours: i64| zone == "Africa/Casablanca" && ours > instant("2026-09-01T00:00:00Z");
            let apart = known.iter().filter(|(ours, theirs)| ours != theirs && !is_decided(*ours));
            let apart: Vec<_> = apart.collect();
            assert!(apart.is_empty(), "{zone}: {apart:?}");
        }
        for alone in asked.iter().step_by(7) {
            let calendar = parsed(&written(&held(zone, &[*alone])));
            assert_eq!(instants(&calendar, Property::Dtstart)[0].0, *alone, "{zone}");
        }
    }
}

#[test]
fn a_zone_says_its_changes_as_they_are() {
    let zone = |zone: &str, at: &str| {
        let file = written(&held(zone, &[instant(at)]));
        let start = file.find("BEGIN:VTIMEZONE").unwrap();
        let end = file.find("END:VTIMEZONE").unwrap();
        file[start..end].lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "END:STANDARD",
    ];
    assert_eq!(zone("Europe/Paris", "2026-07-01T10:00:00Z"), expected);
    // No change to come: one component. Its clocks were ahead by a part of a minute before, which is not said.
    let expected = [
        "BEGIN:VTIMEZONE",
        "TZID:Indian/Reunion",
        "BEGIN:STANDARD",
        "DTSTART:19110601T000000",
        "TZOFFSETFROM:+0400",
        "TZOFFSETTO:+0400",
        "TZNAME:+04",
        "END:STANDARD",
    ];
    let reunion = zone("Indian/Reunion", "2026-07-01T10:00:00Z");
    assert_eq!([&reunion[..3], &reunion[4..]].concat(), [&expected[..3], &expected[4..]].concat());
    // A zone that never changed.
    let fixed = zone("Etc/GMT-4", "2026-07-01T10:00:00Z");
    assert_eq!(
        fixed[2..6],
        ["BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+0400", "TZOFFSETTO:+0400"]
    );
    // What is far away costs no change between.
    let far = held("Europe/Paris", &[instant("2026-07-01T10:00:00Z"), instant("9000-07-01T10:00:00Z")]);
    assert_eq!(written(&far).matches("TZNAME").count(), 4);
}

#[test]
fn the_hour_that_clocks_show_twice_is_said_in_utc_the_second_time() {
    let start = |at: &str| written(&held("Europe/Paris", &[instant(at)]));
    assert!(start("2026-10-25T00:30:00Z").contains("DTSTART:20261025T003000Z"), "its end is the second time");
    assert!(start("2026-10-24T23:59:59Z").contains("DTSTART;TZID=Europe/Paris:20261025T015959"));
    assert!(start("2026-10-25T01:30:00Z").contains("DTSTART:20261025T013000Z"));
    assert!(start("2026-10-25T02:00:00Z").contains("DTSTART;TZID=Europe/Paris:20261025T030000"));
}

#[test]
fn a_zone_that_nobody_knows_is_said_in_utc() {
    for zone in ["", "Europe/Atlantis", "../../etc/passwd", "Europe/Paris\r\nX:y", "UTC", "+02:00"] {
        let file = written(&held(zone, &[instant("2026-07-01T10:00:00Z")]));
        assert!(file.contains("DTSTART:20260701T100000Z\r\nDTEND:20260701T110000Z\r\n"), "{file}");
        assert!(!file.contains("TZID"), "{file}");
    }
    // As somebody writes it.
    assert!(written(&held("europe/paris", &[0])).contains("DTSTART;TZID=Europe/Paris:19700101T010000"));
}

proptest! {
    #[test]
    fn any_instant_is_read_as_it_was(
        zone in proptest::sample::select(&ZONES[..]), instants in proptest::collection::vec(-600_000_000..4_000_000_000_i64, 1..6),
    ) {
        let calendar = parsed(&written(&held(zone, &instants)));
        let read: Vec<_> = instants_of(&calendar);
        prop_assert_eq!(read, instants);
    }
}

fn instants_of(calendar: &ICalendar) -> Vec<i64> {
    instants(calendar, Property::Dtstart).into_iter().map(|(ours, _)| ours).collect()
}
