//! What waits and what was given up, in the pages of whoever runs the installation.

use std::sync::Arc;

use alentour_server::store::Store;

use super::operating;
use crate::app::{App, feed, form, key};
use crate::mailbox::{MailServer, Mood};
use crate::outbox::{mailing, now, outbox, round};
use crate::receiver::{Receiver, Say};
use crate::sinks::webhook;
use crate::stores::both;

both! { what_waits_and_what_was_given_up_is_said_and_seen_to }

async fn what_waits_and_what_was_given_up_is_said_and_seen_to(store: Arc<dyn Store>) {
    let (server, receiver) = (MailServer::start().await, Receiver::start().await);
    let settings = mailing(&server) + &webhook(&receiver);
    let app = App::start_storing(store, tempfile::tempdir().unwrap(), feed(), &settings).await;
    let mut browser = operating(&app).await;
    let none = browser.get("/organise/outbox").await.body;
    assert!(none.contains("0 message attend") && none.contains("Aucun message"), "{none}");

    app.post(&key("a"), &form("zoe@example.org")).await;
    app.post(&key("b"), &form("max@example.org")).await;
    let waiting = browser.get("/organise/outbox").await.body;
    assert!(
        waiting.contains("Demande de confirmation") && waiting.contains("2 messages attendent"),
        "{waiting}"
    );
    // The server knows neither address.
    server.then([Mood::Say("550 5.1.1 <zoe@example.org> unknown"), Mood::Say("550 5.1.1 nobody")]);
    round(&outbox(&app), now()).await;
    let dead = browser.get("/organise/outbox").await.body;
    assert!(dead.contains("2 messages ont été abandonnés") && dead.contains("SMTP 550 5.1.1"), "{dead}");
    for personal in ["zoe@", "max@", "Mbarek", "unknown"] {
        assert!(!dead.contains(personal), "{personal}: {dead}");
    }

    let ids: Vec<_> = app.store.outbox(true, 9).await.unwrap().into_iter().map(|one| one.id).collect();
    let dropped = browser.submit("/organise/outbox", &format!("action=drop&id={}", ids[0])).await.body;
    assert!(dropped.contains("1 message supprimé") && !dropped.contains(&ids[0]), "{dropped}");
    let gone = browser.submit("/organise/outbox", &format!("action=retry&id={}", ids[0])).await.body;
    assert!(gone.contains("n’est plus parmi"), "{gone}");
    let retried = browser.submit("/organise/outbox", "action=retry").await.body;
    assert!(retried.contains("1 message repart") && retried.contains("1 message attend"), "{retried}");
    // What waits is not there to be dropped.
    browser.submit("/organise/outbox", &format!("action=drop&id={}", ids[1])).await;
    assert_eq!(app.store.backlog().await.unwrap().waiting, 1);
    let trail = browser.get("/organise/trail").await.body;
    assert!(
        trail.contains("Messages abandonnés réessayés") && trail.contains("abandonné supprimé"),
        "{trail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_away_is_named_with_its_host() {
    let receiver = Receiver::start().await;
    let app = App::start_settled(&webhook(&receiver)).await;
    let mut browser = operating(&app).await;
    for at in 0..3 {
        receiver.then([Say { after: std::time::Duration::from_secs(9), ..Say::status(200) }]);
        app.post(&key(&format!("k{at}")), &form(&format!("zoe{at}@example.org"))).await;
    }
    let delivering = outbox(&app);
    round(&delivering, now()).await;
    let page = browser.get("/organise/outbox").await.body;
    assert!(page.contains("crm (127.0.0.1)") && page.contains("ne répond pas"), "{page}");
    assert!(page.contains("Nouvelle inscription"), "{page}");
}
