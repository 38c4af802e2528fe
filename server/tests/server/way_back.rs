//! Back to the partner's page: from the mails, from the pages behind their links, and from a form without a script. And to nobody else's.

use std::sync::Arc;

use alentour_model::EmailAddress;
use alentour_server::sessions::{Watch, remind};
use alentour_server::store::{SignUpRecord, Store};
use serde_json::{Value, json};

use crate::app::{App, MAILING, feed, form, key, seat};
use crate::initiatives::{filled, page};
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now, outbox, round};
use crate::people::submit;
use crate::stores::both;

const ZOE: &str = "zoe@example.org";
const PAGE: &str = "https://asso.example.org/agir/pr%C3%A8s?page_id=12";
const WORDS: &str = "Retourner sur asso.example.org";
const PARTNERS: &str =
    "[sign-ups]\npartner-origins = [\"https://asso.example.org\", \"http://localhost:8080\"]\n";

/// A form from that page.
fn on(mut form: Value, page: &str) -> Value {
    form["page"] = json!(page);
    form
}

async fn start(store: Arc<dyn Store>) -> (App, MailServer) {
    let server = MailServer::start().await;
    let settings = mailing(&server) + PARTNERS;
    let app = App::start_storing(store, tempfile::tempdir().unwrap(), feed(), &settings).await;
    (app, server)
}

/// The text of the last mail to somebody, once those that are due at that time are out.
async fn mailed(app: &App, server: &MailServer, email: &str, at: i64) -> String {
    round(&outbox(app), at).await;
    let last = server.to(email).pop().unwrap();
    assert_eq!(
        last.text().matches("/i/").count() + last.text().matches("#alentour=").count(),
        1,
        "one way back"
    );
    assert!(last.html().contains("/i/") || last.html().contains("#alentour="), "{}", last.html());
    last.text()
}

fn linked(text: &str, path: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains(path)).unwrap();
    link.strip_prefix("https://agir.example.org").unwrap().to_owned()
}

async fn of(app: &App, email: &str) -> Vec<SignUpRecord> {
    let email_h = app.store.secret().email_h(&EmailAddress::parse(email).unwrap());
    app.store.of_person(&email_h).await.unwrap()
}

both! {
    each_mail_and_page_leads_back_to_the_partners_page_with_the_initiative_open
    a_page_of_nobodys_is_dropped_and_nobody_is_told
    without_a_page_mails_lead_to_ours
}

async fn each_mail_and_page_leads_back_to_the_partners_page_with_the_initiative_open(store: Arc<dyn Store>) {
    let (app, server) = start(store.clone()).await;
    let opened = format!("{PAGE}#alentour=atelier");
    let in_page = format!("<a href=\"{}\">{WORDS}</a>", opened.replace('&', "&amp;"));
    assert_eq!(app.post(&key("a"), &on(seat(ZOE), PAGE)).await.0, 201);
    let said = format!("{WORDS}\n{opened}");

    let mail = mailed(&app, &server, ZOE, now()).await;
    assert!(mail.contains(&said), "{mail}");
    let path = linked(&mail, "/confirm/");
    let waits = app.get(&path).await.text().await.unwrap();
    assert!(waits.contains(&in_page) && !waits.contains("/i/atelier"), "{waits}");
    let id = of(&app, ZOE).await.remove(0).id;
    let (_, done) = submit(&app, &path, &format!("id={id}")).await;
    // The calendar's file is no page.
    assert!(done.contains(&in_page) && !done.contains("/i/atelier?"), "{done}");

    let mail = mailed(&app, &server, ZOE, now()).await;
    assert!(mail.contains(&said), "{mail}");
    let own = app.get(&linked(&mail, "/mine/")).await.text().await.unwrap();
    assert!(own.contains(&in_page) && !own.contains("/i/atelier?"), "{own}");

    Watch::default().tend(&app.state, now()).await.unwrap();
    let day_before =
        feed()["initiatives"][0]["sessions"][0]["startDate"].as_str().unwrap().parse::<jiff::Timestamp>();
    let day_before = day_before.unwrap().as_second() - 23 * 3600;
    assert_eq!(remind(&app.state, day_before).await.unwrap(), 1);
    let reminder = mailed(&app, &server, ZOE, day_before).await;
    assert!(reminder.contains("C’est bientôt") || reminder.contains(&said), "{reminder}");
    assert!(reminder.contains(&said), "{reminder}");

    // It is the person's, sealed with what they typed; the organiser has no use for it.
    assert_eq!(of(&app, ZOE).await[0].person.page.as_deref(), Some(PAGE));
    let exported = alentour_server::signups::export::object(&app.signups("atelier").await[0]).to_string();
    assert!(!exported.contains("asso.example.org"), "{exported}");
    let access = crate::people::link(&app, 'f', ZOE, "", alentour_server::store::Purpose::Access).await;
    let data: Value = app.get(&format!("/me/{access}/data.json")).await.json().await.unwrap();
    assert_eq!(data["signups"][0]["page"], PAGE);

    // Whoever is no partner any more is led to no more, though a sign-up names them.
    let folder = tempfile::tempdir().unwrap();
    let later = App::start_storing(store, folder, feed(), &mailing(&server)).await;
    let own = later.get(&linked(&mail, "/mine/")).await.text().await.unwrap();
    assert!(!own.contains("asso.example.org") && own.contains("/i/atelier?"), "{own}");
}

async fn a_page_of_nobodys_is_dropped_and_nobody_is_told(store: Arc<dyn Store>) {
    let (app, server) = start(store).await;
    let fine = app.post(&key("fine"), &on(form("fine@example.org"), PAGE)).await;
    assert_eq!(fine.0, 201);
    let long = format!("https://asso.example.org/{}", "a".repeat(10_000));
    let pages = [
        "https://asso.example.org.evil.example/agir",
        "https://asso.example.org@evil.example/agir",
        "https://evil.example/https://asso.example.org/",
        "http://asso.example.org/agir",
        "https://asso.example.org:8443/agir",
        "https://zoe:secret@asso.example.org/agir",
        "https:\\\\asso.example.org\\evil",
        "https://evil.example\\@asso.example.org/",
        "javascript:alert(1)//asso.example.org",
        "https://asso.example.org/evil\r\nBcc: all@evil.example",
        "https://asso.example.org/?next=https://evil.example",
        "https://asso.example.org//evil.example",
        "https://asso.example.org/agir#evil",
        "evil",
        &long,
    ];
    for (at, evil) in pages.iter().enumerate() {
        let email = format!("nobody{at}@example.org");
        let answer = app.post(&key(&format!("evil{at}")), &on(form(&email), evil)).await;
        assert_eq!(answer, fine, "{evil}");
        assert_eq!(of(&app, &email).await[0].person.page, None, "{evil}");
        let mail = mailed(&app, &server, &email, now()).await;
        assert!(mail.contains("https://agir.example.org/i/petition?lang=fr"), "{mail}");
        assert!(!mail.contains("asso.example.org") && !mail.contains("evil"), "{mail}");
    }
    // The same form from another page is the same form.
    assert_eq!(app.post(&key("fine"), &on(form("fine@example.org"), pages[0])).await, fine);
    assert_eq!(of(&app, "fine@example.org").await[0].person.page.as_deref(), Some(PAGE));
}

async fn without_a_page_mails_lead_to_ours(store: Arc<dyn Store>) {
    let (app, server) = start(store).await;
    assert_eq!(app.post(&key("a"), &form(ZOE)).await.0, 201);
    let mail = mailed(&app, &server, ZOE, now()).await;
    assert!(mail.contains("Voir l’action\nhttps://agir.example.org/i/petition?lang=fr"), "{mail}");
}

#[tokio::test]
async fn an_alert_leads_back_to_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let (app, server) = start(crate::app::on_sqlite(&folder).await).await;
    crate::first_page::write_bundle(&app.path("dist"));
    for (name, page) in [("a", PAGE), ("b", "https://evil.example/agir")] {
        let email = format!("{name}@example.org");
        let alert = json!({ "place": "69007", "radius": 25, "email": email, "consent": "1", "language": "fr", "page": page });
        let request = app.client.post(format!("{}/alerts", app.address)).header("idempotency-key", key(name));
        assert_eq!(request.json(&alert).send().await.unwrap().status(), 201);
        round(&outbox(&app), now()).await;
        let mail = server.to(&email).pop().unwrap().text();
        assert_eq!(mail.contains(&format!("{WORDS}\n{PAGE}\n")), page == PAGE, "{mail}");
        assert!(!mail.contains("evil"), "{mail}");
    }
}

#[tokio::test]
async fn who_comes_without_a_script_is_led_back_by_the_thanks_and_the_mail() {
    let folder = tempfile::tempdir().unwrap();
    let (app, server) = start(crate::app::on_sqlite(&folder).await).await;
    let from = "from=https%3A%2F%2Fasso.example.org%2Fagir";
    let (_, list) = page(&app, &format!("/near?lang=fr&{from}")).await;
    let link = format!("/i/petition?lang=fr&amp;{from}");
    assert!(
        list.contains(&link) && list.contains("name=\"from\" value=\"https://asso.example.org/agir\""),
        "{list}"
    );
    let (_, shown) = page(&app, &format!("/i/petition?lang=fr&{from}")).await;
    assert!(shown.contains(&format!("action=\"{link}#form-title\"")), "{shown}");
    let send = async |from: &str, email: &str| {
        let fields = filled(&app, email).await;
        let body = fields.iter().map(|(name, value)| format!("{name}={}", alentour::app::encode(value)));
        let body = body.collect::<Vec<_>>().join("&");
        submit(&app, &format!("/i/petition?lang=fr&{from}"), &body).await.1
    };
    let back = "https://asso.example.org/agir#alentour=petition";
    let thanks = send(from, ZOE).await;
    assert!(thanks.contains("Dernière étape") && thanks.contains(&format!("href=\"{back}\"")), "{thanks}");
    assert!(thanks.contains(WORDS), "{thanks}");
    assert!(mailed(&app, &server, ZOE, now()).await.contains(back));
    // Nobody else's page comes along, not even in our own addresses.
    let evil = "from=https%3A%2F%2Fevil.example%2F";
    let (_, list) = page(&app, &format!("/near?lang=fr&{evil}")).await;
    assert!(!list.contains("evil"), "{list}");
    let thanks = send(evil, "max@example.org").await;
    assert!(thanks.contains("Dernière étape") && !thanks.contains("evil"), "{thanks}");
}

#[tokio::test]
async fn what_a_pinned_widget_sends_is_taken_as_it_was_where_partners_are_named() {
    let app = App::start_settled(&format!("{MAILING}{PARTNERS}")).await;
    assert_eq!(app.post(&key("a"), &form(ZOE)).await.0, 201);
    assert_eq!(of(&app, ZOE).await[0].person.page, None);
}
