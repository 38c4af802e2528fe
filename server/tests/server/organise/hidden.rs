//! An initiative of a feed that whoever runs the installation shows no more.

use alentour_server::broadcasts::owe;
use alentour_server::sessions::Watch;
use serde_json::Value;

use super::people::{announced, comes, on_each, states};
use super::{Browser, operating, until_page};
use crate::app::{App, key, seat};
use crate::outbox::{now, outbox, round};
use crate::waiting_list::last;

/// The identifiers in the feed that everybody reads.
async fn listed(app: &App) -> Vec<String> {
    let feed: Value = app.get("/v1/feed.json").await.json().await.unwrap();
    let all = feed["initiatives"].as_array().unwrap();
    all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn until_listed(app: &App, id: &str, is_there: bool) {
    let start = std::time::Instant::now();
    while listed(app).await.iter().any(|one| one == id) != is_there {
        assert!(start.elapsed().as_secs() < 30, "{id}: {is_there}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn hide(browser: &mut Browser, fields: &str) -> super::Answer {
    browser.submit("/organise/hidden", &format!("action=hide&initiative=atelier&{fields}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_leaves_every_page_and_those_who_take_part_are_written_to() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let mut browser = operating(&app).await;
        let action = browser.get("/organise/i/atelier").await.body;
        assert!(action.contains("/organise/hidden?lang=fr&amp;initiative=atelier"), "{action}");
        let asked =
            browser.get("/organise/hidden?initiative=https%3A%2F%2Fa.example%2Fi%2Fatelier").await.body;
        assert!(
            asked.contains("Une personne participe") && asked.contains("n\u{2019}est plus annonc\u{e9}e"),
            "{asked}"
        );
        // Neither without a reason, nor without the letter.
        assert_eq!(hide(&mut browser, "reason=+&subject=Fin&text=Fini").await.status, 422);
        assert_eq!(hide(&mut browser, "reason=Arnaque").await.status, 422);
        assert!(listed(&app).await.contains(&"atelier".to_owned()));
        assert_eq!(app.store.hidden().await.unwrap(), []);

        let letter = format!("reason=Arnaque&subject=Fin&text=Fini&key={}", "a".repeat(32));
        let done = hide(&mut browser, &letter).await;
        assert!(done.status == 200 && done.body.contains("C\u{2019}est masqu\u{e9}"), "{}", done.body);
        until_listed(&app, "atelier", false).await;
        assert_eq!(app.get("/i/atelier").await.status(), 404);
        assert_eq!(app.post(&key("c"), &seat("lea@example.org")).await.0, 404);
        // Once, though it is pressed twice.
        hide(&mut browser, &letter).await;
        owe(&app.state, now()).await.unwrap();
        round(&outbox(&app), now()).await;
        assert!(last(&server, "zoe@example.org").text().contains("Fini"));
        // Nobody is asked whether its dates are called off.
        let mut watch = Watch::default();
        watch.tend(&app.state, now()).await.unwrap();
        assert_eq!(watch.tend(&app.state, now() + 9000).await.unwrap().gone, 0);
        // Who takes part stays, and is found under the name that it had.
        assert_eq!(states(&app, "Zo\u{e9}").await[0].1, "active");
        let people = browser.get("/organise/i/atelier/people").await.body;
        assert!(people.contains("Zo\u{e9}"), "{people}");
        let action = browser.get("/organise/i/atelier").await.body;
        assert!(action.contains("Masqu\u{e9}e sur ce site") && action.contains("Atelier"), "{action}");
        let all = browser.get("/organise/hidden").await.body;
        assert!(all.contains("Arnaque") && all.contains("L\u{2019}afficher de nouveau"), "{all}");

        let shown = browser.submit("/organise/hidden", "action=show&initiative=atelier").await.body;
        assert!(shown.contains("de nouveau d\u{2019}ici une minute"), "{shown}");
        until_listed(&app, "atelier", true).await;
        let trail = browser.get("/organise/trail").await.body;
        assert_eq!(trail.matches("Action d\u{2019}un flux masqu\u{e9}e").count(), 1, "{trail}");
        assert!(
            trail.contains("Arnaque") && trail.contains("Action d\u{2019}un flux affich\u{e9}e"),
            "{trail}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_reported_of_a_feed_is_hidden_with_one_press() {
    for (app, _server) in on_each(&announced()).await {
        let mut browser = operating(&app).await;
        let report = app.get("/i/atelier/report?lang=fr").await.text().await.unwrap();
        let attempt = report.split("name=\"attempt\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = format!("reason=hateful&words=&email=&attempt={attempt}&website=");
        let sent = crate::people::submit(&app, "/i/atelier/report?lang=fr", &fields).await;
        assert_eq!(sent.0, 200, "{}", sent.1);
        let page = until_page(&mut browser, "/organise/reports", "value=\"hide\"", true).await;
        let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let pressed = format!("action=hide&initiative=atelier&seen={seen}");
        let done = browser.submit("/organise/reports", &pressed).await.body;
        assert!(
            done.contains("C\u{2019}est masqu\u{e9}") && done.contains("Aucun signalement n\u{2019}attend"),
            "{done}"
        );
        until_listed(&app, "atelier", false).await;
        let [one] = &app.store.hidden().await.unwrap()[..] else { panic!("not one") };
        assert!(one.reason.starts_with("Signalements") && one.reason.contains("haineux"), "{}", one.reason);
    }
}
