//! What the events of a file say, and which there are.

use alentour_model::Reach;
use calcard::icalendar::{
    ICalendarComponentType as Kind, ICalendarProperty as Property, ICalendarStatus as Status,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::initiatives::linked_data::tests::read;
use crate::store::Meeting;

/// Lines of events, without their folds.
fn lines(file: &str) -> Vec<String> {
    let events = file.replace("\r\n ", "");
    let (_, events) = events.split_once("BEGIN:VEVENT").unwrap();
    events.lines().map(str::to_owned).collect()
}

fn value<'a>(lines: &'a [String], name: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
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
    about.reach = Reach::Online;
    assert_eq!(value(&lines(&written(&about)), "LOCATION"), Some("En ligne"));
}

#[test]
fn an_event_keeps_its_name_when_it_is_moved_and_no_two_share_one() {
    let name = |server: &str, id: &str, session: &str, start: &str| {
        let mut initiative =
            read(json!({ "id": id, "name": "A", "sessions": [{ "id": session, "startDate": start }] }));
        initiative.id = id.to_owned();
        let sessions = initiative.sessions.iter().collect();
        let file = file(&Calendar { server, ..calendar(&initiative) }, sessions).unwrap();
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

#[test]
fn what_is_called_off_is_a_cancellation_of_the_event_that_was_told() {
    let initiative = item(json!([{ "id": "un", "startDate": "2026-12-30T18:00:00+01:00" }]));
    let known = |sequence| {
        [KnownSession { session: "un".into(), uid: "premier".into(), sequence, ..KnownSession::default() }]
    };
    let (was, is) = (known(3), known(4));
    let sessions = || initiative.sessions.iter().collect();
    let told = parsed(&file(&Calendar { known: &was, ..calendar(&initiative) }, sessions()).unwrap());
    let calendar = Calendar { known: &is, is_cancelled: true, ..calendar(&initiative) };
    let off = parsed(&file(&calendar, sessions()).unwrap());
    let event = |file: &ICalendar| {
        let event = file.components.iter().find(|one| one.component_type == Kind::VEvent).unwrap().clone();
        let sequence = event.property(&Property::Sequence).unwrap().values[0].as_integer();
        (event.uid().unwrap().to_owned(), sequence, event.status().cloned())
    };
    let (told, off) = (event(&told), event(&off));
    assert_eq!((told.0, told.1, told.2), (off.0, off.1.map(|it| it - 1), None));
    assert_eq!(off.2, Some(Status::Cancelled));
    assert!(file(&calendar, sessions()).unwrap().contains("\r\nMETHOD:CANCEL\r\n"));
}

#[test]
fn where_those_meet_who_have_a_seat_takes_the_place_of_what_the_feed_says() {
    let initiative =
        item(json!([{ "id": "un", "startDate": "2026-12-30" }, { "id": "deux", "startDate": "2026-12-31" }]));
    let meeting = Meeting::parse("3 rue du Lac\nporte B", "https://visio.example.org/a").ok().unwrap();
    let venues = [Venue { session: "un".into(), meeting, changed_at: 0 }];
    let file =
        file(&Calendar { venues: &venues, ..calendar(&initiative) }, initiative.sessions.iter().collect())
            .unwrap();
    let file = file.replace("\r\n ", "");
    let (first, second) = file.split_once("END:VEVENT").unwrap();
    assert!(
        first.contains("LOCATION:3 rue du Lac\\, porte B\r\n")
            && first.contains("URL:https://visio.example.org/a"),
        "{first}"
    );
    assert!(
        !first.contains("GEO:") && second.contains("GEO:") && second.contains("LOCATION:Maison"),
        "{file}"
    );
    assert!(second.contains("URL:https://agir.example.org/i/a"), "{second}");
}
