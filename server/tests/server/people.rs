//! Pages for people: what they show, what they change, and what they tell nobody.

use std::sync::Arc;
use std::time::{Duration, Instant};

use alentour_model::EmailAddress;
use alentour_server::store::{Digest, MailedLink, Purpose};
use reqwest::Response;
use serde_json::{Value, json};

use crate::app::{App, MAILING, feed, form, key, seat};

const ZOE: &str = "zoe@example.org";
/// A server with all that a notice speaks of.
const SETTLED: &str = r#"
    public-url = "https://agir.example.org"
    [controller]
    name = "Maison des <solidarités>"
    address = "1 rue de la Paix, Lyon"
    contact = "donnees@example.org"
    data-protection-officer = "dpo@example.org"
    [mail]
    smtp = "smtp://127.0.0.1:1"
    from = "Agir <bonjour@example.org>"
    [retention]
    days = 45
    unconfirmed-days = 5
    initiatives = { petition = 365 }
    [[sink]]
    name = "crm"
    kind = "webhook"
    url = "https://crm.example.org/hook"
    secret = "0123456789abcdef"
    [[sink]]
    name = "atelier"
    kind = "osdi"
    url = "https://osdi.example.org/api"
    token = "token"
    initiatives = ["atelier"]
"#;

fn email_h(app: &App, email: &str) -> Digest {
    app.store.secret().email_h(&EmailAddress::parse(email).unwrap())
}

/// A link as a mail would carry it.
pub async fn link(app: &App, digit: char, email: &str, initiative: &str, purpose: Purpose) -> String {
    let token: String = std::iter::repeat_n(digit, 64).collect();
    let stands_for = MailedLink {
        initiative: initiative.into(),
        ..MailedLink::new(email_h(app, email), purpose, i64::MAX)
    };
    app.store.create_link(&app.store.secret().token_hash(&token), &stands_for).await.unwrap();
    token
}

/// A server where Zoé has signed up for the petition and the workshop.
async fn signed_up(settings: &str) -> App {
    let app = App::start_settled(settings).await;
    for (name, form) in [("a", form(ZOE)), ("b", seat(ZOE))] {
        a_moment_later(&app).await;
        assert_eq!(app.post(&key(name), &form).await.0, 201);
    }
    app
}

pub async fn submit(app: &App, path: &str, fields: &str) -> (u16, String) {
    let request = app.client.post(format!("{}{path}", app.address)).body(fields.to_owned());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// All that the database holds, to see whether something has changed.
async fn everything(app: &App) -> Vec<String> {
    let mut rows = Vec::new();
    for query in [
        "SELECT hex(hash) || coalesce(used_at, '-') FROM tokens",
        "SELECT initiative || coalesce(confirmed_at, '-') || expires_at FROM signups",
        "SELECT consent || given || coalesce(withdrawn_at, '-') FROM consents",
        "SELECT id || kind || sink || created_at FROM outbox",
    ] {
        let mut some: Vec<String> = sqlx::query_scalar(query).fetch_all(&app.database().await).await.unwrap();
        some.sort();
        rows.extend(some);
    }
    rows
}

fn headers(response: &Response) -> Vec<(String, String)> {
    let mut headers: Vec<_> = response
        .headers()
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id"))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    headers
}

#[tokio::test]
async fn opening_a_link_changes_nothing_however_often_a_scanner_does() {
    let app = signed_up(MAILING).await;
    let confirm = link(&app, 'a', ZOE, "petition", Purpose::Confirm).await;
    let access = link(&app, 'b', ZOE, "", Purpose::Access).await;
    let before = everything(&app).await;
    for path in [
        format!("/confirm/{confirm}"),
        format!("/me/{access}"),
        format!("/me/{access}/erase"),
        format!("/me/{access}/data.json"),
        format!("/me/{access}?lang=en"),
    ] {
        assert_eq!(app.get(&path).await.status(), 200, "{path}");
        let head = app.client.head(format!("{}{path}", app.address)).send().await.unwrap();
        assert_eq!(head.status(), 200);
    }
    // Only a button can: there is no page there.
    assert_eq!(app.get(&format!("/me/{access}/withdraw")).await.status(), 405);
    assert_eq!(everything(&app).await, before);
}

/// What the buttons of a page that confirms would send, in its order.
fn buttons(page: &str) -> Vec<String> {
    let ids = page.split("name=\"id\" value=\"").skip(1);
    ids.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// What the button of the attempt would send whose part of the page says that.
fn button_of(page: &str, said: &str) -> String {
    let attempt = attempts(page).into_iter().find(|attempt| attempt.contains(said)).unwrap();
    buttons(attempt).remove(0)
}

/// Makes what has been stored so far older: the database counts in seconds.
async fn a_moment_later(app: &App) {
    sqlx::query("UPDATE signups SET received_at = received_at - 60")
        .execute(&app.database().await)
        .await
        .unwrap();
}

/// The parts of a page that are about one attempt each.
fn attempts(page: &str) -> Vec<&str> {
    page.split("<section class=\"card asked\"")
        .skip(1)
        .map(|rest| rest.split("</section>").next().unwrap())
        .collect()
}

#[tokio::test]
async fn a_link_shows_all_that_waits_and_each_button_confirms_its_own() {
    let app = signed_up(SETTLED).await;
    let token = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let path = format!("/confirm/{token}");
    let page = app.get(&path).await.text().await.unwrap();
    let [atelier, petition] = &attempts(&page)[..] else { panic!("{page}") };
    for said in [
        "Atelier",
        "samedi 2 mai 2099 à 14\u{a0}h<",
        "Mbarek",
        ZOE,
        "J’accepte d’être contacté·e.",
        "Case cochée",
        "J’aimerais recevoir la lettre.",
        "Case non cochée",
        ">Je confirme<",
        // Back to what it is about.
        r#"<a href="/i/atelier?lang=fr">Atelier</a>"#,
    ] {
        assert!(atelier.contains(said), "{said}: {atelier}");
    }
    assert!(petition.contains("Pétition") && !petition.contains("Atelier"), "{petition}");
    assert!(page.contains("5 jours") && page.contains("Aucune de ces demandes n’est de moi"), "{page}");
    // Of one day, they are told apart by the time.
    let received = atelier.split_once("<dt>Reçue le</dt><dd>").unwrap().1.split('<').next().unwrap();
    assert!(received.contains(" à ") && received.contains("\u{a0}h"), "{received}");
    // Nothing is preselected, and nothing needs a script.
    for never in ["checked", "selected", "<script", "type=\"radio\""] {
        assert!(!page.contains(never), "{never}: {page}");
    }
    let [id, other] = &buttons(&page)[..] else { panic!("{page}") };
    let (code, page) = submit(&app, &path, &format!("id={id}")).await;
    assert!(code == 200 && page.contains("C’est confirmé") && page.contains("Atelier"), "{page}");
    assert!(page.contains("Une autre demande attend"), "{page}");
    assert_eq!(app.number("SELECT count(*) FROM signups WHERE confirmed_at IS NOT NULL").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'signup.created'").await, 2);
    let (code, page) = submit(&app, &path, &format!("id={id}")).await;
    assert!(code == 200 && page.contains("C’est déjà confirmé"), "{page}");
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'signup.created'").await, 2);
    // The same link goes on with what still waits.
    assert_eq!(buttons(&app.get(&path).await.text().await.unwrap()), std::slice::from_ref(other));
    assert!(submit(&app, &path, &format!("id={other}")).await.1.contains("C’est confirmé"));
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("C’est déjà confirmé") && page.contains("Atelier"), "{page}");
}

#[tokio::test]
async fn whoever_typed_an_address_first_does_not_decide_what_its_person_confirms() {
    let app = App::start_settled(SETTLED).await;
    let mut forged = seat(ZOE);
    forged["message"] = json!("Je ne suis pas Zoé.");
    forged["consents"] = json!([
        { "id": "contact", "version": "2026-09", "text": "J’accepte d’être contacté·e." },
        { "id": "lettre", "version": "1", "text": "J’aimerais recevoir la lettre." },
    ]);
    assert_eq!(app.post(&key("forged"), &forged).await.0, 201);
    let token = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let path = format!("/confirm/{token}");
    a_moment_later(&app).await;
    // What comes later joins the page of the mail that is there.
    assert_eq!(app.post(&key("own"), &seat(ZOE)).await.0, 201);
    let page = app.get(&path).await.text().await.unwrap();
    let [own, other] = &attempts(&page)[..] else { panic!("{page}") };
    assert!(own.contains("Zoé") && own.contains("Case non cochée"), "the newest comes first: {page}");
    assert!(other.contains("Je ne suis pas Zoé.") && !other.contains("Case non cochée"), "{page}");
    assert!(submit(&app, &path, &format!("id={}", buttons(&page)[0])).await.1.contains("C’est confirmé"));
    let [kept] = &app.signups("atelier").await[..] else { panic!("the forged one is still there") };
    assert_eq!(kept.person.message, None);
    assert_eq!(kept.consents.iter().map(|consent| consent.given).collect::<Vec<_>>(), [true, false]);
    let (code, page) = submit(&app, &path, &format!("id={}", buttons(&page)[1..].concat())).await;
    assert!(code == 200 && !page.contains("C’est confirmé"), "{page}");
    assert_eq!(app.signups("atelier").await[0].person.message, None);
}

#[tokio::test]
async fn a_form_with_another_name_is_another_participant_at_the_same_address() {
    let app = App::start_settled(SETTLED).await;
    let mut child = seat(ZOE);
    child["givenName"] = json!("Ada");
    assert_eq!(app.post(&key("own"), &seat(ZOE)).await.0, 201);
    assert_eq!(app.post(&key("child"), &child).await.0, 201);
    let path = format!("/confirm/{}", link(&app, 'a', ZOE, "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("Ada") && !page.contains("Deviendrait"), "{page}");
    for (button, left) in buttons(&page).iter().zip(["Une autre demande attend", "C’est confirmé"]) {
        let page = submit(&app, &path, &format!("id={button}")).await.1;
        assert!(page.contains("C’est confirmé") && page.contains(left), "{page}");
    }
    let mut names: Vec<_> =
        app.signups("atelier").await.into_iter().map(|one| one.person.given_name).collect();
    names.sort();
    assert_eq!(names, ["Ada", "Zoé"]);
    // However the name is typed: it is a change of Ada's.
    child["givenName"] = json!(" ADA ");
    child["partySize"] = json!(2);
    assert_eq!(app.post(&key("again"), &child).await.0, 201);
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("Deviendrait") && buttons(&page).len() == 1, "{page}");
}

#[tokio::test]
async fn a_new_form_after_the_confirmation_is_a_change_that_is_shown_and_confirmed() {
    let app = App::start_settled(SETTLED).await;
    assert_eq!(app.post(&key("a"), &seat(ZOE)).await.0, 201);
    let token = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let path = format!("/confirm/{token}");
    let page = app.get(&path).await.text().await.unwrap();
    submit(&app, &path, &format!("id={}", buttons(&page)[0])).await;
    let id = app.signups("atelier").await[0].id.clone();
    let mut change = seat(ZOE);
    change["session"] = json!("dimanche");
    change["partySize"] = json!(3);
    assert_eq!(app.post(&key("b"), &change).await.0, 201);
    assert_eq!(app.signups("atelier").await.iter().find(|one| !one.pending).unwrap().party, 1, "not before");
    let page = app.get(&path).await.text().await.unwrap();
    let (now, then) = page.split_once("Deviendrait").unwrap();
    assert!(now.contains("Aujourd’hui") && now.contains("samedi 2 mai 2099"), "{page}");
    assert!(then.contains("dimanche 3 mai 2099") && then.contains("je rends samedi 2 mai 2099"), "{page}");
    let (code, page) = submit(&app, &path, &format!("id={}", buttons(&page)[0])).await;
    assert!(code == 200 && page.contains("Le changement est confirmé"), "{page}");
    let [kept] = &app.signups("atelier").await[..] else { panic!() };
    assert_eq!((&kept.id, kept.party, kept.session()), (&id, 3, Some("dimanche")));
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'signup.changed'").await, 2);
}

#[tokio::test]
async fn a_change_says_its_number_of_people_and_what_it_erases() {
    let app = App::start_settled(SETTLED).await;
    let mut before = seat(ZOE);
    before["partySize"] = json!(3);
    before["telephone"] = json!("+33 6 12 34 56 78");
    before["message"] = json!("À samedi !");
    before["answers"] = json!([{ "question": "niveau", "value": "débutante" }]);
    assert_eq!(app.post(&key("a"), &before).await.0, 201);
    let path = format!("/confirm/{}", link(&app, 'a', ZOE, "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    assert!(!page.contains("effacé<"), "nothing is a change yet: {page}");
    submit(&app, &path, &format!("id={}", buttons(&page)[0])).await;
    let mut change = seat(ZOE);
    change["message"] = json!("À samedi, seule.");
    assert_eq!(app.post(&key("b"), &change).await.0, 201);
    let page = app.get(&path).await.text().await.unwrap();
    let (now, then) = page.split_once("Deviendrait").unwrap();
    for (half, party) in [(now, 3), (then, 1)] {
        assert!(half.contains(&format!("<dt>Nombre de personnes</dt><dd>{party}</dd>")), "{party}: {half}");
    }
    assert!(!now.contains("effacé<"), "{now}");
    for gone in ["<dt>Téléphone</dt><dd>effacé</dd>", "<dt><bdi>Niveau</bdi></dt><dd>effacé</dd>"] {
        assert!(then.contains(gone), "{gone}: {then}");
    }
    assert!(then.contains("À samedi, seule.") && then.matches("effacé</dd>").count() == 2, "{then}");
}

/// Another version of the feed, as soon as the server has read it.
async fn announce(app: &App, feed: &Value) {
    std::fs::write(app.path("feed.json"), feed.to_string()).unwrap();
    for _ in 0..100 {
        let served: Value = app.get("/v1/feed.json").await.json().await.unwrap();
        let ids = |feed: &Value| -> Vec<String> {
            let all = feed["initiatives"].as_array().unwrap().iter();
            all.map(|one| format!("{} {}", one["id"], one["sessions"][0]["startDate"])).collect()
        };
        if ids(&served) == ids(feed) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the feed is not read again");
}

#[tokio::test]
async fn what_is_no_longer_announced_is_said_and_kept_without_more_thanks() {
    let app = signed_up(SETTLED).await;
    let path = format!("/confirm/{}", link(&app, 'a', ZOE, "", Purpose::Confirm).await);
    let page = app.get(&path).await.text().await.unwrap();
    assert!(!page.contains("plus annoncée"), "{page}");
    let mut later = feed();
    // The pétition, and Saturday.
    later["initiatives"].as_array_mut().unwrap().remove(1);
    later["initiatives"][0]["sessions"].as_array_mut().unwrap().remove(0);
    announce(&app, &later).await;
    let page = app.get(&path).await.text().await.unwrap();
    let [atelier, petition] = &attempts(&page)[..] else { panic!("{page}") };
    for (attempt, said) in
        [(atelier, "Cette date n’est plus annoncée."), (petition, "Cette action n’est plus annoncée.")]
    {
        let (above, below) = attempt.split_once(said).unwrap_or_else(|| panic!("{said}: {attempt}"));
        assert!(!above.contains("<button") && below.contains("Je confirme"), "{attempt}");
        let (code, page) = submit(&app, &path, &format!("id={}", buttons(attempt)[0])).await;
        assert!(code == 200 && page.contains("C’est enregistré") && page.contains(said), "{page}");
        assert!(!page.contains("merci") && !page.contains("confirmé, "), "{page}");
    }
    assert_eq!(app.number("SELECT count(*) FROM signups WHERE confirmed_at IS NOT NULL").await, 2);
    // Opened again, the link does not say that all is well either.
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("Cette date n’est plus annoncée.") && page.contains("Cette action"), "{page}");
}

#[tokio::test]
async fn what_is_over_has_no_button_and_is_not_confirmed_by_an_old_page() {
    let app = signed_up(SETTLED).await;
    let path = format!("/confirm/{}", link(&app, 'a', ZOE, "", Purpose::Confirm).await);
    let id = button_of(&app.get(&path).await.text().await.unwrap(), "Atelier");
    let mut later = feed();
    // Sunday is still to come.
    later["initiatives"][0]["sessions"][0]["startDate"] = json!("2020-05-02T14:00:00+02:00");
    announce(&app, &later).await;
    for page in [app.get(&path).await.text().await.unwrap(), submit(&app, &path, &format!("id={id}")).await.1]
    {
        let [atelier, petition] = &attempts(&page)[..] else { panic!("{page}") };
        assert!(atelier.contains("C’est passé.") && !atelier.contains("<button"), "{atelier}");
        assert!(!petition.contains("C’est passé.") && petition.contains("Je confirme"), "{petition}");
    }
    assert_eq!(app.number("SELECT count(*) FROM signups WHERE confirmed_at IS NOT NULL").await, 0);
}

#[tokio::test]
async fn none_of_these_is_mine_erases_what_waits_and_keeps_what_was_confirmed() {
    let app = signed_up(MAILING).await;
    let token = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let path = format!("/confirm/{token}");
    let page = app.get(&path).await.text().await.unwrap();
    submit(&app, &path, &format!("id={}", button_of(&page, "Atelier"))).await;
    let none = |page: &str| {
        let value = page.split_once("name=\"none\" value=\"").unwrap().1;
        format!("none={}", value.split('"').next().unwrap())
    };
    let page = app.get(&path).await.text().await.unwrap();
    let shown = none(&page);
    // Sent again, it has nothing to erase but what was shown: another form has come since.
    for (answer, left) in [("Demandes effacées", 2), ("Cette demande n’attend plus", 2)] {
        let mut another = seat(ZOE);
        another["message"] = json!("Je viens bien !");
        assert_eq!(app.post(&key("another"), &another).await.0, 201);
        let (code, page) = submit(&app, &path, &shown).await;
        assert!(code == 200 && page.contains(answer), "{page}");
        assert!(page.contains("Une autre demande attend votre confirmation"), "{page}");
        assert_eq!(app.number("SELECT count(*) FROM signups").await, left);
    }
    let page = app.get(&path).await.text().await.unwrap();
    submit(&app, &path, &none(&page)).await;
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 1);
    assert_eq!(app.signups("atelier").await.len(), 1);
    let (code, page) = submit(&app, &path, &shown).await;
    assert!(code == 200 && page.contains("Rien n’attend votre confirmation"), "{page}");
}

#[tokio::test]
async fn an_attempt_that_is_gone_or_finds_no_seat_left_is_said() {
    let mut announced = feed();
    announced["initiatives"][0]["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    let app = App::start_announcing(
        announced,
        &format!("{MAILING}[robots]\nwork = 0\nfill-seconds = 0\nper-address = 0\n[seats]\nhold-minutes = 1"),
    )
    .await;
    assert_eq!(app.post(&key("a"), &seat(ZOE)).await.0, 201);
    let token = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let path = format!("/confirm/{token}");
    let id = buttons(&app.get(&path).await.text().await.unwrap()).remove(0);
    // Her hold has run out, and somebody else is quicker.
    sqlx::query("UPDATE holds SET expires_at = 0").execute(&app.database().await).await.unwrap();
    assert_eq!(app.post(&key("b"), &seat("max@example.org")).await.0, 201);
    let other = link(&app, 'b', "max@example.org", "", Purpose::Confirm).await;
    let page = app.get(&format!("/confirm/{other}")).await.text().await.unwrap();
    submit(&app, &format!("/confirm/{other}"), &format!("id={}", buttons(&page)[0])).await;
    let (code, page) = submit(&app, &path, &format!("id={id}")).await;
    assert!(code == 200 && page.contains("Vous êtes sur la liste d’attente"), "{page}");
    assert!(page.contains("sur liste d’attente</dd>") && !page.contains("C’est confirmé"), "{page}");
    // A change that cannot be had: what she has stays.
    let mut change = seat("max@example.org");
    change["partySize"] = json!(2);
    change["waitlist"] = json!(["samedi"]);
    assert_eq!(app.post(&key("c"), &change).await.0, 201);
    let other = format!("/confirm/{other}");
    let asked = buttons(&app.get(&other).await.text().await.unwrap());
    let (code, page) = submit(&app, &other, &format!("id={}", asked[0])).await;
    assert!(code == 200 && page.contains("rien d’autre ne change"), "{page}");
    assert_eq!(buttons(&app.get(&other).await.text().await.unwrap()), asked, "it goes on waiting");
    for gone in [format!("id={}", "0".repeat(32)), "id=%00".to_owned()] {
        let (code, page) = submit(&app, &path, &gone).await;
        assert!(code == 200 && page.contains("Cette demande n’attend plus"), "{gone}: {page}");
    }
    // A page that an older version served has no id in its button: it shows what waits.
    assert_eq!(buttons(&submit(&app, &other, "").await.1), asked);
    assert_eq!(app.number("SELECT count(*) FROM signups WHERE confirmed_at IS NOT NULL").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_presses_at_once_confirm_once() {
    let app = Arc::new(signed_up(SETTLED).await);
    let token = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let id = button_of(&app.get(&format!("/confirm/{token}")).await.text().await.unwrap(), "Atelier");
    let presses: Vec<_> = (0..10)
        .map(|_| {
            let (app, path, id) = (app.clone(), format!("/confirm/{token}"), format!("id={id}"));
            tokio::spawn(async move { submit(&app, &path, &id).await.1 })
        })
        .collect();
    let mut confirmed = 0;
    for press in presses {
        let page = press.await.unwrap();
        assert!(page.contains("C’est confirmé") || page.contains("C’est déjà confirmé"), "{page}");
        confirmed += u32::from(page.contains("C’est confirmé"));
    }
    // Who asks while another press is being stored may still see it wait; events there are once.
    assert!(confirmed >= 1);
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'signup.created'").await, 2);
}

#[tokio::test]
async fn a_link_that_is_none_or_for_something_else_says_what_to_do() {
    let app = signed_up(MAILING).await;
    let confirm = link(&app, 'a', ZOE, "petition", Purpose::Confirm).await;
    let access = link(&app, 'b', ZOE, "", Purpose::Access).await;
    let unknown = "c".repeat(64);
    for path in [
        format!("/confirm/{access}"),
        format!("/confirm/{unknown}"),
        "/confirm/short".to_owned(),
        "/confirm/%F0%9F%8E%89".to_owned(),
        format!("/me/{confirm}"),
        format!("/me/{unknown}"),
        format!("/me/{unknown}/data.json"),
        format!("/me/{unknown}/erase"),
    ] {
        let page = app.get(&path).await.text().await.unwrap();
        assert!(page.contains("Ce lien n’est plus valable") && page.contains("/my-data?lang=fr"), "{path}");
    }
    for path in [format!("/confirm/{access}"), format!("/me/{confirm}/erase")] {
        assert!(submit(&app, &path, "everything=yes").await.1.contains("Ce lien n’est plus valable"));
    }
    assert_eq!(app.number("SELECT count(*) FROM signups WHERE confirmed_at IS NULL").await, 2);
}

#[tokio::test]
async fn who_asks_for_a_link_learns_nothing_about_who_has_signed_up() {
    let app = signed_up(MAILING).await;
    let mut answers = Vec::new();
    for email in [ZOE, "nobody@example.org", "Zoe@Example.org"] {
        let request = app.client.post(format!("{}/my-data", app.address));
        let request = request.header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let response = request.body(format!("email={}", email.replace('@', "%40"))).send().await.unwrap();
        answers.push((response.status(), headers(&response), response.text().await.unwrap()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert!(answers[0].2.contains("Regardez votre boîte mail"));
    // The same is on disk for who is known and who is not, once within ten minutes, before the answer goes out.
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'access'").await, 2);
}

#[tokio::test]
async fn the_page_that_mails_a_link_answers_on_the_beat() {
    let app = signed_up(MAILING).await;
    for email in ["zoe%40example.org", "nobody%40example.org"] {
        let start = Instant::now();
        assert_eq!(submit(&app, "/my-data", &format!("email={email}")).await.0, 200);
        assert!(start.elapsed() >= Duration::from_millis(50), "{email}: {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_form_of_another_site_s_sends_no_mail() {
    let app = signed_up(MAILING).await;
    let host = app.address.clone();
    let own = [
        vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
        vec![("origin", "https://agir.example.org")],
        vec![("origin", "https://agir.example.org:443")],
    ];
    let foreign = [
        vec![("sec-fetch-site", "cross-site"), ("origin", host.as_str())],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        // The address that was called is not the public one: whoever resolves a name of theirs to us is not us.
        vec![("origin", host.as_str())],
        vec![("origin", "http://agir.example.org")],
        vec![("origin", "https://agir.example.org:8443")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "https://agir.example.org.evil.example")],
        vec![("origin", "null")],
        vec![],
    ];
    for (headers, expected) in own.iter().map(|one| (one, 200)).chain(foreign.iter().map(|one| (one, 403))) {
        let mut request = app.client.post(format!("{host}/my-data")).body("email=nobody%40example.org");
        request = request.header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected, "{headers:?}");
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    }
}

#[tokio::test]
async fn mails_are_asked_for_a_few_times_a_minute() {
    let app = App::start_settled(&format!("{MAILING}[robots]\nwork = 0\nper-address = 20")).await;
    let mut codes = Vec::new();
    for i in 0..3 {
        codes.push(submit(&app, "/my-data", &format!("email=p{i}%40example.org")).await.0);
    }
    assert_eq!(codes, [200, 200, 429]);
    let refused = submit(&app, "/my-data", "email=p%40example.org").await.1;
    assert!(refused.contains("Réessayez dans un instant"), "{refused}");
}

#[tokio::test]
async fn an_address_that_is_none_is_shown_again_to_be_mended() {
    let app = App::start_settled(MAILING).await;
    let (code, page) = submit(&app, "/my-data", "email=%22%3E%3Cscript%3E").await;
    assert_eq!(code, 422);
    assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;\"") && !page.contains("<script"), "{page}");
    assert_eq!(submit(&app, "/my-data", "").await.0, 422);
}

#[tokio::test]
async fn where_no_mail_is_sent_the_page_says_whom_to_write_to() {
    let app = App::start_settled("[controller]\nname = \"Maison\"\ncontact = \"donnees@example.org\"").await;
    let page = app.get("/my-data").await.text().await.unwrap();
    assert!(page.contains("mailto:donnees@example.org") && !page.contains("<form"), "{page}");
}

#[tokio::test]
async fn a_person_sees_all_that_is_kept_and_takes_it_along() {
    let app = App::start_settled(MAILING).await;
    let mut form = form(ZOE);
    form["givenName"] = json!("<b>Zoé</b>");
    form["telephone"] = json!("06 12 34 56 78");
    form["message"] = json!("Bravo !\nÀ bientôt");
    form["answers"] = json!([{ "question": "niveau", "value": "débutante" }]);
    assert_eq!(app.post(&key("a"), &form).await.0, 201);
    let token = link(&app, 'b', ZOE, "", Purpose::Access).await;
    let page = app.get(&format!("/me/{token}")).await.text().await.unwrap();
    for said in [
        "&lt;b&gt;Zoé&lt;/b&gt;",
        "Mbarek",
        ZOE,
        "06 12 34 56 78",
        "À bientôt",
        "Niveau",
        "débutante",
        "Pétition",
        "J’accepte d’être contacté·e.",
        "version 2026-09",
        "Case cochée",
        "Case non cochée",
        "En attente de confirmation",
        "Pas encore confirmée",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("<b>") && !page.contains("Vos participations"), "{page}");
    // Nobody has agreed to what waits.
    assert!(!page.contains("Retirer cet accord"), "{page}");
    let response = app.get(&format!("/me/{token}/data.json")).await;
    assert!(response.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(response.headers()["cache-control"], "no-store");
    let data: Value = response.json().await.unwrap();
    let one = &data["signups"][0];
    assert_eq!(one["pending"], true);
    assert_eq!(
        (&one["email"], &one["title"], &one["initiative"]),
        (&json!(ZOE), &json!("Pétition"), &json!("petition"))
    );
    assert_eq!(one["answers"]["niveau"], "débutante");
    assert_eq!(one["consents"][0]["text"], "J’accepte d’être contacté·e.");
    assert_eq!(
        (&one["consents"][1]["given"], &one["consents"][1]["withdrawnAt"]),
        (&json!(false), &Value::Null)
    );
}

/// The id of somebody's sign-up for an initiative.
async fn id_of(app: &App, email: &str, initiative: &str) -> String {
    let all = app.store.of_person(&email_h(app, email)).await.unwrap();
    all.into_iter().find(|one| one.initiative == initiative).unwrap().id
}

#[tokio::test]
async fn a_consent_is_withdrawn_and_the_link_is_used_up() {
    let app = signed_up(SETTLED).await;
    let confirm = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let (petition, atelier) = (id_of(&app, ZOE, "petition").await, id_of(&app, ZOE, "atelier").await);
    submit(&app, &format!("/confirm/{confirm}"), &format!("id={petition}")).await;
    // The sink has heard of the sign-up, so it hears of this too.
    sqlx::query("UPDATE outbox SET attempts = 1").execute(&app.database().await).await.unwrap();
    let token = link(&app, 'b', ZOE, "", Purpose::Access).await;
    let page = app.get(&format!("/me/{token}")).await.text().await.unwrap();
    let (counts, waits) = page.split_once("En attente de confirmation").unwrap();
    assert!(counts.contains("Pétition") && counts.contains("Retirer cet accord"), "{page}");
    assert!(waits.contains("Atelier") && !waits.contains("Retirer cet accord"), "{page}");
    let path = format!("/me/{token}/withdraw");
    // What cannot be done does not use the link up.
    for fields in [
        String::new(),
        format!("signup={petition}"),
        format!("signup={petition}&consent=lettre"),
        format!("signup={atelier}&consent=contact"),
        "signup=x&consent=contact".to_owned(),
    ] {
        assert_eq!(submit(&app, &path, &fields).await.0, 400, "{fields}");
    }
    let (code, page) = submit(&app, &path, &format!("signup={petition}&consent=contact")).await;
    assert!(code == 200 && page.contains("Accord retiré") && page.contains("/my-data?lang=fr"), "{page}");
    assert_eq!(app.number("SELECT count(*) FROM consents WHERE withdrawn_at IS NOT NULL").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'consent.withdrawn'").await, 1);
    let (_, page) = submit(&app, &path, &format!("signup={petition}&consent=contact")).await;
    assert!(page.contains("Ce lien a déjà servi"), "{page}");
    for rest in ["", "/erase", "/data.json"] {
        let page = app.get(&format!("/me/{token}{rest}")).await.text().await.unwrap();
        assert!(page.contains("Ce lien a déjà servi") && !page.contains("Mbarek"), "{rest}: {page}");
    }
    assert!(submit(&app, &format!("/me/{token}/erase"), "everything=yes").await.1.contains("déjà servi"));
    assert_eq!(app.number("SELECT count(*) FROM consents WHERE withdrawn_at IS NOT NULL").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 2);
}

#[tokio::test]
async fn one_sign_up_is_erased_or_all_of_them_and_never_by_mistake() {
    let app = signed_up(SETTLED).await;
    let first = link(&app, 'b', ZOE, "", Purpose::Access).await;
    let path = format!("/me/{first}/erase");
    let (petition, atelier) = (id_of(&app, ZOE, "petition").await, id_of(&app, ZOE, "atelier").await);
    for fields in [
        String::new(),
        "signup=".to_owned(),
        "signup=fini".to_owned(),
        "everything=no".to_owned(),
        format!("signup={petition}&everything=yes"),
    ] {
        assert_eq!(submit(&app, &path, &fields).await.0, 400, "{fields}");
    }
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 2);
    let (code, page) = submit(&app, &path, &format!("signup={atelier}")).await;
    assert!(code == 200 && page.contains("Inscription effacée"), "{page}");
    assert_eq!(app.number("SELECT count(*) FROM signups WHERE initiative = 'petition'").await, 1);
    let second = link(&app, 'c', ZOE, "", Purpose::Access).await;
    let (code, page) = submit(&app, &format!("/me/{second}/erase"), "everything=yes").await;
    assert!(code == 200 && page.contains("Tout est effacé"), "{page}");
    for table in
        ["SELECT count(*) FROM signups", "SELECT count(*) FROM persons", "SELECT count(*) FROM tokens"]
    {
        assert_eq!(app.number(table).await, 0, "{table}");
    }
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'signup.erased'").await, 0);
}

#[tokio::test]
async fn no_link_touches_somebody_else_s_data() {
    let app = signed_up(MAILING).await;
    assert_eq!(app.post(&key("m"), &form("max@example.org")).await.0, 201);
    let token = link(&app, 'd', "max@example.org", "", Purpose::Access).await;
    let other = id_of(&app, ZOE, "atelier").await;
    assert_eq!(submit(&app, &format!("/me/{token}/erase"), &format!("signup={other}")).await.0, 400);
    let confirm = link(&app, 'e', "max@example.org", "", Purpose::Confirm).await;
    submit(&app, &format!("/confirm/{confirm}"), &format!("id={other}")).await;
    assert_eq!(app.number("SELECT count(*) FROM signups WHERE confirmed_at IS NOT NULL").await, 0);
    let page = app.get(&format!("/me/{token}")).await.text().await.unwrap();
    assert!(page.contains("max@example.org") && !page.contains(ZOE));
    assert_eq!(submit(&app, &format!("/me/{token}/erase"), "everything=yes").await.0, 200);
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 2);
}

#[tokio::test]
async fn the_notice_says_what_the_operator_has_settled() {
    let app = App::start_settled(SETTLED).await;
    let page = app.get("/privacy?initiative=atelier").await.text().await.unwrap();
    for said in [
        "Maison des &lt;solidarités&gt;",
        "1 rue de la Paix",
        "mailto:donnees@example.org",
        "mailto:dpo@example.org",
        "«\u{a0}Atelier\u{a0}»",
        "J’accepte d’être contacté·e.",
        "vous envoyer des nouvelles",
        "prestataires techniques",
        "Responsable du traitement",
        "facultatif",
        "45 jours",
        "5 jours",
        "OSDI",
        "Le logiciel de gestion",
        "article 6",
        "article 9",
        "CNIL",
        "15 ans",
        "/my-data?lang=fr",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let page = app.get("/privacy?initiative=petition&lang=en").await.text().await.unwrap();
    assert!(page.contains("365 days") && !page.contains("OSDI"), "{page}");
    // In another language it is about the same.
    assert!(page.contains("href=\"?initiative=petition&amp;lang=ar\""), "{page}");
    let page = app.get("/privacy?initiative=%3Cscript%3E&lang=%22").await.text().await.unwrap();
    assert!(page.contains("Responsable du traitement") && !page.contains("<script"), "{page}");
}

#[tokio::test]
async fn a_notice_without_a_controller_says_so() {
    let app = App::start().await;
    let page = app.get("/privacy").await.text().await.unwrap();
    assert!(page.contains("n’a pas encore indiqué qui est responsable"), "{page}");
    assert!(page.contains("90 jours") && !page.contains("n’est pas confirmée"), "{page}");
}

#[tokio::test]
async fn each_language_has_its_pages_and_its_direction() {
    let app = App::start_settled(MAILING).await;
    for (lang, said) in [("fr", "Vos données"), ("en", "Your data"), ("es", "Sus datos"), ("ar", "بياناتكم")]
    {
        let page = app.get(&format!("/my-data?lang={lang}")).await.text().await.unwrap();
        let direction = if lang == "ar" { "rtl" } else { "ltr" };
        assert!(page.contains(&format!("lang=\"{lang}\" dir=\"{direction}\"")), "{page}");
        assert!(page.contains(said), "{page}");
    }
    let request =
        app.client.get(format!("{}/my-data", app.address)).header("accept-language", "es-AR, en;q=0.5");
    assert!(request.send().await.unwrap().text().await.unwrap().contains("Sus datos"));
}

#[tokio::test]
async fn pages_are_for_nobody_else_s_frames_caches_or_ears() {
    let app = signed_up(MAILING).await;
    let token = link(&app, 'a', ZOE, "petition", Purpose::Confirm).await;
    for path in [format!("/confirm/{token}"), "/confirm/x".into(), "/my-data".into(), "/privacy".into()] {
        let response = app.get(&path).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(policy.contains("style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        let referrer = if path == "/my-data" { "same-origin" } else { "no-referrer" };
        assert_eq!(header("referrer-policy"), referrer);
        assert_eq!((header("cache-control"), header("x-frame-options")), ("no-store", "DENY"));
        assert_eq!(
            (header("x-content-type-options"), header("x-robots-tag")),
            ("nosniff", "noindex, nofollow")
        );
        let page = response.text().await.unwrap();
        assert!(!page.contains("<script") && !page.contains(" style=") && !page.contains("src="), "{page}");
    }
    assert_eq!(app.get("/healthz").await.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn what_a_feed_says_is_text() {
    let app = App::start_settled(MAILING).await;
    let mut hostile = feed();
    let attack = "<img src=x onerror=alert(1)>\"'&{days}";
    hostile["initiatives"][1]["name"] = json!(attack);
    hostile["initiatives"][1]["organizer"] = json!({ "name": attack });
    hostile["initiatives"][1]["location"] = json!([{ "name": attack, "addressLocality": attack }]);
    std::fs::write(app.path("feed.json"), hostile.to_string()).unwrap();
    while !app.get("/v1/feed.json").await.text().await.unwrap().contains("onerror") {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(app.post(&key("a"), &form(ZOE)).await.0, 201);
    let confirm = link(&app, 'a', ZOE, "petition", Purpose::Confirm).await;
    let access = link(&app, 'b', ZOE, "", Purpose::Access).await;
    for path in
        [format!("/confirm/{confirm}"), format!("/me/{access}"), "/privacy?initiative=petition".into()]
    {
        let page = app.get(&path).await.text().await.unwrap();
        assert!(page.contains("&lt;img src=x onerror") && !page.contains("<img"), "{path}: {page}");
        assert!(page.contains("{days}"), "{path}: a title is not filled in");
    }
}

/// Run by itself, on a quiet machine: `cargo test -p alentour-server -- --ignored --nocapture a_stopwatch`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of a minute, to be read by somebody"]
async fn a_stopwatch_does_not_tell_known_addresses_from_new_ones() {
    const PAIRS: usize = 400;
    let app = signed_up(MAILING).await;
    for path in ["/signups", "/my-data"] {
        let (mut known, mut fresh) = (Vec::new(), Vec::new());
        for i in 0..2 * PAIRS {
            // One after the other, and each first as often as second.
            let is_known = (i + i / 2) % 2 == 0;
            let email = if is_known { ZOE.to_owned() } else { format!("new{i}@example.org") };
            let start = Instant::now();
            let code = match path {
                "/signups" => app.post(&key(&format!("t{i}")), &form(&email)).await.0,
                _ => submit(&app, path, &format!("email={}", email.replace('@', "%40"))).await.0,
            };
            let took = start.elapsed();
            assert!(code == 201 || code == 200);
            if is_known { known.push(took) } else { fresh.push(took) }
        }
        let score = rank_sum(&known, &fresh);
        let median = |times: &mut Vec<Duration>| {
            times.sort();
            times[times.len() / 2]
        };
        println!("{path}: known {:?}, new {:?}, z = {score:.2}", median(&mut known), median(&mut fresh));
        // 1 in 30,000 by chance.
        assert!(score.abs() < 4.0, "{path}: z = {score:.2}");
    }
}

/// The Mann-Whitney test's z, by its normal approximation: 0 where neither is faster.
fn rank_sum(a: &[Duration], b: &[Duration]) -> f64 {
    let mut all: Vec<_> = a.iter().map(|t| (t, true)).chain(b.iter().map(|t| (t, false))).collect();
    all.sort();
    let ranks: usize = all.iter().enumerate().filter(|(_, (_, is_a))| *is_a).map(|(rank, _)| rank + 1).sum();
    let (n, m) = (a.len() as f64, b.len() as f64);
    (ranks as f64 - n * (n + m + 1.0) / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}
