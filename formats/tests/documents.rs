//! Formats that are no lists in JSON, each against a feed of its own, written for the purpose.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Reading, read};
use alentour_model::{Initiative, Problem, Reach};

fn reading(feed: &str) -> Reading {
    read(feed.as_bytes()).unwrap()
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
