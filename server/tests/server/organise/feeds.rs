//! The feeds, in the pages of whoever runs the installation.

use std::sync::{Arc, Mutex};

use alentour_server::store::{Addition, Deed, FeedPlace, Store, TrailEntry};
use axum::Router;
use axum::http::StatusCode;
use serde_json::json;

use super::{encoded, operating, until_page};
use crate::app::{App, feed};
use crate::outbox::now;
use crate::stores::{both, dump};

both! {
    a_feed_is_looked_at_goes_live_on_every_server_and_is_removed
    so_many_feeds_are_added_and_none_twice
}

/// A table at an address, which says what a test lets it; nothing: it is away.
async fn table(says: &Arc<Mutex<String>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/agenda.csv?key=topsecret", listener.local_addr().unwrap());
    let says = says.clone();
    let answer = move || {
        let body = says.lock().unwrap().clone();
        async move { (if body.is_empty() { StatusCode::BAD_GATEWAY } else { StatusCode::OK }, body) }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    address
}

async fn a_feed_is_looked_at_goes_live_on_every_server_and_is_removed(store: Arc<dyn Store>) {
    let says = Arc::new(Mutex::new("Bidule;Truc\nBalade & co;Les Amis\nGoûter;Les Amis\n".to_owned()));
    let address = encoded(&table(&says).await);
    let start = || async {
        App::start_storing(store.clone(), tempfile::tempdir().unwrap(), feed(), crate::app::MAILING).await
    };
    let (app, other) = (start().await, start().await);
    let mut browser = operating(&app).await;
    let given = browser.get("/organise/feeds/0").await.body;
    assert!(given.contains("feed.json") && given.contains("donné au lancement"), "{given}");
    assert_eq!(browser.submit("/organise/feeds/0", "action=remove").await.status, 400);

    let wrong = browser.submit("/organise/feeds/new", "action=examine&address=agenda%3Cb%3E").await;
    assert_eq!(wrong.status, 422);
    for part in ["href=\"#address\"", "value=\"agenda&lt;b&gt;\"", "adresse complète"] {
        assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
    }
    // A table whose columns nobody knows is shown with them, and cannot go live.
    let look = format!("action=examine&address={address}");
    let page = browser.submit("/organise/feeds/new", &look).await.body;
    assert!(page.contains("<bdi>Bidule</bdi>") && !page.contains("Publier ce flux"), "{page}");
    let columns = "header=Bidule&column=name&header=Truc&column=organizer";
    let page = browser.submit("/organise/feeds/new", &format!("{look}&{columns}")).await.body;
    assert!(page.contains("Publier ce flux") && page.contains("Balade &amp; co"), "{page}");
    let listed = browser.get("/v1/feed.json").await.body;
    assert!(!listed.contains("Goûter"), "nothing goes live before somebody says so: {listed}");

    let live =
        browser.submit("/organise/feeds/new", &format!("action=add&address={address}&{columns}")).await;
    assert_eq!(
        (live.status, live.location.as_str()),
        (303, "/organise/feeds?lang=fr&added=1"),
        "{}",
        live.body
    );
    assert!(browser.get(&live.location).await.body.contains("en train d’être lu"));
    until_page(&mut browser, "/v1/feed.json", "Goûter", true).await;
    until_page(&mut super::Browser::new(&other), "/v1/feed.json", "Goûter", true).await;
    let again = browser.submit("/organise/feeds/new", &look).await;
    assert!(again.status == 422 && again.body.contains("déjà lu"), "{}", again.body);
    let list = browser.get("/organise/feeds").await.body;
    assert!(list.contains("agenda.csv") && !list.contains("topsecret"), "{list}");
    let said = format!("{:?}", dump(&store).await);
    let bytes = format!("{:?}", b"topsecret");
    assert!(!said.contains("topsecret") && !said.contains(bytes.trim_matches(['[', ']'])));

    // It goes away: what was read stays, and the page says so.
    let id = store.added_feeds().await.unwrap().remove(0).id;
    let path = format!("/organise/feeds/{id}");
    says.lock().unwrap().clear();
    let read = browser.submit(&path, "action=read").await.body;
    assert!(read.contains("La lecture est lancée"), "{read}");
    let trouble = until_page(&mut browser, &path, "n’a rien donné", true).await;
    assert!(trouble.contains("<dt>Actions lues</dt><dd>2</dd>"), "{trouble}");
    assert!(browser.get("/organise/installation").await.body.contains("1 flux n’a pas pu être lu"));
    "Bidule;Truc\nBalade;\nGoûter;\n;Sans titre\n".clone_into(&mut says.lock().unwrap());
    browser.submit(&path, "action=read").await;
    let mended = until_page(&mut browser, &path, "n’a rien donné", false).await;
    assert!(mended.contains("Fiches laissées de côté") && mended.contains("<code dir=\"ltr\">"), "{mended}");
    let report = browser.submit(&path, "action=examine").await.body;
    assert!(report.contains("class=\"lost\""), "as the doctor says it, with its columns: {report}");

    assert_eq!(browser.submit(&path, "action=remove").await.status, 303);
    until_page(&mut browser, "/v1/feed.json", "Goûter", false).await;
    until_page(&mut super::Browser::new(&other), "/v1/feed.json", "Goûter", false).await;
    assert_eq!(browser.get(&path).await.status, 404);
    let trail = browser.get("/organise/trail").await.body;
    for deed in ["Flux ajouté", "Lecture d’un flux", "Flux retiré", "agenda.csv"] {
        assert!(trail.contains(deed) && !trail.contains("topsecret"), "{deed}: {trail}");
    }
}

async fn so_many_feeds_are_added_and_none_twice(store: Arc<dyn Store>) {
    let entry = TrailEntry::by_hand("", Deed::FeedAdded, json!({}), now());
    let place = |name: &str| FeedPlace {
        address: format!("https://example.org/{name}"),
        columns: vec![("Quoi".into(), "name".into())],
    };
    let Addition::Now(first) = store.add_feed(&place("a"), 2, &entry).await.unwrap() else { panic!() };
    assert_eq!(store.add_feed(&place("a"), 2, &entry).await.unwrap(), Addition::Before);
    assert!(matches!(store.add_feed(&place("b"), 2, &entry).await.unwrap(), Addition::Now(_)));
    assert_eq!(store.add_feed(&place("c"), 2, &entry).await.unwrap(), Addition::TooMany);
    let all = store.added_feeds().await.unwrap();
    assert!(all.len() == 2 && all.iter().any(|one| one.id == first && one.place == place("a")));
    assert!(store.remove_feed(&first, &entry).await.unwrap());
    assert!(!store.remove_feed(&first, &entry).await.unwrap());
    assert_eq!(store.trail(None, None, 9).await.unwrap().0.len(), 3, "what changed nothing is not noted");
}
