//! What `Locale` puts together, in French and natively. How each language writes its parts, `tests/locale.test.mjs` compares with a
//! browser.

use alentour_model::LocalTime;
use alentour_texts::Language;

use super::*;

/// 2028-06-15T12:00:00Z.
const NOON: i64 = 1_844_683_200;

fn locale(language: Language, zone: &str) -> Locale {
    Locale::native(language, Clock::new(NOON, zone).unwrap())
}

fn french() -> Locale {
    locale(Language::French, "Europe/Paris")
}

fn when(text: &str) -> When {
    match Date::parse(text) {
        Some(date) => When { moment: LocalTime { date, second: 0 }.at(7200), all_day: true },
        None => When { moment: Moment::parse(text).unwrap(), all_day: false },
    }
}

fn session(start: &str, end: Option<&str>) -> Session {
    Session {
        id: String::new(),
        name: String::new(),
        start: when(start),
        end: end.map(when),
        time_zone: "Europe/Paris".to_owned(),
        place: None,
        capacity: None,
        remaining: None,
    }
}

/// With the spaces that people type.
fn said(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn a_day_has_its_year_where_it_is_not_the_visitors() {
    let day = |date| french().day(Date::parse(date).unwrap());
    assert_eq!(day("2028-11-01"), "mercredi 1er novembre");
    assert_eq!(day("2029-11-01"), "jeudi 1er novembre 2029");
    assert_eq!(french().short_day(Date::parse("2028-01-01").unwrap()), "1er janv. 2028");
    // Midnight UTC of a new year is still the old one's evening in Martinique.
    let new_year = Clock::new(1_861_920_000, "America/Martinique").unwrap();
    let locale = Locale::native(Language::French, new_year);
    assert_eq!(locale.day(Date::parse("2028-12-31").unwrap()), "dimanche 31 décembre");
}

#[test]
fn a_session_has_its_day_and_the_hours_there() {
    let line = |start, end| french().session(&session(start, end));
    let start = "2028-07-14T18:30:00+02:00";
    assert_eq!(line(start, None), "vendredi 14 juillet, 18:30");
    assert_eq!(line(start, Some(start)), "vendredi 14 juillet, 18:30");
    assert_eq!(line(start, Some("2028-07-14T20:00:00+02:00")), "vendredi 14 juillet, 18:30 – 20:00");
    assert_eq!(line(start, Some("2028-07-15T02:00:00+02:00")), "vendredi 14 juillet, 18:30 – 02:00");
    assert_eq!(line(start, Some("2028-07-16T20:00:00+02:00")), "ven. 14 – dim. 16 juillet, 18:30");
}

#[test]
fn a_session_of_whole_days_has_no_hours() {
    let line = |start, end| french().session(&session(start, end));
    assert_eq!(line("2028-07-14", None), "vendredi 14 juillet");
    assert_eq!(line("2028-07-14", Some("2028-07-14")), "vendredi 14 juillet");
    assert_eq!(line("2028-07-31", Some("2028-08-01")), "lun. 31 juillet – mar. 1er août");
    assert_eq!(line("2028-12-31", Some("2029-01-01")), "dim. 31 décembre 2028 – lun. 1er janvier 2029");
}

#[test]
fn the_zone_is_said_where_the_visitors_clock_shows_another_time() {
    let session = session("2028-07-14T18:30:00+02:00", None);
    assert_eq!(french().zone(&session), None);
    let far = locale(Language::French, "Pacific/Noumea");
    assert_eq!(far.zone(&session).as_deref(), Some("heure de Paris"));
    let whole_day = self::session("2028-07-14", None);
    assert_eq!(far.zone(&whole_day), None);
    assert_eq!(far.zone(&Session { time_zone: String::new(), ..session }), None);
}

#[test]
fn a_distance_is_rounded_as_people_say_it() {
    let distance =
        |kilometres, approximate| said(&french().distance(Kilometres::new(kilometres).unwrap(), approximate));
    assert_eq!(distance(0.0, false), "à 100 m");
    assert_eq!(distance(0.94, false), "à 900 m");
    assert_eq!(distance(0.95, false), "à 1 km");
    assert_eq!(distance(2.94, false), "à 2,9 km");
    assert_eq!(distance(3.2, false), "à 3 km");
    assert_eq!(distance(1234.0, false), "à 1 234 km");
    assert_eq!(distance(0.2, true), "environ 1 km");
}

#[test]
fn things_are_counted_with_the_languages_plurals_and_signs() {
    let count = |language, n| said(&locale(language, "UTC").count(Message::Seats, n, &[]));
    assert_eq!(count(Language::French, 1), "1 place restante");
    assert_eq!(count(Language::French, 1200), "1 200 places restantes");
    assert_ne!(count(Language::Arabic, 2), count(Language::Arabic, 3));
    let number = |language| locale(language, "UTC").number(1000.25);
    assert_eq!(
        Language::ALL.map(number).map(|text| said(&text)),
        ["1 000,3", "1,000.3", "1000,3", "1,000.3"]
    );
}

#[test]
fn every_language_has_all_messages_natively() {
    for language in Language::ALL {
        let locale = locale(language, "UTC");
        assert_eq!(locale.language, language.tag());
        let last = language.widget_messages().last().unwrap().1;
        assert_eq!(locale.text(Message::GuardianAgrees), last);
        assert_eq!(locale.text(Message::Search), language.widget("search"));
    }
}

#[test]
fn a_local_time_has_the_offset_of_its_zone() {
    let offset = |zone, time| KnownZones.offset(zone, LocalTime::split(time).unwrap().0);
    assert_eq!(offset("Europe/Paris", "2028-07-14T12:00"), Some(7200));
    assert_eq!(offset("Europe/Paris", "2028-01-14T12:00"), Some(3600));
    assert_eq!(offset("Indian/Reunion", "2028-07-14T12:00"), Some(14_400));
    assert_eq!(offset("Europe/Nowhere", "2028-07-14T12:00"), None);
}
