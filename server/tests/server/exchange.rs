//! A form that somebody sends again for other dates: it adds them, or gives back what they had, and says which.

use alentour_server::store::AttendanceState::{Active, Cancelled};
use alentour_server::store::Purpose;
use serde_json::{Value, json};

use crate::app::{App, feed, form, key, seat};
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::people::{link, submit};
use crate::waiting_list::{calendar_of, joins, last};

const ZOE: &str = "zoe@example.org";

/// A workshop with one seat each on a Saturday and a Sunday long hence.
fn announced(way: &str) -> Value {
    let mut announced = feed();
    announced["initiatives"][1]["participation"]["way"] = json!("signature");
    let atelier = &mut announced["initiatives"][0];
    atelier["participation"]["way"] = json!(way);
    atelier["participation"]["partySize"] = json!(3);
    for session in 0..2 {
        atelier["sessions"][session]["maximumAttendeeCapacity"] = json!(1);
    }
    announced
}

fn sunday() -> Value {
    let mut form = seat(ZOE);
    form["session"] = json!("dimanche");
    form
}

/// A server where Zoé has Saturday and asks for that; the mail about it, its page, and the page's path.
async fn asks_again(server: &MailServer, way: &str, form: &Value) -> (App, Taken, String, String) {
    let app = App::start_announcing(announced(way), &mailing(server)).await;
    joins(&app, server, &seat(ZOE), 'a').await;
    // The mails about one initiative are some minutes apart.
    let sql = "UPDATE outbox SET created_at = created_at - 700";
    sqlx::query(sql).execute(&app.database().await).await.unwrap();
    assert_eq!(app.post(&key("again"), form).await.0, 201);
    round(&outbox(&app), now()).await;
    let mail = last(server, ZOE);
    let path = mail
        .link("/confirm/")
        .unwrap_or_else(|| panic!("{}", mail.text()))
        .replace("https://agir.example.org", "");
    let page = app.get(&path).await.text().await.unwrap();
    (app, mail, page, path)
}

fn id(page: &str) -> &str {
    page.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap()
}

/// What she has of each date, and the mail that says so.
async fn kept(
    app: &App,
    server: &MailServer,
) -> (Vec<(String, alentour_server::store::AttendanceState)>, Taken) {
    let [zoe] = &app.signups("atelier").await[..] else { panic!() };
    let kept = zoe.attendances.iter().map(|one| (one.session.clone(), one.state)).collect();
    round(&outbox(app), now()).await;
    (kept, last(server, ZOE))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_for_another_date_adds_it_first_and_says_what_it_would_give_back() {
    let server = MailServer::start().await;
    let (app, mail, page, path) = asks_again(&server, "shift", &sunday()).await;
    let text = mail.text();
    assert!(text.contains("garder vos dates et ajouter"), "{text}");
    assert!(text.contains("Vous rendez\u{a0}: samedi 2 mai 2099"), "{text}");
    let add = page.find("Garder mes dates et ajouter\u{a0}: dimanche 3 mai 2099").expect(&page);
    let replace = page.find("Remplacer\u{a0}: je rends samedi 2 mai 2099").expect(&page);
    assert!(add < replace, "{page}");
    let (code, page) = submit(&app, &path, &format!("id={}&beside=yes", id(&page))).await;
    assert!(code == 200 && page.contains("Le changement est confirmé"), "{page}");
    let (kept, mail) = kept(&app, &server).await;
    assert_eq!(kept, [("samedi".to_owned(), Active), ("dimanche".to_owned(), Active)]);
    let text = mail.text();
    assert!(text.contains("samedi 2 mai 2099") && text.contains("dimanche 3 mai 2099"), "{text}");
    assert!(!text.contains("retirer de votre agenda"), "{text}");
    // Both seats are counted, once.
    assert_eq!(app.number("SELECT sum(taken) FROM seats").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_replacement_gives_back_is_in_the_last_mail_and_free_again() {
    let server = MailServer::start().await;
    let (app, _, page, path) = asks_again(&server, "shift", &sunday()).await;
    submit(&app, &path, &format!("id={}", id(&page))).await;
    let (kept, mail) = kept(&app, &server).await;
    assert_eq!(kept, [("samedi".to_owned(), Cancelled), ("dimanche".to_owned(), Active)]);
    let text = mail.text();
    let lost = text.lines().find(|line| line.contains("samedi 2 mai 2099")).expect(&text);
    assert!(lost.contains("place rendue"), "{lost}");
    assert!(text.contains("retirer de votre agenda"), "{text}");
    assert_eq!(app.number("SELECT sum(taken) FROM seats").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_comes_once_or_with_others_the_form_replaces_and_says_so() {
    let mut larger = sunday();
    larger["partySize"] = json!(2);
    larger["waitlist"] = json!(["dimanche"]);
    for (way, form) in [("rsvp", sunday()), ("shift", larger)] {
        let server = MailServer::start().await;
        let (_app, mail, page, _) = asks_again(&server, way, &form).await;
        assert!(!page.contains("Garder mes dates") && page.contains("je rends samedi"), "{way}: {page}");
        let text = mail.text();
        assert!(!text.contains("garder vos dates") && text.contains("Vous rendez"), "{way}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_is_full_meanwhile_is_not_added_and_nothing_is_lost() {
    let server = MailServer::start().await;
    let app = App::start_announcing(announced("shift"), &mailing(&server)).await;
    joins(&app, &server, &seat(ZOE), 'a').await;
    assert_eq!(app.post(&key("again"), &sunday()).await.0, 201);
    // Her hold is over, and somebody else has it.
    sqlx::query("UPDATE holds SET expires_at = 0").execute(&app.database().await).await.unwrap();
    let mut max = seat("max@example.org");
    max["session"] = json!("dimanche");
    joins(&app, &server, &max, 'b').await;
    let path = format!("/confirm/{}", link(&app, 'c', ZOE, "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    let (_, page) = submit(&app, &path, &format!("id={}&beside=yes", id(&page))).await;
    assert!(page.contains("Il ne reste plus assez de places"), "{page}");
    let all = app.signups("atelier").await;
    let zoe = all.iter().find(|one| !one.pending && one.person.email == ZOE).unwrap();
    assert_eq!((zoe.attendances.len(), zoe.attendances[0].state), (1, Active));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_confirmed_leads_to_a_calendar_and_to_ones_own_page_in_the_words_of_its_kind() {
    let server = MailServer::start().await;
    let app = App::start_announcing(announced("shift"), &mailing(&server)).await;
    assert_eq!(app.post(&key("a"), &seat(ZOE)).await.0, 201);
    let path = format!("/confirm/{}", link(&app, 'a', ZOE, "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("<h1>Confirmez votre participation"), "{page}");
    let (_, done) = submit(&app, &path, &format!("id={}", id(&page))).await;
    assert!(calendar_of(&app, &done).await.contains("20990502T"), "{done}");
    let own = |done: &str| {
        let (_, rest) = done.split_once("href=\"/mine/").expect(done);
        format!("/mine/{}", rest.split(['?', '"']).next().unwrap())
    };
    let page = app.get(&own(&done)).await.text().await.unwrap();
    assert!(page.contains("<h1>Votre participation") && page.contains("Rendre cette place"), "{page}");

    assert_eq!(app.post(&key("b"), &form(ZOE)).await.0, 201);
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("<h1>Confirmez votre signature"), "{page}");
    let (_, done) = submit(&app, &path, &format!("id={}", id(&page))).await;
    assert!(done.contains("Votre signature est bien enregistrée"), "{done}");
    let page = app.get(&own(&done)).await.text().await.unwrap();
    assert!(
        page.contains("<h1>Votre signature") && page.contains("Retirer et effacer ma signature"),
        "{page}"
    );
    assert!(page.contains("name=\"action\" value=\"erase\"") && !page.contains("20990502T"), "{page}");
}
