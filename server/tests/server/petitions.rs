//! A petition and a campaign over sockets: who is named, what is mailed, what is counted.

use std::time::{Duration, Instant};

use alentour_server::store::{Purpose, SignerState, UpdateName};
use alentour_server::updates::look;
use serde_json::{Value, json};

use crate::app::{App, MAILING, database, feed, form, key, on_sqlite};
use crate::command::{alentour, text};
use crate::first_page::write_bundle;
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now, outbox, round};
use crate::people::{link, submit};

const AMINA: &str = "amina@example.org";

/// The tests' petition, which asks whether one may be named and written to, with so many signatures elsewhere.
fn asking(signatures: u32) -> Value {
    let mut feed = feed();
    let petition = &mut feed["initiatives"][1];
    petition["petition"] = json!({ "signatures": signatures });
    petition["participation"]["way"] = json!("signature");
    petition["url"] = json!("https://asso.example/petition");
    let consents = petition["participation"]["consents"].as_array_mut().unwrap();
    consents.push(json!({ "id": "nom", "text": "Mon prénom peut paraître.", "use": "signers" }));
    consents.push(json!({ "id": "suite", "text": "Donnez-moi des nouvelles.", "use": "updates" }));
    feed
}

/// A form that agrees to both.
fn agreeing(email: &str) -> Value {
    let mut form = form(email);
    form["givenName"] = json!("Amina");
    form["town"] = json!("Lyon");
    let consents = form["consents"].as_array_mut().unwrap();
    consents.push(json!({ "id": "nom", "text": "Mon prénom peut paraître." }));
    consents.push(json!({ "id": "suite", "text": "Donnez-moi des nouvelles." }));
    form
}

/// Signs, and confirms by the link of a mail.
async fn sign(app: &App, email: &str, digit: char) {
    assert_eq!(app.post(&key(email.split('@').next().unwrap()), &agreeing(email)).await.0, 201);
    let token = link(app, digit, email, "", Purpose::Confirm).await;
    let page = app.get(&format!("/confirm/{token}")).await.text().await.unwrap();
    assert!(page.contains(">Je confirme ma signature<"), "{page}");
    app.confirm(&app.store.secret().token_hash(&token)).await;
}

async fn approve_all(app: &App) {
    let all = app.store.candidates(None).await.unwrap();
    let decided: Vec<_> = all.into_iter().map(|one| (one.id, one.version, SignerState::Approved)).collect();
    assert_eq!(app.store.moderate(&decided, now()).await.unwrap(), []);
}

/// What the live answer says once it is counted anew.
async fn live(app: &App) -> Value {
    app.state.live.doubt("petition");
    let answer = app.get("/v1/live.json?id=petition").await.text().await.unwrap();
    let mut answer: Value = serde_json::from_str(&answer).unwrap();
    answer["initiatives"][0].take()
}

#[tokio::test]
async fn who_agrees_is_named_above_fifty_signatures_and_in_the_live_answer_alone() {
    // Fifty with the one who signs here.
    let app = App::start_announcing(asking(49), MAILING).await;
    write_bundle(&app.path("dist"));
    sign(&app, AMINA, 'a').await;
    approve_all(&app).await;
    let said = live(&app).await;
    assert_eq!((&said["signatures"], &said["signers"]), (&json!(50), &Value::Null));
    sign(&app, "luc@example.org", 'b').await;
    let said = live(&app).await;
    assert_eq!(
        (&said["signatures"], &said["signers"]),
        (&json!(51), &json!([{ "name": "Amina", "town": "Lyon" }]))
    );
    let page = async || app.get("/i/petition?lang=fr").await.text().await.unwrap();
    assert!(page().await.contains("Parmi les signataires\u{a0}: Amina (Lyon)"));
    for path in ["/v1/feed.json", "/v1/alentour.js?lang=fr", "/near?lang=fr"] {
        let said = app.get(path).await.text().await.unwrap();
        assert!(!said.contains("Amina"), "{path}");
    }
    // Taken back, it is gone.
    let one = app.signups("petition").await.into_iter().find(|one| one.person.email == AMINA).unwrap();
    let token = link(&app, 'c', AMINA, "", Purpose::Access).await;
    let fields = format!("signup={}&consent=nom", one.id);
    assert_eq!(submit(&app, &format!("/me/{token}/withdraw"), &fields).await.0, 200);
    assert_eq!(live(&app).await["signers"], Value::Null);
    assert!(!page().await.contains("Amina"));
}

#[tokio::test]
async fn no_cache_keeps_a_page_with_names_and_the_notice_says_who_reads_them() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = on_sqlite(&folder).await;
    let app = App::start_storing(store.clone(), folder, asking(60), MAILING).await;
    sign(&app, AMINA, 'a').await;
    approve_all(&app).await;
    // Without mail it takes no forms: nothing else would keep it from being kept.
    let silent = App::start_storing(store, other, asking(60), "").await;
    let answer = silent.get("/i/petition?lang=fr").await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.text().await.unwrap().contains("Amina (Lyon)"));
    let notice = async |id: &str| {
        let path = format!("/privacy?initiative={id}&lang=fr");
        app.get(&path).await.text().await.unwrap().contains("prénom et votre commune sur la pétition")
    };
    assert!(notice("petition").await && !notice("atelier").await);
}

#[tokio::test]
async fn a_town_comes_with_the_agreement_and_not_without() {
    let app = App::start_announcing(asking(0), "").await;
    let mut form = agreeing(AMINA);
    form["town"] = json!("");
    let (status, said) = app.post(&key("a"), &form).await;
    assert!(status == 422 && said.contains("town") && said.contains("required"), "{said}");
    let mut silent = crate::app::form(AMINA);
    silent["town"] = json!("Lyon");
    assert_eq!(app.post(&key("b"), &silent).await.0, 201);
    assert_eq!(app.post(&key("c"), &agreeing("luc@example.org")).await.0, 201);
    let towns: Vec<_> = app.signups("petition").await.into_iter().map(|one| one.person.town).collect();
    assert!(towns.contains(&None) && towns.contains(&Some("Lyon".into())), "{towns:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_new_is_mailed_to_who_asked_and_one_press_ends_it() {
    let server = MailServer::start().await;
    let app = App::start_announcing(asking(9), &mailing(&server)).await;
    let outbox = outbox(&app);
    sign(&app, AMINA, 'a').await;
    round(&outbox, now()).await;
    let told = server.to(AMINA).pop().unwrap().text().replace('\u{a0}', " ");
    assert!(
        told.contains("Votre signature de « ") && told.contains("Voir ou retirer ma signature"),
        "{told}"
    );
    assert!(!told.contains("participation"), "{told}");
    let later = now() + 60;
    assert_eq!(look(&app.state, later).await.unwrap(), 0, "what was there is no news");
    let mut feed = asking(9);
    let today = jiff::Timestamp::now().to_string();
    feed["initiatives"][1]["petition"]["updates"] = json!([
        { "date": "2020-01-01", "text": "Il y a longtemps." },
        { "id": "remise", "date": &today[..10], "text": "Remise <b>au maire</b>.\n\nMerci !", "url": "https://asso.example/remise" },
    ]);
    announce(&app, &feed).await;
    assert_eq!((look(&app.state, later).await.unwrap(), look(&app.state, later).await.unwrap()), (1, 0));
    // Its name is another one at each export: what was owed is found by its words, and is not owed again.
    feed["initiatives"][1]["petition"]["updates"][1]["id"] = json!("remise-2");
    announce(&app, &feed).await;
    assert_eq!(look(&app.state, later + 86_400).await.unwrap(), 0);
    let before = server.to(AMINA).len();
    round(&outbox, later).await;
    let [mail] = &server.to(AMINA)[before..] else { panic!("one mail") };
    let text = mail.text();
    assert!(
        text.contains("Remise <b>au maire</b>.\n\nMerci !") && text.contains("https://asso.example/remise"),
        "{text}"
    );
    assert!(text.contains("https://asso.example/petition") && !text.contains("longtemps"), "{text}");
    assert!(mail.html().contains("Remise &lt;b&gt;au maire&lt;/b&gt;."), "{}", mail.html());
    let path = mail.link("/unsubscribe/").unwrap().replace("https://agir.example.org", "");
    let head = mail.head().replace("\r\n ", "");
    assert!(head.contains(&path) && head.contains("List-Unsubscribe=One-Click"), "{head}");
    assert!(app.get(&path).await.text().await.unwrap().contains("Votre signature reste comptée"));
    assert_eq!(submit(&app, &path, "List-Unsubscribe=One-Click").await.0, 200);
    let one = app.signups("petition").await.remove(0);
    let held: Vec<_> = one.consents.iter().filter(|it| it.holds()).map(|it| it.id.as_str()).collect();
    assert_eq!(held, ["contact", "nom"]);
    feed["initiatives"][1]["petition"]["outcome"] = json!("Gagné.");
    announce(&app, &feed).await;
    assert_eq!(look(&app.state, later).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_news_and_waits_where_this_server_has_not_read_it() {
    let server = MailServer::start().await;
    let app = App::start_announcing(asking(9), &mailing(&server)).await;
    let outbox = outbox(&app);
    sign(&app, AMINA, 'a').await;
    round(&outbox, now()).await;
    let later = now() + 60;
    look(&app.state, later).await.unwrap();
    let before = server.to(AMINA).len();
    // Another server has read it, and of something before it that nobody has asked for. Its words were mended since.
    let outcome = [(UpdateName { content: "words".into(), id: "outcome".into() }, true)];
    for noted in [&[][..], &outcome] {
        app.store.note_updates("atelier", noted, later).await.unwrap();
    }
    assert!(app.store.note_updates("petition", &outcome, later).await.unwrap());
    assert_eq!(look(&app.state, later).await.unwrap(), 1);
    round(&outbox, later).await;
    assert_eq!(server.to(AMINA).len(), before, "it waits");
    let mut feed = asking(9);
    feed["initiatives"][1]["petition"]["outcome"] = json!("Le conseil a renoncé.");
    announce(&app, &feed).await;
    round(&outbox, later + 61).await;
    let [mail] = &server.to(AMINA)[before..] else { panic!("one mail") };
    assert!(mail.text().contains("Le conseil a renoncé."), "{}", mail.text());
}

/// The feed says something else.
async fn announce(app: &App, feed: &Value) {
    let version = || app.state.feeds.current().unwrap().version().to_owned();
    let (before, begun) = (version(), Instant::now());
    std::fs::write(app.path("feed.json"), feed.to_string()).unwrap();
    while version() == before {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(begun.elapsed() < Duration::from_secs(20), "it is not read");
    }
}

#[tokio::test]
async fn who_decides_does_so_by_command_one_by_one_or_by_a_file() {
    let app = App::start_announcing(asking(60), MAILING).await;
    sign(&app, AMINA, 'a').await;
    sign(&app, "luc@example.org", 'b').await;
    let database = database(&app.folder);
    let run = |arguments: &[&str]| {
        alentour(&[&["signers", arguments[0], "--database", &database], &arguments[1..]].concat())
    };
    let list = |arguments: &[&str]| -> Vec<Value> {
        serde_json::from_str(&text(&run(&[&["list", "--json"], arguments].concat()))).unwrap()
    };
    let all = list(&["--waiting"]);
    let ids: Vec<_> =
        all.iter().map(|one| format!("{}@{}", one["id"].as_str().unwrap(), one["version"])).collect();
    assert_eq!((&all[0]["name"], &all[0]["town"], ids.len()), (&json!("Amina"), &json!("Lyon"), 2));
    let file = app.path("decided.json");
    let path = file.to_str().unwrap().to_owned();
    let apply = |decided: Value| {
        std::fs::write(&file, decided.to_string()).unwrap();
        run(&["apply", &path])
    };
    for wrong in [
        json!([{ "id": ids[0], "state": "approved" }, { "id": "nobody@1", "state": "approved" }]),
        json!([{ "id": all[0]["id"], "state": "approved" }]),
        json!([{ "id": all[0]["id"], "version": 99, "state": "approved" }]),
        json!([{ "id": ids[0], "state": "approved" }, { "id": ids[1], "state": "yes" }]),
        json!([{ "id": ids[0], "state": "approved" }, { "id": ids[0], "state": "refused" }]),
        json!([{ "id": ids[0], "state": "approved", "initiative": "petition" }]),
        json!({ "id": ids[0] }),
    ] {
        assert!(!apply(wrong.clone()).status.success(), "{wrong}");
        assert_eq!(list(&["--waiting"]).len(), 2, "{wrong}");
    }
    assert_eq!(text(&apply(json!([{ "id": ids[0], "state": "approved" }]))), "1\n");
    assert_eq!(list(&["--waiting"]).len(), 1);
    for (wrong, why) in [
        (all[1]["id"].as_str().unwrap().to_owned(), "it says no version"),
        (format!("{}@99", all[1]["id"].as_str().unwrap()), "list it again"),
    ] {
        let said = String::from_utf8(run(&["approve", &wrong]).stderr).unwrap();
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(text(&run(&["refuse", &ids[1]])), "1\n");
    assert_eq!((list(&["--waiting"]).len(), list(&["--initiative", "petition"]).len()), (0, 2));
    assert_eq!(live(&app).await["signers"], json!([{ "name": "Amina", "town": "Lyon" }]));
    assert_eq!(list(&["--initiative", "atelier"]).len(), 0);
    let said = text(&run(&["list"]));
    assert!(
        said.contains("refused  Amina (Lyon)") && said.contains(&format!("{}  petition", ids[1])),
        "{said}"
    );
    // What was handed out and decided is in the security log, and nothing about whose.
    for (arguments, said) in
        [(&["list"][..], "signers listed"), (&["approve", &ids[1]], "approved or refused")]
    {
        let log = String::from_utf8(run(arguments).stderr).unwrap();
        assert!(
            log.contains("security") && log.contains(said) && !log.contains("Amina"),
            "{arguments:?}: {log}"
        );
        let id = ids[1].split('@').next().unwrap();
        assert!(!log.contains(id), "{log}");
    }
}

#[tokio::test]
async fn pledges_are_counted_and_said_from_five_on() {
    let mut feed = feed();
    feed["initiatives"][1]["kind"] = json!("campaign");
    feed["initiatives"][1]["participation"]["way"] = json!("pledge");
    let app = App::start_announcing(feed, "").await;
    write_bundle(&app.path("dist"));
    for at in 0..5 {
        assert_eq!(live(&app).await["pledges"], Value::Null, "{at}");
        assert_eq!(app.post(&key(&format!("p{at}")), &form(&format!("p{at}@example.org"))).await.0, 201);
    }
    assert_eq!(live(&app).await["pledges"], json!(5));
    for path in ["/i/petition?lang=fr", "/near?lang=fr"] {
        assert!(app.get(path).await.text().await.unwrap().contains("5 engagements"), "{path}");
    }
}

#[tokio::test]
async fn a_course_is_told_by_address_and_drawn_without_a_script() {
    let app = App::start_announcing(asking(49), MAILING).await;
    write_bundle(&app.path("dist"));
    sign(&app, AMINA, 'a').await;
    alentour_server::courses::note(&app.state, 20_000 * 86_400).await.unwrap();
    app.store.note_totals(&[("petition".into(), 30)], 19_000).await.unwrap();
    let answer = app.get("/v1/course.json?id=petition").await;
    assert_eq!(answer.headers()["cache-control"], "public, max-age=3600");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(answer.json::<Value>().await.unwrap(), json!([[19_000, 30], [20_000, 50]]));
    let page = async || app.get("/i/petition?lang=fr").await.text().await.unwrap();
    assert!(!page().await.contains("<polyline"), "two days are no course");
    app.store.note_totals(&[("petition".into(), 40)], 19_500).await.unwrap();
    let said = page().await;
    assert!(
        said.contains(r#"<polyline points="0,24 150,12 300,0""#) && said.contains("Voir les chiffres"),
        "{said}"
    );
    assert!(said.contains("<td>40</td>"));
    // What is neither has none, whatever was noted.
    app.store.note_totals(&[("atelier".into(), 9)], 19_000).await.unwrap();
    for id in ["atelier", "nowhere"] {
        assert_eq!(app.get(&format!("/v1/course.json?id={id}")).await.text().await.unwrap(), "[]");
    }
    // That nobody knows is kept by no cache.
    sqlx::query("DROP TABLE courses").execute(&app.database().await).await.unwrap();
    let answer = app.get("/v1/course.json?id=petition").await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["cache-control"] == "no-store"), (200, true));
    assert_eq!(answer.text().await.unwrap(), "[]");
}
