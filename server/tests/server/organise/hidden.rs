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
async fn the_letter_names_whom_to_ask_where_the_feed_does() {
    for (organiser, asked) in [
        (None, None),
        (Some(r#"{"name":"Les Amis"}"#), Some("adressez-vous \u{e0} Les Amis (https://atelier.example/).")),
        (
            Some(r#"{"name":"Les Amis","url":"mailto:a@example.org"}"#),
            Some("\u{e0} Les Amis (a@example.org)."),
        ),
    ] {
        let mut announced = announced();
        let atelier = announced["initiatives"][0].as_object_mut().unwrap();
        atelier.remove("organizer");
        atelier.insert("url".into(), serde_json::json!("https://atelier.example/"));
        if let Some(organiser) = organiser {
            atelier.insert("organizer".into(), serde_json::from_str(organiser).unwrap());
        }
        let [(app, server), _] = on_each(&announced).await;
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let page = operating(&app).await.get("/organise/hidden?initiative=atelier").await.body;
        match asked {
            Some(asked) => assert!(page.contains(asked), "{page}"),
            None => assert!(page.contains("sur ce site.") && !page.contains("adressez-vous"), "{page}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_part_is_told_once_though_it_is_hidden_shown_and_hidden_again() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let mut browser = operating(&app).await;
        let written = || async {
            owe(&app.state, now()).await.unwrap();
            round(&outbox(&app), now()).await;
            server.to("zoe@example.org").iter().filter(|mail| mail.text().contains("Fini")).count()
        };
        let letter = |digit: &str| format!("reason=Arnaque&subject=Fin&text=Fini&key={}", digit.repeat(32));
        hide(&mut browser, &letter("a")).await;
        assert_eq!(written().await, 1);
        browser.submit("/organise/hidden", "action=show&initiative=atelier").await;
        until_listed(&app, "atelier", true).await;
        // Nobody is left to be told, and the page proposes no letter.
        let asked = browser.get("/organise/hidden?initiative=atelier").await.body;
        assert!(asked.contains("value=\"hide\"") && !asked.contains("name=\"subject\""), "{asked}");
        assert_eq!(hide(&mut browser, "reason=Arnaque").await.status, 200);
        until_listed(&app, "atelier", false).await;
        assert_eq!(written().await, 1);
        browser.submit("/organise/hidden", "action=show&initiative=atelier").await;
        until_listed(&app, "atelier", true).await;
        // Somebody else, who comes in between, is; by a page that was opened before as well.
        comes(&app, &server, "Max", 'b').await;
        hide(&mut browser, &letter("b")).await;
        assert_eq!(written().await, 1);
        assert!(last(&server, "max@example.org").text().contains("Fini"));
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

/// Every address by which a visitor could come to an initiative.
const PUBLIC: [&str; 20] = [
    "/v1/feed.json",
    "/v1/tiles.txt",
    "/v1/forms.txt",
    "/v1/first.json?lang=fr&place=69007",
    "/v1/alentour.js?lang=fr&place=69007",
    "/v1/live.json?id=atelier",
    "/v1/action.json?id=atelier&lang=fr",
    "/v1/course.json?id=atelier",
    "/near?lang=fr",
    "/near?lang=fr&words=atelier",
    "/frame/list?lang=fr",
    "/embed?lang=fr",
    "/sitemap.xml",
    "/i/atelier",
    "/i/atelier/embed",
    "/i/atelier/qr.svg",
    "/i/atelier/poster",
    "/i/atelier/calendar.ics",
    "/i/atelier/report",
    "/privacy?initiative=atelier&lang=fr",
];

async fn no_visitor_sees_it(app: &App) {
    let tiles = app.state.feeds.current().unwrap().tiles().version.clone();
    let tile = |name: &str| format!("/v1/t/{tiles}/{name}.txt");
    let detail = alentour_server::http::representation::tag(b"atelier");
    let detail = format!("/v1/i/{}.json", detail.trim_matches('"'));
    let more = [tile("0"), tile("0.words"), tile("soonest"), detail];
    for path in PUBLIC.iter().map(|path| (*path).to_owned()).chain(more) {
        let body = app.get(&path).await.text().await.unwrap();
        // What was asked for may be said again.
        let body =
            body.replace("words=atelier", "").replace("value=\"atelier\"", "").replace("id=atelier", "");
        assert!(!body.contains("Atelier") && !body.contains("samedi"), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_part_in_what_is_hidden_hears_what_becomes_of_it_and_no_visitor_does() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        let mut sunday = seat("lea@example.org");
        sunday["session"] = serde_json::json!("dimanche");
        assert_eq!(app.post(&key("lea"), &sunday).await.0, 201);
        let mut watch = Watch::default();
        watch.tend(&app.state, now()).await.unwrap();
        let mut browser = operating(&app).await;
        let letter = format!("reason=Arnaque&subject=Fin&text=Fini&key={}", "a".repeat(32));
        assert_eq!(hide(&mut browser, &letter).await.status, 200);
        until_listed(&app, "atelier", false).await;
        no_visitor_sees_it(&app).await;

        // The mail that asks, its page, and what a late confirmation says.
        round(&outbox(&app), now()).await;
        let asking = last(&server, "lea@example.org");
        assert!(
            asking.text().contains("Atelier") && asking.text().contains("dimanche 3 mai"),
            "{}",
            asking.text()
        );
        let path = |mail: &crate::mailbox::Taken, to: &str| {
            mail.link(to).unwrap().strip_prefix("https://agir.example.org").unwrap().to_owned()
        };
        let confirm = path(&asking, "/confirm/");
        let page = app.get(&confirm).await.text().await.unwrap();
        assert!(page.contains("Atelier") && page.contains("dimanche 3 mai"), "{page}");
        let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        crate::people::submit(&app, &confirm, &format!("id={id}")).await;
        round(&outbox(&app), now()).await;
        let told = last(&server, "lea@example.org");
        assert!(
            told.text().contains("dimanche 3 mai") && !told.text().contains("/i/atelier"),
            "{}",
            told.text()
        );
        // Nor does the calendar lead to a page that is not there any more, nor the mail that is looked at before it is written.
        let file = told.parsed().attachments().next().unwrap().contents().to_vec();
        let file = String::from_utf8(file).unwrap();
        assert!(file.contains("BEGIN:VEVENT") && !file.contains("URL"), "{file}");
        let look = "action=preview&to=all&subject=Fin&text=Fini";
        let look = browser.submit("/organise/i/atelier/write", look).await.body;
        assert!(look.contains("/mine/\u{2026}") && !look.contains("org/i/atelier"), "{look}");
        // Whoever waited gets the seat that is given back, and hears of it.
        let hers = server.to("zoe@example.org").iter().find_map(|mail| mail.link("/mine/")).unwrap();
        let hers = hers.strip_prefix("https://agir.example.org").unwrap().to_owned();
        let page = app.get(&hers).await.text().await.unwrap();
        assert!(page.contains("samedi 2 mai") && !page.contains("/i/atelier"), "{page}");
        crate::people::submit(&app, &hers, "session=samedi&action=give-back").await;
        round(&outbox(&app), now()).await;
        let promoted = last(&server, "max@example.org");
        assert!(promoted.text().contains("samedi 2 mai"), "{}", promoted.text());
        // They are reminded.
        let sunday = "2099-05-03T14:00:00+02:00".parse::<jiff::Timestamp>().unwrap().as_second();
        assert_eq!(alentour_server::sessions::remind(&app.state, sunday - 3600).await.unwrap(), 1);
        round(&outbox(&app), sunday - 3600).await;
        assert!(last(&server, "lea@example.org").parsed().subject().unwrap().contains("Atelier"));
        // Dates are called off here, and by the feed.
        let off = browser.submit("/organise/i/atelier/call-off", "action=call-off&session=dimanche").await;
        assert!(off.body.contains("Une inscription est pr\u{e9}venue"), "{}", off.body);
        let mut feed = announced();
        feed["initiatives"][0]["sessions"][0]["status"] = serde_json::json!("cancelled");
        feed["initiatives"][3]["name"] = serde_json::json!("Autre vitrine");
        crate::moved::announce(&app, &feed).await;
        assert_eq!(watch.tend(&app.state, now()).await.unwrap().told, 1);
        round(&outbox(&app), now()).await;
        for (name, date) in [("lea", "dimanche 3 mai"), ("max", "samedi 2 mai")] {
            let mail = last(&server, &format!("{name}@example.org"));
            let text = mail.text();
            assert!(mail.parsed().subject().unwrap().contains("Annul\u{e9}"), "{text}");
            assert!(text.contains(date) && !text.contains("/i/atelier"), "{text}");
            let file = mail.parsed().attachments().next().unwrap().contents().to_vec();
            let file = String::from_utf8(file).unwrap();
            assert!(file.contains("METHOD:CANCEL") && !file.contains("URL"), "{file}");
        }
        no_visitor_sees_it(&app).await;
        // What has left its feed is asked about, as of what is shown.
        assert_eq!(app.post(&key("c"), &seat("nadia@example.org")).await.0, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_feed_announces_of_it_is_asked_about_and_not_hidden() {
    let mut announced = announced();
    announced["initiatives"][0]["url"] = serde_json::json!("https://maison.example/atelier");
    for (app, _server) in on_each(&announced).await {
        let own = alentour_server::own::read(
            r#"{ "name": "Marche", "url": "https://maison.example/atelier" }"#,
            None,
        );
        let (own, entry) = (own.unwrap(), crate::stores::by_hand(now()));
        let published = alentour_server::store::OwnStatus::Published;
        app.store.create_own(&own, published, "", &Default::default(), &entry).await.unwrap();
        app.state.feeds.own_changed();
        until_listed(&app, &own.id, true).await;
        // The feed's is one with ours now, and is hidden by its name: ours stays, and is named.
        let mut browser = operating(&app).await;
        let done = hide(&mut browser, "reason=Arnaque").await;
        assert_eq!(done.status, 200, "{}", done.body);
        let all = until_page(&mut browser, "/organise/hidden", "Aussi annonc\u{e9}e", true).await;
        assert!(all.contains("Marche") && listed(&app).await.contains(&own.id), "{all}");
    }
}
