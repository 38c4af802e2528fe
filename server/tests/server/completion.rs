//! Places that are proposed while somebody types one.

use std::path::Path;

use axum::http::StatusCode;
use serde_json::Value;

use crate::app::App;

/// A server with the places of the widget's own bundle.
pub async fn start(settings: &str) -> App {
    let app = App::start_settled(settings).await;
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../dist");
    assert!(Path::new(dist).join("v1").is_dir(), "run cargo xtask build");
    std::os::unix::fs::symlink(dist, app.path("dist")).unwrap();
    app
}

async fn proposed(app: &App, query: &str) -> Vec<String> {
    let answer: Value = app.get(&format!("/places.json?{query}")).await.json().await.unwrap();
    answer["places"].as_array().unwrap().iter().map(|place| place.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_completed_at_home_first_and_then_around() {
    let app = start("").await;
    assert_eq!(proposed(&app, "place=Villeurb").await, ["Villeurbanne (69100)"]);
    // Without accents, in the middle of a postcode, in spite of a mistake.
    let named = proposed(&app, "place=evry").await;
    assert!(named.iter().any(|place| place == "Évry-Courcouronnes (91000)"), "{named:?}");
    assert!(proposed(&app, "place=6900").await.iter().all(|place| place.contains("6900")));
    assert_eq!(proposed(&app, "place=Villeurbane").await, ["Villeurbanne (69100)"]);
    // A whole name abroad before beginnings at home, these before beginnings abroad.
    assert_eq!(proposed(&app, "place=Berlin").await[0], "Berlin (DE)");
    assert!(proposed(&app, "place=Ber").await.iter().all(|place| !place.contains("DE")));
    assert_eq!(proposed(&app, "place=Bruxell").await[0], "Bruxelles (BE-1000)");
    // Only where it was asked for.
    let belgian = proposed(&app, "place=li&countries=BE").await;
    assert!(belgian.len() == 8 && belgian.iter().all(|place| place.contains("(BE")), "{belgian:?}");
    assert_eq!(proposed(&app, "place=li&countries=FR&countries=BE").await.len(), 8);
    // A country that nobody knows counts for nothing, as in a tag.
    assert_eq!(proposed(&app, "place=Lyon&countries=XX").await[0], "Lyon (69000)");
    for nothing in ["place=v", "place=zzzz", "place=45.757,4.832"] {
        assert!(proposed(&app, nothing).await.is_empty(), "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_place_that_is_proposed_is_understood_by_the_form() {
    let app = start("").await;
    for typed in ["sa", "st den", "bru", "lo", "mo", "69", "100", "ge", "la ro", "paris 1", "evry"] {
        let all = proposed(&app, &format!("place={typed}")).await;
        assert!(!all.is_empty(), "{typed}");
        for place in all {
            let encoded: String = url::form_urlencoded::byte_serialize(place.as_bytes()).collect();
            let page = app.get(&format!("/embed-it?lang=fr&place={encoded}")).await.text().await.unwrap();
            assert!(page.contains("<textarea") && !page.contains("id=\"mend\""), "{typed}: {place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_small_say_how_many_they_are_and_may_be_kept() {
    let app = start("").await;
    let answer = app.get("/places.json?place=saint&lang=ar").await;
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    assert_eq!(header("cache-control").as_deref(), Some("public, max-age=3600"));
    assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
    assert_eq!(header("access-control-allow-origin"), None);
    let text = answer.text().await.unwrap();
    assert!(text.len() < 600, "{text}");
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((json["places"].as_array().unwrap().len(), json["said"].as_str()), (8, Some("8 اقتراحات")));
    let script = app.get("/places.js").await;
    assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
    assert!(script.text().await.unwrap().len() < 4_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_beginning_of_a_place_is_refused_and_kept_by_nobody() {
    let app = start("").await;
    for (query, word) in [
        (String::new(), "place"),
        ("place=".to_owned(), "place"),
        ("place=%20".to_owned(), "place"),
        ("place=a%00b".to_owned(), "place"),
        (format!("place={}", "a".repeat(101)), "place"),
        (format!("place=Lyon&countries={}", "FR+".repeat(1000)), "query"),
    ] {
        let answer = app.get(&format!("/places.json?{query}")).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.json::<Value>().await.unwrap(), serde_json::json!({ "error": word }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_without_end_is_told_to_wait() {
    let app = start("[robots]\nper-address = 1").await;
    let mut last = StatusCode::OK;
    for _ in 0..30 {
        last = app.get("/places.json?place=Lyon").await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // Pages are counted apart: the form can still be sent.
    assert_eq!(app.get("/embed-it?place=Lyon").await.status(), StatusCode::OK);
}
