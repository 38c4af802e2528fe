//! The files, as another library reads them (the one that reads feeds' calendars), with the time zones that they define themselves.

use alentour_model::{Moment, When};
use alentour_texts::Language;
use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType as Kind, ICalendarProperty as Property,
    ICalendarValue,
};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::initiatives::linked_data::tests::read;

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

fn calendar<'a>(initiative: &'a Initiative, is_series: bool) -> Calendar<'a> {
    Calendar {
        initiative,
        language: Language::French,
        server: "agir.example.org",
        page: "https://agir.example.org/i/a",
        now: 1_795_000_000,
        sequence: 7,
        is_series,
    }
}

/// The file of all sessions.
fn written(initiative: &Initiative) -> String {
    let sessions: Vec<_> = initiative.sessions.iter().collect();
    file(&calendar(initiative, sessions.len() > 1), sessions).unwrap()
}

/// An initiative that is held at these times, an hour each, by the clocks of that zone.
fn held(zone: &str, instants: &[i64]) -> Initiative {
    let mut initiative = Initiative::new("a", "Atelier");
    let when = |instant| When { moment: Moment { instant, offset: 0 }, all_day: false };
    initiative.sessions.extend(instants.iter().map(|instant| Session {
        id: instant.to_string(),
        name: String::new(),
        start: when(*instant),
        end: Some(when(instant + 3600)),
        time_zone: zone.to_owned(),
        place: None,
        capacity: None,
        remaining: None,
    }));
    initiative
}

fn instant(text: &str) -> i64 {
    Moment::parse(text).unwrap().instant
}

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

fn parsed(file: &str) -> ICalendar {
    ICalendar::parse(file).unwrap_or_else(|why| panic!("{why:?}: {file}"))
}

/// Lines of events, without their folds.
fn lines(file: &str) -> Vec<String> {
    let events = file.replace("\r\n ", "");
    let (_, events) = events.split_once("BEGIN:VEVENT").unwrap();
    events.lines().map(str::to_owned).collect()
}

fn value<'a>(lines: &'a [String], name: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
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
    let start = |at: &str| lines(&written(&held("Europe/Paris", &[instant(at)])))[1..5].join(" ");
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

fn item(sessions: Value) -> Initiative {
    read(json!({
        "id": "a", "name": "Atelier, vélo; \\ réparation", "summary": "Un atelier.\nPour tous.", "url": "https://asso.example/a",
        "location": { "name": "Maison", "streetAddress": "1 rue de la Paix", "postalCode": "69007", "addressLocality": "Lyon", "latitude": 45.75, "longitude": 4.85 },
        "sessions": sessions,
    }))
}

#[test]
fn whole_days_end_on_the_day_after_and_no_end_is_made_up() {
    let times = |session: Value| {
        let file = written(&item(json!([session])));
        let lines = lines(&file);
        let times = lines.iter().filter(|line| line.starts_with("DTSTART") || line.starts_with("DTEND"));
        times.cloned().collect::<Vec<_>>().join(" ")
    };
    let day = |start: &str, end: &str| times(json!({ "startDate": start, "endDate": end }));
    assert_eq!(day("2026-12-30", "2026-12-31"), "DTSTART;VALUE=DATE:20261230 DTEND;VALUE=DATE:20270101");
    assert_eq!(day("2026-12-30", "2026-12-30"), "DTSTART;VALUE=DATE:20261230 DTEND;VALUE=DATE:20261231");
    assert_eq!(times(json!({ "startDate": "2026-12-30" })), "DTSTART;VALUE=DATE:20261230");
    assert_eq!(
        day("2026-10-24", "2026-10-26T00:00:00+01:00"),
        "DTSTART;VALUE=DATE:20261024 DTEND;VALUE=DATE:20261026"
    );
    // The last day is of 25 hours.
    let until = day("2026-10-24T10:00:00+02:00", "2026-10-25");
    assert_eq!(until, "DTSTART;TZID=Europe/Paris:20261024T100000 DTEND;TZID=Europe/Paris:20261026T000000");
    let start = "DTSTART;TZID=Europe/Paris:20261024T100000";
    assert_eq!(times(json!({ "startDate": "2026-10-24T10:00:00+02:00" })), start);
    assert_eq!(day("2026-10-24T10:00:00+02:00", "2026-10-24T10:00:00+02:00"), start);
    // Beyond what a calendar can say.
    assert_eq!(day("9999-12-30", "9999-12-31"), "DTSTART;VALUE=DATE:99991230");
}

#[test]
fn an_event_says_what_where_and_where_to_read_on() {
    let file = written(&item(json!([{ "id": "un", "name": "Première séance", "startDate": "2026-12-30" }])));
    let said = lines(&file);
    let values = ["DTSTAMP", "SEQUENCE", "SUMMARY", "LOCATION", "GEO", "URL", "DESCRIPTION"]
        .map(|name| value(&said, name));
    let expected = [
        "20261118T110640Z",
        "7",
        r"Atelier\, vélo\; \\ réparation – Première séance",
        r"Maison\, 1 rue de la Paix\, 69007 Lyon",
        "45.750000;4.850000",
        "https://agir.example.org/i/a",
        r"Un atelier.\nPour tous.",
    ];
    assert_eq!(values, expected.map(Some));
    assert_eq!(
        file.lines().take(5).collect::<Vec<_>>(),
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Alentour//Alentour//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH"
        ]
    );
    for private in ["ORGANIZER", "ATTENDEE"] {
        assert!(!file.contains(private), "{file}");
    }
    // The middle of a town is no venue; a place that nobody has chosen is none; what is online has no address.
    let mut about = item(json!([{ "startDate": "2026-12-30" }]));
    about.places[0].approximate = true;
    assert_eq!(value(&lines(&written(&about)), "GEO"), None);
    about.places.push(about.places[0].clone());
    assert_eq!(value(&lines(&written(&about)), "LOCATION"), None);
    about.places.clear();
    about.reach = alentour_model::Reach::Online;
    assert_eq!(value(&lines(&written(&about)), "LOCATION"), Some("En ligne"));
}

#[test]
fn an_event_keeps_its_name_when_it_is_moved_and_no_two_share_one() {
    let name = |server: &str, id: &str, session: &str, start: &str| {
        let mut initiative =
            read(json!({ "id": id, "name": "A", "sessions": [{ "id": session, "startDate": start }] }));
        initiative.id = id.to_owned();
        let sessions = initiative.sessions.iter().collect();
        let file = file(&Calendar { server, ..calendar(&initiative, false) }, sessions).unwrap();
        value(&lines(&file), "UID").unwrap().to_owned()
    };
    let first = name("agir.example.org", "a", "un", "2026-12-30");
    assert_eq!(first, name("agir.example.org", "a", "un", "2027-01-05T10:00:00Z"));
    let others = [
        name("agir.example.org", "a", "deux", "2026-12-30"),
        name("agir.example.org", "b", "un", "2026-12-30"),
        name("example.org", "a", "un", "2026-12-30"),
        name("agir.example.org", "au", "n", "2026-12-30"),
    ];
    for (n, other) in others.iter().enumerate() {
        assert!(*other != first && !others[..n].contains(other), "{n}");
    }
    assert!(first.len() == 40 && first.chars().all(|c| c.is_ascii_hexdigit()), "{first}");
}

#[test]
fn what_was_written_later_has_a_larger_number() {
    assert_eq!(sequence(instant("2026-01-01T00:01:00Z")), 1);
    assert_eq!(sequence(instant("2026-11-29T22:00:00Z")) + 1, sequence(instant("2026-11-29T22:01:00Z")));
    assert_eq!((sequence(0), sequence(i64::MAX / 2)), (0, i64::from(i32::MAX)));
}

#[test]
fn those_that_are_asked_for_are_in_it_once_and_one_that_is_not_there_is_said() {
    let sessions = json!([
        { "id": "b", "startDate": "2031-05-03" }, { "id": "a é&", "startDate": "2031-05-02" },
        { "id": "fini", "startDate": "2020-05-02" },
    ]);
    let initiative = item(sessions);
    let asked = |query: &str| {
        let found = chosen(&initiative, query, instant("2026-11-29T22:00:00Z"))?;
        Some(found.into_iter().map(|session| session.id.as_str()).collect::<Vec<_>>().join(" "))
    };
    for all in ["", "lang=fr", "session=", "sessions=b"] {
        assert_eq!(asked(all).unwrap(), "a é& b", "{all}");
    }
    assert_eq!(asked("lang=fr&session=b").unwrap(), "b");
    assert_eq!(asked("session=b&session=a+%C3%A9%26&session=b").unwrap(), "a é& b");
    assert_eq!(asked("session=fini").unwrap(), "fini");
    assert_eq!((asked("session=c"), asked("session=b&session=c")), (None, None));
}

#[test]
fn a_file_is_bounded_and_an_honest_year_is_whole() {
    let with = |count: usize, text: &str, name: &str| {
        let session = |n: usize| json!({ "name": name, "startDate": format!("20{}-{:02}-{:02}T12:00Z", 40 + n / 336, n % 336 / 28 + 1, n % 28 + 1) });
        let mut initiative = item((0..count).map(session).collect());
        (initiative.summary, initiative.name) = (text.to_owned(), format!("Repas partagé {name}"));
        initiative
    };
    let (evil, honest) =
        (with(1000, &",".repeat(20_000), &";".repeat(140)), with(336, &"Un repas. ".repeat(50), "Midi"));
    let (evil, honest) = (written(&evil), written(&honest));
    assert!(evil.len() < 300_000 && evil.matches("BEGIN:VEVENT").count() > 100, "{}", evil.len());
    assert_eq!(honest.matches("BEGIN:VEVENT").count(), 336, "{}", honest.len());
    // One alone says all of it.
    let one = with(1, &"é".repeat(20_000), "");
    assert!(written(&one).replace("\r\n ", "").contains(&"é".repeat(20_000)));
}

#[test]
fn a_file_s_name_is_one_everywhere() {
    for (name, expected) in [
        ("Aider aux devoirs à la Guillotière", "aider-aux-devoirs-a-la-guillotiere"),
        ("../../etc/passwd\"; filename=x.exe\r\n", "etc-passwd-filename-x-exe"),
        ("ورشة", "alentour"),
        ("日本 2026", "2026"),
    ] {
        assert_eq!(file_name(name), expected);
    }
    assert!(file_name(&"é ".repeat(200)).len() <= 60);
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

    #[test]
    fn whatever_a_feed_says_stays_within_its_event(
        name in "\\PC{1,40}|[\r\n;,:\\\\\"A-Z]{1,80}", session in "[\r\n;:A-Z\u{2028}\0]{0,60}", summary in "([\r\n;,:\\\\\"A-Z]|END:VEVENT\r\n){0,60}",
    ) {
        let mut initiative = held("Europe/Paris", &[1_795_000_000, 1_796_000_000]);
        (initiative.name, initiative.summary, initiative.id) = (name.clone(), summary, name);
        initiative.sessions[0].name = session.clone();
        initiative.sessions[1].id = session;
        let file = written(&initiative);
        let calendar = parsed(&file);
        let of = |kind| calendar.components.iter().filter(|component| component.component_type == kind).count();
        prop_assert_eq!((of(Kind::VEvent), of(Kind::VTimezone), calendar.components.len()), (2, 1, 1 + 2 + 1 + 2));
        prop_assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains(|c: char| c.is_control())));
    }
}

fn instants_of(calendar: &ICalendar) -> Vec<i64> {
    instants(calendar, Property::Dtstart).into_iter().map(|(ours, _)| ours).collect()
}
