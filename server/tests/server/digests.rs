//! What those who organise are told by mail of what is new.

use std::sync::Arc;

use alentour_server::digests::look;
use alentour_server::store::{Deed, Role, Store, TrailEntry};
use serde_json::{Value, json};

use crate::app::{App, feed, form, seat};
use crate::mailbox::{MailServer, Taken};
use crate::organise::{account, signed_in};
use crate::outbox::{mailing, now, outbox, round};
use crate::people::submit;
use crate::stores::both;
use crate::waiting_list::joins;

const PAULA: &str = "paula@example.org";
const DAY: i64 = 86_400;

both! {
    what_is_new_is_told_once_a_day_in_numbers
    requests_are_told_within_the_hour_and_not_twice_in_one
    mails_about_what_is_new_end_by_their_link_and_by_a_switch
}

/// A workshop with two seats on Saturday, and a group that one asks to join.
fn announced() -> Value {
    let mut announced = feed();
    announced["initiatives"][0]["sessions"][0]["maximumAttendeeCapacity"] = json!(2);
    announced["initiatives"][1]["name"] = json!("Chorale");
    announced["initiatives"][1]["kind"] = json!("gathering");
    announced["initiatives"][1]["participation"]["way"] = json!("membership");
    announced
}

async fn start(store: Arc<dyn Store>) -> (App, MailServer) {
    let server = MailServer::start().await;
    let app = App::start_storing(store, tempfile::tempdir().unwrap(), announced(), &mailing(&server)).await;
    let paula = account(&app, PAULA, false).await;
    for (initiative, role) in [("atelier", Role::Organiser), ("petition", Role::Organiser)] {
        let entry = TrailEntry::by_hand(initiative, Deed::Role, json!({}), now());
        app.store.set_role(&paula.id, initiative, Some(role), &entry).await.unwrap();
    }
    (app, server)
}

/// Looks for what is new at that time, from two servers at once, and sends what is owed; what Paula has got since the mails before.
async fn told(app: &App, server: &MailServer, at: i64) -> Vec<Taken> {
    let before = server.to(PAULA).len();
    let (one, other) = tokio::join!(look(&app.state, at), look(&app.state, at));
    assert!(one.unwrap() + other.unwrap() <= 1, "owed twice");
    round(&outbox(app), at).await;
    server.to(PAULA).split_off(before)
}

fn said(mail: &Taken) -> String {
    mail.text().replace(['\u{a0}', '\u{202f}'], " ")
}

async fn what_is_new_is_told_once_a_day_in_numbers(store: Arc<dyn Store>) {
    let (app, server) = start(store).await;
    // Who helps, and who runs the installation and organises nothing, are told nothing.
    let helper = account(&app, "aide@example.org", false).await;
    let entry = TrailEntry::by_hand("atelier", Deed::Role, json!({}), now());
    app.store.set_role(&helper.id, "atelier", Some(Role::Helper), &entry).await.unwrap();
    account(&app, "operatrice@example.org", true).await;
    assert!(told(&app, &server, now() + DAY).await.is_empty(), "nothing is new");

    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    joins(&app, &server, &seat("lea@example.org"), 'b').await;
    // Nobody has confirmed that one.
    let mut unconfirmed = seat("max@example.org");
    unconfirmed["session"] = json!("dimanche");
    assert_eq!(app.post("max-0123456789abcdef", &unconfirmed).await.0, 201);
    as_this_morning(&app).await;
    let [mail] = &told(&app, &server, now() + DAY).await[..] else { panic!("not one") };
    let text = said(mail);
    assert_eq!(mail.parsed().subject(), Some("Du nouveau dans vos actions"));
    for part in [
        "Atelier",
        "2 nouvelles inscriptions",
        "1 date complète",
        "Prochaine date : samedi 2 mai 2099",
        "https://agir.example.org/organise/i/atelier?lang=fr",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for nobody in ["zoe@", "Zoé", "Mbarek", "Chorale", "demande qui"] {
        assert!(!text.contains(nobody), "{nobody}: {text}");
    }
    // Once, though the server starts again; and nothing on a day without news.
    assert!(told(&app, &server, now() + DAY + 300).await.is_empty());
    assert!(told(&app, &server, now() + 2 * DAY).await.is_empty());
    for other in ["aide@example.org", "operatrice@example.org"] {
        assert!(server.to(other).is_empty(), "{other}");
    }
}

/// Counts what is new from five minutes ago on, as after a look this morning.
async fn as_this_morning(app: &App) {
    let paula = account(app, PAULA, false).await;
    let entry = TrailEntry::by_hand("", Deed::Told, json!({}), now() - 300);
    for is_told in [false, true] {
        app.store.set_told(&paula.account_h, is_told, &entry).await.unwrap();
    }
}

async fn requests_are_told_within_the_hour_and_not_twice_in_one(store: Arc<dyn Store>) {
    let (app, server) = start(store).await;
    joins(&app, &server, &form("zoe@example.org"), 'a').await;
    // What was confirmed a minute ago is told.
    let start = now() + 61;
    let [mail] = &told(&app, &server, start).await[..] else { panic!("not one") };
    assert_eq!(mail.parsed().subject(), Some("Une réponse de vous est attendue"));
    let text = said(mail);
    assert!(
        text.contains("1 demande qui attend votre réponse") && text.contains("/organise/i/petition"),
        "{text}"
    );
    assert!(!text.contains("inscription") && !text.contains("Zoé") && !text.contains("zoe@"), "{text}");
    assert!(told(&app, &server, start + 300).await.is_empty(), "told twice");
    // One more, in a later second, told once the hour is over: both wait.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    joins(&app, &server, &form("lea@example.org"), 'b').await;
    assert!(told(&app, &server, start + 1800).await.is_empty(), "two in an hour");
    let [mail] = &told(&app, &server, start + 3660).await[..] else { panic!("not one") };
    assert!(said(mail).contains("2 demandes qui attendent votre réponse"), "{}", said(mail));
}

async fn mails_about_what_is_new_end_by_their_link_and_by_a_switch(store: Arc<dyn Store>) {
    let (app, server) = start(store).await;
    let mut browser = signed_in(&app, PAULA, "atelier", Some(Role::Organiser)).await;
    let page = browser.get("/organise/account").await.body;
    assert!(page.contains("Me prévenir par e-mail"), "{page}");
    assert!(page.contains("value=\"daily\" checked"), "{page}");
    joins(&app, &server, &form("zoe@example.org"), 'a').await;
    let [mail] = &told(&app, &server, now() + 61).await[..] else { panic!("not one") };
    let head = String::from(mail.parsed().header_raw("List-Unsubscribe").unwrap());
    let link =
        head.trim().trim_matches(['<', '>']).strip_prefix("https://agir.example.org").unwrap().to_owned();
    // Looking changes nothing, and a link that is none tells nothing.
    let asked = app.get(&link).await.text().await.unwrap();
    assert!(asked.contains("Ne plus recevoir") && !asked.contains(PAULA), "{asked}");
    let is_told = async || account(&app, PAULA, false).await.is_told;
    let forged = link.replacen("-", "-0", 1);
    assert_eq!(app.get(&forged).await.status(), app.get("/unsubscribe/0").await.status());
    submit(&app, &forged, "").await;
    assert!(is_told().await);
    let done = submit(&app, &link, "List-Unsubscribe=One-Click").await;
    assert!(done.0 == 200 && done.1.contains("Vous ne recevrez plus ces e-mails"), "{}", done.1);
    assert!(!is_told().await);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    joins(&app, &server, &form("lea@example.org"), 'b').await;
    assert!(told(&app, &server, now() + 2 * DAY).await.is_empty(), "told all the same");
    // And on again in the page.
    assert!(browser.get("/organise/account").await.body.contains("value=\"never\" checked"));
    assert_eq!(browser.submit("/organise/account", "action=digest&digest=perhaps").await.status, 400);
    assert_eq!(browser.submit("/organise/account", "action=digest&digest=daily").await.status, 303);
    assert!(is_told().await);
    assert_eq!(told(&app, &server, now() + 2 * DAY).await.len(), 1);
}
