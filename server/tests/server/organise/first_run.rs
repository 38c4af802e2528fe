//! The first operator of an installation.

use std::sync::Arc;

use alentour_model::EmailAddress;
use alentour_server::store::{Deed, FirstOperator, Store, TrailEntry, random_token};
use serde_json::json;

use super::{Browser, account};
use crate::app::{App, feed};
use crate::outbox::now;
use crate::stores::{both, digest};

both! {
    who_reads_the_terminal_becomes_the_first_operator_once
    of_many_at_once_one_is_the_first
}

/// A link as the terminal shows it.
async fn link(store: &Arc<dyn Store>, until: i64) -> String {
    let token = random_token().unwrap();
    store.create_first_link(&store.secret().token_hash(&token), now(), until).await.unwrap();
    format!("/organise/first/{token}")
}

async fn who_reads_the_terminal_becomes_the_first_operator_once(store: Arc<dyn Store>) {
    let app = App::start_storing(store.clone(), tempfile::tempdir().unwrap(), feed(), "").await;
    let (path, late) = (link(&store, now() + 3600).await, link(&store, now() - 1).await);
    let (mut browser, mut other) = (Browser::new(&app), Browser::new(&app));
    for gone in [late.as_str(), "/organise/first/0", &format!("/organise/first/{}", "a".repeat(64))] {
        let page = other.get(gone).await.body;
        assert!(page.contains("Ce lien ne fonctionne plus") && !page.contains("name=\"email\""), "{page}");
    }
    let shown = browser.get(&path).await;
    assert!(shown.status == 200 && shown.body.contains("Bienvenue") && shown.cookie.is_none());
    assert_eq!(browser.post(&path, "email=a@example.org".into(), "cross-site").await.status, 403);
    let wrong = browser.submit(&path, "email=rien%3Ci%3E&name=Asha").await;
    assert_eq!(wrong.status, 422);
    for part in ["value=\"rien&lt;i&gt;\"", "value=\"Asha\"", "href=\"#email\""] {
        assert!(wrong.body.contains(part), "{part}: {}", wrong.body);
    }
    assert!(!store.has_operator().await.unwrap(), "nothing was done yet");

    let other_path = link(&store, now() + 3600).await;
    let in_now = browser.submit(&path, "email=asha@example.org&name=Asha").await;
    assert_eq!(
        (in_now.status, in_now.location.as_str()),
        (303, "/organise/settings?lang=fr"),
        "{}",
        in_now.body
    );
    assert!(in_now.cookie.unwrap().contains("HttpOnly"));
    let settings = browser.get("/organise/settings").await;
    assert!(settings.status == 200 && settings.body.contains("À régler"), "{}", settings.body);
    // One link is used up with the other.
    for path in [&path, &other_path] {
        let page = other.submit(path, "email=zoe@example.org").await.body;
        assert!(page.contains("Ce lien ne fonctionne plus"), "{page}");
    }
    let all = store.accounts().await.unwrap();
    assert!(all.len() == 1 && all[0].is_operator && all[0].holder.name == "Asha");
    assert_eq!(store.last_done(Deed::Account).await.unwrap(), Some(all[0].created_at));
}

async fn of_many_at_once_one_is_the_first(store: Arc<dyn Store>) {
    let until = now() + 3600;
    let hashes = [digest("one"), digest("two")];
    for hash in &hashes {
        store.create_first_link(hash, now(), until).await.unwrap();
    }
    let tasks: Vec<_> = (0..8_u8)
        .map(|n| {
            let (store, hash) = (store.clone(), hashes[usize::from(n % 2)]);
            tokio::spawn(async move {
                let email = EmailAddress::parse(&format!("a{n}@example.org")).unwrap();
                let cookie = digest(&format!("cookie {n}"));
                let operator =
                    FirstOperator { email: &email, name: "", language: "fr", cookie: &cookie, until };
                let entry = TrailEntry::by_hand("", Deed::Account, json!({}), now());
                let made = store.make_first_operator(&hash, operator, &entry).await.unwrap();
                assert_eq!(store.signed_in(&cookie, now()).await.unwrap().is_some(), made);
                u32::from(made)
            })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        made += task.await.unwrap();
    }
    assert_eq!((made, store.accounts().await.unwrap().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_an_operator_no_link_makes_another() {
    let app = App::start().await;
    let path = link(&app.store, now() + 3600).await;
    account(&app, "operatrice@example.org", true).await;
    let page = Browser::new(&app).submit(&path, "email=zoe@example.org").await.body;
    assert!(page.contains("Ce lien ne fonctionne plus"), "{page}");
    assert_eq!(app.store.accounts().await.unwrap().len(), 1);
}
