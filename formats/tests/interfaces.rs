//! The formats of other systems' interfaces, each against a feed of its own, written for the purpose.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Reading, read_page};
use alentour_model::{Accessibility, Cause, Initiative, Kind, Point, Problem, Reach, Session};
use serde_json::{Value, json};

fn reading(json: &str, base: &str) -> Reading {
    read_page(json.as_bytes(), base).unwrap()
}

/// What was found: position, field and problem.
fn findings(reading: &Reading) -> Vec<(usize, &str, Problem)> {
    let place = |finding: &alentour_model::Finding| finding.item.unwrap();
    reading.findings.iter().map(|finding| (place(finding), finding.field.as_str(), finding.problem)).collect()
}

fn find<'a>(reading: &'a Reading, id: &str) -> &'a Initiative {
    reading.feed.initiatives.iter().find(|initiative| initiative.id == id).unwrap()
}

fn url(initiative: &Initiative) -> Option<&str> {
    initiative.url.as_ref().map(|url| url.as_str())
}

/// Start and end as written, and the zone they are shown in.
fn times(session: &Session) -> (String, String, &str) {
    let end = session.end.map(|end| end.moment.to_string()).unwrap_or_default();
    (session.start.moment.to_string(), end, &session.time_zone)
}

fn owned(start: &str, end: &str, zone: &'static str) -> (String, String, &'static str) {
    (start.into(), end.into(), zone)
}

#[test]
fn events_of_mobilize_have_their_timeslots_for_sessions() {
    let reading = reading(include_str!("mobilize/events.json"), "");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("mobilize", 6, 3));
    assert_eq!(
        findings(&reading),
        [
            (0, "timeslots.1.end_date", Problem::EndsBeforeStart),
            (0, "timeslots.2.start_date", Problem::Incomplete),
            (0, "timeslots.3", Problem::Incomplete),
            (2, "browser_url", Problem::NotALink),
            (3, "visibility", Problem::Withdrawn),
            (4, "approval_status", Problem::Withdrawn),
            (5, "title", Problem::NoName),
        ]
    );
    assert_eq!(reading.next.as_deref(), Some("https://api.example.org/v1/events?cursor=abc"));
    let canvass = find(&reading, "101");
    assert_eq!((&canvass.kind, &canvass.participation), (&Some(Kind::Volunteering), &None));
    assert_eq!(canvass.causes, [Cause::Poverty, Cause::Environment]);
    assert_eq!(canvass.keywords, ["Climate", "Food Insecurity"]);
    assert_eq!(url(canvass), Some("https://www.example.org/greentown/event/101/"));
    let [first, second] = canvass.sessions.as_slice() else { panic!("two sessions") };
    assert_eq!(
        times(first),
        owned("2026-07-14T10:00:00-07:00", "2026-07-14T12:00:00-07:00", "America/Los_Angeles")
    );
    assert_eq!((first.capacity, first.is_full(), second.is_full()), (Some(20), false, true));
    let place = &canvass.places[0];
    assert_eq!((place.name.as_str(), place.street_address.as_str()), ("Town Square", ""));
    assert_eq!((place.address_region.as_str(), place.point), ("OR", Point::new(44.05, -123.09)));
    assert_eq!(canvass.accessibility, [Accessibility::Wheelchair]);
    assert_eq!(find(&reading, "102").reach, Reach::Online);
    assert_eq!((&find(&reading, "103").kind, url(find(&reading, "103"))), (&Some(Kind::Petition), None));
}

#[test]
fn collections_of_osdi_are_events_petitions_and_forms() {
    let reading = reading(include_str!("osdi/collection.json"), "");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("osdi", 6, 2));
    assert_eq!(
        findings(&reading),
        [
            (1, "start_date", Problem::NoTimeZone),
            (2, "action_network:hidden", Problem::Withdrawn),
            (3, "identifiers.0", Problem::NoId),
        ]
    );
    assert_eq!(reading.next.as_deref(), Some("https://actionnetwork.example/api/v2/events?page=2"));
    let march = find(&reading, "action_network:e-1");
    assert_eq!((march.name.as_str(), &march.kind), ("Marche pour l’eau", &Some(Kind::Gathering)));
    assert_eq!(march.organizer.as_ref().unwrap().name, "Collectif de l'eau");
    assert_eq!(march.places[0].point, Point::new(45.757, 4.832));
    let session = &march.sessions[0];
    assert_eq!(
        times(session),
        owned("2026-11-28T14:00:00+01:00", "2026-11-28T17:00:00+01:00", "Europe/Paris"),
        "Action Network writes the place's clock with a Z behind it"
    );
    assert_eq!((session.capacity, session.remaining), (Some(200), Some(60)));
    let petition = find(&reading, "other:p-1");
    assert_eq!(petition.kind, Some(Kind::Petition));
    let count = petition.petition.as_ref().unwrap();
    assert_eq!(
        (count.signatures, count.addressed_to.join(", ")),
        (Some(1240), "Le maire, La métropole".into())
    );
    assert_eq!(petition.description, "Nos enfants respirent.\n\nNous demandons une rue sans voitures.");
    assert!(petition.sessions.is_empty());
    assert_eq!(find(&reading, "other:f-1").kind, Some(Kind::Volunteering));
}

#[test]
fn times_of_other_osdi_systems_are_instants() {
    let event = r#"{"identifiers": ["a:1"], "origin_system": "OpenSupporter", "title": "Rally", "start_date": "2026-11-28T14:00:00Z",
        "location": {"locality": "Washington", "region": "DC", "country": "US"}}"#;
    let reading = reading(event, "");
    assert_eq!(
        times(&reading.feed.initiatives[0].sessions[0]),
        owned("2026-11-28T09:00:00-05:00", "", "America/New_York")
    );
}

#[test]
fn events_of_wordpress_are_on_the_clock_of_their_calendar_or_place() {
    let base = "https://ateliers.example/wp-json/tribe/events/v1/events";
    let reading = reading(include_str!("the_events_calendar/events.json"), base);
    assert_eq!((reading.format, reading.items, reading.left_out()), ("the-events-calendar", 5, 2));
    assert_eq!(
        findings(&reading),
        [
            (0, "venue.zip", Problem::Repaired),
            (1, "categories", Problem::NotText),
            (1, "timezone", Problem::Repaired),
            (2, "status", Problem::Withdrawn),
            (3, "organizer", Problem::Incomplete),
            (3, "start_date", Problem::NotADate),
            (4, "hide_from_listings", Problem::Withdrawn),
        ]
    );
    assert_eq!(
        reading.next.as_deref(),
        Some("https://ateliers.example/wp-json/tribe/events/v1/events/?page=2"),
        "a site behind a proxy does not know that it is reached by https"
    );
    let repair = find(&reading, "501");
    assert_eq!((repair.name.as_str(), &repair.kind), ("Repair Café – la Réparation", &Some(Kind::Training)));
    assert_eq!(repair.causes, [Cause::Environment]);
    assert_eq!(repair.description, "Apportez vos objets.\n\n• vélos\n• radios");
    assert_eq!(
        times(&repair.sessions[0]),
        owned("2026-12-05T14:00:00+01:00", "2026-12-05T17:30:00+01:00", "Europe/Paris")
    );
    assert_eq!(
        repair.organizer.as_ref().unwrap().url.as_ref().unwrap().as_str(),
        "https://reparation.example"
    );
    assert_eq!(repair.partners[0].name, "La Ville");
    let place = &repair.places[0];
    assert_eq!(
        (place.postal_code.as_str(), place.address_country.as_str(), place.point),
        ("44000", "FR", Point::new(47.21, -1.55))
    );
    let party = find(&reading, "502");
    assert!(party.sessions[0].start.all_day && party.sessions[0].end.unwrap().all_day);
    assert_eq!(
        party.sessions[0].time_zone, "Indian/Reunion",
        "a server that was never told where it is says UTC"
    );
    assert!(find(&reading, "504").sessions.is_empty(), "a date in words costs the date, not the event");
}

#[test]
fn events_of_gancio_have_their_page_beside_the_feed() {
    let reading = reading(include_str!("gancio/events.json"), "https://agenda.example/api/events?max=10");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("gancio", 4, 1));
    assert_eq!(
        findings(&reading),
        [
            (2, "is_visible", Problem::Withdrawn),
            (3, "tags", Problem::NotText),
            (3, "start_datetime", Problem::NotADate)
        ]
    );
    let canteen = find(&reading, "164");
    assert_eq!(url(canteen), Some("https://agenda.example/event/cantine-a-prix-libre"));
    assert_eq!(
        (&canteen.kind, canteen.causes.as_slice()),
        (&Some(Kind::Gathering), &[Cause::Poverty, Cause::Inclusion][..])
    );
    assert_eq!(
        times(&canteen.sessions[0]),
        owned("2026-06-08T20:00:00+02:00", "2026-06-08T23:00:00+02:00", "Europe/Paris")
    );
    let place = &canteen.places[0];
    assert_eq!(
        (place.street_address.as_str(), place.postal_code.as_str(), place.address_locality.as_str()),
        ("12 rue Haute", "35000", "Rennes")
    );
    let radio = find(&reading, "165");
    assert_eq!((radio.reach, radio.places.len()), (Reach::Online, 0));
    assert_eq!(url(find(&reading, "167")), None, "a slug leads nowhere else");
}

#[test]
fn items_of_openactive_are_those_that_were_not_deleted_in_their_last_version() {
    let reading = reading(include_str!("openactive/page.json"), "https://sport.example/feeds/sessions");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("openactive", 7, 3));
    assert_eq!(
        findings(&reading),
        [(1, "state", Problem::Withdrawn), (4, "data.name", Problem::NoName), (6, "id", Problem::NoId)]
    );
    assert_eq!(
        reading.next.as_deref(),
        Some("https://sport.example/feeds/sessions?afterTimestamp=20&afterId=7")
    );
    let football = find(&reading, "SessionSeries/1");
    assert_eq!((football.name.as_str(), &football.kind), ("Walking football", &Some(Kind::Gathering)));
    assert_eq!(football.causes, [Cause::Culture]);
    let [session] = football.sessions.as_slice() else { panic!("one session is on") };
    assert_eq!(football.cancelled[0].id, "https://sport.example/1#b");
    assert_eq!(times(session), owned("2026-12-01T19:00:00Z", "2026-12-01T20:00:00Z", "Europe/London"));
    assert_eq!((session.capacity, session.remaining), (Some(16), Some(2)));
    let yoga = find(&reading, "ScheduledSession/1");
    assert_eq!((yoga.name.as_str(), url(yoga)), ("Yoga", Some("https://sport.example/yoga")));
    assert_eq!(yoga.places[0].name, "The Hall");
    assert_eq!(find(&reading, "OnDemandEvent/4").reach, Reach::Online);
}

#[test]
fn a_timetable_comes_to_dates_on_its_clock() {
    let reading = reading(include_str!("openactive/page.json"), "");
    let swim = find(&reading, "CourseInstance/9");
    assert_eq!(swim.kind, Some(Kind::Training));
    let starts: Vec<_> = swim.sessions.iter().map(|session| session.start.moment.to_string()).collect();
    assert_eq!(
        starts,
        [
            "2026-10-06T20:15:00+01:00",
            "2026-10-13T20:15:00+01:00",
            "2026-10-27T20:15:00Z",
            "2026-11-03T20:15:00Z"
        ],
        "without the date that is left out, across the change of clocks"
    );
}

#[test]
fn events_of_openagenda_are_read_in_french_with_all_their_times() {
    let base = "https://api.example.org/v2/agendas/9/events?size=7&after[0]=1&after[1]=2&key=k";
    let reading = reading(include_str!("openagenda/events.json"), base);
    assert_eq!((reading.format, reading.items, reading.left_out()), ("openagenda", 7, 4));
    assert_eq!(
        findings(&reading),
        [
            (2, "status", Problem::Withdrawn),
            (3, "state", Problem::Withdrawn),
            (4, "title", Problem::NoName),
            (5, "removed", Problem::Withdrawn),
            (6, "location", Problem::Incomplete),
            (6, "timings.0.begin", Problem::NoTimeZone),
            (6, "timings.0.end", Problem::NotADate),
        ]
    );
    assert_eq!(
        reading.next.as_deref(),
        Some(
            "https://api.example.org/v2/agendas/9/events?size=7&key=k&after%5B%5D=1780941600000&after%5B%5D=77"
        )
    );
    let workshop = find(&reading, "71");
    assert_eq!((workshop.name.as_str(), &workshop.kind), ("Atelier vélo", &Some(Kind::Training)));
    assert_eq!(
        (workshop.summary.as_str(), workshop.description.as_str()),
        ("Réparer & rouler.", "Venez avec votre vélo.\n\nGratuit")
    );
    assert_eq!(
        (workshop.keywords.join(" "), workshop.causes.as_slice()),
        ("vélo Recyclage".into(), &[Cause::Environment][..])
    );
    assert_eq!(url(workshop), Some("https://openagenda.com/ville-de-tours/events/atelier-velo"));
    let starts: Vec<_> = workshop.sessions.iter().map(|session| session.start.date().to_string()).collect();
    assert_eq!(starts, ["2026-12-05", "2026-12-12"], "each once, in the order of time");
    assert_eq!(workshop.places[0].street_address, "8 rue Nationale");
    assert_eq!(workshop.accessibility, [Accessibility::Wheelchair]);
    assert_eq!(workshop.accessibility_summary, "Accueil adapté : handicap visuel, handicap moteur");
    let talk = find(&reading, "72");
    assert_eq!((talk.name.as_str(), talk.reach, talk.places.len()), ("Online talk", Reach::Online, 0));
    assert_eq!(url(talk), Some("https://visio.example/x"));
    assert!(talk.sessions.len() == 2 && talk.sessions.iter().all(Session::is_full));
    assert_eq!(find(&reading, "77").sessions.len(), 1, "a list within a text is a list");
}

#[test]
fn events_of_openagenda_on_a_data_portal_are_the_same_in_flat() {
    let reading =
        reading(include_str!("openagenda/records.json"), "https://data.example.org/api/records?limit=3");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("openagenda-opendatasoft", 3, 1));
    assert_eq!(
        findings(&reading),
        [
            (1, "location_coordinates", Problem::Repaired),
            (1, "timings", Problem::Incomplete),
            (2, "status", Problem::Withdrawn),
        ]
    );
    assert_eq!(reading.next.as_deref(), Some("https://data.example.org/api/records?limit=3&offset=3"));
    let story = find(&reading, "43");
    assert_eq!(
        (story.keywords.join("|"), &story.kind),
        ("lecture|solidarité".into(), &Some(Kind::Gathering))
    );
    assert_eq!(story.causes, [Cause::Poverty, Cause::Inclusion, Cause::Culture]);
    assert_eq!(
        times(&story.sessions[0]),
        owned("2026-11-28T16:00:00+01:00", "2026-11-28T17:00:00+01:00", "Europe/Paris")
    );
    let place = &story.places[0];
    assert_eq!(
        (place.street_address.as_str(), place.postal_code.as_str(), place.address_country.as_str()),
        ("54 rue du Port", "72000", "FR")
    );
    assert_eq!(story.accessibility_summary, "Accueil adapté : handicap auditif");
    let walk = find(&reading, "44");
    assert_eq!((&walk.kind, url(walk)), (&Some(Kind::Volunteering), Some("tel:0102030405")));
    assert_eq!(walk.places[0].point, Point::new(-20.88, 55.45));
    assert_eq!(
        times(&walk.sessions[0]),
        owned("2026-11-28T09:00:00+04:00", "2026-11-28T11:00:00+04:00", "Indian/Reunion")
    );
}

#[test]
fn the_first_version_of_the_portal_nests_its_fields() {
    let answer = r#"{"nhits": 30, "records": [{"recordid": "a", "fields": {"uid": "1", "title_fr": "Bal", "firstdate_begin": "2026-11-28T19:00:00+00:00"}}]}"#;
    let reading = reading(answer, "https://data.example.org/api/records/1.0/search/?rows=1&start=4");
    assert_eq!(
        (reading.format, reading.feed.initiatives[0].name.as_str()),
        ("openagenda-opendatasoft", "Bal")
    );
    assert_eq!(
        reading.next.as_deref(),
        Some("https://data.example.org/api/records/1.0/search/?rows=1&start=5")
    );
}

#[test]
fn an_outbox_gives_each_event_in_its_newest_version() {
    let reading =
        reading(include_str!("activitypub/outbox.json"), "https://mobilizon.example/@jardin/outbox?page=1");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("activitypub", 6, 3));
    assert_eq!(
        findings(&reading),
        [
            (0, "type", Problem::Withdrawn),
            (3, "location.2", Problem::Incomplete),
            (4, "", Problem::NotAnObject),
            (5, "status", Problem::Withdrawn),
        ]
    );
    assert_eq!(reading.next.as_deref(), Some("https://mobilizon.example/@jardin/outbox?page=2"));
    let garden = find(&reading, "https://mobilizon.example/events/1");
    assert_eq!(
        (garden.name.as_str(), garden.description.as_str()),
        ("Chantier au jardin partagé", "On plante\u{a0}!")
    );
    assert_eq!(
        (garden.keywords.join(","), garden.causes.as_slice()),
        ("biodiversité".into(), &[Cause::Environment][..])
    );
    let session = &garden.sessions[0];
    assert_eq!(
        times(session),
        owned("2026-12-05T10:00:00+01:00", "2026-12-05T12:00:00+01:00", "Europe/Paris")
    );
    assert_eq!((session.capacity, session.remaining), (Some(12), Some(7)));
    assert_eq!(garden.organizer.as_ref().unwrap().name, "@jardin@mobilizon.example");
    let place = &garden.places[0];
    assert_eq!(
        (place.postal_code.as_str(), place.address_country.as_str(), place.point),
        ("44000", "FR", Point::new(47.2, -1.55))
    );
    let cafe = find(&reading, "https://mobilizon.example/events/2");
    assert_eq!((cafe.reach, url(cafe)), (Reach::Online, Some("https://visio.example/cafe")));
    assert_eq!((cafe.sessions[0].capacity, cafe.sessions[0].is_full()), (None, false), "0 is no limit");
    assert_eq!(cafe.organizer.as_ref().unwrap().name, "Les cafés");
    let places = &find(&reading, "https://a.example/5").places;
    assert_eq!((places[0].address_locality.as_str(), places[1].address_country.as_str()), ("Rennes", "AT"));
}

#[test]
fn features_of_any_map_are_read_by_what_their_fields_are_usually_called() {
    let reading = reading(include_str!("geojson/map.json"), "https://carte.example/collections/lieux/items");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("geojson", 6, 2));
    assert_eq!(
        findings(&reading),
        [
            (1, "code_postal", Problem::Repaired),
            (2, "geometry", Problem::NotAPoint),
            (3, "website", Problem::NotALink),
            (3, "tags", Problem::NotText),
            (3, "start", Problem::NotADate),
            (4, "title", Problem::NoName),
            (5, "", Problem::NotAnObject),
        ]
    );
    assert_eq!(reading.next.as_deref(), Some("https://carte.example/collections/lieux/items?offset=7"));
    let [shop, garden, local, _] = reading.feed.initiatives.as_slice() else { panic!("four features") };
    assert_eq!(
        (shop.name.as_str(), shop.places[0].point, &shop.kind),
        ("Ressourcerie du Coin", Point::new(45.75, 4.85), &None)
    );
    assert_eq!(shop.description, "Dons le samedi (https://example.org/dons).");
    assert_eq!((garden.id.as_str(), garden.causes.as_slice()), ("12", &[Cause::Environment][..]));
    assert_eq!((&garden.kind, url(garden)), (&Some(Kind::Volunteering), Some("https://example.org/jardin")));
    let place = &garden.places[0];
    assert_eq!(
        (place.street_address.as_str(), place.postal_code.as_str(), place.approximate),
        ("12 rue Haute", "01000", true)
    );
    assert!(
        place.point.unwrap().distance(Point::new(46.2, 5.3).unwrap()).value() < 0.1,
        "the middle of the area"
    );
    assert!(garden.sessions[0].start.all_day);
    assert_eq!(garden.accessibility, [Accessibility::Wheelchair]);
    assert_eq!((local.id.as_str(), local.places[0].street_address.as_str()), ("node/12", "3 rue Neuve"));
    assert_eq!(local.places[0].point, None, "metres are no degrees");
}

#[test]
fn features_and_entries_without_an_identifier_keep_the_one_they_are_given() {
    let first = reading(include_str!("geojson/map.json"), "");
    let again = reading(&include_str!("geojson/map.json").replace("MultiPoint", "LineString"), "");
    let ids = |reading: &Reading| reading.feed.initiatives.iter().map(|i| i.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first)[..3], ids(&again)[..3]);
    assert_eq!(ids(&first)[0].len(), 16);
}

#[test]
fn a_plain_list_is_read_wherever_it_is_in_its_document() {
    let reading = reading(include_str!("list/shifts.json"), "");
    assert_eq!((reading.format, reading.items, reading.left_out()), ("list", 7, 3));
    assert_eq!(
        findings(&reading),
        [
            (1, "link", Problem::Repaired),
            (3, "status", Problem::Withdrawn),
            (4, "dates.0.start", Problem::NoTimeZone),
            (4, "dates.0.end", Problem::NoTimeZone),
            (4, "dates.0.end", Problem::EndsBeforeStart),
            (5, "id", Problem::SameId),
            (6, "title", Problem::NoName),
        ]
    );
    assert_eq!(reading.next.as_deref(), Some("https://example.org/opportunities?page=2"));
    let dinner = find(&reading, "0");
    assert_eq!((&dinner.kind, dinner.causes.as_slice()), (&Some(Kind::Volunteering), &[Cause::Poverty][..]));
    assert_eq!(
        times(&dinner.sessions[0]),
        owned("2026-12-05T17:00:00-06:00", "2026-12-05T20:00:00-06:00", "America/Chicago")
    );
    assert_eq!(
        (dinner.sessions[0].capacity, dinner.organizer.as_ref().unwrap().name.as_str()),
        (Some(30), "The Kitchen")
    );
    let named = |name: &str| reading.feed.initiatives.iter().find(|i| i.name.starts_with(name)).unwrap();
    let lecture = named("Lecture");
    assert_eq!(url(lecture), Some("mailto:lire@example.org?subject=Je%20veux%20lire"));
    let place = &lecture.places[0];
    assert_eq!(
        (place.name.as_str(), place.street_address.as_str(), place.address_locality.as_str()),
        ("Bibliothèque", "2 place Verte", "Lille")
    );
    assert_eq!(place.point, Point::new(50.63, 3.06));
    assert_eq!((&named("Devenir").kind, named("Devenir").places.len()), (&Some(Kind::Volunteering), 1));
    let dates = named("Deux");
    assert_eq!(
        (dates.sessions.len(), dates.places[0].name.as_str(), dates.places[0].address_locality.as_str()),
        (2, "Salle des fêtes", "Gap")
    );
    assert_eq!(dates.organizer.as_ref().unwrap().name, "Les amis");
}

#[test]
fn documents_that_are_no_list_of_things_with_a_title_stay_unknown() {
    for document in
        [r#"[{"name": "a", "file": "b"}]"#, r#"{"name": "a", "url": "b"}"#, r#"{"items": [1, 2]}"#, "{}"]
    {
        assert!(read_page(document.as_bytes(), "").is_err(), "{document}");
    }
}

#[test]
fn missions_of_api_engagement_go_on_from_where_the_page_ends() {
    let mission = r#"{"id": "1", "title": "Aider", "applicationUrl": "https://example.org/1"}"#;
    let page = |list: &str| format!(r#"{{"ok": true, "{list}": [{mission}], "total": 30}}"#);
    let next = |list: &str, base: &str| reading(&page(list), base).next;
    assert_eq!(
        next("data", "https://api.example.org/v0/mission?limit=1&skip=4").as_deref(),
        Some("https://api.example.org/v0/mission?limit=1&skip=5")
    );
    assert_eq!(
        next("hits", "https://api.example.org/v0/mission/search?size=1").as_deref(),
        Some("https://api.example.org/v0/mission/search?size=1&from=1")
    );
    assert_eq!(next("data", "https://api.example.org/v0/mission?limit=1&skip=29"), None);
    assert_eq!(next("data", ""), None, "without its address, a page has no next");
}

/// One event of each format that says how it stands, on the fifth of December.
fn standing(format: &str, status: Value) -> Value {
    let (utc, local) = ("2026-12-05T13:00:00Z", "2026-12-05T14:00:00+01:00");
    let schema = "https://schema.org";
    match format {
        "openagenda" => json!({"total": 1, "events": [
            {"uid": 1, "title": {"fr": "A"}, "status": status, "timings": [{"begin": local}]}]}),
        "openagenda-opendatasoft" => json!({"total_count": 1, "results": [
            {"uid": "1", "title_fr": "A", "status": status, "firstdate_begin": local}]}),
        "activitypub" => {
            json!({"@context": "x", "type": "Event", "id": "https://a.example/1", "name": "A", "startTime": utc,
            "ical:status": status})
        }
        "the-events-calendar" => json!({"rest_url": "x", "events": [
            {"id": 1, "title": "A", "start_date": "2026-12-05 14:00:00", "utc_start_date": "x", "timezone": "Europe/Paris", "event_status": status}]}),
        "osdi" => json!({"_embedded": {"osdi:events": [
            {"identifiers": ["a:1"], "title": "A", "start_date": utc, "status": status}]}}),
        "openactive" => {
            json!({"next": "x", "items": [{"state": "updated", "kind": "Event", "id": "1", "modified": 1,
            "data": {"@type": "Event", "name": "A", "startDate": utc, "eventStatus": status}}]})
        }
        "schema.org" => {
            json!({"@context": schema, "@type": "Event", "@id": "1", "name": "A", "startDate": utc, "eventStatus": status})
        }
        _ => {
            json!([{"id": 1, "title": "A", "link": "https://example.org/1", "startDate": local, "status": status}])
        }
    }
}

#[test]
fn dates_that_are_not_kept_are_called_off_whichever_format_says_so() {
    let schema = |status: &str| json!(format!("https://schema.org/{status}"));
    for (format, status, is_off) in [
        ("openagenda", json!(1), false),
        ("openagenda", json!(2), false),
        ("openagenda", json!(3), false),
        ("openagenda", json!({"id": 4}), true),
        ("openagenda", json!(5), false),
        ("openagenda", json!(6), true),
        ("openagenda-opendatasoft", json!("{\"id\": 2}"), false),
        ("openagenda-opendatasoft", json!("{\"id\": 4}"), true),
        ("openagenda-opendatasoft", json!("{\"id\": 6}"), true),
        ("activitypub", json!("TENTATIVE"), false),
        ("activitypub", json!("CANCELLED"), true),
        ("the-events-calendar", json!("postponed"), true),
        ("the-events-calendar", json!("canceled"), true),
        ("the-events-calendar", json!("scheduled"), false),
        ("osdi", json!("confirmed"), false),
        ("osdi", json!("cancelled"), true),
        ("openactive", schema("EventScheduled"), false),
        ("openactive", schema("EventCancelled"), true),
        ("openactive", schema("EventPostponed"), true),
        ("schema.org", schema("EventRescheduled"), false),
        ("schema.org", schema("EventCancelled"), true),
        ("schema.org", schema("EventPostponed"), true),
        ("list", json!("Confirmé"), false),
        ("list", json!("Annulé"), true),
        ("list", json!("Reporté"), true),
    ] {
        let reading = reading(&standing(format, status.clone()).to_string(), "");
        let [event] = reading.feed.initiatives.as_slice() else { panic!("{format} {status}: {reading:?}") };
        let (on, off) = if is_off { (0, 1) } else { (1, 0) };
        assert_eq!((event.sessions.len(), event.cancelled.len()), (on, off), "{format} {status}");
        let date = event.sessions.iter().chain(&event.cancelled).next().unwrap().start.date();
        assert_eq!((reading.format, date.to_string()), (format, "2026-12-05".into()), "{status}");
        assert_eq!(reading.left_out(), 0);
    }
}

#[test]
fn what_is_called_off_without_a_date_is_left_out_and_what_moves_to_the_network_is_there() {
    let mut event = standing("schema.org", json!("EventPostponed"));
    let date = event.as_object_mut().unwrap().remove("startDate").unwrap();
    let undated = reading(&event.to_string(), "");
    assert_eq!((undated.items, findings(&undated)), (1, vec![(0, "eventStatus", Problem::Withdrawn)]));
    event["previousStartDate"] = date;
    assert_eq!(reading(&event.to_string(), "").feed.initiatives[0].cancelled.len(), 1);

    let mut moved = standing("openagenda", json!(3));
    moved["events"][0]["location"] = json!({"name": "Salle", "city": "Tours"});
    let moved = &reading(&moved.to_string(), "").feed.initiatives[0];
    assert_eq!((moved.reach, moved.places.len()), (Reach::Online, 0));
}
