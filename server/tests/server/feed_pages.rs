//! Feeds of several pages.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use alentour_formats::{Budget, Columns};
use alentour_model::Problem;
use alentour_server::feeds::{Bounds, Fetcher, Gathered, Known, Source, Stop, Unread, gather};
use axum::http::StatusCode;
use axum::http::Uri;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::app::App;

/// A host: what it sends for which path and query, and what it was asked for.
#[derive(Clone)]
pub struct Host {
    pub address: String,
    pages: Arc<Mutex<HashMap<String, Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let host = Self { address, pages: Arc::default(), asked: Arc::default() };
        let shared = host.clone();
        let get = move |uri: Uri| async move {
            let path = uri.to_string();
            shared.asked.lock().unwrap().push(path.clone());
            let page = shared.pages.lock().unwrap().get(&path).cloned();
            match page {
                Some(Value::String(text)) if text.starts_with("/") => {
                    axum::response::Redirect::temporary(&text).into_response()
                }
                Some(Value::String(text)) => text.into_response(),
                Some(Value::Null) => {
                    tokio::time::sleep(Duration::from_secs(6)).await;
                    "{}".into_response()
                }
                Some(page) => page.to_string().into_response(),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        };
        tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(get)).await });
        host
    }

    pub fn put(&self, path: &str, page: Value) {
        self.pages.lock().unwrap().insert(path.into(), page);
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    async fn gather(&self, bounds: Bounds) -> Result<Gathered, Unread> {
        let url = format!("{}/feed", self.address);
        let task = move || gather(&Fetcher::new(true), &url, Known::Nothing, bounds, &Columns::default());
        Ok(tokio::task::spawn_blocking(task).await.unwrap()?.unwrap())
    }

    async fn stop(&self, bounds: Bounds) -> Stop {
        self.gather(bounds).await.unwrap().stop.unwrap()
    }
}

/// A page of a Realtime Paged Data Exchange.
fn page(next: &str, names: &[&str]) -> Value {
    let items: Vec<_> = names
        .iter()
        .map(|name| match name.strip_prefix('-') {
            Some(gone) => json!({"state": "deleted", "kind": "Event", "id": gone, "modified": 1}),
            None => json!({"state": "updated", "kind": "Event", "id": name, "modified": 1, "data": {"@type": "Event", "name": name}}),
        })
        .collect();
    json!({"next": next, "items": items})
}

fn names(gathered: &Gathered) -> Vec<&str> {
    gathered.reading.feed.initiatives.iter().map(|initiative| initiative.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_joined_to_the_last_and_redirects_count_for_relative_addresses() {
    let host = Host::start().await;
    host.put("/feed", json!("/api/v2/feed"));
    host.put("/api/v2/feed", page("feed?after=1", &["Un"]));
    host.put("/api/v2/feed?after=1", page("feed?after=2", &["Deux", "-Un"]));
    host.put("/api/v2/feed?after=2", page("feed?after=2", &[]));
    let gathered = host.gather(Bounds::default()).await.unwrap();
    assert_eq!((names(&gathered), gathered.stop.clone()), (vec!["Deux"], None));
    assert_eq!(gathered.resume, Some(format!("{}/api/v2/feed?after=2", host.address)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_page_of_more_items_than_the_limit_is_cut_there() {
    let host = Host::start().await;
    host.put("/feed", page("/feed", &["Un", "-Zéro", "Deux", "Trois"]));
    let budget = Budget { items: 2, ..Budget::default() };
    let gathered = host.gather(Bounds { budget, ..Bounds::default() }).await.unwrap();
    assert_eq!((names(&gathered), gathered.stop.clone()), (vec!["Un", "Deux"], Some(Stop::Items(2))));
    assert_eq!((gathered.reading.items, gathered.reading.left_out()), (3, 1));
    host.put("/feed", json!({"initiatives": [{"id": 1, "name": "Un"}, {"id": 2, "name": "Deux", "url": "x"}, {"id": 3, "name": "Trois", "url": "x"}]}));
    let gathered = host.gather(Bounds { budget, ..Bounds::default() }).await.unwrap();
    // That there are more than are read, and the link of the second; nothing of the third.
    let problems: Vec<_> = gathered.reading.findings.iter().map(|finding| finding.problem).collect();
    assert_eq!((gathered.reading.items, problems), (2, vec![Problem::TooMany, Problem::NotALink]));
    assert_eq!(gathered.stop, Some(Stop::Items(2)));
    let budget = Budget { items: 3, ..budget };
    assert_eq!(host.gather(Bounds { budget, ..Bounds::default() }).await.unwrap().stop, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_limit_ends_the_walk_with_a_message_of_its_own_and_keeps_what_was_read() {
    let host = Host::start().await;
    host.put("/feed", page("/feed?1", &["Un"]));
    host.put("/feed?1", page("/feed?2", &["Deux"]));
    host.put("/feed?2", page("/feed?1", &["Trois"]));
    let all = Bounds::default();
    let gathered = host.gather(all).await.unwrap();
    assert_eq!(names(&gathered), ["Un", "Deux", "Trois"]);
    assert!(matches!(gathered.stop, Some(Stop::Cycle { .. })));
    let budget = Budget { pages: 2, ..Budget::default() };
    assert_eq!(host.stop(Bounds { budget, ..all }).await, Stop::Pages(2));
    let budget = Budget { items: 2, ..Budget::default() };
    assert_eq!(host.stop(Bounds { budget, ..all }).await, Stop::Items(2));
    let bytes = 2 * page("/feed?1", &["Un"]).to_string().len() as u64;
    assert_eq!(host.stop(Bounds { bytes, ..all }).await, Stop::Bytes(bytes));

    host.put("/feed?2", json!("<html><title>Connexion</title></html>"));
    assert!(matches!(host.stop(all).await, Stop::Page { why: Unread::Unreadable(_), .. }));
    host.put("/feed?2", json!([{"title": "Autre", "url": "https://example.org/a"}]));
    assert!(matches!(host.stop(all).await, Stop::OtherFormat { .. }));
    host.put("/feed?2", Value::Null);
    // Long enough for the first two on a busy machine.
    let time = Duration::from_secs(2);
    assert_eq!(host.stop(Bounds { time, ..all }).await, Stop::Time(time));
    let gathered = host.gather(Bounds { time, ..all }).await.unwrap();
    assert_eq!(names(&gathered), ["Un", "Deux"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_leads_into_the_operator_s_network() {
    let host = Host::start().await;
    let port = host.address.rsplit(':').next().unwrap();
    host.put("/feed", page(&format!("http://localhost:{port}/secret"), &["Un"]));
    host.put("/secret", page("/secret", &[]));
    let url = format!("{}/feed", host.address);
    let task =
        move || gather(&Fetcher::new(false), &url, Known::Nothing, Bounds::default(), &Columns::default());
    assert!(tokio::task::spawn_blocking(task).await.unwrap().is_err());
    assert!(host.asked().is_empty());
}

async fn served(app: &App) -> Vec<String> {
    let feed: Value = app.get("/v1/feed.json").await.json().await.unwrap();
    let items = feed["initiatives"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_asks_for_what_has_changed_since_and_keeps_the_rest() {
    let host = Host::start().await;
    host.put("/feed", page("/feed?1", &["Un", "Deux"]));
    host.put("/feed?1", page("/feed?1", &[]));
    let source = Source::from(format!("{}/feed", host.address).as_str());
    let app = App::start_with(tempfile::tempdir().unwrap(), vec![source]).await;
    assert_eq!(served(&app).await, ["Un", "Deux"]);
    host.asked();
    host.put("/feed?1", page("/feed?2", &["-Un", "Trois"]));
    host.put("/feed?2", page("/feed?2", &[]));
    for _ in 0..100 {
        if served(&app).await == ["Deux", "Trois"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(served(&app).await, ["Deux", "Trois"]);
    assert!(!host.asked().contains(&"/feed".to_owned()), "it began again");

    // What was read stays while a page is down, and a place to go on from that has expired is begun again.
    host.pages.lock().unwrap().clear();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(served(&app).await, ["Deux", "Trois"]);
    host.put("/feed", page("/feed", &["Quatre"]));
    for _ in 0..100 {
        if served(&app).await == ["Quatre"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{:?}", served(&app).await);
}
