//! Each format against a feed of its own, written for the purpose.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Reading, read};
use alentour_model::{Accessibility, Cause, Kind, Point, Problem, Reach, Sector};

fn reading(json: &str) -> Reading {
    read(json.as_bytes()).unwrap()
}

/// What was found: position, field and problem.
fn findings(reading: &Reading) -> Vec<(usize, &str, Problem)> {
    let place = |finding: &alentour_model::Finding| finding.item.unwrap();
    reading.findings.iter().map(|finding| (place(finding), finding.field.as_str(), finding.problem)).collect()
}

#[test]
fn an_answer_of_api_engagement_is_read() {
    let reading = reading(include_str!("api_engagement/answer.json"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("api-engagement", 8, 5));
    assert_eq!(
        findings(&reading),
        [
            (0, "addresses.0.postalCode", Problem::Repaired),
            (0, "addresses.1.postalCode", Problem::Repaired),
            (0, "addresses.1.location", Problem::Repaired),
            (1, "applicationUrl", Problem::NotALink),
            (2, "startAt", Problem::Repaired),
            (2, "endAt", Problem::Repaired),
            (3, "statusCode", Problem::Withdrawn),
            (4, "deleted", Problem::Withdrawn),
            (5, "id", Problem::SameId),
            (6, "id", Problem::NoId),
            (7, "", Problem::NotAnObject),
        ]
    );
    let mission = &reading.feed.initiatives[0];
    assert_eq!(
        (mission.id.as_str(), mission.name.as_str()),
        ("6512", "Tenir l'accueil de l’épicerie solidaire")
    );
    assert_eq!(mission.kind, Some(Kind::Volunteering));
    assert_eq!(mission.participation, None, "one signs up on the platform that published it");
    assert_eq!(mission.url.as_ref().unwrap().as_str(), "https://example.org/missions/6512");
    assert_eq!(mission.summary, "Une demi-journée par semaine · 2 places");
    assert_eq!(
        mission.description,
        "Accueillir les familles.\n\nConseiller\u{a0}: le guide (https://example.org/guide)"
    );
    assert_eq!(mission.causes, [Cause::Poverty, Cause::Inclusion]);
    assert_eq!(
        mission.keywords,
        ["accueil de public", "distribution", "Épicerie", "Familles", "solidarite insertion"]
    );
    let (start, end) = (mission.start.unwrap(), mission.end.unwrap());
    assert!(start.all_day && end.all_day);
    assert_eq!(
        (start.date().to_string(), end.date().to_string()),
        ("2026-09-01".into(), "2027-06-30".into())
    );
    assert_eq!(mission.accessibility, [Accessibility::Wheelchair, Accessibility::PublicTransport]);
    let organizer = mission.organizer.as_ref().unwrap();
    assert_eq!((organizer.name.as_str(), organizer.sector), ("Épicerie du Coin", Some(Sector::Association)));
    assert_eq!(organizer.url.as_ref().unwrap().as_str(), "https://www.example.org/epicerie");
    assert_eq!(mission.partners[0].name, "Plateforme des bénévoles");
    let [lyon, bourg] = mission.places.as_slice() else { panic!("two places") };
    assert_eq!((lyon.postal_code.as_str(), bourg.postal_code.as_str()), ("69007", "01000"));
    assert_eq!(bourg.point, Point::new(46.2, 5.22));
    assert_eq!(bourg.address_country, "FR");
}

#[test]
fn a_mission_of_one_day_has_a_session_with_its_seats() {
    let reading = reading(include_str!("api_engagement/answer.json"));
    let collection = &reading.feed.initiatives[1];
    let [session] = collection.sessions.as_slice() else { panic!("one session") };
    assert_eq!(session.capacity, Some(10));
    assert_eq!(session.start.date().to_string(), "2026-11-28");
    assert_eq!(session.ends() - session.start.moment.instant, 86_400);
    assert_eq!(collection.reach, Reach::Local);
    assert_eq!(collection.url, None, "a script is no link");
    assert_eq!(
        collection.places[0].point,
        Point::new(48.86, 2.37),
        "the point beside the only address is its"
    );
    assert_eq!(collection.organizer.as_ref().unwrap().sector, Some(Sector::Public));
    assert!(collection.partners.is_empty(), "who publishes their own mission is no partner of themselves");
}

#[test]
fn a_mission_from_home_is_online_and_dates_for_none_are_none() {
    let reading = reading(include_str!("api_engagement/answer.json"));
    let listening = &reading.feed.initiatives[2];
    assert_eq!(listening.reach, Reach::Online);
    assert_eq!((listening.start, listening.end), (None, None));
    assert!(listening.places.is_empty());
}

#[test]
fn older_records_have_their_address_on_top() {
    let reading = reading(include_str!("api_engagement/older.json"));
    assert_eq!((reading.format, reading.findings.len()), ("api-engagement", 0));
    let garden = &reading.feed.initiatives[0];
    assert_eq!(garden.id, "5f0c");
    assert_eq!(garden.description, "Ligne 1\nLigne 2 & fin");
    assert_eq!(garden.summary, "1 place");
    assert_eq!(garden.url.as_ref().unwrap().as_str(), "https://example.org/jardin");
    let place = &garden.places[0];
    assert_eq!(
        (place.street_address.as_str(), place.address_region.as_str()),
        ("Chemin des Jardins", "Bretagne")
    );
    assert_eq!((place.point, place.address_country.as_str()), (Point::new(48.11, -1.68), "FR"));
}

#[test]
fn elements_of_gogocarto_are_groups_with_a_link() {
    let reading = reading(include_str!("gogocarto/elements.json"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("gogocarto", 5, 2));
    assert_eq!(
        findings(&reading),
        [
            (1, "status", Problem::Withdrawn),
            (2, "geo", Problem::NotAPoint),
            (3, "geo", Problem::Repaired),
            (4, "name", Problem::NoName),
        ]
    );
    let cafe = &reading.feed.initiatives[0];
    assert_eq!((&cafe.kind, cafe.causes.as_slice()), (&Some(Kind::Group), &[Cause::Inclusion][..]));
    assert_eq!(cafe.description, "Un café associatif.\n\nPrix libre.\n\nDu mardi au samedi");
    assert_eq!(cafe.url.as_ref().unwrap().as_str(), "https://www.example.org");
    assert_eq!(cafe.places[0].address_locality, "Rennes");
    assert!(reading.feed.initiatives[1].places.is_empty());
    let paris = &reading.feed.initiatives[2];
    assert_eq!(paris.places[0].street_address, "12 rue Haute, Paris");
    assert_eq!(
        (paris.places[0].point, paris.causes.as_slice()),
        (Point::new(48.85, 2.35), &[Cause::Housing][..])
    );
}

#[test]
fn a_feature_collection_of_elements_is_read_like_the_elements() {
    let reading = reading(include_str!("gogocarto/elements.geojson.json"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("gogocarto", 2, 1));
    assert_eq!(reading.feed.initiatives[0].places[0].point, Point::new(48.11, -1.68));
}

#[test]
fn entries_of_transiscope_are_groups_with_a_link() {
    let reading = reading(include_str!("transiscope/entries.json"));
    assert_eq!((reading.format, reading.items, reading.left_out()), ("transiscope", 3, 1));
    assert_eq!(findings(&reading), [(2, "title", Problem::NoName)]);
    let shop = &reading.feed.initiatives[0];
    assert_eq!(shop.causes, [Cause::Employment, Cause::Environment]);
    assert_eq!(
        (shop.summary.as_str(), shop.description.as_str()),
        ("Donner, réparer, & revendre.", "Une ressourcerie.")
    );
    assert_eq!(shop.url.as_ref().unwrap().as_str(), "https://example.org");
    assert_eq!(shop.places.len(), 1);
    let bare = &reading.feed.initiatives[1];
    assert_eq!(
        bare.places[0].point,
        Point::new(46.4, -0.5),
        "the point beside the address is used where it has none"
    );
}

#[test]
fn a_list_without_missions_is_an_empty_feed_and_not_an_error() {
    for empty in ["{\"ok\": true, \"data\": [], \"total\": 0}", "{\"ok\": true, \"hits\": []}", "[]"] {
        let reading = reading(empty);
        assert_eq!((reading.format, reading.items), ("api-engagement", 0), "{empty}");
    }
    assert_eq!(reading("{\"ontology\": \"gogofull\", \"data\": []}").format, "gogocarto");
    assert_eq!(reading("{\"initiatives\": []}").format, "alentour");
}
