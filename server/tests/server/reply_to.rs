//! Where answers go to the mails that go out by themselves.

use std::sync::Arc;

use alentour_model::EmailAddress;
use alentour_server::sessions::remind;
use alentour_server::store::{Answer, Answered, Deed, Store, TrailEntry};
use serde_json::{Value, json};

use crate::app::{App, feed, form, key, seat};
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::people::submit;
use crate::stores::both;
use crate::waiting_list::joins;

const ZOE: &str = "zoe@example.org";

both! {
    answers_go_to_the_mailbox_that_an_initiative_shows
    who_is_accepted_reads_how_the_organiser_is_reached_and_when_one_meets_next
    where_none_is_shown_they_go_to_whoever_runs_the_installation
}

async fn start(store: Arc<dyn Store>, feed: Value) -> (App, MailServer) {
    let server = MailServer::start().await;
    let settings = mailing(&server).replace("[mail]", "[mail]\nreply-to = \"aide@example.org\"");
    (App::start_storing(store, tempfile::tempdir().unwrap(), feed, &settings).await, server)
}

fn reply_to(mail: &Taken) -> String {
    let parsed = mail.parsed();
    let address = parsed.reply_to().and_then(|to| to.first()).and_then(|to| to.address());
    address.unwrap_or_default().to_owned()
}

async fn answers_go_to_the_mailbox_that_an_initiative_shows(store: Arc<dyn Store>) {
    let mut shown = feed();
    shown["initiatives"][0]["organizer"] =
        json!({ "name": "Maison", "url": "mailto:maison@example.net?subject=Atelier" });
    let (app, server) = start(store, shown).await;
    // The mail that asks for a confirmation, what follows it, and the reminder.
    assert_eq!(app.post(&key("lea"), &seat("lea@example.org")).await.0, 201);
    joins(&app, &server, &seat(ZOE), 'a').await;
    let saturday = "2099-05-02T14:00:00+02:00".parse::<jiff::Timestamp>().unwrap().as_second();
    alentour_server::sessions::Watch::default().tend(&app.state, now()).await.unwrap();
    assert_eq!(remind(&app.state, saturday - 3600).await.unwrap(), 1);
    round(&outbox(&app), saturday - 3600).await;
    let mails: Vec<_> = ["lea@example.org", ZOE].into_iter().flat_map(|to| server.to(to)).collect();
    let (asking, telling): (Vec<_>, Vec<_>) =
        mails.iter().partition(|mail| mail.text().contains("/confirm/"));
    // Anybody causes those that ask, by somebody else's address, with a link that must not come back to a stranger with an answer.
    assert!(!asking.is_empty() && asking.iter().all(|mail| reply_to(mail) == "aide@example.org"));
    assert!(telling.len() == 2 && telling.iter().all(|mail| reply_to(mail) == "maison@example.net"));
    // What is about all that is kept of somebody is the operator's.
    assert_eq!(submit(&app, "/my-data", &format!("email={ZOE}")).await.0, 200);
    round(&outbox(&app), now()).await;
    assert_eq!(reply_to(&server.to(ZOE).pop().unwrap()), "aide@example.org");
}

async fn where_none_is_shown_they_go_to_whoever_runs_the_installation(store: Arc<dyn Store>) {
    let mut other = feed();
    // What is no mailbox, a page, and one that looks like another.
    other["initiatives"][0]["organizer"] = json!({ "name": "Maison", "url": "mailto:maison%40example.net" });
    other["initiatives"][0]["url"] = json!("https://maison@example.net.example.org/");
    other["initiatives"][1]["organizer"] =
        json!({ "name": "Maison", "url": "mailto:mais\u{43e}n@example.net" });
    let (app, server) = start(store, other).await;
    assert_eq!(reply_to(&joins(&app, &server, &seat(ZOE), 'a').await), "aide@example.org");
    joins(&app, &server, &crate::app::form("lea@example.org"), 'b').await;
    assert!(server.to("lea@example.org").iter().all(|mail| reply_to(mail) == "aide@example.org"));
}

async fn who_is_accepted_reads_how_the_organiser_is_reached_and_when_one_meets_next(store: Arc<dyn Store>) {
    for (url, is_shown) in [("mailto:chorale@example.net", true), ("https://chorale.example.net", false)] {
        let mut announced = feed();
        let group = &mut announced["initiatives"][1];
        group["kind"] = json!("gathering");
        group["participation"]["way"] = json!("membership");
        group["organizer"] = json!({ "name": "Chorale", "url": url });
        group["sessions"] = json!([
            { "id": "mardi", "startDate": "2099-05-05T19:00:00+02:00" },
            { "id": "suivant", "startDate": "2099-05-12T19:00:00+02:00" },
        ]);
        let (app, server) = start(store.clone(), announced).await;
        let email = format!("zoe-{is_shown}@example.org");
        let mut asking = form(&email);
        asking["session"] = json!("mardi");
        joins(&app, &server, &asking, if is_shown { 'a' } else { 'b' }).await;
        let person = app.store.secret().email_h(&EmailAddress::parse(&email).unwrap());
        let asked = app.store.of_person(&person).await.unwrap().remove(0);
        let answer = Answer { id: asked.id, version: asked.sequence, is_accepted: true, quantities: None };
        let entry = TrailEntry::by_hand("petition", Deed::Answered, json!({}), now());
        assert_eq!(app.store.answer_requests(&[answer], false, &entry).await.unwrap(), Answered::Now(1));
        // It was decided after the date that they had asked for.
        let late = "2099-05-06T12:00:00+02:00".parse::<jiff::Timestamp>().unwrap().as_second();
        round(&outbox(&app), late).await;
        let mail = server.to(&email).pop().unwrap();
        let text = mail.text().replace('\u{a0}', " ");
        assert!(text.contains("Prochain rendez-vous : mardi 12 mai 2099"), "{text}");
        assert_eq!(text.contains("écrivez à chorale@example.net"), is_shown, "{text}");
        assert_eq!(reply_to(&mail) == "chorale@example.net", is_shown);
    }
}
