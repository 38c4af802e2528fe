//! `GET /v1/feed.json`.

use std::io::Read;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alentour_server::feeds::{Allowance, Fetched, Fetcher, Source, Validators};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::Value;

use crate::app::App;

async fn names(app: &App) -> Vec<String> {
    let feed: Value = app.get("/v1/feed.json").await.json().await.unwrap();
    feed["initiatives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Waits until the feed has those names: files are looked at every two seconds.
async fn become_(app: &App, expected: &[&str]) {
    for _ in 0..100 {
        if names(app).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(names(app).await, expected);
}

fn feed_of(names: &[&str]) -> String {
    let items: Vec<_> = names.iter().map(|name| serde_json::json!({ "id": name, "name": name })).collect();
    serde_json::json!({ "alentour": "1", "initiatives": items }).to_string()
}

#[tokio::test]
async fn the_feed_is_served_in_each_encoding_with_a_tag_of_its_own() {
    let app = App::start().await;
    let get = |accepted: &'static str| {
        app.client.get(format!("{}/v1/feed.json", app.address)).header("accept-encoding", accepted).send()
    };
    let plain = get("identity").await.unwrap();
    assert_eq!(plain.headers()["content-type"], "application/json");
    assert_eq!(plain.headers()["access-control-allow-origin"], "*");
    assert!(plain.headers()["cache-control"].to_str().unwrap().contains("max-age=60"));
    let tag = plain.headers()["etag"].clone();
    let plain = plain.bytes().await.unwrap();

    let brotli = get("br, gzip").await.unwrap();
    assert_eq!(brotli.headers()["content-encoding"], "br");
    assert_ne!(brotli.headers()["etag"], tag);
    let mut text = Vec::new();
    brotli::Decompressor::new(&brotli.bytes().await.unwrap()[..], 4096).read_to_end(&mut text).unwrap();
    assert_eq!(text, plain);

    let gzip = get("gzip").await.unwrap();
    assert_eq!(gzip.headers()["content-encoding"], "gzip");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&gzip.bytes().await.unwrap()[..]).read_to_end(&mut text).unwrap();
    assert_eq!(text, plain);

    let request = app.client.get(format!("{}/v1/feed.json", app.address)).header("if-none-match", tag);
    assert_eq!(request.send().await.unwrap().status(), 304);
}

#[tokio::test]
async fn a_changed_file_is_picked_up_and_a_broken_one_is_not() {
    let app = App::start().await;
    std::fs::write(app.path("feed.json"), feed_of(&["Un", "Deux"])).unwrap();
    become_(&app, &["Un", "Deux"]).await;
    for broken in ["", "{\"initiatives\": [", "<html>maintenance</html>"] {
        std::fs::write(app.path("feed.json"), broken).unwrap();
        tokio::time::sleep(Duration::from_millis(2300)).await;
        assert_eq!(names(&app).await, ["Un", "Deux"], "{broken:?}");
    }
    std::fs::remove_file(app.path("feed.json")).unwrap();
    tokio::time::sleep(Duration::from_millis(2300)).await;
    assert_eq!(names(&app).await, ["Un", "Deux"]);
    std::fs::write(app.path("feed.json"), feed_of(&["Trois"])).unwrap();
    become_(&app, &["Trois"]).await;
}

#[tokio::test]
async fn feeds_are_merged_and_one_that_is_missing_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), feed_of(&["Un"])).unwrap();
    std::fs::write(folder.path().join("c.json"), feed_of(&["Trois", "Un"])).unwrap();
    let sources = ["a.json", "b.json", "c.json"].map(|name| Source::File(folder.path().join(name))).to_vec();
    let app = App::start_with(folder, sources).await;
    assert_eq!(names(&app).await, ["Un", "Trois"]);
    // Until the missing one has been read nobody is told that an initiative does not exist.
    let mut form = crate::app::form("zoe@example.org");
    form["initiative"] = "Deux".into();
    assert_eq!(app.post(&crate::app::key("a"), &form).await.0, 503);
    std::fs::write(app.path("b.json"), feed_of(&["Deux"])).unwrap();
    become_(&app, &["Un", "Deux", "Trois"]).await;
}

#[tokio::test]
async fn without_any_feed_that_can_be_read_there_is_no_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let source = Source::File(folder.path().join("none.json"));
    let app = App::start_with(folder, vec![source]).await;
    assert_eq!(app.get("/v1/feed.json").await.status(), 503);
}

#[tokio::test]
async fn the_demo_feed_is_served_without_any_other() {
    let app = App::start_with(tempfile::tempdir().unwrap(), vec![Source::Demo]).await;
    let text = app.get("/v1/feed.json").await.text().await.unwrap();
    let reading = alentour_formats::read(text.as_bytes()).unwrap();
    assert_eq!(reading.findings, []);
}

/// A server that plays a feed's host: the feed, its tag, and how often it was asked for and given.
struct Host {
    address: String,
    feed: Arc<Mutex<String>>,
    asked: Arc<Mutex<(u32, u32)>>,
}

async fn host(feed: String) -> Host {
    let (feed, asked) = (Arc::new(Mutex::new(feed)), Arc::new(Mutex::new((0, 0))));
    let (shared, counts) = (feed.clone(), asked.clone());
    let get = move |headers: HeaderMap| async move {
        let feed = shared.lock().unwrap().clone();
        let mut counts = counts.lock().unwrap();
        counts.0 += 1;
        let tag = format!("\"{}\"", feed.len());
        if headers.get("if-none-match").is_some_and(|known| known == tag.as_str()) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        counts.1 += 1;
        ([("etag", tag)], feed).into_response()
    };
    let redirect = axum::response::Redirect::temporary("http://127.0.0.1:1/");
    let router = axum::Router::new()
        .route("/feed", axum::routing::get(get))
        .route("/away", axum::routing::get(async move || redirect.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Host { address, feed, asked }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_at_an_address_is_asked_for_again_and_sent_only_if_it_changed() {
    let host = host(feed_of(&["Un"])).await;
    let source = Source::from(format!("{}/feed", host.address).as_str());
    let app = App::start_with(tempfile::tempdir().unwrap(), vec![source]).await;
    assert_eq!(names(&app).await, ["Un"]);
    tokio::time::sleep(Duration::from_millis(4500)).await;
    let (asked, given) = *host.asked.lock().unwrap();
    assert!(asked >= 2 && given == 1, "{asked} {given}");
    *host.feed.lock().unwrap() = feed_of(&["Un", "Deux"]);
    become_(&app, &["Un", "Deux"]).await;
    *host.feed.lock().unwrap() = "oops".into();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(names(&app).await, ["Un", "Deux"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_not_called_under_any_name() {
    let host = host(feed_of(&["Un"])).await;
    let port = host.address.rsplit(':').next().unwrap().to_owned();
    let fetcher = Fetcher::new(false);
    for name in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "127.1"] {
        let (fetcher, url) = (fetcher.clone(), format!("http://{name}:{port}/feed"));
        let result = tokio::task::spawn_blocking(move || {
            fetcher.fetch(&url, &Validators::default(), Allowance::default())
        })
        .await
        .unwrap();
        assert!(result.is_err(), "{name}");
    }
    assert_eq!(host.asked.lock().unwrap().0, 0);
    let url = format!("{}/feed", host.address);
    let result = tokio::task::spawn_blocking(move || {
        Fetcher::new(true).fetch(&url, &Validators::default(), Allowance::default())
    })
    .await
    .unwrap();
    assert!(matches!(result, Ok(Fetched::New { .. })));
}
