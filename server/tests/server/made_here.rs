//! Initiatives that are made here: from the row to what visitors see, and to another Alentour.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use alentour_formats::Columns;
use alentour_server::catalogue::Home;
use alentour_server::feeds::{FeedReader, Feeds, Source};
use alentour_server::own;
use alentour_server::sandbox::Sandbox;
use alentour_server::sessions::Watch;
use alentour_server::settings::Settings;
use alentour_server::store::{OwnChange, OwnContent, OwnStatus, Proposal, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{App, database, feed, key, on_sqlite, postgres_database, seat};
use crate::backup::back_up;
use crate::command::{alentour, text};
use crate::mailbox::MailServer;
use crate::outbox::{now, outbox, round};
use crate::process::Process;
use crate::stores::by_hand;
use crate::venues::on_each_of;
use crate::waiting_list::{joins, last};

const SATURDAY: &str = "2099-05-02T14:00:00+02:00";

/// A walk, as somebody makes it here.
fn walk() -> Value {
    let mut walk = feed()["initiatives"][0].clone();
    walk["name"] = json!("Balade des haies");
    walk["location"] =
        json!([{ "addressLocality": "Lyon", "postalCode": "69003", "latitude": 45.75, "longitude": 4.85 }]);
    for session in walk["sessions"].as_array_mut().unwrap() {
        session.as_object_mut().unwrap().remove("id");
    }
    walk
}

async fn create(store: &Arc<dyn Store>, given: &Value) -> OwnContent {
    let content = own::read(&given.to_string(), None).unwrap();
    let (draft, nobody) = (OwnStatus::Draft, Proposal::default());
    store.create_own(&content, draft, "", &nobody, &by_hand(now())).await.unwrap();
    content
}

async fn becomes(store: &Arc<dyn Store>, id: &str, version: i64, to: OwnStatus) {
    let done = store.set_own_status((id, version), to, "", &by_hand(now())).await.unwrap();
    assert_eq!(done, OwnChange::Now(version + 1));
}

async fn published(store: &Arc<dyn Store>, given: &Value) -> OwnContent {
    let content = create(store, given).await;
    becomes(store, &content.id, 1, OwnStatus::Published).await;
    content
}

async fn listed(address: &str) -> Vec<String> {
    let response = reqwest::get(format!("{address}/v1/feed.json")).await.unwrap();
    let feed: Value = response.json().await.unwrap();
    let all = feed["initiatives"].as_array().unwrap();
    all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn until_listed(address: &str, id: &str, is_listed: bool) {
    let start = Instant::now();
    while listed(address).await.iter().any(|one| one == id) != is_listed {
        assert!(start.elapsed() < Duration::from_secs(45), "{id} listed: {is_listed}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A server on each kind of database.
async fn on_each() -> [(App, MailServer); 2] {
    on_each_of(&feed(), "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_served_as_a_feed_s_and_takes_sign_ups() {
    for (app, server) in on_each().await {
        let one = create(&app.store, &walk()).await;
        let id = one.id.as_str();
        app.state.feeds.own_changed();
        // Nobody sees a draft.
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert!(!listed(&app.address).await.contains(&one.id));
        assert_eq!(app.get(&format!("/i/{id}")).await.status(), 404);

        becomes(&app.store, id, 1, OwnStatus::Published).await;
        app.state.feeds.own_changed();
        until_listed(&app.address, id, true).await;
        let json: Value = app.get("/v1/feed.json").await.json().await.unwrap();
        // What the merged feed says of itself stays what the operator's feed says, and what was there is there.
        assert_eq!((&json["name"], &json["inLanguage"]), (&json!("Essai"), &json!("fr")));
        assert_eq!(json["initiatives"].as_array().unwrap().len(), 5);
        let index = app.get("/v1/tiles.txt").await.text().await.unwrap();
        let version = app.state.feeds.current().unwrap().tiles().version.clone();
        assert!(index.contains(&version));
        let cards = app.get(&format!("/v1/t/{version}/soonest.txt")).await.text().await.unwrap();
        assert!(cards.contains("Balade des haies"), "{cards}");
        for page in ["/near?lang=fr".to_owned(), format!("/i/{id}")] {
            let response = app.get(&page).await;
            assert_eq!(response.status(), 200, "{page}");
            assert!(response.text().await.unwrap().contains("Balade des haies"), "{page}");
        }
        let mut form = seat("zoe@example.org");
        let known: Value = serde_json::from_str(&one.json).unwrap();
        (form["initiative"], form["session"]) = (json!(id), known["sessions"][0]["id"].clone());
        joins(&app, &server, &form, 'a').await;
        assert_eq!(app.signups(id).await.len(), 1);

        becomes(&app.store, id, 2, OwnStatus::Withdrawn).await;
        app.state.feeds.own_changed();
        until_listed(&app.address, id, false).await;
        assert_eq!(listed(&app.address).await.len(), 4);
        assert_eq!(app.get(&format!("/i/{id}")).await.status(), 404);
        form["email"] = json!("max@example.org");
        assert_eq!(app.post(&key("late"), &form).await.0, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_is_changed_takes_its_participants_along() {
    for (app, server) in on_each().await {
        let one = published(&app.store, &walk()).await;
        app.state.feeds.own_changed();
        until_listed(&app.address, &one.id, true).await;
        let mut said: Value = serde_json::from_str(&one.json).unwrap();
        let session = said["sessions"][0]["id"].clone();
        let mut form = seat("zoe@example.org");
        (form["initiative"], form["session"]) = (json!(one.id), session.clone());
        joins(&app, &server, &form, 'a').await;
        let mut watch = Watch::default();
        watch.tend(&app.state, now()).await.unwrap();

        assert_eq!(said["sessions"][0]["startDate"], SATURDAY);
        said["sessions"][0]["startDate"] = json!("2099-05-02T16:00:00+02:00");
        let changed = own::read(&said.to_string(), Some(&one)).unwrap();
        let done = app.store.change_own(2, &changed, &by_hand(now())).await.unwrap();
        assert_eq!(done, OwnChange::Now(3));
        let before = app.state.feeds.current().unwrap().version().to_owned();
        app.state.feeds.own_changed();
        let start = Instant::now();
        while app.state.feeds.current().unwrap().version() == before {
            assert!(start.elapsed() < Duration::from_secs(30), "it is not read");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(watch.tend(&app.state, now() + 1).await.unwrap().told, 1);
        round(&outbox(&app), now() + 120).await;
        let mail = last(&server, "zoe@example.org").text();
        assert!(mail.contains("Avant\u{a0}: samedi 2 mai 2099 à 14\u{a0}h"), "{mail}");
        let kept = app.signups(&one.id).await.remove(0);
        assert_eq!(json!(kept.attendances[0].session), session);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_database_show_the_same() {
    for (app, _) in on_each().await {
        let folder = tempfile::tempdir().unwrap();
        let other = App::start_storing(app.store.clone(), folder, feed(), "").await;
        let one = published(&app.store, &walk()).await;
        // Only one of them is told.
        app.state.feeds.own_changed();
        until_listed(&app.address, &one.id, true).await;
        until_listed(&other.address, &one.id, true).await;
        becomes(&other.store, &one.id, 2, OwnStatus::Withdrawn).await;
        until_listed(&app.address, &one.id, false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_alentour_lists_it_and_does_not_take_it_from_its_own_server() {
    let app = App::start().await;
    let one = published(&app.store, &walk()).await;
    app.state.feeds.own_changed();
    until_listed(&app.address, &one.id, true).await;
    let folder = tempfile::tempdir().unwrap();
    let other = App::start_with(folder, vec![Source::Url(format!("{}/v1/feed.json", app.address))]).await;
    assert!(listed(&other.address).await.contains(&one.id));
    let page = other.get(&format!("/i/{}", one.id)).await.text().await.unwrap();
    assert!(page.contains("Balade des haies"), "{page}");

    // In return the first reads the other's feed, in which it is as it was.
    let again = other.get("/v1/feed.json").await.text().await.unwrap();
    std::fs::write(app.path("feed.json"), again).unwrap();
    let said = own::read(&json!({ "name": "Balade du soir" }).to_string(), Some(&one)).unwrap();
    app.store.change_own(2, &said, &by_hand(now())).await.unwrap();
    app.state.feeds.own_changed();
    let start = Instant::now();
    loop {
        let all: Value = app.get("/v1/feed.json").await.json().await.unwrap();
        let all = all["initiatives"].as_array().unwrap().clone();
        let own: Vec<_> = all.iter().filter(|it| it["id"] == one.id.as_str()).collect();
        assert_eq!((own.len(), all.len()), (1, 5));
        if own[0]["name"] == "Balade du soir" {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{own:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Watches these sources and what is made here, as a server that fetches nothing again for ten minutes.
async fn watch(folder: &TempDir, sources: Vec<Source>, store: &Arc<dyn Store>) -> Arc<Feeds> {
    let home = loop {
        // Until the tasks of feeds that were dropped have noticed it.
        match Home::at(&folder.path().join("catalogue")) {
            Ok(home) => break home,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    let program = Path::new(env!("CARGO_BIN_EXE_alentour"));
    let sandbox = Sandbox::new(program, Settings::default().reading.profile());
    let reader = FeedReader { sandbox, allow_private: true, columns: Columns::default() };
    Feeds::watch(sources, Some(store.clone()), reader, Duration::from_secs(600), home).await
}

fn names(feeds: &Feeds, ids: &[&str]) -> Vec<bool> {
    let current = feeds.current().unwrap();
    ids.iter().map(|id| current.initiative(id).unwrap().is_some()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_told_is_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    let feeds = watch(&folder, Vec::new(), &store).await;
    // Nothing is announced, and that is known.
    assert!(feeds.current().is_some_and(|current| current.is_empty() && current.is_complete()));
    let one = published(&store, &walk()).await;
    let start = Instant::now();
    feeds.own_changed();
    while feeds.current().unwrap().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20), "not at once");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(names(&feeds, &[&one.id]), [true]);
    // The last one is withdrawn: that is no feed that was cut short.
    becomes(&store, &one.id, 2, OwnStatus::Withdrawn).await;
    let start = Instant::now();
    feeds.own_changed();
    while !feeds.current().unwrap().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20), "not at once");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_or_a_database_that_cannot_be_read_costs_the_other_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    let path = folder.path().join("feed.json");
    let source = vec![Source::File(path.clone())];
    // Nothing is made here and no feed could be read: nothing is served, as before.
    let feeds = watch(&folder, source.clone(), &store).await;
    assert!(feeds.current().is_none());
    drop(feeds);
    let one = published(&store, &walk()).await;
    let feeds = watch(&folder, source.clone(), &store).await;
    assert_eq!(names(&feeds, &[&one.id, "atelier"]), [true, false]);
    assert!(!feeds.current().unwrap().is_complete());
    drop(feeds);

    std::fs::write(&path, feed().to_string()).unwrap();
    let gone = on_sqlite(&tempfile::tempdir().unwrap()).await;
    gone.close().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let feeds = watch(&elsewhere, source.clone(), &gone).await;
    assert_eq!(names(&feeds, &["atelier"]), [true]);
    // It is not said that there is none of any other identifier.
    assert!(!feeds.current().unwrap().is_complete());
    drop(feeds);
    // What an earlier process has read of it is good until it is read again.
    let feeds = watch(&folder, source.clone(), &gone).await;
    assert_eq!(names(&feeds, &[&one.id, "atelier"]), [true, true]);
    assert!(feeds.current().unwrap().is_complete());
    drop(feeds);
    // A restart writes no catalogue of what is as it was.
    let feeds = watch(&folder, source.clone(), &store).await;
    let written = feeds.current().unwrap().written();
    drop(feeds);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let feeds = watch(&folder, source, &store).await;
    assert_eq!(feeds.current().unwrap().written(), written);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_stays_so_after_a_restart_and_where_the_database_does_not_answer() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    let path = folder.path().join("feed.json");
    let source = vec![Source::File(path.clone())];
    std::fs::write(&path, feed().to_string()).unwrap();
    let entry = by_hand(now());
    assert!(store.hide("atelier", "Atelier", "x", None, &entry).await.unwrap().is_new);
    assert!(!store.hide("atelier", "Atelier", "y", None, &entry).await.unwrap().is_new);
    let feeds = watch(&folder, source.clone(), &store).await;
    assert_eq!(names(&feeds, &["atelier", "petition"]), [false, true]);
    assert!(feeds.is_hidden("atelier") && feeds.current().unwrap().is_complete());
    drop(feeds);
    // The feed says something else meanwhile, and is written anew.
    std::fs::write(&path, feed().to_string().replace("P\u{e9}tition", "Appel")).unwrap();
    let gone = on_sqlite(&tempfile::tempdir().unwrap()).await;
    gone.close().await;
    let feeds = watch(&folder, source.clone(), &gone).await;
    assert_eq!(names(&feeds, &["atelier", "petition"]), [false, true]);
    drop(feeds);
    // Shown again while no server ran.
    assert!(store.show_again("atelier", &entry).await.unwrap());
    let feeds = watch(&folder, source, &store).await;
    assert_eq!((names(&feeds, &["atelier"]), feeds.is_hidden("atelier")), (vec![true], false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    for database in [database(&folder), postgres_database().await] {
        let folder = tempfile::tempdir().unwrap();
        let start = || Process::start_as(&folder, &database, Command::new(env!("CARGO_BIN_EXE_alentour")));
        let process = start();
        let location = database.parse().unwrap();
        let secret = crate::app::secret();
        let store = alentour_server::store::open(&location, &secret).await.unwrap();
        let one = published(&store, &walk()).await;
        // Killed before it has read of it.
        drop(process);
        let process = start();
        assert!(listed(&process.address).await.contains(&one.id));
        becomes(&store, &one.id, 2, OwnStatus::Withdrawn).await;
        drop(process);
        let process = start();
        assert!(!listed(&process.address).await.contains(&one.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_brings_back_what_is_made_here_and_who_has_proposed_it() {
    let app = App::start().await;
    let content = own::read(&walk().to_string(), None).unwrap();
    let proposal = Proposal { email: "zoe@example.org".into(), ..Proposal::default() };
    app.store.create_own(&content, OwnStatus::Waiting, "", &proposal, &by_hand(now())).await.unwrap();
    let (folder, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = back_up(&app, folder.path());
    text(&alentour(&["restore", "--database", &database(&target), path.to_str().unwrap()]));
    let restored = on_sqlite(&target).await.own_initiative(&content.id).await.unwrap();
    assert!(restored == app.store.own_initiative(&content.id).await.unwrap() && restored.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_keeps_changes_publishes_and_withdraws() {
    let folder = tempfile::tempdir().unwrap();
    let (database, file) = (database(&folder), folder.path().join("walk.json"));
    let path = file.to_str().unwrap();
    let run =
        |arguments: &[&str]| alentour(&[&["initiatives"], arguments, &["--database", &database]].concat());
    std::fs::write(&file, walk().to_string()).unwrap();
    let first = text(&run(&["keep", path]));
    let id = first.trim().strip_suffix("@1").unwrap().to_owned();
    assert_eq!(text(&run(&["list"])), format!("{id}@1  draft  Balade des haies\n"));
    let shown = text(&run(&["show", &id]));
    let mut value: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&value["status"], &value["initiative"]["id"]), (&json!("draft"), &json!(id)));
    // What is shown, changed, is a change.
    value["initiative"]["name"] = json!("Balade du soir");
    std::fs::write(&file, value.to_string()).unwrap();
    assert_eq!(text(&run(&["keep", path])), format!("{id}@2\n"));
    let refused = run(&["keep", path]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("changed since you looked at it"));
    assert!(!run(&["publish", &format!("{id}@1")]).status.success());
    assert_eq!(text(&run(&["publish", &format!("{id}@2")])), format!("{id}@3\n"));
    let all: Value = serde_json::from_str(&text(&run(&["list", "--status", "published", "--json"]))).unwrap();
    assert_eq!((all.as_array().unwrap().len(), &all[0]["initiative"]["name"]), (1, &json!("Balade du soir")));
    assert_eq!(all[0].get("proposal"), None);
    assert_eq!(text(&run(&["withdraw", &format!("{id}@3")])), format!("{id}@4\n"));
    assert_eq!(text(&run(&["list", "--status", "published"])), "");
    // What would be lost is said, and nothing is kept.
    std::fs::write(&file, json!({ "name": "A", "url": "javascript:1" }).to_string()).unwrap();
    let refused = run(&["keep", path]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("url: NotALink"), "{refused:?}");
    for (given, said) in [
        (json!({ "name": "A", "summry": "B" }), "summry is unknown; there are "),
        (json!({ "langauge": "fr", "initiative": { "name": "A" } }), "langauge is unknown; there are id, "),
    ] {
        std::fs::write(&file, given.to_string()).unwrap();
        let refused = run(&["keep", path]);
        assert!(String::from_utf8_lossy(&refused.stderr).contains(said), "{refused:?}");
    }
    assert_eq!(text(&run(&["list"])).lines().count(), 1);
}
