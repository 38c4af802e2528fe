//! A sheet to print for an initiative.

use serde_json::{Value, json};

use crate::app::{App, feed};
use crate::qr;

async fn poster(app: &App, path: &str) -> String {
    let response = app.get(path).await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("style-src 'sha256-") && policy.contains("default-src 'none'"), "{policy}");
    response.text().await.unwrap()
}

fn announced(change: impl Fn(&mut Value)) -> Value {
    let mut feed = feed();
    change(&mut feed["initiatives"][0]);
    feed
}

const PUBLIC: &str = "public-url = \"https://agir.example.org\"";

#[tokio::test]
async fn it_says_what_when_where_and_by_whom_and_leads_to_the_page() {
    let feed = announced(|atelier| {
        atelier["name"] = json!("Atelier <b>vélo</b>");
        atelier["summary"] = json!("Réparer & rouler.");
        atelier["organizer"] = json!({ "name": "La Roue libre" });
        atelier["location"] = json!({ "name": "Halle", "postalCode": "69007", "addressLocality": "Lyon" });
    });
    let app = App::start_announcing(feed, PUBLIC).await;
    let page = poster(&app, "/i/atelier/poster?lang=fr").await;
    for said in [
        "<bdi>Atelier &lt;b&gt;vélo&lt;/b&gt;</bdi>",
        "samedi 2 mai 2099 à 14",
        "dimanche 3 mai 2099",
        "Halle, 69007 Lyon",
        "Réparer &amp; rouler.",
        "La Roue libre",
        "Inscription en deux minutes, sans compte",
        ">agir.example.org/i/atelier<",
        "noindex",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("<?xml") && !page.contains("<script"), "{page}");
    let (_, drawing) = page.split_once("<figure").unwrap();
    assert_eq!(qr::read(drawing), "https://agir.example.org/i/atelier");
    // Its own page leads there, in the language that is read.
    let own = app.get("/i/atelier?lang=es").await.text().await.unwrap();
    assert!(own.contains("/i/atelier/poster?lang=es") && own.contains("Cartel para imprimir"), "{own}");
    assert_eq!(app.get("/i/unknown/poster").await.status(), 404);
    // Nobody signs up for what has no form.
    assert!(!poster(&app, "/i/vitrine/poster?lang=fr").await.contains("Inscription"));
    let arabic = poster(&app, "/i/atelier/poster?lang=ar").await;
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("التسجيل في دقيقتين"), "{arabic}");
}

#[tokio::test]
async fn one_that_leads_where_its_reader_came_from_is_kept_by_no_cache() {
    for (settings, kept) in [("", "no-store"), (PUBLIC, "public, max-age=60")] {
        let app = App::start_announcing(feed(), settings).await;
        let poster = app.get("/i/atelier/poster").await;
        assert_eq!(
            (poster.status().as_u16(), poster.headers()["cache-control"].to_str().unwrap()),
            (200, kept)
        );
    }
}

#[tokio::test]
async fn what_is_held_each_week_is_said_as_a_rule_and_many_dates_are_counted() {
    let date = |day: u32| format!("2099-05-{day:02}T17:00:00+02:00");
    let session = |day: u32, place: usize| json!({ "startDate": date(day), "endDate": date(day).replace("17:", "19:"), "location": place });
    let places = json!([{ "addressLocality": "Lyon" }, { "addressLocality": "Bron" }]);
    let feed = announced(|atelier| {
        atelier["location"] = places.clone();
        atelier["sessions"] = json!([session(5, 0), session(12, 0), session(19, 0), session(26, 0)]);
    });
    let app = App::start_announcing(feed, PUBLIC).await;
    let page = poster(&app, "/i/atelier/poster?lang=fr").await.replace('\u{a0}', " ");
    assert!(page.contains("chaque mardi, 17 h – 19 h") && !page.contains("12 mai"), "{page}");
    assert!(page.contains("<bdi>Lyon</bdi>") && !page.contains("Bron"), "{page}");

    let feed = announced(|atelier| {
        atelier["location"] = places.clone();
        atelier["sessions"] = (1..=9).map(|n| session(n + n / 3, (n % 2) as usize)).collect();
    });
    let app = App::start_announcing(feed, PUBLIC).await;
    let page = poster(&app, "/i/atelier/poster?lang=fr").await;
    assert!(page.contains(" · Bron</bdi>") && page.contains("et 5 autres dates"), "{page}");
    assert_eq!(page.matches("mai 2099").count(), 4, "{page}");
}
