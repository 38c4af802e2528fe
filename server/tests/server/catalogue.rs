//! The catalogue of the feeds: what a restart finds, and what becomes of feeds that change.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use alentour_formats::Columns;
use alentour_server::catalogue::Home;
use alentour_server::feeds::{FeedReader, Feeds, Source};
use alentour_server::sandbox::Sandbox;
use alentour_server::settings::Settings;
use axum::Router;
use axum::routing::get;
use serde_json::json;
use tempfile::TempDir;

/// A feed of so many initiatives, each named after it.
fn feed(name: &str, count: usize) -> String {
    let initiatives: Vec<_> = (0..count).map(|n| json!({ "id": format!("{n}"), "name": name })).collect();
    json!({ "initiatives": initiatives }).to_string()
}

/// A reader that starts that program.
fn reader(program: &Path) -> FeedReader {
    let sandbox = Sandbox::new(program, Settings::default().reading.profile());
    FeedReader { sandbox, allow_private: true, columns: Columns::default() }
}

/// Watches these sources, with the catalogue in that folder.
async fn watch(folder: &TempDir, sources: &[Source], program: &str) -> Arc<Feeds> {
    let home = Home::at(&folder.path().join("catalogue")).unwrap();
    Feeds::watch(sources.to_vec(), None, reader(Path::new(program)), Duration::from_secs(1), home).await
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_alentour");
/// With it nothing can be read.
const NONE: &str = "/nonexistent/alentour";

/// How many initiatives are served, and what the first is called.
fn served(feeds: &Feeds) -> Option<(usize, String)> {
    let current = feeds.current()?;
    Some((current.len(), current.initiative("0").unwrap().map(|one| one.name.clone()).unwrap_or_default()))
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until the tasks of feeds that were dropped have noticed it, and their folder is free.
async fn ended(folder: &TempDir) {
    until("the folder is free", || Home::at(&folder.path().join("catalogue")).is_ok()).await;
}

#[tokio::test]
async fn a_restart_serves_what_was_read_before_without_reading_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    std::fs::write(&path, feed("one", 3)).unwrap();
    let sources = [Source::File(path.clone())];
    let feeds = watch(&folder, &sources, PROGRAM).await;
    let version = feeds.current().unwrap().version().to_owned();
    drop(feeds);
    ended(&folder).await;

    let feeds = watch(&folder, &sources, NONE).await;
    assert_eq!(served(&feeds), Some((3, "one".into())));
    assert_eq!(feeds.current().unwrap().version(), version);
    drop(feeds);
    ended(&folder).await;

    // What has changed meanwhile is read before anything is served, what cannot be read leaves the last good version.
    std::fs::write(&path, feed("another", 4)).unwrap();
    let feeds = watch(&folder, &sources, NONE).await;
    assert_eq!(served(&feeds), Some((3, "one".into())));
    drop(feeds);
    ended(&folder).await;
    let feeds = watch(&folder, &sources, PROGRAM).await;
    assert_eq!(served(&feeds), Some((4, "another".into())));
}

#[tokio::test]
async fn with_another_feed_beside_it_the_last_good_version_of_one_is_still_good() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    std::fs::write(&one, feed("one", 3)).unwrap();
    let before = [Source::File(one.clone())];
    drop(watch(&folder, &before, PROGRAM).await);
    ended(&folder).await;
    std::fs::write(&two, feed("two", 5)).unwrap();
    let feeds = watch(&folder, &[Source::File(two), Source::File(one.clone())], PROGRAM).await;
    assert_eq!(served(&feeds), Some((5, "two".into())));
    drop(feeds);
    ended(&folder).await;
    // The second is gone from the list, and cannot be read; the first still can be served.
    std::fs::remove_file(&one).unwrap();
    let feeds = watch(&folder, &before, NONE).await;
    assert_eq!(served(&feeds), Some((3, "one".into())));
}

#[tokio::test]
async fn nothing_is_left_of_catalogues_that_are_served_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    std::fs::write(&path, feed("one", 3)).unwrap();
    let feeds = watch(&folder, &[Source::File(path.clone())], PROGRAM).await;
    let old = feeds.current().unwrap();
    std::fs::write(&path, feed("two", 4)).unwrap();
    until("the new one is served", || served(&feeds) == Some((4, "two".into()))).await;
    std::fs::write(&path, feed("three", 5)).unwrap();
    until("the next one is served", || served(&feeds) == Some((5, "three".into()))).await;
    // Whoever has it still can read it.
    assert_eq!(old.initiative("2").unwrap().unwrap().name, "one");
    drop(old);
    // The lock, the state, the catalogue, the one before, and the feed's good version.
    let left = || std::fs::read_dir(folder.path().join("catalogue")).unwrap().count();
    until("the old one is gone", || left() == 5).await;
}

#[tokio::test]
async fn a_catalogue_with_the_same_tiles_takes_the_place_of_the_last_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    let of = |url: &str| json!({ "initiatives": [{ "id": "0", "name": "one", "url": url }] }).to_string();
    std::fs::write(&path, of("https://example.org/a")).unwrap();
    let feeds = watch(&folder, &[Source::File(path.clone())], PROGRAM).await;
    let (feed, tiles) = {
        let current = feeds.current().unwrap();
        (current.version().to_owned(), current.tiles().version.clone())
    };
    std::fs::write(&path, of("https://example.org/b")).unwrap();
    until("the new one is served", || feeds.current().unwrap().version() != feed).await;
    assert_eq!(feeds.current().unwrap().tiles().version, tiles);
    // The lock, the state, the catalogue, and the feed's good version.
    let left = || std::fs::read_dir(folder.path().join("catalogue")).unwrap().count();
    until("the old one is gone", || left() == 4).await;
}

#[tokio::test]
async fn a_feed_that_shrinks_by_more_than_half_is_kept_back_until_it_says_so_twice() {
    let folder = tempfile::tempdir().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let answer = move || {
        let body =
            if count.fetch_add(1, Ordering::SeqCst) == 0 { feed("whole", 10) } else { feed("rest", 4) };
        async move { body }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/feed.json", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/feed.json", get(answer))).await });

    let feeds = watch(&folder, &[Source::Url(address)], PROGRAM).await;
    assert_eq!(served(&feeds), Some((10, "whole".into())));
    until("it is asked again", || asked.load(Ordering::SeqCst) == 2).await;
    // It is asked a third time two seconds later.
    tokio::time::sleep(Duration::from_millis(700)).await;
    if asked.load(Ordering::SeqCst) == 2 {
        assert_eq!(served(&feeds), Some((10, "whole".into())));
    }
    until("it says so a second time", || served(&feeds) == Some((4, "rest".into()))).await;
    assert!(asked.load(Ordering::SeqCst) >= 3);
}

#[tokio::test]
async fn one_process_at_a_time_has_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    std::fs::write(&path, feed("one", 3)).unwrap();
    let _feeds = watch(&folder, &[Source::File(path)], PROGRAM).await;
    assert!(Home::at(&folder.path().join("catalogue")).is_err());
}

#[tokio::test]
async fn another_program_serves_what_the_last_one_has_read_until_it_has_read_it_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    std::fs::write(&path, feed("one", 3)).unwrap();
    let sources = [Source::File(path)];
    drop(watch(&folder, &sources, PROGRAM).await);
    ended(&folder).await;
    let state = folder.path().join("catalogue/state.json");
    let mut noted: serde_json::Value = serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap();
    noted["program"] = json!("another");
    std::fs::write(&state, noted.to_string()).unwrap();
    let feeds = watch(&folder, &sources, NONE).await;
    assert_eq!(served(&feeds), Some((3, "one".into())));
}

#[tokio::test]
async fn a_version_that_cannot_be_read_any_more_is_read_anew_and_stops_no_other_feed() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    std::fs::write(&one, feed("one", 3)).unwrap();
    std::fs::write(&two, json!({ "initiatives": [{ "id": "other", "name": "Other" }] }).to_string()).unwrap();
    let feeds = watch(&folder, &[Source::File(one), Source::File(two.clone())], PROGRAM).await;
    assert_eq!(served(&feeds), Some((4, "one".into())));
    for kept in std::fs::read_dir(folder.path().join("catalogue")).unwrap() {
        let path = kept.unwrap().path();
        if std::fs::read_to_string(&path).is_ok_and(|text| text.contains(r#""name":"one""#)) {
            std::fs::write(path, "damaged\n").unwrap();
        }
    }
    std::fs::write(&two, json!({ "initiatives": [{ "id": "other", "name": "Changed" }] }).to_string())
        .unwrap();
    let name = || Some(feeds.current()?.initiative("other").unwrap()?.name.clone());
    until("the other feed is served", || name().as_deref() == Some("Changed")).await;
    until("the first is read anew", || served(&feeds) == Some((4, "one".into()))).await;
}
