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
        needs: Vec::new(),
        live: Default::default(),
    }
}

/// With the spaces that people type.
fn said(text: &str) -> String {
    text.replace(['\u{a0}', '\u{2009}', '\u{202f}'], " ")
}

#[test]
fn a_day_has_its_year_where_it_is_not_the_visitors() {
    let date = |date| Date::parse(date).unwrap();
    let day = |day| french().days(date(day), date(day));
    assert_eq!(day("2028-11-01"), "mer. 1er nov.");
    assert_eq!(day("2029-11-01"), "jeu. 1er nov. 2029");
    assert_eq!(french().date(date("2028-01-01")), "1er janv.");
    assert_eq!(french().date(date("2027-01-11")), "11 janv. 2027");
    // Midnight UTC of a new year is still the old one's evening in Martinique.
    let new_year = Clock::new(1_861_920_000, "America/Martinique").unwrap();
    let locale = Locale::native(Language::French, new_year);
    assert_eq!(locale.date(date("2028-12-31")), "31 déc.");
}

#[test]
fn a_session_has_its_day_and_the_hours_there() {
    let line = |start, end| said(&french().session(&session(start, end)));
    let start = "2028-07-14T18:30:00+02:00";
    assert_eq!(line(start, None), "ven. 14 juil., 18 h 30");
    assert_eq!(line(start, Some(start)), "ven. 14 juil., 18 h 30");
    assert_eq!(line(start, Some("2028-07-14T20:00:00+02:00")), "ven. 14 juil., 18 h 30 – 20 h");
    assert_eq!(line(start, Some("2028-07-15T02:05:00+02:00")), "ven. 14 juil., 18 h 30 – 2 h 05");
    assert_eq!(
        line(start, Some("2028-07-16T20:00:00+02:00")),
        "ven. 14 juil., 18 h 30 – dim. 16 juil., 20 h"
    );
    // The last of two evenings ends in the night: of Sunday, by the clock.
    let night = line(start, Some("2028-07-16T03:00:00+02:00"));
    assert_eq!(night, "ven. 14 juil., 18 h 30 – dim. 16 juil., 3 h");
    // What is read next year says which year it is of, and nothing of this moment.
    let clock = Clock::new(Moment::parse("2028-07-14T17:00:00Z").unwrap().instant, "Europe/Paris").unwrap();
    let later = Locale::native(Language::French, clock.for_later());
    let running = session(start, Some("2028-07-14T20:00:00+02:00"));
    assert_eq!(said(&later.session(&running)), "ven. 14 juil. 2028, 18 h 30 – 20 h");
}

#[test]
fn hours_are_written_as_the_language_writes_them_and_never_break() {
    let session = session("2028-07-14T09:00:00+02:00", Some("2028-07-14T12:30:00+02:00"));
    let hours = |language| locale(language, "Europe/Paris").hours(&session).unwrap();
    let written = Language::ALL.map(hours);
    let expected = ["9 h – 12 h 30", "09:00 – 12:30", "09:00 – 12:30", "09:00 – 12:30"];
    assert_eq!(written.each_ref().map(|text| said(text)), expected);
    assert!(written.iter().all(|text| !text.contains(' ')), "{written:?}");
}

/// The clock shows 14:00 in Paris.
#[test]
fn a_session_that_has_begun_says_until_when_it_goes_on() {
    let hours = |language, start, end| {
        said(&locale(language, "Europe/Paris").hours(&session(start, end)).unwrap_or_default())
    };
    let until = |start, end| hours(Language::French, start, Some(end));
    assert_eq!(until("2028-06-15T10:00:00+02:00", "2028-06-15T18:00:00+02:00"), "jusqu’à 18 h");
    assert_eq!(until("2028-06-15T14:00:00+02:00", "2028-06-15T14:30:00+02:00"), "jusqu’à 14 h 30");
    // Of several days each hour stands with its day.
    assert_eq!(until("2028-06-14T10:00:00+02:00", "2028-06-16T18:00:00+02:00"), "");
    // Not before it begins, nor once it is over, nor where it names no hour of its end.
    assert_eq!(until("2028-06-15T14:01:00+02:00", "2028-06-15T18:00:00+02:00"), "14 h 01 – 18 h");
    assert_eq!(until("2028-06-15T10:00:00+02:00", "2028-06-15T14:00:00+02:00"), "10 h – 14 h");
    assert_eq!(until("2028-06-15T10:00:00+02:00", "2028-06-16"), "10 h");
    assert_eq!(hours(Language::French, "2028-06-15T10:00:00+02:00", None), "10 h");
    let night = |language| hours(language, "2028-06-15T10:00:00+02:00", Some("2028-06-16T01:00:00+02:00"));
    let expected = ["jusqu’à 1 h", "until 01:00", "hasta la 01:00", "حتى الساعة 01:00"];
    assert_eq!(Language::ALL.map(night), expected);
}

#[test]
fn a_session_of_whole_days_has_no_hours() {
    let line = |start, end| french().session(&session(start, end));
    assert_eq!(line("2028-07-14", None), "ven. 14 juil.");
    assert_eq!(line("2028-07-14", Some("2028-07-14")), "ven. 14 juil.");
    assert_eq!(line("2028-07-31", Some("2028-08-01")), "lun. 31 juil. – mar. 1er août");
    assert_eq!(line("2028-12-31", Some("2029-01-01")), "dim. 31 déc. 2028 – lun. 1er janv. 2029");
    assert_eq!(line("2029-05-01", Some("2029-05-02")), "mar. 1er – mer. 2 mai 2029");
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
        assert_eq!(locale.texts.len(), Message::GuardianAgrees as usize + 1);
        assert!(locale.texts.iter().all(|text| !text.is_empty()), "{}", language.tag());
        // Messages are found by their place in the file: those of its beginning, middle and end.
        for (message, key) in [
            (Message::Search, "search"),
            (Message::Rsvp, "rsvp"),
            (Message::SectorNgo, "sector_ngo"),
            (Message::GuardianAgrees, "guardian_agrees"),
        ] {
            assert_eq!(locale.text(message), language.widget(key), "{}: {key}", language.tag());
        }
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
