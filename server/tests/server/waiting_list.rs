//! The waiting list as people meet it: the form's answer, the mails, one's own page, who gets the seat.

use alentour_server::store::Purpose;
use alentour_server::waiting_list;
use serde_json::{Value, json};

use crate::app::{App, feed, key, seat};
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::people::{link, submit};

/// A workshop with one seat on a Saturday long hence, several dates of which may be chosen.
fn announced() -> Value {
    let mut announced = feed();
    let atelier = &mut announced["initiatives"][0];
    atelier["participation"]["way"] = json!("shift");
    atelier["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    announced
}

fn for_both(email: &str, waitlist: &[&str]) -> Value {
    let mut form = seat(email);
    form["sessions"] = json!(["samedi", "dimanche"]);
    form["waitlist"] = json!(waitlist);
    form
}

/// The last mail that somebody got.
pub fn last(server: &MailServer, email: &str) -> Taken {
    server.to(email).pop().unwrap()
}

/// Signs up and confirms; the mail that says what is kept.
pub async fn joins(app: &App, server: &MailServer, form: &Value, digit: char) -> Taken {
    let email = form["email"].as_str().unwrap();
    assert_eq!(app.post(&key(email), form).await.0, 201);
    let token = link(app, digit, email, "", Purpose::Confirm).await;
    let hash = app.store.secret().token_hash(&token);
    app.confirm(&hash).await;
    round(&outbox(app), now()).await;
    last(server, email)
}

/// What follows the link for calendars on a page.
pub async fn calendar_of(app: &App, page: &str) -> String {
    let (_, link) = page.split_once("href=\"/i/atelier/calendar.ics").unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let file = app.get(&format!("/i/atelier/calendar.ics{link}")).await;
    assert_eq!(file.status(), 200, "{link}");
    file.text().await.unwrap()
}

/// The path of the own page that a mail links to.
pub fn own(mail: &Taken) -> String {
    let link = mail.link("/mine/").unwrap();
    link.strip_prefix("https://agir.example.org").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_session_is_named_and_its_line_can_be_joined_and_moves() {
    let server = MailServer::start().await;
    let app = App::start_announcing(announced(), &mailing(&server)).await;
    let zoe = joins(&app, &server, &for_both("zoe@example.org", &[]), 'a').await;
    assert_eq!(zoe.parsed().subject(), Some("C’est confirmé\u{a0}: Atelier"));
    assert!(zoe.text().contains("samedi 2 mai 2099") && zoe.text().contains("dimanche 3 mai 2099"));
    // Both dates for the calendar, in one file.
    let parsed = zoe.parsed();
    let file = parsed.attachments().next().unwrap();
    let calendar = String::from_utf8(file.contents().to_vec()).unwrap();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 2, "{calendar}");

    // All or nothing, and it is said which one is full.
    let (code, body) = app.post(&key("max"), &for_both("max@example.org", &[])).await;
    assert_eq!((code, body.as_str()), (409, r#"{"error":"full","sessions":["samedi"]}"#));
    let max = joins(&app, &server, &for_both("max@example.org", &["samedi"]), 'b').await;
    assert_eq!(max.parsed().subject(), Some("C’est confirmé\u{a0}: Atelier"));
    assert!(max.text().contains("sur liste d’attente"), "{}", max.text());
    // A second form of hers stands beside what she has: what it asks for of the full date is said.
    let mut again = for_both("max@example.org", &["samedi"]);
    again["message"] = json!("Avec ma sœur");
    assert_eq!(app.post(&key("again"), &again).await.0, 201);
    let path = format!("/confirm/{}", link(&app, 'e', "max@example.org", "", Purpose::Confirm).await);
    let beside = app.get(&path).await.text().await.unwrap();
    assert_eq!(beside.matches(" · sur liste d’attente<").count(), 1, "{beside}");
    assert_eq!(beside.matches(" · liste d’attente, si c’est complet<").count(), 1, "{beside}");
    let mut only = seat("lea@example.org");
    only["waitlist"] = json!(["samedi"]);
    let lea = joins(&app, &server, &only, 'c').await;
    assert_eq!(lea.parsed().subject(), Some("Liste d’attente\u{a0}: Atelier"));
    assert!(lea.parsed().attachments().next().is_none(), "there is nothing for a calendar yet");

    // Zoé gives Saturday back on the page of her mail, which shows nothing that she typed.
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    for typed in ["Zoé", "Mbarek", "zoe@example.org"] {
        assert!(!page.contains(typed), "{typed}: {page}");
    }
    assert_eq!(page.matches("Rendre cette place").count(), 2, "{page}");
    let (code, said) = submit(&app, &own(&zoe), "session=samedi&action=give-back").await;
    assert!(code == 200 && said.contains("Votre place est rendue"), "{said}");
    // It is Max's now, who has waited longest; he is told, and Léa goes on waiting.
    round(&outbox(&app), now()).await;
    let told = last(&server, "max@example.org");
    assert_eq!(told.parsed().subject(), Some("Une place pour vous\u{a0}: Atelier"));
    assert!(!told.text().contains("liste d’attente\n"), "{}", told.text());
    let parsed = told.parsed();
    let file = parsed.attachments().next().unwrap();
    let calendar = String::from_utf8(file.contents().to_vec()).unwrap();
    assert!(calendar.matches("BEGIN:VEVENT").count() == 1 && calendar.contains("20990502T"), "{calendar}");
    assert!(told.text().contains("Le fichier joint ajoute"), "{}", told.text());
    assert_eq!(server.to("lea@example.org").len(), 1);
    // A second press frees nothing more.
    let (_, said) = submit(&app, &own(&zoe), "session=samedi&action=give-back").await;
    assert!(said.contains("C’est trop tard"), "{said}");
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(page.contains("place rendue") && page.matches("Rendre cette place").count() == 1, "{page}");
    // Léa leaves the line.
    let page = app.get(&own(&lea)).await.text().await.unwrap();
    assert!(page.contains("Quitter la liste d’attente"), "{page}");
    submit(&app, &own(&lea), "session=samedi&action=give-back").await;
    submit(&app, &own(&told), "session=samedi&action=give-back").await;
    round(&outbox(&app), now()).await;
    assert_eq!(server.to("lea@example.org").len(), 1, "nobody is told of what they do not wait for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_says_what_has_become_of_its_person() {
    let server = MailServer::start().await;
    let mut feed = announced();
    feed["initiatives"][0]["participation"]["way"] = json!("shift");
    feed["initiatives"][0]["sessions"][1]["maximumAttendeeCapacity"] = json!(1);
    let app = App::start_announcing(feed, &mailing(&server)).await;
    let zoe = own(&joins(&app, &server, &seat("zoe@example.org"), 'a').await);
    let mut sunday = seat("max@example.org");
    sunday["session"] = json!("dimanche");
    let max = own(&joins(&app, &server, &sunday, 'b').await);
    let change =
        async |path: &str, fields: &str| submit(&app, path, &format!("action=change&{fields}")).await.1;

    // Who keeps a seat, and who has nothing.
    let said = change(&zoe, "sessions=samedi&sessions=dimanche").await;
    assert!(said.contains("n\u{2019}est pas fait. Voici ce que vous avez"), "{said}");
    assert!(said.contains("<dd>samedi 2 mai 2099") && !said.contains("dimanche"), "{said}");
    submit(&app, &max, "session=dimanche&action=give-back").await;
    let said = change(&max, "sessions=samedi").await;
    assert!(said.contains("ni place, ni rang") && !said.contains("mai 2099"), "{said}");

    // Who joins a line alone is on it, and nothing is said to have changed; who is on one besides has both.
    let said = change(&max, "sessions=samedi&waitlist=samedi").await;
    assert!(said.contains("<h1>Vous \u{ea}tes sur la liste d\u{2019}attente</h1>"), "{said}");
    assert!(said.contains("samedi 2 mai 2099 \u{e0} 14\u{a0}h \u{b7} sur liste d\u{2019}attente"), "{said}");
    assert!(!said.contains("C\u{2019}est chang\u{e9}") && !said.contains("agenda"), "{said}");
    let said = change(&max, "sessions=samedi&waitlist=samedi&sessions=dimanche").await;
    assert!(said.contains("<h1>C\u{2019}est chang\u{e9}</h1>"), "{said}");
    assert!(said.contains("sur liste d\u{2019}attente") && said.contains("dimanche 3 mai 2099"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_ones_own_page_one_comes_another_day_or_with_more_people() {
    let server = MailServer::start().await;
    let mut feed = announced();
    feed["initiatives"][0]["participation"]["way"] = json!("rsvp");
    feed["initiatives"][0]["participation"]["partySize"] = json!(3);
    feed["initiatives"][0]["sessions"][1]["maximumAttendeeCapacity"] = json!(2);
    let app = App::start_announcing(feed, &mailing(&server)).await;
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let mut form = seat("max@example.org");
    form["waitlist"] = json!(["samedi"]);
    let max = joins(&app, &server, &form, 'b').await;

    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(page.contains("Changer de date ou de nombre de personnes"), "{page}");
    assert!(page.contains(r#"type="radio" name="sessions" value="samedi" checked"#), "{page}");
    let calendar = calendar_of(&app, &page).await;
    assert!(calendar.contains("20990502T") && !calendar.contains("20990503T"), "{calendar}");
    // Hers is full with her, which is no reason to send her to the line; for Max it is.
    assert!(!page.contains("vous serez sur la liste"), "{page}");
    let page = app.get(&own(&max)).await.text().await.unwrap();
    assert_eq!(page.matches("vous serez sur la liste").count(), 1, "{page}");

    let path = own(&zoe);
    let change = |fields: &'static str| submit(&app, &path, fields);
    for (fields, said) in [
        ("action=change&sessions=samedi&party=1", "C’était déjà ainsi"),
        ("action=change&sessions=samedi&party=2", "<dd>samedi 2 mai 2099"),
        ("action=change&sessions=dimanche&party=3", "<dd>samedi 2 mai 2099"),
        ("action=change&sessions=dimanche&party=4", "Ce choix n’est plus possible"),
        ("action=change&sessions=dimanche&party=0", "Ce choix n’est plus possible"),
        ("action=change&sessions=lundi&party=1", "Ce choix n’est plus possible"),
        ("action=change&party=1", "Choisissez une date"),
        ("action=change&sessions=samedi&sessions=dimanche&party=1", "Choisissez une date"),
    ] {
        let (code, page) = change(fields).await;
        assert!(code == 200 && page.contains(said), "{fields}: {page}");
    }
    round(&outbox(&app), now()).await;
    assert_eq!(server.to("max@example.org").len(), 1);

    let (_, page) = change("action=change&sessions=dimanche&party=2").await;
    assert!(page.contains("C’est changé"), "{page}");
    let calendar = calendar_of(&app, &page).await;
    assert!(calendar.contains("20990503T") && !calendar.contains("20990502T"), "{calendar}");
    let page = app.get(&own(&zoe)).await.text().await.unwrap();
    assert!(
        page.contains("dimanche 3 mai 2099")
            && page.contains("samedi 2 mai 2099")
            && page.contains("place rendue"),
        "{page}"
    );
    assert!(calendar_of(&app, &page).await.contains("20990503T"), "{page}");
    for typed in ["Zoé", "Mbarek", "zoe@example.org"] {
        assert!(!page.contains(typed), "{typed}: {page}");
    }
    // Saturday is Max's now, and he is told.
    round(&outbox(&app), now()).await;
    assert_eq!(
        last(&server, "max@example.org").parsed().subject(),
        Some("Une place pour vous\u{a0}: Atelier")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_waits_at_an_address_does_not_keep_a_confirmation_from_it() {
    let server = MailServer::start().await;
    let app = App::start_announcing(announced(), &mailing(&server)).await;
    let child = json!("Ada");
    let mut form = for_both("zoe@example.org", &["samedi"]);
    form["givenName"] = child;
    assert_eq!(app.post(&key("child"), &form).await.0, 201);
    round(&outbox(&app), now()).await;
    // Zoé's own, confirmed while Ada's still waits.
    assert_eq!(app.post(&key("own"), &for_both("zoe@example.org", &["samedi"])).await.0, 201);
    let path = format!("/confirm/{}", link(&app, 'a', "zoe@example.org", "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    let (_, id) = page.split_once(r#"name="id" value=""#).unwrap();
    submit(&app, &path, &format!("id={}", &id[..32])).await;
    round(&outbox(&app), now()).await;
    let mail = last(&server, "zoe@example.org");
    assert!(mail.link("/mine/").is_some() && mail.link("/confirm/").is_none(), "{}", mail.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_free_by_itself_goes_to_who_waits() {
    let server = MailServer::start().await;
    let app = App::start_announcing(announced(), &mailing(&server)).await;
    // Zoé's hold keeps the seat; Max waits.
    assert_eq!(app.post(&key("zoe"), &seat("zoe@example.org")).await.0, 201);
    let mut form = seat("max@example.org");
    form["waitlist"] = json!(["samedi"]);
    joins(&app, &server, &form, 'b').await;
    assert_eq!(waiting_list::tend(&app.state, now()).await.unwrap(), 0);
    let later = now() + 3 * 3600;
    assert_eq!(waiting_list::tend(&app.state, later).await.unwrap(), 1);
    round(&outbox(&app), later).await;
    assert_eq!(
        last(&server, "max@example.org").parsed().subject(),
        Some("Une place pour vous\u{a0}: Atelier")
    );
    // Who confirms after that waits, and reads so.
    let zoe = joins_late(&app, &server).await;
    assert_eq!(zoe.parsed().subject(), Some("Liste d’attente\u{a0}: Atelier"));
}

/// Zoé confirms what she sent before.
async fn joins_late(app: &App, server: &MailServer) -> Taken {
    sqlx::query("UPDATE holds SET expires_at = 0").execute(&app.database().await).await.unwrap();
    let path = format!("/confirm/{}", link(app, 'a', "zoe@example.org", "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    let (_, id) = page.split_once(r#"name="id" value=""#).unwrap();
    let (_, said) = submit(app, &path, &format!("id={}", &id[..32])).await;
    assert!(said.contains("Vous êtes sur la liste d’attente"), "{said}");
    round(&outbox(app), now()).await;
    last(server, "zoe@example.org")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_one_sign_up_is_for_nothing_else_and_acts_by_post_only() {
    let server = MailServer::start().await;
    let app = App::start_announcing(announced(), &mailing(&server)).await;
    let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let token = own(&zoe).replace("/mine/", "");
    for path in ["me", "confirm"] {
        let page = app.get(&format!("/{path}/{token}")).await.text().await.unwrap();
        assert!(page.contains("Ce lien n’est plus valable"), "{path}: {page}");
    }
    let access = link(&app, 'b', "zoe@example.org", "", Purpose::Access).await;
    let page = app.get(&format!("/mine/{access}")).await.text().await.unwrap();
    assert!(page.contains("Ce lien n’est plus valable"), "{page}");
    // Mail scanners open links, with all that may stand behind them.
    app.get(&format!("{}?session=samedi&action=give-back", own(&zoe))).await;
    assert_eq!(app.signups("atelier").await[0].attendances[0].state.as_str(), "active");
    for odd in ["", "action=give-back", "session=samedi&action=", "session=samedi&action=accept"] {
        let (_, said) = submit(&app, &own(&zoe), odd).await;
        assert!(!said.contains("C’est noté"), "{odd}: {said}");
    }
    assert_eq!(app.signups("atelier").await[0].attendances[0].state.as_str(), "active");
    // Of a petition, the whole sign-up is taken back.
    let mut petition = seat("ida@example.org");
    petition["initiative"] = json!("petition");
    petition.as_object_mut().unwrap().remove("session");
    let ida = joins(&app, &server, &petition, 'c').await;
    let (_, said) = submit(&app, &own(&ida), "action=erase").await;
    assert!(said.contains("Inscription effacée"), "{said}");
    assert!(app.signups("petition").await.is_empty());
    let page = app.get(&own(&ida)).await.text().await.unwrap();
    assert!(page.contains("Ce lien n’est plus valable"), "{page}");
}

#[tokio::test]
async fn several_sessions_are_for_shifts_and_lessons_and_not_more_than_a_year_has() {
    let app = App::start().await;
    let invalid = |body: &str| body.contains(r#""field":"session""#);
    // A workshop that one comes to once.
    let (code, body) = app.post(&key("a"), &for_both("zoe@example.org", &[])).await;
    assert!(code == 422 && invalid(&body), "{body}");
    let app = App::start_announcing(announced(), "").await;
    let mut odd = for_both("zoe@example.org", &[]);
    odd["sessions"] = json!(["samedi", "lundi"]);
    assert_eq!(app.post(&key("b"), &odd).await.0, 422);
    odd["sessions"] = json!(vec!["samedi"; 61]);
    assert_eq!(app.post(&key("c"), &odd).await.0, 422);
    // The same one twice is one.
    odd["sessions"] = json!(["dimanche", "dimanche", "samedi"]);
    assert_eq!(app.post(&key("d"), &odd).await.0, 201);
    assert_eq!(app.signups("atelier").await[0].attendances.len(), 2);
}
