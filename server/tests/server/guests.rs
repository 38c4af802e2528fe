//! The names of those who come along: from both ways in to each way out, and when more or fewer come.

use alentour_server::store::Purpose;
use serde_json::{Value, json};

use crate::app::{App, MAILING, database, feed, form, key, seat};
use crate::command::{alentour, text};
use crate::initiatives::{filled, page, send};
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now, outbox, round};
use crate::people::{link, submit};
use crate::receiver::Receiver;
use crate::sinks::webhook;
use crate::waiting_list::{joins, own};

const ZOE: &str = "zoe@example.org";

/// All of them ask for the names.
fn asking(asked: &str) -> Value {
    let mut feed = feed();
    for initiative in [0, 1] {
        feed["initiatives"][initiative]["participation"]["guests"] = json!(asked);
    }
    feed
}

fn with(form: Value, guests: &[&str]) -> Value {
    let mut form = form;
    form["partySize"] = json!(guests.len() + 1);
    form["guests"] = json!(guests);
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn organisers_get_the_names_in_a_column_a_list_and_their_events() {
    let receiver = Receiver::start().await;
    let app = App::start_announcing(asking("required"), &webhook(&receiver)).await;
    assert_eq!(app.post(&key("a"), &with(form(ZOE), &[" Ana Ruiz ", "=Léo"])).await.0, 201);
    round(&outbox(&app), now()).await;
    let [event] = &receiver.got()[..] else { panic!("not one") };
    assert_eq!(event.json()["signup"]["guests"], json!(["Ana Ruiz", "=Léo"]));

    let database = database(&app.folder);
    let export = |format| {
        let all =
            ["signups", "export", "--database", &database, "--initiative", "petition", "--format", format];
        text(&alentour(&all))
    };
    let json: Value = serde_json::from_str(&export("json")).unwrap();
    assert_eq!(json[0]["guests"], json!(["Ana Ruiz", "=Léo"]));
    let table = export("csv");
    let mut csv = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let column = csv.headers().unwrap().iter().position(|header| header == "guests").unwrap();
    assert_eq!(&csv.records().next().unwrap().unwrap()[column], "Ana Ruiz;' =Léo");
}

#[tokio::test]
async fn names_that_are_missing_or_not_asked_for_are_refused() {
    let app = App::start_announcing(asking("required"), "").await;
    let mut missing = with(form(ZOE), &["Ana", ""]);
    let (status, body) = app.post(&key("a"), &missing).await;
    assert!(status == 422 && body.contains(r#"{"field":"guests.1","problem":"required"}"#), "{body}");
    missing["partySize"] = json!(1);
    let (status, body) = app.post(&key("a"), &missing).await;
    assert!(status == 422 && body.contains(r#"{"field":"guests","problem":"invalid"}"#), "{body}");
    let app = App::start_announcing(feed(), "").await;
    assert_eq!(app.post(&key("a"), &with(form(ZOE), &["Ana"])).await.0, 422);
}

#[tokio::test]
async fn without_a_script_names_are_lines_and_what_is_missing_comes_back_with_them() {
    let app = App::start_announcing(asking("required"), MAILING).await;
    let (_, open) = page(&app, "/i/petition?lang=fr").await;
    assert!(open.contains("<textarea") && open.contains("name=\"guests\""), "{open}");
    assert!(open.contains("Qui vous accompagne\u{a0}?</label>"), "{open}");
    let mut fields = filled(&app, ZOE).await;
    fields.retain(|(name, _)| *name != "partySize");
    fields.extend([("partySize", "3".to_owned()), ("guests", "Ana\r\n\r\n".to_owned())]);
    let (status, back) = send(&app, &fields).await;
    assert!(status == 422 && back.contains("Ana</textarea>"), "{back}");
    assert!(back.contains("id=\"error-guests\">Indiquez le nom"), "{back}");
    let last = fields.len() - 1;
    fields[last].1 = "Ana\r\n Léo \r\n".into();
    assert_eq!(send(&app, &fields).await.0, 200);
    let [stored] = &app.signups("petition").await[..] else { panic!("not one") };
    assert_eq!(stored.person.guests, ["Ana", "Léo"]);

    // Its person reads them before they confirm; whoever has changed their mind reads that they are gone.
    let token = link(&app, 'c', ZOE, "", Purpose::Confirm).await;
    let asked = app.get(&format!("/confirm/{token}?lang=fr")).await.text().await.unwrap();
    assert!(asked.contains("<dt>Personnes qui accompagnent</dt><dd><bdi>Ana · Léo</bdi></dd>"), "{asked}");
    app.confirm(&app.store.secret().token_hash(&token)).await;
    assert_eq!(app.post(&key("b"), &with(form(ZOE), &[])).await.0, 201);
    let asked = app.get(&format!("/confirm/{token}?lang=fr")).await.text().await.unwrap();
    let (_, then) = asked.split_once("nouveau formulaire").unwrap_or(("", &asked));
    assert!(then.contains("<dt>Personnes qui accompagnent</dt><dd>"), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_ones_own_page_who_comes_with_more_names_them_and_who_comes_with_fewer_takes_the_last_back() {
    let server = MailServer::start().await;
    let app = App::start_announcing(asking("required"), &mailing(&server)).await;
    let mail = joins(&app, &server, &with(seat(ZOE), &["Ana"]), 'a').await;
    let path = own(&mail);
    let open = app.get(&path).await.text().await.unwrap();
    assert!(open.contains("name=\"guests\"") && !open.contains("Ana"), "{open}");
    let names = async || app.signups("atelier").await[0].person.guests.clone();
    for wrong in ["", "&guests=%0A", "&guests=L%C3%A9o%0AMax", "&guests=a%00b"] {
        let fields = format!("action=change&sessions=samedi&party=3{wrong}");
        let (_, said) = submit(&app, &path, &fields).await;
        assert!(said.contains("pour chaque personne en plus"), "{wrong}: {said}");
    }
    assert_eq!(names().await, ["Ana"]);
    let (_, said) = submit(&app, &path, "action=change&sessions=samedi&party=3&guests=L%C3%A9o%0D%0A").await;
    assert!(said.contains("C’est changé"), "{said}");
    assert_eq!(names().await, ["Ana", "Léo"]);
    let (_, said) = submit(&app, &path, "action=change&sessions=dimanche&party=2&guests=").await;
    assert!(said.contains("C’est changé"), "{said}");
    assert_eq!(names().await, ["Ana"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_names_may_be_left_out_more_may_come_without() {
    let server = MailServer::start().await;
    let app = App::start_announcing(asking("optional"), &mailing(&server)).await;
    let path = own(&joins(&app, &server, &seat(ZOE), 'a').await);
    let (_, said) = submit(&app, &path, "action=change&sessions=samedi&party=3&guests=L%C3%A9o").await;
    assert!(said.contains("C’est changé"), "{said}");
    assert_eq!(app.signups("atelier").await[0].person.guests, ["Léo"]);
}
