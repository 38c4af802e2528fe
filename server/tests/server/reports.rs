//! What visitors report, and what whoever runs the installation does about it.

use alentour_model::EmailAddress;
use alentour_server::own;
use alentour_server::retention::purge;
use alentour_server::store::{Erasure, OwnStatus, Proposal, Report};
use serde_json::json;

use crate::app::{App, database, feed, form, key, on_sqlite};
use crate::backup::back_up;
use crate::command::{alentour, text};
use crate::mailbox::MailServer;
use crate::organise::{encoded, operating};
use crate::outbox::{now, outbox, round};
use crate::people::submit;
use crate::stores::{by_hand, count};
use crate::venues::on_each_of;

const ZOE: &str = "zoe@example.org";

/// The mark of a form that is opened now.
async fn attempt(app: &App, id: &str) -> String {
    let page = app.get(&format!("/i/{id}/report?lang=fr")).await.text().await.unwrap();
    assert!(page.len() < 60_000 && !page.contains("<script"));
    page.split("name=\"attempt\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Reports an initiative; the answer.
pub async fn report(app: &App, id: &str, fields: &str) -> (u16, String) {
    let attempt = attempt(app, id).await;
    submit(app, &format!("/i/{id}/report?lang=fr"), &format!("{fields}&attempt={attempt}&website=")).await
}

async fn of(app: &App, id: &str) -> Vec<Report> {
    app.store.reports(id).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_sent_without_a_script_and_answered_alike_each_time() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let page = app.get("/i/atelier?lang=fr").await.text().await.unwrap();
        assert!(
            page.contains("href=\"/i/atelier/report?lang=fr\"") && page.contains("Signaler cette action")
        );
        assert_eq!(app.get("/i/rien/report").await.status(), 404);
        // What needs mending is said beside its field and above, and nothing that was typed is lost.
        let (status, back) = report(&app, "atelier", "words=C%27est+faux&email=zoe").await;
        assert_eq!(status, 422, "{back}");
        for part in [
            "href=\"#reason-0\"",
            "href=\"#email\"",
            "C'est faux",
            "value=\"zoe\"",
            "Choisissez ce qui ne va pas",
        ] {
            assert!(back.contains(part), "{part}: {back}");
        }
        let sent = attempt(&app, "atelier").await;
        let fields =
            format!("reason=wrong&words=C%27est+faux&email=zoe%40example.org&attempt={sent}&website=");
        let path = "/i/atelier/report?lang=fr";
        let first = submit(&app, path, &fields).await;
        assert!(first.0 == 200 && first.1.contains("Merci, c’est envoyé") && !first.1.contains(ZOE));
        assert_eq!(submit(&app, path, &fields).await, first);
        let [one] = &of(&app, "atelier").await[..] else { panic!("not one") };
        assert_eq!(
            (one.reason.as_str(), one.said.words.as_str(), one.said.email.as_str()),
            ("wrong", "C'est faux", ZOE)
        );
        // A mark of another form, or another site's page, or what robots fill in, is nothing.
        for (path, fields) in [
            ("/i/petition/report", fields.clone()),
            (path, fields.replace(&sent, "forged")),
            (path, fields.replace("website=", "website=x")),
        ] {
            assert_eq!(submit(&app, path, &fields).await.0, 422, "{path}");
        }
        let foreign = app.client.post(format!("{}{path}", app.address)).body(fields);
        assert_eq!(foreign.header("sec-fetch-site", "cross-site").send().await.unwrap().status(), 403);
        // However often it is reported, it is shown.
        for _ in 0..3 {
            assert_eq!(report(&app, "atelier", "reason=other").await.0, 200);
        }
        assert_eq!(app.get("/i/atelier").await.status(), 200);
        assert_eq!(of(&app, "atelier").await.len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_installation_is_told_once_a_day_looks_and_decides() {
    for (app, server) in on_each_of(&feed(), "").await {
        let mut browser = operating(&app).await;
        let said = json!({ "name": "Balade", "kind": "gathering", "startDate": "2099-05-02" });
        let content = own::read(&said.to_string(), None).unwrap();
        let published = OwnStatus::Published;
        app.store.create_own(&content, published, "", &Proposal::default(), &by_hand(now())).await.unwrap();
        app.state.feeds.own_changed();
        let start = std::time::Instant::now();
        while app.state.feeds.initiative(&content.id).is_err() {
            assert!(start.elapsed().as_secs() < 30, "it is not read");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(browser.get("/organise/reports").await.body.contains("Aucun signalement n’attend."));
        report(&app, "petition", "reason=hateful&words=%3Cb%3Ela%3C%2Fb%3E").await;
        report(&app, &content.id, "reason=wrong&email=zoe%40example.org").await;
        report(&app, &content.id, "reason=advertising").await;
        // One mail for all of them, and the next one a day later at the earliest.
        let mails = |server: &MailServer| server.to("operatrice@example.org").len();
        round(&outbox(&app), now() + 1).await;
        assert_eq!(mails(&server), 1);
        let mail = server.to("operatrice@example.org").pop().unwrap();
        assert!(
            mail.text().contains("/organise/reports?lang=fr") && !mail.text().contains(ZOE),
            "{}",
            mail.text()
        );
        report(&app, "petition", "reason=other").await;
        round(&outbox(&app), now() + 3600).await;
        assert_eq!(mails(&server), 1);
        round(&outbox(&app), now() + 25 * 3600).await;
        assert_eq!(mails(&server), 2);

        let page = browser.get("/organise/reports").await.body;
        for part in
            ["2 signalements", "&lt;b&gt;la", "mailto:zoe@example.org", "vient d’un flux", "Retirer l’action"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        // What has come since somebody looked stays.
        let dismiss = |seen: &str| format!("initiative=petition&action=dismiss&seen={}", encoded(seen));
        let ids: Vec<String> = of(&app, "petition").await.into_iter().map(|one| one.id).collect();
        assert!(ids.len() == 2 && page.contains(&format!("name=\"seen\" value=\"{}\"", ids.join(" "))));
        browser.submit("/organise/reports", &dismiss("")).await;
        browser.submit("/organise/reports", &dismiss(&ids[1])).await;
        assert!(of(&app, "petition").await.iter().map(|one| &one.id).eq([&ids[0]]));
        let done = browser.submit("/organise/reports", &dismiss(&ids[0])).await.body;
        assert!(done.contains("Les signalements sont classés."), "{done}");
        assert_eq!(
            (of(&app, "petition").await.len(), app.get("/i/petition").await.status().as_u16()),
            (0, 200)
        );

        // It is withdrawn where those who take part are written to.
        let id = &content.id;
        let there = format!("/organise/i/{id}/withdraw");
        assert!(browser.get("/organise/reports").await.body.contains(&format!("href=\"{there}?lang=fr\"")));
        let seen: Vec<String> = of(&app, id).await.into_iter().map(|one| one.id).collect();
        let seen = seen.join("+");
        let press = format!("initiative={id}&action=withdraw&seen={seen}&version=1");
        assert_eq!(browser.submit("/organise/reports", &press).await.status, 400);
        browser.submit(&there, "action=withdraw&version=1").await;
        browser.submit("/organise/reports", &format!("initiative={id}&action=dismiss&seen={seen}")).await;
        let own = app.store.own_initiative(&content.id).await.unwrap().unwrap();
        assert!(own.status == OwnStatus::Withdrawn && of(&app, &content.id).await.is_empty());
        let trail = browser.get("/organise/trail").await.body;
        assert!(trail.contains("Signalements classés") && trail.contains("Action retirée"), "{trail}");
        assert!(trail.contains("2 signalements") && !trail.contains(" inscription"), "{trail}");
        // Nothing waits: nobody is told.
        round(&outbox(&app), now() + 60 * 3600).await;
        assert_eq!(mails(&server), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_sealed_backed_up_shown_to_their_person_erased_with_them_and_purged() {
    for (app, _server) in on_each_of(&feed(), "").await {
        report(&app, "atelier", "reason=personal&words=Mon+adresse&email=zoe%40example.org").await;
        report(&app, "atelier", "reason=other").await;
        let email_h = app.store.secret().email_h(&EmailAddress::parse(ZOE).unwrap());
        let dumped = format!("{:?}", crate::stores::dump(&app.store).await);
        assert!(!dumped.contains(ZOE) && !dumped.contains("Mon adresse"));
        // On the page of what is kept about somebody.
        assert_eq!(app.post(&key("a"), &form(ZOE)).await.0, 201);
        let purpose = alentour_server::store::Purpose::Access;
        let token = crate::people::link(&app, 'c', ZOE, "", purpose).await;
        let page = app.get(&format!("/me/{token}?lang=fr")).await.text().await.unwrap();
        assert!(page.contains("Signalements") && page.contains("Mon adresse"), "{page}");
        let data = app.get(&format!("/me/{token}/data.json")).await.text().await.unwrap();
        assert!(data.contains("\"personal\"") && data.contains("Mon adresse"), "{data}");

        app.store.erase(&Erasure::Person(email_h), now()).await.unwrap();
        assert!(app.store.reports_of(&email_h).await.unwrap().is_empty());
        assert_eq!(count(&app.store, "reports").await, 1);
        purge(&*app.store, now() + 181 * 86_400).await.unwrap();
        assert_eq!(count(&app.store, "reports").await, 0);
    }
    let app = App::start().await;
    let sent = report(&app, "atelier", "reason=personal&words=Mon+adresse&email=zoe%40example.org").await;
    assert_eq!(sent.0, 200, "{}", sent.1);
    report(&app, "atelier", "reason=other").await;
    let folder = tempfile::tempdir().unwrap();
    let file = back_up(&app, folder.path());
    let restored = async || {
        let target = tempfile::tempdir().unwrap();
        text(&alentour(&["restore", "--database", &database(&target), file.to_str().unwrap()]));
        on_sqlite(&target).await.reports("atelier").await.unwrap()
    };
    assert!(restored().await == of(&app, "atelier").await && of(&app, "atelier").await.len() == 2);
    // Who was erased since does not return, whatever they had been to us.
    let email_h = app.store.secret().email_h(&EmailAddress::parse(ZOE).unwrap());
    app.store.erase(&Erasure::Person(email_h), now()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    back_up(&app, folder.path());
    let left = restored().await;
    assert!(left.len() == 1 && left[0].said.email.is_empty());
}
