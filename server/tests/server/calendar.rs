//! The sessions of an initiative as a file for calendars, and the links to it.

use alentour_formats::Reading;
use serde_json::{Value, json};

use crate::app::{App, MAILING, feed};

/// A tour of France and its seas: over both changes of clocks, overseas, on whole days, at a place and online.
fn tour() -> Value {
    json!({ "alentour": "1", "inLanguage": "fr", "initiatives": [
        {
            "id": "la tournée/1", "name": "La tournée, 2ᵉ édition; été", "summary": "Un repas, des jeux.",
            "url": "https://asso.example/tournee", "timeZone": "Europe/Paris",
            "location": { "name": "Maison des voisins", "streetAddress": "12 rue de Marseille", "postalCode": "69007",
                "addressLocality": "Lyon", "addressCountry": "FR", "latitude": 45.7512, "longitude": 4.8426 },
            "sessions": [
                { "id": "fini", "startDate": "2020-05-02T14:00:00+02:00" },
                { "id": "printemps 1", "name": "Printemps", "startDate": "2099-03-28T20:00:00+01:00", "endDate": "2099-03-29T04:00:00+02:00" },
                { "id": "automne", "startDate": "2099-10-24T20:00:00+02:00", "endDate": "2099-10-25T04:00:00+01:00" },
                { "id": "jours", "startDate": "2099-07-14", "endDate": "2099-07-15" },
                { "id": "sans fin", "startDate": "2099-12-01T18:30:00+01:00" },
            ],
        },
        {
            "id": "reunion", "name": "Un pique-nique", "timeZone": "Indian/Reunion",
            "location": { "name": "Jardin", "postalCode": "97400", "addressLocality": "Saint-Denis", "addressCountry": "RE" },
            "sessions": [{ "id": "midi", "startDate": "2099-05-02T12:00:00+04:00", "endDate": "2099-05-02T15:00:00+04:00" }],
        },
        { "id": "sans date", "name": "Sans date" },
        { "id": "fini", "name": "Fini", "sessions": [{ "id": "un", "startDate": "2020-05-02" }] },
    ] })
}

const TOUR: &str = "/i/la%20tourn%C3%A9e%2F1/calendar.ics";

async fn file(app: &App, path: &str) -> String {
    let response = app.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "text/calendar; charset=utf-8");
    response.text().await.unwrap()
}

/// The file as our own reader of calendars reads it.
fn read(file: &str) -> Reading {
    let reading = alentour_formats::read(file.as_bytes()).unwrap();
    assert_eq!(reading.format, "icalendar");
    assert_eq!(reading.findings, [], "{file}");
    reading
}

fn values<'a>(file: &'a str, name: &str) -> Vec<&'a str> {
    file.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')).collect()
}

#[tokio::test]
async fn what_is_announced_is_what_the_file_says_read_back_as_a_feed() {
    let app = App::start_announcing(tour(), MAILING).await;
    for (id, path, count) in [("la tournée/1", TOUR, 4), ("reunion", "/i/reunion/calendar.ics", 1)] {
        let announced = app.state.feeds.initiative(id).unwrap();
        let mut coming = announced.coming(0);
        coming.retain(|session| session.id != "fini");
        let reading = read(&file(&app, path).await);
        assert_eq!((reading.items, reading.feed.initiatives.len(), coming.len()), (count, count, count));
        for (event, session) in reading.feed.initiatives.iter().zip(coming) {
            let [read] = &event.sessions[..] else { panic!("{event:?}") };
            assert_eq!((read.start, read.end), (session.start, session.end), "{}", session.id);
            assert_eq!(read.time_zone, session.time_zone);
            let name = if session.name.is_empty() { String::new() } else { format!(" – {}", session.name) };
            assert_eq!(event.name, format!("{}{name}", announced.name));
            let (ours, theirs) = (&announced.places[0], &event.places[0]);
            assert_eq!((&theirs.name, &theirs.address_locality), (&ours.name, &ours.address_locality));
            assert_eq!(theirs.street_address, ours.street_address);
            // The middle of Saint-Denis, which the server has found for it, is no venue's position.
            assert_eq!(theirs.point, ours.point.filter(|_| !ours.approximate));
            assert_eq!(event.description, announced.summary);
            let page = format!("https://agir.example.org/i/{}", alentour::app::encode(id));
            assert_eq!(event.url.as_ref().map(|url| url.as_str()), Some(page.as_str()));
        }
    }
}

#[tokio::test]
async fn sessions_are_asked_for_by_name_and_what_is_not_there_is_said_as_for_a_page() {
    let app = App::start_announcing(tour(), "").await;
    let starts = async |query: &str| {
        let file = file(&app, &format!("{TOUR}{query}")).await;
        let starts = file
            .lines()
            .filter(|line| line.starts_with("DTSTART"))
            .filter_map(|line| line.split_once(":2099"));
        starts
            .map(|(_, day)| day[..4].to_owned())
            .filter(|day| !["0329", "1025"].contains(&day.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(starts("").await, ["0328", "0714", "1024", "1201"]);
    assert_eq!(starts("?session=automne&session=printemps%201&lang=en").await, ["0328", "1024"]);
    assert!(file(&app, &format!("{TOUR}?session=fini")).await.contains("20200502T140000"));
    for path in [
        "/i/unknown/calendar.ics",
        "/i/sans%20date/calendar.ics",
        "/i/fini/calendar.ics",
        &format!("{TOUR}?session=unknown"),
        &format!("{TOUR}?session=automne&session=unknown"),
    ] {
        let response = app.get(path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(response.text().await.unwrap().contains("<!DOCTYPE html>"), "{path}");
    }
    // Where nobody has said what the server's address is, the organiser's page is named.
    assert_eq!(values(&file(&app, TOUR).await, "URL")[0], "https://asso.example/tournee");
    assert!(values(&file(&app, "/i/reunion/calendar.ics").await, "URL").is_empty());
}

#[tokio::test]
async fn it_is_a_file_of_that_initiative_s_name_for_a_minute() {
    let app = App::start_announcing(tour(), "").await;
    let whole = app.get(TOUR).await;
    let head = app.client.head(format!("{}{TOUR}", app.address)).send().await.unwrap();
    for response in [&whole, &head] {
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(header("content-type"), "text/calendar; charset=utf-8");
        assert_eq!(header("content-disposition"), "inline; filename=\"la-tournee-2-edition-ete.ics\"");
        assert_eq!((header("cache-control"), header("vary")), ("public, max-age=60", "accept-language"));
        assert_eq!((header("x-robots-tag"), header("x-content-type-options")), ("noindex", "nosniff"));
    }
    assert_eq!(head.headers()["content-length"], whole.headers()["content-length"]);
    assert!(head.text().await.unwrap().is_empty());
    assert!(whole.text().await.unwrap().ends_with("END:VCALENDAR\r\n"));
}

#[tokio::test]
async fn a_session_that_is_moved_takes_the_place_of_what_a_calendar_has() {
    let app = App::start_announcing(tour(), "").await;
    let path = "/i/reunion/calendar.ics";
    let number = |file: &str, name| -> i64 { values(file, name)[0].replace(['T', 'Z'], "").parse().unwrap() };
    let first = file(&app, path).await;
    let mut moved = tour();
    moved["initiatives"][1]["sessions"][0]["startDate"] = json!("2099-05-02T13:00:00+04:00");
    std::fs::write(app.path("feed.json"), moved.to_string()).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::File::options().append(true).open(app.path("feed.json")).unwrap().set_modified(later).unwrap();
    let mut second = first.clone();
    for _ in 0..200 {
        second = file(&app, path).await;
        if second.contains("T130000") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(first.contains("T120000") && second.contains("T130000"), "{second}");
    assert_eq!(values(&first, "UID"), values(&second, "UID"));
    assert!(number(&second, "DTSTAMP") > number(&first, "DTSTAMP"), "{second}");
    // The catalogue's own minute, and no later one: the file is as old as that.
    let minutes = (jiff::Timestamp::now().as_second() - 1_767_225_600) / 60;
    let (before, after) = (number(&first, "SEQUENCE"), number(&second, "SEQUENCE"));
    assert!(before <= after && after <= minutes && minutes <= before + 3, "{before} {after} {minutes}");
}

#[tokio::test]
async fn files_count_as_pages_do() {
    // Ten pages a minute for each sign-up.
    let app = App::start_announcing(tour(), "[robots]\nwork = 0\nper-address = 1").await;
    for _ in 0..5 {
        assert_eq!(app.get(TOUR).await.status(), 200);
        assert_eq!(app.get("/i/reunion").await.status(), 200);
    }
    let refused = app.get(TOUR).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn a_page_links_to_the_file_where_there_is_a_date_to_come() {
    let mut announced = feed();
    announced["initiatives"].as_array_mut().unwrap().push(tour()["initiatives"][0].clone());
    let app = App::start_announcing(announced, "public-url = \"https://example.org/agir\"").await;
    let link = async |path: &str| {
        let page = app.get(path).await.text().await.unwrap();
        let link = page.split("<a ").find(|link| link.contains("Ajouter à mon agenda"))?.to_owned();
        Some(link.split_once("href=\"")?.1.split_once('"')?.0.replace("&amp;", "&"))
    };
    let atelier = link("/i/atelier?lang=fr").await.unwrap();
    assert_eq!(atelier, "/agir/i/atelier/calendar.ics?lang=fr");
    let tour = link("/i/la%20tourn%C3%A9e%2F1?lang=fr").await.unwrap();
    assert_eq!(tour, format!("/agir{TOUR}?lang=fr"));
    for link in [atelier, tour] {
        file(&app, link.trim_start_matches("/agir")).await;
    }
    for without in ["petition", "fini", "vitrine"] {
        assert_eq!(link(&format!("/i/{without}?lang=fr")).await, None, "{without}");
    }
}
