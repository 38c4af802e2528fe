//! Calling off a date that the feed still has.

use alentour_server::sessions::{Watch, learn_called_off};
use serde_json::{Value, json};

use super::people::{announced, comes, on_each, organiser, path, states, taken};
use crate::app::{key, seat};
use crate::moved::announce;
use crate::outbox::{now, outbox, round};
use crate::waiting_list::{joins, last, own};

const PAGE: &str = "/organise/i/atelier/call-off";

#[tokio::test(flavor = "multi_thread")]
async fn a_date_is_called_off_though_the_feed_has_it_and_nobody_can_sign_up_for_it_any_more() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        let mut asha = organiser(&app).await;
        let asked = asha.get(&format!("{PAGE}?session=samedi")).await.body;
        assert!(
            asked.contains("2 personnes") && asked.contains("ne peut pas \u{ea}tre r\u{e9}tablie"),
            "{asked}"
        );
        assert_eq!(states(&app, "Zo\u{e9}").await[0].1, "active");

        let done = asha.submit(PAGE, "action=call-off&session=samedi").await.body;
        assert!(done.contains("2 inscriptions sont pr\u{e9}venues"), "{done}");
        assert_eq!(
            (states(&app, "Zo\u{e9}").await[0].1, states(&app, "Max").await[0].1),
            ("cancelled", "cancelled")
        );
        assert_eq!(taken(&app, "samedi").await, (0, 0));
        round(&outbox(&app), now()).await;
        for name in ["zoe@example.org", "max@example.org"] {
            let mail = last(&server, name);
            assert!(mail.parsed().subject().unwrap().contains("Annul\u{e9}"), "{}", mail.head());
            let file =
                String::from_utf8(mail.parsed().attachments().next().unwrap().contents().to_vec()).unwrap();
            assert!(file.contains("METHOD:CANCEL"), "{file}");
            // The other date of the same initiative.
            let text = mail.text();
            assert!(text.contains("\u{c0} la place") && text.contains("dimanche 3 mai"), "{text}");
            // Where a date is added, not where a form would take the place of what they have.
            let instead = text.split_once("\u{c0} la place").unwrap().1;
            let instead = instead.split_once("dimanche 3 mai").unwrap().1;
            assert!(instead.lines().nth(1).unwrap().contains("/mine/"), "{text}");
            let page = asha.get(&own(&mail)).await.body;
            assert!(!page.contains("Votre place est confirm"), "{page}");
        }
        // Neither a form nor a page, nor what is said of its seats, offers it.
        assert_eq!(app.post(&key("c"), &seat("lea@example.org")).await.0, 422);
        let shown = asha.get("/i/atelier?lang=fr").await.body;
        assert!(!shown.contains(r#"value="samedi""#), "{shown}");
        let live = asha.get("/v1/live.json?id=atelier").await.body;
        let live: serde_json::Value = serde_json::from_str(&live).unwrap();
        assert!(
            live.to_string().contains(r#""id":"samedi","#) && live.to_string().contains(r#""remaining":0"#),
            "{live}"
        );
        let mut sunday = seat("lea@example.org");
        sunday["session"] = json!("dimanche");
        assert_eq!(app.post(&key("d"), &sunday).await.0, 201);
        // Whoever compares the feed with what is known tells nobody twice, and brings nothing back.
        let mails = server.taken().len();
        Watch::default().tend(&app.state, now()).await.unwrap();
        Watch::default().tend(&app.state, now() + 9000).await.unwrap();
        assert_eq!(states(&app, "Zo\u{e9}").await[0].1, "cancelled");
        let again = asha.submit(PAGE, "action=call-off&session=samedi").await.body;
        assert!(again.contains("rien n\u{2019}a \u{e9}t\u{e9} fait"), "{again}");
        round(&outbox(&app), now()).await;
        assert_eq!(server.to("zoe@example.org").len() + server.to("max@example.org").len(), mails);
        // Nor does a page that was open before.
        let zoe = path(&app, "Zo\u{e9}").await;
        for action in ["seat&beyond=yes", "give-back", "move&to=dimanche"] {
            let late = asha.submit(&zoe, &format!("action={action}&session=samedi")).await.body;
            assert!(late.contains("rien n\u{2019}a \u{e9}t\u{e9} fait"), "{action}: {late}");
        }
        assert_eq!((states(&app, "Zo\u{e9}").await[0].1, taken(&app, "samedi").await), ("cancelled", (0, 0)));
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert_eq!(trail.matches("Date annul\u{e9}e").count(), 1, "{trail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_remembers_it_and_whoever_came_by_a_server_that_had_not_heard_of_it_is_told() {
    for (app, server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        asha.submit(PAGE, "action=call-off&session=samedi").await;
        // As a server that has not heard of it yet.
        app.state.feeds.called_off().learn(Vec::new());
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        assert_eq!(states(&app, "Zo\u{e9}").await[0].1, "active");
        learn_called_off(&app.state, now()).await.unwrap();
        assert_eq!(states(&app, "Zo\u{e9}").await[0].1, "cancelled");
        round(&outbox(&app), now()).await;
        assert!(last(&server, "zoe@example.org").parsed().subject().unwrap().contains("Annul\u{e9}"));
        assert_eq!(app.post(&key("c"), &seat("lea@example.org")).await.0, 422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_dates_to_come_are_called_off_in_one_press() {
    let [(app, server), _] = on_each(&announced()).await;
    comes(&app, &server, "Zo\u{e9}", 'a').await;
    let mut asha = organiser(&app).await;
    let asked = asha.get(&format!("{PAGE}?all=1")).await.body;
    assert!(asked.contains("samedi 2 mai") && asked.contains("dimanche 3 mai"), "{asked}");
    // A date may have any name: this one means no more than itself.
    let none = asha.submit(PAGE, "action=call-off&session=*").await.body;
    assert!(none.contains("rien n\u{2019}a \u{e9}t\u{e9} fait"), "{none}");
    assert!(asked.contains(r#"name="all" value="1""#), "{asked}");
    let done = asha.submit(PAGE, "action=call-off&all=1").await.body;
    assert!(
        done.contains("Une inscription est pr\u{e9}venue") && done.contains("aucune date \u{e0} venir"),
        "{done}"
    );
    let mut sunday = seat("lea@example.org");
    sunday["session"] = json!("dimanche");
    assert!(app.post(&key("d"), &sunday).await.0 >= 400);
}

/// The same dates, named by nothing but their starts.
fn unnamed(saturday: &str) -> Value {
    let mut announced = announced();
    let sessions = announced["initiatives"][0]["sessions"].as_array_mut().unwrap();
    sessions[0]["startDate"] = json!(saturday);
    for session in sessions {
        session.as_object_mut().unwrap().remove("id");
    }
    announced
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_is_named_by_its_start_stays_called_off_when_the_feed_moves_it() {
    let (at, later, next_week) =
        ("2099-05-02T14:00:00+02:00", "2099-05-02T14:30:00+02:00", "2099-05-09T14:00:00+02:00");
    for (app, server) in on_each(&unnamed(at)).await {
        let mut asha = organiser(&app).await;
        asha.submit(PAGE, "action=call-off&session=2099-05-02T14%3A00%3A00%2B02%3A00").await;
        let mut watch = Watch::default();
        watch.tend(&app.state, now()).await.unwrap();
        let form = |email: &str, session: &str| {
            let mut form = seat(email);
            (form["session"], form["givenName"]) = (json!(session), json!("Max"));
            form
        };
        assert_eq!(app.post(&key("a"), &form("max@example.org", at)).await.0, 422);
        announce(&app, &unnamed(later)).await;
        watch.tend(&app.state, now()).await.unwrap();
        assert_eq!(app.post(&key("b"), &form("lea@example.org", later)).await.0, 422);
        // As a server that has not heard of it yet: whoever came by it is told.
        app.state.feeds.called_off().learn(Vec::new());
        joins(&app, &server, &form("max@example.org", later), 'b').await;
        learn_called_off(&app.state, now()).await.unwrap();
        assert_eq!(app.post(&key("c"), &form("lea@example.org", later)).await.0, 422);
        assert_eq!(states(&app, "Max").await, [(later.to_owned(), "cancelled")]);
        round(&outbox(&app), now()).await;
        assert!(last(&server, "max@example.org").parsed().subject().unwrap().contains("Annul\u{e9}"));
        // On another day it is another date.
        announce(&app, &unnamed(next_week)).await;
        watch.tend(&app.state, now() + 9000).await.unwrap();
        assert_eq!(app.post(&key("d"), &form("lea@example.org", next_week)).await.0, 201);
    }
}
