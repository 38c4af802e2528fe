//! Formats that are no lists in JSON, each against a feed of its own, written for the purpose.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Column, Columns, Options, Reading, read, read_with};
use alentour_model::{Cause, Initiative, Kind, Moment, Problem, Reach};

fn reading(feed: &str) -> Reading {
    read(feed.as_bytes()).unwrap()
}

/// As on Monday, 23 November 2026.
fn reading_now(feed: &str) -> Reading {
    let now = Moment::parse("2026-11-23T08:00:00Z").unwrap().instant;
    read_with(feed.as_bytes(), &Options::at(now)).unwrap()
}

/// Begin and end of each session.
fn times(initiative: &Initiative) -> Vec<String> {
    written(&initiative.sessions)
}

fn written(sessions: &[alentour_model::Session]) -> Vec<String> {
    let written = |when: alentour_model::When| match when.all_day {
        true => when.date().to_string(),
        false => when.moment.to_string(),
    };
    let time = |session: &alentour_model::Session| {
        let end = session.end.map(written).unwrap_or_default();
        format!("{} / {end}", written(session.start))
    };
    sessions.iter().map(time).collect()
}

fn named<'a>(reading: &'a Reading, name: &str) -> &'a Initiative {
    reading.feed.initiatives.iter().find(|initiative| initiative.name == name).unwrap()
}

/// What was found: position (none: of the feed), field and problem.
fn findings(reading: &Reading) -> Vec<(Option<usize>, &str, Problem)> {
    reading.findings.iter().map(|finding| (finding.item, finding.field.as_str(), finding.problem)).collect()
}

/// First and last day, where it has no sessions.
fn days(initiative: &Initiative) -> (String, String) {
    let day = |when: Option<alentour_model::When>| when.map(|when| when.date().to_string());
    (day(initiative.start).unwrap_or_default(), day(initiative.end).unwrap_or_default())
}

#[test]
fn the_xml_of_api_engagements_partners_is_read_up_to_where_it_breaks_off() {
    let reading = reading(include_str!("api_engagement/partner.xml"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("api-engagement", 4, 2));
    assert_eq!(
        findings(&reading),
        [
            (None, "", Problem::BreaksOff),
            (Some(0), "addresses.1.postalCode", Problem::Repaired),
            (Some(1), "places", Problem::NotANumber),
            (Some(1), "startAt", Problem::NotADate),
            (Some(2), "title", Problem::NoName),
            (Some(3), "", Problem::NotAnObject),
        ]
    );
    let [till, phone] = reading.feed.initiatives.as_slice() else { panic!("two missions") };
    assert_eq!((till.id.as_str(), till.name.as_str()), ("A-1", "Tenir la caisse & accueillir"));
    assert_eq!(till.description, "Accueillir les familles.\n\nSourire.");
    assert_eq!(till.url.as_ref().unwrap().as_str(), "https://example.org/missions/1?a=1&b=2");
    assert_eq!(days(till), ("2026-11-25".into(), "2027-06-30".into()));
    assert_eq!(till.summary, "2 places");
    assert_eq!(till.keywords, ["accueil", "épicerie", "solidarite insertion"]);
    assert_eq!(till.places.len(), 2);
    assert_eq!(till.places[1].postal_code, "01000");
    assert_eq!(till.places[1].point.unwrap().latitude, 46.2);
    assert_eq!((phone.name.as_str(), phone.reach), ("Écouter par téléphone", Reach::Online));
    assert_eq!(phone.places[0].street_address, "1 place du Marché");
    assert_eq!(phone.places[0].point.unwrap().longitude, -1.55);
    assert_eq!((phone.start, phone.places[0].address_country.as_str()), (None, "FR"));
}

#[test]
fn american_dates_are_read_as_such_where_one_of_them_can_be_nothing_else() {
    let feed = "<source><mission><clientId>1</clientId><title>A</title><applicationUrl>a.example</applicationUrl>\
                <startAt>02/03/2026</startAt><endAt>02/25/2026</endAt></mission></source>";
    let reading = reading(feed);
    assert_eq!(days(&reading.feed.initiatives[0]), ("2026-02-03".into(), "2026-02-25".into()));
    assert_eq!(findings(&reading), [(None, "startAt", Problem::Repaired)]);
}

#[test]
fn a_calendar_is_read_with_its_series_written_out_from_now_on() {
    let reading = reading_now(include_str!("icalendar/association.ics"));
    assert_eq!((reading.format, reading.feed.name.as_str()), ("icalendar", "Épicerie du Coin"));
    assert_eq!((reading.items, reading.left_out()), (9, 1));
    assert_eq!(
        findings(&reading),
        [
            (Some(5), "SUMMARY", Problem::NoName),
            (Some(6), "URL", Problem::NotALink),
            (Some(6), "GEO", Problem::NotAPoint),
            (Some(6), "DTSTART", Problem::NotADate),
            (Some(7), "RRULE", Problem::NotADate),
            (Some(7), "DTEND", Problem::EndsBeforeStart),
            (Some(7), "DTSTART", Problem::NoTimeZone),
        ]
    );
    let tuesday = named(&reading, "Distribution du mardi");
    assert_eq!(tuesday.description, "Venez aider.\n\nSans inscription, ouvert à tous; merci !");
    assert_eq!(tuesday.causes, [Cause::Poverty, Cause::Inclusion]);
    assert_eq!(tuesday.organizer.as_ref().unwrap().name, "Épicerie du Coin");
    let place = &tuesday.places[0];
    assert_eq!((place.name.as_str(), place.street_address.as_str()), ("Salle des fêtes", "12 rue Haute"));
    assert_eq!((place.postal_code.as_str(), place.point.unwrap().latitude), ("69007", 45.75));
    assert_eq!(
        times(tuesday)[..6],
        [
            "2026-11-24T18:00:00+01:00 / 2026-11-24T20:00:00+01:00",
            "2026-12-01T18:00:00+01:00 / 2026-12-01T20:00:00+01:00",
            "2026-12-03T18:00:00+01:00 / 2026-12-03T20:00:00+01:00",
            "2026-12-16T19:00:00+01:00 / 2026-12-16T20:30:00+01:00",
            "2026-12-29T18:00:00+01:00 / 2026-12-29T20:00:00+01:00",
            "2027-01-12T18:00:00+01:00 / 2027-01-12T20:00:00+01:00",
        ]
    );
    assert_eq!(written(&tuesday.cancelled), ["2027-01-05T18:00:00+01:00 / 2027-01-05T20:00:00+01:00"]);
    let called_off = named(&reading, "Annulée");
    assert_eq!(
        (called_off.sessions.len(), written(&called_off.cancelled)),
        (0, vec!["2026-12-01T17:00:00+01:00 / ".into()])
    );
    let summer = times(tuesday).into_iter().find(|time| time.starts_with("2027-07-06"));
    assert_eq!(summer.unwrap(), "2027-07-06T18:00:00+02:00 / 2027-07-06T20:00:00+02:00");
    assert!(
        times(tuesday).last().unwrap().starts_with("2027-11-23"),
        "a year ahead: {:?}",
        times(tuesday).last()
    );
    assert_eq!(times(named(&reading, "Grande collecte")), ["2026-11-27 / 2026-11-29"]);
    let online = named(&reading, "Réunion");
    assert_eq!((online.reach, online.places.len()), (Reach::Online, 0));
    assert_eq!(times(online), ["2026-12-01T18:00:00+01:00 / 2026-12-01T19:30:00+01:00"]);
    let nameless = named(&reading, "Sans identifiant");
    assert_eq!((nameless.id.len(), times(nameless)[0].as_str()), (16, "2026-07-14T10:00:00+02:00 / "));
    assert_eq!(times(named(&reading, "À l'envers")), ["2026-12-01T17:00:00+01:00 / "]);
    assert_eq!(
        times(named(&reading, "Dans un fuseau à soi")),
        ["2026-07-14T10:00:00+02:00 / 2026-07-14T12:00:00+02:00"]
    );
}

#[test]
fn a_single_time_that_is_called_off_is_known_by_when_it_was_announced_for() {
    let change = |uid: &str, replaced: &str, more: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nSUMMARY:Atelier\nRECURRENCE-ID;TZID=Europe/Paris:{replaced}\n{more}END:VEVENT\n"
        )
    };
    let at = |start: &str| format!("DTSTART;TZID=Europe/Paris:{start}\n");
    let off = "STATUS:CANCELLED\n";
    let calendar = [
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Atelier\nRRULE:FREQ=WEEKLY;COUNT=104\nDURATION:PT1H\n"
            .into(),
        at("20251201T180000"),
        "END:VEVENT\n".into(),
        // What has been is told to nobody.
        change("1", "20260105T180000", off),
        change("1", "20261207T180000", off),
        change("1", "20261214T180000", &[off, &at("20261216T190000")].concat()),
        // Of a series that is not in the calendar.
        change("2", "20261207T180000", &[off, &at("20261207T180000")].concat()),
        change("2", "20261214T180000", &at("20261215T180000")),
        "END:VCALENDAR".into(),
    ];
    let reading = reading_now(&calendar.concat());
    let [series, parts] = reading.feed.initiatives.as_slice() else { panic!("{reading:?}") };
    let days = |sessions: &[alentour_model::Session]| -> Vec<_> {
        written(sessions).iter().map(|time| time[5..16].to_owned()).collect()
    };
    assert_eq!(written(&series.cancelled)[0], "2026-12-07T18:00:00+01:00 / 2026-12-07T19:00:00+01:00");
    assert_eq!(days(&series.cancelled), ["12-07T18:00", "12-16T19:00"]);
    assert_eq!(days(&series.sessions)[..3], ["11-23T18:00", "11-30T18:00", "12-21T18:00"]);
    assert_eq!(
        (days(&parts.sessions), days(&parts.cancelled)),
        (vec!["12-15T18:00".into()], vec!["12-07T18:00".into()])
    );
    assert_eq!(findings(&reading), []);
}

#[test]
fn floating_times_are_those_of_the_places_clocks() {
    let event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Plage\nDTSTART:20261201T090000\nLOCATION:Boucan Canot\\, 97434 Saint-Gilles\n\
                 END:VEVENT\nEND:VCALENDAR";
    let reading = reading_now(event);
    assert_eq!(times(&reading.feed.initiatives[0]), ["2026-12-01T09:00:00+04:00 / "]);
    assert_eq!(reading.feed.initiatives[0].sessions[0].time_zone, "Indian/Reunion");
}

#[test]
fn a_series_that_is_over_keeps_its_last_time_and_one_to_come_its_first() {
    let event = |rule: &str| {
        format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Fête\nDTSTART:20240601T090000\nRRULE:{rule}\nEND:VEVENT\nEND:VCALENDAR"
        )
    };
    let one = |rule: &str| times(&reading_now(&event(rule)).feed.initiatives[0]);
    assert_eq!(one("FREQ=WEEKLY;COUNT=3"), ["2024-06-15T09:00:00+02:00 / "]);
    assert_eq!(one("FREQ=WEEKLY;UNTIL=20240608"), ["2024-06-08T09:00:00+02:00 / "]);
    assert_eq!(one("FREQ=YEARLY;INTERVAL=4"), ["2028-06-01T09:00:00+02:00 / "]);
    assert_eq!(one("FREQ=DAILY").len(), 100);
    assert_eq!(findings(&reading_now(&event("FREQ=DAILY"))), [(Some(0), "RRULE", Problem::TooMany)]);
}

#[test]
fn a_calendar_that_breaks_off_is_read_up_to_there() {
    let event = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Fête\r\nDTSTART:2026";
    let reading = reading_now(event);
    assert_eq!((reading.items, reading.findings[0].problem), (1, Problem::BreaksOff));
}

#[test]
fn events_in_the_scripts_of_a_page_are_read() {
    let reading = reading(include_str!("schema_org/agenda.html"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("schema.org", 8, 1));
    let workshop = named(&reading, "L’atelier");
    assert_eq!((workshop.id.as_str(), &workshop.kind), ("https://example.org/a", &Some(Kind::Training)));
    assert_eq!(
        (workshop.description.as_str(), workshop.languages.as_slice()),
        ("Apprendre à réparer.", &["fr".into()][..])
    );
    assert_eq!(workshop.organizer.as_ref().unwrap().name, "Épicerie du Coin");
    assert_eq!(workshop.partners[0].name, "Amis du Coin");
    let place = &workshop.places[0];
    assert_eq!((place.name.as_str(), place.address_locality.as_str()), ("Salle des fêtes", "Lyon"));
    assert_eq!((place.point.unwrap().latitude, place.address_country.as_str()), (45.75, "FR"));
    assert_eq!(times(workshop), ["2026-11-28T14:00:00+01:00 / 2026-11-28T17:00:00+01:00"]);
    assert_eq!((workshop.sessions[0].capacity, workshop.sessions[0].is_full()), (Some(12), true));
    let tuesdays: Vec<_> =
        reading.feed.initiatives.iter().filter(|i| i.name == "Mardi").map(|i| i.id.as_str()).collect();
    assert_eq!(
        tuesdays,
        [
            "https://example.org/mardi#2026-12-01T18:00:00+01:00",
            "https://example.org/mardi#2026-12-08T18:00:00+01:00"
        ]
    );
    let online = named(&reading, "En ligne");
    assert_eq!((online.reach, times(online)), (Reach::Online, vec!["2026-12-02T10:00:00+01:00 / ".into()]));
    let festival = named(&reading, "Festival");
    assert_eq!(festival.id, "77");
    assert_eq!(times(festival), ["2026-12-05T10:00:00+04:00 / ", "2026-12-06 / "]);
    assert_eq!(festival.sessions[0].name, "Ouverture");
    let called_off: Vec<_> = festival.cancelled.iter().map(|one| one.start.date().to_string()).collect();
    assert_eq!(called_off, ["2026-12-07"]);
    assert_eq!(written(&named(&reading, "Annulé").cancelled), ["2026-12-02 / "]);
    assert_eq!(named(&reading, "Faux types").sessions, []);
    assert_eq!(
        findings(&reading),
        [
            (None, "script", Problem::BreaksOff),
            (Some(6), "@id", Problem::NoId),
            (Some(7), "url", Problem::NotALink),
            (Some(7), "organizer", Problem::Incomplete),
            (Some(7), "location.0", Problem::Incomplete),
            (Some(7), "location.2.geo", Problem::NotAPoint),
            (Some(7), "location.2", Problem::Incomplete),
            (Some(7), "startDate", Problem::NotADate),
        ]
    );
}

#[test]
fn expanded_json_ld_is_read_like_the_short_one() {
    let reading = reading(include_str!("schema_org/event.jsonld"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("schema.org", 1, 0));
    let march = &reading.feed.initiatives[0];
    assert_eq!((march.id.as_str(), march.name.as_str()), ("http://example.org/1", "Marche"));
    assert_eq!(
        (march.places[0].address_locality.as_str(), march.places[0].street_address.as_str()),
        ("Bruxelles", "12 rue Haute")
    );
    assert_eq!(march.sessions[0].time_zone, "Europe/Brussels");
}

#[test]
fn a_page_without_events_is_said_to_be_a_page() {
    let error = read(
        b"<html><title>Accueil</title><script type='application/ld+json'>{\"@type\": \"WebPage\"}</script>",
    );
    assert!(error.unwrap_err().to_string().contains("Accueil"));
}

#[test]
fn an_rss_feed_is_read_with_the_extensions_of_agendas() {
    let reading = reading(include_str!("rss/agenda.rss"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("rss", 5, 2));
    assert_eq!(
        (reading.feed.name.as_str(), reading.feed.language.as_str()),
        ("Maison de quartier & Cie", "fr-FR")
    );
    assert_eq!(
        findings(&reading),
        [
            (None, "", Problem::BreaksOff),
            (Some(1), "georss:point", Problem::NotAPoint),
            (Some(1), "ev:startdate", Problem::NotADate),
            (Some(2), "title", Problem::NoName),
            (Some(4), "", Problem::NotAnObject),
        ]
    );
    let garden = named(&reading, "Chantier participatif – le jardin");
    assert_eq!((garden.id.as_str(), &garden.kind), ("https://example.org/?p=12", &Some(Kind::Volunteering)));
    assert_eq!(garden.description, "On plante.\n\nApportez des gants.");
    assert_eq!(garden.summary, "On plante. […]");
    assert_eq!(garden.url.as_ref().unwrap().as_str(), "https://example.org/jardin");
    assert_eq!(garden.organizer.as_ref().unwrap().name, "Maison de quartier & Cie");
    assert_eq!(
        (garden.places[0].point.unwrap().latitude, garden.places[0].name.as_str()),
        (45.75, "Jardin partagé")
    );
    assert_eq!(times(garden), ["2026-11-28T14:00:00+01:00 / 2026-11-28T17:00:00+01:00"]);
    let bare = named(&reading, "Sans lien ni guid");
    assert_eq!(
        (bare.id.len(), bare.description.as_str(), bare.sessions.len()),
        (16, "Texte & suite\u{a0}gras.", 0)
    );
    assert_eq!(named(&reading, "Relatif").url.as_ref().unwrap().as_str(), "https://example.org/relatif");
}

#[test]
fn an_atom_feed_is_read() {
    let reading = reading(include_str!("rss/blog.atom"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("atom", 2, 1));
    assert_eq!((reading.feed.name.as_str(), reading.feed.language.as_str()), ("Le blog", "fr"));
    assert_eq!(findings(&reading), [(Some(1), "title", Problem::NoName)]);
    let bus = &reading.feed.initiatives[0];
    assert_eq!((bus.name.as_str(), &bus.kind), ("Pétition pour le bus", &Some(Kind::Petition)));
    assert_eq!((bus.summary.as_str(), bus.description.as_str()), ("Signez.", "Le bus 38.\n\nVite."));
    assert_eq!(bus.url.as_ref().unwrap().as_str(), "https://example.org/bus");
}

#[test]
fn an_rdf_feed_is_read() {
    let reading = reading(include_str!("rss/rdf.xml"));
    assert_eq!((reading.format, reading.items, reading.findings.len()), ("rss", 1, 0));
    assert_eq!(reading.feed.initiatives[0].places[0].point.unwrap().longitude, 2.35);
}

#[test]
fn a_json_feed_is_read_with_its_extensions() {
    let bytes = include_bytes!("json_feed/feed.json");
    let reading = alentour_formats::read_page(bytes, "https://example.org/feed.json").unwrap();
    assert_eq!((reading.format, reading.items, reading.left_out()), ("json-feed", 5, 2));
    assert_eq!(reading.next.as_deref(), Some("https://example.org/feed.json?page=2"));
    assert_eq!(
        findings(&reading),
        [
            (Some(1), "_b", Problem::NotAPoint),
            (Some(1), "_b.start", Problem::NotADate),
            (Some(2), "title", Problem::NoName),
            (Some(3), "title", Problem::NotText),
            (Some(3), "title", Problem::NoName),
        ]
    );
    let food = &reading.feed.initiatives[0];
    assert_eq!(
        (food.id.as_str(), food.description.as_str(), food.summary.as_str()),
        ("1", "Un.\n\nDeux.", "Court.")
    );
    assert_eq!(times(food), ["2026-11-28T14:00:00+04:00 / 2026-11-28T16:00:00+04:00"]);
    assert_eq!((food.places[0].point.unwrap().latitude, &food.causes[0]), (-20.88, &Cause::Poverty));
    assert_eq!(reading.feed.initiatives[2].id, "https://example.org/5");
}

const TABLE: &str = include_str!("csv/agenda.csv");

#[test]
fn a_table_is_read_by_what_its_columns_are_called() {
    let reading = reading(TABLE);
    assert_eq!((reading.format, reading.items, reading.left_out()), ("csv", 7, 1));
    let guessed: Vec<_> = reading
        .findings
        .iter()
        .filter(|finding| finding.problem == Problem::Guessed)
        .map(|finding| format!("{} = {}", finding.field, finding.value))
        .collect();
    assert_eq!(
        guessed,
        [
            "Titre = name",
            "Date de début = start",
            "Horaires = start time",
            "Date de fin = end",
            "Lieu = venue",
            "Adresse = street",
            "CP = postal code",
            "Ville = town",
            "Latitude = latitude",
            "Longitude = longitude",
            "Thème = cause",
            "Lien = url",
            "Places = seats",
        ]
    );
    let found: Vec<_> = findings(&reading).into_iter().filter(|found| found.2 != Problem::Guessed).collect();
    assert_eq!(
        found,
        [
            (None, "\"", Problem::Repaired),
            (None, "Remarque interne", Problem::UnknownWord),
            (Some(1), "Lien", Problem::NotALink),
            (Some(1), "Places", Problem::NotANumber),
            (Some(3), "Titre", Problem::NoName),
            (Some(4), "Latitude", Problem::NotAPoint),
            (Some(4), "Date de début", Problem::NotADate),
        ]
    );
    let bicycle = &reading.feed.initiatives[0];
    assert_eq!(
        (bicycle.name.as_str(), bicycle.causes.as_slice()),
        ("Atelier \"vélo\"", &[Cause::Environment][..])
    );
    assert_eq!(times(bicycle), ["2026-11-28T14:00:00+01:00 / 2026-11-28T17:00:00+01:00"]);
    assert_eq!(
        (bicycle.sessions[0].capacity, bicycle.url.as_ref().unwrap().as_str()),
        (Some(12), "https://exemple.org/velo")
    );
    let place = &bicycle.places[0];
    assert_eq!((place.name.as_str(), place.street_address.as_str()), ("Local", "3 rue Basse, (cour)"));
    assert_eq!((place.postal_code.as_str(), place.point.unwrap().latitude), ("69007", 45.75));
    let food = named(&reading, "Grande collecte");
    assert_eq!(
        (food.places[0].name.as_str(), food.places[0].address_locality.as_str()),
        ("Gymnase", "Saint-Denis")
    );
    assert_eq!(food.sessions[0].start.moment.to_string(), "2026-11-28T09:00:00+04:00");
    let school = named(&reading, "Soutien scolaire");
    assert_eq!((school.reach, days(school)), (Reach::Online, ("2026-09-01".into(), "2027-06-30".into())));
    assert_eq!(named(&reading, "Guillemet oublié").places[0].address_locality, "Lyon");
    assert_eq!(times(named(&reading, "Suivante")), ["2026-12-01T18:00:00+01:00 / 2026-12-01T20:00:00+01:00"]);
}

#[test]
fn tables_are_read_whatever_is_between_their_fields_and_however_they_are_encoded() {
    let names = |bytes: &[u8]| {
        let reading = read(bytes).unwrap();
        (reading.format, reading.feed.initiatives.iter().map(|i| i.name.clone()).collect::<Vec<_>>())
    };
    let expected = ("csv", vec!["Fête d’été".to_owned(), "Collecte".to_owned()]);
    for (delimiter, end) in [(';', "\n"), (',', "\r\n"), ('\t', "\r"), ('|', "\n")] {
        let text = ["titre|ville", "Fête d’été|Lyon", "Collecte|Paris"]
            .join(end)
            .replace('|', &delimiter.to_string());
        assert_eq!(names(text.as_bytes()), expected, "{delimiter:?}");
        assert_eq!(names(format!("\u{feff}{text}").as_bytes()), expected);
        let utf_16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(names(&utf_16), expected);
        let windows: Vec<u8> =
            text.chars().map(|c| if c == '’' { 0x92 } else { u8::try_from(u32::from(c)).unwrap() }).collect();
        assert_eq!(names(&windows), expected);
    }
    assert_eq!(
        names("sep=,\n\"titre\",\"ville\"\n\"Fête d’été\",\"Lyon\"\nCollecte,Paris".as_bytes()),
        expected
    );
}

#[test]
fn columns_of_a_table_can_be_looked_at() {
    let text = "Bidule;Truc;Machin;Chose\nLes Amis;Marche;28/11/2026;Lyon\n";
    let error = read(text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("Bidule, Truc, Machin, Chose"), "{error}");
    let columns = reading("Titre;Truc;Ville\nMarche;?;Lyon\n").columns;
    let columns: Vec<_> = columns.iter().collect();
    assert_eq!(columns, [("Titre", Some(Column::Name)), ("Truc", None), ("Ville", Some(Column::Town))]);
}

#[test]
fn columns_that_are_said_are_not_guessed() {
    let text = "Qui fait;Objet libre;Le;Vers où\nLes Amis;Marche;28/11/2026;Lyon\n";
    let said: Columns = "Objet libre=name, Le=start, Vers où=town, Qui fait=organizer".parse().unwrap();
    let mut options = Options::default();
    options.columns = said;
    let reading = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(findings(&reading), []);
    let march = &reading.feed.initiatives[0];
    assert_eq!(
        (march.name.as_str(), march.organizer.as_ref().unwrap().name.as_str()),
        ("Marche", "Les Amis")
    );
    assert_eq!(
        (march.places[0].address_locality.as_str(), times(march)),
        ("Lyon", vec!["2026-11-28 / ".into()])
    );
}

#[test]
fn american_tables_are_told_by_a_date_that_can_be_nothing_else() {
    let reading = reading("title,date\nA,11/05/2026\nB,11/28/2026\n");
    assert_eq!(times(&reading.feed.initiatives[0]), ["2026-11-05 / "]);
    assert!(findings(&reading).contains(&(None, "start", Problem::Guessed)));
}

#[test]
fn a_text_that_is_no_table_is_no_json_either() {
    for text in ["Bonjour", "Bonjour, à demain", "titre"] {
        assert!(matches!(read(text.as_bytes()), Err(alentour_formats::ReadError::NotJson { .. })), "{text}");
    }
}

#[test]
fn rows_of_one_title_at_several_places_are_several_items() {
    let reading =
        reading("nom;rue;ville\nCaserne;1 rue A;Lyon\nCaserne;2 rue B;Lyon\nCaserne;1 rue A;Lyon\n");
    assert_eq!(reading.feed.initiatives.len(), 2);
    assert_eq!(reading.findings.last().map(|finding| finding.problem), Some(Problem::SameId));
}
